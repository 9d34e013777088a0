//! What a page knows of one conversation: its row in the list, the entries it holds, and what it has asked for.
//!
//! The row follows live entries and is replaced by the truth of every `inbox`; whatever it cannot tell it reports, so that
//! somebody asks. What it asks of the log is in `paging.rs`, marks are in `marks.rs`, the fold for the screen in `scene.rs`.

use super::{
    asks::Asks,
    known::REMEMBERED,
    marks::Marks,
    timeline::{Absorbed, Timeline, is_message},
};
use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Millis, Seq, Username},
    server,
};

/// More live entries than this during one `inbox` are not kept to be replayed: the page asks once more instead.
const RECENT: usize = 256;

#[derive(Debug, Default)]
pub struct Conversation {
    pub row: Option<server::Conversation>,
    /// Of those that were opened.
    pub timeline: Option<Timeline>,
    /// The last live entries of one that was not opened: for the browser's memory, and for the opening.
    pub unopened: Timeline,
    pub marks: Marks,
    pub asks: Asks,
    /// The server knows nobody by this name.
    pub is_unknown: bool,
    pub typing_until: Option<Millis>,
    /// The newest live message that was rung for.
    rung: Seq,
    /// Live entries since an `inbox` was asked, which its answer may not know yet.
    recent: Vec<Entry>,
    is_unread_exact: bool,
}

impl Conversation {
    /// Follows an entry in the row. True if only the server can tell what the row should say.
    pub fn follow(&mut self, you: &Username, entry: &Entry) -> bool {
        if entry.from != *you {
            self.marks.heard = self.marks.heard.max(entry.seq);
        }
        let Some(row) = &mut self.row else {
            return true;
        };
        let last = row.last.as_ref().map_or(Seq(0), |last| last.seq);
        if is_message(entry) && entry.seq > last {
            row.last = Some(entry.clone());
        }
        if entry.seq <= row.head {
            return false;
        }
        let is_jump = entry.seq > row.head.next();
        row.head = entry.seq;
        row.at = entry.at;
        let is_by_peer = entry.from != *you;
        let is_unsure = match &entry.kind {
            Kind::Message { .. } => {
                row.unread += u64::from(is_by_peer && entry.seq > row.read);
                false
            }
            Kind::Edit { of, body } => {
                retext(row, *of, body.clone());
                *of > last
            }
            Kind::Deletion { of } => {
                if is_by_peer && *of > row.read {
                    row.unread = row.unread.saturating_sub(1);
                }
                retext(row, *of, None);
                *of > last
            }
            Kind::Reaction { .. } => false,
        };
        is_jump || is_unsure
    }

    /// What one has said to somebody new stays in the list while the server is asked what else there is to say of them.
    pub fn begin_row(&mut self, you: &Username, peer: &Username, entry: &Entry) {
        if self.row.is_some() || entry.from != *you || !is_message(entry) {
            return;
        }
        let nothing = Seq(0);
        self.row = Some(server::Conversation {
            peer: peer.clone(),
            name: peer.to_string(),
            head: entry.seq,
            at: entry.at,
            unread: 0,
            delivered: nothing,
            read: nothing,
            peer_delivered: nothing,
            peer_read: nothing,
            online: false,
            last_seen: None,
            last: Some(entry.clone()),
        });
    }

    /// Whether somebody should be told of this live entry, whom to name, and what to say.
    pub fn ring(&mut self, peer: &Username, entry: &Entry) -> Option<(String, Option<String>)> {
        let Kind::Message { body, .. } = &entry.kind else { return None };
        let read = self.row.as_ref().map_or(Seq(0), |row| row.read);
        if entry.from != *peer || entry.seq <= self.rung.max(read) {
            return None;
        }
        self.rung = entry.seq;
        let name = self.row.as_ref().map_or_else(|| peer.to_string(), |row| row.name.clone());
        Some((name, body.clone()))
    }

    /// Keeps a live entry until the outstanding `inbox` has been answered. False if there are too many.
    pub fn keep_recent(&mut self, entry: Entry) -> bool {
        if self.recent.len() >= RECENT {
            return false;
        }
        self.recent.push(entry);
        true
    }

    pub fn forget_recent(&mut self) {
        self.recent.clear();
    }

