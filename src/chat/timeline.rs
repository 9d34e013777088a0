//! What a page holds of one log: entries by number, in whatever order and however often they came.
//!
//! Nothing here knows what is on screen; `rows.rs` folds it for people. The set of entries alone decides the rows, so
//! that no order of live frames and pages can. Entries far away may be dropped: whatever is missing below is `older`,
//! in between a gap, above a reason to catch up.

use std::collections::{BTreeMap, BTreeSet};

use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Id, Seq, Username},
    limits::DEFAULT_PAGE,
};

#[derive(Debug, Default)]
pub struct Timeline {
    entries: BTreeMap<Seq, Entry>,
    /// Of the entries that are held, those about a message, by that message.
    about: BTreeMap<Seq, BTreeSet<Seq>>,
    /// Messages known to be deleted, loaded or not, so that no late copy brings their words back.
    deleted: BTreeSet<Seq>,
    /// Came live or was written here.
    fresh: BTreeSet<Id>,
    caught_up: Seq,
    is_from_start: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absorbed {
    New,
    Known,
    /// Another entry has this number: the server's log is not the one that was held.
    Contradicts,
}

impl Timeline {
    pub fn absorb(&mut self, mut entry: Entry) -> Absorbed {
        if let Some(held) = self.entries.get(&entry.seq)
            && held.id != entry.id
        {
            return Absorbed::Contradicts;
        }
        if let Some(deleted) = deletes(&entry)
            && self.deleted.insert(deleted)
        {
            for (_, held) in self.entries.range_mut(deleted..) {
                erase_if_about(held, deleted);
            }
        }
        let about = entry.kind.target().unwrap_or(entry.seq);
        if self.deleted.contains(&about) {
            erase_if_about(&mut entry, about);
        }
        if let Some(of) = entry.kind.target().filter(|of| *of < entry.seq) {
            self.about.entry(of).or_default().insert(entry.seq);
        }
        let absorbed = match self.entries.insert(entry.seq, entry) {
            None => Absorbed::New,
            Some(_) => Absorbed::Known,
        };
        self.advance();
        absorbed
    }

    /// Everything up to here that matters is held or left to `older`: the newest page starts the account.
    pub fn start_at(&mut self, seq: Seq) {
        self.caught_up = self.caught_up.max(seq);
        self.advance();
    }

    /// The last number below which nothing newer is missing; catching up goes on from here.
    pub fn caught_up(&self) -> Seq {
        self.caught_up
    }

    pub fn highest(&self) -> Seq {
        self.entries.last_key_value().map_or(Seq(0), |(seq, _)| *seq).max(self.caught_up)
    }

    pub fn lowest(&self) -> Option<Seq> {
        self.entries.first_key_value().map(|(seq, _)| *seq)
    }

    pub fn has_older(&self) -> bool {
        !self.is_from_start && self.lowest().is_some_and(|lowest| lowest > Seq(1))
    }

    /// It stands among what is older than the entries that are held.
    pub fn is_older(&self, seq: Seq) -> bool {
        seq <= self.caught_up && self.get(seq).is_none()
    }

    pub fn reached_start(&mut self) {
        self.is_from_start = true;
    }

    pub fn get(&self, seq: Seq) -> Option<&Entry> {
        self.entries.get(&seq)
    }

    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> {
        self.entries.values()
    }

    /// From this one backwards.
    pub fn up_to(&self, last: Seq) -> impl Iterator<Item = &Entry> {
        self.entries.range(..=last).rev().map(|(_, entry)| entry)
    }

    /// From the one behind this onwards.
    pub fn after(&self, seq: Seq) -> impl Iterator<Item = &Entry> {
        self.entries.range(seq.next()..).map(|(_, entry)| entry)
    }

    /// What was said later about this message, in order.
    pub fn about(&self, message: Seq) -> impl Iterator<Item = &Entry> {
        self.about.get(&message).into_iter().flatten().filter_map(|seq| self.entries.get(seq))
    }

    /// The last message that is not above this number, deleted or not.
    pub fn message_at_or_before(&self, seq: Seq) -> Option<Seq> {
        self.up_to(seq).find(|entry| is_message(entry)).map(|entry| entry.seq)
    }

    /// The message that stands so many messages behind this one, or (negative) before it; the first or the last where
    /// there are not as many.
    pub fn step(&self, from: Seq, by: isize) -> Seq {
        let count = by.unsigned_abs();
        let farthest = |entries: &mut dyn Iterator<Item = &Entry>| {
            entries.filter(|entry| is_message(entry)).take(count).last().map_or(from, |entry| entry.seq)
        };
        if by < 0 { farthest(&mut self.up_to(from.previous())) } else { farthest(&mut self.after(from)) }
    }

