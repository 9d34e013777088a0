//! How the words of the protocol stand in documents, and back. Field names of BSON stay in this folder.

use mongodb::bson::{Binary, spec::BinarySubtype};
use serde::{Deserialize, Serialize};

use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::{Id, Millis, Seq, Username},
    },
    server::store::{
        Account, Appended, Error, Invite, InviteKey, Inviter, Marks, Result, Session, SessionKey, SessionKind,
    },
};

/// An account. `_id` is the username, so that its index holds it unique.
#[derive(Debug, Serialize, Deserialize)]
pub struct AccountDocument {
    #[serde(rename = "_id")]
    pub username: String,
    pub skeleton: String,
    pub name: String,
    pub password: String,
    pub created: i64,
    pub closed: Option<i64>,
    pub last_seen: Option<i64>,
    /// Sessions of an earlier generation have ended, but the kept one: so one write ends them all.
    pub generation: i64,
    pub kept: Option<Binary>,
    /// The invitation that it was made by. Its index holds it unique, so that one insert uses an invitation up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invite: Option<Binary>,
}

impl AccountDocument {
    pub fn is_closed(&self) -> bool {
        self.closed.is_some()
    }

    pub fn into_account(self) -> Account {
        Account {
            is_closed: self.is_closed(),
            username: Username::from_canonical(self.username),
            name: self.name,
            password: self.password,
            last_seen: self.last_seen.map(millis),
        }
    }
}

/// An invitation. Of a member's it holds the name; otherwise it is the host's, or the server's own for its first account.
#[derive(Debug, Serialize, Deserialize)]
pub struct InviteDocument {
    #[serde(rename = "_id")]
    pub key: Binary,
    pub is_setup: bool,
    pub username: Option<String>,
    pub created: i64,
    pub until: i64,
}

impl InviteDocument {
    pub fn new(invite: &Invite) -> Self {
        let username = match &invite.from {
            Inviter::Member(username) => Some(username.to_string()),
            Inviter::Setup | Inviter::Host => None,
        };
        Self {
            key: bytes(&invite.key.0),
            is_setup: invite.from == Inviter::Setup,
            username,
            created: integer(invite.created.0),
            until: integer(invite.until.0),
        }
    }

    pub fn to_invite(&self) -> Result<Invite> {
        let key = self.key.bytes.as_slice().try_into().map(InviteKey).map_err(|_| Error::Internal)?;
        let from = match &self.username {
            Some(username) => Inviter::Member(Username::from_canonical(username.as_str())),
            None if self.is_setup => Inviter::Setup,
            None => Inviter::Host,
        };
        Ok(Invite { key, from, created: millis(self.created), until: millis(self.until) })
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct SessionDocument {
    #[serde(rename = "_id")]
    pub key: Binary,
    pub public: String,
    pub username: String,
    pub is_program: bool,
    pub label: String,
    pub created: i64,
    pub used: i64,
    pub generation: i64,
}

impl SessionDocument {
    pub fn new(session: &Session, generation: i64) -> Self {
        Self {
            key: binary(session.key),
            public: session.public.to_string(),
            username: session.username.to_string(),
            is_program: session.kind == SessionKind::Program,
            label: session.label.clone(),
            created: integer(session.created.0),
            used: integer(session.used.0),
            generation,
        }
    }

    pub fn is_of(&self, account: &AccountDocument) -> bool {
        !account.is_closed() && (self.generation == account.generation || account.kept.as_ref() == Some(&self.key))
    }

    pub fn into_session(self, name: String) -> Result<Session> {
        Ok(Session {
            key: session_key(&self.key)?,
            public: Id::new(&self.public).ok_or(Error::Internal)?,
            username: Username::from_canonical(self.username),
            name,
            kind: if self.is_program { SessionKind::Program } else { SessionKind::Browser },
            label: self.label,
            created: millis(self.created),
            used: millis(self.used),
        })
    }
}

pub const MESSAGE: i32 = 0;
pub const EDIT: i32 = 1;
pub const DELETION: i32 = 2;
pub const REACTION: i32 = 3;

/// An entry of a log. `(pair, seq)` and `(id, author)` are unique.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct EntryDocument {
    pub pair: String,
    pub seq: i64,
    pub at: i64,
    pub author: String,
    pub id: String,
    pub kind: i32,
    pub target: Option<i64>,
    /// The body of a message or an edit, null once erased; the emoji of a reaction.
    pub text: Option<String>,
    /// How many messages each of the two had written up to and including this entry, and where the last of them stands.
    pub low_messages: i64,
    pub high_messages: i64,
    pub last_message: i64,
}

impl EntryDocument {
    pub fn messages_by(&self, side: Side) -> u64 {
        number(match side {
            Side::Low => self.low_messages,
            Side::High => self.high_messages,
        })
    }

