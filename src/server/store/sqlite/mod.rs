//! The store in one file beside the server, for one machine. One thread writes and commits whatever is queued as one
//! transaction; a few read-only connections answer questions, off the async threads. SQL lives in this folder and
//! nowhere else: `writer` is the way of a write, `append` the log, `read` and `inbox` what is asked of it.

mod accounts;
mod append;
mod archive;
pub mod backup;
mod cache;
pub mod checkup;
mod columns;
mod damage;
mod failure;
mod inbox;
mod invites;
mod marks;
mod open;
#[cfg(test)]
mod power;
mod read;
mod readers;
mod repeat;
mod request;
mod schema;
#[cfg(test)]
mod tests;
mod wipe;
mod writer;

use std::{fs::File, path::Path};

use async_trait::async_trait;

use self::{
    open::Ground,
    readers::Readers,
    request::{Answer, Request},
    writer::Writer,
};
use super::{
    Account, Appended, Draft, Error, History, Inbox, Invite, InviteKey, Marks, NewAccount, Page, Result, Session,
    SessionKey, Store,
    archive::{Archive, Cursor, Records},
};
use crate::{
    protocol::ids::{Id, Millis, Username},
    server::fault,
};

pub use self::open::{DATABASE, OpenError};
#[cfg(test)]
pub use self::tests::InFolder;

/// Fields are dropped in this order: the readers let go first, then the writer empties its queue and closes, and only
/// then may another server have the folder.
pub struct Sqlite {
    readers: Readers,
    writer: Writer,
    _lock: Option<File>,
}

impl Sqlite {
    /// Opens the database of a data folder for a server, making both where there are none. The folder is this
    /// process's until the store is dropped.
    pub fn open(data_folder: &Path) -> std::result::Result<Self, OpenError> {
        Self::open_on(data_folder, Ground::default())
    }

    fn open_on(data_folder: &Path, ground: Ground) -> std::result::Result<Self, OpenError> {
        open::prepare_folder(data_folder)?;
        fault::exit_in_start("folder");
        let lock = open::lock(data_folder)?;
        fault::exit_in_start("lock");
        Self::start(data_folder, Some(lock), ground)
    }

    /// Opens it beside a server that may be running, for a command that soon ends. Writes of both are kept in order by
    /// the database, and the server notices that something changed.
    pub fn open_beside(data_folder: &Path) -> std::result::Result<Self, OpenError> {
        open::prepare_folder(data_folder)?;
        // Tables are not changed beneath a server that knows the old ones.
        let _lock = match open::is_behind(&data_folder.join(DATABASE))? {
            true => Some(open::lock(data_folder).map_err(|refused| match refused {
                OpenError::InUse { folder } => OpenError::Older { folder },
                other => other,
            })?),
            false => None,
        };
        Self::start(data_folder, None, Ground::default())
    }

    fn start(data_folder: &Path, lock: Option<File>, ground: Ground) -> std::result::Result<Self, OpenError> {
        let database = data_folder.join(DATABASE);
        if lock.is_some() {
            damage::look_at_log(&open::beside(&database, "-wal"));
        }
        let connection = open::writing(&database, ground)?;
        let epoch = open::epoch(&connection)?;
        if lock.is_some() {
            damage::look_at_database(&connection, &database)?;
            open::empty_log(&connection).map_err(|source| OpenError::of(&database, source))?;
            fault::exit_in_start("log");
        }
        Ok(Self {
            readers: Readers::new(database, epoch, ground)?,
            writer: Writer::start(connection).map_err(OpenError::Thread)?,
            _lock: lock,
        })
    }

    async fn write<T: Answer>(&self, request: Request) -> Result<T> {
        let said = self.writer.ask(request).await?;
        T::hear(said).ok_or_else(|| {
            tracing::error!("the writer answered another question than was asked");
            Error::Internal
        })
    }
}

#[async_trait]
impl Store for Sqlite {
    async fn register(&self, account: NewAccount) -> Result<()> {
        self.write(Request::Register(account)).await
    }

    async fn invite(&self, invite: Invite, most: usize) -> Result<()> {
        self.write(Request::Invite(invite, most)).await
    }

    async fn invitation(&self, key: InviteKey, now: Millis) -> Result<Invite> {
        self.readers.ask(move |connection, _| invites::find(connection, key, now)).await
    }

    async fn account(&self, username: &Username) -> Result<Account> {
        let username = username.clone();
        self.readers.ask(move |connection, _| accounts::account(connection, &username)).await
    }

