//! What all connections and pages of this process share.

use std::{
    net::IpAddr,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::{
    protocol::ids::{Millis, Username},
    server::{
        account::{guesses::Guesses, password::Passwords},
        address::{Doors, Networks},
        bus::SharedBus,
        config::{Config, Switch},
        dialect::Channels,
        doubts::Doubts,
        fault,
        http::guard::Door,
        hub::Hub,
        limit::Buckets,
        store::SharedStore,
    },
};

pub type SharedHouse = Arc<House>;

pub struct House {
    pub settings: Config,
    pub door: Door,
    pub store: SharedStore,
    pub bus: SharedBus,
    pub hub: Arc<Hub>,
    pub channels: Channels,
    pub passwords: Passwords,
    /// How often an account may write; none where limits are off.
    pub entries: Option<Buckets<Username>>,
    /// How often an address may try a password or register; none where limits are off.
    pub tries: Option<Buckets<IpAddr>>,
    /// Wrong passwords of each account and device; none where limits are off.
    pub guesses: Option<Guesses>,
    /// Who may say for whom it asks.
    pub proxies: Networks,
    /// Who must look again, for a write that concerns them may have landed.
    pub doubts: Doubts,
    /// The sockets of each address behind such a proxy.
    pub doors: Doors,
    /// What tells the time.
    pub clock: Clock,
}

pub type Clock = Box<dyn Fn() -> Millis + Send + Sync>;

impl House {
    pub fn new(settings: Config, port: u16, store: SharedStore, bus: SharedBus, hub: Arc<Hub>) -> Self {
        let is_limited = settings.limits == Switch::On;
        let (per_second, burst) = (f64::from(settings.entries_per_second), f64::from(settings.entries_burst));
        let tries = f64::from(settings.tries_per_minute);
        // They were read when the settings were judged.
        let proxies = settings.proxies().unwrap_or_default();
        Self {
            doors: settings.doors(&proxies),
            proxies,
            door: Door::new(&settings.origin, port),
            store,
            bus,
            hub,
            channels: Channels::default(),
            doubts: Doubts::default(),
            passwords: Passwords::new(),
            entries: is_limited.then(|| Buckets::new(per_second, burst)),
            tries: is_limited.then(|| Buckets::new(tries / 60.0, tries)),
            clock: Box::new(now),
            guesses: is_limited.then(Guesses::default),
            settings,
        }
    }

    pub fn is_limited(&self) -> bool {
        self.settings.limits == Switch::On
    }

    /// The server's clock.
    pub fn now(&self) -> Millis {
        (self.clock)()
    }
}

/// The clock of this machine.
pub fn now() -> Millis {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(fault::clock(u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX)))
}
