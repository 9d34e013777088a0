//! A conversation as a person sees it, without a browser, a socket or a clock.
//!
//! `Chat` is a state machine: an `Event` comes in with the time, `Effect`s come out for `browser` to carry out. The
//! timeline is a fold of the log (`timeline.rs`, `scene.rs`), unsent work waits in the `outbox`, the `link` knows when to
//! come back. The server renders the first page with the same fold. Randomness comes in as an argument. Start reading
//! at `apply`: `act.rs` is what the person and the world do, `receive.rs` what the server says, `pump.rs` what is due.

mod act;
mod asks;
mod conversation;
mod effect;
pub mod event;
mod folded;
mod inbox;
mod known;
mod link;
mod marks;
mod outbox;
mod paging;
mod people;
mod pump;
mod receive;
mod rows;
mod scene;
mod timeline;
mod typing;
mod window;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use self::{conversation::Conversation, inbox::Inbox, link::Link, outbox::Outbox, rows::Divider, typing::Typing};
pub use self::{
    effect::Effect,
    event::{Event, What},
    known::Known,
    link::Phase,
    people::{Person, Preview},
    rows::{By, MessageRow, Quote, Refused, Row, Rows, Status},
};
use crate::protocol::{
    ids::{Id, Millis, Seq, Username},
    server::{self, History, You},
};

/// All that one page knows.
#[derive(Debug)]
pub struct Chat {
    you: You,
    conversations: BTreeMap<Username, Conversation>,
    outbox: Outbox,
    link: Link,
    inbox: Inbox,
    typing: Typing,
    open: Option<Open>,
    is_sender: bool,
    /// Counts what was asked, so that answers find their questions.
    questions: u64,
    alarm: Option<Millis>,
    /// The time of the last event, and how far the browser's clock was put back since the page began.
    time: Millis,
    ahead_ms: u64,
}

#[derive(Debug)]
struct Open {
    peer: Username,
    divider: Option<Divider>,
    /// The message that one wants to see, until it is loaded.
    sought: Option<Seq>,
}

/// One call of `apply`: what came with the event, and what it has led to so far.
struct Turn<'a> {
    now: Millis,
    random: &'a mut dyn FnMut() -> u64,
    effects: Vec<Effect>,
    changed: BTreeSet<Username>,
}

impl Chat {
    /// From what the server rendered: the same on both sides.
    pub fn new(you: You, inbox: Vec<server::Conversation>, since: String, open: Option<History>) -> Self {
        let mut chat = Self {
            you,
            conversations: BTreeMap::new(),
            outbox: Outbox::default(),
            link: Link::new(),
            inbox: Inbox { since, ..Inbox::default() },
            typing: Typing::default(),
            open: None,
            is_sender: false,
            questions: 0,
            alarm: None,
            time: Millis(0),
            ahead_ms: 0,
        };
        for row in inbox {
            let peer = row.peer.clone();
            let conversation = chat.conversations.entry(peer).or_default();
            conversation.replace_row(&chat.you.username, row);
        }
        if let Some(page) = open {
            let peer = page.peer.clone();
            let conversation = chat.conversations.entry(peer.clone()).or_default();
            conversation.load(page);
            conversation.recount(&chat.you.username);
            chat.open(peer);
        }
        chat
    }

    /// Takes one event and says what to do about it, in order.
    pub fn apply(&mut self, event: Event, now: Millis, random: &mut dyn FnMut() -> u64) -> Vec<Effect> {
        let now = self.steady(now);
        let mut turn = Turn { now, random, effects: Vec::new(), changed: BTreeSet::new() };
        let was_connected = self.link.is_connected();
        if event == Event::Woke {
            self.alarm = None;
        }
        self.link.start(now, &mut turn.effects);
        match event {
            Event::Frame(frame) => self.receive(frame, &mut turn),
            event => self.act(event, &mut turn),
        }
        if was_connected && !self.link.is_connected() {
            self.lose();
        }
        self.pump(&mut turn);
        for effect in &mut turn.effects {
            if let Effect::Wake(at) = effect {
                *at = Millis(at.since(Millis(self.ahead_ms)));
            }
        }
        turn.effects
    }

