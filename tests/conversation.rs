//! Sending: what the writer is answered, who else hears of it, and that a repeat writes nothing.

mod support;

use std::collections::HashSet;

use serde_json::{Value, json};
use support::{server::Server, socket::Socket};

#[tokio::test]
async fn a_message_is_answered_with_its_place_and_time() {
    let server = Server::shared();
    let (ann, bob) = server.pair("place").await;
    let mut socket = Socket::open(&server, &ann).await;
    let first = socket.say("m-1", &bob.name, "hello").await;
    let at = first["at"].as_u64().expect("a time");
    assert_eq!(first, json!({"type": "sent", "id": "m-1", "peer": bob.name, "seq": 1, "at": at}));
    assert!(at >= socket.welcome["now"].as_u64().expect("a time"), "{first}");
    let second = socket.say("m-2", &bob.name, "again").await;
    assert_eq!(second["seq"], 2);
    assert!(second["at"].as_u64() >= Some(at), "time went back: {second}");
}

#[tokio::test]
async fn a_message_reaches_the_peer_and_the_writers_other_devices_but_never_the_writer() {
    let server = Server::shared();
    let (ann, bob) = server.pair("reach").await;
    let mut laptop = Socket::open(&server, &ann).await;
    let mut phone = Socket::open_with_token(&server, &server.token(&ann).await).await;
    let mut other = Socket::open(&server, &bob).await;
    let sent = laptop.say("m-1", &bob.name, "  hello\n").await;
    let entry = json!({"seq": 1, "at": sent["at"], "from": ann.name, "id": "m-1", "kind": "message", "body": "hello"});
    assert_eq!(other.expect("entry").await, json!({"type": "entry", "peer": ann.name, "entry": entry}));
    assert_eq!(phone.expect("entry").await, json!({"type": "entry", "peer": bob.name, "entry": entry}));
    assert_eq!(laptop.heard("entry").await, Vec::<Value>::new());
    let log = laptop.log(&bob.name).await;
    assert_eq!(log, [entry]);
    assert_eq!(other.log(&ann.name).await, log);
}

