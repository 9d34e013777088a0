//! What a conversation asks of its log, and what it makes of the answers and of the browser's memory.
//!
//! Entries from memory are shown at once, and are as good as those of a page that lost its line: what came since is asked
//! for. Until then they are `is_recalled`: where too much came since, the newest page takes their place, because what was
//! deleted in between would still be read below a hole.

use super::{
    asks::Direction,
    conversation::Conversation,
    timeline::{Absorbed, Timeline},
};
use crate::protocol::{
    entry::Entry,
    ids::{Id, Millis, Seq},
    limits::PAGE,
    server::History,
};

/// More entries than this are not fetched one after another to join what is remembered.
const FAR: u64 = 2 * PAGE;

impl Conversation {
    /// Puts it on screen for the first time. True if the browser should be asked what it remembers.
    pub fn begin(&mut self) -> bool {
        if self.timeline.is_some() {
            return false;
        }
        self.timeline = Some(std::mem::take(&mut self.unopened));
        self.asks.is_recalling = true;
        true
    }

    /// Takes what the browser remembers, if it was waited for. Where that is nothing, or another log, the newest page is
    /// asked for.
    pub fn recall(&mut self, remembered: Vec<Entry>) {
        let Some(timeline) = self.timeline.as_mut().filter(|_| self.asks.is_recalling) else { return };
        self.asks.is_recalling = false;
        let is_other = |entry: &Entry| timeline.get(entry.seq).is_some_and(|held| held.id != entry.id);
        let Some(newest) = remembered.last().map(|entry| entry.seq).filter(|_| !remembered.iter().any(is_other)) else {
            self.asks.wants_newest = true;
            return;
        };
        for entry in remembered {
            timeline.absorb(entry);
        }
        timeline.start_at(newest);
        timeline.forget_below_hole();
        self.asks.is_recalled = true;
        self.asks.wants_check = true;
    }

    /// The inbox has told how far the log goes.
    pub fn skip_ahead(&mut self) {
        let is_far = self.head().0.saturating_sub(self.known_up_to().0) > FAR;
        self.asks.wants_newest |= is_far && self.asks.is_recalled && self.asks.after.is_none();
    }

    /// How many entries are here.
    pub fn held(&self) -> usize {
        self.timeline.as_ref().map_or(0, Timeline::len)
    }

    /// Takes a page as the first that is known, as the server rendered it.
    pub fn load(&mut self, page: History) {
        self.add_page(Direction::Newest, page);
    }

    /// Takes the answer to a question. False if it contradicts what is held.
    pub fn add_page(&mut self, direction: Direction, page: History) -> bool {
        let timeline = self.timeline.get_or_insert_default();
        let newest = page.entries.last().map_or(page.head, |entry| entry.seq);
        self.asks.is_recalled &= direction == Direction::Before;
        if let Some(first) = page.entries.first().filter(|_| direction == Direction::Newest)
            && first.seq > timeline.caught_up().next()
        {
            timeline.forget_below(first.seq);
        }
        for entry in page.entries {
            if timeline.absorb(entry) == Absorbed::Contradicts {
                return false;
            }
        }
        match direction {
            Direction::Newest => timeline.start_at(newest),
            Direction::After | Direction::Before => {}
        }
        if page.complete && direction != Direction::After {
            timeline.reached_start();
        }
        true
    }

    /// The answer to a question from here on brought nothing, although something is missing.
    pub fn is_stuck_at(&self, from: Seq) -> bool {
        self.is_behind() && self.known_up_to() == from
    }

    /// Asks in this direction, if there is something to ask and nothing is under way. Answers where to ask from.
    pub fn ask(&mut self, direction: Direction, id: &Id, now: Millis) -> Option<Option<Seq>> {
        let timeline = self.timeline.as_ref()?;
        let (is_loaded, is_behind) = (self.is_loaded(), self.is_behind());
        // What comes from memory is compared with the log in its last entry.
        let caught_up = match self.asks.is_recalled {
            true => timeline.caught_up().previous(),
            false => timeline.caught_up(),
        };
        let held = timeline.highest();
        let (lowest, has_older) = (timeline.lowest(), timeline.has_older());
        let is_filled = |gap: &mut Seq| timeline.get(gap.next()).is_some();
        self.asks.gap.take_if(is_filled);
        if self.asks.is_resting(now) {
            return None;
        }
        match direction {
            Direction::Newest => self.asks.ask_newest(id, held).then_some(None),
            Direction::Before => {
                let from = lowest.filter(|_| is_loaded && has_older);
                self.asks.ask_before(id, held, from).map(Some)
            }
            Direction::After if !is_loaded => None,
            Direction::After => {
                let from = is_behind.then_some(caught_up);
                self.asks.ask_after(id, held, from, caught_up).map(Some)
            }
        }
    }

    /// Wants one page more, unless one is under way: scrolling says this many times.
    pub fn load_older(&mut self) {
        let has_older = self.timeline.as_ref().is_some_and(Timeline::has_older);
        self.asks.wants_older |= has_older && self.asks.before.is_none();
    }

    /// Wants what leads to a message that one looks for. False once it is held, or not to be found.
    pub fn seek(&mut self, seq: Seq) -> bool {
        let Some(timeline) = &self.timeline else {
            return false;
        };
        if timeline.get(seq).is_some() || seq > self.head() {
            return false;
        }
        if !self.is_loaded() {
            return true;
        }
        let before = timeline.below(seq);
        if before == Seq(0) {
            let has_older = timeline.has_older();
            self.load_older();
            return has_older;
        }
        self.asks.gap = Some(before);
        true
    }
}
