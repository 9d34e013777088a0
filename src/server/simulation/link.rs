//! A line between a page and a node, and the node's end of it. Each direction keeps its order, takes its time, and may be
//! lost without the other.

use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use axum::extract::ws::{Message, Utf8Bytes};
use futures_util::{Sink, Stream};

use super::fate::SharedFate;

/// What a page's browser says.
#[derive(Debug)]
pub enum ToNode {
    Text(String),
    /// The browser answers by itself.
    Pong,
    Close,
}

/// What a page's browser hears.
#[derive(Debug)]
pub enum ToPage {
    Opened,
    Text(Utf8Bytes),
    Closed(Option<u16>),
}

#[derive(Debug)]
pub struct Link {
    pub page: usize,
    pub node: usize,
    pub to_node: Way,
    pub to_page: Way,
    /// The page has heard that it is open.
    pub is_open: bool,
    incoming: VecDeque<Message>,
    is_ended: bool,
    waker: Option<Waker>,
}

/// One direction of a line.
#[derive(Debug)]
pub struct Way {
    pub is_open: bool,
    last: u64,
}

impl Way {
    /// When what is said now arrives: not before what was said earlier. `None` where nothing arrives.
    pub fn take_place(&mut self, at: u64) -> Option<u64> {
        self.last = self.last.max(at);
        self.is_open.then_some(self.last)
    }
}

impl Link {
    pub fn new(page: usize, node: usize) -> Self {
        let way = || Way { is_open: true, last: 0 };
        Self {
            page,
            node,
            to_node: way(),
            to_page: way(),
            is_open: false,
            incoming: VecDeque::new(),
            is_ended: false,
            waker: None,
        }
    }

    /// The node hears this.
    pub fn hear(&mut self, what: ToNode) {
        let is_close = matches!(what, ToNode::Close);
        self.incoming.push_back(match what {
            ToNode::Text(text) => Message::Text(text.into()),
            ToNode::Pong => Message::Pong(Default::default()),
            ToNode::Close => Message::Close(None),
        });
        self.is_ended |= is_close;
        self.wake();
    }

    /// The node finds that the line is dead.
    pub fn end(&mut self) {
        self.is_ended = true;
        self.wake();
    }

    /// In one direction at least nothing arrives.
    pub fn is_dead(&self) -> bool {
        !self.to_node.is_open || !self.to_page.is_open
    }

    pub fn cut(&mut self) {
        self.to_node.is_open = false;
        self.to_page.is_open = false;
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }
}

/// What stands for a socket at the node.
pub struct Plug {
    pub fate: SharedFate,
    pub link: usize,
}

impl Stream for Plug {
    type Item = Result<Message, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut fate = self.fate.lock();
        let link = &mut fate.links[self.link];
        if let Some(message) = link.incoming.pop_front() {
            return Poll::Ready(Some(Ok(message)));
        }
        if link.is_ended {
            return Poll::Ready(None);
        }
        link.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl Sink<Message> for Plug {
    type Error = axum::Error;

    fn poll_ready(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn start_send(self: Pin<&mut Self>, message: Message) -> Result<(), axum::Error> {
        let mut fate = self.fate.lock();
        match message {
            Message::Text(text) => fate.say(self.link, text),
            Message::Close(frame) => fate.tell_page(self.link, ToPage::Closed(frame.map(|frame| frame.code))),
            // The browser's pong comes back on its way, if there is one.
            Message::Ping(_) if fate.links[self.link].to_page.is_open => fate.tell_node(self.link, ToNode::Pong),
            Message::Ping(_) | Message::Pong(_) | Message::Binary(_) => {}
        }
        Ok(())
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }

    fn poll_close(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Result<(), axum::Error>> {
        Poll::Ready(Ok(()))
    }
}

impl Drop for Plug {
    fn drop(&mut self) {
        let mut fate = self.fate.lock();
        fate.tell_page(self.link, ToPage::Closed(None));
        fate.links[self.link].to_node.is_open = false;
    }
}
