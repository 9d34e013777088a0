//! What every bus must do, whichever it is: stamped for each adapter by `contract!`. What is told comes later or not at
//! all; so a test that looks for what must not come waits for what was told after it.

use std::{future::Future, sync::Arc, time::Duration};

use tokio::time::timeout;

use super::{Bus, Signal, local::Local, redis::tests::two_over_redis};
use crate::{
    protocol::{
        code::CloseCode,
        ids::{Millis, Username},
        server::ServerFrame,
    },
    server::{
        hub::{Hub, Joined, Left},
        store::SessionKey,
    },
};

const ANN_LAPTOP: SessionKey = SessionKey([1; 32]);
const ANN_PHONE: SessionKey = SessionKey([2; 32]);
const EVE: SessionKey = SessionKey([3; 32]);
/// Within this everything comes, on a busy machine too.
const PATIENCE: Duration = Duration::from_secs(10);
/// What is told last, so that one knows that all before it came.
const LAST: u64 = 1_000;

pub struct Node {
    pub hub: Arc<Hub>,
    pub bus: Arc<dyn Bus>,
}

impl Node {
    pub async fn join(&self, username: &Username, session: SessionKey) -> Joined {
        let joined = self.hub.join(username, session).expect("there is room");
        self.bus.arrived(username).await;
        joined
    }

    async fn leave(&self, username: &Username, joined: Joined) {
        let Left::Last(departure) = self.hub.leave(username, joined.id) else { panic!("that was the last one") };
        assert!(self.hub.forget(username, departure));
        self.bus.departed(username).await;
    }

    pub fn tell(&self, username: &Username, number: u64) {
        self.bus.publish(username, Signal::Frame { frame: frame(number), except: None });
    }
}

/// Two nodes of one server; the same one twice where the bus reaches no other.
struct Nodes {
    here: Arc<Node>,
    there: Arc<Node>,
}

async fn local_carries_it() -> Nodes {
    let hub = Arc::new(Hub::new(20, 1000));
    let node = Arc::new(Node { bus: Arc::new(Local::new(hub.clone())), hub });
    Nodes { here: node.clone(), there: node }
}

async fn redis_carries_it() -> Nodes {
    let [here, there] = two_over_redis().await;
    Nodes { here: Arc::new(here), there: Arc::new(there) }
}

pub fn ann() -> Username {
    Username::from_canonical("ann")
}

fn frame(number: u64) -> ServerFrame {
    ServerFrame::Pong { id: None, now: Millis(number) }
}

pub async fn within<T>(fact: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.unwrap_or_else(|_| panic!("{fact} did not come"))
}

/// The numbers told to a connection up to `LAST`. A bus that was reached just now may have had it resynchronise.
async fn told(joined: &mut Joined) -> Vec<u64> {
    let mut numbers = Vec::new();
    loop {
        let text = within("a frame", joined.queue.next()).await;
        match ServerFrame::decode(&text).unwrap() {
            ServerFrame::Pong { now: Millis(LAST), .. } => return numbers,
            ServerFrame::Pong { now, .. } => numbers.push(now.0),
            ServerFrame::Resync { .. } => {}
            other => panic!("{other:?}"),
        }
    }
}

async fn a_frame_reaches_every_connection_but_its_own(nodes: Nodes) {
    let Nodes { here, there } = nodes;
    let eve = Username::from_canonical("eve");
    let mut laptop = here.join(&ann(), ANN_LAPTOP).await;
    let mut phone = here.join(&ann(), ANN_PHONE).await;
    let mut tablet = there.join(&ann(), ANN_PHONE).await;
    let mut stranger = there.join(&eve, EVE).await;
    here.bus.publish(&ann(), Signal::Frame { frame: frame(1), except: Some(laptop.id) });
    here.tell(&ann(), LAST);
    here.tell(&eve, LAST);
    assert_eq!(told(&mut phone).await, [1]);
    assert_eq!(told(&mut tablet).await, [1]);
    assert_eq!(told(&mut laptop).await, [0; 0]);
    assert_eq!(told(&mut stranger).await, [0; 0]);
}

async fn frames_to_one_account_keep_their_order(nodes: Nodes) {
    let Nodes { here, there } = nodes;
    let mut laptop = here.join(&ann(), ANN_LAPTOP).await;
    for number in 0..100 {
        there.tell(&ann(), number);
    }
    there.tell(&ann(), LAST);
    assert_eq!(told(&mut laptop).await, (0..100).collect::<Vec<_>>());
}

async fn a_revoked_session_closes_its_connections_only(nodes: Nodes) {
    let Nodes { here, there } = nodes;
    let laptop = here.join(&ann(), ANN_LAPTOP).await;
    let mut phone = here.join(&ann(), ANN_PHONE).await;
    there.bus.publish(&ann(), Signal::Revoked(ANN_LAPTOP));
    assert_eq!(within("the end", laptop.ending.wait()).await, CloseCode::SessionEnded);
    there.tell(&ann(), LAST);
    told(&mut phone).await;
    assert_eq!(phone.ending.code(), None);
}

async fn who_has_a_connection_is_online(nodes: Nodes) {
    let Nodes { here, there } = nodes;
    let asked = [Username::from_canonical("bob"), ann()];
    let laptop = here.join(&ann(), ANN_LAPTOP).await;
    assert_eq!(here.bus.online(&asked).await, [false, true]);
    assert_eq!(there.bus.online(&asked).await, [false, true]);
    here.leave(&ann(), laptop).await;
    assert_eq!(there.bus.online(&[]).await, [false; 0]);
    for node in [here, there] {
        within("that ann is gone", async {
            while node.bus.online(&asked).await != [false, false] {
                tokio::task::yield_now().await;
            }
        })
        .await;
    }
}

async fn who_left_and_came_back_is_told_again(nodes: Nodes) {
    let Nodes { here, there } = nodes;
    for _ in 0..5 {
        let mut laptop = here.join(&ann(), ANN_LAPTOP).await;
        there.tell(&ann(), 1);
        there.tell(&ann(), LAST);
        assert_eq!(told(&mut laptop).await, [1]);
        here.leave(&ann(), laptop).await;
    }
}

macro_rules! contract {
    ($adapter:ident: $($behaviour:ident)*) => {
        mod $adapter {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(super::$adapter().await).await;
            })*
        }
    };
}

macro_rules! adapters {
    ($($adapter:ident)*) => {
        $(contract!($adapter:
            a_frame_reaches_every_connection_but_its_own
            frames_to_one_account_keep_their_order
            a_revoked_session_closes_its_connections_only
            who_has_a_connection_is_online
            who_left_and_came_back_is_told_again
        );)*
    };
}

adapters!(local_carries_it redis_carries_it);
