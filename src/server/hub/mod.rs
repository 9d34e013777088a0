//! Who is connected to this process. A registry behind short locks: it never awaits, never touches a socket, and offers
//! each frame to bounded queues. A queue that is full ends its connection, never delays another.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};

use axum::extract::ws::Utf8Bytes;
use tokio_util::sync::CancellationToken;

use crate::{
    protocol::{code::CloseCode, ids::Username, server::ServerFrame},
    server::{bus::Signal, metrics, store::SessionKey},
};

pub mod presence;
mod queue;
#[cfg(test)]
mod tests;

use self::queue::Offers;
pub use self::queue::Queue;

/// A connection of this process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ConnectionId(u64);

impl ConnectionId {
    /// A moment within a time, another for each: those of ids that follow each other lie far apart.
    pub fn spread(self, whole: Duration) -> Duration {
        // The golden ratio's multiples fill a circle evenly, however many there are.
        let turn = self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
        whole.mul_f64(turn as f64 / f64::from(u32::MAX))
    }
}

pub struct Hub {
    /// The most connections of one account; one more closes the oldest with 4409.
    most: usize,
    /// The most connections of this process; one more is turned away with 1013.
    room: usize,
    open: AtomicUsize,
    next: AtomicU64,
    /// With what all were told to close: whoever joins after that is told as well.
    closed: OnceLock<CloseCode>,
    accounts: Mutex<Accounts>,
}

type Accounts = HashMap<Username, Account, Order>;

/// Names are chosen by strangers, who must not know where they stand; a test that is run again finds the same order.
#[cfg(not(test))]
type Order = std::hash::RandomState;
#[cfg(test)]
type Order = std::hash::BuildHasherDefault<std::hash::DefaultHasher>;

#[derive(Default)]
struct Account {
    /// The oldest first.
    connections: Vec<Connection>,
    /// Counts arrivals, so that an old departure is told from a new one.
    arrivals: u64,
}

struct Connection {
    id: ConnectionId,
    session: SessionKey,
    offers: Offers,
    ending: Ending,
}

/// What a connection holds while it is registered.
pub struct Joined {
    pub id: ConnectionId,
    pub queue: Queue,
    pub ending: Ending,
    /// Whether the account was not present before.
    pub is_first: bool,
}

/// Why and when a connection is to close. The first reason stays.
#[derive(Clone, Default)]
pub struct Ending {
    code: Arc<OnceLock<CloseCode>>,
    token: CancellationToken,
}

impl Ending {
    pub fn close(&self, code: CloseCode) {
        // A later reason is no news.
        if self.code.set(code).is_ok() && code == CloseCode::TooSlow {
            metrics::queue_closed();
        }
        self.token.cancel();
    }

    pub fn code(&self) -> Option<CloseCode> {
        self.code.get().copied()
    }

    /// Waits until the connection is to close. Cancel safe.
    pub async fn wait(&self) -> CloseCode {
        self.token.cancelled().await;
        self.code().unwrap_or(CloseCode::Internal)
    }
}

/// How an account stands after one of its connections went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// Others are open.
    Open,
    /// That was the last one. The number tells this departure from a later one.
    Last(u64),
}

impl Hub {
    pub fn new(most: usize, room: usize) -> Self {
        let (open, next) = (AtomicUsize::new(0), AtomicU64::new(1));
        Self { most, room, open, next, closed: OnceLock::new(), accounts: Mutex::default() }
    }

