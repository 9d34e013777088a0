//! A world: people with browsers, nodes with a store and a bus between them, and what happens to all of them, one thing
//! after another. It has one thread and a virtual time, so that the same seed is the same world.

use std::sync::Arc;

use super::{
    bus::NodeOnBus,
    dice::Dice,
    fate::{Fate, Happening, Life, SharedFate},
    link::ToPage,
    mutant::Mutant,
    node::{self, Node},
    page::{Browser, Kept, Page},
    trouble::{Deed, Plan},
};
use crate::{
    chat::Event,
    protocol::{ids::Username, server::ServerFrame},
    server::store::{NewAccount, Store, memory::Memory},
};

pub struct World {
    pub fate: SharedFate,
    pub nodes: Vec<Node>,
    pub pages: Vec<Page>,
    pub browsers: Vec<Browser>,
    pub people: Vec<Username>,
    pub is_limited: bool,
    pub deeds: Vec<(Deed, u64)>,
    pub steps: usize,
    pub pauses: [(u64, u64); 2],
    /// How many things were said.
    pub said: u64,
}

impl World {
    pub async fn new(seed: u64, mutant: Option<Mutant>, is_traced: bool) -> Self {
        let mut dice = Dice::new(seed);
        let plan = Plan::draw(&mut dice);
        let memory = Arc::new(Memory::new());
        let people: Vec<_> = ["ann", "bob", "cy"].into_iter().take(plan.people).map(Username::from_canonical).collect();
        let fate = SharedFate::new(dice.number(), plan.trouble, mutant, Arc::clone(&memory), is_traced);
        fate.lock().nodes = (0..plan.nodes).map(|_| NodeOnBus::down()).collect();
        let mut world = Self {
            fate,
            nodes: (0..plan.nodes).map(|_| Node::default()).collect(),
            pages: Vec::new(),
            browsers: Vec::new(),
            people,
            is_limited: plan.is_limited,
            deeds: plan.deeds,
            steps: plan.steps,
            pauses: [plan.pause, plan.long_pause],
            said: 0,
        };
        world.settle_in(&memory, &plan.browsers).await;
        world
    }

    async fn settle_in(&mut self, memory: &Memory, browsers: &[Vec<usize>]) {
        for (person, tabs) in browsers.iter().enumerate() {
            let username = self.people[person].clone();
            let account = NewAccount {
                skeleton: username.to_string(),
                name: username.as_str().to_uppercase(),
                username: username.clone(),
                password: String::new(),
                at: super::fate::START,
                invite: None,
            };
            memory.register(account).await.expect("nobody has this name");
            for count in tabs {
                let browser = self.browsers.len();
                let session = node::session(&username, browser);
                memory.open_session(session).await.expect("the account is there");
                let first = self.pages.len();
                self.pages.extend((0..*count).map(|_| Page::new(browser)));
                let tabs = (first..first + count).collect();
                let kept = Kept::default();
                self.browsers.push(Browser { person, kept, tabs, sender: None, is_offline: false, skew: 0 });
            }
        }
    }

    /// Lives until this moment.
    pub async fn live(&mut self, end: u64) {
        while let Some(happening) = self.fate.next(end).await {
            self.happen(happening);
            // Whoever was woken by it goes first.
            tokio::task::yield_now().await;
        }
    }

    fn happen(&mut self, happening: Happening) {
        match happening {
            Happening::Step => self.step(),
            Happening::ToNode { link, what } => {
                let mut fate = self.fate.lock();
                if fate.links[link].to_node.is_open {
                    fate.links[link].hear(what);
                }
            }
            Happening::ToPage { link, what } => self.hear(link, what),
            Happening::Arrives { link } => self.arrive(link),
            Happening::EndsAtNode { link } => self.fate.lock().links[link].end(),
            Happening::EndsAtPage { link } => self.closed(link, None),
            Happening::Commits(commit) => self.fate.lock().commit(*commit),
            Happening::Answers(answer) => answer(),
            Happening::Signalled { node, life, to, signal } => self.fate.lock().signalled(node, life, &to, &signal),
            Happening::Resyncs { node } => self.fate.lock().resync(node),
            Happening::TellsCutOff { node, life } => self.fate.lock().tell_cut_off(node, life),
            Happening::NodeStarts { node } => self.start_node(node),
            Happening::NodeEnds { node, life } => self.node_ends(node, life),
            page => self.happen_to_page(page),
        }
    }

