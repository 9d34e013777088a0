//! All that a store keeps, record by record, for moving it to another store. Beside `Store`, because a server never asks
//! for it. The log itself is read by `Store::history`; every adapter answers in the same order, so that two stores can be
//! compared record by record.

use async_trait::async_trait;
use serde::Serialize;

use super::{Invite, InviteKey, Marks, Result, Session, SessionKey, Store};
use crate::protocol::{
    entry::Entry,
    ids::{Millis, Seq, Username},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountRecord {
    pub username: Username,
    pub skeleton: String,
    pub name: String,
    /// A PHC string; empty where the account is closed.
    pub password: String,
    pub created: Millis,
    pub closed: Option<Millis>,
    pub last_seen: Option<Millis>,
}

/// Two people, the smaller name first; twice the same in notes to oneself.
pub type People = [Username; 2];

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConversationRecord {
    pub people: People,
    /// In the order of `people`; the second ones are 0 in notes to oneself.
    pub marks: [Marks; 2],
    /// Rises over all conversations with each change: the order of the inbox.
    pub touched: u64,
}

/// Records of one kind. Those of each kind have an order that is the same in every store.
#[derive(Clone, Debug)]
pub enum Records {
    /// The closed ones too, in the order of the bytes of their names.
    Accounts(Vec<AccountRecord>),
    /// Of one log, without a hole. Put after both accounts.
    Entries(People, Vec<Entry>),
    /// In the order of their people. Put after their entries.
    Conversations(Vec<ConversationRecord>),
    /// Those that count, in the order of their keys; `name` is empty. Put after their accounts.
    Sessions(Vec<Session>),
    /// In the order of their keys. Put after the accounts.
    Invites(Vec<Invite>),
}

/// A place in the order of records, from which they are read on; `None` is the beginning.
#[derive(Clone, Debug)]
pub enum Cursor {
    Accounts(Option<Username>),
    Entries(People, Seq),
    Conversations(Option<People>),
    Sessions(Option<SessionKey>),
    Invites(Option<InviteKey>),
}

impl Records {
    /// What follows these; `None` where they are none, which is the end.
    pub fn next(&self) -> Option<Cursor> {
        Some(match self {
            Self::Accounts(accounts) => Cursor::Accounts(Some(accounts.last()?.username.clone())),
            Self::Entries(people, entries) => Cursor::Entries(people.clone(), entries.last()?.seq),
            Self::Conversations(conversations) => Cursor::Conversations(Some(conversations.last()?.people.clone())),
            Self::Sessions(sessions) => Cursor::Sessions(Some(sessions.last()?.key)),
            Self::Invites(invites) => Cursor::Invites(Some(invites.last()?.key)),
        })
    }
}

#[async_trait]
pub trait Archive: Store {
    /// Names this life of the store.
    fn identity(&self) -> &str;

    /// Records after a place, at most `limit`; fewer do not mean the end, none do.
    async fn read(&self, after: Cursor, limit: u64) -> Result<Records>;

    /// Writes records as they are. What is there of the same account, session or conversation is replaced; an entry that
    /// is not the next of its log is `Conflict`.
    async fn put(&self, records: Records) -> Result<()>;

    /// The identity of the store from which this one is being filled, until `end_filling`: until then it is no store to
    /// serve from.
    async fn filled_from(&self) -> Result<Option<String>>;

    async fn begin_filling(&self, source: &str) -> Result<()>;

    async fn end_filling(&self) -> Result<()>;
}