    /// Takes the truth of an `inbox`. True if live entries that it did not know made it unclear again.
    pub fn replace_row(&mut self, you: &Username, truth: server::Conversation) -> bool {
        self.marks.learn(you, &truth);
        let own_read = self.row.as_ref().map_or(Seq(0), |row| row.read);
        let (head, told_read) = (truth.head, truth.read);
        let row = self.row.insert(truth);
        row.read = row.read.max(own_read.min(head));
        let is_stale = row.read != told_read;
        let recent = std::mem::take(&mut self.recent);
        let mut is_unclear = false;
        for entry in recent.iter().filter(|entry| entry.seq > head) {
            is_unclear |= self.follow(you, entry);
        }
        self.recent = recent;
        self.is_unread_exact = !is_stale;
        self.show_marks();
        self.recount(you);
        is_unclear
    }

    /// Holds a live entry.
    pub fn hold(&mut self, entry: Entry) -> Absorbed {
        match &mut self.timeline {
            // Late on its way: it belongs to what is older and not loaded, and would stand alone below a hole.
            Some(timeline) if timeline.is_older(entry.seq) => Absorbed::Known,
            Some(timeline) => timeline.absorb(entry),
            None => {
                let absorbed = self.unopened.absorb(entry);
                self.unopened.rest(REMEMBERED);
                absorbed
            }
        }
    }

    /// There is more to come, so that a mark said now would only be the first of several.
    pub fn is_catching_up(&self) -> bool {
        self.asks.newest.is_some() || self.asks.after.is_some() || self.is_behind()
    }

    pub fn owes_marks(&self) -> bool {
        let read = self.row.as_ref().map_or(Seq(0), |row| row.read);
        self.marks.owed_read(read).is_some() || self.marks.would_owe(self.known_up_to())
    }

    /// The link is lost.
    pub fn lose(&mut self) {
        self.asks.lose();
        self.marks.lose();
        self.recent.clear();
        self.typing_until = None;
    }

    pub fn show_marks(&mut self) {
        if let Some(row) = &mut self.row {
            row.peer_delivered = self.marks.peer_delivered;
            row.peer_read = self.marks.peer_read;
        }
    }

    /// Counts unread messages from the entries, where they are all here.
    pub fn recount(&mut self, you: &Username) {
        let Some(row) = &mut self.row else { return };
        let counted = match &self.timeline {
            Some(timeline) => timeline.unread(you, row.read, row.head),
            None => (row.read >= row.head).then_some(0),
        };
        if let Some(unread) = counted {
            row.unread = unread;
            self.is_unread_exact = true;
        }
    }

    /// The person's own `read` rose, here or on another device.
    pub fn raise_read(&mut self, you: &Username, seq: Seq) -> bool {
        let Some(row) = &mut self.row else {
            return false;
        };
        if seq <= row.read {
            return false;
        }
        row.read = seq;
        row.delivered = row.delivered.max(seq);
        self.is_unread_exact = false;
        self.recount(you);
        true
    }

    pub fn is_unread_exact(&self) -> bool {
        self.is_unread_exact || self.row.is_none()
    }

    /// What is newest is here, or was remembered.
    pub fn is_loaded(&self) -> bool {
        self.timeline.is_some() && !self.asks.is_recalling && !self.asks.wants_newest && self.asks.newest.is_none()
    }

    pub fn is_behind(&self) -> bool {
        let Some(timeline) = &self.timeline else {
            return false;
        };
        self.is_loaded() && timeline.caught_up() < self.head()
    }

    /// The highest entry there is, as far as this page knows.
    pub fn head(&self) -> Seq {
        let of_row = self.row.as_ref().map_or(Seq(0), |row| row.head);
        let held = self.timeline.as_ref().map_or(Seq(0), Timeline::highest);
        of_row.max(held)
    }

    /// Up to here this page knows everything that is newer than what it has not loaded.
    pub fn known_up_to(&self) -> Seq {
        match (&self.timeline, &self.row) {
            (Some(timeline), _) if self.is_loaded() => timeline.caught_up(),
            (_, Some(row)) => row.head,
            _ => Seq(0),
        }
    }

    /// The server's log is not the one held: another backup was restored. The outbox is not touched by this.
    pub fn start_over(&mut self) {
        if self.timeline.is_some() {
            self.timeline = Some(Timeline::default());
            self.asks = Asks { wants_newest: true, ..Asks::default() };
        }
        self.unopened = Timeline::default();
        self.rung = Seq(0);
        self.marks = Marks::default();
        if let Some(row) = &mut self.row {
            row.head = Seq(0);
            row.read = Seq(0);
            row.delivered = Seq(0);
        }
    }
}

fn retext(row: &mut server::Conversation, message: Seq, text: Option<String>) {
    if let Some(last) = &mut row.last
        && last.seq == message
        && let Kind::Message { body, .. } = &mut last.kind
        && body.is_some()
    {
        *body = text;
    }
}
