//! Catching up: the log is the truth, frames are a hint.

use super::*;

#[test]
fn a_welcome_asks_the_inbox_from_where_it_was_and_then_the_kept_logs() {
    let mut page = Page::open(messages(1..=3));
    let effects = page.welcome();
    assert_eq!(inboxes(&effects)[0].since.as_deref(), Some("s0"));
    assert!(histories(&effects).is_empty());
    let effects = page.inbox(vec![row("bob", 5)], &effects);
    assert_eq!(histories(&effects)[0].after, Some(Seq(3)));
    assert_eq!(page.chat.exported_since(), "s1");
}

#[test]
fn all_pages_of_an_inbox_are_asked_for() {
    let mut page = Page::with(Vec::new());
    let first = inboxes(&page.welcome()).remove(0);
    let answer = Inbox { id: first.id, conversations: vec![row("bob", 1)], since: "more".into(), more: true };
    let next = inboxes(&page.hears(ServerFrame::Inbox(answer))).remove(0);
    assert_eq!(next.since.as_deref(), Some("more"));
}

#[test]
fn a_frame_beyond_the_next_asks_for_what_lies_between_once() {
    let mut page = Page::open(messages(1..=2)).connected();
    let asked = histories(&page.live(message(5, "bob", "m5")));
    assert_eq!((asked.len(), asked[0].after), (1, Some(Seq(2))));
    assert!(histories(&page.live(message(7, "bob", "m7"))).is_empty());
    let again = histories(&page.hears(page_of(asked[0].id.clone(), messages(3..=4), 7, false)));
    assert_eq!(again[0].after, Some(Seq(5)));
    page.hears(page_of(again[0].id.clone(), messages(6..=7), 7, true));
    assert_eq!(page.reads(), "m1 m2 m3 m4 m5 m6 m7");
}

#[test]
fn a_hole_is_shown_and_filled_when_looked_at() {
    let mut entries = messages(1..=2);
    entries.extend(messages(5..=6));
    let mut page = Page::open(entries).connected();
    assert_eq!(page.reads(), "m1 m2 [2] m5 m6");
    let asked = histories(&page.on(Event::FillGap { peer: bob(), after: Seq(2) }));
    assert_eq!(asked[0].after, Some(Seq(2)));
    page.hears(page_of(asked[0].id.clone(), messages(3..=6), 6, true));
    assert_eq!(page.reads(), "m1 m2 m3 m4 m5 m6");
}

#[test]
fn scrolling_up_asks_one_page_at_a_time() {
    let mut page = Page::open(messages(101..=103)).connected();
    assert!(page.chat.has_older("bob"));
    let asked = histories(&page.on(Event::LoadOlder(bob())));
    assert_eq!((asked[0].before, asked[0].limit), (Some(Seq(101)), Some(Seq(50))));
    assert!(histories(&page.on(Event::LoadOlder(bob()))).is_empty());
    let effects = page.hears(page_of(asked[0].id.clone(), messages(51..=100), 103, false));
    assert!(histories(&effects).is_empty());
    assert_eq!(page.message_rows().len(), 53);
}

#[test]
fn a_head_below_what_is_held_reloads_the_log_and_keeps_the_outbox() {
    let mut page = Page::open(messages(1..=9));
    page.writes("w", "mine");
    let effects = page.welcome();
    let asked = histories(&page.inbox(Vec::new(), &effects));
    let effects = page.hears(page_of(asked[0].id.clone(), Vec::new(), 4, true));
    assert_eq!(inboxes(&effects)[0].since, None);
    let newest = histories(&effects).remove(0);
    assert_eq!((newest.after, newest.before), (None, None));
    page.inbox(vec![row("bob", 4)], &effects);
    page.hears(page_of(newest.id, messages(1..=4), 4, true));
    assert_eq!(page.reads(), "m1 m2 m3 m4 mine");
}

#[test]
fn an_opened_conversation_loads_its_newest_page() {
    let mut page = Page::with(vec![row("bob", 90)]).connected();
    let asked = histories(&page.opens());
    assert_eq!((asked[0].after, asked[0].before, asked[0].limit), (None, None, Some(Seq(50))));
    page.live(message(91, "bob", "m91"));
    page.hears(page_of(asked[0].id.clone(), messages(41..=90), 90, false));
    assert_eq!(page.message_rows().len(), 51);
    assert!(page.chat.has_older("bob"));
}

#[test]
fn a_name_that_nobody_has_is_unknown_and_one_with_whom_nothing_was_said_is_not() {
    let mut page = Page::with(Vec::new()).connected();
    let asked = histories(&page.opens());
    page.error(asked[0].id.clone(), ErrorCode::UnknownPeer, None);
    assert!(page.chat.is_unknown("bob"));
    let asked = {
        page.on(Event::Left);
        histories(&page.opens())
    };
    page.hears(page_of(asked[0].id.clone(), Vec::new(), 0, true));
    assert!(!page.chat.is_unknown("bob"));
    assert_eq!(page.rows(), []);
}

#[test]
fn a_resync_asks_the_inbox_within_the_time() {
    let mut page = Page::with(Vec::new()).connected();
    page.random = 700;
    assert!(inboxes(&page.hears(ServerFrame::Resync { within_ms: 5_000 })).is_empty());
    assert_eq!(inboxes(&page.after(700)).len(), 1);
}

#[test]
fn a_question_refused_for_now_is_asked_again() {
    let mut page = Page::with(vec![row("bob", 9)]).connected();
    let asked = histories(&page.opens());
    page.error(asked[0].id.clone(), ErrorCode::Busy, Some(300));
    assert!(histories(&page.after(299)).is_empty());
    assert_eq!(histories(&page.after(1)).len(), 1);
}
