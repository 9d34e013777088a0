//! The task that has the connection to Redis, and makes it anew where it is lost.
//!
//! Which channels are heard follows from who is present in the hub whenever somebody came or went, not from the order in
//! which that was said.

use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use redis::{AsyncConnectionConfig, Client, Msg, PushInfo, PushKind, RedisError, aio::MultiplexedConnection};
use tokio::{
    sync::{mpsc, oneshot, watch},
    time::{Instant, MissedTickBehavior, interval, interval_at, sleep},
};
use tokio_util::sync::CancellationToken;

use super::{
    letter::{Letter, News},
    member::{AT_ONCE, Member, Present, SAY_AGAIN},
};
use crate::{
    protocol::{ids::Username, server::ServerFrame},
    server::{fault, hub::Hub, metrics},
};

/// Longer without an answer, and the connection counts as lost.
const ANSWER: Duration = Duration::from_secs(2);
/// Between two attempts to connect: the first pause, and the longest.
const PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often the connections of a node that is cut off are told to ask the store, and within what time they do.
const TELL: Duration = Duration::from_secs(4);
const WITHIN_MS: u64 = 1_000;
/// How many jobs are done in one go.
const JOBS: usize = 256;

const RESYNC: ServerFrame = ServerFrame::Resync { within_ms: WITHIN_MS };

pub enum Job {
    /// Says something on a channel. Lost while the line is cut off.
    Say { channel: String, letter: String },
    /// Looks whether an account is present here; `done` once its channel is heard, or dropped where it cannot be.
    Look { username: Username, done: Option<oneshot::Sender<()>> },
}

pub struct Line {
    client: Client,
    member: Member,
    hub: Arc<Hub>,
    jobs: mpsc::Receiver<Job>,
    /// Something could not even wait to be said.
    is_short: Arc<AtomicBool>,
    connection: watch::Sender<Option<MultiplexedConnection>>,
    /// Whose channels are heard.
    here: HashSet<Username>,
    /// The nodes that are there.
    nodes: HashSet<String>,
}

/// A connection, and what tells that it is lost.
struct Open {
    connection: MultiplexedConnection,
    lost: CancellationToken,
}

/// Nobody will ask for anything any more: the server ends.
struct Ended;

impl Line {
    pub fn new(
        client: Client,
        member: Member,
        hub: Arc<Hub>,
        jobs: mpsc::Receiver<Job>,
        is_short: Arc<AtomicBool>,
    ) -> (Self, watch::Receiver<Option<MultiplexedConnection>>) {
        let (connection, watched) = watch::channel(None);
        let (here, nodes) = (HashSet::new(), HashSet::new());
        (Self { client, member, hub, jobs, is_short, connection, here, nodes }, watched)
    }

    pub async fn run(mut self) {
        metrics::bus_connected(false);
        while let Some(open) = self.reach().await {
            let served = self.serve(open).await;
            self.connection.send_replace(None);
            metrics::bus_connected(false);
            match served {
                Ok(Ended) => return,
                Err(error) => tracing::warn!(%error, "the bus is cut off: news of other nodes comes late"),
            }
        }
    }

    /// Until Redis is reached. What is said meanwhile is lost. `None` where the server ends.
    async fn reach(&mut self) -> Option<Open> {
        let mut reaching = Box::pin(reach(self.client.clone(), self.heard()));
        let mut tell = interval(TELL);
        loop {
            tokio::select! {
                open = &mut reaching => return Some(open),
                job = self.jobs.recv() => {
                    if let Job::Say { .. } = job? {
                        metrics::bus_lost();
                    }
                }
                _ = tell.tick() => tell_all(&self.hub),
            }
        }
    }

