//! Editing, deleting and reacting: what they write, to whom it is told, and what they refuse.

mod support;

use serde_json::{Value, json};
use support::{server::Server, socket::Socket};

#[tokio::test]
async fn an_edit_is_an_entry_beside_the_first_words() {
    let server = Server::shared();
    let (ann, bob) = server.pair("edit").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "helo").await;
    let edit = json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": " hello "});
    let sent = one.ask(edit.clone()).await;
    assert_eq!(sent["seq"], 2);
    other.expect("entry").await;
    let entry =
        json!({"seq": 2, "at": sent["at"], "from": ann.name, "id": "e-1", "kind": "edit", "of": 1, "body": "hello"});
    assert_eq!(other.expect("entry").await, json!({"type": "entry", "peer": ann.name, "entry": entry}));
    assert_eq!(one.heard("entry").await, Vec::<Value>::new());
    let log = other.log(&ann.name).await;
    assert_eq!((&log[0]["body"], &log[1]), (&json!("helo"), &entry));
    assert_eq!(one.ask(edit).await, sent, "a repeat");
}

#[tokio::test]
async fn only_own_messages_can_be_edited_or_deleted() {
    let server = Server::shared();
    let (ann, bob) = server.pair("own").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "mine").await;
    one.ask(json!({"type": "react", "id": "r-1", "peer": bob.name, "of": 1, "emoji": "👍"})).await;
    other.refused(json!({"type": "edit", "id": "x", "peer": ann.name, "of": 1, "body": "?"}), "not_yours").await;
    other.refused(json!({"type": "delete", "id": "x", "peer": ann.name, "of": 1}), "not_yours").await;
    for absent in [0, 2, 3, 9_007_199_254_740_991_u64] {
        one.refused(json!({"type": "edit", "id": "x", "peer": bob.name, "of": absent, "body": "?"}), "not_found").await;
        one.refused(json!({"type": "delete", "id": "x", "peer": bob.name, "of": absent}), "not_found").await;
        let react = json!({"type": "react", "id": "x", "peer": bob.name, "of": absent, "emoji": "👍"});
        one.refused(react, "not_found").await;
    }
    assert_eq!(one.log(&bob.name).await.len(), 2);
}

#[tokio::test]
async fn a_deletion_takes_the_words_from_the_message_and_its_edits() {
    let server = Server::shared();
    let (ann, bob) = server.pair("delete").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "secret").await;
    one.ask(json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": "secrets"})).await;
    one.say("m-2", &bob.name, "stays").await;
    let sent = one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 1})).await;
    let entry = json!({"seq": 4, "at": sent["at"], "from": ann.name, "id": "d-1", "kind": "deletion", "of": 1});
    for _ in 0..3 {
        other.expect("entry").await;
    }
    assert_eq!(other.expect("entry").await["entry"], entry);
    for log in [one.log(&bob.name).await, other.log(&ann.name).await] {
        let bodies: Vec<Option<&Value>> = log.iter().map(|entry| entry.get("body")).collect();
        assert_eq!(bodies, [Some(&Value::Null), Some(&Value::Null), Some(&json!("stays")), None]);
        assert_eq!(log[3], entry);
    }
}

#[tokio::test]
async fn a_deleted_message_is_gone_for_edits_deletions_and_reactions() {
    let server = Server::shared();
    let (ann, bob) = server.pair("gone").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "secret").await;
    one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 1})).await;
    one.refused(json!({"type": "edit", "id": "x", "peer": bob.name, "of": 1, "body": "?"}), "gone").await;
    one.refused(json!({"type": "delete", "id": "x", "peer": bob.name, "of": 1}), "gone").await;
    one.refused(json!({"type": "react", "id": "x", "peer": bob.name, "of": 1, "emoji": "👍"}), "gone").await;
    other.refused(json!({"type": "react", "id": "x", "peer": ann.name, "of": 1, "emoji": null}), "gone").await;
    other.refused(json!({"type": "edit", "id": "x", "peer": ann.name, "of": 1, "body": "?"}), "not_yours").await;
    other.refused(json!({"type": "delete", "id": "x", "peer": ann.name, "of": 1}), "not_yours").await;
}