    fn happen_to_page(&mut self, happening: Happening) {
        let is_now = |world: &Self, page: usize, life: Life| {
            let state = &world.pages[page];
            state.life == life && state.is_open
        };
        match happening {
            Happening::Rings { page, life, alarm } if is_now(self, page, life) && self.pages[page].alarm == alarm => {
                self.tell(page, Event::Woke);
            }
            Happening::Worked { page, life } if is_now(self, page, life) => self.worked(page),
            Happening::Tells { page, life, event } if is_now(self, page, life) => self.tell(page, *event),
            Happening::Shared { page, life } if is_now(self, page, life) && self.pages[page].chat.is_some() => {
                let waiting = self.browsers[self.pages[page].browser].kept.waiting();
                self.tell(page, Event::OutboxChanged(waiting));
            }
            Happening::Loaded { page, life, opening } if is_now(self, page, life) => self.loaded(page, opening),
            Happening::Joins { page, life } if is_now(self, page, life) => self.join(page),
            _ => {}
        }
    }

    /// A page hears something of the link that it has, and of no other.
    fn hear(&mut self, link: usize, what: ToPage) {
        let mut fate = self.fate.lock();
        let page = fate.links[link].page;
        if !fate.links[link].to_page.is_open || self.pages[page].link != Some(link) {
            return;
        }
        match what {
            ToPage::Opened => {
                fate.links[link].is_open = true;
                drop(fate);
                self.tell(page, Event::SocketOpened);
            }
            ToPage::Text(text) => {
                let Ok(frame) = ServerFrame::decode(&text) else {
                    fate.records.facts.wrong.push(format!("page {page} cannot read {text}"));
                    return;
                };
                write_down(&mut fate, page, self.username(page), &frame);
                drop(fate);
                self.tell(page, Event::Frame(frame));
            }
            ToPage::Closed(code) => {
                drop(fate);
                self.closed(link, code);
            }
        }
    }

    fn closed(&mut self, link: usize, code: Option<u16>) {
        let mut fate = self.fate.lock();
        let page = fate.links[link].page;
        fate.links[link].to_page.is_open = false;
        if self.pages[page].link != Some(link) {
            return;
        }
        fate.tell_node(link, super::link::ToNode::Close);
        drop(fate);
        self.pages[page].link = None;
        self.tell(page, Event::SocketClosed { code });
    }
}

/// What a page was told goes down as a fact.
fn write_down(fate: &mut Fate, page: usize, you: &Username, frame: &ServerFrame) {
    fate.note(|| format!("page {page} hears {}", told(frame)));
    let facts = &mut fate.records.facts;
    match frame {
        ServerFrame::Sent(sent) => facts.answers.push((you.clone(), sent.clone())),
        ServerFrame::Entry { peer, entry } => facts.saw(you, peer, entry),
        ServerFrame::History(history) => history.entries.iter().for_each(|entry| facts.saw(you, &history.peer, entry)),
        ServerFrame::Error(refused) if !refused.code.is_passing() => {
            if let Some(id) = &refused.id {
                let key = (you.clone(), id.clone());
                if facts.tries.contains_key(&key) {
                    facts.was_refused.insert(key.clone());
                    facts.refused.insert(key, refused.code);
                }
            }
        }
        _ => {}
    }
}

/// A frame in few words, without what differs from run to run.
fn told(frame: &ServerFrame) -> String {
    match frame {
        ServerFrame::Inbox(inbox) => {
            let row = |row: &crate::protocol::server::Conversation| {
                format!(" {}: {} of {}, {} unread", row.peer, row.read, row.head, row.unread)
            };
            format!("inbox {}{}", inbox.id, inbox.conversations.iter().map(row).collect::<String>())
        }
        ServerFrame::History(history) => {
            let seqs: Vec<_> = history.entries.iter().map(|entry| entry.seq.0).collect();
            format!("history {} with {}: {seqs:?} of {}", history.id, history.peer, history.head)
        }
        other => format!("{other:?}"),
    }
}
