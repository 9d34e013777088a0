//! Writes of which nobody knows what came of them. Such a write may still be on its way to the store after those concerned
//! have looked for it, and nothing would tell them when it lands: so they are told to look again, until it cannot any more.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::{
    bus::Signal,
    house::{House, SharedHouse},
};
use crate::protocol::{ids::Username, server::ServerFrame};

/// Within what time those concerned ask.
const WITHIN_MS: u64 = 5_000;
/// How often they are told to.
const EVERY: Duration = Duration::from_secs(15);
/// How long a write may be on its way.
const WHILE: Duration = Duration::from_secs(60);

/// The pairs in doubt, each with the time until which it is; one task a pair looks after them.
#[derive(Default)]
pub struct Doubts(Mutex<HashMap<Pair, Instant>>);

type Pair = (Username, Username);

impl Doubts {
    /// Whether a pair is still going to be told to look.
    #[cfg(test)]
    pub fn is_any(&self) -> bool {
        !self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Pair, Instant>> {
        // Each entry is whole before and after every change of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What those concerned are told.
pub fn look() -> ServerFrame {
    ServerFrame::Resync { within_ms: WITHIN_MS }
}

/// Has the two told to look, every now and then for a while from now on. They may be one.
pub fn raise(house: &SharedHouse, one: Username, other: Username) {
    let pair = (one.clone().min(other.clone()), one.max(other));
    if house.doubts.lock().insert(pair.clone(), Instant::now() + WHILE).is_none() {
        // It holds nothing up: a server that ends takes its doubts with it, and who comes back asks by itself.
        tokio::spawn(tell(Arc::downgrade(house), pair));
    }
}

async fn tell(house: std::sync::Weak<House>, pair: Pair) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(house) = house.upgrade() else { return };
        let (one, other) = &pair;
        house.bus.publish(one, Signal::Frame { frame: look(), except: None });
        if other != one {
            house.bus.publish(other, Signal::Frame { frame: look(), except: None });
        }
        let mut doubts = house.doubts.lock();
        if doubts.get(&pair).is_none_or(|until| *until <= Instant::now()) {
            doubts.remove(&pair);
            return;
        }
    }
}
