//! What the server says.

use std::borrow::Cow;

use serde::{Deserialize, Serialize, de::Error};

use super::{
    code::ErrorCode,
    entry::Entry,
    ids::{Id, Millis, Seq, Username},
    limits::Limits,
};

#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
        #[serde(skip_serializing_if = "Option::is_none")]
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

    /// Reads what a server said. A frame of a later version is an error, which a client passes over. Type first, then the
    /// whole: through serde's `tag` every frame would be buffered, and the page would be larger by as much again.
    pub fn decode(text: &str) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow)]
            r#type: Cow<'a, str>,
        }
        #[derive(Deserialize)]
        struct News {
            peer: Username,
            entry: Entry,
        }
        #[derive(Deserialize)]
        struct Typing {
            peer: Username,
            on: bool,
        }
        #[derive(Deserialize)]
        struct Pong {
            id: Option<Id>,
            now: Millis,
        }
        #[derive(Deserialize)]
        struct Resync {
            within_ms: u64,
        }
        let envelope: Envelope = serde_json::from_str(text)?;
        Ok(match envelope.r#type.as_ref() {
            "welcome" => Self::Welcome(serde_json::from_str(text)?),
            "sent" => Self::Sent(serde_json::from_str(text)?),
            "entry" => {
                let News { peer, entry } = serde_json::from_str(text)?;
                Self::Entry { peer, entry }
            }
            "receipt" => Self::Receipt(serde_json::from_str(text)?),
            "typing" => {
                let Typing { peer, on } = serde_json::from_str(text)?;
                Self::Typing { peer, on }
            }
            "presence" => Self::Presence(serde_json::from_str(text)?),
            "history" => Self::History(serde_json::from_str(text)?),
            "inbox" => Self::Inbox(serde_json::from_str(text)?),
            "pong" => {
                let Pong { id, now } = serde_json::from_str(text)?;
                Self::Pong { id, now }
            }
            "resync" => {
                let Resync { within_ms } = serde_json::from_str(text)?;
                Self::Resync { within_ms }
            }
            "error" => Self::Error(serde_json::from_str(text)?),
            later => return Err(serde_json::Error::custom(format!("there is no frame of type {later}"))),
        })
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Welcome {
    pub version: u32,
    pub you: You,
    pub now: Millis,
    pub limits: Limits,
}

/// The account one is signed in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct You {
    pub username: Username,
    /// The name that is shown.
    pub name: String,
}

/// The log-changing frame `id` is durable at `seq`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Sent {
    pub id: Id,
    pub peer: Username,
    pub seq: Seq,
    pub at: Millis,
}

/// Marks of `by` in the conversation with `peer`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Receipt {
    pub peer: Username,
    pub by: Username,
    pub delivered: Seq,
    pub read: Seq,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Presence {
    pub peer: Username,
    pub online: bool,
    /// When the last connection closed; `None` while online or unknown.
    pub last_seen: Option<Millis>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Inbox {
    pub id: Id,
    pub conversations: Vec<Conversation>,
    /// Opaque; ask with it next time.
    pub since: String,
    pub more: bool,
}

/// One row of the inbox, from the view of whoever asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
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
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Refused {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
    pub code: ErrorCode,
    /// English, for developers.
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}