    /// The last entry below this number; 0 if none is held.
    pub fn below(&self, seq: Seq) -> Seq {
        self.entries.range(..seq).next_back().map_or(Seq(0), |(seq, _)| *seq)
    }

    /// The newest entries without a hole, at most `most` of them. Where that is less than a page, and more are held in one
    /// piece before the hole, it is those.
    pub fn tail(&self, most: usize) -> Vec<Entry> {
        let mut tail = self.piece(Seq(u64::MAX), most);
        if let Some(lowest) = tail.last()
            && tail.len() < DEFAULT_PAGE as usize
        {
            let before = self.piece(lowest.seq.previous(), most);
            if before.len() > tail.len() {
                tail = before;
            }
        }
        tail.into_iter().rev().cloned().collect()
    }

    /// Entries one after another, from the last that is not above `end` downwards.
    fn piece(&self, end: Seq, most: usize) -> Vec<&Entry> {
        let downwards = || self.entries.range(..=end).rev();
        let Some((last, _)) = downwards().next() else { return Vec::new() };
        let unbroken = downwards().zip(0..).take_while(|((seq, _), steps)| seq.0 + steps == last.0);
        unbroken.map(|((_, entry), _)| entry).take(most).collect()
    }

    /// Drops entries; they count as older ones that are not loaded.
    pub fn forget_below(&mut self, lowest: Seq) {
        self.entries = self.entries.split_off(&lowest);
        self.about.retain(|_, entries| {
            *entries = entries.split_off(&lowest);
            !entries.is_empty()
        });
        self.is_from_start = false;
    }

    /// Drops what lies below a hole in what this page has caught up with: what was deleted in the hole would still be read.
    pub fn forget_below_hole(&mut self) {
        let lowest = self.piece(self.caught_up, usize::MAX).last().map(|entry| entry.seq);
        if let Some(lowest) = lowest.filter(|lowest| self.lowest().is_some_and(|held| held < *lowest)) {
            self.forget_below(lowest);
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn seq_of(&self, author: &Username, id: &Id) -> Option<Seq> {
        let entry = self.entries().find(|entry| entry.id == *id && entry.from == *author)?;
        Some(entry.seq)
    }

    pub fn is_deleted(&self, seq: Seq) -> bool {
        self.deleted.contains(&seq)
    }

    pub fn freshen(&mut self, id: Id) {
        self.fresh.insert(id);
    }

    pub fn is_fresh(&self, id: &Id) -> bool {
        self.fresh.contains(id)
    }

    /// Nobody looks any more: keeps the newest entries and asks for older ones anew. What came live is history next time.
    pub fn rest(&mut self, most: usize) {
        self.fresh.clear();
        let dropped = self.entries.len().saturating_sub(most);
        if let Some(lowest) = self.entries.keys().nth(dropped).copied().filter(|_| dropped > 0) {
            self.forget_below(lowest);
        }
    }

    /// Messages not by `you` above `read`, up to `head`; `None` while not all of these entries are held.
    pub fn unread(&self, you: &Username, read: Seq, head: Seq) -> Option<u64> {
        if read >= head {
            return Some(0);
        }
        let mut held = 0;
        let mut unread = 0;
        for (seq, entry) in self.entries.range(read.next()..=head) {
            held += 1;
            let is_message = matches!(&entry.kind, Kind::Message { body: Some(_), .. });
            unread += u64::from(is_message && entry.from != *you && !self.is_deleted(*seq));
        }
        (held == head.0 - read.0).then_some(unread)
    }

    /// The newest message by someone other than `you`, at `seq` or below.
    pub fn heard_up_to(&self, you: &Username, seq: Seq) -> Option<Seq> {
        self.entries.range(..=seq).rev().find(|(_, entry)| entry.from != *you && is_message(entry)).map(|(seq, _)| *seq)
    }

    fn advance(&mut self) {
        while self.entries.contains_key(&self.caught_up.next()) {
            self.caught_up = self.caught_up.next();
        }
    }
}

pub fn is_message(entry: &Entry) -> bool {
    matches!(entry.kind, Kind::Message { .. })
}

/// The message that this entry shows to be deleted: by saying so, or by having lost its words.
fn deletes(entry: &Entry) -> Option<Seq> {
    match &entry.kind {
        Kind::Deletion { of } | Kind::Edit { of, body: None } => Some(*of),
        Kind::Message { body: None, .. } => Some(entry.seq),
        _ => None,
    }
}

fn erase_if_about(entry: &mut Entry, message: Seq) {
    match &mut entry.kind {
        Kind::Message { body, .. } if entry.seq == message => *body = None,
        Kind::Edit { of, body } if *of == message => *body = None,
        _ => {}
    }
}
