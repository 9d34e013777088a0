//! The pair dialect.

use serde_json::{Value, json};

use super::{
    caller::Caller,
    support::{server::Server, socket::Socket},
};

fn told(author: &str, message: &str) -> Value {
    json!({"id": author, "msg": message})
}

#[tokio::test]
async fn both_that_announced_hear_a_message() {
    let server = Server::shared();
    let (ann, bob) = server.pair("both").await;
    let mut anns = Caller::pair(&server, &ann).await;
    let mut bobs = Caller::pair(&server, &bob).await;
    bobs.announces(&ann.name, None).await;
    assert_eq!(bobs.so_far().await, Vec::<Value>::new());
    anns.announces(&bob.name, Some(" hi <b> ")).await;
    for caller in [&mut anns, &mut bobs] {
        assert_eq!(caller.next().await, told(&ann.name, "hi <b>"));
    }
    bobs.announces(&ann.name, Some("hello")).await;
    for caller in [&mut anns, &mut bobs] {
        assert_eq!(caller.next().await, told(&bob.name, "hello"));
    }
    assert_eq!(anns.so_far().await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_was_missed_comes_when_the_pair_is_announced_and_once() {
    let server = Server::shared();
    let (ann, bob) = server.pair("later").await;
    let mut anns = Caller::pair(&server, &ann).await;
    for message in ["first", "second"] {
        anns.announces(&bob.name, Some(message)).await;
        assert_eq!(anns.next().await, told(&ann.name, message));
    }
    let mut bobs = Caller::pair(&server, &bob).await;
    bobs.announces(&ann.name, Some("third")).await;
    let expected = [told(&ann.name, "first"), told(&ann.name, "second"), told(&bob.name, "third")];
    assert_eq!(bobs.so_far().await, expected);
    bobs.announces(&ann.name, None).await;
    assert_eq!(bobs.so_far().await, Vec::<Value>::new());
    bobs.leaves().await;
    let mut again = Caller::pair(&server, &bob).await;
    again.announces(&ann.name, None).await;
    assert_eq!(again.so_far().await, Vec::<Value>::new());
    assert_eq!(anns.so_far().await, [told(&bob.name, "third")]);
}

#[tokio::test]
async fn one_connection_holds_several_pairs_and_hears_of_no_other() {
    let server = Server::shared();
    let (ann, bob) = server.pair("several").await;
    let (cleo, dan) = (server.register("cleoseveral").await, server.register("danseveral").await);
    let mut anns = Caller::pair(&server, &ann).await;
    anns.announces(&bob.name, None).await;
    anns.announces(&cleo.name, None).await;
    assert_eq!(anns.so_far().await, Vec::<Value>::new());
    Socket::open(&server, &dan).await.say("1", &ann.name, "not announced").await;
    Socket::open(&server, &bob).await.say("1", &ann.name, "of bob").await;
    assert_eq!(anns.next().await, told(&bob.name, "of bob"));
    Socket::open(&server, &cleo).await.say("1", &ann.name, "of cleo").await;
    assert_eq!(anns.next().await, told(&cleo.name, "of cleo"));
    anns.announces(&dan.name, None).await;
    assert_eq!(anns.next().await, told(&dan.name, "not announced"));
}

#[tokio::test]
async fn a_pair_and_our_page_talk_both_ways() {
    let server = Server::shared();
    let (ann, bob) = server.pair("page").await;
    let mut page = Socket::open(&server, &bob).await;
    let mut pair = Caller::pair(&server, &ann).await;
    pair.announces(&bob.name, Some("to the page")).await;
    assert_eq!(pair.next().await, told(&ann.name, "to the page"));
    assert_eq!(page.expect("entry").await["entry"]["body"], "to the page");
    page.say("1", &ann.name, "to the pair").await;
    assert_eq!(pair.next().await, told(&bob.name, "to the pair"));
    while page.expect("receipt").await["delivered"] != 2 {}
    // Of what the same person writes at the page both sides hear, too.
    Socket::open(&server, &ann).await.say("2", &bob.name, "by hand").await;
    assert_eq!(pair.next().await, told(&ann.name, "by hand"));
}

#[tokio::test]
async fn a_channel_and_a_pair_talk_with_each_other() {
    let server = Server::shared();
    let (ann, bob) = server.pair("across").await;
    let mut channel = Caller::with_channel(&server, &ann).await;
    let mut pair = Caller::pair(&server, &bob).await;
    pair.announces(&ann.name, Some("from the pair")).await;
    assert_eq!(pair.next().await, told(&bob.name, "from the pair"));
    assert_eq!(channel.next().await["content"], "from the pair");
    channel.enters(&bob.name, "from the channel", json!(0)).await;
    assert_eq!(pair.next().await, told(&ann.name, "from the channel"));
}

#[tokio::test]
async fn a_note_to_oneself_is_told_once() {
    let server = Server::shared();
    let (ann, _) = server.pair("note").await;
    let mut pair = Caller::pair(&server, &ann).await;
    pair.announces(&ann.name, Some("milk")).await;
    assert_eq!(pair.so_far().await, [told(&ann.name, "milk")]);
}

#[tokio::test]
async fn what_is_wrong_is_answered_and_the_connection_stays() {
    let server = Server::shared();
    let (ann, bob) = server.pair("error").await;
    let mut pair = Caller::pair(&server, &ann).await;
    let frame = |user: Value, target: Value, message: Value| {
        json!({"userId": user, "targetId": target, "message": message}).to_string()
    };
    let (own, peer) = (|| json!(ann.name), || json!(bob.name));
    let wrong = [
        ("{".to_owned(), "bad_frame"),
        ("null".to_owned(), "bad_frame"),
        ("[[]]".to_owned(), "bad_frame"),
        ("{}".to_owned(), "bad_frame"),
        (frame(own(), Value::Null, json!("hi")), "bad_frame"),
        (frame(Value::Null, peer(), json!("hi")), "bad_frame"),
        (frame(json!([]), peer(), json!("hi")), "bad_frame"),
        (frame(peer(), own(), json!("hi")), "not_yours"),
        (frame(own(), json!("nobody-of-this-name"), json!("hi")), "unknown_peer"),
        (frame(own(), json!("nobody-of-this-name"), Value::Null), "unknown_peer"),
        (frame(own(), json!("no name"), Value::Null), "unknown_peer"),
        (frame(own(), peer(), json!("")), "empty"),
        (frame(own(), peer(), json!("x".repeat(16_385))), "too_long"),
        (frame(own(), peer(), json!({})), "bad_frame"),
    ];
    for (text, code) in wrong {
        pair.says_text(&text).await;
        assert_eq!(pair.next().await, json!({"id": "", "msg": "", "error": code}), "{text:.200}");
    }
    pair.announces(&bob.name, Some("hi")).await;
    assert_eq!(pair.next().await, told(&ann.name, "hi"));
}

#[tokio::test]
async fn who_closes_at_the_wrong_moment_spoils_nothing_for_the_other() {
    let server = Server::shared();
    let (ann, bob) = server.pair("gone").await;
    let mut bobs = Caller::pair(&server, &bob).await;
    bobs.announces(&ann.name, None).await;
    for round in 0..20 {
        let mut cut = Caller::pair(&server, &ann).await;
        cut.announces(&bob.name, Some(&format!("cut {round}"))).await;
        drop(cut);
        bobs.announces(&ann.name, Some("to whom?")).await;
    }
    let mut anns = Caller::pair(&server, &ann).await;
    anns.announces(&bob.name, Some("still here")).await;
    while bobs.next().await != told(&ann.name, "still here") {}
    bobs.announces(&ann.name, Some("so am I")).await;
    while anns.next().await != told(&bob.name, "so am I") {}
}
