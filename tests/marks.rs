//! Delivered and read marks: who is told, that they only rise, and what counts as unread.

mod support;

use serde_json::{Value, json};
use support::{
    server::{Account, Server},
    socket::Socket,
};

/// Two people with three messages from ann to bob, and a device of each. What was said on the way has been heard.
async fn three_messages(server: &Server, ann: &Account, bob: &Account) -> (Socket, Socket) {
    let (mut one, mut other) = (Socket::open(server, ann).await, Socket::open(server, bob).await);
    for number in 1..=3 {
        one.say(&format!("m-{number}"), &bob.name, "hello").await;
        other.expect("entry").await;
    }
    (one, other)
}

fn receipt(peer: &Account, by: &Account, delivered: u64, read: u64) -> Value {
    json!({"type": "receipt", "peer": peer.name, "by": by.name, "delivered": delivered, "read": read})
}

#[tokio::test]
async fn a_mark_is_told_to_the_peer_and_the_readers_other_devices() {
    let server = Server::shared();
    let (ann, bob) = server.pair("told").await;
    let (mut one, mut other) = three_messages(&server, &ann, &bob).await;
    let mut phone = Socket::open(&server, &bob).await;
    other.send(json!({"type": "delivered", "peer": ann.name, "seq": 2})).await;
    assert_eq!(one.expect("receipt").await, receipt(&bob, &bob, 2, 0));
    assert_eq!(phone.expect("receipt").await, receipt(&ann, &bob, 2, 0));
    other.send(json!({"type": "read", "peer": ann.name.to_uppercase(), "seq": 1})).await;
    assert_eq!(one.expect("receipt").await, receipt(&bob, &bob, 2, 1));
    assert_eq!(phone.expect("receipt").await, receipt(&ann, &bob, 2, 1));
    assert_eq!(other.heard("receipt").await, Vec::<Value>::new(), "none to the device that spoke");
}

#[tokio::test]
async fn reading_lifts_delivered() {
    let server = Server::shared();
    let (ann, bob) = server.pair("lift").await;
    let (mut one, mut other) = three_messages(&server, &ann, &bob).await;
    other.send(json!({"type": "read", "peer": ann.name, "seq": 2})).await;
    assert_eq!(one.expect("receipt").await, receipt(&bob, &bob, 2, 2));
    assert_eq!(one.heard("receipt").await, Vec::<Value>::new(), "one frame a change");
}

#[tokio::test]
async fn a_mark_is_capped_at_the_head() {
    let server = Server::shared();
    let (ann, bob) = server.pair("cap").await;
    let (mut one, mut other) = three_messages(&server, &ann, &bob).await;
    other.send(json!({"type": "delivered", "peer": ann.name, "seq": 9_007_199_254_740_991_u64})).await;
    assert_eq!(one.expect("receipt").await, receipt(&bob, &bob, 3, 0));
    other.send(json!({"type": "read", "peer": ann.name, "seq": 99})).await;
    assert_eq!(one.expect("receipt").await, receipt(&bob, &bob, 3, 3));
    one.say("m-4", &bob.name, "later").await;
    let row = one.row(&bob.name).await;
    assert_eq!((&row["peer_delivered"], &row["peer_read"]), (&json!(3), &json!(3)), "not more than was there");
}

#[tokio::test]
async fn a_mark_never_falls() {
    let server = Server::shared();
    let (ann, bob) = server.pair("fall").await;
    let (mut one, mut other) = three_messages(&server, &ann, &bob).await;
    for frame in [
        json!({"type": "read", "peer": ann.name, "seq": 2}),
        json!({"type": "read", "peer": ann.name, "seq": 2}),
        json!({"type": "read", "peer": ann.name, "seq": 1}),
        json!({"type": "read", "peer": ann.name, "seq": 0}),
        json!({"type": "delivered", "peer": ann.name, "seq": 1}),
        json!({"type": "delivered", "peer": ann.name, "seq": 3}),
    ] {
        other.send(frame).await;
    }
    assert_eq!(one.expect("receipt").await, receipt(&bob, &bob, 2, 2));
    assert_eq!(one.expect("receipt").await, receipt(&bob, &bob, 3, 2));
    assert_eq!(other.so_far().await, Vec::<Value>::new(), "stale marks are ignored in silence");
    let row = other.row(&ann.name).await;
    assert_eq!((&row["delivered"], &row["read"]), (&json!(3), &json!(2)));
}