#[tokio::test]
async fn notes_to_oneself_reach_the_other_devices_once() {
    let server = Server::shared();
    let ann = server.register("annnotes").await;
    let mut laptop = Socket::open(&server, &ann).await;
    let mut phone = Socket::open(&server, &ann).await;
    let sent = laptop.say("n-1", &ann.name, "buy milk").await;
    assert_eq!((&sent["peer"], &sent["seq"]), (&json!(ann.name), &json!(1)));
    let heard = phone.expect("entry").await;
    assert_eq!((&heard["peer"], &heard["entry"]["from"]), (&json!(ann.name), &json!(ann.name)));
    assert_eq!(phone.heard("entry").await, Vec::<Value>::new());
    assert_eq!(laptop.heard("entry").await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_peer_is_folded_however_it_is_typed() {
    let server = Server::shared();
    let (ann, bob) = server.pair("fold").await;
    let mut socket = Socket::open(&server, &ann).await;
    assert_eq!(socket.say("m-1", &bob.name.to_uppercase(), "hi").await["peer"], bob.name.as_str());
    assert_eq!(socket.say("m-1", &bob.name, "hi").await["seq"], 1, "the folded name makes it a repeat");
}

#[tokio::test]
async fn a_text_is_kept_as_it_was_written() {
    let server = Server::shared();
    let (ann, bob) = server.pair("kept").await;
    let mut socket = Socket::open(&server, &ann).await;
    let zalgo = format!("z{}", "\u{0301}".repeat(200));
    let texts = [
        "'); DROP TABLE entry; --",
        r#"{"$ne": 1}"#,
        "<script>alert(1)</script>",
        "\u{202e}rtl\u{2066}",
        "a\u{1b}[31m\rb\u{7f}",
        "e\u{301} is not \u{e9}",
        "👨‍👩‍👧 你好",
        &zalgo,
    ];
    for (number, text) in texts.iter().enumerate() {
        socket.say(&format!("m-{number}"), &bob.name, text).await;
    }
    let log = socket.log(&bob.name).await;
    let bodies: Vec<&str> = log.iter().filter_map(|entry| entry["body"].as_str()).collect();
    assert_eq!(bodies, texts);
}

#[tokio::test]
async fn a_repeat_of_a_send_is_accepted_once() {
    let server = Server::shared();
    let (ann, bob) = server.pair("repeat").await;
    let mut laptop = Socket::open(&server, &ann).await;
    let mut other = Socket::open(&server, &bob).await;
    let first = laptop.say("m-1", &bob.name, "hello").await;
    laptop.say("m-2", &bob.name, "and more").await;
    assert_eq!(laptop.say("m-1", &bob.name, " hello ").await, first);
    let mut program = Socket::open_with_token(&server, &server.token(&ann).await).await;
    assert_eq!(program.say("m-1", &bob.name, "hello").await, first);
    let mut later = Socket::open(&server, &server.sign_in(&ann.name).await).await;
    assert_eq!(later.say("m-1", &bob.name, "hello").await, first);
    later.say("m-3", &bob.name, "last").await;
    let mut heard = Vec::new();
    while heard.last() != Some(&json!("m-3")) {
        heard.push(other.expect("entry").await["entry"]["id"].clone());
    }
    assert_eq!(heard, ["m-1", "m-2", "m-3"]);
    assert_eq!(other.log(&ann.name).await.len(), 3);
}

#[tokio::test]
async fn a_repeat_after_a_crash_gets_the_answer_of_the_first_time() {
    let mut server = Server::start();
    let (ann, bob) = server.pair("crash").await;
    let first = Socket::open(&server, &ann).await.say("m-1", &bob.name, "hello").await;
    server.kill();
    server.restart();
    let mut socket = Socket::open(&server, &ann).await;
    assert_eq!(socket.say("m-1", &bob.name, "hello").await, first);
    assert_eq!(socket.say("m-2", &bob.name, "more").await["seq"], 2);
    assert_eq!(socket.log(&bob.name).await.len(), 2);
}

#[tokio::test]
async fn the_same_id_at_once_on_two_sockets_makes_one_message() {
    const TIMES: usize = 100;
    let server = Server::shared();
    let (ann, bob) = server.pair("atonce").await;
    let mut answers = Vec::new();
    let mut sockets = [Socket::open(&server, &ann).await, Socket::open(&server, &ann).await];
    for _ in 0..TIMES {
        for socket in &mut sockets {
            socket.send(json!({"type": "send", "id": "m-1", "peer": bob.name, "body": "once"})).await;
        }
    }
    for socket in &mut sockets {
        for _ in 0..TIMES {
            answers.push(socket.expect("sent").await.to_string());
        }
    }
    assert_eq!(answers.iter().collect::<HashSet<_>>().len(), 1, "answers differ");
    assert_eq!(sockets[0].log(&bob.name).await.len(), 1);
}

#[tokio::test]
async fn the_same_id_with_other_content_is_a_conflict() {
    let server = Server::shared();
    let (ann, bob) = server.pair("conflict").await;
    let mut socket = Socket::open(&server, &ann).await;
    let first = socket.say("m-1", &bob.name, "hello").await;
    let others = [
        json!({"type": "send", "id": "m-1", "peer": bob.name, "body": "Hello"}),
        json!({"type": "send", "id": "m-1", "peer": ann.name, "body": "hello"}),
        json!({"type": "send", "id": "m-1", "peer": "nobody", "body": "hello"}),
        json!({"type": "send", "id": "m-1", "peer": bob.name, "body": "hello", "reply_to": 1}),
        json!({"type": "edit", "id": "m-1", "peer": bob.name, "of": 1, "body": "hello"}),
        json!({"type": "delete", "id": "m-1", "peer": bob.name, "of": 1}),
        json!({"type": "react", "id": "m-1", "peer": bob.name, "of": 1, "emoji": "👍"}),
    ];
    for other in others {
        socket.refused(other, "conflict").await;
    }
    assert_eq!(socket.say("m-1", &bob.name, "hello").await, first);
    assert_eq!(socket.log(&bob.name).await.len(), 1);
}

#[tokio::test]
async fn an_id_belongs_to_its_author() {
    let server = Server::shared();
    let (ann, bob) = server.pair("author").await;
    Socket::open(&server, &ann).await.say("m-1", &bob.name, "from ann").await;
    let mut socket = Socket::open(&server, &bob).await;
    assert_eq!(socket.say("m-1", &ann.name, "from bob").await["seq"], 2);
}

#[tokio::test]
async fn a_reply_names_the_message_it_answers() {
    let server = Server::shared();
    let (ann, bob) = server.pair("reply").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    one.say("m-1", &bob.name, "tea or coffee?").await;
    other.ask(json!({"type": "send", "id": "r-1", "peer": ann.name, "body": "tea", "reply_to": 1})).await;
    assert_eq!(one.expect("entry").await["entry"]["reply_to"], 1);
    one.ask(json!({"type": "react", "id": "e-1", "peer": bob.name, "of": 2, "emoji": "👍"})).await;
    for absent in [0, 3, 99] {
        let reply = json!({"type": "send", "id": "r-2", "peer": ann.name, "body": "?", "reply_to": absent});
        other.refused(reply, "not_found").await;
    }
    one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 1})).await;
    let late = json!({"type": "send", "id": "r-2", "peer": ann.name, "body": "to what is gone", "reply_to": 1});
    assert_eq!(other.ask(late).await["seq"], 5);
}

