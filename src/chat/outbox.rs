//! Work that has no `sent` yet, in order of writing. It leaves on `sent`, on its own entry, or when its person discards it.
//!
//! In each conversation at most one is on its way, so that the log keeps the order of writing. All tabs of a person show
//! the same outbox; which of them sends is decided outside.

use std::collections::BTreeSet;

use super::event::{Refusal, Waiting, What};
use crate::protocol::{
    body,
    code::ErrorCode,
    ids::{Id, Millis, Seq, Username},
};

/// Without an answer in this time the link counts as lost.
pub const ANSWER_MS: u64 = 10_000;
/// How long a row outlives its disappearance from the shared outbox, while its entry is on the way to this tab.
const GRACE_MS: u64 = 10_000;
const FIRST_RETRY_MS: u64 = 500;
const LONGEST_RETRY_MS: u64 = 30_000;

#[derive(Debug, Default)]
pub struct Outbox {
    items: Vec<Item>,
    /// What left for good: a look at the shared store that is older than that does not bring it back.
    done: BTreeSet<Id>,
}

#[derive(Debug)]
struct Item {
    waiting: Waiting,
    state: State,
    tries: u32,
    /// It was written in this page and never handed to a line, by this tab or another.
    is_untried: bool,
    /// It was seen in the store that the tabs share: its absence there means something.
    is_shared: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Ready,
    Flying {
        since: Millis,
    },
    Resting {
        until: Millis,
    },
    /// Another tab has sent or discarded it. It is shown a little longer and never sent.
    Vanishing {
        at: Millis,
    },
}

impl Outbox {
    /// `is_sender`: no other tab can hand it to a line.
    pub fn add(&mut self, waiting: Waiting, is_sender: bool) {
        self.items.push(Item { is_untried: is_sender, ..Item::new(waiting, false) });
    }

    /// Takes what earlier pages left: it comes before all that this one has written meanwhile, whatever the clock said.
    /// Returns what must be kept anew for that.
    pub fn restore(&mut self, left: Vec<Waiting>, now: Millis) -> Vec<Waiting> {
        let own = std::mem::take(&mut self.items);
        self.merge(left, now);
        let mut moved = Vec::new();
        for mut item in own.into_iter().filter(|item| !self.contains(&item.waiting.id)).collect::<Vec<_>>() {
            let moment = self.moment(item.waiting.written);
            if moment != item.waiting.written {
                item.waiting.written = moment;
                moved.push(item.waiting.clone());
            }
            self.items.push(item);
        }
        moved
    }

    /// When something that is written now counts as written: after all that waits, whatever the clock says, for by that an
    /// outbox is put in order again.
    pub fn moment(&self, now: Millis) -> Millis {
        let after_last = self.items.iter().map(|item| item.waiting.written.plus(1)).max();
        after_last.unwrap_or(now).max(now)
    }

    /// Takes over what the tabs share. What this tab alone knows stays: its `Keep` may not have landed yet.
    pub fn merge(&mut self, shared: Vec<Waiting>, now: Millis) {
        for item in &mut self.items {
            let is_there = shared.iter().any(|other| other.id == item.waiting.id);
            let is_flying = matches!(item.state, State::Flying { .. });
            let is_vanishing = matches!(item.state, State::Vanishing { .. });
            if item.is_shared && !is_there && !is_flying && !is_vanishing {
                item.state = State::Vanishing { at: now };
            }
        }
        for waiting in shared {
            if self.done.contains(&waiting.id) {
                continue;
            }
            match self.find_mut(&waiting.id) {
                Some(item) => item.learn(waiting),
                None => self.insert_by_time(Item::new(waiting, true)),
            }
        }
    }

    /// It stands in the store that the tabs share.
    pub fn kept(&mut self, id: &Id) {
        if let Some(item) = self.find_mut(id) {
            item.is_shared = true;
        }
    }

    fn insert_by_time(&mut self, item: Item) {
        let written = item.waiting.written;
        let earlier = self.items.iter().rposition(|other| other.waiting.written <= written);
        self.items.insert(earlier.map_or(0, |index| index + 1), item);
    }

    pub fn contains(&self, id: &Id) -> bool {
        self.items.iter().any(|item| item.waiting.id == *id)
    }

    pub fn remove(&mut self, id: &Id) -> Option<Waiting> {
        let index = self.items.iter().position(|item| item.waiting.id == *id)?;
        self.done.insert(id.clone());
        Some(self.items.remove(index).waiting)
    }

    /// In order of writing.
    pub fn with(&self, peer: &str) -> impl DoubleEndedIterator<Item = &Waiting> {
        self.items.iter().map(|item| &item.waiting).filter(move |waiting| waiting.peer.as_str() == peer)
    }

    pub fn peers(&self) -> impl Iterator<Item = &Username> {
        self.items.iter().map(|item| &item.waiting.peer)
    }

    /// Refused work about this message.
    pub fn refused_about(&self, peer: &Username, message: Seq) -> Vec<Id> {
        self.with(peer.as_str())
            .filter(|waiting| waiting.refused.is_some() && waiting.what.target() == Some(message))
            .map(|waiting| waiting.id.clone())
            .collect()
    }

