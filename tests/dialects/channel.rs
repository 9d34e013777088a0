//! The channel dialect.

use serde_json::{Value, json};

use super::{
    caller::Caller,
    support::{
        server::{Options, Server},
        socket::Socket,
    },
};

/// 14:13 of UTC.
const TIME: u64 = 1_790_000_000_000;

fn contents(frames: &[Value]) -> Vec<&str> {
    frames.iter().map(|frame| frame["content"].as_str().expect("a message")).collect()
}

#[tokio::test]
async fn a_message_reaches_both_channels_with_its_senders_time() {
    let options = Options { environment: vec![("TZ", "JST-9".into())], ..Options::alone() };
    let server = Server::start_with(options);
    let (ann, bob) = server.pair("").await;
    let mut bobs = Caller::with_channel(&server, &bob).await;
    let mut anns = Caller::with_channel(&server, &ann).await;
    for time in [json!(TIME), json!("2026-09-21T14:13:20.000Z")] {
        anns.enters("bob", " hi <b> ", time.clone()).await;
        let expected = json!({
            "formId": "ann", "toId": "bob", "msgUserId": "ann", "content": "hi <b>",
            "createTime": time, "timeStr": "23:13", "read": false,
        });
        assert_eq!(anns.next().await, expected);
        assert_eq!(bobs.next().await, expected);
    }
    bobs.enters("ann", "hello", json!(TIME)).await;
    assert_eq!(anns.next().await["content"], "hello");
}

#[tokio::test]
async fn taking_a_channel_is_answered_and_replacing_one_is_not() {
    let server = Server::shared();
    let (ann, bob) = server.pair("taking").await;
    let mut first = Caller::with_channel(&server, &ann).await;
    let mut second = Caller::channel(&server, &ann).await;
    second.takes_channel().await;
    second.takes_channel().await;
    assert_eq!(second.so_far().await, Vec::<Value>::new());
    Socket::open(&server, &bob).await.say("1", &ann.name, "hi").await;
    assert_eq!(second.next().await["content"], "hi");
    assert_eq!(first.so_far().await, Vec::<Value>::new(), "the channel was taken from it");
    // Who lost it does not close it, who holds it does.
    first.leaves().await;
    let mut third = Caller::channel(&server, &ann).await;
    third.takes_channel().await;
    assert_eq!(third.so_far().await, Vec::<Value>::new());
    third.leaves().await;
    Caller::with_channel(&server, &ann).await;
}

#[tokio::test]
async fn what_was_missed_comes_when_the_channel_is_taken_and_once() {
    let server = Server::shared();
    let (ann, bob) = server.pair("missing").await;
    let mut page = Socket::open(&server, &bob).await;
    let mut own = Socket::open(&server, &ann).await;
    own.say("own", &bob.name, "of her own").await;
    page.say("1", &ann.name, "first").await;
    page.say("2", &ann.name, "taken back").await;
    page.ask(json!({"type": "delete", "id": "3", "peer": ann.name, "of": 3})).await;
    let at = page.say("4", &ann.name, "second").await["at"].clone();

    let mut channel = Caller::with_channel(&server, &ann).await;
    let missed = channel.so_far().await;
    assert_eq!(contents(&missed), ["first", "second"]);
    assert_eq!((&missed[1]["createTime"], &missed[1]["formId"]), (&at, &json!(bob.name)));
    while page.expect("receipt").await["delivered"] != 5 {}

    channel.leaves().await;
    let mut again = Caller::with_channel(&server, &ann).await;
    assert_eq!(again.so_far().await, Vec::<Value>::new());
}

#[tokio::test]
async fn much_that_was_missed_comes_whole_and_in_its_order() {
    let server = Server::shared();
    let (ann, bob) = server.pair("much").await;
    let mut page = Socket::open(&server, &bob).await;
    let expected: Vec<String> = (0..450).map(|number| format!("message {number}")).collect();
    for (number, body) in expected.iter().enumerate() {
        page.say(&format!("much-{number}"), &ann.name, body).await;
    }
    let mut channel = Caller::with_channel(&server, &ann).await;
    page.say("live", &ann.name, "and one more").await;
    let mut heard = Vec::new();
    while heard.last().is_none_or(|last| last != "and one more") {
        heard.push(channel.next().await["content"].as_str().expect("a message").to_owned());
    }
    assert_eq!(heard[..heard.len() - 1], expected);
}

#[tokio::test]
async fn a_channel_and_our_page_talk_both_ways() {
    let server = Server::shared();
    let (ann, bob) = server.pair("mixed").await;
    let mut page = Socket::open(&server, &bob).await;
    let mut channel = Caller::with_channel(&server, &ann).await;
    channel.enters(&bob.name.to_uppercase(), "to the page", json!(TIME)).await;
    let entry = page.expect("entry").await;
    assert_eq!((&entry["peer"], &entry["entry"]["body"]), (&json!(ann.name), &json!("to the page")));
    assert_eq!(channel.next().await["toId"], bob.name.as_str());
    let at = page.say("1", &ann.name, "to the channel").await["at"].clone();
    let told = channel.next().await;
    assert_eq!(
        (&told["content"], &told["createTime"], &told["formId"]),
        (&json!("to the channel"), &at, &json!(bob.name))
    );
    page.ask(json!({"type": "edit", "id": "2", "peer": ann.name, "of": 2, "body": "better"})).await;
    page.ask(json!({"type": "react", "id": "3", "peer": ann.name, "of": 1, "emoji": "👍"})).await;
    page.say("4", &ann.name, "next").await;
    assert_eq!(channel.next().await["content"], "next", "edits and reactions have no words here");
}

