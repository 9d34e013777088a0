//! The outbox: nothing lost, nothing doubled.

use super::*;
use crate::chat::{Status, event::Refusal};

#[test]
fn a_message_is_kept_before_it_is_sent_and_forgotten_on_sent() {
    let mut page = Page::open(messages(1..=2)).connected();
    let effects = page.writes("w", " hi ");
    assert!(matches!(&effects[0], Effect::Keep(kept) if kept.id == id("w")));
    assert_eq!(transmitted(&effects), ["w"]);
    assert_eq!(page.reads(), "m1 m2 hi");
    assert_eq!((page.last().status, page.last().seq), (Some(Status::Waiting), None));
    assert!(page.sent("w", 3).contains(&Effect::Forget(id("w"))));
    assert_eq!((page.last().status, page.last().seq), (Some(Status::Sent), Some(Seq(3))));
    assert_eq!(page.last().id, id("w"));
    assert!(page.last().is_new);
}

#[test]
fn a_waiting_message_stands_last_and_moves_to_its_place() {
    let mut page = Page::open(messages(1..=1)).connected();
    page.writes("w", "mine");
    page.live(message(3, "bob", "m3"));
    assert_eq!(page.reads(), "m1 m3 mine");
    page.sent("w", 2);
    assert_eq!(page.reads(), "m1 mine m3");
}

#[test]
fn one_is_unanswered_in_each_conversation_and_they_go_in_order() {
    let mut page = Page::open(Vec::new()).connected();
    assert_eq!(transmitted(&page.writes("w1", "1")), ["w1"]);
    assert!(transmitted(&page.writes("w2", "2")).is_empty());
    let what = What::Message { body: "3".into(), reply_to: None };
    let other = Event::Write { id: id("w3"), peer: name("cleo"), what };
    assert_eq!(transmitted(&page.on(other)), ["w3"]);
    assert_eq!(transmitted(&page.sent("w1", 1)), ["w2"]);
}

#[test]
fn a_lost_link_sends_the_unanswered_again_with_the_same_id() {
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w1", "1");
    page.writes("w2", "2");
    page.on(Event::SocketClosed { code: None });
    page.after(1_000);
    assert_eq!(transmitted(&page.welcome()), ["w1"]);
    assert_eq!(transmitted(&page.sent("w1", 1)), ["w2"]);
    assert_eq!(page.reads(), "1 2");
}

#[test]
fn no_answer_in_10_s_reconnects() {
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w", "1");
    assert!(!page.after(9_999).contains(&Effect::Disconnect));
    assert_eq!(&page.after(1)[..2], &[Effect::Disconnect, Effect::Connect]);
    assert_eq!(transmitted(&page.welcome()), ["w"]);
}

#[test]
fn nothing_leaves_before_welcome_or_from_a_tab_that_does_not_send() {
    let mut page = Page::open(Vec::new());
    assert!(transmitted(&page.writes("w", "1")).is_empty());
    assert!(transmitted(&page.welcome()).is_empty());
    assert_eq!(transmitted(&page.on(Event::Sender(true))), ["w"]);
}

#[test]
fn a_passing_error_rests_and_tries_again() {
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w", "1");
    page.error(id("w"), ErrorCode::RateLimited, Some(700));
    assert_eq!(page.last().status, Some(Status::Waiting));
    assert!(transmitted(&page.after(699)).is_empty());
    assert_eq!(transmitted(&page.after(1)), ["w"]);
    page.error(id("w"), ErrorCode::UnknownOutcome, None);
    assert_eq!(transmitted(&page.after(500)), ["w"]);
}

#[test]
fn a_final_error_shows_a_reason_and_lets_the_next_go() {
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w1", "1");
    page.writes("w2", "2");
    let effects = page.error(id("w1"), ErrorCode::NotAvailable, None);
    assert_eq!(transmitted(&effects), ["w2"]);
    assert!(matches!(&effects[0], Effect::Keep(kept) if kept.refused.is_some()));
    let refused = &page.message_rows()[0];
    assert_eq!((refused.status, code(refused)), (Some(Status::Failed), Some(ErrorCode::NotAvailable)));
}

