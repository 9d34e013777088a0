//! Writes of which nobody knows what came of them. Such a write may still be on its way to the store after those concerned
//! have looked for it, and nothing would tell them when it lands: so they are told to look again, until it cannot any more.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
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
/// What those concerned are told.
pub const LOOK: ServerFrame = ServerFrame::Resync { within_ms: WITHIN_MS };

/// Those who are in doubt, each with the time until which they are; one task a person looks after them.
#[derive(Default)]
pub struct Doubts(Mutex<HashMap<Username, Instant>>);

impl Doubts {
    /// Whether somebody is still going to be told to look.
    #[cfg(test)]
    pub fn is_any(&self) -> bool {
        !self.lock().is_empty()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Username, Instant>> {
        // Each entry is whole before and after every change of it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Has somebody told to look, every now and then for a while from now on.
pub fn raise(house: &SharedHouse, who: &Username) {
    if house.doubts.lock().insert(who.clone(), Instant::now() + WHILE).is_none() {
        // It holds nothing up: a server that ends takes its doubts with it, and who comes back asks by itself.
        tokio::spawn(tell(Arc::downgrade(house), who.clone()));
    }
}

async fn tell(house: Weak<House>, who: Username) {
    loop {
        tokio::time::sleep(EVERY).await;
        let Some(house) = house.upgrade() else { return };
        house.bus.publish(&who, Signal::Frame { frame: LOOK, except: None });
        let mut doubts = house.doubts.lock();
        if doubts.get(&who).is_none_or(|until| *until <= Instant::now()) {
            doubts.remove(&who);
            return;
        }
    }
}
