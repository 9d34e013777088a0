//! A page in a browser: the chat as it is shipped, and hands that carry out what it wants, as `browser/hands.rs` does. What
//! a browser keeps outlives its pages, as IndexedDB would.

use std::collections::{BTreeMap, VecDeque};

use super::{
    fate::{Happening, Life, START},
    link::{Link, ToNode},
    world::World,
};
use crate::{
    chat::{Chat, Effect, Event, Known, event::Waiting},
    protocol::{
        client::ClientFrame,
        ids::{Id, Millis, Username},
    },
};

/// As in `browser/hands.rs`.
const LONGEST_ALARM_MS: u64 = 60_000;

/// One browser of one person, with all its tabs.
pub struct Browser {
    pub person: usize,
    pub kept: Kept,
    pub tabs: Vec<usize>,
    /// The tab that holds the lock.
    pub sender: Option<usize>,
    pub is_offline: bool,
    /// How far its clock is from the world's.
    pub skew: i64,
}

/// What a browser keeps.
#[derive(Default)]
pub struct Kept {
    pub outbox: BTreeMap<Id, Waiting>,
    pub known: BTreeMap<Username, Known>,
}

impl Kept {
    /// In the order of writing.
    pub fn waiting(&self) -> Vec<Waiting> {
        let mut waiting: Vec<_> = self.outbox.values().cloned().collect();
        waiting.sort_by(|one, other| one.written.cmp(&other.written).then_with(|| one.id.cmp(&other.id)));
        waiting
    }

    fn remember(&mut self, peer: Username, mut known: Known) {
        if known.is_short()
            && let Some(stored) = self.known.remove(&peer)
        {
            known = known.lengthened(stored);
        }
        self.known.insert(peer, known);
    }
}

/// A tab. `None` for a chat: it is closed, or loads.
pub struct Page {
    pub browser: usize,
    pub life: Life,
    pub is_open: bool,
    pub chat: Option<Chat>,
    /// The conversation that the address names.
    pub at: Option<Username>,
    pub link: Option<usize>,
    pub alarm: u64,
    pub jobs: VecDeque<(Effect, Option<Known>)>,
    /// What takes the worker some time.
    pub job: Option<(Effect, Option<Known>)>,
    pub is_working: bool,
    events: VecDeque<Event>,
    is_telling: bool,
}

impl Page {
    pub fn new(browser: usize) -> Self {
        Self {
            browser,
            life: 0,
            is_open: false,
            chat: None,
            at: None,
            link: None,
            alarm: 0,
            jobs: VecDeque::new(),
            job: None,
            is_working: false,
            events: VecDeque::new(),
            is_telling: false,
        }
    }
}

impl World {
    pub fn page_clock(&self, page: usize) -> Millis {
        let skew = self.browsers[self.pages[page].browser].skew;
        Millis((START.0 + self.fate.lock().now()).saturating_add_signed(skew))
    }

    pub fn username(&self, page: usize) -> &Username {
        &self.people[self.browsers[self.pages[page].browser].person]
    }

    /// Tells the page something, and has its hands do what comes of it.
    pub fn tell(&mut self, page: usize, event: Event) {
        self.pages[page].events.push_back(event);
        if std::mem::replace(&mut self.pages[page].is_telling, true) {
            return;
        }
        while let Some(event) = self.pages[page].events.pop_front() {
            let now = self.page_clock(page);
            let Page { chat: Some(chat), jobs, .. } = &mut self.pages[page] else { break };
            let effects = {
                let mut fate = self.fate.lock();
                match &event {
                    Event::Frame(_) | Event::Woke | Event::Stored => {}
                    Event::Recalled { peer, .. } => fate.note(|| format!("page {page} recalls {peer}")),
                    event => fate.note(|| format!("page {page} {event:?}")),
                }
                chat.apply(event, now, &mut || fate.dice.number())
            };
            for effect in effects {
                let known = match &effect {
                    Effect::Remember { peer } => chat.export(peer.as_str()),
                    _ => None,
                };
                jobs.push_back((effect, known));
            }
            self.work(page);
        }
        self.pages[page].events.clear();
        self.pages[page].is_telling = false;
    }

    /// The worker does one thing after another.
    pub fn work(&mut self, page: usize) {
        while !self.pages[page].is_working
            && let Some(job) = self.pages[page].jobs.pop_front()
        {
            let is_disk =
                matches!(job.0, Effect::Keep(_) | Effect::Forget(_) | Effect::Remember { .. } | Effect::Recall { .. });
            let mut fate = self.fate.lock();
            let most = fate.trouble.disk_delay;
            let delay = if is_disk { fate.dice.within(most) } else { 0 };
            if delay > 0 {
                let life = self.pages[page].life;
                fate.plan(delay, Happening::Worked { page, life });
                drop(fate);
                self.pages[page].is_working = true;
                self.pages[page].job = Some(job);
            } else {
                drop(fate);
                self.carry_out(page, job.0, job.1);
            }
        }
    }

