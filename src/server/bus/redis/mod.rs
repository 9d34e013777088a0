//! The bus of several nodes, over Redis. A node hears one channel an account while the account has a connection there, and
//! one that all nodes hear. `line` is the task that has the connection, `letter` what is said over it, `member` who is at
//! which node.
//!
//! What is said while Redis cannot be reached is lost: so a node that was cut off tells its own connections, and over the
//! channel of all nodes those of the others, to ask the store (`resync` in docs/protocol.md).

mod letter;
mod line;
mod member;
#[cfg(test)]
pub mod tests;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use redis::{Client, IntoConnectionInfo, ProtocolVersion, RedisError, aio::MultiplexedConnection};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::timeout,
};

use self::{
    letter::{Names, News},
    line::{Job, Line},
    member::Member,
};
use super::{Bus, Signal};
use crate::{
    protocol::ids::Username,
    server::{fault, hub::Hub, metrics, random},
};

/// How much may wait to be said; what comes then is lost, and all nodes are told so once the line is free.
const WAITING: usize = 8_192;
/// How long an answer of Redis is waited for before it is done without.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, thiserror::Error)]
#[error("the address of the bus cannot be read: {0}; it looks like redis://host:6379/0")]
pub struct OpenError(RedisError);

pub struct Redis {
    hub: Arc<Hub>,
    member: Member,
    jobs: mpsc::Sender<Job>,
    /// Something could not even wait to be said.
    is_short: Arc<AtomicBool>,
    /// `None` while it is cut off.
    connection: watch::Receiver<Option<MultiplexedConnection>>,
}

/// Whether a server answers at a `redis://` address; else why not.
pub async fn ping(url: &str) -> Result<(), String> {
    let asked = async {
        let mut connection = redis::Client::open(url)?.get_multiplexed_async_connection().await?;
        redis::cmd("PING").query_async::<()>(&mut connection).await
    };
    asked.await.map_err(|error: RedisError| error.to_string())
}

impl Redis {
    /// Connects to the server that a `redis://` address names, and stays connected; it need not be there yet. Nodes whose
    /// addresses name the same database of it are one server to their people. To be called within a runtime.
    pub fn open(url: &str, hub: Arc<Hub>) -> Result<Self, OpenError> {
        let info = url.into_connection_info().map_err(OpenError)?;
        let prefix = format!("duologue:{}", info.redis_settings().db());
        Self::open_as(&prefix, url, hub)
    }

    fn open_as(prefix: &str, url: &str, hub: Arc<Hub>) -> Result<Self, OpenError> {
        let info = url.into_connection_info().map_err(OpenError)?;
        // What is heard comes in between answers, which the older protocol does not allow.
        let settings = info.redis_settings().clone().set_protocol(ProtocolVersion::RESP3);
        let client = Client::open(info.set_redis_settings(settings)).map_err(OpenError)?;
        let member = Member::new(Names::new(prefix), new_node());
        let (jobs, waiting) = mpsc::channel(WAITING);
        let is_short = Arc::new(AtomicBool::new(false));
        let (line, connection) = Line::new(client, member.clone(), Arc::clone(&hub), waiting, Arc::clone(&is_short));
        tokio::spawn(line.run());
        Ok(Self { hub, member, jobs, is_short, connection })
    }

    /// Which of these have a connection at another node; `None` where Redis does not say.
    async fn elsewhere(&self, usernames: &[Username]) -> Option<Vec<bool>> {
        let connection = self.connection.borrow().clone()?;
        timeout(PATIENCE, self.member.elsewhere(connection, usernames))
            .await
            .ok()?
            .inspect_err(|error| tracing::warn!(%error, "who is online is not known"))
            .ok()
    }
}

#[async_trait]
impl Bus for Redis {
    fn publish(&self, to: &Username, signal: Signal) {
        self.hub.deliver(to, &signal);
        if loses_this() {
            return;
        }
        let said = Job::Say { channel: self.member.names.channel(to), letter: self.member.letter(News::of(&signal)) };
        if self.jobs.try_send(said).is_err() {
            self.is_short.store(true, Ordering::Relaxed);
            metrics::bus_lost();
        }
    }

    async fn arrived(&self, username: &Username) {
        let (heard, hears) = oneshot::channel();
        if self.jobs.send(Job::Look { username: username.clone(), done: Some(heard) }).await.is_ok()
            && self.connection.borrow().is_some()
        {
            // Later than that it is late, and a `resync` follows.
            let _ = timeout(PATIENCE, hears).await;
        }
    }

    async fn departed(&self, username: &Username) {
        // Where the line is gone the server ends.
        let _ = self.jobs.send(Job::Look { username: username.clone(), done: None }).await;
    }

    async fn online(&self, usernames: &[Username]) -> Vec<bool> {
        let elsewhere = self.elsewhere(usernames).await.unwrap_or_default();
        let is_elsewhere = |place: usize| elsewhere.get(place).copied().unwrap_or(false);
        let people = usernames.iter().enumerate();
        people.map(|(place, username)| self.hub.is_present(username) || is_elsewhere(place)).collect()
    }
}

fn new_node() -> String {
    format!("{:016x}", u64::from_ne_bytes(random::bytes()))
}

/// For the test of a bus that loses as many of ten hints as it says.
fn loses_this() -> bool {
    static SAID: AtomicU64 = AtomicU64::new(0);
    let of_ten: Option<u64> = fault::at("lose-hints").and_then(|of_ten| of_ten.parse().ok());
    of_ten.is_some_and(|of_ten| SAID.fetch_add(7, Ordering::Relaxed) % 10 < of_ten)
}
