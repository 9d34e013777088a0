//! What every bus must do, whichever it is: stamped for each adapter by `contract!`.

use std::sync::Arc;

use super::{Bus, Signal, local::Local};
use crate::{
    protocol::{
        code::CloseCode,
        ids::{Millis, Username},
        server::ServerFrame,
    },
    server::{
        hub::{Hub, Joined},
        store::SessionKey,
    },
};

const ANN_LAPTOP: SessionKey = SessionKey([1; 32]);
const ANN_PHONE: SessionKey = SessionKey([2; 32]);

struct Fixture {
    hub: Arc<Hub>,
    bus: Arc<dyn Bus>,
}

impl Fixture {
    fn join(&self, username: &Username, session: SessionKey) -> Joined {
        self.hub.join(username, session).expect("there is room")
    }
}

fn local_bus() -> Fixture {
    let hub = Arc::new(Hub::new(20, 1000));
    Fixture { bus: Arc::new(Local::new(hub.clone())), hub }
}

fn ann() -> Username {
    Username::from_canonical("ann")
}

fn frame(number: u64) -> ServerFrame {
    ServerFrame::Pong { id: None, now: Millis(number) }
}

fn texts(joined: &mut Joined) -> Vec<String> {
    std::iter::from_fn(|| joined.queue.try_next()).map(|text| text.as_str().to_owned()).collect()
}

async fn a_frame_reaches_every_connection_but_its_own(fixture: Fixture) {
    let mut laptop = fixture.join(&ann(), ANN_LAPTOP);
    let mut phone = fixture.join(&ann(), ANN_PHONE);
    let mut stranger = fixture.join(&Username::from_canonical("eve"), SessionKey([3; 32]));
    fixture.bus.publish(&ann(), Signal::Frame { frame: frame(1), except: Some(laptop.id) });
    assert_eq!(texts(&mut phone), [frame(1).encode()]);
    assert_eq!(texts(&mut laptop), [""; 0]);
    assert_eq!(texts(&mut stranger), [""; 0]);
}

async fn frames_to_one_account_keep_their_order(fixture: Fixture) {
    let mut laptop = fixture.join(&ann(), ANN_LAPTOP);
    for number in 0..50 {
        fixture.bus.publish(&ann(), Signal::Frame { frame: frame(number), except: None });
    }
    let expected: Vec<_> = (0..50).map(|number| frame(number).encode()).collect();
    assert_eq!(texts(&mut laptop), expected);
}

async fn a_revoked_session_closes_its_connections_only(fixture: Fixture) {
    let laptop = fixture.join(&ann(), ANN_LAPTOP);
    let phone = fixture.join(&ann(), ANN_PHONE);
    fixture.bus.publish(&ann(), Signal::Revoked(ANN_LAPTOP));
    assert_eq!(laptop.ending.code(), Some(CloseCode::SessionEnded));
    assert_eq!(phone.ending.code(), None);
}

async fn who_has_a_connection_is_online(fixture: Fixture) {
    let bob = Username::from_canonical("bob");
    let _laptop = fixture.join(&ann(), ANN_LAPTOP);
    fixture.bus.arrived(&ann()).await;
    assert_eq!(fixture.bus.online(&[bob, ann()]).await, [false, true]);
}

macro_rules! contract {
    ($adapter:ident: $($behaviour:ident)*) => {
        mod $adapter {
            $(#[tokio::test]
            async fn $behaviour() {
                super::$behaviour(super::$adapter()).await;
            })*
        }
    };
}

contract!(local_bus:
    a_frame_reaches_every_connection_but_its_own
    frames_to_one_account_keep_their_order
    a_revoked_session_closes_its_connections_only
    who_has_a_connection_is_online
);