    async fn rename(&self, username: &Username, name: &str) -> Result<()> {
        self.write(Request::Rename(username.clone(), name.to_owned())).await
    }

    async fn set_password(
        &self,
        username: &Username,
        password: &str,
        except: Option<SessionKey>,
    ) -> Result<Vec<SessionKey>> {
        self.write(Request::SetPassword(username.clone(), password.to_owned(), except)).await
    }

    async fn close(&self, username: &Username, at: Millis) -> Result<Vec<SessionKey>> {
        self.write(Request::Close(username.clone(), at)).await
    }

    async fn open_session(&self, session: Session) -> Result<()> {
        self.write(Request::OpenSession(session)).await
    }

    async fn session(&self, key: SessionKey) -> Result<Session> {
        self.readers.ask(move |connection, _| accounts::session(connection, key)).await
    }

    async fn touch_session(&self, key: SessionKey, at: Millis) -> Result<()> {
        self.write(Request::TouchSession(key, at)).await
    }

    async fn sessions(&self, username: &Username) -> Result<Vec<Session>> {
        let username = username.clone();
        self.readers.ask(move |connection, _| accounts::sessions(connection, &username)).await
    }

    async fn end_session(&self, username: &Username, public: &Id) -> Result<SessionKey> {
        self.write(Request::EndSession(username.clone(), public.clone())).await
    }

    async fn end_sessions(&self, username: &Username, except: Option<SessionKey>) -> Result<Vec<SessionKey>> {
        self.write(Request::EndSessions(username.clone(), except)).await
    }

    async fn saw(&self, username: &Username, at: Millis) -> Result<()> {
        self.write(Request::Saw(username.clone(), at)).await
    }

    async fn append(&self, draft: Draft) -> Result<Appended> {
        self.write(Request::Append(draft)).await
    }

    async fn find(&self, draft: &Draft) -> Result<Appended> {
        let draft = draft.clone();
        self.readers
            .ask(move |connection, _| repeat::find(connection, &draft)?.ok_or_else(|| Error::NotFound.into()))
            .await
    }

    async fn history(&self, username: &Username, peer: &Username, page: Page, limit: u64) -> Result<History> {
        let (username, peer) = (username.clone(), peer.clone());
        self.readers.ask(move |connection, _| read::history(connection, &username, &peer, page, limit)).await
    }

    async fn inbox(&self, username: &Username, since: Option<&str>, limit: usize) -> Result<Inbox> {
        let (username, since) = (username.clone(), since.map(str::to_owned));
        self.readers
            .ask(move |connection, epoch| inbox::inbox(connection, epoch, &username, since.as_deref(), limit))
            .await
    }

    async fn advance(&self, username: &Username, peer: &Username, marks: Marks) -> Result<Option<Marks>> {
        self.write(Request::Advance(username.clone(), peer.clone(), marks)).await
    }

    async fn peers(&self, username: &Username) -> Result<Vec<Username>> {
        let username = username.clone();
        self.readers.ask(move |connection, _| read::peers(connection, &username)).await
    }

    async fn converse(&self, username: &Username, peer: &Username) -> Result<bool> {
        let (username, peer) = (username.clone(), peer.clone());
        self.readers.ask(move |connection, _| read::converse(connection, &username, &peer)).await
    }

    async fn ready(&self) -> Result<()> {
        if self.writer.is_well() {
            return Ok(());
        }
        // Without the probe a server that nobody writes to, because it is not ready, would never be ready again.
        self.write(Request::Probe).await
    }

    async fn written_elsewhere(&self) {
        self.writer.written_elsewhere().await;
    }
}

#[async_trait]
impl Archive for Sqlite {
    fn identity(&self) -> &str {
        self.readers.epoch()
    }

    async fn read(&self, after: Cursor, limit: u64) -> Result<Records> {
        self.readers.ask(move |connection, _| archive::read(connection, after, limit)).await
    }

    async fn put(&self, records: Records) -> Result<()> {
        self.write(Request::Put(records)).await
    }

    async fn filled_from(&self) -> Result<Option<String>> {
        self.readers.ask(|connection, _| archive::filled_from(connection)).await
    }

    async fn begin_filling(&self, source: &str) -> Result<()> {
        self.write(Request::NoteSource(Some(source.to_owned()))).await
    }

    async fn end_filling(&self) -> Result<()> {
        self.write(Request::NoteSource(None)).await
    }
}
