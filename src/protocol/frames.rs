//! Every frame of version 1, pinned: a change of these snapshots is a change of the wire. And the decoder, thrown at.

use proptest::prelude::*;

use super::{
    client::{self, ClientFrame, decode},
    code::ErrorCode,
    entry::{Entry, Kind},
    ids::{Id, MAX_NUMBER, Millis, Seq, Username},
    limits::{self, Limits},
    server::{Conversation, History, Inbox, Presence, Receipt, Refused, Sent, ServerFrame, Welcome, You},
};

const NOW: Millis = Millis(1_790_000_000_000);

fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

fn name(text: &str) -> Username {
    Username::from_canonical(text)
}

fn entry(seq: u64, kind: Kind) -> Entry {
    Entry { seq: Seq(seq), at: NOW, from: name("ann"), id: id(&format!("id-{seq}")), kind }
}

fn entries() -> Vec<Entry> {
    vec![
        entry(1, Kind::Message { body: Some("hi".into()), reply_to: None }),
        entry(2, Kind::Message { body: None, reply_to: Some(Seq(1)) }),
        entry(3, Kind::Edit { of: Seq(1), body: Some("hello".into()) }),
        entry(4, Kind::Edit { of: Seq(2), body: None }),
        entry(5, Kind::Deletion { of: Seq(2) }),
        entry(6, Kind::Reaction { of: Seq(1), emoji: Some("👍".into()) }),
        entry(7, Kind::Reaction { of: Seq(1), emoji: None }),
    ]
}

fn conversation() -> Conversation {
    Conversation {
        peer: name("bob"),
        name: "Bob".into(),
        head: Seq(14),
        at: NOW,
        unread: 2,
        delivered: Seq(14),
        read: Seq(12),
        peer_delivered: Seq(14),
        peer_read: Seq(9),
        online: true,
        last_seen: None,
        last: entries().into_iter().next(),
    }
}

pub fn server_frames() -> Vec<ServerFrame> {
    let (peer, seq) = (name("bob"), Seq(12));
    let refused = |id, code, retry_after_ms| {
        ServerFrame::Error(Refused { id, code, message: "a sentence".into(), retry_after_ms })
    };
    let mut frames = vec![
        ServerFrame::Welcome(Welcome {
            version: 1,
            you: You { username: name("ann"), name: "Ann".into() },
            now: NOW,
            limits: Limits::default(),
        }),
        ServerFrame::Sent(Sent { id: id("a"), peer: peer.clone(), seq, at: NOW }),
        ServerFrame::Receipt(Receipt { peer: peer.clone(), by: peer.clone(), delivered: seq, read: Seq(9) }),
        ServerFrame::Typing { peer: peer.clone(), on: true },
        ServerFrame::Presence(Presence { peer: peer.clone(), online: true, last_seen: None }),
        ServerFrame::Presence(Presence { peer: peer.clone(), online: false, last_seen: Some(NOW) }),
        ServerFrame::History(History {
            id: id("h"),
            peer: peer.clone(),
            entries: entries(),
            head: seq,
            complete: true,
        }),
        ServerFrame::Inbox(Inbox {
            id: id("i"),
            conversations: vec![conversation()],
            since: "opaque".into(),
            more: false,
        }),
        ServerFrame::Pong { id: None, now: NOW },
        ServerFrame::Pong { id: Some(id("p")), now: NOW },
        ServerFrame::Resync { within_ms: 2000 },
        refused(None, ErrorCode::BadFrame, None),
        refused(Some(id("r")), ErrorCode::RateLimited, Some(100)),
    ];
    frames.extend(entries().into_iter().map(|entry| ServerFrame::Entry { peer: peer.clone(), entry }));
    frames
}

pub fn client_frames() -> Vec<ClientFrame> {
    let (peer, of) = (String::from("bob"), Seq(12));
    let mark = client::Mark { peer: peer.clone(), seq: of };
    let history = |before, after, limit| {
        ClientFrame::History(client::History {
            id: id("h"),
            peer: "bob".into(),
            before,
            after,
            limit: Some(Seq(limit)),
        })
    };
    let react =
        |emoji: Option<&str>| client::React { id: id("r"), peer: "bob".into(), of, emoji: emoji.map(str::to_owned) };
    vec![
        ClientFrame::Send(client::Send { id: id("s"), peer: peer.clone(), body: "hi".into(), reply_to: None }),
        ClientFrame::Send(client::Send { id: id("s"), peer: peer.clone(), body: "hi".into(), reply_to: Some(of) }),
        ClientFrame::Edit(client::Edit { id: id("e"), peer: peer.clone(), of, body: "hello".into() }),
        ClientFrame::Delete(client::Delete { id: id("d"), peer: peer.clone(), of }),
        ClientFrame::React(react(Some("👍"))),
        ClientFrame::React(react(None)),
        ClientFrame::Delivered(mark.clone()),
        ClientFrame::Read(mark),
        ClientFrame::Typing(client::Typing { peer, on: false }),
        history(None, None, 50),
        history(Some(of), None, 1),
        history(None, Some(of), 200),
        ClientFrame::Inbox(client::Inbox { id: id("i"), since: None }),
        ClientFrame::Inbox(client::Inbox { id: id("i"), since: Some("opaque".into()) }),
        ClientFrame::Ping(client::Ping { id: None }),
        ClientFrame::Ping(client::Ping { id: Some(id("p")) }),
    ]
}

