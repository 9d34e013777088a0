//! The page's socket. Each has a number, so that nothing an old one says is heard after it was given up.

use std::{cell::Cell, rc::Rc};

use futures_channel::mpsc;
use futures_util::{SinkExt, StreamExt};
use gloo_net::websocket::{Message, WebSocketError, futures::WebSocket};
use leptos::{prelude::window, task::spawn_local};

use super::hands::Tell;
use crate::{
    chat::Event,
    protocol::{client::ClientFrame, server::ServerFrame},
};

pub struct Socket {
    tell: Tell,
    /// The number of the socket that is heard.
    current: Rc<Cell<u64>>,
    outgoing: Option<mpsc::UnboundedSender<String>>,
}

impl Socket {
    pub fn new(tell: Tell) -> Self {
        Self { tell, current: Rc::default(), outgoing: None }
    }

    pub fn connect(&mut self) {
        self.disconnect();
        let Some(socket) = open() else {
            let tell = self.tell.clone();
            // Not at once: who asked is still in the middle of it.
            spawn_local(async move { tell(Event::SocketClosed { code: None }) });
            return;
        };
        let (outgoing, mut frames) = mpsc::unbounded::<String>();
        self.outgoing = Some(outgoing);
        let number = self.current.get();
        let (mut writer, mut reader) = socket.split();
        spawn_local(async move {
            while let Some(text) = frames.next().await {
                if writer.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
            // Given up: the reader ends with it.
            let _ = writer.close().await;
        });
        let (tell, current) = (self.tell.clone(), self.current.clone());
        spawn_local(async move {
            let mut code = None;
            let mut is_open = false;
            while let Some(message) = reader.next().await {
                if current.get() != number {
                    return;
                }
                // The first word is the first sign that the upgrade was granted.
                if message.is_ok() && !std::mem::replace(&mut is_open, true) {
                    tell(Event::SocketOpened);
                }
                match message {
                    Ok(Message::Text(text)) => hear(&tell, &text),
                    Ok(Message::Bytes(_)) => {}
                    Err(WebSocketError::ConnectionClose(close)) => code = Some(close.code).filter(|code| *code != 1006),
                    Err(_) => {}
                }
            }
            if current.get() == number {
                tell(Event::SocketClosed { code });
            }
        });
    }

    /// Gives the socket up: nothing more of it is heard, even if the browser takes its time to close it.
    pub fn disconnect(&mut self) {
        self.current.set(self.current.get() + 1);
        self.outgoing = None;
    }

    pub fn transmit(&self, frame: &ClientFrame) {
        let (Some(outgoing), Ok(text)) = (&self.outgoing, serde_json::to_string(frame)) else { return };
        // A socket that has closed says so itself; what was not answered is sent again.
        let _ = outgoing.unbounded_send(text);
    }
}

fn hear(tell: &Tell, text: &str) {
    // A frame of a later server is no reason to stop.
    let Ok(frame) = ServerFrame::decode(text) else { return };
    tell(Event::Frame(frame));
}

fn open() -> Option<WebSocket> {
    let location = window().location();
    let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
    let address = format!("{scheme}://{}/ws", location.host().ok()?);
    WebSocket::open_with_protocol(&address, "duologue.v1").ok()
}