    /// Registers a connection; `None` where there is no room for one more.
    pub fn join(&self, username: &Username, session: SessionKey) -> Option<Joined> {
        if self.open.fetch_add(1, Ordering::Relaxed) >= self.room {
            self.open.fetch_sub(1, Ordering::Relaxed);
            return None;
        }
        let id = ConnectionId(self.next.fetch_add(1, Ordering::Relaxed));
        let (offers, queue) = queue::new();
        let ending = Ending::default();
        let connection = Connection { id, session, offers, ending: ending.clone() };
        let mut accounts = self.lock();
        let is_first = !accounts.contains_key(username);
        let account = accounts.entry(username.clone()).or_default();
        account.arrivals += 1;
        account.connections.push(connection);
        if account.connections.len() > self.most {
            account.connections.remove(0).ending.close(CloseCode::TooManyConnections);
        }
        // Asked under the lock: either `close_all` finds this connection, or this finds what it has said.
        if let Some(code) = self.closed.get() {
            ending.close(*code);
        }
        metrics::connected();
        Some(Joined { id, queue, ending, is_first })
    }

    /// Takes a connection out. The account stays present until `forget`.
    pub fn leave(&self, username: &Username, id: ConnectionId) -> Left {
        self.open.fetch_sub(1, Ordering::Relaxed);
        metrics::disconnected();
        let mut accounts = self.lock();
        let Some(account) = accounts.get_mut(username) else { return Left::Open };
        account.connections.retain(|connection| connection.id != id);
        if account.connections.is_empty() { Left::Last(account.arrivals) } else { Left::Open }
    }

    /// Ends the presence of an account if nobody came back since that departure. True where it ended.
    pub fn forget(&self, username: &Username, departure: u64) -> bool {
        let mut accounts = self.lock();
        let is_gone = accounts
            .get(username)
            .is_some_and(|account| account.connections.is_empty() && account.arrivals == departure);
        if is_gone {
            accounts.remove(username);
        }
        is_gone
    }

    /// Whether the account has a connection here, or had one a moment ago.
    pub fn is_present(&self, username: &Username) -> bool {
        self.lock().contains_key(username)
    }

    /// The sessions of all connections; one is named as often as it has connections.
    pub fn sessions(&self) -> Vec<(Username, SessionKey)> {
        let accounts = self.lock();
        let of = |(username, account): (&Username, &Account)| -> Vec<_> {
            account.connections.iter().map(|connection| (username.clone(), connection.session)).collect()
        };
        accounts.iter().flat_map(of).collect()
    }

    /// Offers a signal to the account's connections. Encodes a frame once, and only where somebody is there to read it.
    pub fn deliver(&self, to: &Username, signal: &Signal) {
        let accounts = self.lock();
        let Some(account) = accounts.get(to) else { return };
        match signal {
            Signal::Frame { frame, except } => {
                let mut readers =
                    account.connections.iter().filter(|connection| Some(connection.id) != *except).peekable();
                if readers.peek().is_some() {
                    let text = Utf8Bytes::from(frame.encode());
                    readers.for_each(|connection| connection.offer(text.clone()));
                }
            }
            Signal::Revoked(session) => account
                .connections
                .iter()
                .filter(|connection| connection.session == *session)
                .for_each(|connection| connection.ending.close(CloseCode::SessionEnded)),
        }
    }

    /// Who has a connection here, or had one a moment ago.
    pub fn present(&self) -> Vec<Username> {
        self.lock().keys().cloned().collect()
    }

    /// Offers a frame to every connection.
    pub fn tell_all(&self, frame: &ServerFrame) {
        let text = Utf8Bytes::from(frame.encode());
        for account in self.lock().values() {
            account.connections.iter().for_each(|connection| connection.offer(text.clone()));
        }
    }

    /// Tells every connection to close, those too that are about to join: the server goes away.
    pub fn close_all(&self, code: CloseCode) {
        // It goes away once.
        let _ = self.closed.set(code);
        for account in self.lock().values() {
            account.connections.iter().for_each(|connection| connection.ending.close(code));
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Accounts> {
        // Nothing under this lock leaves the map half changed, so a panic elsewhere does not spoil it.
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Connection {
    fn offer(&self, text: Utf8Bytes) {
        if !self.offers.offer(text) {
            self.ending.close(CloseCode::TooSlow);
        }
    }
}
