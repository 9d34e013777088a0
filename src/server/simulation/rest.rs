//! How a world comes to rest: everything heals, everybody looks at everything, and what they see and what the store has
//! goes down as facts.

use futures_util::FutureExt;

use super::{
    records::{RowMarks, Truth, View},
    trouble::Trouble,
    world::World,
};
use crate::{
    chat::{Chat, Event, Phase, Row},
    protocol::{
        ids::{Id, Seq, Username},
        server::{Conversation, History, You},
    },
    server::store::{self, Page, Store, memory::Memory},
};

/// By then the last node that went was missed by the others, and every line that was dead has been found so.
const HEALING_MS: u64 = 32_000;
/// What waits longer than this waits for ever.
const PATIENCE_MS: u64 = 400_000;
/// Where more than this happens, somebody asks without end.
const MOST_HAPPENINGS: u64 = 50_000;
/// So long other tabs show what one of them dropped.
const VANISHING_MS: u64 = 11_000;
const MOMENT_MS: u64 = 500;
/// More pages than any log here has.
const MOST_PAGES: usize = 20;
const ALL: u64 = 1_000_000;

impl World {
    pub async fn come_to_rest(&mut self) {
        self.heal();
        let begun = self.fate.lock().now();
        self.live(begun + HEALING_MS).await;
        self.rest(begun + PATIENCE_MS).await;
        self.give_up_refused();
        let now = self.fate.lock().now();
        self.live(now + VANISHING_MS).await;
        self.look_around().await;
        self.rest(begun + PATIENCE_MS).await;
        self.take_down();
    }

    async fn rest(&mut self, end: u64) {
        loop {
            let now = self.fate.lock().now();
            self.live(now + MOMENT_MS).await;
            let waiting = self.waiting();
            if waiting.is_empty() {
                return;
            }
            let mut fate = self.fate.lock();
            if now > end || fate.count() > MOST_HAPPENINGS {
                fate.records.facts.waiting = waiting;
                return;
            }
        }
    }

    fn heal(&mut self) {
        let mut fate = self.fate.lock();
        fate.note(|| "everything heals".into());
        fate.trouble = Trouble::none();
        drop(fate);
        for node in 0..self.nodes.len() {
            self.fate.lock().mend_bus(node);
            if self.nodes[node].house.is_none() {
                self.crash_node(node, false);
                self.start_node(node);
            }
        }
        self.browsers.iter_mut().for_each(|browser| browser.is_offline = false);
        for page in 0..self.pages.len() {
            let browser = &self.browsers[self.pages[page].browser];
            let is_needed = !browser.kept.outbox.is_empty();
            if self.pages[page].chat.is_some() {
                self.tell(page, Event::Visible { hidden_for_ms: 0 });
                self.tell(page, Event::Online);
                self.tell(page, Event::RetryNow);
            } else if !self.pages[page].is_open && (is_needed || page % 2 == 0) {
                self.load(page);
            }
        }
    }

    /// What is not at rest.
    fn waiting(&self) -> Vec<String> {
        let mut waiting = Vec::new();
        if !self.fate.lock().is_quiet() {
            waiting.push("something is under way".to_owned());
        }
        for (index, page) in self.pages.iter().enumerate().filter(|(_, page)| page.is_open) {
            let phase = page.chat.as_ref().map(Chat::phase);
            if phase != Some(Phase::Connected) {
                waiting.push(format!("page {index} is {phase:?}"));
            }
            if page.link.is_some_and(|link| self.fate.lock().links[link].is_dead()) {
                waiting.push(format!("page {index} has a line that is dead"));
            }
        }
        let houses = self.nodes.iter().filter_map(|node| node.house.as_ref());
        waiting.extend(houses.filter(|house| house.doubts.is_any()).map(|_| "a write is in doubt".to_owned()));
        for browser in &self.browsers {
            let unsent = browser.kept.outbox.values().filter(|waiting| waiting.refused.is_none());
            waiting.extend(unsent.map(|unsent| format!("{} to {}: {:?}", unsent.id, unsent.peer, unsent.what)));
        }
        waiting
    }

    /// Whoever was refused lets it be. What is shown as refused was tried again, perhaps, and on a line that was cut: it was
    /// refused once, and its person knows.
    fn give_up_refused(&mut self) {
        for browser in 0..self.browsers.len() {
            let ids: Vec<Id> = self.browsers[browser].kept.outbox.keys().cloned().collect();
            let tabs = &self.browsers[browser].tabs;
            let Some(page) = tabs.iter().copied().find(|tab| self.pages[*tab].chat.is_some()) else { continue };
            self.fate.lock().records.facts.let_be(browser, &ids);
            ids.into_iter().for_each(|id| self.tell(page, Event::Discard(id)));
            let left: Vec<_> = self.browsers[browser].kept.outbox.keys().map(|id| format!("refused {id}")).collect();
            self.fate.lock().records.facts.wrong.extend(left);
        }
    }

