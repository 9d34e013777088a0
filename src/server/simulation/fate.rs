//! What all parts of a simulated world share: the time, chance, what is going to happen, the links, and what is written
//! down. Every thread of a world is the same one, so the lock is never waited for; the store, the bus and the sockets of
//! the server need it because their traits do.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BinaryHeap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::extract::ws::Utf8Bytes;
use tokio::{sync::Notify, time::Instant};

use super::{
    bus::NodeOnBus,
    depot::Commit,
    dice::Dice,
    link::{Link, ToNode, ToPage},
    mutant::Mutant,
    records::Records,
    trouble::Trouble,
};
use crate::{
    app::opening::Opening,
    chat::Event,
    protocol::ids::{Millis, Username},
    server::{bus::Signal, store::memory::Memory},
};

/// The first moment of every world.
pub const START: Millis = Millis(1_790_000_000_000);

/// One life of a page or of a node: what was meant for an earlier one is not for the next.
pub type Life = u64;

/// Something that is going to happen.
pub enum Happening {
    /// A person, or trouble, does the next thing.
    Step,
    ToNode {
        link: usize,
        what: ToNode,
    },
    ToPage {
        link: usize,
        what: ToPage,
    },
    /// An upgrade reaches the node.
    Arrives {
        link: usize,
    },
    /// The node finds the line dead, or the page does.
    EndsAtNode {
        link: usize,
    },
    EndsAtPage {
        link: usize,
    },
    /// A write reaches the log.
    Commits(Box<Commit>),
    /// What came of it reaches the node.
    Answers(Box<dyn FnOnce() + Send>),
    Signalled {
        node: usize,
        life: Life,
        to: Username,
        signal: Signal,
    },
    /// All connections of a node are told to ask.
    Resyncs {
        node: usize,
    },
    /// The same, again and again while its bus is cut off.
    TellsCutOff {
        node: usize,
        life: Life,
    },
    NodeStarts {
        node: usize,
    },
    /// What is left of a node that was told to end.
    NodeEnds {
        node: usize,
        life: Life,
    },
    Rings {
        page: usize,
        life: Life,
        alarm: u64,
    },
    /// The page's worker has done what took it some time.
    Worked {
        page: usize,
        life: Life,
    },
    Tells {
        page: usize,
        life: Life,
        event: Box<Event>,
    },
    /// Another tab changed the shared outbox.
    Shared {
        page: usize,
        life: Life,
    },
    /// What the server rendered has arrived; `None`: it did not come.
    Loaded {
        page: usize,
        life: Life,
        opening: Option<Box<Opening>>,
    },
    /// The page has read what is kept, and joins the other tabs.
    Joins {
        page: usize,
        life: Life,
    },
}

struct Planned {
    at: u64,
    number: u64,
    happening: Happening,
}

impl PartialEq for Planned {
    fn eq(&self, other: &Self) -> bool {
        self.number == other.number
    }
}

impl Eq for Planned {}

impl PartialOrd for Planned {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Planned {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

#[derive(Clone)]
pub struct SharedFate(Arc<Mutex<Fate>>);

pub struct Fate {
    pub dice: Dice,
    pub trouble: Trouble,
    pub records: Records,
    pub links: Vec<Link>,
    pub nodes: Vec<NodeOnBus>,
    pub memory: Arc<Memory>,
    pub mutant: Option<Mutant>,
    /// Until when writes of one conversation at one node are under way: they reach the log in their order.
    pub queues: BTreeMap<(usize, Username, Username), u64>,
    began: Instant,
    agenda: BinaryHeap<Reverse<Planned>>,
    count: u64,
    /// How many of what is planned is no alarm.
    under_way: usize,
    /// Until when the world sleeps, unless it is woken.
    sleeps_until: u64,
    sooner: Arc<Notify>,
}

impl SharedFate {
    /// To be called within a runtime whose time is virtual.
    pub fn new(seed: u64, trouble: Trouble, mutant: Option<Mutant>, memory: Arc<Memory>, is_traced: bool) -> Self {
        Self(Arc::new(Mutex::new(Fate {
            dice: Dice::new(seed),
            trouble,
            records: Records::new(is_traced),
            links: Vec::new(),
            nodes: Vec::new(),
            memory,
            mutant,
            queues: BTreeMap::new(),
            began: Instant::now(),
            agenda: BinaryHeap::new(),
            count: 0,
            under_way: 0,
            sleeps_until: u64::MAX,
            sooner: Arc::default(),
        })))
    }

