//! Two people, and two devices of one, at the same message at the same time.

use super::*;
use crate::chat::{Refused, Status};

/// Ann's own message 1 is on screen, the line is cut.
fn cut_off() -> Page {
    let mut page = Page::open(vec![message(1, "ann", "one")]).connected();
    page.on(Event::SocketClosed { code: Some(1011) });
    page
}

/// The line comes back, and the log has gone on.
fn comes_back(page: &mut Page, since: Vec<Entry>) -> Vec<Effect> {
    page.after(1_000);
    let mut effects = page.welcome();
    let head = since.last().unwrap().seq.0;
    effects.extend(page.inbox(vec![row("bob", head)], &effects));
    let asked = histories(&effects).pop().unwrap();
    effects.extend(page.hears(page_of(asked.id, since, head, true)));
    effects
}

#[test]
fn an_edit_of_what_another_device_deleted_meanwhile_is_refused_there_and_keeps_its_words() {
    let mut page = cut_off();
    page.does("e", What::Edit { of: Seq(1), body: "uno".into() });
    assert_eq!(page.reads(), "uno");
    assert_eq!(transmitted(&comes_back(&mut page, vec![deletion(2, "ann", 1)])), ["e"]);
    assert_eq!(page.reads(), "-");
    page.error(id("e"), ErrorCode::Gone, None);
    let tried = What::Edit { of: Seq(1), body: "uno".into() };
    assert_eq!(page.last().refusal, Some(Refused { code: ErrorCode::Gone, tried }));
    assert_eq!(page.on(Event::Discard(id("ann-1"))), [Effect::Forget(id("e"))]);
    assert_eq!(page.last().refusal, None);
}

#[test]
fn a_reaction_to_what_just_vanished_is_refused_at_its_place_and_leaves_nothing_else() {
    let mut page = Page::open(vec![message(1, "bob", "one")]).connected();
    page.does("r", What::Reaction { of: Seq(1), emoji: Some("👍".into()) });
    page.live(deletion(2, "bob", 1));
    page.error(id("r"), ErrorCode::Gone, None);
    let tried = What::Reaction { of: Seq(1), emoji: Some("👍".into()) };
    let row = page.last();
    assert_eq!((row.body.as_deref(), row.reactions.as_slice(), row.status), (None, [].as_slice(), None));
    assert_eq!(row.refusal, Some(Refused { code: ErrorCode::Gone, tried }));
}

#[test]
fn a_refused_reaction_leaves_the_tick_of_an_own_message_alone() {
    let mut page = Page::open(vec![message(1, "ann", "one")]).connected();
    page.does("r", What::Reaction { of: Seq(1), emoji: Some("👍".into()) });
    page.error(id("r"), ErrorCode::NotAvailable, None);
    assert_eq!((page.last().status, code(&page.last())), (Some(Status::Sent), Some(ErrorCode::NotAvailable)));
}

#[test]
fn two_devices_may_delete_the_same_message() {
    let mut page = cut_off();
    page.does("d", What::Deletion { of: Seq(1) });
    comes_back(&mut page, vec![deletion(2, "ann", 1)]);
    assert!(page.error(id("d"), ErrorCode::Gone, None).contains(&Effect::Forget(id("d"))));
    assert_eq!((page.reads().as_str(), page.last().refusal), ("-", None));
}

#[test]
fn a_reply_to_what_was_deleted_meanwhile_quotes_a_deleted_message() {
    let mut page = cut_off();
    page.does("w", What::Message { body: "yes".into(), reply_to: Some(Seq(1)) });
    let quoted = |page: &Page| page.last().reply_to.map(|quote| (quote.text, quote.is_known));
    assert_eq!(quoted(&page), Some((Some("one".into()), true)));
    comes_back(&mut page, vec![deletion(2, "ann", 1)]);
    assert_eq!(quoted(&page), Some((None, true)));
    page.sent("w", 3);
    assert_eq!(quoted(&page), Some((None, true)));
}

#[test]
fn a_message_that_never_left_is_amended_in_its_place() {
    let mut page = cut_off();
    page.writes("w1", "first");
    page.writes("w2", "second");
    assert!(page.chat.may_take_back(&id("w1")));
    let effects = page.on(Event::Amend { id: id("w1"), body: " better ".into() });
    assert!(matches!(&effects[..], [Effect::Keep(kept)] if kept.id == id("w1")));
    assert_eq!(page.reads(), "one better second");
    assert!(page.on(Event::Amend { id: id("w1"), body: " ".into() }).is_empty());
    page.after(1_000);
    let left = frames(&page.welcome());
    assert!(left.iter().any(|frame| matches!(frame, ClientFrame::Send(send) if send.body == "better")));
}

#[test]
fn a_message_that_may_have_left_is_neither_amended_nor_discarded() {
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w", "first");
    page.on(Event::SocketClosed { code: Some(1011) });
    page.on(Event::Restored(vec![waiting("earlier", 0)]));
    for text in ["w", "earlier"] {
        assert!(!page.chat.may_take_back(&id(text)));
        assert!(page.on(Event::Amend { id: id(text), body: "other".into() }).is_empty());
        assert!(page.on(Event::Discard(id(text))).is_empty());
    }
    assert_eq!(page.reads(), "earlier first");
}

#[test]
fn only_the_tab_that_sends_takes_back_what_waits() {
    let mut page = cut_off();
    page.on(Event::Sender(false));
    page.writes("w", "first");
    assert!(!page.chat.may_take_back(&id("w")));
}

#[test]
fn a_message_that_never_left_is_discarded_without_a_trace() {
    let mut page = cut_off();
    page.writes("w", "first");
    assert_eq!(page.on(Event::Discard(id("w"))), [Effect::Forget(id("w"))]);
    assert_eq!(page.reads(), "one");
}

#[test]
fn a_message_refused_as_too_long_is_sent_once_it_is_shorter() {
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w", &"x".repeat(crate::protocol::limits::BODY + 1));
    assert_eq!(code(&page.last()), Some(ErrorCode::TooLong));
    assert_eq!(transmitted(&page.on(Event::Amend { id: id("w"), body: "short".into() })), ["w"]);
    assert_eq!((page.reads().as_str(), page.last().status), ("short", Some(Status::Waiting)));
}

#[test]
fn another_tab_shows_the_amended_text() {
    let mut page = Page::open(Vec::new());
    page.on(Event::Restored(vec![waiting("a", 1)]));
    let what = What::Message { body: "better".into(), reply_to: None };
    page.on(Event::OutboxChanged(vec![Waiting { what, ..waiting("a", 1) }]));
    assert_eq!(page.reads(), "better");
}

#[test]
fn a_live_frame_that_comes_late_leaves_no_hole_below_what_is_loaded() {
    let mut page = Page::open(messages(9..=10)).connected();
    page.live(message(5, "bob", "m5"));
    assert_eq!(page.reads(), "m9 m10");
    let asked = histories(&page.on(Event::LoadOlder(bob())));
    assert_eq!(asked[0].before, Some(Seq(9)));
}