#[test]
fn a_refused_one_is_tried_again_with_its_id_or_discarded() {
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w", "1");
    page.error(id("w"), ErrorCode::Conflict, None);
    assert_eq!(transmitted(&page.on(Event::TryAgain(id("w")))), ["w"]);
    page.error(id("w"), ErrorCode::Conflict, None);
    assert_eq!(page.on(Event::Discard(id("w"))), [Effect::Forget(id("w"))]);
    assert_eq!(page.reads(), "");
}

#[test]
fn what_the_server_would_call_a_bad_frame_never_leaves() {
    let mut page = Page::open(Vec::new()).connected();
    assert!(transmitted(&page.writes("w", "a\0b")).is_empty());
    assert_eq!(code(&page.last()), Some(ErrorCode::BadFrame));
    assert!(transmitted(&page.on(Event::TryAgain(id("w")))).is_empty());
    assert!(page.writes("x", " \u{200b} ").is_empty());
}

#[test]
fn waiting_edits_deletions_and_reactions_show_at_once() {
    let mut page = Page::open(vec![message(1, "ann", "one"), message(2, "bob", "two")]).connected();
    page.does("e", What::Edit { of: Seq(1), body: "uno".into() });
    page.does("r", What::Reaction { of: Seq(2), emoji: Some("👍".into()) });
    let rows = page.message_rows();
    assert_eq!((rows[0].body.as_deref(), rows[0].is_edited), (Some("uno"), true));
    assert_eq!(rows[0].status, Some(Status::Waiting));
    assert_eq!(rows[1].reactions, [("👍".to_owned(), true, false)]);
    page.does("d", What::Deletion { of: Seq(1) });
    assert_eq!(page.reads(), "- two");
}

#[test]
fn a_refused_edit_is_taken_back_and_marks_its_message() {
    let mut page = Page::open(vec![message(1, "ann", "one")]).connected();
    page.does("e", What::Edit { of: Seq(1), body: "uno".into() });
    page.error(id("e"), ErrorCode::NotAvailable, None);
    assert_eq!(page.reads(), "one");
    assert_eq!((page.last().status, code(&page.last())), (Some(Status::Sent), Some(ErrorCode::NotAvailable)));
    assert_eq!(transmitted(&page.on(Event::TryAgain(id("ann-1")))), ["e"]);
    page.error(id("e"), ErrorCode::NotAvailable, None);
    assert_eq!(page.on(Event::Discard(id("ann-1"))), [Effect::Forget(id("e"))]);
    assert_eq!((page.last().refusal, page.last().status), (None, Some(Status::Sent)));
}

#[test]
fn deleting_what_is_gone_already_is_no_failure() {
    let mut page = Page::open(vec![message(1, "ann", "one")]).connected();
    page.does("d", What::Deletion { of: Seq(1) });
    assert!(page.error(id("d"), ErrorCode::Gone, None).contains(&Effect::Forget(id("d"))));
    assert_eq!(page.last().refusal, None);
}

#[test]
fn the_entry_of_an_own_waiting_message_settles_it_by_whichever_way_it_comes() {
    let own = Entry { id: id("w"), ..message(1, "ann", "1") };
    let mut page = Page::open(Vec::new()).connected();
    page.writes("w", "1");
    assert!(page.live(own.clone()).contains(&Effect::Forget(id("w"))));
    assert_eq!((page.reads().as_str(), page.last().seq), ("1", Some(Seq(1))));

    let mut page = Page::open(Vec::new()).connected();
    page.writes("w", "1");
    let asked = histories(&page.live(message(2, "bob", "2")));
    let effects = page.hears(page_of(asked[0].id.clone(), vec![own], 2, true));
    assert!(effects.contains(&Effect::Forget(id("w"))));
    assert_eq!(page.reads(), "1 2");
    page.sent("w", 1);
    assert_eq!(page.reads(), "1 2");
}

