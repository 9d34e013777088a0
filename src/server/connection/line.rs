//! The socket of a connection: what is read of it is judged, what is written is bounded in time, and both are given up at
//! once when the connection is to end.

use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

use super::{close, flood::Flood};
use crate::{
    protocol::code::CloseCode,
    server::{
        account::session,
        fault,
        house::House,
        hub::{ConnectionId, Ending},
        store::{self, SessionKey},
    },
};

/// The most frames that are written in one go.
pub const AT_ONCE: usize = 64;
/// How often a silent line is asked whether it lives, and the store whether its session does. One that answers nothing until
/// the second time is cut.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// What is not taken whole within this time has nobody at its other end, or somebody who comes back and catches up page by
/// page. One write is at most what a queue holds, and a page fits a frame.
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

/// What a connection is spoken over: axum's socket, or what stands for one where there is no network.
pub trait Socket:
    Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Send + Unpin + 'static
{
}

impl<S> Socket for S where
    S: Stream<Item = Result<Message, axum::Error>> + Sink<Message, Error = axum::Error> + Send + Unpin + 'static
{
}

pub struct Line<S = WebSocket> {
    pub socket: S,
    pub ending: Ending,
    /// When `feel_pulse` is to be called.
    pub heartbeat: Interval,
    flood: Flood,
    is_silent: bool,
}

impl<S: Socket> Line<S> {
    /// `id` says when its heart beats first: the connections that came back together after a restart are
    /// not all to ask the store together, every half minute.
    pub fn new(socket: S, id: ConnectionId, ending: Ending, is_limited: bool) -> Self {
        let every = fault::millis("heartbeat-ms").unwrap_or(HEARTBEAT);
        let first = every / 2 + id.spread(every / 2);
        let mut heartbeat = interval_at(Instant::now() + first, every);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self { socket, ending, heartbeat, flood: Flood::new(is_limited), is_silent: false }
    }

    /// Judges what was read of the socket: the text of a frame, or nothing where the socket has answered by itself.
    pub fn take(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<Option<Utf8Bytes>, Cut> {
        match self.hear(message)? {
            Message::Text(text) => Ok(Some(text)),
            Message::Binary(_) => Err(Cut::Ours(CloseCode::Binary)),
            Message::Close(_) => Err(Cut::Theirs),
            Message::Ping(_) | Message::Pong(_) => Ok(None),
        }
    }

    /// The same for a message of any kind.
    pub fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<Message, Cut> {
        let message = match message {
            None => return Err(Cut::Gone),
            Some(Err(error)) => return Err(close::cut(error)),
            Some(Ok(message)) => message,
        };
        self.is_silent = false;
        let is_control = matches!(message, Message::Ping(_) | Message::Pong(_));
        if self.flood.is_over(is_control, Instant::now()) {
            return Err(Cut::Ours(CloseCode::Flooding));
        }
        Ok(message)
    }

    /// Asks the other side whether it is there, and the store whether its session is.
    pub async fn feel_pulse(&mut self, house: &House, session: SessionKey) -> Result<(), Cut> {
        if self.is_silent {
            return Err(Cut::Gone);
        }
        self.is_silent = true;
        let ping = self.socket.send(Message::Ping(Default::default()));
        if !matches!(timeout(STALL, ping).await, Ok(Ok(()))) {
            return Err(Cut::Gone);
        }
        // Word of its end may have been lost on the way from another node, and a command line sends none.
        match session::renew(house, session).await {
            Err(store::Error::NotFound) => Err(Cut::Ours(CloseCode::SessionEnded)),
            // Who cannot be asked may stay: what they ask for is refused by the same store.
            _ => Ok(()),
        }
    }

    /// Writes frames in one go.
    pub async fn write(&mut self, texts: impl IntoIterator<Item = Utf8Bytes>) -> Result<(), Cut> {
        let Self { socket, ending, .. } = self;
        let writing = async {
            for text in texts {
                socket.feed(Message::Text(text)).await?;
            }
            socket.flush().await
        };
        tokio::select! {
            biased;
            written = timeout(STALL, writing) => match written {
                Ok(Ok(())) => Ok(()),
                Ok(Err(_)) => Err(Cut::Gone),
                Err(_) => Err(Cut::Ours(CloseCode::TooSlow)),
            },
            code = ending.wait() => Err(Cut::Ours(code)),
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
