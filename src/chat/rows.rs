//! What a person reads in a conversation, row by row. How the log becomes rows is in `scene.rs`.

use super::event::{Waiting, What};
use crate::protocol::{
    code::ErrorCode,
    ids::{Id, Millis, Seq, Username},
    server,
};

/// A part of the timeline, oldest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub rows: Vec<Row>,
    /// More rows are held in front of these, or behind them. What only the server has is `Chat::has_older`.
    pub has_before: bool,
    pub has_after: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Me,
    Peer,
}

impl By {
    pub(super) fn author(you: &Username, author: &Username) -> Self {
        if you == author { Self::Me } else { Self::Peer }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Waiting,
    Sent,
    Delivered,
    Read,
    /// The message itself was refused. What was refused about a sent one leaves its tick alone.
    Failed,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Message(MessageRow),
    /// A hole in the log.
    Gap {
        after: Seq,
    },
    /// Stays until one leaves.
    FirstUnread {
        count: u64,
    },
}

impl Row {
    /// Stable for good: a message keeps it from waiting to read.
    pub fn key(&self) -> String {
        match self {
            Self::Message(message) => message.id.to_string(),
            Self::Gap { after } => format!("gap-{after}"),
            Self::FirstUnread { .. } => "first-unread".to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    pub id: Id,
    /// `None` while it waits.
    pub seq: Option<Seq>,
    pub at: Millis,
    pub by: By,
    /// As last edited; `None` once deleted.
    pub body: Option<String>,
    pub is_edited: bool,
    pub reply_to: Option<Quote>,
    /// The emoji, whether it is mine, whether it is theirs.
    pub reactions: Vec<(String, bool, bool)>,
    /// Of own ones.
    pub status: Option<Status>,
    /// What was last tried with the message, or to send it, and was refused.
    pub refusal: Option<Refused>,
    /// The row above is by the same author, and not long before.
    pub is_joined: bool,
    /// Arrived or written while this page was open.
    pub is_new: bool,
}

impl MessageRow {
    /// Whether this emoji is one's own reaction to it.
    pub fn is_reacted_with(&self, emoji: &str) -> bool {
        self.reactions.iter().any(|(other, is_mine, _)| *is_mine && other == emoji)
    }
}

/// It stays at its message until it is tried again or discarded, so that no written word is lost without a word.
#[derive(Clone, Debug, PartialEq)]
pub struct Refused {
    pub code: ErrorCode,
    pub tried: What,
}

impl Refused {
    pub(super) fn of(waiting: &Waiting) -> Option<Self> {
        let code = waiting.refused.as_ref()?.code;
        Some(Self { code, tried: waiting.what.clone() })
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    pub seq: Seq,
    pub by: By,
    /// `None`: deleted, or not loaded.
    pub text: Option<String>,
    pub is_known: bool,
}

/// Where the divider stands, fixed when the conversation was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divider {
    pub read: Seq,
    /// The last entry that there was then.
    pub head: Seq,
    /// As the list said; the entries themselves know better once they are here.
    pub count: u64,
}

/// The tick of an own message, computed from the peer's marks.
pub fn status_of(you: &Username, row: &server::Conversation, seq: Seq) -> Status {
    // Notes to oneself have no other side that could acknowledge them.
    if row.peer == *you {
        Status::Sent
    } else if seq <= row.peer_read {
        Status::Read
    } else if seq <= row.peer_delivered {
        Status::Delivered
    } else {
        Status::Sent
    }
}