    /// What may go out now: the first of each conversation that is not refused, unless it is on its way or rests.
    pub fn depart(&mut self, now: Millis) -> Vec<Waiting> {
        let mut busy: Vec<Username> = Vec::new();
        let mut departing = Vec::new();
        for item in &mut self.items {
            let is_vanishing = matches!(item.state, State::Vanishing { .. });
            if item.waiting.refused.is_some() || is_vanishing || busy.contains(&item.waiting.peer) {
                continue;
            }
            busy.push(item.waiting.peer.clone());
            let is_due = match item.state {
                State::Ready => true,
                State::Resting { until } => until <= now,
                State::Flying { .. } | State::Vanishing { .. } => false,
            };
            if is_due {
                item.state = State::Flying { since: now };
                item.is_untried = false;
                departing.push(item.waiting.clone());
            }
        }
        departing
    }

    /// Whether it can still be changed or dropped: the server has nothing by this id. What an earlier page or another tab
    /// may have sent cannot, until the answer comes.
    pub fn may_take_back(&self, id: &Id, is_sender: bool) -> bool {
        self.items.iter().any(|item| {
            let is_here_alone = is_sender && item.is_untried && item.state == State::Ready;
            item.waiting.id == *id && (item.waiting.refused.is_some() || is_here_alone)
        })
    }

    /// Another text for a message. An empty one changes nothing.
    pub fn amend(&mut self, id: &Id, body: String) -> Option<Waiting> {
        let item = self.find_mut(id)?;
        let What::Message { reply_to, .. } = item.waiting.what else { return None };
        let mut what = What::Message { body, reply_to };
        let refused = check(&mut what).err();
        if refused == Some(ErrorCode::Empty) {
            return None;
        }
        item.waiting.what = what;
        item.waiting.refused = refused.map(|code| Refusal { code });
        item.state = State::Ready;
        item.tries = 0;
        Some(item.waiting.clone())
    }

    /// A passing error: the same again, later.
    pub fn rest(&mut self, id: &Id, after_ms: Option<u64>, now: Millis, random: &mut dyn FnMut() -> u64) {
        if let Some(item) = self.find_mut(id) {
            let longest = (FIRST_RETRY_MS << item.tries.min(6)).min(LONGEST_RETRY_MS);
            // Half is fixed: the server answered, and asked for patience.
            let pause = after_ms.unwrap_or_else(|| longest / 2 + random() % (longest / 2 + 1));
            item.tries += 1;
            item.state = State::Resting { until: now.plus(pause) };
        }
    }

    /// A refusal that grants the wish: what should be deleted is gone already.
    pub fn is_fulfilled(&self, id: &Id, code: ErrorCode) -> bool {
        let is_deletion = |item: &Item| matches!(item.waiting.what, What::Deletion { .. });
        code == ErrorCode::Gone && (self.items.iter()).any(|item| item.waiting.id == *id && is_deletion(item))
    }

    pub fn refuse(&mut self, id: &Id, code: ErrorCode) -> Option<Waiting> {
        let item = self.find_mut(id)?;
        item.state = State::Ready;
        item.waiting.refused = Some(Refusal { code });
        Some(item.waiting.clone())
    }

    /// Takes the refusal back, unless this page itself would refuse again.
    pub fn try_again(&mut self, id: &Id) -> Option<Waiting> {
        let item = self.find_mut(id)?;
        item.waiting.refused.as_ref()?;
        check(&mut item.waiting.what).ok()?;
        item.waiting.refused = None;
        item.state = State::Ready;
        item.tries = 0;
        Some(item.waiting.clone())
    }

    /// The link is lost: what was on its way goes again, with the same id.
    pub fn land(&mut self) {
        for item in &mut self.items {
            if matches!(item.state, State::Flying { .. }) {
                item.state = State::Ready;
            }
        }
    }

    pub fn is_overdue(&self, now: Millis) -> bool {
        self.flights().any(|since| since.plus(ANSWER_MS) <= now)
    }

    /// True where something went whose entry has not come.
    pub fn drop_vanished(&mut self, now: Millis) -> bool {
        let before = self.items.len();
        self.items.retain(|item| !matches!(item.state, State::Vanishing { at } if at.plus(GRACE_MS) <= now));
        self.items.len() < before
    }

    /// The next moment at which something here must be looked at again.
    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        let moments = self.items.iter().filter_map(|item| match item.state {
            State::Ready => None,
            State::Flying { since } => Some(since.plus(ANSWER_MS)),
            State::Resting { until } => Some(until),
            State::Vanishing { at } => Some(at.plus(GRACE_MS)),
        });
        // One that rests behind another of its conversation may be due already, and must not hide what comes next.
        moments.filter(|moment| *moment > now).min()
    }

    fn flights(&self) -> impl Iterator<Item = Millis> {
        self.items.iter().filter_map(|item| match item.state {
            State::Flying { since } => Some(since),
            _ => None,
        })
    }

    fn find_mut(&mut self, id: &Id) -> Option<&mut Item> {
        self.items.iter_mut().find(|item| item.waiting.id == *id)
    }
}

impl Item {
    fn new(waiting: Waiting, is_shared: bool) -> Self {
        Self { waiting, state: State::Ready, tries: 0, is_untried: !is_shared, is_shared }
    }

    fn learn(&mut self, shared: Waiting) {
        self.is_shared = true;
        match self.state {
            State::Flying { .. } => return,
            State::Vanishing { .. } => self.state = State::Ready,
            State::Ready | State::Resting { .. } => {}
        }
        self.waiting = shared;
    }
}

/// Trims a body, or says why the server would refuse it.
pub fn check(what: &mut What) -> Result<(), ErrorCode> {
    match what {
        What::Message { body, .. } | What::Edit { body, .. } => {
            *body = body::check(body)?.to_owned();
        }
        What::Deletion { .. } | What::Reaction { .. } => {}
    }
    Ok(())
}
