//! What Redis alone can do to a bus. `REDIS_URL` says where one is; `make test` starts one.

use std::sync::Arc;

use super::Redis;
use crate::{
    protocol::server::ServerFrame,
    server::{
        bus::contract::{Node, ann, within},
        hub::Hub,
        store::SessionKey,
    },
};

const LAPTOP: SessionKey = SessionKey([1; 32]);

fn url() -> String {
    std::env::var("REDIS_URL").expect("REDIS_URL names a Redis server; tools/with-servers starts one")
}

/// Nodes that share their names with no other test's.
pub async fn two_over_redis() -> [Node; 2] {
    let prefix = format!("test:{}", super::new_node());
    [node(&prefix).await, node(&prefix).await]
}

async fn node(prefix: &str) -> Node {
    let hub = Arc::new(Hub::new(20, 1000));
    let redis = Redis::open_as(prefix, &url(), hub.clone()).unwrap();
    let mut connection = redis.connection.clone();
    within("the connection", connection.wait_for(Option::is_some)).await.unwrap();
    Node { hub, bus: Arc::new(redis) }
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_with_a_sentence() {
    let hub = Arc::new(Hub::new(20, 1000));
    for url in ["redis://", "redis://host:port", "http://127.0.0.1"] {
        let Err(error) = Redis::open(url, hub.clone()) else { panic!("{url} was taken") };
        assert!(error.to_string().contains("redis://host:6379/0"), "{error}");
    }
}

#[tokio::test]
async fn databases_of_one_server_do_not_meet() {
    let hub = Arc::new(Hub::new(20, 1000));
    let names =
        |db: u8| Redis::open(&format!("{}/{db}", url().trim_end_matches('/')), hub.clone()).unwrap().member.names;
    assert_ne!(names(0).channel(&ann()), names(1).channel(&ann()));
}

#[tokio::test]
async fn without_redis_the_node_serves_itself_and_has_its_people_ask_the_store() {
    let hub = Arc::new(Hub::new(20, 1000));
    // Nobody listens at the port of a listener that is gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let redis = Redis::open(&format!("redis://127.0.0.1:{port}"), hub.clone()).unwrap();
    let node = Node { hub, bus: Arc::new(redis) };
    let mut laptop = node.join(&ann(), LAPTOP).await;
    node.tell(&ann(), 7);
    assert_eq!(node.bus.online(&[ann()]).await, [true]);
    let (mut is_told, mut is_resynced) = (false, false);
    while !(is_told && is_resynced) {
        let text = within("a frame", laptop.queue.next()).await;
        match ServerFrame::decode(&text).unwrap() {
            ServerFrame::Pong { .. } => is_told = true,
            ServerFrame::Resync { .. } => is_resynced = true,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_node_that_comes_back_has_everybody_ask_the_store() {
    let prefix = format!("test:{}", super::new_node());
    let here = node(&prefix).await;
    let mut laptop = here.join(&ann(), LAPTOP).await;
    while laptop.queue.try_next().is_some() {}
    let _back = node(&prefix).await;
    let text = within("a frame", laptop.queue.next()).await;
    assert!(matches!(ServerFrame::decode(&text), Ok(ServerFrame::Resync { .. })), "{text}");
}

#[tokio::test]
async fn a_node_is_counted_in_as_soon_as_it_is_connected() {
    for _ in 0..50 {
        let [here, there] = two_over_redis().await;
        here.join(&ann(), LAPTOP).await;
        assert_eq!(there.bus.online(&[ann()]).await, [true]);
    }
}
