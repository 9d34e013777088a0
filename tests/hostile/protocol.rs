//! Frames that can be read, and mean no good: rows 47 to 67.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::{
    support::{
        server::{Options, Server},
        socket::Socket,
    },
    tried::Tried,
};

#[tokio::test]
async fn what_is_no_frame_is_a_bad_one() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let ann = server.account("ann").await;
    let deep = |open: &str, close: &str, depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
    let of = |kind: &str, fields: &str| format!(r#"{{"type":"{kind}","id":"i","peer":"bob"{fields}}}"#);
    let mut bad: Vec<String> = [
        "{",
        "}",
        "{]",
        "\u{feff}{\"type\":\"ping\"}",
        "{\"type\":\"ping\"}{\"type\":\"ping\"}",
        "{\"type\":\"ping\"}\0",
        "{\"type\":\"ping\",}",
        "{'type':'ping'}",
        "{\"type\":\"ping\",\"type\":\"ping\"}",
        "{\"type\":[\"ping\"]}",
        "{\"type\":{\"$ne\":1}}",
        "{\"type\":\"ping\",\"id\":\"a\",\"id\":\"b\"}",
        "{\"type\":\"ping\",\"id\":{\"$gt\":\"\"}}",
        "{\"type\":\"ping\",\"id\":\"'; DROP TABLE account; --\"}",
        "{\"type\":\"ping\",\"id\":\"\u{202e}\"}",
        "{\"type\":\"ping\",\"id\":\"a\u{0}\"}",
        "{\"type\":\"pi\nng\"}",
        "NaN",
        "Infinity",
        "-",
        "1e400",
        "\"\\ud800\"",
        "{\"type\":\"\\ud800\"}",
    ]
    .map(str::to_owned)
    .into();
    bad.extend([deep("[", "]", 10_000), deep(r#"{"a":"#, "}", 5_000), deep(r#"{"type":"#, "}", 5_000)]);
    bad.push(format!(r#"{{"type":"ping","id":{}}}"#, deep("[", "]", 10_000)));
    for number in
        ["-1", "1.5", "1e400", "-0.5", "9007199254740992", "18446744073709551616", "\"1\"", "true", "[1]", "{}"]
    {
        bad.push(of("send", &format!(r#","body":"b","reply_to":{number}"#)));
        bad.push(of("edit", &format!(r#","body":"b","of":{number}"#)));
        bad.push(of("delete", &format!(r#","of":{number}"#)));
        bad.push(of("react", &format!(r#","emoji":"👍","of":{number}"#)));
        bad.push(of("read", &format!(r#","seq":{number}"#)));
        bad.push(of("delivered", &format!(r#","seq":{number}"#)));
        bad.push(of("history", &format!(r#","after":{number}"#)));
        bad.push(of("history", &format!(r#","before":{number}"#)));
        bad.push(of("history", &format!(r#","limit":{number}"#)));
    }
    for value in ["null", "1", "true", "[]", "{}", r#"{"$ne":""}"#, r#"["b"]"#] {
        bad.push(of("send", &format!(r#","body":{value}"#)));
        bad.push(of("edit", &format!(r#","of":1,"body":{value}"#)));
        bad.push(format!(r#"{{"type":"send","id":"i","body":"b","peer":{value}}}"#));
        bad.push(format!(r#"{{"type":"history","id":"i","peer":{value}}}"#));
        bad.push(format!(r#"{{"type":"read","seq":1,"peer":{value}}}"#));
        bad.push(format!(r#"{{"type":"typing","on":true,"peer":{value}}}"#));
        bad.push(format!(r#"{{"type":"send","id":{value},"peer":"bob","body":"b"}}"#));
        bad.push(format!(r#"{{"type":"inbox","id":{value}}}"#));
    }
    for body in ["a\\u0000b", "\\ud800", "\\udc00\\ud800", "\\u", "\\x41", "a\u{1}b", "a\nb"] {
        bad.push(of("send", &format!(r#","body":"{body}""#)));
    }
    for emoji in ["", "a", "👍👍", "❤", "\\u0000", "<b>", "\u{200d}"] {
        bad.push(of("react", &format!(r#","of":1,"emoji":"{emoji}""#)));
    }
    for chunk in bad.chunks(4) {
        // Four to a connection: the fifth within a minute would close it.
        let mut socket = Socket::open(&server, &ann).await;
        for text in chunk {
            tried.one();
            let shown: String = text.chars().take(80).collect();
            socket.send_text(text).await;
            let error = socket.expect("error").await;
            assert_eq!(error["code"], "bad_frame", "{shown}");
        }
        assert_eq!(socket.so_far().await, Vec::<Value>::new());
    }
}

#[tokio::test]
async fn what_nobody_reads_may_be_anything() {
    let server = Server::shared();
    let (ann, bob) = server.pair("anything").await;
    let mut socket = Socket::open(&server, &ann).await;
    let deep = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    for (number, extra) in ["1e400", "{\"$where\":\"1\"}", "[[],{}]", "-0", &deep].iter().enumerate() {
        let text = format!(
            r#"{{"type":"send","id":"m-{number}","peer":"{}","body":"b","x":{extra},"$set":{{"body":"?"}},"a.b":1}}"#,
            bob.name
        );
        socket.send_text(&text).await;
        let answer = socket.answer().await;
        let shown: String = extra.chars().take(20).collect();
        assert!(matches!(answer["type"].as_str(), Some("sent")) || answer["code"] == "bad_frame", "{shown}: {answer}");
    }
    for entry in socket.log(&bob.name).await {
        assert_eq!(entry["body"], "b", "{entry}");
        assert!(entry.get("x").is_none() && entry.get("$set").is_none() && entry.get("a.b").is_none(), "{entry}");
    }
}

#[tokio::test]
async fn a_thousand_of_the_same_id_at_once_on_two_sockets_make_one_message() {
    const EACH: usize = 500;
    let server = Server::shared();
    let (ann, bob) = server.pair("thousand").await;
    let last = server.options.nodes - 1;
    let mut sockets = [Socket::open_at(&server, 0, &ann).await, Socket::open_at(&server, last, &ann).await];
    let mut other = Socket::open(&server, &bob).await;
    let mut answers = HashSet::new();
    // In pieces that neither side has to wait for the other to read.
    for _ in 0..EACH / 50 {
        for socket in &mut sockets {
            for _ in 0..50 {
                socket.send(json!({"type": "send", "id": "m-1", "peer": bob.name, "body": "once"})).await;
            }
        }
        for socket in &mut sockets {
            for _ in 0..50 {
                answers.insert(socket.expect("sent").await.to_string());
            }
        }
    }
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(sockets[0].log(&bob.name).await.len(), 1);
    assert_eq!(other.heard("entry").await.len(), 1);
}

#[tokio::test]
async fn what_is_not_there_cannot_be_changed() {
    let server = Server::shared();
    let (ann, bob) = server.pair("seqs").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "hello").await;
    other.ask(json!({"type": "react", "id": "r-1", "peer": ann.name, "of": 1, "emoji": "👍"})).await;
    let most = 9_007_199_254_740_991_u64;
    for of in [0, 2, 3, most] {
        for frame in [
            json!({"type": "edit", "id": "x", "peer": bob.name, "of": of, "body": "?"}),
            json!({"type": "delete", "id": "x", "peer": bob.name, "of": of}),
            json!({"type": "react", "id": "x", "peer": bob.name, "of": of, "emoji": "👍"}),
            json!({"type": "send", "id": "x", "peer": bob.name, "body": "?", "reply_to": of}),
        ] {
            one.refused(frame, "not_found").await;
        }
    }
    other.refused(json!({"type": "edit", "id": "x", "peer": ann.name, "of": 1, "body": "?"}), "not_yours").await;
    other.refused(json!({"type": "delete", "id": "x", "peer": ann.name, "of": 1}), "not_yours").await;
    for seq in [0, 2, most] {
        one.send(json!({"type": "read", "peer": bob.name, "seq": seq})).await;
        one.send(json!({"type": "delivered", "peer": "nobody-of-this-name", "seq": seq})).await;
        one.send(json!({"type": "read", "peer": "no name at all", "seq": seq})).await;
    }
    let row = one.row(&bob.name).await;
    assert_eq!(
        (&row["read"], &row["delivered"], &row["head"]),
        (&json!(2), &json!(2), &json!(2)),
        "capped at the head"
    );
    assert_eq!(one.log(&bob.name).await.len(), 2);
}

/// What a store would understand, if it were ever asked to.
const SPELLS: [&str; 10] = [
    "'; DROP TABLE account; --",
    "\" OR \"1\"=\"1",
    "x') ON CONFLICT DO NOTHING; --",
    "1; ATTACH DATABASE '/tmp/x' AS x; --",
    "%_%",
    "{\"$ne\":null}",
    "$where",
    "a.b",
    "\\'; SELECT load_extension('x')",
    "?1 :name @name $name",
];

#[tokio::test]
async fn words_of_a_query_language_are_words() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let (ann, bob) = server.pair("spells").await;
    let mut socket = Socket::open(&server, &ann).await;
    for (number, spell) in SPELLS.iter().enumerate() {
        tried.one();
        socket.say(&format!("m-{number}"), &bob.name, spell).await;
        socket.ask(json!({"type": "edit", "id": format!("e-{number}"), "peer": bob.name, "of": 2 * number + 1, "body": spell})).await;
        socket.refused(json!({"type": "send", "id": "x", "peer": spell, "body": "b"}), "unknown_peer").await;
        socket.refused(json!({"type": "history", "id": "x", "peer": spell}), "unknown_peer").await;
        assert_eq!(socket.inbox(Some(spell)).await["conversations"].as_array().map(Vec::len), Some(1), "{spell}");
        let named = server.post("/api/rename").signed_in(&ann).json(&json!({"name": spell})).send().await;
        assert_eq!((named.status, named.json()["name"].as_str()), (200, Some(*spell)));
        let token = server.post("/api/token").signed_in(&ann).json(&json!({"label": spell})).send().await;
        assert_eq!(token.status, 200, "{spell}");
        let wrong = json!({"username": spell, "password": spell, "next": spell});
        assert_eq!(server.post("/api/login").json(&wrong).status().await, 401, "{spell}");
        let nobody = json!({"username": "bobspelled", "password": spell, "invite": spell, "name": spell});
        assert!(matches!(server.post("/api/register").json(&nobody).status().await, 200 | 409 | 422), "{spell}");
        assert_eq!(server.get("/api/session").bearer(spell).status().await, 401, "{spell}");
        let ended = server.post("/api/end_session").signed_in(&ann).json(&json!({"public": spell})).status().await;
        assert_eq!(ended, 404, "{spell}");
    }
    let log = socket.log(&bob.name).await;
    let bodies: Vec<&str> = log.iter().filter_map(|entry| entry["body"].as_str()).collect();
    let twice: Vec<&str> = SPELLS.iter().flat_map(|spell| [*spell, *spell]).collect();
    assert_eq!(bodies, twice);
    let devices = server.post("/api/devices").signed_in(&ann).json(&json!({})).send().await.json();
    let labels: HashSet<&str> =
        devices.as_array().expect("a list").iter().filter_map(|one| one["label"].as_str()).collect();
    assert!(SPELLS.iter().all(|spell| labels.contains(spell)), "{labels:?}");
}

#[tokio::test]
async fn what_stacks_marks_or_turns_the_line_is_kept_up_to_the_limit_and_not_beyond() {
    let server = Server::shared();
    let (ann, bob) = server.pair("stacked").await;
    let mut socket = Socket::open(&server, &ann).await;
    let zalgo = format!("z{}", "\u{0301}".repeat(200));
    let turned = "\u{202e}abc\u{202d}\u{2066}def\u{2069}";
    let controls = "a\u{1}\u{1b}[31m\u{7f}\u{85}\rb";
    let emoji = "😀".repeat(4096);
    for (number, body) in [zalgo.as_str(), turned, controls, &emoji].iter().enumerate() {
        assert_eq!(socket.say(&format!("m-{number}"), &bob.name, body).await["seq"], number + 1);
    }
    let log = socket.log(&bob.name).await;
    let bodies: Vec<&str> = log.iter().filter_map(|entry| entry["body"].as_str()).collect();
    assert_eq!(bodies, [zalgo.as_str(), turned, controls, &emoji]);
    for body in ["😀".repeat(4097), "x".repeat(16_385), "\u{0301}".repeat(10_000)] {
        let send = json!({"type": "send", "id": "x", "peer": bob.name, "body": body});
        let error = socket.refused(send, "too_long").await;
        assert!(error["message"].as_str().is_some_and(|message| message.contains("16384")), "{error}");
    }
}

#[tokio::test]
async fn a_place_above_the_head_is_answered_with_the_head() {
    let server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("").await;
    let mut socket = Socket::open(&server, &ann).await;
    socket.say("m-1", &bob.name, "hello").await;
    for after in [2, 99, 9_007_199_254_740_991_u64] {
        let page = socket.history(json!({"peer": bob.name, "after": after})).await;
        assert_eq!((&page["entries"], &page["head"], &page["complete"]), (&json!([]), &json!(1), &json!(true)));
    }
}