#[tokio::test]
async fn a_repeat_of_what_was_deleted_since_is_still_answered() {
    let server = Server::shared();
    let (ann, bob) = server.pair("since").await;
    let mut socket = Socket::open(&server, &ann).await;
    let message = socket.say("m-1", &bob.name, "secret").await;
    let edit = json!({"type": "edit", "id": "e-1", "peer": bob.name, "of": 1, "body": "secrets"});
    let edited = socket.ask(edit.clone()).await;
    let deletion = json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 1});
    let deleted = socket.ask(deletion.clone()).await;
    assert_eq!(socket.say("m-1", &bob.name, "secret").await, message);
    assert_eq!(socket.say("m-1", &bob.name, "not compared any more").await, message);
    assert_eq!(socket.ask(edit).await, edited);
    assert_eq!(socket.ask(deletion).await, deleted);
    let elsewhere = json!({"type": "send", "id": "m-1", "peer": ann.name, "body": "secret"});
    socket.refused(elsewhere, "conflict").await;
    let log = socket.log(&bob.name).await;
    assert_eq!(log.len(), 3);
    assert_eq!(log[0]["body"], Value::Null, "a repeat does not bring the words back");
}

#[tokio::test]
async fn both_may_react_to_any_message_and_take_it_back() {
    let server = Server::shared();
    let (ann, bob) = server.pair("react").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "hello").await;
    other.expect("entry").await;
    let sent = other.ask(json!({"type": "react", "id": "r-1", "peer": ann.name, "of": 1, "emoji": "👍"})).await;
    let entry =
        json!({"seq": 2, "at": sent["at"], "from": bob.name, "id": "r-1", "kind": "reaction", "of": 1, "emoji": "👍"});
    assert_eq!(one.expect("entry").await["entry"], entry);
    one.ask(json!({"type": "react", "id": "r-1", "peer": bob.name, "of": 1, "emoji": "🎉"})).await;
    assert_eq!(other.expect("entry").await["entry"]["emoji"], "🎉");
    let again = json!({"type": "react", "id": "r-2", "peer": ann.name, "of": 1, "emoji": "👍"});
    assert_eq!(other.ask(again).await["seq"], 4, "the same again is an ordinary entry");
    let back = json!({"type": "react", "id": "r-3", "peer": ann.name, "of": 1, "emoji": null});
    assert_eq!(other.ask(back.clone()).await["seq"], 5);
    one.expect("entry").await;
    let taken = one.expect("entry").await;
    assert_eq!(taken["entry"].get("emoji"), Some(&Value::Null), "{taken}");
    assert_eq!(other.ask(back).await["seq"], 5, "a repeat");
    other.refused(json!({"type": "react", "id": "r-3", "peer": ann.name, "of": 1, "emoji": "👍"}), "conflict").await;
}

#[tokio::test]
async fn one_emoji_is_a_reaction() {
    let server = Server::shared();
    let (ann, bob) = server.pair("emoji").await;
    let mut socket = Socket::open(&server, &ann).await;
    socket.say("m-1", &bob.name, "hello").await;
    let emoji = ["👍", "❤️", "👍🏽", "👨‍👩‍👧", "🇫🇷", "😀", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"];
    for (number, emoji) in emoji.iter().enumerate() {
        let id = format!("r-{number}");
        socket.ask(json!({"type": "react", "id": id, "peer": bob.name, "of": 1, "emoji": emoji})).await;
    }
    let log = socket.log(&bob.name).await;
    let kept: Vec<&str> = log.iter().filter_map(|entry| entry["emoji"].as_str()).collect();
    assert_eq!(kept, emoji, "as they came");
}

#[tokio::test]
async fn what_is_not_one_emoji_is_a_bad_frame() {
    let server = Server::shared();
    let (ann, bob) = server.pair("noemoji").await;
    Socket::open(&server, &ann).await.say("m-1", &bob.name, "hello").await;
    let long = format!("👍{}", "\u{200d}👍".repeat(20));
    let none = ["❤", "ab", "a", "👍👍", "👍 ", "", " ", "1", "\u{fe0f}", "👍a", "<b>", &long];
    for emoji in none {
        // A connection of its own each: the fifth bad frame on one would close it.
        let mut socket = Socket::open(&server, &ann).await;
        socket
            .refused(json!({"type": "react", "id": "r", "peer": bob.name, "of": 1, "emoji": emoji}), "bad_frame")
            .await;
    }
    let mut socket = Socket::open(&server, &ann).await;
    socket.refused(json!({"type": "react", "id": "r", "peer": bob.name, "of": 1}), "bad_frame").await;
    socket.refused(json!({"type": "react", "id": "r", "peer": bob.name, "of": 1, "emoji": 1}), "bad_frame").await;
    socket.refused(json!({"type": "react", "id": "r", "peer": bob.name, "of": 7, "emoji": "ab"}), "bad_frame").await;
    assert_eq!(socket.log(&bob.name).await.len(), 1);
}