#[tokio::test]
async fn the_senders_own_channel_and_page_hear_what_another_connection_sends() {
    let server = Server::shared();
    let (ann, bob) = server.pair("elsewhere").await;
    let mut page = Socket::open(&server, &ann).await;
    let mut channel = Caller::with_channel(&server, &ann).await;
    let mut other = Caller::channel(&server, &ann).await;
    other.enters(&bob.name, "without a channel", json!(TIME)).await;
    for caller in [&mut other, &mut channel] {
        let told = caller.next().await;
        assert_eq!((&told["content"], &told["createTime"]), (&json!("without a channel"), &json!(TIME)));
    }
    assert_eq!(page.expect("entry").await["entry"]["from"], ann.name.as_str());
}

#[tokio::test]
async fn a_note_to_oneself_is_told_once() {
    let server = Server::shared();
    let (ann, _) = server.pair("notes").await;
    let mut channel = Caller::with_channel(&server, &ann).await;
    channel.enters(&ann.name, "milk", json!(TIME)).await;
    assert_eq!(contents(&channel.so_far().await), ["milk"]);
    channel.leaves().await;
    let mut again = Caller::with_channel(&server, &ann).await;
    assert_eq!(again.so_far().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_number_is_as_good_an_id_as_a_text() {
    let server = Server::shared();
    let (one, two) = (server.register("111").await, server.register("222").await);
    let mut theirs = Caller::with_channel(&server, &two).await;
    let mut own = Caller::channel(&server, &one).await;
    own.says(json!({"type": "get-pass", "userId": 111})).await;
    assert_eq!(own.next().await["code"], "1");
    let frame =
        json!({"type": "get-enter", "userId": 111, "toId": 222, "msgUserId": 111, "content": "hi", "createTime": TIME});
    own.says(frame).await;
    assert_eq!((&theirs.next().await["formId"], &own.next().await["toId"]), (&json!("111"), &json!("222")));
}

#[tokio::test]
async fn what_is_wrong_is_answered_and_the_connection_stays() {
    let server = Server::shared();
    let (ann, bob) = server.pair("wrong").await;
    let mut channel = Caller::with_channel(&server, &ann).await;
    let good = json!({
        "type": "get-enter", "userId": ann.name, "toId": bob.name, "msgUserId": ann.name, "content": "hi", "createTime": TIME,
    });
    let with = |field: &str, value: Value| {
        let mut frame = good.clone();
        frame[field] = value;
        frame.to_string()
    };
    let mut wrong: Vec<(String, &str)> = vec![
        ("{".into(), "bad_frame"),
        ("[1]".into(), "bad_frame"),
        ("7".into(), "bad_frame"),
        ("[".repeat(10_000), "bad_frame"),
        ("{}".into(), "bad_frame"),
        (json!({"type": "get-pass"}).to_string(), "bad_frame"),
        (json!({"type": "get-pass", "userId": bob.name}).to_string(), "not_yours"),
        (with("type", "get-out".into()), "unknown_type"),
        (with("userId", bob.name.as_str().into()), "not_yours"),
        (with("msgUserId", bob.name.as_str().into()), "not_yours"),
        (with("userId", json!({"$ne": 1})), "bad_frame"),
        (with("toId", "nobody-of-this-name".into()), "unknown_peer"),
        (with("toId", "no name".into()), "unknown_peer"),
        (with("content", " \u{200b} ".into()), "empty"),
        (with("content", "x".repeat(16_385).into()), "too_long"),
        (with("content", "\0".into()), "bad_frame"),
        (with("content", 7.into()), "bad_frame"),
        (with("createTime", "soon".into()), "bad_frame"),
    ];
    for field in ["type", "userId", "toId", "msgUserId", "content", "createTime"] {
        wrong.push((with(field, Value::Null), "bad_frame"));
    }
    for (text, code) in wrong {
        channel.says_text(&text).await;
        let error = channel.next().await;
        assert_eq!(error["code"], code, "{:.200} got {error}", text);
        assert!(error["msg"].as_str().is_some_and(|msg| !msg.is_empty()), "{error}");
    }
    channel.says(good).await;
    assert_eq!(channel.next().await["content"], "hi");
    assert_eq!(Socket::open(&server, &ann).await.log(&bob.name).await.len(), 1, "nothing else was stored");
}

#[tokio::test]
async fn a_line_that_is_cut_leaves_the_channel_to_the_next() {
    let server = Server::shared();
    let (ann, bob) = server.pair("cut").await;
    let mut page = Socket::open(&server, &bob).await;
    for round in 0..20 {
        let mut cut = Caller::channel(&server, &ann).await;
        cut.takes_channel().await;
        cut.enters(&bob.name, &format!("cut {round}"), json!(TIME)).await;
        drop(cut);
    }
    let mut channel = Caller::channel(&server, &ann).await;
    channel.takes_channel().await;
    channel.enters(&bob.name, "still here", json!(TIME)).await;
    while page.expect("entry").await["entry"]["body"] != "still here" {}
    let answer = page.say("1", &ann.name, "and here").await;
    assert_eq!(answer["type"], "sent");
    while channel.next().await["content"] != "and here" {}
}
