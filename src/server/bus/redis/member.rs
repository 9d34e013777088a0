//! Who has a connection at which node, as Redis keeps it for all of them: a set of names for each node, and the nodes by
//! when they last spoke. A node that ended without a word leaves them with its set, which ends by itself.

use std::{
    collections::HashSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use redis::{RedisError, aio::MultiplexedConnection};

use super::letter::{Letter, Names, News};
use crate::protocol::ids::Username;

/// How long a node counts as there without saying so, and how often it says so: what notices a connection that is silent.
const PRESENT: Duration = Duration::from_secs(20);
pub const SAY_AGAIN: Duration = Duration::from_secs(5);
/// The names of nodes that ended are forgotten after so long.
const FORGET: Duration = Duration::from_secs(3_600);
/// How many names one command has.
pub const AT_ONCE: usize = 256;

/// One node among those of a server: what it says of its people, and hears of those of the others.
#[derive(Clone)]
pub struct Member {
    pub names: Names,
    /// This life of this node.
    pub node: String,
}

/// The nodes that are there, and whether Redis still had the people of this one.
pub struct Present {
    pub nodes: HashSet<String>,
    pub is_known: bool,
}

impl Member {
    pub fn new(names: Names, node: String) -> Self {
        Self { names, node }
    }

    /// What it writes to the others.
    pub fn letter(&self, news: News) -> String {
        Letter { node: self.node.clone(), news }.write()
    }

    /// Nobody is here.
    pub async fn clear(&self, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
        redis::pipe().del(self.own()).ignore().query_async(connection).await
    }

    /// At most `AT_ONCE` have come.
    pub async fn add(&self, connection: &mut MultiplexedConnection, some: &[Username]) -> Result<(), RedisError> {
        let mut pipe = redis::pipe();
        pipe.sadd(self.own(), names(some)).ignore().pexpire(self.own(), millis(PRESENT)).ignore();
        pipe.query_async(connection).await
    }

    /// At most `AT_ONCE` have gone.
    pub async fn remove(&self, connection: &mut MultiplexedConnection, some: &[Username]) -> Result<(), RedisError> {
        redis::pipe().srem(self.own(), names(some)).ignore().query_async(connection).await
    }

    /// This node is there. To be said every `SAY_AGAIN`.
    pub async fn say(&self, connection: &mut MultiplexedConnection) -> Result<Present, RedisError> {
        let (nodes, now) = (self.names.nodes(), now());
        // Until then the names of a node that ended are there still.
        let lately = now - millis(PRESENT + SAY_AGAIN);
        let (nodes, is_known) = redis::pipe()
            .zadd(&nodes, &self.node, now)
            .ignore()
            .zrembyscore(&nodes, "-inf", now - millis(FORGET))
            .ignore()
            .zrangebyscore(&nodes, lately, "+inf")
            .pexpire(self.own(), millis(PRESENT))
            .query_async(connection)
            .await?;
        Ok(Present { nodes, is_known })
    }

    /// Which of these have a connection at another node that is there.
    pub async fn elsewhere(
        &self,
        mut connection: MultiplexedConnection,
        usernames: &[Username],
    ) -> Result<Vec<bool>, RedisError> {
        let ask = redis::cmd("ZRANGE").arg(self.names.nodes()).arg(0).arg(-1).take();
        let mut nodes: Vec<String> = ask.query_async(&mut connection).await?;
        nodes.retain(|node| *node != self.node);
        let mut online = vec![false; usernames.len()];
        for (usernames, online) in usernames.chunks(AT_ONCE).zip(online.chunks_mut(AT_ONCE)) {
            let mut pipe = redis::pipe();
            for node in &nodes {
                pipe.cmd("SMISMEMBER").arg(self.names.node(node)).arg(names(usernames));
            }
            let nodes: Vec<Vec<bool>> = pipe.query_async(&mut connection).await?;
            for is_there in nodes {
                online.iter_mut().zip(is_there).for_each(|(online, is_there)| *online |= is_there);
            }
        }
        Ok(online)
    }

    /// The set of this node's people.
    fn own(&self) -> String {
        self.names.node(&self.node)
    }
}

fn names(usernames: &[Username]) -> Vec<&str> {
    usernames.iter().map(Username::as_str).collect()
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn now() -> i64 {
    millis(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}
