//! Who comes, who goes, and what is offered to whom.

use super::*;
use crate::protocol::ids::Millis;

const SESSION: SessionKey = SessionKey([7; 32]);

fn ann() -> Username {
    Username::from_canonical("ann")
}

fn join(hub: &Hub) -> Joined {
    hub.join(&ann(), SESSION).expect("there is room")
}

fn signal(length: usize) -> Signal {
    let frame = ServerFrame::Typing { peer: Username::from_canonical("x".repeat(length)), on: true };
    Signal::Frame { frame, except: None }
}

#[test]
fn what_connections_do_by_turns_is_spread_evenly() {
    let whole = Duration::from_secs(30);
    let mut tenths = [0; 10];
    for id in 1..=10_000 {
        let moment = ConnectionId(id).spread(whole);
        assert!(moment <= whole, "{moment:?}");
        tenths[(moment.as_millis() / 3_000).min(9) as usize] += 1;
    }
    assert!(tenths.iter().all(|count| (990..=1_010).contains(count)), "{tenths:?}");
}

#[test]
fn one_connection_too_many_closes_the_oldest() {
    let hub = Hub::new(2, 1000);
    let [first, second, third] = std::array::from_fn(|_| join(&hub));
    assert_eq!(first.ending.code(), Some(CloseCode::TooManyConnections));
    assert_eq!(second.ending.code(), None);
    assert_eq!(third.ending.code(), None);
}

#[test]
fn where_there_is_no_room_one_more_is_turned_away_until_one_leaves() {
    let hub = Hub::new(20, 1);
    let first = join(&hub);
    assert!(hub.join(&ann(), SESSION).is_none());
    hub.leave(&ann(), first.id);
    assert!(hub.join(&ann(), SESSION).is_some());
}

#[test]
fn who_joins_while_the_server_goes_away_is_told_so() {
    let hub = Hub::new(20, 1000);
    let early = join(&hub);
    hub.close_all(CloseCode::GoingAway);
    let late = join(&hub);
    assert_eq!(early.ending.code(), Some(CloseCode::GoingAway));
    assert_eq!(late.ending.code(), Some(CloseCode::GoingAway));
}

#[test]
fn a_full_queue_ends_its_connection() {
    let hub = Hub::new(20, 1000);
    let joined = join(&hub);
    for _ in 0..queue::FRAMES {
        hub.deliver(&ann(), &signal(1));
    }
    assert_eq!(joined.ending.code(), None);
    hub.deliver(&ann(), &signal(1));
    assert_eq!(joined.ending.code(), Some(CloseCode::TooSlow));
}

#[test]
fn presence_outlives_a_reload() {
    let hub = Hub::new(20, 1000);
    let joined = join(&hub);
    assert!(joined.is_first);
    let Left::Last(departure) = hub.leave(&ann(), joined.id) else { panic!("that was the last one") };
    let again = join(&hub);
    assert!(!again.is_first);
    assert!(!hub.forget(&ann(), departure));
    assert!(hub.is_present(&ann()));
    let Left::Last(departure) = hub.leave(&ann(), again.id) else { panic!("that was the last one") };
    assert!(hub.forget(&ann(), departure));
    assert!(!hub.is_present(&ann()));
}

#[test]
fn a_frame_is_offered_as_its_text() {
    let hub = Hub::new(20, 1000);
    let mut joined = join(&hub);
    let frame = ServerFrame::Pong { id: None, now: Millis(5) };
    hub.deliver(&ann(), &Signal::Frame { frame: frame.clone(), except: None });
    assert_eq!(joined.queue.try_next().map(|text| text.to_string()), Some(frame.encode()));
}
