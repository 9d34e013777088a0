//! One verb of the wire a file: what it checks, what it asks of the store, whom it tells over the bus.
//!
//! This is the only place that calls store and bus for a frame. It writes to no socket: `apply` returns the answer, and
//! `connection` sends it. Who speaks comes from the `Context`, never from a frame.

mod append;
mod delete;
mod edit;
mod history;
mod inbox;
mod mark;
mod ping;
mod react;
mod send;
mod typing;

#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{
    protocol::{
        client::{ClientFrame, Malformed},
        code::ErrorCode,
        ids::{Id, Millis, Username},
        server::{Refused, ServerFrame},
    },
    server::{account::name, bus::Signal, doubts, house::SharedHouse, hub::ConnectionId, store},
};

pub use self::{history::page, inbox::rows};

/// How many peers a connection remembers having typed to; with more it forgets all, which costs a look at the store.
const MOST_TYPED_TO: usize = 1000;

/// Who speaks, and where.
pub struct Context {
    pub house: SharedHouse,
    pub you: Username,
    /// `None` for a page that is rendered: it has no connection to spare.
    pub connection: Option<ConnectionId>,
    /// When the last `on` was passed on to a peer; 0 once an `off` was.
    typed: Mutex<HashMap<Username, Millis>>,
}

impl Context {
    pub fn new(house: SharedHouse, you: Username, connection: Option<ConnectionId>) -> Self {
        Self { house, you, connection, typed: Mutex::default() }
    }

    fn typed(&self) -> std::sync::MutexGuard<'_, HashMap<Username, Millis>> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the news of an outcome over the bus, and hands out its answer. Outcomes of one connection are settled in the
    /// order of their frames, so that others hear them in that order.
    pub fn settle(&self, outcome: Outcome) -> Option<ServerFrame> {
        for (to, frame) in outcome.news {
            let except = self.connection.filter(|_| to == self.you);
            self.house.bus.publish(&to, Signal::Frame { frame, except });
        }
        outcome.answer
    }
}

/// What came of a frame: the answer for the connection that sent it, and what others must hear. News for one's own account
/// is for its other connections.
#[derive(Default)]
pub struct Outcome {
    answer: Option<ServerFrame>,
    news: Vec<(Username, ServerFrame)>,
}

impl Outcome {
    pub fn answer(frame: ServerFrame) -> Self {
        Self { answer: Some(frame), news: Vec::new() }
    }
}

/// Why a verb was refused; `refuse` makes the frame of it.
#[derive(Debug)]
pub struct Refuse {
    code: ErrorCode,
    message: &'static str,
    retry_after_ms: Option<u64>,
}

impl Refuse {
    fn new(code: ErrorCode, message: &'static str) -> Self {
        Self { code, message, retry_after_ms: None }
    }

    fn into_frame(self, id: Option<Id>) -> ServerFrame {
        let Self { code, message, retry_after_ms } = self;
        ServerFrame::Error(Refused { id, code, message: message.into(), retry_after_ms })
    }
}

impl From<store::Error> for Refuse {
    fn from(error: store::Error) -> Self {
        let (code, message) = match error {
            store::Error::NotFound => (ErrorCode::NotFound, "there is no such message in this conversation"),
            store::Error::UnknownPeer => (ErrorCode::UnknownPeer, "there is nobody of this name"),
            store::Error::NotYours => (ErrorCode::NotYours, "that message is not yours"),
            store::Error::Gone => (ErrorCode::Gone, "that message is deleted"),
            store::Error::Conflict => (ErrorCode::Conflict, "this id stands for something else already"),
            store::Error::NotAvailable => (ErrorCode::NotAvailable, "this person cannot be written to"),
            store::Error::Busy => {
                let message = "the store is busy: send it again with the same id";
                return Self { code: ErrorCode::Busy, message, retry_after_ms: Some(500) };
            }
            store::Error::Unavailable => (ErrorCode::Unavailable, "the store cannot be reached: nothing was written"),
            store::Error::UnknownOutcome => {
                (ErrorCode::UnknownOutcome, "it may have been written: send it again with the same id")
            }
            store::Error::Internal => (ErrorCode::Internal, "an internal error"),
        };
        Self::new(code, message)
    }
}

/// Whether a frame only appends to the log or raises marks: such frames may be under way together, in their order.
pub fn is_write(frame: &ClientFrame) -> bool {
    match frame {
        ClientFrame::Send(_)
        | ClientFrame::Edit(_)
        | ClientFrame::Delete(_)
        | ClientFrame::React(_)
        | ClientFrame::Delivered(_)
        | ClientFrame::Read(_) => true,
        ClientFrame::Typing(_) | ClientFrame::History(_) | ClientFrame::Inbox(_) | ClientFrame::Ping(_) => false,
    }
}

/// Carries out a frame; `Context::settle` tells what came of it. A write stands in the store's queue after the first poll,
/// so that frames keep their order.
pub async fn apply(context: &Context, frame: ClientFrame) -> Outcome {
    match frame {
        ClientFrame::Send(send) => send::apply(context, send).await,
        ClientFrame::Edit(edit) => edit::apply(context, edit).await,
        ClientFrame::Delete(delete) => delete::apply(context, delete).await,
        ClientFrame::React(react) => react::apply(context, react).await,
        ClientFrame::Delivered(mark) => mark::delivered(context, mark).await,
        ClientFrame::Read(mark) => mark::read(context, mark).await,
        ClientFrame::Typing(typing) => typing::apply(context, typing).await,
        ClientFrame::History(history) => Outcome::answer(history::apply(context, history).await),
        ClientFrame::Inbox(inbox) => Outcome::answer(inbox::apply(context, inbox).await),
        ClientFrame::Ping(ping) => Outcome::answer(ping::apply(context, ping)),
    }
}

/// The answer to a frame that could not be read.
pub fn refuse_malformed(malformed: Malformed) -> Outcome {
    let Malformed { id, code, message } = malformed;
    Outcome::answer(ServerFrame::Error(Refused { id, code, message, retry_after_ms: None }))
}

/// News of a write whose outcome nobody knows: it may stand in the log, and what tells of it is then no news to the retry
/// that finds it there. So everybody concerned asks the store, now and again later: it may be on its way still.
fn unsure(context: &Context, refuse: &Refuse, typed_peer: &str) -> Vec<(Username, ServerFrame)> {
    if refuse.code != ErrorCode::UnknownOutcome {
        return Vec::new();
    }
    let peer = peer(typed_peer).ok().filter(|peer| *peer != context.you);
    let concerned = peer.into_iter().chain([context.you.clone()]);
    let told = |who: Username| {
        doubts::raise(&context.house, &who);
        (who, doubts::LOOK)
    };
    concerned.map(told).collect()
}

/// The account that a frame's `peer` names.
fn peer(typed: &str) -> Result<Username, Refuse> {
    name::fold(typed).ok_or_else(|| store::Error::UnknownPeer.into())
}