    pub fn worked(&mut self, page: usize) {
        self.pages[page].is_working = false;
        if let Some((effect, known)) = self.pages[page].job.take() {
            self.carry_out(page, effect, known);
        }
        self.work(page);
    }

    fn carry_out(&mut self, page: usize, effect: Effect, known: Option<Known>) {
        let browser = self.pages[page].browser;
        match effect {
            Effect::Connect => self.connect(page),
            Effect::Disconnect => self.hang_up(page),
            Effect::Transmit(frame) => self.transmit(page, &frame),
            Effect::Keep(waiting) => {
                let id = waiting.id.clone();
                self.keep(page, waiting);
                self.tell(page, Event::Kept(id));
                self.say_outbox_changed(page);
            }
            Effect::Forget(id) => {
                self.browsers[browser].kept.outbox.remove(&id);
                self.say_outbox_changed(page);
            }
            Effect::Remember { peer } => {
                if let Some(known) = known {
                    if let Some(row) = &known.conversation {
                        let life = self.pages[page].life;
                        self.fate.lock().records.facts.row(page, life, row);
                    }
                    self.browsers[browser].kept.remember(peer, known);
                }
                self.tell(page, Event::Stored);
            }
            Effect::Recall { peer } => {
                let known = self.browsers[browser].kept.known.get(&peer).cloned();
                self.tell(page, Event::Recalled { peer, known });
            }
            Effect::Ring { .. } => {}
            Effect::AskSession => self.ask_session(page),
            Effect::Wake(at) => self.wake(page, at),
            Effect::SignIn => {
                let mut fate = self.fate.lock();
                fate.records.facts.wrong.push(format!("page {page} was sent away, though its session stands"));
            }
        }
    }

    pub fn keep(&mut self, page: usize, waiting: Waiting) {
        let browser = self.pages[page].browser;
        let key = (self.username(page).clone(), waiting.id.clone());
        let facts = &mut self.fate.lock().records.facts;
        match &waiting.refused {
            None if facts.dropped.contains(&key) => {}
            None => drop(facts.kept.insert(key, browser)),
            Some(refusal) => drop(facts.refused.insert(key, refusal.code)),
        }
        self.browsers[browser].kept.outbox.insert(waiting.id.clone(), waiting);
    }

    pub fn say_outbox_changed(&mut self, page: usize) {
        let tabs = self.browsers[self.pages[page].browser].tabs.clone();
        for other in tabs.into_iter().filter(|other| *other != page && self.pages[*other].is_open) {
            let life = self.pages[other].life;
            let mut fate = self.fate.lock();
            let delay = fate.dice.below(4);
            fate.plan(delay, Happening::Shared { page: other, life });
        }
    }

    fn transmit(&mut self, page: usize, frame: &ClientFrame) {
        let author = self.username(page).clone();
        let mut fate = self.fate.lock();
        fate.records.facts.tried(&author, frame);
        fate.note(|| match frame {
            // A bookmark differs from run to run.
            ClientFrame::Inbox(inbox) => format!("page {page} asks inbox {}", inbox.id),
            other => format!("page {page} says {other:?}"),
        });
        // A socket that is not open yet, or no more, loses it.
        if let Some(link) = self.pages[page].link
            && fate.links[link].is_open
            && let Ok(text) = serde_json::to_string(frame)
        {
            fate.tell_node(link, ToNode::Text(text));
        }
    }

    fn connect(&mut self, page: usize) {
        let is_offline = self.browsers[self.pages[page].browser].is_offline;
        let mut fate = self.fate.lock();
        let count = fate.nodes.len();
        let node = fate.dice.index(count);
        let link = fate.links.len();
        fate.links.push(Link::new(page, node));
        self.pages[page].link = Some(link);
        let delay = fate.latency();
        if is_offline || fate.nodes[node].hub.is_none() {
            // Most networks say so; some say nothing.
            if fate.dice.is_within(85) {
                fate.plan(delay + 1, Happening::EndsAtPage { link });
            }
        } else {
            fate.plan(delay, Happening::Arrives { link });
        }
    }

    /// The browser closes the socket, and nothing more of it is heard.
    pub fn hang_up(&mut self, page: usize) {
        if let Some(link) = self.pages[page].link.take() {
            let mut fate = self.fate.lock();
            fate.links[link].to_page.is_open = false;
            fate.tell_node(link, ToNode::Close);
        }
    }

    fn ask_session(&mut self, page: usize) {
        let is_offline = self.browsers[self.pages[page].browser].is_offline;
        let life = self.pages[page].life;
        let mut fate = self.fate.lock();
        let is_reached = !is_offline && fate.nodes.iter().any(|node| node.hub.is_some());
        let event = Box::new(Event::Session(is_reached.then_some(true)));
        let delay = fate.latency();
        fate.plan(delay, Happening::Tells { page, life, event });
    }

    fn wake(&mut self, page: usize, at: Millis) {
        let delay = at.since(self.page_clock(page)).min(LONGEST_ALARM_MS);
        self.pages[page].alarm += 1;
        let Page { alarm, life, .. } = self.pages[page];
        self.fate.lock().plan(delay, Happening::Rings { page, life, alarm });
    }
}
