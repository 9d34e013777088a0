//! The line to the server: coming, going, coming back.

use super::*;
use crate::{chat::Phase, protocol::code::CloseCode};

fn closes(page: &mut Page, code: u16) -> Vec<Effect> {
    page.on(Event::SocketClosed { code: Some(code) })
}

fn pings(effects: &[Effect]) -> usize {
    frames(effects).iter().filter(|frame| matches!(frame, ClientFrame::Ping(_))).count()
}

#[test]
fn the_first_event_connects() {
    let mut page = Page::with(Vec::new());
    assert!(page.on(Event::Restored(Vec::new())).contains(&Effect::Connect));
    assert!(!page.on(Event::Sender(true)).contains(&Effect::Connect));
    assert_eq!(page.chat.phase(), Phase::Connecting);
    page.welcome();
    assert_eq!(page.chat.phase(), Phase::Connected);
}

#[test]
fn a_clock_that_is_put_back_makes_nothing_wait_longer() {
    let mut page = Page::with(Vec::new());
    page.on(Event::Restored(Vec::new()));
    page.random = 500;
    closes(&mut page, 1011);
    page.now = Millis(page.now.0 - 3_600_000);
    let effects = page.on(Event::Woke);
    assert_eq!(effects, [Effect::Wake(page.now.plus(500))]);
    assert!(page.after(500).contains(&Effect::Connect));
}

#[test]
fn an_attempt_that_hangs_is_followed_by_another_whatever_the_jitter() {
    let mut page = Page::with(Vec::new());
    page.on(Event::Restored(Vec::new()));
    page.random = 0;
    let effects = page.after(10_000);
    assert_eq!(effects, [Effect::Disconnect, Effect::Wake(page.now.plus(1))]);
    assert!(page.after(1).contains(&Effect::Connect));
}

#[test]
fn a_line_that_begins_before_the_end_of_the_last_was_heard_of_is_asked_anew() {
    let mut page = Page::with(vec![row("bob", 0)]).connected();
    page.on(Event::Opened(bob()));
    assert_eq!(histories(&page.recalls(Vec::new())).len(), 1);
    assert_eq!(histories(&page.welcome()).len(), 1);
}

#[test]
fn it_pings_every_15_s_and_gives_up_after_two_silent_intervals() {
    let mut page = Page::with(Vec::new()).connected();
    assert_eq!(pings(&page.after(15_000)), 1);
    page.hears(ServerFrame::Pong { id: None, now: START });
    assert_eq!(pings(&page.after(15_000)), 1);
    assert_eq!(pings(&page.after(14_000)), 0);
    let effects = page.after(1_000);
    assert_eq!(&effects[..2], &[Effect::Disconnect, Effect::Connect]);
    assert_eq!(page.chat.phase(), Phase::Connecting);
}

#[test]
fn a_throttled_tab_that_pings_late_is_not_taken_for_dead() {
    let mut page = Page::with(Vec::new()).connected();
    for _ in 0..3 {
        assert_eq!(pings(&page.after(60_000)), 1);
        page.after(100);
        page.hears(ServerFrame::Pong { id: None, now: START });
        assert_eq!(page.chat.phase(), Phase::Connected);
    }
}

#[test]
fn back_off_doubles_to_30_s_with_full_jitter_and_a_welcome_resets_it() {
    let mut page = Page::with(Vec::new());
    page.on(Event::Restored(Vec::new()));
    for longest in [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000] {
        page.random = longest;
        closes(&mut page, 1011);
        assert_eq!(page.chat.phase(), Phase::Waiting { until: page.now.plus(longest) });
        page.now = page.now.plus(longest - 1);
        assert!(!page.on(Event::Woke).contains(&Effect::Connect));
        assert!(page.after(1).contains(&Effect::Connect));
    }
    page.welcome();
    page.random = 501;
    closes(&mut page, 1011);
    assert_eq!(page.chat.phase(), Phase::Waiting { until: page.now.plus(1) });
}

#[test]
fn the_world_getting_better_ends_the_wait() {
    for event in [Event::Online, Event::Visible { hidden_for_ms: 10 }, Event::RetryNow] {
        let mut page = Page::with(Vec::new()).connected();
        page.random = 400;
        closes(&mut page, 1013);
        assert!(page.on(event).contains(&Effect::Connect));
    }
}

#[test]
fn each_close_code_has_its_consequence() {
    let mut page = Page::with(Vec::new()).connected();
    page.random = 1_000;
    closes(&mut page, 1001);
    assert_eq!(page.chat.phase(), Phase::Waiting { until: page.now.plus(1_000) });

    let mut page = Page::with(Vec::new()).connected();
    assert!(closes(&mut page, 4401).contains(&Effect::SignIn));
    assert_eq!(page.chat.phase(), Phase::SignedOut);
    assert!(!page.on(Event::RetryNow).contains(&Effect::Connect));

    let mut page = Page::with(Vec::new()).connected();
    closes(&mut page, 4400);
    assert_eq!(page.chat.phase(), Phase::Stopped(CloseCode::BadFrames));
    assert!(page.chat.shows_banner(page.now));

    let mut page = Page::with(Vec::new()).connected();
    assert!(closes(&mut page, 4508).contains(&Effect::Connect));

    let mut page = Page::with(Vec::new()).connected();
    closes(&mut page, 4429);
    assert!(!page.on(Event::Online).contains(&Effect::Connect));
    assert!(!page.after(59_999).contains(&Effect::Connect));
    assert!(page.after(1).contains(&Effect::Connect));
}