#[tokio::test]
async fn answers_come_in_the_order_of_the_frames() {
    let server = Server::shared();
    let (ann, bob) = server.pair("order").await;
    let mut socket = Socket::open(&server, &ann).await;
    for number in 0..60 {
        let peer = if number % 3 == 2 { "nobody" } else { &bob.name };
        socket.send(json!({"type": "send", "id": format!("m-{number}"), "peer": peer, "body": "hi"})).await;
    }
    let mut seqs = Vec::new();
    for number in 0..60 {
        let answer = socket.answer().await;
        assert_eq!(answer["id"], format!("m-{number}"));
        seqs.extend(answer["seq"].as_u64());
    }
    assert_eq!(seqs, (1..=40).collect::<Vec<u64>>());
}

#[tokio::test]
async fn two_who_write_at_once_see_one_list() {
    const EACH: u64 = 40;
    let server = Server::shared();
    let (ann, bob) = server.pair("list").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    for number in 0..EACH {
        one.send(json!({"type": "send", "id": format!("a-{number}"), "peer": bob.name, "body": "a"})).await;
        other.send(json!({"type": "send", "id": format!("b-{number}"), "peer": ann.name, "body": "b"})).await;
    }
    for (socket, prefix) in [(&mut one, "b-"), (&mut other, "a-")] {
        let (mut answered, mut heard) = (Vec::new(), Vec::new());
        while answered.len() + heard.len() < 2 * EACH as usize {
            let frame = socket.next().await;
            if frame["type"] == "sent" {
                answered.extend(frame["seq"].as_u64());
            } else if frame["type"] == "entry" {
                assert!(frame["entry"]["id"].as_str().is_some_and(|id| id.starts_with(prefix)), "{frame}");
                heard.extend(frame["entry"]["seq"].as_u64());
            }
        }
        assert!(answered.is_sorted(), "{answered:?}");
        let mut all = [answered, heard].concat();
        all.sort_unstable();
        assert_eq!(all, (1..=2 * EACH).collect::<Vec<u64>>());
    }
    assert_eq!(one.log(&bob.name).await, other.log(&ann.name).await);
}