    /// Everybody opens everything, down to its beginning.
    async fn look_around(&mut self) {
        for peer in self.people.clone() {
            for page in self.open_pages() {
                self.tell(page, Event::Left);
                self.tell(page, Event::Opened(peer.clone()));
            }
            for _ in 0..MOST_PAGES {
                let now = self.fate.lock().now();
                self.live(now + MOMENT_MS).await;
                let has_older =
                    |page: &usize| self.pages[*page].chat.as_ref().is_some_and(|chat| chat.has_older(peer.as_str()));
                let short: Vec<_> = self.open_pages().into_iter().filter(has_older).collect();
                if short.is_empty() {
                    break;
                }
                short.into_iter().for_each(|page| self.tell(page, Event::LoadOlder(peer.clone())));
            }
        }
    }

    fn open_pages(&self) -> Vec<usize> {
        (0..self.pages.len()).filter(|page| self.pages[*page].chat.is_some()).collect()
    }

    fn take_down(&mut self) {
        let memory = self.fate.lock().memory.clone();
        let mut truths = Vec::new();
        for person in &self.people {
            truths.extend(truths_of(&memory, person));
        }
        let mut views = Vec::new();
        for page in self.open_pages() {
            views.extend(self.people.iter().filter_map(|peer| self.view(page, peer)));
        }
        let mut fate = self.fate.lock();
        fate.records.totals.messages =
            truths.iter().filter(|truth| truth.person <= truth.peer).map(|truth| truth.log.len() as u64).sum();
        fate.records.facts.truths = truths;
        fate.records.facts.views = views;
    }

    /// What a page shows of a conversation; `None` where it has nothing of it.
    fn view(&self, page: usize, peer: &Username) -> Option<View> {
        let chat = self.pages[page].chat.as_ref()?;
        let known = chat.export(peer.as_str())?;
        let row = known.conversation?;
        Some(View {
            page: format!("page {page}"),
            person: self.username(page).clone(),
            peer: peer.clone(),
            entries: known.entries,
            rows: rows(chat, peer),
            unread: row.unread,
            marks: RowMarks {
                head: row.head,
                read: row.read,
                peer_delivered: row.peer_delivered,
                peer_read: row.peer_read,
            },
        })
    }
}

/// What the store has of a person's conversations.
fn truths_of(memory: &Memory, person: &Username) -> Vec<Truth> {
    let inbox = memory.inbox(person, None, ALL as usize).now_or_never();
    let Some(Ok(inbox)) = inbox else { return Vec::new() };
    inbox.rows.into_iter().filter_map(|row| truth(memory, person, row)).collect()
}

fn truth(memory: &Memory, person: &Username, row: store::Row) -> Option<Truth> {
    let history = memory.history(person, &row.peer, Page::After(Seq(0)), ALL).now_or_never()?.ok()?;
    let store::Row { peer, name, head, at, unread, mine, theirs, last_seen, last } = row;
    let log = history.entries;
    let page =
        History { id: Id::new("truth")?, peer: peer.clone(), entries: log.clone(), head: history.head, complete: true };
    let conversation = Conversation {
        peer: peer.clone(),
        name,
        head,
        at,
        unread,
        delivered: mine.delivered,
        read: mine.read,
        peer_delivered: theirs.delivered,
        peer_read: theirs.read,
        online: false,
        last_seen,
        last,
    };
    let you = You { username: person.clone(), name: String::new() };
    let rows = rows(&Chat::new(you, vec![conversation], String::new(), Some(page)), &peer);
    Some(Truth { person: person.clone(), peer, log, rows, unread, mine, theirs })
}

/// What a person reads, row by row, but for what depends on when the page was opened.
fn rows(chat: &Chat, peer: &Username) -> Vec<String> {
    let mut lines = Vec::new();
    for row in chat.rows(peer.as_str(), None, usize::MAX - 1).rows {
        match row {
            Row::FirstUnread { .. } => {}
            Row::Gap { after } => lines.push(format!("gap after {after}")),
            Row::Message(row) => {
                let (quote, edited) = (row.reply_to.map(|quote| quote.text), row.is_edited);
                let (id, seq, body, reactions, status) = (row.id, row.seq, row.body, row.reactions, row.status);
                let refusal = row.refusal.map(|refused| refused.code);
                let line = (id, seq, row.at, body, edited, quote, reactions, status, refusal);
                lines.push(format!("{line:?}"));
            }
        }
    }
    lines
}