    /// What becomes of news that is heard.
    fn heard(&self) -> impl Fn(PushInfo) + Clone + Send + Sync + 'static {
        let (hub, member) = (Arc::clone(&self.hub), self.member.clone());
        move |push| {
            let Some(message) = Msg::from_push_info(push) else { return };
            match Letter::read(message.get_payload_bytes()) {
                None => tracing::warn!(channel = message.get_channel_name(), "what came over the bus cannot be read"),
                Some(letter) if letter.node == member.node => {}
                Some(Letter { news: News::Resync, .. }) => tell_all(&hub),
                Some(letter) => {
                    let account = member.names.account(message.get_channel_name());
                    if let (Some(account), Some(signal)) = (account, letter.news.into_signal()) {
                        hub.deliver(&account, &signal);
                    }
                }
            }
        }
    }

    /// Until the connection is lost, or the server ends.
    async fn serve(&mut self, open: Open) -> Result<Ended, RedisError> {
        let Open { mut connection, lost } = open;
        connection.subscribe(self.member.names.everybody()).await?;
        self.here.clear();
        self.member.clear(&mut connection).await?;
        self.look(&mut connection, self.hub.present()).await?;
        // Before anybody is told that they are heard here: a node that is not among the others has nobody online.
        self.say_present(&mut connection).await?;
        self.connection.send_replace(Some(connection.clone()));
        metrics::bus_connected(true);
        tracing::info!("the bus is connected");
        self.resync(&mut connection).await?;
        let mut say_again = interval_at(Instant::now() + SAY_AGAIN, SAY_AGAIN);
        say_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut jobs = Vec::new();
        loop {
            tokio::select! {
                () = lost.cancelled() => return Err(RedisError::from((redis::ErrorKind::Io, "the server is gone"))),
                count = self.jobs.recv_many(&mut jobs, JOBS) => match count {
                    0 => return Ok(Ended),
                    _ => self.work(&mut connection, &mut jobs).await?,
                },
                _ = say_again.tick() => self.say_present(&mut connection).await?,
            }
        }
    }

    async fn work(&mut self, connection: &mut MultiplexedConnection, jobs: &mut Vec<Job>) -> Result<(), RedisError> {
        let mut saying = redis::pipe();
        let (mut usernames, mut waiting) = (Vec::new(), Vec::new());
        for job in jobs.drain(..) {
            match job {
                Job::Say { channel, letter } => {
                    saying.publish(channel, letter).ignore();
                }
                Job::Look { username, done } => {
                    usernames.push(username);
                    waiting.extend(done);
                }
            }
        }
        self.look(connection, usernames).await?;
        for done in waiting {
            // Whoever waited may have gone.
            let _ = done.send(());
        }
        if !saying.is_empty() {
            saying.query_async::<()>(connection).await?;
        }
        if self.is_short.swap(false, Ordering::Relaxed) {
            tracing::warn!("the bus was full: all nodes are told to ask the store");
            self.resync(connection).await?;
        }
        Ok(())
    }

    /// Hears the channels of those among them who are here, and no more those of the others.
    async fn look(
        &mut self,
        connection: &mut MultiplexedConnection,
        usernames: Vec<Username>,
    ) -> Result<(), RedisError> {
        let (mut came, mut went) = (Vec::new(), Vec::new());
        for username in usernames {
            let is_here = self.hub.is_present(&username);
            if is_here && self.here.insert(username.clone()) {
                came.push(username);
            } else if !is_here && self.here.remove(&username) {
                went.push(username);
            }
        }
        let channels =
            |some: &[Username]| some.iter().map(|username| self.member.names.channel(username)).collect::<Vec<_>>();
        for some in came.chunks(AT_ONCE) {
            connection.subscribe(channels(some)).await?;
            self.member.add(connection, some).await?;
        }
        for some in went.chunks(AT_ONCE) {
            connection.unsubscribe(channels(some)).await?;
            self.member.remove(connection, some).await?;
        }
        Ok(())
    }

    /// Has every connection of every node ask the store.
    async fn resync(&self, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
        tell_all(&self.hub);
        let letter = self.member.letter(News::Resync);
        redis::pipe().publish(self.member.names.everybody(), letter).ignore().query_async(connection).await
    }

    async fn say_present(&mut self, connection: &mut MultiplexedConnection) -> Result<(), RedisError> {
        let Present { nodes, is_known } = self.member.say(connection).await?;
        let before = std::mem::replace(&mut self.nodes, nodes);
        if !before.is_subset(&self.nodes) {
            tracing::warn!("a node is gone: whoever was there may be online no more");
            tell_all(&self.hub);
        }
        if !is_known && !self.here.is_empty() {
            // Redis forgot: all that is heard is said again.
            let here: Vec<_> = std::mem::take(&mut self.here).into_iter().collect();
            self.look(connection, here).await?;
        }
        Ok(())
    }
}

/// Has every connection of this node ask the store.
fn tell_all(hub: &Hub) {
    if !fault::is_mutant("no-resync") {
        hub.tell_all(&RESYNC);
    }
}

/// Connects, however long that takes; `heard` is given what is heard from then on.
async fn reach(client: Client, heard: impl Fn(PushInfo) + Clone + Send + Sync + 'static) -> Open {
    let mut pause = PAUSE;
    loop {
        let lost = CancellationToken::new();
        let (heard, losing) = (heard.clone(), lost.clone());
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(ANSWER))
            .set_response_timeout(Some(ANSWER))
            .set_push_sender(move |push: PushInfo| {
                match push.kind {
                    PushKind::Disconnection => losing.cancel(),
                    _ => heard(push),
                }
                Ok::<_, std::convert::Infallible>(())
            });
        match client.get_multiplexed_async_connection_with_config(&config).await {
            Ok(connection) => return Open { connection, lost },
            Err(error) => tracing::warn!(%error, "the bus cannot be reached"),
        }
        sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}