#[test]
fn what_the_server_says_is_pinned() {
    let lines: Vec<_> = server_frames().iter().map(ServerFrame::encode).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn what_a_client_says_is_pinned() {
    let lines: Vec<_> = client_frames().iter().map(|frame| serde_json::to_string(frame).unwrap()).collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_frame_is_read_back() {
    for frame in server_frames() {
        assert_eq!(ServerFrame::decode(&frame.encode()).unwrap(), frame);
    }
    for frame in client_frames() {
        assert_eq!(decode(&serde_json::to_string(&frame).unwrap()), Ok(frame));
    }
}

#[track_caller]
fn refused(text: &str) -> (Option<String>, ErrorCode) {
    let malformed = decode(text).unwrap_err();
    (malformed.id.map(|id| id.to_string()), malformed.code)
}

#[test]
fn a_frame_that_is_no_frame_is_bad() {
    let deep = format!("{{\"type\":{}1{}}}", "[".repeat(10_000), "]".repeat(10_000));
    for bad in [
        "",
        "{",
        "[]",
        "1",
        "null",
        "\"send\"",
        "{}",
        r#"{"type":1}"#,
        r#"{"type":"ping"} x"#,
        r#"{"type":"ping","type":"ping"}"#,
        r#"{"type":"ping","id":"a","id":"b"}"#,
        r#"{"type":"ping","id":""}"#,
        r#"["ping"]"#,
        &deep,
    ] {
        assert_eq!(refused(bad), (None, ErrorCode::BadFrame), "{bad:.60}");
    }
}

#[test]
fn what_is_missing_or_wrong_is_bad_and_answered_by_id() {
    let too_big = MAX_NUMBER + 1;
    for bad in [
        r#"{"type":"send","id":"a","peer":"bob"}"#.to_owned(),
        r#"{"type":"send","id":"a","body":"hi"}"#.to_owned(),
        r#"{"type":"send","id":"a","peer":1,"body":"hi"}"#.to_owned(),
        r#"{"type":"send","id":"a","peer":"bob","body":"a\u0000b"}"#.to_owned(),
        r#"{"type":"send","id":"a","peer":"bob","body":"\ud800"}"#.to_owned(),
        r#"{"type":"react","id":"a","peer":"bob","of":1}"#.to_owned(),
        r#"{"type":"react","id":"a","peer":"bob","of":1,"emoji":""}"#.to_owned(),
        format!(r#"{{"type":"delete","id":"a","peer":"bob","of":{too_big}}}"#),
        r#"{"type":"delete","id":"a","peer":"bob","of":1.5}"#.to_owned(),
        r#"{"type":"history","id":"a","peer":"bob","limit":0}"#.to_owned(),
        r#"{"type":"history","id":"a","peer":"bob","after":1,"before":2}"#.to_owned(),
        r#"{"type":"history","id":"a","peer":"bob","after":-1}"#.to_owned(),
        r#"{"type":"history","id":"a","peer":"bob","after":1e400}"#.to_owned(),
    ] {
        let (id, code) = refused(&bad);
        assert_eq!(code, ErrorCode::BadFrame, "{bad}");
        // A text that is not JSON as a whole has no id to answer to.
        assert!(id.as_deref() == Some("a") || bad.contains("ud800") || bad.contains("1e400"), "{bad}");
    }
}

#[test]
fn a_type_of_a_later_version_is_told_apart() {
    let expected = (Some("a".to_owned()), ErrorCode::UnknownType);
    assert_eq!(refused(r#"{"id":"a","type":"wave"}"#), expected);
}

#[test]
fn unknown_fields_are_ignored() {
    let text = r#"{"type":"ping","id":"a","later":{"deep":[1,{"x":null}]}}"#;
    assert_eq!(decode(text), Ok(ClientFrame::Ping(client::Ping { id: Some(id("a")) })));
}

#[test]
fn a_body_is_trimmed_and_a_page_is_capped() {
    let Ok(ClientFrame::Send(send)) = decode(r#"{"type":"send","id":"a","peer":"bob","body":" hi\n"}"#) else {
        panic!("a send");
    };
    assert_eq!(send.body, "hi");
    let Ok(ClientFrame::History(history)) = decode(r#"{"type":"history","id":"a","peer":"bob","limit":1000}"#) else {
        panic!("a history");
    };
    assert_eq!(history.limit, Some(Seq(limits::PAGE)));
}

proptest! {
    #[test]
    fn nothing_makes_the_decoder_panic(text in any::<String>()) {
        let _ = decode(&text);
    }

    #[test]
    fn nothing_like_a_frame_makes_it_panic(
        kind in "(send|edit|delete|react|read|typing|history|inbox|ping|wave)",
        key in "(id|peer|body|of|seq|on|emoji|limit|after|before|since|type)",
        value in "(\"[a-z\\\\\\\\u0]{0,8}\"|[0-9eE.+-]{1,20}|null|true|\\[|\\{|\\{\\})",
    ) {
        let text = format!(r#"{{"type":"{kind}","id":"a","peer":"bob","body":"hi","of":1,"{key}":{value}}}"#);
        match decode(&text) {
            Ok(frame) => {
                // What was read is well-formed, so it is read again as the same.
                let again = serde_json::to_string(&frame).unwrap();
                prop_assert_eq!(decode(&again), Ok(frame));
            }
            Err(malformed) => prop_assert!(!malformed.message.is_empty()),
        }
    }

    #[test]
    fn a_body_that_is_accepted_is_accepted_again(body in "\\PC{0,40}") {
        let frame = serde_json::json!({"type": "send", "id": "a", "peer": "bob", "body": body}).to_string();
        if let Ok(ClientFrame::Send(send)) = decode(&frame) {
            prop_assert_eq!(send.body.trim(), send.body.as_str());
            prop_assert!(send.body.len() <= limits::BODY);
        }
    }
}
