//! A node: the house, the hub and the connections of the server as they are, over the way to a shared store and a bus. It
//! ends in the middle of anything, or in order, and comes back with nothing but what the store has.

use std::sync::{Arc, atomic::Ordering};

use tokio::task::AbortHandle;

use super::{
    bus::BusEnd,
    depot::Depot,
    fate::{Happening, Life, START},
    link::{Plug, ToPage},
    world::World,
};
use crate::{
    protocol::{
        code::CloseCode,
        ids::{Id, Millis, Username},
    },
    server::{
        account::password::Passwords,
        address::Networks,
        config::{Config, Switch},
        connection::{self, Speech},
        dialect::Channels,
        doubts::Doubts,
        house::{House, SharedHouse},
        http::guard::Door,
        hub::Hub,
        limit::Buckets,
        store::{Session, SessionKey, SessionKind},
    },
};

/// Where limits are on they are low, so that a handful of messages meets them.
const PER_SECOND: f64 = 4.0;
const BURST: f64 = 6.0;
const DOWN_MS: [(u64, u64); 3] = [(1, 50), (200, 3_000), (1_000, 20_000)];

#[derive(Default)]
pub struct Node {
    /// `None` while no connection is taken.
    pub house: Option<SharedHouse>,
    /// Connections by their links, and whatever else it does.
    pub tasks: Vec<(Option<usize>, AbortHandle)>,
}

impl World {
    pub fn start_node(&mut self, node: usize) {
        if self.nodes[node].house.is_some() {
            return;
        }
        let mut fate = self.fate.lock();
        if fate.nodes[node].hub.is_some() {
            return;
        }
        fate.note(|| format!("node {node} starts"));
        let settings = Config { limits: if self.is_limited { Switch::On } else { Switch::Off }, ..Config::default() };
        let hub = Arc::new(Hub::new(settings.connections_per_account, settings.connections));
        let life = fate.nodes[node].start(Arc::clone(&hub));
        let (skew, memory) = (Arc::clone(&fate.nodes[node].skew), Arc::clone(&fate.memory));
        let is_cut_off = fate.nodes[node].is_cut_off;
        if is_cut_off {
            fate.plan(0, Happening::TellsCutOff { node, life });
        }
        drop(fate);
        let proxies = Networks::default();
        let (fate, began) = (self.fate.clone(), tokio::time::Instant::now());
        let since = fate.lock().now();
        let clock = move || {
            let elapsed = u64::try_from(began.elapsed().as_millis()).unwrap_or_default();
            Millis((START.0 + since + elapsed).saturating_add_signed(skew.load(Ordering::Relaxed)))
        };
        self.nodes[node].house = Some(Arc::new(House {
            doors: settings.doors(&proxies),
            proxies,
            door: Door::new("", 3000),
            store: Arc::new(Depot { fate: self.fate.clone(), memory, node, life }),
            bus: Arc::new(BusEnd { fate: self.fate.clone(), hub: Arc::clone(&hub), node, life }),
            hub,
            channels: Channels::default(),
            doubts: Doubts::default(),
            passwords: Passwords::new(),
            entries: self.is_limited.then(|| Buckets::new(PER_SECOND, BURST)),
            tries: None,
            guesses: None,
            clock: Box::new(clock),
            settings,
        }));
    }

    /// Ends a node in the middle of whatever it does. Where the machine goes with it, nobody hears of it.
    pub fn crash_node(&mut self, node: usize, is_machine: bool) {
        let mut fate = self.fate.lock();
        if fate.nodes[node].hub.take().is_none() {
            return;
        }
        fate.note(|| format!("node {node} crashes{}", if is_machine { ", and its machine with it" } else { "" }));
        fate.records.totals.crashes += 1;
        for (link, _) in &self.nodes[node].tasks {
            let Some(link) = *link else { continue };
            if is_machine {
                fate.links[link].cut();
            } else if fate.dice.is_within(50) {
                // What was on its way to the page is lost.
                fate.links[link].to_page.is_open = false;
                let delay = fate.latency();
                fate.plan(delay, Happening::EndsAtPage { link });
            }
        }
        let down = DOWN_MS[fate.dice.index(DOWN_MS.len())];
        let delay = fate.dice.within(down);
        fate.plan(delay, Happening::NodeStarts { node });
        fate.node_gone();
        drop(fate);
        self.nodes[node].house = None;
        self.nodes[node].tasks.drain(..).for_each(|(_, task)| task.abort());
    }

    /// Tells a node to end: it closes its connections, and is gone a little later.
    pub fn end_node(&mut self, node: usize) {
        let Some(house) = self.nodes[node].house.take() else { return };
        house.hub.close_all(CloseCode::GoingAway);
        let mut fate = self.fate.lock();
        fate.note(|| format!("node {node} is told to end"));
        let (delay, life) = (fate.dice.within((1_000, 5_000)), fate.nodes[node].life);
        fate.plan(delay, Happening::NodeEnds { node, life });
    }

    pub fn node_ends(&mut self, node: usize, life: Life) {
        if self.fate.lock().is_alive(node, life) {
            self.crash_node(node, false);
            self.fate.lock().records.totals.crashes -= 1;
        }
    }

    /// An upgrade reaches a node.
    pub fn arrive(&mut self, link: usize) {
        let mut fate = self.fate.lock();
        let (page, node) = (fate.links[link].page, fate.links[link].node);
        let house = self.nodes[node].house.clone().filter(|_| !fate.trouble.is_store_down);
        let Some(house) = house else {
            let delay = fate.latency();
            return fate.plan(delay, Happening::EndsAtPage { link });
        };
        fate.tell_page(link, ToPage::Opened);
        fate.note(|| format!("link {link} of page {page} reaches node {node}"));
        drop(fate);
        let session = session(self.username(page), self.pages[page].browser);
        let plug = Plug { fate: self.fate.clone(), link };
        let talking = async move {
            if let Some(talk) = connection::open(plug, Speech::Wire, house, session).await {
                talk.await;
            }
        };
        let task = tokio::spawn(talking);
        let tasks = &mut self.nodes[node].tasks;
        tasks.retain(|(_, task)| !task.is_finished());
        tasks.push((Some(link), task.abort_handle()));
    }
}

/// The sign-in of a browser.
pub fn session(username: &Username, browser: usize) -> Session {
    let mut key = [0; 32];
    key[0] = browser as u8;
    Session {
        key: SessionKey(key),
        public: Id::new(&format!("s{browser}")).expect("that is an id"),
        username: username.clone(),
        name: username.as_str().to_uppercase(),
        kind: SessionKind::Browser,
        label: String::new(),
        created: START,
        used: START,
    }
}
