//! What is kept: accounts, sessions, and one log a conversation, with the marks of both its people.
//!
//! `Store` is the trait and these are its promises; `contract.rs` holds every adapter to them. An adapter translates
//! its driver's errors into the outcomes of `Error` at its edge; no SQL, row or driver type leaves its folder. Nothing
//! here knows sockets, frames of the wire beyond their entries, or who is online. Only `server::command` and the
//! account pages call it.
//!
//! The promises:
//! - **Durable.** `append` answers only after the entry is committed in the sense of the adapter (SQLite: WAL with
//!   `synchronous=FULL`).
//! - **One order.** The entries of a conversation are numbered 1, 2, 3 … without a hole, in commit order, fixed by the
//!   insert itself under a unique (conversation, seq). Their times never go back.
//! - **Once.** (author, id) is unique for as long as the entry lives. The same `Draft` again is answered with the same
//!   `seq` and `at` and writes nothing; the same id with other content is `Conflict`. An error never uses an id up.
//! - **Erased.** After a deletion no query and no later backup holds the words of the message or of its edits, nor after
//!   a closing the words of the notes to oneself.
//! - A conversation is one whichever of its two people asks. One's own name as `peer` is the notes to oneself.

mod account;
pub mod archive;
#[cfg(test)]
pub mod calls;
#[cfg(test)]
mod contract;
#[cfg(test)]
pub mod faulty;
mod log;
#[cfg(test)]
pub mod memory;
pub mod mongo;
pub mod place;
pub mod since;
pub mod sqlite;

use std::sync::Arc;

use async_trait::async_trait;

pub use self::{
    account::{Account, Invite, InviteKey, Inviter, NewAccount, Session, SessionKey, SessionKind},
    log::{Appended, Draft, History, Inbox, Marks, Page, Row},
};
use crate::protocol::ids::{Id, Millis, Username};

/// The outcomes somebody acts on. The operator's cause is logged by the adapter, where it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// There is no such account, session or entry, or it is not this person's to see.
    #[error("not found")]
    NotFound,
    /// `append` and `history`: there is no account of the peer's name.
    #[error("there is no such peer")]
    UnknownPeer,
    /// The target was written by the other one.
    #[error("that message is not yours")]
    NotYours,
    /// The target is deleted.
    #[error("that message is deleted")]
    Gone,
    /// The id stands for other content; or a name is taken, or looks like one that is.
    #[error("conflict")]
    Conflict,
    /// The peer's account is closed.
    #[error("not available")]
    NotAvailable,
    /// The queue to the store is full. Nothing was written.
    #[error("busy")]
    Busy,
    /// The store cannot be reached or cannot write. Nothing was written.
    #[error("unavailable")]
    Unavailable,
    /// A write may or may not have happened. Ask again with the same id.
    #[error("unknown outcome")]
    UnknownOutcome,
    /// A defect of ours, logged where it happened.
    #[error("internal")]
    Internal,
}

pub type Result<T> = std::result::Result<T, Error>;

