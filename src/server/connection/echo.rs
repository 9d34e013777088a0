//! Says back what it hears, with the limits, the judging and the closing of every other connection: for a program that
//! tries the socket itself (`tools/autobahn`). Builds for use have no path that leads here.

use std::convert::Infallible;

use axum::extract::ws::{Message, WebSocket};
use futures_util::{SinkExt, StreamExt};

use super::{Connection, Cut, Socket, Speaker};

pub struct Echo<S = WebSocket>(pub Connection<S>);

impl<S: Socket> Speaker for Echo<S> {
    type Socket = S;

    fn connection(&mut self) -> &mut Connection<S> {
        &mut self.0
    }

    async fn talk(&mut self) -> Result<Infallible, Cut> {
        let Connection { line, .. } = &mut self.0;
        loop {
            tokio::select! {
                biased;
                code = line.ending.wait() => return Err(Cut::Ours(code)),
                message = line.socket.next() => match line.hear(message)? {
                    said @ (Message::Text(_) | Message::Binary(_)) => {
                        line.socket.send(said).await.map_err(|_| Cut::Gone)?;
                    }
                    Message::Close(_) => return Err(Cut::Theirs),
                    Message::Ping(_) | Message::Pong(_) => {}
                },
            }
        }
    }
}