    pub fn lock(&self) -> MutexGuard<'_, Fate> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What happens next, if that is not later than `end`; the time is then when it happens, or `end`.
    pub async fn next(&self, end: u64) -> Option<Happening> {
        loop {
            let (at, sooner) = {
                let mut fate = self.lock();
                let now = fate.now();
                if let Some(happening) = fate.take_due(now) {
                    return Some(happening);
                }
                if now >= end {
                    return None;
                }
                let at = fate.agenda.peek().map_or(end, |Reverse(planned)| planned.at).min(end);
                fate.sleeps_until = at;
                (fate.began + std::time::Duration::from_millis(at), Arc::clone(&fate.sooner))
            };
            tokio::select! {
                biased;
                () = sooner.notified() => {}
                () = tokio::time::sleep_until(at) => {}
            }
            self.lock().sleeps_until = u64::MAX;
        }
    }
}

impl Fate {
    /// Milliseconds since the world began.
    pub fn now(&self) -> u64 {
        u64::try_from((Instant::now() - self.began).as_millis()).unwrap_or(u64::MAX)
    }

    pub fn plan(&mut self, delay: u64, happening: Happening) {
        self.plan_at(self.now() + delay, happening);
    }

    pub fn plan_at(&mut self, at: u64, happening: Happening) {
        self.under_way += usize::from(!is_alarm(&happening));
        self.count += 1;
        self.agenda.push(Reverse(Planned { at, number: self.count, happening }));
        if at < self.sleeps_until {
            self.sleeps_until = 0;
            self.sooner.notify_one();
        }
    }

    fn take_due(&mut self, now: u64) -> Option<Happening> {
        let Reverse(first) = self.agenda.peek()?;
        if first.at > now {
            return None;
        }
        let Reverse(planned) = self.agenda.pop()?;
        self.under_way -= usize::from(!is_alarm(&planned.happening));
        Some(planned.happening)
    }

    /// How much has happened, or will.
    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_quiet(&self) -> bool {
        self.under_way == 0
    }

    /// Writes down what happened, where somebody will read it.
    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if self.records.trace.is_some() {
            let line = format!("{:>8} {}", self.now(), line());
            self.records.trace.get_or_insert_default().push(line);
        }
    }

    pub fn latency(&mut self) -> u64 {
        self.dice.within(self.trouble.latency)
    }

    /// Says something to a node, in the order in which it is said.
    pub fn tell_node(&mut self, link: usize, what: ToNode) {
        let at = self.now() + self.latency();
        if let Some(at) = self.links[link].to_node.take_place(at) {
            self.plan_at(at, Happening::ToNode { link, what });
        }
    }

    /// Says something to a page, in the order in which it is said.
    pub fn tell_page(&mut self, link: usize, what: ToPage) {
        let at = self.now() + self.latency();
        if let Some(at) = self.links[link].to_page.take_place(at) {
            self.plan_at(at, Happening::ToPage { link, what });
        }
    }

    pub fn say(&mut self, link: usize, text: Utf8Bytes) {
        self.tell_page(link, ToPage::Text(text));
    }
}

/// What rings by itself is nothing that anybody waits for.
fn is_alarm(happening: &Happening) -> bool {
    matches!(happening, Happening::Rings { .. } | Happening::TellsCutOff { .. } | Happening::Resyncs { .. })
}
