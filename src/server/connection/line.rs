//! The socket's writing side: bounded in time, and given up at once when the connection is to end.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;

use crate::{protocol::code::CloseCode, server::hub::Ending};

/// A write that makes no progress for so long has nobody at its other end.
const STALL: Duration = Duration::from_secs(10);
/// How long the close frame may take, and then the other side's answer to it.
const FAREWELL: Duration = Duration::from_secs(1);

/// Why a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// We close it.
    Ours(CloseCode),
    /// The client closed it.
    Theirs,
    /// The line is dead; there is nobody to say anything to.
    Gone,
}

pub struct Line {
    pub socket: WebSocket,
    pub ending: Ending,
}

impl Line {
    pub fn new(socket: WebSocket, ending: Ending) -> Self {
        Self { socket, ending }
    }

    /// Writes frames in one go.
    pub async fn write(&mut self, texts: impl IntoIterator<Item = Utf8Bytes>) -> Result<(), Cut> {
        let Self { socket, ending } = self;
        let writing = async {
            for text in texts {
                socket.feed(Message::Text(text)).await?;
            }
            socket.flush().await
        };
        tokio::select! {
            written = timeout(STALL, writing) => match written {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(Cut::Gone),
                Err(_) => Err(Cut::Ours(CloseCode::TooSlow)),
            },
            code = ending.wait() => Err(Cut::Ours(code)),
        }
    }

    pub async fn ping(&mut self) -> Result<(), Cut> {
        let ping = self.socket.send(Message::Ping(Default::default()));
        match timeout(STALL, ping).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Cut::Gone),
        }
    }

    /// Says why, and waits for the other side to have heard it: a connection that is dropped with unread bytes is reset,
    /// and the close frame is lost with it.
    pub async fn farewell(&mut self, cut: Cut) {
        let frame = match cut {
            Cut::Gone => return,
            Cut::Theirs => None,
            Cut::Ours(code) => Some(CloseFrame { code: code.number(), reason: code.reason().into() }),
        };
        if frame.is_some() {
            // What cannot be said within the time is not said.
            let _ = timeout(FAREWELL, self.socket.send(Message::Close(frame))).await;
        }
        let _ = timeout(FAREWELL, async { while let Some(Ok(_)) = self.socket.next().await {} }).await;
    }
}