#[test]
fn open_elsewhere_stays_until_the_person_wants_it_back() {
    let mut page = Page::with(Vec::new()).connected();
    closes(&mut page, 4409);
    page.after(100_000);
    page.on(Event::Online);
    assert_eq!(page.chat.phase(), Phase::Elsewhere);
    assert!(page.on(Event::RetryNow).contains(&Effect::Connect));
}

#[test]
fn an_upgrade_that_never_opened_asks_once_whether_one_is_signed_in() {
    let mut page = Page::with(Vec::new());
    page.on(Event::Restored(Vec::new()));
    assert!(page.on(Event::SocketClosed { code: None }).contains(&Effect::AskSession));
    page.on(Event::Session(Some(true)));
    page.after(1_000);
    assert!(!page.on(Event::SocketClosed { code: None }).contains(&Effect::AskSession));
    assert!(page.on(Event::Session(Some(false))).contains(&Effect::SignIn));
}

#[test]
fn a_page_hidden_for_long_reconnects_even_if_the_socket_claims_to_be_open() {
    let mut page = Page::with(Vec::new()).connected();
    assert_eq!(page.on(Event::Visible { hidden_for_ms: 29_999 }), []);
    let effects = page.on(Event::Visible { hidden_for_ms: 30_000 });
    assert_eq!(&effects[..2], &[Effect::Disconnect, Effect::Connect]);
}

#[test]
fn an_open_socket_must_prove_itself_when_the_network_changed() {
    let mut page = Page::with(Vec::new()).connected();
    assert_eq!(pings(&page.on(Event::Online)), 1);
    assert!(page.after(3_000).contains(&Effect::Connect));
}

#[test]
fn an_attempt_that_hangs_is_given_up() {
    let mut page = Page::with(Vec::new());
    page.on(Event::Restored(Vec::new()));
    page.on(Event::SocketOpened);
    assert!(page.after(10_000).contains(&Effect::Disconnect));
}

#[test]
fn the_banner_shows_after_5_s_without_a_link() {
    let mut page = Page::with(Vec::new());
    assert!(!page.chat.shows_banner(page.now));
    page = page.connected();
    page.random = 400;
    closes(&mut page, 1011);
    assert!(!page.chat.shows_banner(page.now.plus(4_999)));
    page.after(400);
    assert!(page.chat.shows_banner(page.now.plus(4_600)));
    page.welcome();
    assert!(!page.chat.shows_banner(page.now.plus(60_000)));
}

#[test]
fn a_socket_of_another_account_is_never_used() {
    let mut page = Page::with(Vec::new());
    page.on(Event::Sender(true));
    page.writes("w", "for bob");
    let you = You { username: bob(), name: "Bob".into() };
    let effects = page.hears(ServerFrame::Welcome(Welcome { version: 1, you, now: START, limits: Limits::default() }));
    assert_eq!(effects, [Effect::Disconnect, Effect::SignIn]);
}

#[test]
fn an_early_alarm_is_asked_for_again_and_a_spurious_one_does_nothing_else() {
    let mut page = Page::with(Vec::new()).connected();
    let due = match page.on(Event::Woke)[..] {
        [Effect::Wake(due)] => due,
        ref other => panic!("{other:?}"),
    };
    assert_eq!(page.on(Event::Hidden), []);
    assert_eq!(page.on(Event::Woke), [Effect::Wake(due)]);
}

#[test]
fn a_browser_that_says_offline_is_believed_at_once() {
    let mut page = Page::with(Vec::new()).connected();
    page.random = 500;
    let effects = page.on(Event::Offline);
    assert!(effects.contains(&Effect::Disconnect));
    assert!(!effects.contains(&Effect::AskSession));
    assert!(matches!(page.chat.phase(), Phase::Waiting { .. }));
    // What the given-up socket says later is nothing new.
    assert!(!page.on(Event::Offline).contains(&Effect::Disconnect));
    assert!(page.on(Event::Online).contains(&Effect::Connect));
}

#[test]
fn who_came_and_went_meanwhile_is_asked_for_after_a_lost_line() {
    let mut page = Page::with(Vec::new());
    page.on(Event::Restored(Vec::new()));
    assert!(inboxes(&page.reconnects())[0].since.is_some());
    page.on(Event::Offline);
    page.on(Event::Online);
    assert_eq!(inboxes(&page.reconnects())[0].since, None);
}
