//! What people do, and what goes wrong, step by step, as the dice fall.

use std::sync::atomic::Ordering;

use super::{fate::Happening, trouble::Deed, world::World};
use crate::{
    chat::{By, Event, MessageRow, Phase, Row, What},
    protocol::ids::{Id, Seq, Username},
};

const EMOJI: [&str; 3] = ["👍", "🎉", "👀"];
/// How far clocks jump, in milliseconds.
const JUMPS: [i64; 6] = [-86_400_000, -3_600_000, -1_500, 1_500, 3_600_000, 86_400_000];
/// From how far down one picks what one answers or changes.
const LATELY: usize = 6;

impl World {
    /// The next deed, and when the one after it is due.
    pub fn step(&mut self) {
        if self.steps == 0 {
            return;
        }
        self.steps -= 1;
        let (deed, pause) = {
            let mut fate = self.fate.lock();
            let weights: Vec<u64> = self.deeds.iter().map(|(_, weight)| *weight).collect();
            let deed = self.deeds[fate.dice.weighed(&weights)].0;
            let is_long = fate.dice.is_within(12);
            (deed, fate.dice.within(self.pauses[usize::from(is_long)]))
        };
        self.do_deed(deed);
        self.fate.lock().plan(pause, Happening::Step);
    }

    fn chance(&self, below: usize) -> usize {
        self.fate.lock().dice.index(below)
    }

    fn do_deed(&mut self, deed: Deed) {
        match deed {
            Deed::StoreFails => self.fate.lock().trouble.is_store_down = true,
            Deed::StoreWorks => self.fate.lock().trouble.is_store_down = false,
            Deed::CrashesNode | Deed::EndsNode | Deed::CutsBus | Deed::MendsBus | Deed::NodeClock => {
                let node = self.chance(self.nodes.len());
                self.do_to_node(deed, node);
            }
            Deed::GoesOffline | Deed::ComesOnline | Deed::PageClock => {
                let browser = self.chance(self.browsers.len());
                self.do_to_browser(deed, browser);
            }
            _ => {
                let page = self.chance(self.pages.len());
                self.do_at_page(deed, page);
            }
        }
    }

    fn do_to_node(&mut self, deed: Deed, node: usize) {
        match deed {
            Deed::CrashesNode => {
                let is_machine = self.chance(3) == 0;
                self.crash_node(node, is_machine);
            }
            Deed::EndsNode => self.end_node(node),
            Deed::CutsBus => self.fate.lock().cut_bus(node),
            Deed::MendsBus => self.fate.lock().mend_bus(node),
            Deed::NodeClock => {
                let jump = JUMPS[self.chance(JUMPS.len())];
                let mut fate = self.fate.lock();
                fate.note(|| format!("the clock of node {node} jumps by {jump}"));
                fate.nodes[node].skew.fetch_add(jump, Ordering::Relaxed);
            }
            _ => {}
        }
    }

    fn do_to_browser(&mut self, deed: Deed, browser: usize) {
        let tabs = self.browsers[browser].tabs.clone();
        match deed {
            Deed::GoesOffline => {
                self.browsers[browser].is_offline = true;
                for page in tabs {
                    if let Some(link) = self.pages[page].link {
                        self.fate.lock().links[link].cut();
                    }
                    self.tell_open(page, Event::Offline);
                }
            }
            Deed::ComesOnline => {
                self.browsers[browser].is_offline = false;
                tabs.into_iter().for_each(|page| self.tell_open(page, Event::Online));
            }
            Deed::PageClock => {
                let jump = JUMPS[self.chance(JUMPS.len())];
                self.fate.lock().note(|| format!("the clock of browser {browser} jumps by {jump}"));
                self.browsers[browser].skew += jump;
            }
            _ => {}
        }
    }

    fn tell_open(&mut self, page: usize, event: Event) {
        if self.pages[page].chat.is_some() {
            self.tell(page, event);
        }
    }

    fn do_at_page(&mut self, deed: Deed, page: usize) {
        let is_open = self.pages[page].is_open;
        match deed {
            Deed::CutsLink => return self.cut_link(page),
            Deed::OpensTab if !is_open => return self.load(page),
            Deed::Reloads if is_open => {
                self.unload(page);
                return self.load(page);
            }
            Deed::ClosesTab if is_open => return self.unload(page),
            _ => {}
        }
        let Some(chat) = &self.pages[page].chat else { return };
        if matches!(chat.phase(), Phase::Elsewhere | Phase::Stopped(_)) {
            return self.tell(page, Event::RetryNow);
        }
        let Some(peer) = self.pages[page].at.clone() else { return self.open(page) };
        match deed {
            Deed::Opens => self.open(page),
            Deed::Leaves => {
                self.pages[page].at = None;
                self.tell(page, Event::Left);
            }
            Deed::Hides => self.tell(page, Event::Hidden),
            Deed::Shows => {
                let hidden_for_ms = [10, 5_000, 60_000][self.chance(3)];
                self.tell(page, Event::Visible { hidden_for_ms });
            }
            Deed::Types => {
                let on = self.chance(3) > 0;
                self.tell(page, Event::Typing { peer, on });
            }
            Deed::LoadsOlder => self.tell(page, Event::LoadOlder(peer)),
            Deed::Reads => self.read(page, peer),
            Deed::TakesBack => self.take_back(page, &peer),
            _ => self.write(page, peer, deed),
        }
    }