    pub fn appended(&self, is_new: bool) -> Appended {
        Appended { seq: seq(self.seq), at: millis(self.at), is_new }
    }

    pub fn into_entry(self) -> Result<Entry> {
        let kind = self.kind()?;
        Ok(Entry {
            seq: seq(self.seq),
            at: millis(self.at),
            from: Username::from_canonical(self.author),
            id: Id::new(&self.id).ok_or(Error::Internal)?,
            kind,
        })
    }

    fn kind(&self) -> Result<Kind> {
        let of = || self.target.map(seq).ok_or(Error::Internal);
        let text = self.text.clone();
        match self.kind {
            MESSAGE => Ok(Kind::Message { body: text, reply_to: self.target.map(seq) }),
            EDIT => Ok(Kind::Edit { of: of()?, body: text }),
            DELETION => Ok(Kind::Deletion { of: of()? }),
            REACTION => Ok(Kind::Reaction { of: of()?, emoji: text }),
            _ => Err(Error::Internal),
        }
    }
}

/// An entry's kind as `kind`, `target` and `text`.
pub fn of_kind(kind: &Kind) -> (i32, Option<Seq>, Option<&str>) {
    match kind {
        Kind::Message { body, reply_to } => (MESSAGE, *reply_to, body.as_deref()),
        Kind::Edit { of, body } => (EDIT, Some(*of), body.as_deref()),
        Kind::Deletion { of } => (DELETION, Some(*of), None),
        Kind::Reaction { of, emoji } => (REACTION, Some(*of), emoji.as_deref()),
    }
}

/// A change of a conversation that is under way: until it is settled, nobody may count on having seen it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeDocument {
    #[serde(rename = "_id")]
    pub token: String,
    pub pair: String,
    pub people: Vec<String>,
    /// The highest number that was given before it began. Its own will be above.
    pub from: i64,
    /// When it began, by the clock of its node.
    pub at: i64,
    /// The messages whose words it takes.
    pub erases: Vec<i64>,
}

/// A pair: its marks, and the number of its last settled change. What was said stands in the log alone.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ConversationDocument {
    #[serde(rename = "_id")]
    pub pair: String,
    /// The two names, the smaller first; one in notes to oneself.
    pub people: Vec<String>,
    #[serde(default)]
    pub touched: i64,
    #[serde(default)]
    pub low_delivered: i64,
    #[serde(default)]
    pub low_read: i64,
    #[serde(default)]
    pub high_delivered: i64,
    #[serde(default)]
    pub high_read: i64,
}

impl ConversationDocument {
    pub fn marks(&self, side: Side) -> Marks {
        let (delivered, read) = match side {
            Side::Low => (self.low_delivered, self.low_read),
            Side::High => (self.high_delivered, self.high_read),
        };
        Marks { delivered: seq(delivered), read: seq(read) }
    }
}

/// Whose of the two something is. Who writes to themselves is the low one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Low,
    High,
}

/// Two people in the order of their names.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Pair {
    low: Username,
    high: Username,
}

impl Pair {
    pub fn new(one: &Username, other: &Username) -> Self {
        Self { low: one.min(other).clone(), high: one.max(other).clone() }
    }

    /// What it is called in documents. No name has a space.
    pub fn key(&self) -> String {
        [self.low.as_str(), " ", self.high.as_str()].concat()
    }

    pub fn people(&self) -> Vec<String> {
        let mut people = vec![self.low.to_string(), self.high.to_string()];
        people.dedup();
        people
    }

    pub fn side(&self, username: &Username) -> Side {
        if *username == self.low { Side::Low } else { Side::High }
    }
}

pub fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub fn number(integer: i64) -> u64 {
    u64::try_from(integer).unwrap_or(0)
}

pub fn seq(integer: i64) -> Seq {
    Seq(number(integer))
}

pub fn millis(integer: i64) -> Millis {
    Millis(number(integer))
}

pub fn binary(key: SessionKey) -> Binary {
    bytes(&key.0)
}

pub fn bytes(key: &[u8]) -> Binary {
    Binary { subtype: BinarySubtype::Generic, bytes: key.to_vec() }
}

pub fn session_key(binary: &Binary) -> Result<SessionKey> {
    binary.bytes.as_slice().try_into().map(SessionKey).map_err(|_| Error::Internal)
}
