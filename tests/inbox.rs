//! `inbox`: its rows from both views, what changes them, and asking again with `since`.

mod support;

use serde_json::{Value, json};
use support::{
    server::{PASSWORD, Server},
    socket::{Socket, row_of},
};

fn since_of(inbox: &Value) -> &str {
    inbox["since"].as_str().expect("since is a text")
}

#[tokio::test]
async fn a_row_holds_all_there_is_to_know_from_ones_own_view() {
    let server = Server::shared();
    let (ann, bob) = server.pair("row").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    let first = one.say("m-1", &bob.name, "hello").await;
    let second = one.say("m-2", &bob.name, "how are you?").await;
    other.send(json!({"type": "delivered", "peer": ann.name, "seq": 2})).await;
    other.send(json!({"type": "read", "peer": ann.name, "seq": 1})).await;
    one.expect("receipt").await;
    one.expect("receipt").await;
    let last = json!({
        "seq": 2, "at": second["at"], "from": ann.name, "id": "m-2", "kind": "message", "body": "how are you?"
    });
    let mut mine = one.row(&bob.name).await;
    assert!(mine["name"].is_string() && mine["read"].is_u64() && mine["delivered"].is_u64(), "{mine}");
    // The shown name of one who chose none, and whether writing lifts the own `delivered`, is the server's affair.
    for key in ["name", "delivered"] {
        mine[key].take();
    }
    let expected = json!({
        "peer": bob.name, "name": null, "head": 2, "at": second["at"], "unread": 0, "delivered": null, "read": 0,
        "peer_delivered": 2, "peer_read": 1, "online": true, "last_seen": null, "last": last
    });
    assert_eq!(mine, expected);
    let theirs = other.row(&ann.name).await;
    assert_eq!((&theirs["unread"], &theirs["delivered"], &theirs["read"]), (&json!(1), &json!(2), &json!(1)));
    assert_eq!((&theirs["head"], &theirs["last"]), (&json!(2), &last));
    assert!(first["at"].as_u64() <= second["at"].as_u64());
}

#[tokio::test]
async fn a_row_shows_the_name_its_owner_chose() {
    let server = Server::shared();
    let ann = server.register("annchooser").await;
    let fields = json!({"username": "bobchooser", "password": PASSWORD, "name": "Bob the Builder"});
    assert_eq!(server.post("/api/register").json(&fields).status().await, 200);
    let mut socket = Socket::open(&server, &ann).await;
    socket.say("m-1", "bobchooser", "hi").await;
    assert_eq!(socket.row("bobchooser").await["name"], "Bob the Builder");
}

#[tokio::test]
async fn the_last_message_is_shown_as_edited_and_empty_once_deleted() {
    let server = Server::shared();
    let (ann, bob) = server.pair("last").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "first").await;
    one.say("m-2", &bob.name, "secnod").await;
    one.ask(json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": "the first"})).await;
    let row = other.row(&ann.name).await;
    assert_eq!((&row["head"], &row["last"]["seq"], &row["last"]["body"]), (&json!(3), &json!(2), &json!("secnod")));
    one.ask(json!({"type": "edit", "id": "e-2", "peer": bob.name, "of": 2, "body": "sec"})).await;
    one.ask(json!({"type": "edit", "id": "e-3", "peer": bob.name, "of": 2, "body": "second"})).await;
    let react = other.ask(json!({"type": "react", "id": "r-1", "peer": ann.name, "of": 1, "emoji": "👍"})).await;
    for row in [one.row(&bob.name).await, other.row(&ann.name).await] {
        assert_eq!((&row["head"], &row["at"]), (&json!(6), &react["at"]), "the time is the head's");
        assert_eq!((&row["last"]["kind"], &row["last"]["id"]), (&json!("message"), &json!("m-2")));
        assert_eq!(row["last"]["body"], "second");
    }
    one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 2})).await;
    let last = other.row(&ann.name).await["last"].clone();
    assert_eq!((&last["seq"], last.get("body")), (&json!(2), Some(&Value::Null)));
}

#[tokio::test]
async fn the_newest_conversation_comes_first() {
    let server = Server::shared();
    let (ann, bob) = server.pair("newest").await;
    let mut socket = Socket::open(&server, &ann).await;
    socket.say("m-1", &bob.name, "hello").await;
    let before = socket.row(&bob.name).await["at"].as_u64().expect("a time");
    // Times are milliseconds: write until the clock has moved on.
    let mut number = 0;
    loop {
        number += 1;
        if socket.say(&format!("n-{number}"), &ann.name, "a note").await["at"].as_u64() > Some(before) {
            break;
        }
    }
    let inbox = socket.inbox(None).await;
    let peers: Vec<&str> =
        inbox["conversations"].as_array().expect("rows").iter().filter_map(|row| row["peer"].as_str()).collect();
    assert_eq!((peers, &inbox["more"]), (vec![ann.name.as_str(), bob.name.as_str()], &json!(false)));
}

#[tokio::test]
async fn since_misses_no_change() {
    let server = Server::shared();
    let (ann, bob) = server.pair("since").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    let empty = one.inbox(None).await;
    assert_eq!((&empty["conversations"], &empty["more"]), (&json!([]), &json!(false)));
    one.say("m-1", &bob.name, "hello").await;
    let after_message = one.inbox(Some(since_of(&empty))).await;
    assert_eq!(row_of(&after_message, &bob.name).expect("a row")["head"], 1);
    other.send(json!({"type": "read", "peer": ann.name, "seq": 1})).await;
    one.expect("receipt").await;
    let after_mark = one.inbox(Some(since_of(&after_message))).await;
    assert_eq!(row_of(&after_mark, &bob.name).expect("marks count as a change")["peer_read"], 1);
    let own = other.inbox(None).await;
    other.say("m-1", &ann.name, "hi").await;
    other.send(json!({"type": "read", "peer": ann.name, "seq": 2})).await;
    let after_own = other.inbox(Some(since_of(&own))).await;
    let row = row_of(&after_own, &ann.name).expect("own changes as well");
    assert_eq!((&row["head"], &row["read"]), (&json!(2), &json!(2)));
}

#[tokio::test]
async fn a_since_that_cannot_be_read_counts_as_none() {
    let server = Server::shared();
    let (ann, bob) = server.pair("garbage").await;
    let mut socket = Socket::open(&server, &ann).await;
    socket.say("m-1", &bob.name, "hello").await;
    let long = "9".repeat(1_000);
    for since in ["", "garbage", "-1", "1e400", "18446744073709551616", "'; --", "\u{1f600}", &long] {
        let inbox = socket.inbox(Some(since)).await;
        assert!(row_of(&inbox, &bob.name).is_some(), "{since:?} gave {inbox}");
    }
}

#[tokio::test]
async fn since_holds_over_a_restart() {
    let mut server = Server::start();
    let (ann, bob) = server.pair("holds").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hello").await;
    let inbox = one.inbox(None).await;
    server.kill();
    server.restart();
    Socket::open(&server, &bob).await.say("m-1", &ann.name, "while you were away").await;
    let inbox = Socket::open(&server, &ann).await.inbox(Some(since_of(&inbox))).await;
    let row = row_of(&inbox, &bob.name).expect("a row");
    assert_eq!((&row["head"], &row["last"]["body"]), (&json!(2), &json!("while you were away")));
}
