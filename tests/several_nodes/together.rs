//! What passes from node to node.

use serde_json::json;

use crate::{
    support::{LONG_PATIENCE, server::Account, socket::Socket, within},
    two_nodes,
};

#[tokio::test]
async fn the_same_id_at_both_nodes_at_once_is_one_message() {
    let server = two_nodes();
    let (ann, bob) = server.pair("both").await;
    let mut devices = [Socket::open_at(&server, 0, &ann).await, Socket::open_at(&server, 1, &ann).await];
    for number in 0..30 {
        let frame = json!({"type": "send", "id": format!("m-{number}"), "peer": bob.name, "body": "hi"});
        let [one, other] = &mut devices;
        let (one, other) = tokio::join!(one.ask(frame.clone()), other.ask(frame));
        assert_eq!(one, other);
        assert_eq!(one["seq"], number + 1);
    }
    assert_eq!(devices[0].log(&bob.name).await.len(), 30);
}

#[tokio::test]
async fn two_nodes_that_write_at_once_make_one_list() {
    const EACH: usize = 40;
    let server = two_nodes();
    let (ann, bob) = server.pair("atonce").await;
    let mut one = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    for number in 0..EACH {
        let frame =
            |peer: &Account| json!({"type": "send", "id": format!("m-{number}"), "peer": peer.name, "body": "hi"});
        tokio::join!(one.ask(frame(&bob)), other.ask(frame(&ann)));
    }
    let logs = [one.log(&bob.name).await, other.log(&ann.name).await];
    assert_eq!(logs[0], logs[1]);
    let seqs: Vec<_> = logs[0].iter().map(|entry| entry["seq"].as_u64().expect("a seq")).collect();
    assert_eq!(seqs, (1..=2 * EACH as u64).collect::<Vec<_>>());
}

#[tokio::test]
async fn typing_presence_and_ticks_pass_from_node_to_node() {
    let server = two_nodes();
    let (ann, bob) = server.pair("live").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hi").await;
    assert_eq!(one.row(&bob.name).await["online"], false);
    let mut other = Socket::open(&server, &bob).await;
    let presence = one.expect("presence").await;
    assert_eq!((&presence["peer"], &presence["online"]), (&json!(bob.name), &json!(true)));
    assert_eq!(one.row(&bob.name).await["online"], true);
    assert_eq!(other.row(&ann.name).await["online"], true);
    other.send(json!({"type": "typing", "peer": ann.name, "on": true})).await;
    assert_eq!(one.expect("typing").await["peer"], bob.name.as_str());
    other.send(json!({"type": "read", "peer": ann.name, "seq": 1})).await;
    assert_eq!(one.expect("receipt").await["read"], 1);
    // A second device elsewhere: one is still there when the first leaves.
    let same = Socket::open_at(&server, 0, &bob).await;
    let carol = server.register("carollive").await;
    let clock = Socket::open_at(&server, 1, &carol).await;
    one.say("m-2", &carol.name, "hi").await;
    drop(other);
    one.say("m-3", &bob.name, "still there?").await;
    // Who left later is said to be gone: then the other's time has passed too.
    drop(clock);
    gone(&mut one, &carol.name).await;
    assert_eq!(one.row(&bob.name).await["online"], true);
    drop(same);
    gone(&mut one, &bob.name).await;
}

/// Reads until this one is said to be gone, which nobody else may be before.
async fn gone(socket: &mut Socket, peer: &str) {
    within(LONG_PATIENCE, "that somebody is gone", async {
        loop {
            let frame = socket.read().await.expect("the line stays open");
            if frame["online"] == false {
                assert_eq!(frame["peer"], peer);
                return;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn signing_out_at_one_node_closes_the_sockets_of_the_other() {
    let server = two_nodes();
    let ann = server.register("annout").await;
    let elsewhere = server.sign_in("annout").await;
    let mut socket = Socket::open_at(&server, 1, &elsewhere).await;
    let mut own = Socket::open_at(&server, 1, &ann).await;
    let ended = server.post("/api/end_other_sessions").signed_in(&ann).json(&json!({})).send().await;
    assert_eq!(ended.status, 200, "{}", ended.body);
    assert_eq!(socket.closed().await, 4401);
    own.so_far().await;
}

#[tokio::test]
async fn commands_speak_to_the_store_that_the_nodes_share() {
    let server = two_nodes();
    let added = server.command_with(&["user", "add", "dora", "--password-stdin"], "four brown hens on a ladder");
    assert_eq!(added.done(), "dora can sign in\n");
    server.sign_in("dora").await;
    let said = server.command(&["doctor", "--site", "."]).done();
    for what in ["MongoDB", "Redis"] {
        let is_well = |line: &str| line.starts_with("ok") && line.contains(what);
        assert!(said.lines().any(is_well), "{what}: {said}");
    }
    let nowhere = server.data().join("copy.db");
    server.command(&["backup", nowhere.to_str().expect("text")]).refused("mongodump");
}
