//! The list of people, with counts that cannot stick.

use super::*;
use crate::chat::{By, Preview, Status};

fn preview(page: &Page) -> Preview {
    page.chat.person("bob").unwrap().preview
}

fn text(by: By, text: &str, status: Option<Status>) -> Preview {
    Preview::Message { by, text: text.into(), status }
}

#[test]
fn live_entries_move_a_row_up_and_count() {
    let mut page = Page::with(vec![row("cleo", 5), row("bob", 1)]).connected();
    page.live(Entry { at: START.plus(60_000), ..message(2, "bob", "new") });
    let people = page.chat.people();
    assert_eq!((people[0].peer.as_str(), people[0].unread), ("bob", 1));
    assert_eq!(people[0].preview, text(By::Peer, "new", None));
    page.live(message(2, "bob", "new"));
    assert_eq!((page.unread(), page.chat.unread_total()), (1, 1));
}

#[test]
fn edits_and_deletions_change_the_preview_and_only_deletions_the_count() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    page.live(message(2, "bob", "m2"));
    page.live(edit(3, "bob", 2, "edited"));
    assert_eq!((preview(&page), page.unread()), (text(By::Peer, "edited", None), 1));
    page.live(reaction(4, "bob", 2, Some("👍")));
    assert_eq!(page.unread(), 1);
    page.live(deletion(5, "bob", 2));
    assert_eq!((preview(&page), page.unread()), (Preview::Deleted { by: By::Peer }, 0));
}

#[test]
fn own_entries_never_count() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    page.live(message(2, "ann", "mine"));
    assert_eq!((preview(&page), page.unread()), (text(By::Me, "mine", Some(Status::Sent)), 0));
}

#[test]
fn what_a_row_cannot_tell_the_inbox_is_asked() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    let effects = page.live(message(4, "bob", "m4"));
    let truth = server::Conversation { unread: 2, read: Seq(1), ..row("bob", 4) };
    page.inbox(vec![truth], &effects);
    assert_eq!(page.unread(), 2);
}

#[test]
fn an_unknown_person_is_asked_for() {
    let mut page = Page::with(Vec::new()).connected();
    let effects = page.live(message(1, "bob", "hello"));
    page.inbox(vec![server::Conversation { unread: 1, read: Seq(0), ..row("bob", 1) }], &effects);
    assert_eq!(page.unread(), 1);
}

#[test]
fn an_inbox_older_than_a_live_entry_does_not_undo_it() {
    let mut page = Page::with(vec![row("bob", 1)]);
    let effects = page.welcome();
    page.live(message(2, "bob", "m2"));
    page.inbox(vec![row("bob", 1)], &effects);
    assert_eq!((page.unread(), preview(&page)), (1, text(By::Peer, "m2", None)));
}

#[test]
fn reading_on_another_device_clears_the_count() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    page.live(message(2, "bob", "m2"));
    page.receipt("ann", 2, 2);
    assert_eq!(page.unread(), 0);
}

#[test]
fn a_waiting_message_shows_in_the_list_even_to_somebody_new() {
    let mut page = Page::with(Vec::new());
    page.writes("w", "hello");
    assert_eq!(preview(&page), text(By::Me, "hello", Some(Status::Waiting)));
    assert_eq!(page.chat.people().len(), 1);
}

#[test]
fn somebody_new_stays_in_the_list_while_the_server_is_asked_about_them() {
    let mut page = Page::with(Vec::new()).connected();
    page.writes("w", "hello");
    let effects = page.sent("w", 1);
    assert_eq!(preview(&page), text(By::Me, "hello", Some(Status::Sent)));
    page.inbox(vec![server::Conversation { name: "Bob".into(), ..row("bob", 1) }], &effects);
    assert_eq!(page.chat.person("bob").map(|person| person.name).as_deref(), Some("Bob"));
}

#[test]
fn presence_shows() {
    let mut page = Page::with(vec![row("bob", 1)]).connected();
    page.hears(ServerFrame::Presence(server::Presence { peer: bob(), online: true, last_seen: None }));
    assert!(page.chat.person("bob").unwrap().online);
}

#[test]
fn people_are_found_by_parts_of_either_name_whatever_the_case_and_width() {
    let called = |peer: &str, name: &str| server::Conversation { name: name.into(), ..row(peer, 1) };
    let page = Page::with(vec![called("bob", "Robert Übel"), called("lin", "林小明"), called("cleo", "Ｃleo")]);
    let found = |words: &str| {
        let mut found: Vec<String> =
            page.chat.find_people(words).into_iter().map(|person| person.peer.to_string()).collect();
        found.sort();
        found.join(" ")
    };
    assert_eq!(found(" "), "bob cleo lin");
    assert_eq!(found("BO"), "bob");
    assert_eq!(found("übel　ｒｏｂ"), "bob");
    assert_eq!(found("小"), "lin");
    assert_eq!(found("cle"), "cleo");
    assert_eq!(found("rob nobody"), "");
}