#[test]
fn work_of_an_earlier_visit_goes_out_in_its_order() {
    let mut page = Page::open(Vec::new());
    page.on(Event::Restored(vec![waiting("a", 1), waiting("b", 2)]));
    page.on(Event::Sender(true));
    assert_eq!(page.reads(), "a b");
    assert_eq!(transmitted(&page.welcome()), ["a"]);
}

#[test]
fn tabs_show_one_outbox() {
    let mut page = Page::open(Vec::new()).connected();
    page.on(Event::Sender(false));
    page.writes("mine", "mine");
    page.on(Event::OutboxChanged(vec![waiting("theirs", 1)]));
    assert_eq!(page.reads(), "theirs mine");
    let refused = Some(Refusal { code: ErrorCode::NotAvailable });
    page.on(Event::OutboxChanged(vec![Waiting { refused, ..waiting("theirs", 1) }]));
    assert_eq!(page.message_rows()[0].status, Some(Status::Failed));
}

#[test]
fn what_another_tab_has_sent_stays_on_screen_until_its_entry_is_here() {
    let mut page = Page::open(Vec::new()).connected();
    page.on(Event::OutboxChanged(vec![waiting("a", 1), waiting("b", 2)]));
    assert_eq!(page.reads(), "a b");
    page.on(Event::SocketClosed { code: None });
    page.on(Event::OutboxChanged(Vec::new()));
    page.after(1_000);
    assert!(transmitted(&page.welcome()).is_empty());
    page.live(Entry { id: id("a"), ..message(1, "ann", "a") });
    assert_eq!(page.reads(), "a b");
    page.after(10_000);
    assert_eq!(page.reads(), "a");
}

#[test]
fn what_is_written_after_the_clock_was_put_back_still_comes_later() {
    let mut page = Page::open(messages(1..=1));
    let written = |effects: &[Effect]| {
        let kept = effects.iter().find_map(|effect| match effect {
            Effect::Keep(waiting) => Some(waiting.written),
            _ => None,
        });
        kept.unwrap()
    };
    page.now = page.now.plus(3_600_000);
    let first = written(&page.writes("a", "first"));
    page.now = START;
    let mut again = Page::open(messages(1..=1));
    again.on(Event::Restored(vec![waiting("a", first.since(START))]));
    assert!(written(&again.writes("b", "second")) > first);
    assert!(written(&page.writes("b", "second")) > first);
}

#[test]
fn what_another_tab_did_with_ones_own_work_is_not_waited_for() {
    let mut page = Page::open(messages(1..=1));
    page.reconnects();
    page.writes("a", "not by this tab");
    page.on(Event::OutboxChanged(Vec::new()));
    page.after(10_000);
    assert_eq!(page.last().status, Some(Status::Waiting));
    page.on(Event::Kept(id("a")));
    page.on(Event::OutboxChanged(Vec::new()));
    let effects = page.after(10_000);
    assert_eq!(page.reads(), "m1");
    assert_eq!(inboxes(&effects).len(), 1);
}

#[test]
fn what_was_discarded_does_not_come_back_by_a_look_that_is_older() {
    let mut page = Page::open(messages(1..=1));
    page.on(Event::Sender(true));
    page.writes("a", "no");
    page.on(Event::Discard(id("a")));
    page.on(Event::OutboxChanged(vec![waiting("a", 0)]));
    assert_eq!(page.reads(), "m1");
    assert!(transmitted(&page.welcome()).is_empty());
}

#[test]
fn what_an_earlier_page_left_comes_first_whatever_the_clock_says() {
    let mut page = Page::open(messages(1..=1));
    page.writes("b", "second");
    let effects = page.on(Event::Restored(vec![waiting("a", 60_000)]));
    assert!(matches!(&effects[0], Effect::Keep(kept) if kept.id == id("b") && kept.written > START.plus(60_000)));
    assert_eq!(page.reads(), "m1 a second");
}

#[test]
fn what_another_tab_may_have_sent_cannot_be_taken_back() {
    let mut page = Page::open(messages(1..=1));
    page.writes("a", "by the other tab");
    page.on(Event::Sender(true));
    assert!(!page.chat.may_take_back(&id("a")));
    page.writes("b", "by this one");
    assert!(page.chat.may_take_back(&id("b")));
}
