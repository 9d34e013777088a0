//! What the browser remembers is shown at once, and never instead of the truth.

use proptest::prelude::*;

use super::{
    fold::{drain, erased, in_order, log, settled_rows, step},
    *,
};

fn known(head: u64, entries: Vec<Entry>) -> Known {
    Known { conversation: Some(row("bob", head)), entries }
}

/// Bob's conversation with this head is opened on a page with a line, and the browser remembers these entries.
fn recalled(head: u64, entries: Vec<Entry>) -> (Page, Vec<client::History>) {
    let mut page = Page::with(vec![row("bob", head)]).connected();
    assert_eq!(page.on(Event::Opened(bob())), [Effect::Recall { peer: bob() }]);
    let asked = histories(&page.recalls(entries));
    (page, asked)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn with_whatever_memory_the_same_log_reads_the_same(
        steps in prop::collection::vec(step(), 1..50),
        until in 0usize..50,
        remembered in 0usize..50,
        lives in 0usize..4,
        cut in 1usize..9,
    ) {
        let raw = log(&steps);
        let memory = erased(&raw[..until.min(raw.len())]);
        let memory = &memory[memory.len().saturating_sub(remembered)..];
        let lives = &raw[raw.len().saturating_sub(lives)..];
        let mut page = Page::with(vec![row("bob", (raw.len() - lives.len()) as u64)]).connected();
        // Some come before the conversation is opened, some while the browser looks.
        let (before, meanwhile) = lives.split_at(lives.len() / 2);
        for live in before {
            page.live(live.clone());
            // Read on another device: no divider.
            page.receipt("ann", live.seq.0, live.seq.0);
        }
        page.on(Event::Opened(bob()));
        for live in meanwhile {
            page.live(live.clone());
        }
        let asked = histories(&page.recalls(memory.to_vec()));
        drain(&mut page, &erased(&raw), asked, cut);
        prop_assert_eq!(settled_rows(page.rows()), in_order(&raw));
    }
}

#[test]
fn what_is_remembered_is_shown_at_once_and_what_came_since_is_asked_for() {
    let (mut page, asked) = recalled(5, messages(2..=3));
    assert_eq!(page.reads(), "m2 m3");
    assert!(page.message_rows().iter().all(|row| !row.is_new));
    // With the last remembered entry, so that another log is noticed.
    assert_eq!((asked.len(), asked[0].after, asked[0].before), (1, Some(Seq(2)), None));
    let since = vec![message(3, "bob", "m3"), message(4, "bob", "m4"), deletion(5, "bob", 2)];
    assert!(histories(&page.hears(page_of(asked[0].id.clone(), since, 5, true))).is_empty());
    assert_eq!(page.reads(), "- m3 m4");
    assert!(page.chat.has_older("bob"));
}

#[test]
fn nothing_is_asked_before_the_browser_has_answered() {
    let mut page = Page::with(vec![row("bob", 3)]).connected();
    assert!(histories(&page.on(Event::Opened(bob()))).is_empty());
    assert!(histories(&page.on(Event::LoadOlder(bob()))).is_empty());
    page.on(Event::SocketClosed { code: Some(1011) });
    page.after(1_000);
    assert!(histories(&page.reconnects()).is_empty());
    let asked = histories(&page.on(Event::Recalled { peer: bob(), known: None }));
    assert_eq!((asked[0].after, asked[0].before), (None, None));
}

#[test]
fn what_came_while_the_browser_looked_it_up_joins() {
    let mut page = Page::with(vec![row("bob", 3)]).connected();
    page.on(Event::Opened(bob()));
    page.live(message(4, "bob", "m4"));
    page.on(Event::Left);
    let asked = histories(&page.recalls(messages(1..=3)));
    assert_eq!((page.reads().as_str(), asked.len()), ("m1 m2 m3 m4", 1));
}

#[test]
fn an_answer_of_the_browser_that_nobody_waits_for_is_dropped() {
    let (mut page, _) = recalled(3, messages(1..=3));
    assert!(page.recalls(vec![message(1, "bob", "other")]).is_empty());
    assert_eq!(page.reads(), "m1 m2 m3");
}

#[test]
fn a_log_that_is_shorter_or_another_starts_over() {
    let other = Entry { id: id("other"), ..message(3, "bob", "other") };
    for (head, answer) in [(2, messages(2..=2)), (4, vec![other, message(4, "bob", "m4")])] {
        let (mut page, asked) = recalled(4, messages(1..=3));
        let effects = page.hears(page_of(asked[0].id.clone(), answer, head, true));
        let newest = histories(&effects).remove(0);
        assert_eq!((newest.after, newest.before, page.reads().as_str()), (None, None, ""));
    }
}

#[test]
fn memory_of_another_log_than_what_came_live_is_not_shown() {
    let mut page = Page::with(vec![row("bob", 2)]).connected();
    page.live(message(3, "bob", "m3"));
    page.on(Event::Opened(bob()));
    let asked = histories(&page.recalls(vec![message(2, "bob", "b"), Entry { id: id("x"), ..message(3, "bob", "c") }]));
    assert_eq!((page.reads().as_str(), asked[0].after), ("--1-- m3", None));
}

#[test]
fn where_too_much_came_since_the_newest_page_takes_the_place_of_memory() {
    let (mut page, asked) = recalled(900, messages(1..=100));
    assert_eq!((page.message_rows().len(), asked.len(), asked[0].after), (100, 1, None));
    let effects = page.hears(page_of(asked[0].id.clone(), messages(851..=900), 900, false));
    assert!(histories(&effects).iter().all(|asked| asked.after == Some(Seq(900))));
    let rows = page.rows();
    assert_eq!((rows.len(), page.message_rows()[0].seq), (50, Some(Seq(851))));
    assert!(page.chat.has_older("bob"));
}

