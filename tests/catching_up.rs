//! `history`: its pages and their edges, its bound in bytes, and coming back after any time away.

mod support;

use serde_json::{Value, json};
use support::{
    server::{Account, Server},
    socket::Socket,
};

/// A device of ann, who has written this many messages to bob.
async fn talkative(server: &Server, ann: &Account, bob: &Account, messages: u64) -> Socket {
    let mut socket = Socket::open(server, ann).await;
    for number in 1..=messages {
        socket.send(json!({"type": "send", "id": format!("m-{number}"), "peer": bob.name, "body": "hi"})).await;
    }
    for number in 1..=messages {
        assert_eq!(socket.answer().await["seq"], number);
    }
    socket
}

fn seqs(page: &Value) -> Vec<u64> {
    page["entries"].as_array().expect("entries").iter().filter_map(|entry| entry["seq"].as_u64()).collect()
}

#[tokio::test]
async fn a_page_holds_what_was_asked_for_to_its_edges() {
    let server = Server::shared();
    let (ann, bob) = server.pair("edges").await;
    let mut socket = talkative(&server, &ann, &bob, 7).await;
    let most = 9_007_199_254_740_991_u64;
    let pages: [(Value, &[u64], bool); 19] = [
        (json!({}), &[1, 2, 3, 4, 5, 6, 7], true),
        (json!({"limit": 2}), &[6, 7], false),
        (json!({"limit": 7}), &[1, 2, 3, 4, 5, 6, 7], true),
        (json!({"after": 0}), &[1, 2, 3, 4, 5, 6, 7], true),
        (json!({"after": 0, "limit": 3}), &[1, 2, 3], false),
        (json!({"after": 0, "limit": 7}), &[1, 2, 3, 4, 5, 6, 7], true),
        (json!({"after": 3, "limit": 4}), &[4, 5, 6, 7], true),
        (json!({"after": 3, "limit": 3}), &[4, 5, 6], false),
        (json!({"after": 6}), &[7], true),
        (json!({"after": 7}), &[], true),
        (json!({"after": 99}), &[], true),
        (json!({"after": most}), &[], true),
        (json!({"before": 8, "limit": 3}), &[5, 6, 7], false),
        (json!({"before": 99, "limit": 3}), &[5, 6, 7], false),
        (json!({"before": most, "limit": most}), &[1, 2, 3, 4, 5, 6, 7], true),
        (json!({"before": 4, "limit": 3}), &[1, 2, 3], true),
        (json!({"before": 4, "limit": 2}), &[2, 3], false),
        (json!({"before": 1}), &[], true),
        (json!({"before": 0}), &[], true),
    ];
    for (mut fields, expected, complete) in pages {
        let shown = fields.to_string();
        fields["peer"] = bob.name.to_uppercase().into();
        let page = socket.history(fields).await;
        assert_eq!(seqs(&page), expected, "{shown}");
        assert_eq!((&page["complete"], &page["head"]), (&json!(complete), &json!(7)), "{shown}");
        assert_eq!(page["peer"], bob.name.as_str());
    }
}

#[tokio::test]
async fn a_page_is_50_unless_asked_and_never_more_than_200() {
    let server = Server::shared();
    let (ann, bob) = server.pair("page").await;
    let mut socket = talkative(&server, &ann, &bob, 205).await;
    let newest = socket.history(json!({"peer": bob.name})).await;
    assert_eq!((seqs(&newest), &newest["complete"]), ((156..=205).collect(), &json!(false)));
    let oldest = socket.history(json!({"peer": bob.name, "after": 0})).await;
    assert_eq!(seqs(&oldest), (1..=50).collect::<Vec<u64>>());
    for limit in [200, 201, 9_007_199_254_740_991_u64] {
        let page = socket.history(json!({"peer": bob.name, "after": 0, "limit": limit})).await;
        assert_eq!((seqs(&page), &page["complete"]), ((1..=200).collect(), &json!(false)), "{limit}");
        assert_eq!(page["head"], 205);
    }
}