    fn open(&mut self, page: usize) {
        let you = self.username(page).clone();
        // Now and then the notes to oneself.
        let is_notes = self.chance(12) == 0;
        let others: Vec<Username> = self
            .people
            .iter()
            .filter(|person| **person == you && is_notes || **person != you && !is_notes)
            .cloned()
            .collect();
        let peer = others[self.chance(others.len())].clone();
        if self.pages[page].at.replace(peer.clone()).is_some_and(|before| before != peer) {
            self.tell(page, Event::Left);
        }
        self.tell(page, Event::Opened(peer));
    }

    /// The last messages that the page shows, newest last.
    fn latest(&self, page: usize, peer: &Username) -> Vec<MessageRow> {
        let Some(chat) = &self.pages[page].chat else { return Vec::new() };
        let rows = chat.rows(peer.as_str(), None, LATELY).rows;
        let message = |row| if let Row::Message(message) = row { Some(message) } else { None };
        rows.into_iter().filter_map(message).collect()
    }

    fn read(&mut self, page: usize, peer: Username) {
        if let Some(seq) = self.latest(page, &peer).iter().rev().find_map(|row| row.seq) {
            self.tell(page, Event::Saw { peer, seq });
        }
    }

    fn write(&mut self, page: usize, peer: Username, deed: Deed) {
        let Some(what) = self.think(page, &peer, deed) else { return };
        let now = self.page_clock(page);
        let random = {
            let mut fate = self.fate.lock();
            let high = fate.dice.number().to_be_bytes();
            let low = fate.dice.number().to_be_bytes();
            std::array::from_fn(|place| if place < 8 { high[place] } else { low[place - 8] })
        };
        let (you, id) = (self.username(page).clone(), Id::from_parts(now, random));
        self.fate.lock().records.facts.wrote(&you, &id, page);
        self.tell(page, Event::Write { id, peer, what });
    }

    /// What is to be written; nothing where there is nothing to write about.
    fn think(&mut self, page: usize, peer: &Username, deed: Deed) -> Option<What> {
        self.said += 1;
        let body = format!("{} {}", self.username(page), self.said);
        if deed == Deed::Says {
            return Some(What::Message { body, reply_to: None });
        }
        let rows: Vec<_> = self.latest(page, peer).into_iter().filter(|row| row.seq.is_some()).collect();
        let row = self.fate.lock().dice.pick(&rows)?;
        let of: Seq = row.seq?;
        let is_own = row.by == By::Me && row.body.is_some();
        match deed {
            Deed::Replies => Some(What::Message { body, reply_to: Some(of) }),
            Deed::Edits if is_own => Some(What::Edit { of, body }),
            Deed::Deletes if is_own => Some(What::Deletion { of }),
            Deed::Reacts if row.body.is_some() => {
                let emoji = EMOJI.get(self.chance(EMOJI.len() + 1)).map(|emoji| (*emoji).to_owned());
                Some(What::Reaction { of, emoji })
            }
            _ => None,
        }
    }

    /// Changes or drops what waits, or does something about what was refused.
    fn take_back(&mut self, page: usize, peer: &Username) {
        let Some(chat) = &self.pages[page].chat else { return };
        let is_open = |row: &MessageRow| row.refusal.is_some() || row.seq.is_none() && chat.may_take_back(&row.id);
        let Some(row) = self.latest(page, peer).into_iter().find(is_open) else { return };
        let body = format!("better {}", self.said);
        let event = match self.chance(3) {
            0 => Event::Amend { id: row.id, body },
            1 => Event::TryAgain(row.id),
            _ => {
                let key = (self.username(page).clone(), row.id.clone());
                let facts = &mut self.fate.lock().records.facts;
                facts.kept.remove(&key);
                facts.dropped.insert(key);
                Event::Discard(row.id)
            }
        };
        self.tell(page, event);
    }

    /// Cuts a line: both directions or one, and whoever is at its ends learns of it at once, late, or never.
    fn cut_link(&mut self, page: usize) {
        let Some(link) = self.pages[page].link else { return };
        let mut fate = self.fate.lock();
        let which = fate.dice.index(4);
        fate.note(|| format!("link {link} of page {page} is cut, {}", ["all", "all", "answers", "requests"][which]));
        fate.records.totals.cuts += 1;
        if which != 3 {
            fate.links[link].to_page.is_open = false;
        }
        if which != 2 {
            fate.links[link].to_node.is_open = false;
        }
        let (page_late, node_late) = (fate.dice.below(3_000), fate.dice.below(3_000));
        let heard = fate.dice.index(4);
        if heard & 1 == 0 {
            fate.plan(page_late / 10 * heard as u64, Happening::EndsAtPage { link });
        }
        if heard & 2 == 0 {
            fate.plan(node_late, Happening::EndsAtNode { link });
        }
    }
}
