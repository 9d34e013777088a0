//! The store in memory, for tests: every promise but durability, in the plainest way. What is quick in an adapter is
//! slow here on purpose, so that the two can only agree by keeping the same contract.

mod accounts;
mod flaws;
mod log;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use async_trait::async_trait;

use self::log::{Log, check_target, is_repeat};
use super::{
    Account, Appended, Draft, Error, History, Inbox, Invite, InviteKey, Marks, NewAccount, Page, Result, Row, Session,
    SessionKey, Store, since::Since,
};
use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Id, Millis, Seq, Username},
};

pub struct Memory {
    epoch: String,
    /// Shared by all callers; never held across an await.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    accounts: HashMap<Username, (Account, String)>,
    sessions: Vec<Session>,
    invites: Vec<Invite>,
    logs: BTreeMap<Pair, Log>,
    touched: u64,
    /// How far a counter has come that is not the log.
    counters: BTreeMap<Pair, Seq>,
}

/// The two names, sorted.
type Pair = (Username, Username);

impl Memory {
    pub fn new() -> Self {
        static LIVES: AtomicU64 = AtomicU64::new(0);
        Self { epoch: format!("memory{}", LIVES.fetch_add(1, Ordering::Relaxed)), state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pair(one: &Username, other: &Username) -> Pair {
    (one.min(other).clone(), one.max(other).clone())
}

impl State {
    fn find(&self, draft: &Draft) -> Result<Appended> {
        let (names, entry) = self
            .logs
            .iter()
            .flat_map(|(names, log)| log.entries.iter().map(move |entry| (names, entry)))
            .find(|(_, entry)| entry.from == draft.author && entry.id == draft.id)
            .ok_or(Error::NotFound)?;
        if *names != pair(&draft.author, &draft.peer) || !is_repeat(&entry.kind, &draft.kind) {
            return Err(Error::Conflict);
        }
        Ok(Appended { seq: entry.seq, at: entry.at, is_new: false })
    }

    fn append(&mut self, draft: Draft) -> Result<Appended> {
        match self.find(&draft) {
            Err(Error::NotFound) => {}
            settled => return settled,
        }
        self.add(draft)
    }

    fn add(&mut self, draft: Draft) -> Result<Appended> {
        self.open_account(&draft.author)?;
        let peer = self.account(&draft.peer).map_err(|_| Error::UnknownPeer)?;
        if peer.is_closed && !matches!(draft.kind, Kind::Deletion { .. }) {
            return Err(Error::NotAvailable);
        }
        let names = pair(&draft.author, &draft.peer);
        check_target(self.logs.get(&names), &draft)?;
        self.touched += 1;
        let log = self.logs.entry(names).or_default();
        log.touched = self.touched;
        Ok(log.append(draft))
    }

    fn row(&self, names: &Pair, log: &Log, me: &Username) -> Row {
        let peer = if names.0 == *me { &names.1 } else { &names.0 };
        let mine = log.marks_of(me);
        let is_unread = |entry: &&Entry| {
            entry.from != *me && entry.seq > mine.read && matches!(entry.kind, Kind::Message { body: Some(_), .. })
        };
        let account = self.accounts.get(peer).map(|(account, _)| account);
        Row {
            peer: peer.clone(),
            name: account.map(|account| account.name.clone()).unwrap_or_default(),
            head: log.head(),
            at: log.entries.last().map_or(Millis(0), |entry| entry.at),
            unread: log.entries.iter().filter(is_unread).count() as u64,
            mine,
            theirs: log.marks_of(peer),
            last_seen: account.and_then(|account| account.last_seen),
            last: log.last_message(),
        }
    }
}

#[async_trait]
impl Store for Memory {
    async fn register(&self, new: NewAccount) -> Result<()> {
        self.state().register(new)
    }

    async fn invite(&self, invite: Invite, most: usize) -> Result<()> {
        self.state().invite(invite, most)
    }

    async fn invitation(&self, key: InviteKey, now: Millis) -> Result<Invite> {
        self.state().invitation(key, now)
    }

    async fn account(&self, username: &Username) -> Result<Account> {
        self.state().account(username).cloned()
    }

    async fn rename(&self, username: &Username, name: &str) -> Result<()> {
        name.clone_into(&mut self.state().open_account(username)?.name);
        Ok(())
    }

    async fn set_password(
        &self,
        username: &Username,
        password: &str,
        except: Option<SessionKey>,
    ) -> Result<Vec<SessionKey>> {
        let mut state = self.state();
        password.clone_into(&mut state.open_account(username)?.password);
        state.end_sessions(username, except)
    }

    async fn close(&self, username: &Username, _at: Millis) -> Result<Vec<SessionKey>> {
        self.state().close(username)
    }

    async fn open_session(&self, session: Session) -> Result<()> {
        let mut state = self.state();
        state.open_account(&session.username)?;
        state.sessions.push(session);
        Ok(())
    }

    async fn session(&self, key: SessionKey) -> Result<Session> {
        self.state().session(key)
    }

    async fn touch_session(&self, key: SessionKey, at: Millis) -> Result<()> {
        self.state().touch_session(key, at);
        Ok(())
    }

    async fn sessions(&self, username: &Username) -> Result<Vec<Session>> {
        Ok(self.state().sessions(username))
    }

    async fn end_session(&self, username: &Username, public: &Id) -> Result<SessionKey> {
        self.state().end_session(username, public)
    }

    async fn end_sessions(&self, username: &Username, except: Option<SessionKey>) -> Result<Vec<SessionKey>> {
        self.state().end_sessions(username, except)
    }

    async fn saw(&self, username: &Username, at: Millis) -> Result<()> {
        if let Some((account, _)) = self.state().accounts.get_mut(username) {
            account.last_seen = account.last_seen.max(Some(at));
        }
        Ok(())
    }

    async fn append(&self, draft: Draft) -> Result<Appended> {
        self.state().append(draft)
    }

    async fn find(&self, draft: &Draft) -> Result<Appended> {
        self.state().find(draft)
    }

    async fn history(&self, username: &Username, peer: &Username, page: Page, limit: u64) -> Result<History> {
        let state = self.state();
        state.account(username)?;
        state.account(peer).map_err(|_| Error::UnknownPeer)?;
        let nothing = Log::default();
        let log = state.logs.get(&pair(username, peer)).unwrap_or(&nothing);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let wanted: Vec<_> = log
            .entries
            .iter()
            .filter(|entry| match page {
                Page::After(seq) => entry.seq > seq,
                Page::Before(seq) => entry.seq < seq,
                Page::Newest => true,
            })
            .cloned()
            .collect();
        let surplus = wanted.len().saturating_sub(limit);
        let entries = match page {
            Page::After(_) => wanted[..wanted.len() - surplus].to_vec(),
            Page::Before(_) | Page::Newest => wanted[surplus..].to_vec(),
        };
        Ok(History { entries, head: log.head(), is_complete: surplus == 0 })
    }

    async fn inbox(&self, username: &Username, since: Option<&str>, limit: usize) -> Result<Inbox> {
        let state = self.state();
        state.account(username)?;
        let mut logs: Vec<_> =
            state.logs.iter().filter(|(names, _)| names.0 == *username || names.1 == *username).collect();
        logs.sort_by_key(|(_, log)| std::cmp::Reverse(log.touched));
        let newest = logs.first().map_or(0, |(_, log)| log.touched);
        let limit = limit.max(1);
        let window = Since::read(since, &self.epoch).window(newest);
        let rows = logs
            .into_iter()
            .filter(|(_, log)| log.touched > window.floor && log.touched < window.below)
            .take(limit + 1)
            .map(|(names, log)| (log.touched, state.row(names, log, username)))
            .collect();
        Ok(window.answer(rows, limit, &self.epoch))
    }

    async fn advance(&self, username: &Username, peer: &Username, marks: Marks) -> Result<Option<Marks>> {
        let mut state = self.state();
        let touched = state.touched + 1;
        let Some(log) = state.logs.get_mut(&pair(username, peer)) else {
            return Ok(None);
        };
        let held = log.marks_of(username);
        let read = held.read.max(marks.read.min(log.head()));
        let delivered = marks.delivered.min(log.head()).max(held.delivered).max(read);
        let raised = Marks { delivered, read };
        if raised == held {
            return Ok(None);
        }
        log.marks.insert(username.clone(), raised);
        log.touched = touched;
        state.touched = touched;
        Ok(Some(raised))
    }

    async fn peers(&self, username: &Username) -> Result<Vec<Username>> {
        let state = self.state();
        let peers = state.logs.keys().filter_map(|(one, other)| {
            if one == other {
                None
            } else if one == username {
                Some(other.clone())
            } else {
                (other == username).then(|| one.clone())
            }
        });
        Ok(peers.collect())
    }

    async fn converse(&self, username: &Username, peer: &Username) -> Result<bool> {
        Ok(self.state().logs.contains_key(&pair(username, peer)))
    }

    async fn ready(&self) -> Result<()> {
        Ok(())
    }
}