#[tokio::test]
async fn a_page_of_long_messages_stops_at_512_kib_and_continuing_gives_all() {
    const MESSAGES: u64 = 200;
    let server = Server::shared();
    let (ann, bob) = server.pair("bytes").await;
    let mut socket = Socket::open(&server, &ann).await;
    for number in 1..=MESSAGES {
        // A quotation mark takes two bytes on the wire: the bound is the frame's, not the bodies'.
        let body = if number % 2 == 0 { "\"" } else { "x" }.repeat(16_384);
        socket.send(json!({"type": "send", "id": format!("m-{number}"), "peer": bob.name, "body": body})).await;
    }
    for number in 1..=MESSAGES {
        assert_eq!(socket.answer().await["seq"], number);
    }
    let (mut up, mut down) = (Vec::new(), Vec::new());
    loop {
        let after = up.last().copied().unwrap_or(0);
        let page = socket.history(json!({"peer": bob.name, "after": after, "limit": 200})).await;
        up.extend(bounded(&page));
        if page["complete"] == true {
            break;
        }
    }
    loop {
        let before = down.first().copied().unwrap_or(MESSAGES + 1);
        let page = socket.history(json!({"peer": bob.name, "before": before, "limit": 200})).await;
        down = [bounded(&page), down].concat();
        if page["complete"] == true {
            break;
        }
    }
    let all: Vec<u64> = (1..=MESSAGES).collect();
    assert_eq!((up, down), (all.clone(), all));
}

/// The page's seqs, after a look at its size: written again it is as long as it was on the wire.
fn bounded(page: &Value) -> Vec<u64> {
    let (seqs, size) = (seqs(page), page.to_string().len());
    assert!(size <= 512 * 1024, "a frame of {size} bytes");
    assert!(!seqs.is_empty(), "a page holds at least one entry");
    seqs
}

#[tokio::test]
async fn a_conversation_that_has_not_begun_is_empty() {
    let server = Server::shared();
    let (ann, bob) = server.pair("begin").await;
    let mut socket = Socket::open(&server, &ann).await;
    for peer in [&bob.name, &ann.name] {
        let page = socket.history(json!({"peer": peer})).await;
        assert_eq!((&page["entries"], &page["head"], &page["complete"]), (&json!([]), &json!(0), &json!(true)));
    }
}

#[tokio::test]
async fn who_was_away_catches_up_from_the_last_number() {
    let server = Server::shared();
    let (ann, bob) = server.pair("away").await;
    let mut one = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    one.say("m-1", &bob.name, "hello").await;
    let seen = other.expect("entry").await["entry"]["seq"].clone();
    drop(other);
    one.say("m-2", &bob.name, "are you there?").await;
    one.ask(json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": "hallo"})).await;
    one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 2})).await;
    let mut back = Socket::open(&server, &bob).await;
    let missed = back.history(json!({"peer": ann.name, "after": seen})).await;
    let kinds: Vec<&str> =
        missed["entries"].as_array().expect("entries").iter().filter_map(|entry| entry["kind"].as_str()).collect();
    assert_eq!(kinds, ["message", "edit", "deletion"]);
    assert_eq!((&missed["head"], &missed["complete"]), (&json!(4), &json!(true)));
}

#[tokio::test]
async fn after_a_restart_everything_is_as_it_was() {
    let mut server = Server::start();
    let (ann, bob) = server.pair("restart").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "hello").await;
    other.ask(json!({"type": "react", "id": "r-1", "peer": ann.name, "of": 1, "emoji": "❤️"})).await;
    other.say("m-1", &ann.name, "hi").await;
    one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 1})).await;
    other.send(json!({"type": "read", "peer": ann.name, "seq": 4})).await;
    one.expect("receipt").await;
    let (log, row) = (one.log(&bob.name).await, one.row(&bob.name).await);
    server.terminate();
    assert_eq!((one.closed().await, other.closed().await), (1001, 1001));
    let exit = server.exited().await;
    assert!(exit.status.success(), "{exit:?}");
    server.restart();
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    assert_eq!(one.log(&bob.name).await, log);
    assert_eq!(other.log(&ann.name).await, log);
    let now = one.row(&bob.name).await;
    for key in ["peer", "name", "head", "at", "unread", "delivered", "read", "peer_delivered", "peer_read", "last"] {
        assert_eq!(now[key], row[key], "{key}");
    }
    assert_eq!(one.say("m-2", &bob.name, "on we go").await["seq"], 5);
}
