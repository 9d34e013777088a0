//! What must hold of whatever reads bytes from outside, for any bytes. The fuzz targets try it, and `make test` tries it
//! with every file of `fuzz/corpus`: the function that is named like the folder.

use axum::http::{HeaderMap, HeaderValue, header::COOKIE};

use crate::{
    protocol::{
        client,
        code::ErrorCode,
        ids::{Id, Username},
        server::ServerFrame,
    },
    server::{
        account::name,
        address::{self, Networks},
        dialect::{fields::Fields, moment},
        http::cookies,
        store::since::Since,
    },
};

/// The longest sentence that a frame is refused with, in characters: nobody is sent back what they sent.
const LONGEST_SENTENCE: usize = 200;

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// A frame of a client is read as it is written again, or refused in few words and always alike.
pub fn frame(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    match client::decode(text) {
        Ok(frame) => {
            let again = serde_json::to_string(&frame).expect("a frame is JSON");
            assert_eq!(client::decode(&again), Ok(frame), "{again}");
        }
        Err(malformed) => {
            assert_eq!(client::decode(text), Err(malformed.clone()));
            let is_of_form = matches!(
                malformed.code,
                ErrorCode::BadFrame | ErrorCode::UnknownType | ErrorCode::Empty | ErrorCode::TooLong
            );
            assert!(is_of_form && malformed.message.chars().count() <= LONGEST_SENTENCE, "{malformed:?}");
            assert!(malformed.id.is_none_or(|id| Id::new(id.as_str()).is_some()));
        }
    }
}

/// A frame of the server, as a dialect reads it of the bus, is the same once it was written and read again.
pub fn server_frame(bytes: &[u8]) {
    let Some(frame) = text(bytes).and_then(|text| ServerFrame::decode(text).ok()) else { return };
    let again = frame.encode();
    assert_eq!(ServerFrame::decode(&again).expect("what we wrote can be read"), frame, "{again}");
}

/// A name that is folded stays as it is; one that is shown is a short line.
pub fn name(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    if let Some(folded) = name::fold(text) {
        assert_eq!(name::fold(folded.as_str()).as_ref(), Some(&folded), "{text:?}");
        assert!((1..=name::LONGEST).contains(&folded.as_str().chars().count()), "{folded:?}");
        assert!(!folded.as_str().chars().any(|character| character.is_control() || character.is_whitespace()));
    }
    if let Ok((username, skeleton)) = name::register(text) {
        assert_eq!(name::fold(text), Some(username.clone()));
        assert!(!skeleton.is_empty());
        assert_eq!(name::register(username.as_str()), Ok((username, skeleton)), "{text:?}");
    }
    let ann = Username::from_canonical("ann");
    let shown = name::shown(Some(text), &ann);
    assert!((1..=name::LONGEST_SHOWN).contains(&shown.chars().count()), "{shown:?}");
    assert!(!shown.chars().any(char::is_control), "{shown:?}");
    assert_eq!(name::shown(Some(&shown), &ann), shown);
}

/// A frame of a dialect has its fields or says which is missing; a time that was read can be told.
pub fn dialect(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    let Ok(fields) = Fields::read(text) else { return };
    let ann = Username::from_canonical("ann");
    for field in ["userId", "toId", "msgUserId", "targetId", "type", "message", "content", "createTime"] {
        let is_there = fields.has(field);
        assert!(
            is_there || fields.text(field).is_err() && fields.person(field).is_err() && fields.body(field).is_err()
        );
        if fields.is_own(field, &ann).is_ok() {
            assert_eq!(fields.person(field).ok().as_ref(), Some(&ann));
        }
        if let Some(moment) = fields.value(field).ok().and_then(moment::read) {
            assert_eq!(moment::clock(moment).len(), "00:00".len());
        }
    }
}

/// Whatever stands for a place in the inbox, what is answered stands for one, too.
pub fn since(bytes: &[u8]) {
    let Some(text) = text(bytes) else { return };
    for newest in [0, 7, u64::MAX / 2] {
        let read = Since::read(Some(text), "e1");
        assert!(read.window_up_to(newest, newest / 2).floor <= newest);
        let window = read.window(newest);
        assert!(window.floor <= newest, "{window:?}");
        // Nothing is left to give: from wherever it was, the next answer but one is at the end.
        let answer = window.answer(Vec::new(), 10, "e1");
        let next = Since::read(Some(&answer.since), "e1").window(newest).answer(Vec::new(), 10, "e1");
        assert_eq!((next.since, next.more), (format!("e1-{newest}"), false), "{:?}", answer.since);
    }
}

/// Nobody but a trusted proxy is believed, and one that is trusted names somebody else or nobody.
pub fn forwarded(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let headers: HeaderMap = [("x-forwarded-for", value)]
        .into_iter()
        .map(|(name, value)| (name.parse().expect("a good name"), value))
        .collect();
    let peer = "192.0.2.1".parse().expect("an address");
    assert_eq!(address::of(&Networks::default(), peer, &headers), peer);
    let proxies = Networks::read("192.0.2.0/24").expect("a network");
    let asked = address::of(&proxies, peer, &headers);
    assert_eq!(asked, asked.to_canonical());
    assert_eq!(address::counted(address::counted(asked)), address::counted(asked));
    if let Some(text) = text(bytes) {
        // A list that cannot be read is refused by naming what was wrong in it.
        assert!(Networks::read(text).map_or_else(|part| text.contains(&part), |_| true));
    }
}

/// A cookie's value is a part of what was sent, and no other's.
pub fn cookie(bytes: &[u8]) {
    let Ok(value) = HeaderValue::from_bytes(bytes) else { return };
    let headers: HeaderMap = [(COOKIE, value)].into_iter().collect();
    let Some(found) = cookies::value(&headers, "session") else { return };
    assert!(!found.is_empty() && !found.contains(';'), "{found:?}");
    let sent = text(bytes).expect("what was found in it is text");
    assert!(sent.contains(&format!("session={found}")), "{sent:?}");
}