#[test]
fn an_own_message_that_memory_holds_waits_no_more() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    page.on(Event::Restored(vec![waiting("w", 1)]));
    page.on(Event::Opened(bob()));
    let effects = page.recalls(vec![Entry { id: id("w"), ..message(1, "ann", "w") }]);
    assert!(effects.contains(&Effect::Forget(id("w"))));
    assert_eq!(page.reads(), "w");
}

#[test]
fn a_page_without_a_line_opens_from_memory_alone_and_catches_up_later() {
    let remembered = known(3, messages(1..=3));
    let mut page = Page::of(Chat::new(ann(), remembered.conversation.into_iter().collect(), String::new(), None));
    assert_eq!(page.chat.people()[0].peer, bob());
    page.on(Event::Opened(bob()));
    page.recalls(remembered.entries);
    page.writes("w", "mine");
    assert_eq!(page.reads(), "m1 m2 m3 mine");
    let effects = page.welcome();
    assert_eq!(inboxes(&effects)[0].since, None);
    let asked = histories(&page.inbox(vec![row("bob", 4)], &effects));
    assert_eq!(asked[0].after, Some(Seq(2)));
    page.hears(page_of(asked[0].id.clone(), messages(3..=4), 4, true));
    assert_eq!(page.reads(), "m1 m2 m3 m4 mine");
}

#[test]
fn unread_and_its_divider_are_the_same_with_memory() {
    let unread = server::Conversation { unread: 2, read: Seq(1), ..row("bob", 3) };
    let mut page = Page::with(vec![unread]).connected();
    page.on(Event::Opened(bob()));
    page.recalls(messages(1..=2));
    assert_eq!((page.unread(), page.reads().as_str()), (2, "m1 --2-- m2"));
}

#[test]
fn what_comes_to_an_unopened_conversation_is_remembered_without_what_was_deleted() {
    let mut page = Page::with(vec![row("bob", 3)]).connected();
    page.live(message(4, "bob", "secret"));
    let effects = page.live(deletion(5, "bob", 4));
    assert!(effects.contains(&Effect::Remember { peer: bob() }));
    let exported = page.chat.export("bob").unwrap();
    assert!(exported.is_short() && !serde_json::to_string(&exported).unwrap().contains("secret"));
    let kept = exported.lengthened(known(3, messages(1..=3)));
    assert_eq!(kept.entries.iter().map(|entry| entry.seq.0).collect::<Vec<_>>(), [1, 2, 3, 4, 5]);
    assert_eq!(kept.conversation.unwrap().head, Seq(5));
}

#[test]
fn a_longer_memory_is_not_lost_to_a_shorter_one() {
    let seqs = |known: Known| known.entries.iter().map(|entry| entry.seq.0).collect::<Vec<_>>();
    let stored = || known(9, messages(1..=9));
    assert_eq!(seqs(known(9, Vec::new()).lengthened(stored())), (1..=9).collect::<Vec<_>>());
    assert_eq!(seqs(known(12, messages(8..=12)).lengthened(stored())), (1..=12).collect::<Vec<_>>());
    // One that came behind a hole is asked for again at the opening.
    assert_eq!(seqs(known(12, messages(12..=12)).lengthened(stored())), (1..=9).collect::<Vec<_>>());
    // A page behind it is worth more than what is old.
    let page = known(200, messages(151..=200)).lengthened(known(100, messages(1..=100)));
    assert_eq!(seqs(page), (151..=200).collect::<Vec<_>>());
}

#[test]
fn what_a_restored_backup_does_not_hold_is_forgotten() {
    let seqs = |known: Known| known.entries.iter().map(|entry| entry.seq.0).collect::<Vec<_>>();
    let stored = || known(400, messages(201..=400));
    assert_eq!(seqs(known(300, messages(251..=300)).lengthened(stored())), (201..=300).collect::<Vec<_>>());
    assert_eq!(seqs(known(0, Vec::new()).lengthened(stored())), Vec::<u64>::new());
    let other = Entry { id: id("other"), ..message(260, "bob", "other") };
    assert_eq!(seqs(known(300, vec![other]).lengthened(stored())), [260]);
}

#[test]
fn a_deletion_behind_a_hole_erases_what_is_remembered() {
    let kept = known(12, vec![deletion(12, "bob", 2)]).lengthened(known(9, messages(1..=9)));
    assert!(!serde_json::to_string(&kept.entries).unwrap().contains("m2"));
}

#[test]
fn what_came_live_before_a_hole_is_fetched_anew_with_what_was_deleted_since() {
    for remembered in [vec![message(4, "bob", "m4"), message(5, "bob", "m5")], Vec::new()] {
        let mut page = Page::with(vec![row("bob", 0)]).connected();
        page.live(message(1, "bob", "m1"));
        page.live(message(4, "bob", "m4"));
        page.live(message(5, "bob", "m5"));
        page.on(Event::Opened(bob()));
        let is_remembered = !remembered.is_empty();
        let asked = histories(&page.recalls(remembered));
        if !is_remembered {
            let newest = vec![message(4, "bob", "m4"), message(5, "bob", "m5")];
            page.hears(page_of(asked[0].id.clone(), newest, 5, false));
        }
        assert!(page.reads().ends_with("m4 m5") && !page.reads().contains("m1"), "{}", page.reads());
        assert!(page.chat.has_older("bob"));
    }
}
