//! What a person reads in a conversation.

use super::*;
use crate::chat::By;

#[test]
fn a_reply_quotes_the_text_as_it_is_now() {
    let reply = entry(2, "bob", Kind::Message { body: Some("yes".into()), reply_to: Some(Seq(1)) });
    let mut page = Page::open(vec![message(1, "ann", "one"), reply]).connected();
    let quote = |page: &Page| page.message_rows()[1].reply_to.clone().unwrap();
    assert_eq!((quote(&page).by, quote(&page).text.as_deref()), (By::Me, Some("one")));
    page.live(edit(3, "ann", 1, "uno"));
    assert_eq!(quote(&page).text.as_deref(), Some("uno"));
    page.live(deletion(4, "ann", 1));
    assert_eq!((quote(&page).text, quote(&page).is_known), (None, true));
}

#[test]
fn a_quote_of_what_is_not_loaded_says_so() {
    let reply = entry(9, "bob", Kind::Message { body: Some("yes".into()), reply_to: Some(Seq(1)) });
    let page = Page::open(vec![reply]);
    assert!(!page.last().reply_to.unwrap().is_known);
}

#[test]
fn one_has_one_reaction_on_a_message_and_the_last_wins() {
    let mut page = Page::open(messages(1..=1)).connected();
    page.live(reaction(2, "bob", 1, Some("🎉")));
    page.live(reaction(3, "ann", 1, Some("👍")));
    assert_eq!(page.last().reactions, [("🎉".into(), false, true), ("👍".into(), true, false)]);
    page.live(reaction(4, "ann", 1, Some("🎉")));
    assert_eq!(page.last().reactions, [("🎉".into(), true, true)]);
    page.live(reaction(5, "bob", 1, None));
    assert_eq!(page.last().reactions, [("🎉".into(), true, false)]);
}

#[test]
fn a_deletion_leaves_a_place_without_words_reactions_or_edits() {
    let mut page = Page::open(messages(1..=1)).connected();
    page.live(edit(2, "bob", 1, "secret"));
    page.live(reaction(3, "ann", 1, Some("👍")));
    page.live(deletion(4, "bob", 1));
    assert_eq!(page.reads(), "-");
    assert!(page.last().reactions.is_empty() && !page.last().is_edited);
    let known = serde_json::to_string(&page.chat.export("bob")).unwrap();
    assert!(!known.contains("secret") && !known.contains("m1"), "{known}");
}

#[test]
fn a_late_copy_does_not_bring_erased_words_back() {
    let mut page = Page::open(vec![message(1, "bob", "m1"), deletion(2, "bob", 1)]).connected();
    page.live(message(1, "bob", "secret"));
    assert_eq!(page.reads(), "-");
    let known = serde_json::to_string(&page.chat.export("bob")).unwrap();
    assert!(!known.contains("secret"), "{known}");
}

#[test]
fn an_edit_of_a_message_not_loaded_waits_for_it() {
    let mut page = Page::open(vec![message(2, "bob", "m2"), edit(3, "bob", 1, "edited")]).connected();
    let asked = histories(&page.on(Event::LoadOlder(bob())));
    page.hears(page_of(asked[0].id.clone(), messages(1..=1), 3, true));
    assert_eq!(page.reads(), "edited m2");
}

#[test]
fn messages_of_one_author_within_five_minutes_stand_together() {
    let mut late = message(4, "bob", "late");
    late.at = late.at.plus(5 * 60_000);
    let page = Page::open(vec![message(1, "bob", "a"), message(2, "bob", "b"), message(3, "ann", "c"), late]);
    let joined: Vec<bool> = page.message_rows().iter().map(|row| row.is_joined).collect();
    assert_eq!(joined, [false, true, false, false]);
}

#[test]
fn the_divider_stands_before_the_first_unread_until_one_leaves() {
    let unread = server::Conversation { unread: 2, read: Seq(1), ..row("bob", 3) };
    let mut page = Page::open_row(unread, messages(1..=3)).connected();
    assert_eq!(page.reads(), "m1 --2-- m2 m3");
    page.opens();
    page.on(Event::Saw { peer: bob(), seq: Seq(3) });
    page.live(message(4, "bob", "m4"));
    assert_eq!(page.reads(), "m1 --2-- m2 m3 m4");
    page.on(Event::Left);
    page.opens();
    assert_eq!(page.reads(), "m1 m2 m3 --1-- m4");
}

#[test]
fn the_divider_counts_what_is_here_where_the_list_is_behind() {
    let behind = server::Conversation { unread: 3, read: Seq(2), ..row("bob", 3) };
    let mut page = Page::open_row(behind, messages(1..=3)).connected();
    page.opens();
    assert_eq!(page.reads(), "m1 m2 --1-- m3");
}

#[test]
fn only_what_came_while_the_page_was_open_is_new() {
    let mut page = Page::open(messages(1..=1)).connected();
    page.live(message(2, "bob", "m2"));
    let new: Vec<bool> = page.message_rows().iter().map(|row| row.is_new).collect();
    assert_eq!(new, [false, true]);
}

#[test]
fn server_and_page_read_the_same() {
    let log = vec![message(1, "ann", "a"), message(2, "bob", "b"), edit(3, "ann", 1, "c")];
    let [one, other] = [(); 2].map(|()| Page::open(log.clone()));
    assert_eq!(one.rows(), other.rows());
    assert_eq!(one.chat.people(), other.chat.people());
    assert_eq!(one.message_rows()[0].key_of(), "ann-1");
}

impl MessageRow {
    fn key_of(&self) -> String {
        Row::Message(self.clone()).key()
    }
}

#[test]
fn what_was_left_keeps_its_newest_and_asks_for_older_anew() {
    let mut page = Page::open(messages(1..=500)).connected();
    page.live(message(501, "bob", "fresh"));
    assert!(page.last().is_new);
    page.on(Event::Left);
    page.opens();
    let rows = page.message_rows();
    assert_eq!(rows.len(), 200);
    assert_eq!(rows[0].seq, Some(Seq(302)));
    assert!(!page.last().is_new);
    assert!(page.chat.has_older("bob"));
    let asked = histories(&page.on(Event::LoadOlder(bob())));
    assert_eq!(asked[0].before, Some(Seq(302)));
}
