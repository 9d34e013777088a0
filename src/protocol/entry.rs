//! An entry of a conversation's log: what both sides must still see tomorrow. See `docs/protocol.md`, "Server to client".

use serde::{Deserialize, Serialize, Serializer, de::Error, ser::SerializeStruct};

use super::ids::{Id, Millis, Seq, Username};

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(try_from = "Flat")]
pub struct Entry {
    pub seq: Seq,
    /// When it was committed, by the server's clock; never earlier than the entry before it.
    pub at: Millis,
    pub from: Username,
    pub id: Id,
    pub kind: Kind,
}

/// What an entry is, with the fields that its kind has.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    Message {
        /// As first written, trimmed; `None` once the message is deleted.
        body: Option<String>,
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

/// An entry as it crosses the wire: one flat object. serde's own `flatten` and `tag` would read it through a buffer, which
/// costs a tenth of the page's size.
#[derive(Deserialize)]
struct Flat {
    seq: Seq,
    at: Millis,
    from: Username,
    id: Id,
    kind: Name,
    body: Option<String>,
    reply_to: Option<Seq>,
    of: Option<Seq>,
    emoji: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Name {
    Message,
    Edit,
    Deletion,
    Reaction,
}

impl TryFrom<Flat> for Entry {
    type Error = serde::de::value::Error;

    fn try_from(flat: Flat) -> Result<Self, Self::Error> {
        let Flat { seq, at, from, id, kind, body, reply_to, of, emoji } = flat;
        let target = || of.ok_or_else(|| Self::Error::missing_field("of"));
        let kind = match kind {
            Name::Message => Kind::Message { body, reply_to },
            Name::Edit => Kind::Edit { of: target()?, body },
            Name::Deletion => Kind::Deletion { of: target()? },
            Name::Reaction => Kind::Reaction { of: target()?, emoji },
        };
        Ok(Self { seq, at, from, id, kind })
    }
}

impl Serialize for Entry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut flat = serializer.serialize_struct("Entry", 7)?;
        flat.serialize_field("seq", &self.seq)?;
        flat.serialize_field("at", &self.at)?;
        flat.serialize_field("from", &self.from)?;
        flat.serialize_field("id", &self.id)?;
        match &self.kind {
            Kind::Message { body, reply_to } => {
                flat.serialize_field("kind", "message")?;
                flat.serialize_field("body", body)?;
                if let Some(reply_to) = reply_to {
                    flat.serialize_field("reply_to", reply_to)?;
                }
            }
            Kind::Edit { of, body } => {
                flat.serialize_field("kind", "edit")?;
                flat.serialize_field("of", of)?;
                flat.serialize_field("body", body)?;
            }
            Kind::Deletion { of } => {
                flat.serialize_field("kind", "deletion")?;
                flat.serialize_field("of", of)?;
            }
            Kind::Reaction { of, emoji } => {
                flat.serialize_field("kind", "reaction")?;
                flat.serialize_field("of", of)?;
                flat.serialize_field("emoji", emoji)?;
            }
        }
        flat.end()
    }
}
