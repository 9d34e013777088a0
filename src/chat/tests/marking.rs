//! Ticks, marks and typing.

use super::*;
use crate::chat::Status;

fn marks(effects: &[Effect]) -> Vec<(&'static str, u64)> {
    let frames = frames(effects).into_iter();
    frames
        .filter_map(|frame| match frame {
            ClientFrame::Delivered(mark) => Some(("delivered", mark.seq.0)),
            ClientFrame::Read(mark) => Some(("read", mark.seq.0)),
            _ => None,
        })
        .collect()
}

fn types(page: &mut Page, on: bool) -> Vec<bool> {
    typings(&page.on(Event::Typing { peer: bob(), on }))
}

fn typings(effects: &[Effect]) -> Vec<bool> {
    let frames = frames(effects).into_iter();
    frames
        .filter_map(|frame| match frame {
            ClientFrame::Typing(typing) => Some(typing.on),
            _ => None,
        })
        .collect()
}

#[test]
fn delivered_goes_out_once_after_what_came_was_stored() {
    let mut page = Page::open(messages(1..=1)).connected();
    let effects = page.live(message(2, "bob", "m2"));
    assert!(effects.contains(&Effect::Remember { peer: bob() }));
    assert_eq!(marks(&page.after(200)), []);
    page.on(Event::Stored);
    page.live(message(3, "bob", "m3"));
    page.on(Event::Stored);
    assert_eq!(marks(&page.after(99)), []);
    assert_eq!(marks(&page.after(1)), [("delivered", 3)]);
    page.on(Event::Stored);
    assert_eq!(marks(&page.after(200)), []);
}

#[test]
fn a_catch_up_is_acknowledged_once_at_its_end() {
    let mut page = Page::open(messages(1..=1)).connected();
    let asked = histories(&page.live(message(9, "bob", "m9")));
    page.on(Event::Stored);
    let asked = histories(&page.hears(page_of(asked[0].id.clone(), messages(2..=4), 9, false)));
    page.on(Event::Stored);
    assert_eq!(marks(&page.after(200)), []);
    page.hears(page_of(asked[0].id.clone(), messages(5..=9), 9, true));
    page.on(Event::Stored);
    assert_eq!(marks(&page.after(200)), [("delivered", 9)]);
}

#[test]
fn a_conversation_that_is_not_loaded_is_acknowledged_by_its_row() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    page.live(message(2, "bob", "m2"));
    page.on(Event::Stored);
    assert_eq!(marks(&page.after(100)), [("delivered", 2)]);
}

#[test]
fn what_came_before_ones_own_last_words_is_acknowledged() {
    let own_last = |unread| server::Conversation {
        unread,
        delivered: Seq(0),
        read: Seq(0),
        last: Some(message(2, "ann", "from elsewhere")),
        ..row("bob", 2)
    };
    for (unread, said) in [(1, vec![("delivered", 2)]), (0, Vec::new())] {
        let mut page = Page::with(vec![own_last(unread)]);
        page.on(Event::Sender(true));
        let effects = page.welcome();
        page.inbox(Vec::new(), &effects);
        page.on(Event::Stored);
        assert_eq!(marks(&page.after(200)), said);
    }
}

#[test]
fn own_entries_are_not_acknowledged() {
    let mut page = Page::open(messages(1..=1)).connected();
    page.live(message(2, "ann", "mine"));
    page.on(Event::Stored);
    page.on(Event::Saw { peer: bob(), seq: Seq(2) });
    assert_eq!(marks(&page.after(100)), []);
}

#[test]
fn read_is_batched_and_only_rises() {
    let unread = server::Conversation { unread: 3, read: Seq(0), delivered: Seq(0), ..row("bob", 3) };
    let mut page = Page::open_row(unread, messages(1..=3)).connected();
    page.on(Event::Saw { peer: bob(), seq: Seq(1) });
    page.on(Event::Saw { peer: bob(), seq: Seq(2) });
    assert_eq!(page.unread(), 1);
    page.on(Event::Saw { peer: bob(), seq: Seq(1) });
    assert_eq!(marks(&page.after(100)), [("read", 2)]);
    assert_eq!(page.unread(), 1);
}

#[test]
fn a_mark_that_may_have_been_lost_with_the_line_is_said_again() {
    let mut page = Page::open(messages(1..=1)).connected();
    page.live(message(2, "bob", "m2"));
    page.on(Event::Saw { peer: bob(), seq: Seq(2) });
    assert_eq!(marks(&page.after(100)), [("read", 2)]);
    page.on(Event::SocketClosed { code: None });
    page.after(1_000);
    page.welcome();
    let id = page.chat.inbox.asked.clone().unwrap();
    let none = Inbox { id, conversations: Vec::new(), since: "s".into(), more: false };
    page.hears(ServerFrame::Inbox(none));
    assert_eq!(marks(&page.after(100)), [("read", 2)]);
}

#[test]
fn ticks_follow_the_marks_of_the_peer_and_never_fall_by_a_receipt() {
    let mut page = Page::open(vec![message(1, "ann", "mine")]).connected();
    assert_eq!(page.last().status, Some(Status::Sent));
    page.receipt("bob", 1, 0);
    assert_eq!(page.last().status, Some(Status::Delivered));
    page.receipt("bob", 1, 1);
    page.receipt("bob", 1, 0);
    assert_eq!(page.last().status, Some(Status::Read));
}

#[test]
fn a_mark_that_could_not_be_kept_is_said_again_on_the_same_line() {
    let mut page = Page::open(messages(1..=1)).connected();
    page.live(message(2, "bob", "m2"));
    page.on(Event::Stored);
    assert_eq!(marks(&page.after(100)), [("delivered", 2)]);
    page.hears(ServerFrame::Error(Refused {
        id: None,
        code: ErrorCode::Unavailable,
        message: String::new(),
        retry_after_ms: None,
    }));
    assert_eq!(marks(&page.after(4_999)), []);
    assert_eq!(marks(&page.after(1)), [("delivered", 2)]);
    assert_eq!(marks(&page.after(10_000)), []);
}

#[test]
fn typing_shows_for_6_s_and_goes_with_the_message() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    let is_typing = |page: &Page| page.chat.person("bob").unwrap().typing;
    let on = ServerFrame::Typing { peer: bob(), on: true };
    page.hears(on.clone());
    page.after(5_999);
    assert!(is_typing(&page));
    page.after(1);
    assert!(!is_typing(&page));
    page.hears(on.clone());
    page.live(message(2, "bob", "m2"));
    assert!(!is_typing(&page));
    page.hears(on);
    page.hears(ServerFrame::Typing { peer: bob(), on: false });
    assert!(!is_typing(&page));
}

#[test]
fn typing_is_said_once_in_3_s_and_taken_back() {
    let mut page = Page::open(messages(1..=1)).connected();
    assert!(types(&mut page, false).is_empty());
    assert_eq!(types(&mut page, true), [true]);
    page.after(2_999);
    assert!(types(&mut page, true).is_empty());
    page.after(1);
    assert_eq!(types(&mut page, true), [true]);
    assert_eq!(typings(&page.writes("w", "hi")), [false]);
    assert!(types(&mut page, false).is_empty());
}