#[tokio::test]
async fn a_mark_without_a_conversation_is_ignored_in_silence() {
    let server = Server::shared();
    let (ann, bob) = server.pair("silence").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    for peer in [&bob.name, "nobody", "no body"] {
        one.send(json!({"type": "read", "peer": peer, "seq": 5})).await;
        one.send(json!({"type": "delivered", "peer": peer, "seq": 5})).await;
    }
    assert_eq!(one.so_far().await, Vec::<Value>::new());
    assert_eq!(other.so_far().await, Vec::<Value>::new());
    one.say("m-1", &bob.name, "hello").await;
    let row = one.row(&bob.name).await;
    assert_eq!((&row["read"], &row["peer_read"]), (&json!(0), &json!(0)));
}

#[tokio::test]
async fn notes_to_oneself_have_no_receipts() {
    let server = Server::shared();
    let ann = server.register("annownmarks").await;
    let (mut laptop, mut phone) = (Socket::open(&server, &ann).await, Socket::open(&server, &ann).await);
    laptop.say("n-1", &ann.name, "milk").await;
    laptop.send(json!({"type": "read", "peer": ann.name, "seq": 1})).await;
    assert_eq!(laptop.heard("receipt").await, Vec::<Value>::new());
    assert_eq!(phone.heard("receipt").await, Vec::<Value>::new());
    assert_eq!(phone.row(&ann.name).await["unread"], 0);
}

#[tokio::test]
async fn unread_counts_the_peers_living_messages_above_the_own_read() {
    let server = Server::shared();
    let (ann, bob) = server.pair("unread").await;
    let (mut one, mut other) = three_messages(&server, &ann, &bob).await;
    assert_eq!(other.row(&ann.name).await["unread"], 3);
    assert_eq!(one.row(&bob.name).await["unread"], 0, "own messages never count");
    one.ask(json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": "hallo"})).await;
    one.ask(json!({"type": "react", "id": "r-1", "peer": bob.name, "of": 1, "emoji": "👍"})).await;
    assert_eq!(other.row(&ann.name).await["unread"], 3, "edits and reactions never count");
    one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 2})).await;
    assert_eq!(other.row(&ann.name).await["unread"], 2, "deleted ones do not count");
    other.say("b-1", &ann.name, "hi").await;
    let row = other.row(&ann.name).await;
    assert_eq!((&row["unread"], &row["read"]), (&json!(2), &json!(0)), "sending does not lift the own read");
    other.send(json!({"type": "delivered", "peer": ann.name, "seq": 7})).await;
    assert_eq!(other.row(&ann.name).await["unread"], 2, "delivered is not read");
    other.send(json!({"type": "read", "peer": ann.name, "seq": 1})).await;
    assert_eq!(other.row(&ann.name).await["unread"], 1);
    other.send(json!({"type": "read", "peer": ann.name, "seq": 3})).await;
    assert_eq!(other.row(&ann.name).await["unread"], 0);
    one.say("m-4", &bob.name, "more").await;
    assert_eq!(other.row(&ann.name).await["unread"], 1);
}

#[tokio::test]
async fn marks_are_kept_over_a_crash() {
    let mut server = Server::start();
    let (ann, bob) = server.pair("marks").await;
    let (mut one, mut other) = three_messages(&server, &ann, &bob).await;
    other.send(json!({"type": "read", "peer": ann.name, "seq": 2})).await;
    one.expect("receipt").await;
    server.kill();
    server.restart();
    let row = Socket::open(&server, &bob).await.row(&ann.name).await;
    assert_eq!((&row["delivered"], &row["read"], &row["unread"]), (&json!(2), &json!(2), &json!(1)));
}
