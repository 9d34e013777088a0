//! The store in MongoDB, for several nodes. Every write is one document under a unique index; nothing needs a transaction
//! of several. `collections` is what there is, `append` the log, `change` how an inbox learns that something changed,
//! `queue` the order of one node's writes, `failure` what the driver's errors mean. Documents live in this folder alone.
//!
//! Writes are acknowledged by a majority, journalled; reads see what a majority has, from the primary. Where a write's
//! outcome is unknown, the log is asked.

mod accounts;
mod append;
mod archive;
mod change;
mod collections;
mod documents;
mod failure;
mod inbox;
mod invites;
mod marks;
mod open;
mod queue;
mod read;
mod sessions;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use async_trait::async_trait;

use self::{collections::Collections, queue::Queue};
use super::{
    Account, Appended, Draft, History, Inbox, Invite, InviteKey, Marks, NewAccount, Page, Result, Session, SessionKey,
    Store,
    archive::{Archive, Cursor, Records},
};
use crate::protocol::ids::{Id, Millis, Username};

pub use self::open::{OpenError, is_address, version};
#[cfg(test)]
pub use self::tests::InServer;

pub struct Mongo {
    collections: Collections,
    queue: Arc<Queue>,
    /// Which life of the store this is: what `since` was given by another one means nothing here.
    epoch: String,
}

impl Mongo {
    /// Connects to the server that a `mongodb://` address names, and makes in its database what is missing. Several nodes
    /// may do so at once.
    pub async fn open(url: &str) -> std::result::Result<Self, OpenError> {
        let collections = open::connect(url).await?;
        open::prepare(&collections).await?;
        let epoch = open::epoch(&collections).await?;
        let queue = Arc::new(Queue::new(collections.clone()));
        Ok(Self { collections, queue, epoch })
    }
}

#[async_trait]
impl Store for Mongo {
    async fn register(&self, account: NewAccount) -> Result<()> {
        self.collections.register(account).await
    }

    async fn invite(&self, invite: Invite, most: usize) -> Result<()> {
        self.collections.invite(invite, most).await
    }

    async fn invitation(&self, key: InviteKey, now: Millis) -> Result<Invite> {
        self.collections.invitation(key, now).await
    }

    async fn account(&self, username: &Username) -> Result<Account> {
        Ok(self.collections.account(username).await?.into_account())
    }

    async fn rename(&self, username: &Username, name: &str) -> Result<()> {
        self.collections.rename(username, name).await
    }

    async fn set_password(
        &self,
        username: &Username,
        password: &str,
        except: Option<SessionKey>,
    ) -> Result<Vec<SessionKey>> {
        self.collections.set_password(username, password, except).await
    }

    async fn close(&self, username: &Username, at: Millis) -> Result<Vec<SessionKey>> {
        self.collections.close(username, at).await
    }

    async fn open_session(&self, session: Session) -> Result<()> {
        self.collections.open_session(session).await
    }

    async fn session(&self, key: SessionKey) -> Result<Session> {
        self.collections.session(key).await
    }

    async fn touch_session(&self, key: SessionKey, at: Millis) -> Result<()> {
        self.collections.touch_session(key, at).await
    }

    async fn sessions(&self, username: &Username) -> Result<Vec<Session>> {
        self.collections.sessions(username).await
    }

    async fn end_session(&self, username: &Username, public: &Id) -> Result<SessionKey> {
        self.collections.end_session(username, public).await
    }

    async fn end_sessions(&self, username: &Username, except: Option<SessionKey>) -> Result<Vec<SessionKey>> {
        self.collections.end_sessions(username, except).await
    }

    async fn saw(&self, username: &Username, at: Millis) -> Result<()> {
        self.collections.saw(username, at).await
    }

    async fn append(&self, draft: Draft) -> Result<Appended> {
        self.queue.append(draft).await
    }

    async fn find(&self, draft: &Draft) -> Result<Appended> {
        self.collections.find(draft).await
    }

    async fn history(&self, username: &Username, peer: &Username, page: Page, limit: u64) -> Result<History> {
        self.collections.history(username, peer, page, limit).await
    }

    async fn inbox(&self, username: &Username, since: Option<&str>, limit: usize) -> Result<Inbox> {
        self.collections.inbox(&self.epoch, username, since, limit).await
    }

    async fn advance(&self, username: &Username, peer: &Username, marks: Marks) -> Result<Option<Marks>> {
        self.queue.advance(username, peer, marks).await
    }

    async fn peers(&self, username: &Username) -> Result<Vec<Username>> {
        self.collections.peers(username).await
    }

    async fn converse(&self, username: &Username, peer: &Username) -> Result<bool> {
        self.collections.converse(username, peer).await
    }

    async fn ready(&self) -> Result<()> {
        self.collections.ready().await
    }
}

#[async_trait]
impl Archive for Mongo {
    fn identity(&self) -> &str {
        &self.epoch
    }

    async fn read(&self, after: Cursor, limit: u64) -> Result<Records> {
        self.collections.read_records(after, limit).await
    }

    async fn put(&self, records: Records) -> Result<()> {
        self.collections.put(records).await
    }

    async fn filled_from(&self) -> Result<Option<String>> {
        self.collections.filled_from().await
    }

    async fn begin_filling(&self, source: &str) -> Result<()> {
        self.collections.begin_filling(source).await
    }

    async fn end_filling(&self) -> Result<()> {
        self.collections.end_filling().await
    }
}
