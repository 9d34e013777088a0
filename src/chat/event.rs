//! What can happen to a page: frames, the world's signals, and what its person does.
//!
//! An event carries facts, never a time: `Chat::apply` is given that. What one writes is a `Waiting` from its first key
//! press until `sent`, and is stored in that form, so its fields change only in ways that old stores can still be read.

use serde::{Deserialize, Serialize};

use super::known::Known;
use crate::protocol::{
    client,
    client::ClientFrame,
    code::ErrorCode,
    entry::Kind,
    ids::{Id, Millis, Seq, Username},
    server::ServerFrame,
};

#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// From IndexedDB at start: unsent work, in order of writing.
    Restored(Vec<Waiting>),

    SocketOpened,
    /// `None`: never opened, or 1006.
    SocketClosed {
        code: Option<u16>,
    },
    Frame(ServerFrame),
    /// The answer of `GET /api/session` that `Effect::AskSession` wanted; `None`: the server was not reachable.
    Session(Option<bool>),

    /// The alarm of `Effect::Wake` rang. One that comes late, early or for nothing does no harm.
    Woke,
    Online,
    /// The browser says that there is no network.
    Offline,
    Hidden,
    Visible {
        hidden_for_ms: u64,
    },
    RetryNow,
    /// This tab became, or ceased to be, the one of this person's tabs that sends.
    Sender(bool),
    /// What `Effect::Keep` wanted stored is stored, and the other tabs can see it.
    Kept(Id),
    /// Another tab changed the shared outbox: its present content.
    OutboxChanged(Vec<Waiting>),

    /// The answer of the browser's memory to `Effect::Recall`.
    Recalled {
        peer: Username,
        known: Option<Known>,
    },
    /// The conversation on screen.
    Opened(Username),
    Left,
    Write {
        id: Id,
        peer: Username,
        what: What,
    },
    /// Another text for a message that waits. It is heard where `Chat::may_take_back` says so.
    Amend {
        id: Id,
        body: String,
    },
    /// A refused one, named by its own id or by that of the message which it was about.
    TryAgain(Id),
    /// A refused one, named in the same way, or one that waits and `Chat::may_take_back`.
    Discard(Id),
    Typing {
        peer: Username,
        on: bool,
    },
    LoadOlder(Username),
    /// Loads page after page until this message is held, the conversation has no more, or one leaves.
    LoadUntil {
        peer: Username,
        seq: Seq,
    },
    FillGap {
        peer: Username,
        after: Seq,
    },
    /// The end of this message was on screen, focused and visible, for a second.
    Saw {
        peer: Username,
        seq: Seq,
    },
    /// The browser has stored what `Effect::Remember` asked for so far.
    Stored,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    Message { body: String, reply_to: Option<Seq> },
    Edit { of: Seq, body: String },
    Deletion { of: Seq },
    Reaction { of: Seq, emoji: Option<String> },
}

impl What {
    /// The message that an edit, a deletion or a reaction is about.
    pub fn target(&self) -> Option<Seq> {
        match self {
            Self::Message { .. } => None,
            Self::Edit { of, .. } | Self::Deletion { of } | Self::Reaction { of, .. } => Some(*of),
        }
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Message { body, reply_to } => Kind::Message { body: Some(body), reply_to },
            Self::Edit { of, body } => Kind::Edit { of, body: Some(body) },
            Self::Deletion { of } => Kind::Deletion { of },
            Self::Reaction { of, emoji } => Kind::Reaction { of, emoji },
        }
    }
}

/// One attempt to change a log that has not been answered with `sent`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Waiting {
    pub id: Id,
    pub peer: Username,
    pub what: What,
    pub written: Millis,
    pub refused: Option<Refusal>,
}

impl Waiting {
    pub(super) fn frame(&self) -> ClientFrame {
        let (id, peer) = (self.id.clone(), self.peer.to_string());
        match self.what.clone() {
            What::Message { body, reply_to } => ClientFrame::Send(client::Send { id, peer, body, reply_to }),
            What::Edit { of, body } => ClientFrame::Edit(client::Edit { id, peer, of, body }),
            What::Deletion { of } => ClientFrame::Delete(client::Delete { id, peer, of }),
            What::Reaction { of, emoji } => ClientFrame::React(client::React { id, peer, of, emoji }),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refusal {
    pub code: ErrorCode,
}
