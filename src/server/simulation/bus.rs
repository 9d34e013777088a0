//! The bus between the nodes of a simulated world: it delays, reorders, doubles and loses what is told, as the one over
//! Redis may, and as that one does it has everybody ask the store wherever something was lost.

use std::{
    collections::BTreeSet,
    sync::{Arc, atomic::AtomicI64},
    time::Duration,
};

use async_trait::async_trait;

use super::{
    fate::{Fate, Happening, Life, SharedFate},
    mutant::Mutant,
};
use crate::{
    protocol::{ids::Username, server::ServerFrame},
    server::{
        bus::{Bus, Signal},
        hub::Hub,
    },
};

/// How often a node that is cut off tells its connections to ask, and within what time they do.
const TELL_MS: u64 = 4_000;
const WITHIN_MS: u64 = 1_000;
/// How long until the others find that a node is gone.
const GONE_MS: (u64, u64) = (5_000, 25_000);
/// How long until a bus that had no room for something says so.
const SHORT_MS: (u64, u64) = (0, 2_000);

/// A node as the bus knows it.
pub struct NodeOnBus {
    pub life: Life,
    /// `None` while it is down.
    pub hub: Option<Arc<Hub>>,
    pub is_cut_off: bool,
    /// Whose channels it hears.
    heard: BTreeSet<Username>,
    /// How far its clock is from the world's, in milliseconds.
    pub skew: Arc<AtomicI64>,
}

impl NodeOnBus {
    pub fn down() -> Self {
        Self { life: 0, hub: None, is_cut_off: false, heard: BTreeSet::new(), skew: Arc::default() }
    }

    pub fn start(&mut self, hub: Arc<Hub>) -> Life {
        self.life += 1;
        self.hub = Some(hub);
        self.heard.clear();
        self.life
    }
}

impl Fate {
    pub fn is_alive(&self, node: usize, life: Life) -> bool {
        self.nodes[node].hub.is_some() && self.nodes[node].life == life
    }

    fn others(&self, node: usize) -> Vec<usize> {
        (0..self.nodes.len()).filter(|other| *other != node && self.nodes[*other].hub.is_some()).collect()
    }

    /// Tells the other nodes. Whose connection caused it means nothing there.
    fn broadcast(&mut self, node: usize, to: &Username, signal: &Signal) {
        let signal = match signal {
            Signal::Frame { frame, .. } => Signal::Frame { frame: frame.clone(), except: None },
            Signal::Revoked(key) => Signal::Revoked(*key),
        };
        for other in self.others(node) {
            if self.nodes[node].is_cut_off || self.nodes[other].is_cut_off {
                self.records.totals.signals_lost += 1;
                continue;
            }
            if self.dice.is_within(self.trouble.signals_lost) {
                self.records.totals.signals_lost += 1;
                self.note(|| format!("bus loses news for {to} from node {node} to node {other}"));
                let delay = self.dice.within(SHORT_MS);
                self.resync_all(delay);
                continue;
            }
            let life = self.nodes[other].life;
            let copies = 1 + u64::from(self.dice.is_within(self.trouble.signals_doubled));
            for _ in 0..copies {
                let delay = self.dice.within(self.trouble.signal_delay);
                let (to, signal) = (to.clone(), signal.clone());
                self.plan(delay, Happening::Signalled { node: other, life, to, signal });
            }
        }
    }

    pub fn signalled(&mut self, node: usize, life: Life, to: &Username, signal: &Signal) {
        let hears = self.is_alive(node, life) && !self.nodes[node].is_cut_off && self.nodes[node].heard.contains(to);
        if let Some(hub) = self.nodes[node].hub.as_ref().filter(|_| hears) {
            hub.deliver(to, signal);
        }
    }

    fn resync_all(&mut self, delay: u64) {
        for node in 0..self.nodes.len() {
            self.plan(delay, Happening::Resyncs { node });
        }
    }

    /// Tells all connections of a node to ask the store.
    pub fn resync(&mut self, node: usize) {
        if self.mutant == Some(Mutant::NoResync) {
            return;
        }
        if let Some(hub) = &self.nodes[node].hub {
            hub.tell_all(&ServerFrame::Resync { within_ms: WITHIN_MS });
        }
    }

    pub fn cut_bus(&mut self, node: usize) {
        let life = self.nodes[node].life;
        if !std::mem::replace(&mut self.nodes[node].is_cut_off, true) {
            self.records.totals.bus_cuts += 1;
            self.nodes[node].heard.clear();
            self.plan(0, Happening::TellsCutOff { node, life });
        }
    }

    pub fn tell_cut_off(&mut self, node: usize, life: Life) {
        if self.is_alive(node, life) && self.nodes[node].is_cut_off {
            self.resync(node);
            self.plan(TELL_MS, Happening::TellsCutOff { node, life });
        }
    }

    pub fn mend_bus(&mut self, node: usize) {
        if std::mem::take(&mut self.nodes[node].is_cut_off) {
            if let Some(hub) = &self.nodes[node].hub {
                self.nodes[node].heard = hub.present().into_iter().collect();
            }
            self.resync_all(0);
        }
    }

    /// The others find out in time.
    pub fn node_gone(&mut self) {
        let delay = self.dice.within(GONE_MS);
        self.resync_all(delay);
    }
}

/// A node's end of the bus, in one of its lives.
pub struct BusEnd {
    pub fate: SharedFate,
    pub hub: Arc<Hub>,
    pub node: usize,
    pub life: Life,
}

impl BusEnd {
    fn hear(&self, username: &Username) {
        let mut fate = self.fate.lock();
        if fate.is_alive(self.node, self.life) && !fate.nodes[self.node].is_cut_off {
            fate.nodes[self.node].heard.insert(username.clone());
        }
    }
}

#[async_trait]
impl Bus for BusEnd {
    fn publish(&self, to: &Username, signal: Signal) {
        let mut fate = self.fate.lock();
        if fate.is_alive(self.node, self.life) {
            self.hub.deliver(to, &signal);
            fate.broadcast(self.node, to, &signal);
        }
    }

    async fn arrived(&self, username: &Username) {
        let (delay, is_late) = {
            let mut fate = self.fate.lock();
            let delay = fate.trouble.signal_delay;
            (fate.dice.within(delay), fate.mutant == Some(Mutant::InboxBeforeJoin))
        };
        if is_late {
            let hearing =
                Self { fate: self.fate.clone(), hub: Arc::clone(&self.hub), node: self.node, life: self.life };
            let username = username.clone();
            tokio::spawn(async move {
                tokio::time::sleep(Duration::from_millis(100 + delay)).await;
                hearing.hear(&username);
            });
            return;
        }
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        self.hear(username);
    }

    async fn departed(&self, username: &Username) {
        let mut fate = self.fate.lock();
        if fate.is_alive(self.node, self.life) && !self.hub.is_present(username) {
            fate.nodes[self.node].heard.remove(username);
        }
    }

    async fn online(&self, usernames: &[Username]) -> Vec<bool> {
        let fate = self.fate.lock();
        let is_cut_off = fate.nodes[self.node].is_cut_off;
        let sees = |node: &&NodeOnBus| !is_cut_off && !node.is_cut_off;
        let hubs: Vec<_> = fate.nodes.iter().filter(sees).filter_map(|node| node.hub.clone()).collect();
        let is_there =
            |username: &Username| self.hub.is_present(username) || hubs.iter().any(|hub| hub.is_present(username));
        usernames.iter().map(is_there).collect()
    }
}
