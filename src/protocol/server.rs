//! What the server says.

use serde::{Deserialize, Serialize};

use super::{
    code::ErrorCode,
    entry::Entry,
    ids::{Id, Millis, Seq, Username},
    limits::Limits,
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ServerFrame {
    Welcome(Welcome),
    Sent(Sent),
    Entry {
        peer: Username,
        entry: Entry,
    },
    Receipt(Receipt),
    Typing {
        peer: Username,
        on: bool,
    },
    Presence(Presence),
    History(History),
    Inbox(Inbox),
    Pong {
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<Id>,
        now: Millis,
    },
    Resync {
        within_ms: u64,
    },
    Error(Refused),
}

impl ServerFrame {
    /// One line of JSON, as it crosses the socket.
    pub fn encode(&self) -> String {
        serde_json::to_string(self).expect("a frame has string keys and finite numbers")
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    pub version: u32,
    pub you: You,
    pub now: Millis,
    pub limits: Limits,
}

/// The account one is signed in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct You {
    pub username: Username,
    /// The name that is shown.
    pub name: String,
}

/// The log-changing frame `id` is durable at `seq`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    pub id: Id,
    pub peer: Username,
    pub seq: Seq,
    pub at: Millis,
}

/// Marks of `by` in the conversation with `peer`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    pub peer: Username,
    pub by: Username,
    pub delivered: Seq,
    pub read: Seq,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Presence {
    pub peer: Username,
    pub online: bool,
    /// When the last connection closed; `None` while online or unknown.
    pub last_seen: Option<Millis>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    pub id: Id,
    pub peer: Username,
    /// Ascending.
    pub entries: Vec<Entry>,
    pub head: Seq,
    /// Nothing further in the direction that was asked for.
    pub complete: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inbox {
    pub id: Id,
    pub conversations: Vec<Conversation>,
    /// Opaque; ask with it next time.
    pub since: String,
    pub more: bool,
}

/// One row of the inbox, from the view of whoever asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conversation {
    pub peer: Username,
    /// The peer's shown name.
    pub name: String,
    pub head: Seq,
    /// The time of the head.
    pub at: Millis,
    pub unread: u64,
    pub delivered: Seq,
    pub read: Seq,
    pub peer_delivered: Seq,
    pub peer_read: Seq,
    pub online: bool,
    pub last_seen: Option<Millis>,
    /// The newest message: its body as last edited, `None` once deleted.
    pub last: Option<Entry>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    pub code: ErrorCode,
    /// English, for developers.
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
