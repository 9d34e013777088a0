//! Typing and presence: hints that are passed on to the people one talks with, and to nobody else.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{server::Server, socket::Socket, within};
use tokio::time::Instant;

/// Offline is said 10 s after the last connection closed.
const GRACE: Duration = Duration::from_secs(10);
const OFFLINE_PATIENCE: Duration = Duration::from_secs(20);

/// Reads until the peer's presence is said, however long the grace; gives it with all presence heard on the way.
async fn presence_of(socket: &mut Socket, peer: &str, online: bool) -> (Value, Vec<Value>) {
    within(OFFLINE_PATIENCE, "the presence of a peer", async {
        let mut before = Vec::new();
        loop {
            let frame = socket.read().await.expect("the connection stays open");
            if frame["type"] == "presence" {
                if frame["peer"] == peer && frame["online"] == online {
                    return (frame, before);
                }
                before.push(frame);
            }
        }
    })
    .await
}

/// What was typed, as heard before the next message.
async fn typing_before_the_message(socket: &mut Socket) -> Vec<Value> {
    let mut typing = Vec::new();
    loop {
        let frame = socket.next().await;
        match frame["type"].as_str() {
            Some("typing") => typing.push(frame),
            Some("entry") => return typing,
            _ => {}
        }
    }
}

#[tokio::test]
async fn typing_is_passed_on_to_all_devices_of_the_peer() {
    let server = Server::shared();
    let (ann, bob) = server.pair("typing").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hello").await;
    let mut own = Socket::open(&server, &ann).await;
    let (mut laptop, mut phone) = (Socket::open(&server, &bob).await, Socket::open(&server, &bob).await);
    one.send(json!({"type": "typing", "peer": bob.name.to_uppercase(), "on": true})).await;
    for device in [&mut laptop, &mut phone] {
        assert_eq!(device.expect("typing").await, json!({"type": "typing", "peer": ann.name, "on": true}));
    }
    assert_eq!(one.heard("typing").await, Vec::<Value>::new());
    assert_eq!(own.heard("typing").await, Vec::<Value>::new());
}

#[tokio::test]
async fn typing_is_passed_on_once_in_3_seconds_unless_it_stopped_between() {
    let server = Server::shared();
    let (ann, bob) = server.pair("throttle").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hello").await;
    let mut other = Socket::open(&server, &bob).await;
    for on in [true, true, true, false, true, true] {
        one.send(json!({"type": "typing", "peer": bob.name, "on": on})).await;
    }
    one.say("m-2", &bob.name, "there").await;
    let said: Vec<Value> =
        typing_before_the_message(&mut other).await.into_iter().map(|typing| typing["on"].clone()).collect();
    assert_eq!(said, [true, false, true]);
}

#[tokio::test]
async fn strangers_hear_no_typing() {
    let server = Server::shared();
    let (ann, bob) = server.pair("stranger").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    for peer in [&bob.name, "nobody", "no body"] {
        one.send(json!({"type": "typing", "peer": peer, "on": true})).await;
    }
    assert_eq!(one.so_far().await, Vec::<Value>::new(), "and nothing tells whether they exist");
    one.say("m-1", &bob.name, "hello").await;
    assert_eq!(typing_before_the_message(&mut other).await, Vec::<Value>::new());
}

#[tokio::test]
async fn who_comes_and_goes_is_told_to_the_people_they_talk_with() {
    let server = Server::shared();
    let (ann, bob) = server.pair("presence").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hello").await;
    let row = one.row(&bob.name).await;
    assert_eq!((&row["online"], &row["last_seen"]), (&json!(false), &Value::Null), "never seen");

    let mut laptop = Socket::open(&server, &bob).await;
    let (online, _) = presence_of(&mut one, &bob.name, true).await;
    assert_eq!(online, json!({"type": "presence", "peer": bob.name, "online": true, "last_seen": null}));
    let row = one.row(&bob.name).await;
    assert_eq!((&row["online"], &row["last_seen"]), (&json!(true), &Value::Null));
    assert_eq!(laptop.row(&ann.name).await["online"], true);

    let phone = Socket::open(&server, &bob).await;
    drop(laptop);
    assert_eq!(one.row(&bob.name).await["online"], true, "one device is left");
    let closed = Instant::now();
    drop(phone);
    let (offline, _) = presence_of(&mut one, &bob.name, false).await;
    assert!(closed.elapsed() >= GRACE - Duration::from_secs(1), "said after {:?}", closed.elapsed());
    let last_seen = offline["last_seen"].as_u64().expect("a time");
    assert!(last_seen >= one.welcome["now"].as_u64().expect("a time"), "{offline}");
    let row = one.row(&bob.name).await;
    assert_eq!((&row["online"], &row["last_seen"]), (&json!(false), &json!(last_seen)));
}

#[tokio::test]
async fn a_reload_does_not_blink() {
    let server = Server::shared();
    let (ann, bob) = server.pair("reload").await;
    let cid = server.register("cidreload").await;
    let mut one = Socket::open(&server, &ann).await;
    for peer in [&bob, &cid] {
        one.say(&format!("to-{}", peer.name), &peer.name, "hello").await;
    }
    let reloaded = Socket::open(&server, &bob).await;
    let leaving = Socket::open(&server, &cid).await;
    presence_of(&mut one, &cid.name, true).await;
    drop(reloaded);
    let _back = Socket::open(&server, &bob).await;
    // cid leaves after bob reloaded: once cid is said to be offline, bob would have been.
    drop(leaving);
    let (_, before) = presence_of(&mut one, &cid.name, false).await;
    let blinks: Vec<&Value> = before.iter().filter(|presence| presence["online"] == false).collect();
    assert_eq!(blinks, Vec::<&Value>::new());
}

#[tokio::test]
async fn strangers_hear_no_presence() {
    let server = Server::shared();
    let (ann, bob) = server.pair("unseen").await;
    let mut one = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    assert_eq!(other.so_far().await, Vec::<Value>::new());
    assert_eq!(one.so_far().await, Vec::<Value>::new());
}

#[tokio::test]
async fn when_somebody_was_last_seen_is_kept_over_a_restart() {
    let mut server = Server::start();
    let (ann, bob) = server.pair("seen").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hello").await;
    let other = Socket::open(&server, &bob).await;
    presence_of(&mut one, &bob.name, true).await;
    drop(other);
    let (offline, _) = presence_of(&mut one, &bob.name, false).await;
    server.kill();
    server.restart();
    let row = Socket::open(&server, &ann).await.row(&bob.name).await;
    assert_eq!((&row["online"], &row["last_seen"]), (&json!(false), &offline["last_seen"]));
}