    /// Time as it passes: what waits for a moment does not wait longer because somebody put the clock back.
    fn steady(&mut self, now: Millis) -> Millis {
        self.ahead_ms += self.time.since(now.plus(self.ahead_ms));
        self.time = now.plus(self.ahead_ms);
        self.time
    }

    pub fn you(&self) -> &You {
        &self.you
    }

    /// The list, newest first.
    pub fn people(&self) -> Vec<Person> {
        let mut peers = BTreeSet::new();
        peers.extend(self.outbox.peers());
        peers.extend(self.conversations.keys());
        let mut people: Vec<Person> = peers.into_iter().filter_map(|peer| self.person(peer.as_str())).collect();
        people.sort_by_key(|person| std::cmp::Reverse(person.at));
        people
    }

    /// Of the list, whom these words name: each stands somewhere in the shown name or the username.
    pub fn find_people(&self, words: &str) -> Vec<Person> {
        let words = people::plain(words);
        let mut people = self.people();
        people.retain(|person| {
            let name = people::plain(&person.name);
            words.split_whitespace().all(|word| name.contains(word) || person.peer.as_str().contains(word))
        });
        people
    }

    /// `None` where nothing was ever said, and nothing waits to be.
    pub fn person(&self, peer: &str) -> Option<Person> {
        let conversation = self.conversations.get(peer);
        let row = conversation.and_then(|conversation| conversation.row.as_ref());
        if let (Some(conversation), Some(row)) = (conversation, row) {
            let waiting = self.outbox.with(peer);
            return Some(people::person(&self.you.username, conversation, row, waiting));
        }
        let written_to = &self.outbox.with(peer).next()?.peer;
        Some(people::stranger(written_to, self.outbox.with(peer)))
    }

    /// Nobody has this name.
    pub fn is_unknown(&self, peer: &str) -> bool {
        let conversation = self.conversations.get(peer);
        conversation.is_some_and(|conversation| conversation.is_unknown)
    }

    pub fn unread_total(&self) -> u64 {
        self.unread().map(|row| row.unread).sum()
    }

    /// Whose messages are unread.
    pub fn unread_peers(&self) -> impl Iterator<Item = &Username> {
        self.unread().map(|row| &row.peer)
    }

    fn unread(&self) -> impl Iterator<Item = &server::Conversation> {
        let rows = self.conversations.values().filter_map(|conversation| conversation.row.as_ref());
        rows.filter(|row| row.unread > 0)
    }

    pub fn phase(&self) -> Phase {
        self.link.phase()
    }

    /// True after 5 s without a link. It turns at a `Woke`.
    pub fn shows_banner(&self, now: Millis) -> bool {
        self.link.shows_banner(now.plus(self.ahead_ms))
    }

    pub fn exported_since(&self) -> &str {
        &self.inbox.since
    }

    /// Puts a conversation on screen. The divider is fixed now, and stays where it is until the person leaves.
    fn open(&mut self, peer: Username) {
        if self.open.as_ref().is_some_and(|open| open.peer == peer) {
            return;
        }
        let conversation = self.conversations.entry(peer.clone()).or_default();
        let unread = conversation.row.as_ref().filter(|row| row.unread > 0);
        let divider = unread.map(|row| Divider { read: row.read, head: row.head, count: row.unread });
        self.open = Some(Open { peer, divider, sought: None });
    }

    fn question(&mut self) -> Option<Id> {
        self.questions += 1;
        Id::new(&format!("h{}", self.questions))
    }

    /// The link is gone, and with it every answer that was under way.
    fn lose(&mut self) {
        self.outbox.land();
        self.typing.lose();
        self.inbox.open();
        for conversation in self.conversations.values_mut() {
            conversation.lose();
        }
    }
}
