//! The part of a long conversation that is on screen, and how it moves.

use proptest::prelude::*;

use super::{
    fold::{log, step},
    *,
};

fn seq_of(row: &Row) -> Option<Seq> {
    match row {
        Row::Message(message) => message.seq,
        _ => None,
    }
}

/// The window that ends at `until`, cut out of all rows.
fn cut(all: &[Row], until: Option<Seq>, most: usize) -> Rows {
    let last = until.and_then(|until| all.iter().rposition(|row| seq_of(row).is_some_and(|seq| seq <= until)));
    let end = last.map_or(all.len(), |last| last + 1);
    let start = end.saturating_sub(most);
    Rows { rows: all[start..end].to_vec(), has_before: start > 0, has_after: end < all.len() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_window_is_a_part_of_the_whole_list(
        steps in prop::collection::vec(step(), 1..40),
        held in prop::collection::vec(0u8..6, 40),
        read in 0u64..40,
        written in prop::collection::vec(0u64..900, 0..4),
        most in 1usize..20,
    ) {
        let log = log(&steps);
        let head = log.len() as u64;
        // Holes, and authors whose words lie minutes apart.
        let entries = log.into_iter().zip(&held).filter(|(_, kept)| **kept > 0).map(|(entry, kept)| {
            Entry { at: START.plus(entry.seq.0 * 60_000 * u64::from(*kept)), ..entry }
        });
        let row = server::Conversation { read: Seq(read.min(head)), unread: 3, ..row("bob", head) };
        let mut page = Page::open_row(row, entries.collect());
        let unsent = written.iter().zip(0..).map(|(written, number)| waiting(&format!("w{number}"), written * 1000));
        page.on(Event::Restored(unsent.collect()));
        let all = page.rows();
        for until in (0..=head + 1).map(|seq| Some(Seq(seq))).chain([None]) {
            prop_assert_eq!(page.chat.rows("bob", until, most), cut(&all, until, most));
        }
    }
}

#[test]
fn a_window_moves_by_messages_and_stops_at_both_ends() {
    let mut entries = messages(1..=6);
    entries.insert(3, reaction(4, "ann", 1, Some("👍")));
    entries.truncate(6);
    for (entry, seq) in entries[4..].iter_mut().zip(5..) {
        entry.seq = Seq(seq);
    }
    let page = Page::open(entries);
    let shift = |until: Option<u64>, by| page.chat.shift("bob", until.map(Seq), by).map(|seq| seq.0);
    assert_eq!(shift(None, -1), Some(5));
    assert_eq!(shift(Some(5), -1), Some(3));
    assert_eq!(shift(Some(4), -1), Some(2));
    assert_eq!(shift(Some(2), -100), Some(1));
    assert_eq!(shift(Some(0), 1), Some(2));
    assert_eq!(shift(Some(3), 1), Some(5));
    assert_eq!(shift(Some(3), 2), None);
    assert_eq!(shift(None, 0), None);
    assert_eq!(page.chat.shift("nobody", None, -3), None);
}

#[test]
fn what_stands_behind_a_message_is_counted_up_to_so_many() {
    let mut entries = messages(1..=6);
    entries[3] = reaction(4, "ann", 1, Some("👍"));
    let page = Page::open(entries);
    let count = |seq, most| page.chat.count_behind("bob", Seq(seq), most);
    assert_eq!([count(0, 9), count(2, 9), count(3, 9), count(6, 9), count(0, 3)], [5, 3, 2, 0, 3]);
    assert_eq!(page.chat.count_behind("nobody", Seq(0), 9), 0);
}

#[test]
fn a_message_that_one_wants_to_see_is_loaded_page_by_page() {
    let mut page = Page::open(messages(901..=950)).connected();
    let asked = histories(&page.on(Event::LoadUntil { peer: bob(), seq: Seq(600) }));
    assert_eq!((asked[0].before, asked[0].limit), (Some(Seq(901)), Some(Seq(200))));
    let asked = histories(&page.hears(page_of(asked[0].id.clone(), messages(701..=900), 950, false)));
    assert_eq!(asked[0].before, Some(Seq(701)));
    assert!(page.chat.is_seeking("bob") && !page.chat.holds("bob", Seq(600)));
    assert!(histories(&page.hears(page_of(asked[0].id.clone(), messages(501..=700), 950, false))).is_empty());
    assert!(!page.chat.is_seeking("bob") && page.chat.holds("bob", Seq(600)));
}

#[test]
fn a_message_in_a_hole_is_loaded_from_its_edge() {
    let mut entries = messages(1..=2);
    entries.extend(messages(400..=401));
    let mut page = Page::open(entries).connected();
    let asked = histories(&page.on(Event::LoadUntil { peer: bob(), seq: Seq(300) }));
    assert_eq!(asked[0].after, Some(Seq(2)));
    let asked = histories(&page.hears(page_of(asked[0].id.clone(), messages(3..=202), 401, false)));
    assert_eq!(asked[0].after, Some(Seq(202)));
    assert!(histories(&page.hears(page_of(asked[0].id.clone(), messages(203..=401), 401, true))).is_empty());
    assert!(page.chat.holds("bob", Seq(300)) && !page.chat.is_seeking("bob"));
}

#[test]
fn looking_for_a_message_ends_where_one_leaves_or_nothing_more_comes() {
    let mut page = Page::open(messages(901..=950)).connected();
    let asked = histories(&page.on(Event::LoadUntil { peer: bob(), seq: Seq(1) }));
    page.on(Event::Left);
    assert!(histories(&page.hears(page_of(asked[0].id.clone(), messages(701..=900), 950, false))).is_empty());
    page.opens();
    let asked = histories(&page.on(Event::LoadUntil { peer: bob(), seq: Seq(1) }));
    assert!(histories(&page.hears(page_of(asked[0].id.clone(), Vec::new(), 950, false))).is_empty());
    assert!(!page.chat.is_seeking("bob"));
    assert!(histories(&page.on(Event::LoadUntil { peer: bob(), seq: Seq(951) })).is_empty());
}

#[test]
fn a_lost_line_does_not_end_the_search_for_a_message() {
    let mut page = Page::open(messages(901..=950)).connected();
    page.on(Event::LoadUntil { peer: bob(), seq: Seq(1) });
    page.on(Event::SocketClosed { code: Some(1011) });
    page.after(0);
    let effects = page.reconnects();
    assert!(histories(&effects).iter().any(|asked| asked.before == Some(Seq(901))));
}

#[test]
fn the_last_own_message_is_the_newest_that_is_neither_deleted_nor_about_to_be() {
    let log = vec![message(1, "ann", "a"), message(2, "ann", "b"), message(3, "ann", "c"), message(4, "bob", "d")];
    let mut page = Page::open(log).connected();
    assert_eq!(page.chat.last_own_message("bob"), Some(Seq(3)));
    page.live(deletion(5, "ann", 3));
    assert_eq!(page.chat.last_own_message("bob"), Some(Seq(2)));
    page.does("d", What::Deletion { of: Seq(2) });
    assert_eq!(page.chat.last_own_message("bob"), Some(Seq(1)));
    assert_eq!(page.chat.last_own_message("nobody"), None);
}