#[async_trait]
pub trait Store: Send + Sync + 'static {
    /// Makes an account, and uses its invitation up by the same write. `NotFound` where the invitation that is named does not
    /// count; `Conflict` where the name or its skeleton is taken, which leaves the invitation as it was.
    async fn register(&self, account: NewAccount) -> Result<()>;

    /// Keeps an invitation, and forgets those whose time is over. Of a member's own the newest `most` stay. `NotFound` where
    /// the member's account is none or closed.
    async fn invite(&self, invite: Invite, most: usize) -> Result<()>;

    /// The invitation of a key; `NotFound` where there is none, or it does not count at that time.
    async fn invitation(&self, key: InviteKey, now: Millis) -> Result<Invite>;

    /// `NotFound` where there is none. A closed account is found.
    async fn account(&self, username: &Username) -> Result<Account>;

    /// Gives an account another shown name, which its sessions and its rows in others' inboxes tell from then on. That alone
    /// is no change that `since` finds. `NotFound` where the account is none or closed.
    async fn rename(&self, username: &Username, name: &str) -> Result<()>;

    /// Gives an account another password, a PHC string, and ends its sessions but the excepted one, in the same commit:
    /// whoever came in by the old password is out. Returns the keys that ended. `NotFound` where the account is none or
    /// closed.
    async fn set_password(
        &self,
        username: &Username,
        password: &str,
        except: Option<SessionKey>,
    ) -> Result<Vec<SessionKey>>;

    /// Closes an account for good: its password and its sessions are gone, and the words of its notes to itself. Its name and
    /// skeleton stay taken, and what it said to others stays with them. Returns the keys that ended. `NotFound` where the
    /// account is none or closed.
    async fn close(&self, username: &Username, at: Millis) -> Result<Vec<SessionKey>>;

    /// Keeps a session. `NotFound` where its account is none or closed.
    async fn open_session(&self, session: Session) -> Result<()>;

    /// The session of a key; `NotFound` where there is none or its account is closed. Age is for the caller to judge.
    async fn session(&self, key: SessionKey) -> Result<Session>;

    /// Notes that a session was used at a time; a time before the last one, or no such session, changes nothing.
    async fn touch_session(&self, key: SessionKey, at: Millis) -> Result<()>;

    /// The sessions of an account, the last used first.
    async fn sessions(&self, username: &Username) -> Result<Vec<Session>>;

    /// Ends a session of this account and returns its key. `NotFound` where it has none of that public name.
    async fn end_session(&self, username: &Username, public: &Id) -> Result<SessionKey>;

    /// Ends the sessions of this account but the excepted one, and returns the keys that ended. `NotFound` where the account
    /// is none or closed.
    async fn end_sessions(&self, username: &Username, except: Option<SessionKey>) -> Result<Vec<SessionKey>>;

    /// Notes when the account's last connection closed. An earlier time than the stored one changes nothing.
    async fn saw(&self, username: &Username, at: Millis) -> Result<()>;

    /// Writes an entry. Checked in this order: a repeat (answered with its place, or `Conflict`); then the author (`NotFound`
    /// where the account is none or closed); then the peer
    /// (`UnknownPeer`, or `NotAvailable` for all but a deletion where its account is closed); then the target
    /// (`NotFound` where it is no message of this conversation, `NotYours` for an edit or deletion of the other's
    /// message, `Gone` for an edit, deletion or reaction to a deleted one; replying to a deleted one is allowed).
    /// A deletion also erases the body of its message and of that message's edits, in the same commit. Compared for a repeat
    /// are kind, peer, `of`, `reply_to`, `emoji` and the body, unless it was erased.
    async fn append(&self, draft: Draft) -> Result<Appended>;

    /// The place of a draft that was written before; `NotFound` where it was not, `Conflict` as in `append`.
    async fn find(&self, draft: &Draft) -> Result<Appended>;

    /// A page of the log, at most `limit` entries. `UnknownPeer` where there is no account of that name; an empty page
    /// with head 0 where nothing was said yet.
    async fn history(&self, username: &Username, peer: &Username, page: Page, limit: u64) -> Result<History>;

    /// The conversations of an account that changed since an earlier answer (a mark of either side is a change), at most
    /// `limit` of them. `None`, or a `since` that cannot be read or comes from another life of the store, means all.
    /// Asking again with the answer's `since` until `more` is false gives every conversation at least once, those that
    /// changed last in the first answer. `NotFound` where there is no such account.
    async fn inbox(&self, username: &Username, since: Option<&str>, limit: usize) -> Result<Inbox>;

    /// Raises one's marks: both are capped at the head, `read` lifts `delivered`, neither falls. Returns the marks
    /// where something rose; `None` where nothing did or there is no such conversation. Raised in the order of the first polls.
    async fn advance(&self, username: &Username, peer: &Username, marks: Marks) -> Result<Option<Marks>>;

    /// With whom a conversation exists, oneself left out.
    async fn peers(&self, username: &Username) -> Result<Vec<Username>>;

    /// Whether there is a conversation of the two.
    async fn converse(&self, username: &Username, peer: &Username) -> Result<bool>;

    /// Whether an entry could be stored now. `Unavailable` where not.
    async fn ready(&self) -> Result<()>;

    /// Waits until another process has written to the store since this was asked last. For ever where that cannot be seen:
    /// then what it changed is found by asking.
    async fn written_elsewhere(&self) {
        std::future::pending().await
    }
}

pub type SharedStore = Arc<dyn Store>;
