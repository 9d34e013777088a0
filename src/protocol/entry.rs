//! An entry of a conversation's log: what both sides must still see tomorrow. See `docs/protocol.md`, "Server to client".

use serde::{Deserialize, Serialize};

use super::ids::{Id, Millis, Seq, Username};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub seq: Seq,
    /// When it was committed, by the server's clock; never earlier than the entry before it.
    pub at: Millis,
    pub from: Username,
    pub id: Id,
    #[serde(flatten)]
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Kind {
    Message {
        /// As first written, trimmed; `None` once the message is deleted.
        body: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply_to: Option<Seq>,
    },
    Edit {
        of: Seq,
        /// The new text; `None` once the message is deleted.
        body: Option<String>,
    },
    Deletion {
        of: Seq,
    },
    Reaction {
        of: Seq,
        /// `None` takes the author's reaction back.
        emoji: Option<String>,
    },
}

impl Kind {
    /// The message that an edit, a deletion or a reaction is about.
    pub fn target(&self) -> Option<Seq> {
        match self {
            Self::Message { .. } => None,
            Self::Edit { of, .. } | Self::Deletion { of } | Self::Reaction { of, .. } => Some(*of),
        }
    }
}
