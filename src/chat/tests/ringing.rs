//! One is told of what comes while one looks elsewhere: once, in one tab.

use super::*;

fn rings(effects: &[Effect]) -> Vec<(String, Option<String>)> {
    let rings = effects.iter().filter_map(|effect| match effect {
        Effect::Ring { name, text, .. } => Some((name.clone(), text.clone())),
        _ => None,
    });
    rings.collect()
}

#[test]
fn a_live_message_of_the_peer_rings_once_whether_or_not_its_conversation_is_open() {
    for mut page in [Page::open(messages(1..=1)).connected(), Page::with(vec![row("bob", 1)]).connected()] {
        assert_eq!(rings(&page.live(message(2, "bob", "hi"))), [("BOB".to_owned(), Some("hi".to_owned()))]);
        assert!(rings(&page.live(message(2, "bob", "hi"))).is_empty());
        assert_eq!(rings(&page.live(message(3, "bob", "again"))).len(), 1);
    }
}

#[test]
fn somebody_of_whom_nothing_is_known_rings_with_the_username() {
    let mut page = Page::with(Vec::new()).connected();
    assert_eq!(rings(&page.live(message(1, "bob", "hi"))), [("bob".to_owned(), Some("hi".to_owned()))]);
}

#[test]
fn nothing_but_a_message_of_the_peer_rings() {
    let mut page = Page::open(vec![message(1, "bob", "one")]).connected();
    for entry in [
        message(2, "ann", "from another device"),
        edit(3, "bob", 1, "uno"),
        reaction(4, "bob", 1, Some("👍")),
        deletion(5, "bob", 1),
    ] {
        assert!(rings(&page.live(entry)).is_empty());
    }
}

#[test]
fn what_was_missed_and_what_was_read_elsewhere_does_not_ring() {
    let mut page = Page::open(messages(1..=1)).connected();
    let effects = page.live(message(4, "bob", "m4"));
    let asked = histories(&effects).remove(0);
    assert_eq!(rings(&effects).len(), 1);
    assert!(rings(&page.hears(page_of(asked.id, messages(2..=3), 4, true))).is_empty());
    page.on(Event::SocketClosed { code: Some(1011) });
    page.after(1_000);
    let effects = page.welcome();
    let read = server::Conversation { read: Seq(6), ..row("bob", 6) };
    assert!(rings(&page.inbox(vec![read], &effects)).is_empty());
    assert!(rings(&page.live(message(5, "bob", "m5"))).is_empty());
}

#[test]
fn only_the_tab_that_sends_rings() {
    let mut page = Page::open(Vec::new()).connected();
    page.on(Event::Sender(false));
    assert!(rings(&page.live(message(1, "bob", "hi"))).is_empty());
}
