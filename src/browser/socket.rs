//! The page's socket. What an old one says is not heard any more once it was given up.

use leptos::{prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{CloseEvent, MessageEvent, WebSocket};

use super::hands::Tell;
use crate::{
    chat::Event,
    protocol::{client::ClientFrame, server::ServerFrame},
};

/// What browsers say where no close frame came.
const CUT: u16 = 1006;

pub struct Socket {
    tell: Tell,
    line: Option<Line>,
}

/// One socket, and who listens to it.
struct Line {
    socket: WebSocket,
    _opened: Closure<dyn FnMut()>,
    _heard: Closure<dyn FnMut(MessageEvent)>,
    _closed: Closure<dyn FnMut(CloseEvent)>,
}

impl Socket {
    pub fn new(tell: Tell) -> Self {
        Self { tell, line: None }
    }

    pub fn connect(&mut self) {
        self.line = Line::open(&self.tell);
        if self.line.is_none() {
            let tell = self.tell.clone();
            // Not at once: who asked is still in the middle of it.
            spawn_local(async move { tell(Event::SocketClosed { code: None }) });
        }
    }

    pub fn disconnect(&mut self) {
        self.line = None;
    }

    pub fn transmit(&self, frame: &ClientFrame) {
        let is_open = |line: &&Line| line.socket.ready_state() == WebSocket::OPEN;
        let (Some(line), Ok(text)) = (self.line.as_ref().filter(is_open), serde_json::to_string(frame)) else { return };
        // A socket that has closed says so itself; what was not answered is sent again.
        let _ = line.socket.send_with_str(&text);
    }
}

impl Line {
    fn open(tell: &Tell) -> Option<Self> {
        let location = window().location();
        let scheme = if location.protocol().ok()? == "https:" { "wss" } else { "ws" };
        let address = [scheme, "://", &location.host().ok()?, "/ws"].concat();
        let socket = WebSocket::new_with_str(&address, "duologue.v1").ok()?;
        let (opens, hears, closes) = (tell.clone(), tell.clone(), tell.clone());
        let opened = Closure::<dyn FnMut()>::new(move || opens(Event::SocketOpened));
        let heard = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            // A frame of a later server is no reason to stop.
            if let Some(frame) = event.data().as_string().and_then(|text| ServerFrame::decode(&text).ok()) {
                hears(Event::Frame(frame));
            }
        });
        let closed = Closure::<dyn FnMut(CloseEvent)>::new(move |event: CloseEvent| {
            closes(Event::SocketClosed { code: Some(event.code()).filter(|code| *code != CUT) });
        });
        socket.set_onopen(Some(opened.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(heard.as_ref().unchecked_ref()));
        socket.set_onclose(Some(closed.as_ref().unchecked_ref()));
        Some(Self { socket, _opened: opened, _heard: heard, _closed: closed })
    }
}

impl Drop for Line {
    /// Nothing more of it is heard, even if the browser takes its time to close it.
    fn drop(&mut self) {
        self.socket.set_onopen(None);
        self.socket.set_onmessage(None);
        self.socket.set_onclose(None);
        let _ = self.socket.close();
    }
}
