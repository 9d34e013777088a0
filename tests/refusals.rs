//! What a frame is refused for, in which order, and that the connection stays open.

mod support;

use serde_json::json;
use support::{
    server::{Options, Server},
    socket::Socket,
};

#[tokio::test]
async fn what_cannot_be_read_is_a_bad_frame() {
    let server = Server::shared();
    let ann = server.account("ann").await;
    let deep = "[".repeat(10_000);
    let deep_peer = format!(r#"{{"type":"send","id":"i","body":"b","peer":{deep}"#);
    let long_id = format!(r#"{{"type":"inbox","id":"{}"}}"#, "x".repeat(65));
    let huge_id = format!(r#"{{"type":"inbox","id":"{}"}}"#, "x".repeat(60_000));
    let bad = [
        "",
        "hello",
        "[]",
        "17",
        "null",
        "\"ping\"",
        "{}",
        r#"{"type":7}"#,
        r#"{"type":"ping"} x"#,
        r#"["ping"]"#,
        &deep,
        &deep_peer,
        r#"{"type":"send","peer":"bob","body":"no id"}"#,
        r#"{"type":"send","id":"i","body":"no peer"}"#,
        r#"{"type":"send","id":"i","peer":"bob"}"#,
        r#"{"type":"send","id":"i","id":"j","peer":"bob","body":"two ids"}"#,
        r#"{"type":"inbox","id":""}"#,
        r#"{"type":"inbox","id":"a b"}"#,
        r#"{"type":"inbox","id":"<a>"}"#,
        r#"{"type":"inbox","id":"é"}"#,
        r#"{"type":"inbox","id":7}"#,
        r#"{"type":"inbox","id":{"$ne":1}}"#,
        &long_id,
        &huge_id,
        r#"{"type":"send","id":"i","peer":{"$gt":""},"body":"b"}"#,
        r#"{"type":"send","id":"i","peer":"bob","body":"nul \u0000"}"#,
        r#"{"type":"send","id":"i","peer":"bob","body":"unpaired \ud800"}"#,
        r#"{"type":"send","id":"i","peer":"bob","body":"b","reply_to":-1}"#,
        r#"{"type":"send","id":"i","peer":"bob","body":"b","reply_to":1.5}"#,
        r#"{"type":"send","id":"i","peer":"bob","body":"b","reply_to":"1"}"#,
        r#"{"type":"send","id":"i","peer":"bob","body":"b","reply_to":1e400}"#,
        r#"{"type":"delete","id":"i","peer":"bob","of":9007199254740992}"#,
        r#"{"type":"delete","id":"i","peer":"bob","of":null}"#,
        r#"{"type":"read","peer":"bob","seq":-1}"#,
        r#"{"type":"delivered","peer":"bob"}"#,
        r#"{"type":"typing","peer":"bob","on":1}"#,
        r#"{"type":"typing","peer":"bob"}"#,
        r#"{"type":"history","id":"i","peer":"bob","after":1,"before":5}"#,
        r#"{"type":"history","id":"i","peer":"bob","limit":0}"#,
        r#"{"type":"history","id":"i","peer":"bob","after":-1}"#,
        r#"{"type":"history","id":"i","peer":"bob","before":18446744073709551615}"#,
        r#"{"type":"inbox","id":"i","since":5}"#,
    ];
    for chunk in bad.chunks(4) {
        // Four to a connection: the fifth within a minute would close it.
        let mut socket = Socket::open(&server, &ann).await;
        for text in chunk {
            let shown: String = text.chars().take(80).collect();
            socket.send_text(text).await;
            let error = socket.expect("error").await;
            assert_eq!(error["code"], "bad_frame", "{shown}");
            assert!(error["message"].is_string(), "{shown}: {error}");
        }
        socket.so_far().await;
    }
}

#[tokio::test]
async fn an_error_names_a_good_id_and_no_other() {
    let server = Server::shared();
    let mut socket = Socket::open(&server, &server.account("ann").await).await;
    socket.send_text(r#"{"type":"send","id":"good-1","peer":5}"#).await;
    assert_eq!(socket.expect("error").await["id"], "good-1");
    for text in [r#"{"type":"send","id":"not good","peer":"bob","body":"b"}"#, r#"{"type":"read","peer":5}"#, "oops"] {
        socket.send_text(text).await;
        assert_eq!(socket.expect("error").await.get("id"), None, "{text}");
    }
}

#[tokio::test]
async fn what_a_later_version_may_say_is_met_in_peace() {
    let server = Server::shared();
    let (ann, bob) = server.pair("later").await;
    let mut socket = Socket::open(&server, &ann).await;
    for number in 0..6 {
        socket.refused(json!({"type": "dance", "id": format!("d-{number}")}), "unknown_type").await;
    }
    socket.refused(json!({"type": "Send", "id": "d"}), "unknown_type").await;
    let sent = json!({"type": "send", "id": "m-1", "peer": bob.name, "body": "hi", "from": "eve", "seq": 9, "x": {}});
    assert_eq!(socket.ask(sent).await["seq"], 1, "unknown fields are ignored");
    assert_eq!(socket.log(&bob.name).await[0]["from"], ann.name.as_str());
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.expect("pong").await.get("id"), None);
}

#[tokio::test]
async fn a_body_with_nothing_to_read_is_empty() {
    let server = Server::shared();
    let (ann, bob) = server.pair("empty").await;
    let mut socket = Socket::open(&server, &ann).await;
    for body in ["", " \n\t", "\u{3000}", "\u{200b}\u{200d}", "\u{feff} \u{2060}", "\u{202e}\u{2066}"] {
        socket.refused(json!({"type": "send", "id": "m", "peer": bob.name, "body": body}), "empty").await;
    }
    socket.say("m", &bob.name, "hi").await;
    socket.refused(json!({"type": "edit", "id": "e", "peer": bob.name, "of": 1, "body": " "}), "empty").await;
}

#[tokio::test]
async fn a_body_is_at_most_16_kib_after_trimming() {
    let server = Server::shared();
    let (ann, bob) = server.pair("long").await;
    let mut socket = Socket::open(&server, &ann).await;
    let longest = "é".repeat(8192);
    let too_long = json!({"type": "send", "id": "m", "peer": bob.name, "body": format!("{longest}x")});
    socket.refused(too_long, "too_long").await;
    assert_eq!(socket.say("m", &bob.name, &format!("  {longest}\n")).await["seq"], 1);
    assert_eq!(socket.log(&bob.name).await[0]["body"], longest);
    let too_long = json!({"type": "edit", "id": "e", "peer": bob.name, "of": 1, "body": "x".repeat(16_385)});
    socket.refused(too_long, "too_long").await;
}

#[tokio::test]
async fn a_peer_that_does_not_exist_is_unknown() {
    let server = Server::shared();
    let mut socket = Socket::open(&server, &server.account("ann").await).await;
    for peer in ["nobody", "no body", "", "ann\u{200d}", "<b>", "../etc", "x".repeat(5_000).as_str()] {
        socket.refused(json!({"type": "send", "id": "m", "peer": peer, "body": "hi"}), "unknown_peer").await;
    }
    socket.refused(json!({"type": "history", "id": "h", "peer": "nobody"}), "unknown_peer").await;
}

#[tokio::test]
async fn what_is_not_in_this_conversation_is_not_found() {
    let server = Server::shared();
    let (ann, bob) = server.pair("absent").await;
    let eve = server.account("eve").await;
    Socket::open(&server, &ann).await.say("m-1", &bob.name, "for bob alone").await;
    let mut socket = Socket::open(&server, &eve).await;
    for peer in [&ann.name, &bob.name] {
        socket.refused(json!({"type": "edit", "id": "x", "peer": peer, "of": 1, "body": "?"}), "not_found").await;
        socket.refused(json!({"type": "delete", "id": "x", "peer": peer, "of": 1}), "not_found").await;
        socket.refused(json!({"type": "react", "id": "x", "peer": peer, "of": 1, "emoji": "👍"}), "not_found").await;
        let page = socket.history(json!({"peer": peer})).await;
        assert_eq!((&page["entries"], &page["head"], &page["complete"]), (&json!([]), &json!(0), &json!(true)));
    }
    assert_eq!(socket.inbox(None).await["conversations"], json!([]));
}

#[tokio::test]
async fn form_is_checked_before_the_repeat_and_the_repeat_before_the_state() {
    let server = Server::shared();
    let (ann, bob) = server.pair("checks").await;
    let mut socket = Socket::open(&server, &ann).await;
    let first = socket.say("m-1", &bob.name, "hello").await;
    // Form before the repeat.
    socket.refused(json!({"type": "send", "id": "m-1", "peer": bob.name, "body": " "}), "empty").await;
    // The repeat before the peer and the target.
    socket.refused(json!({"type": "send", "id": "m-1", "peer": "nobody", "body": "hello"}), "conflict").await;
    socket.refused(json!({"type": "delete", "id": "m-1", "peer": bob.name, "of": 99}), "conflict").await;
    // The peer before the target.
    socket.refused(json!({"type": "delete", "id": "x", "peer": "nobody", "of": 99}), "unknown_peer").await;
    // And no error has used an id up.
    assert_eq!(socket.say("x", &bob.name, "hi").await["seq"], 2);
    assert_eq!(socket.say("m-1", &bob.name, "hello").await, first);
}

#[tokio::test]
async fn an_account_writes_a_burst_of_100_and_is_then_told_when_to_come_back() {
    // Far above the burst: a slow disk gives the bucket time to fill.
    const TRIES: usize = 400;
    let server = Server::start_with(Options::with_limits());
    let (ann, bob) = server.pair("rate").await;
    let mut socket = Socket::open(&server, &ann).await;
    for number in 0..TRIES {
        socket.send(json!({"type": "send", "id": format!("m-{number}"), "peer": bob.name, "body": "hi"})).await;
    }
    socket.send(json!({"type": "send", "id": "m-0", "peer": bob.name, "body": "hi"})).await;
    let mut accepted = Vec::new();
    for number in 0..TRIES {
        let answer = socket.answer().await;
        assert_eq!(answer["id"], format!("m-{number}"));
        if answer["type"] == "sent" {
            accepted.push(number);
            assert_eq!(answer["seq"], accepted.len());
        } else {
            assert_eq!(answer["code"], "rate_limited");
            let wait = answer["retry_after_ms"].as_u64().expect("when to come back");
            assert!((1..=10_000).contains(&wait), "{answer}");
        }
    }
    assert!(accepted.starts_with(&(0..100).collect::<Vec<usize>>()), "{accepted:?}");
    assert!(accepted.len() < TRIES, "never limited");
    let repeat = socket.answer().await;
    assert_eq!((&repeat["type"], &repeat["seq"]), (&json!("sent"), &json!(1)), "a repeat is never limited");
    assert_eq!(socket.log(&bob.name).await.len(), accepted.len());
    let mut other = Socket::open(&server, &bob).await;
    assert_eq!(other.say("m-0", &ann.name, "I may").await["type"], "sent", "the bucket is the account's");
}
