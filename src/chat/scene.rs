//! The fold: from a log, its gaps, and what waits in the outbox, to the rows that a person reads.
//!
//! It is a pure function of what is held, the same on the server and in the page. Own unsent edits, deletions and
//! reactions are applied at once; a refused one is not, and marks the message that it was about. Only the rows of a window
//! are folded, each from its message and the later entries about it: how long the log is costs nothing.

use super::{
    event::{Waiting, What},
    folded::Folded,
    rows::{By, Divider, MessageRow, Quote, Refused, Row, Rows, Status, status_of},
    timeline::{Timeline, is_message},
};
use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Millis, Seq, Username},
    server,
};

/// Messages of one author within this time stand together.
const JOINED_MS: u64 = 5 * 60 * 1000;

/// What the fold looks at.
pub struct Scene<'a> {
    pub you: &'a Username,
    pub row: Option<&'a server::Conversation>,
    pub timeline: &'a Timeline,
    pub waiting: Vec<&'a Waiting>,
    pub divider: Option<Divider>,
    /// Gaps from here on are being filled at this moment, and are not worth a flicker.
    pub filling_from: Option<Seq>,
}

/// A row to be.
enum Line<'a> {
    Message(&'a Entry),
    Waiting(&'a Waiting),
    Gap(Seq),
    FirstUnread(u64),
}

impl<'a> Scene<'a> {
    /// At most `most` rows, the last of them the message `until`, or all that waits. Where nothing that old is held, it
    /// is the newest.
    pub fn window(&self, until: Option<Seq>, most: usize) -> Rows {
        let last = until.and_then(|until| self.timeline.message_at_or_before(until));
        let mut lines = self.newest_first(last, most.saturating_add(1));
        lines.reverse();
        let has_before = lines.len() > most;
        let (above, shown) = lines.split_at(usize::from(has_before));
        let mut above = above.first().and_then(|line| self.voice(line));
        let rows = shown.iter().map(|line| {
            let voice = self.voice(line);
            let is_joined = above.zip(voice).is_some_and(|(above, voice)| stand_together(above, voice));
            above = voice;
            self.row(line, is_joined)
        });
        Rows { rows: rows.collect(), has_before, has_after: last.is_some_and(|last| self.has_line_after(last)) }
    }

    /// At most so many lines, from this message backwards; without one, from the last that waits.
    fn newest_first(&self, last: Option<Seq>, most: usize) -> Vec<Line<'a>> {
        let mut lines = Vec::new();
        if last.is_none() {
            lines.extend(self.unsent().rev());
        }
        let first_unread = self.first_unread();
        let mut above = None;
        for entry in self.timeline.up_to(last.unwrap_or(Seq(u64::MAX))) {
            if lines.len() >= most {
                break;
            }
            if above.is_some_and(|above| self.is_gap(entry.seq, above)) {
                lines.push(Line::Gap(entry.seq));
            }
            above = Some(entry.seq);
            if is_message(entry) {
                lines.push(Line::Message(entry));
            }
            lines.extend(first_unread.filter(|(seq, _)| *seq == entry.seq).map(|(_, count)| Line::FirstUnread(count)));
        }
        lines.truncate(most);
        lines
    }

    /// Entries are missing between these two, of those that are held, and are not on their way.
    fn is_gap(&self, below: Seq, above: Seq) -> bool {
        below.next() < above && self.filling_from.is_none_or(|from| below < from)
    }

    fn has_line_after(&self, last: Seq) -> bool {
        let mut below = last;
        self.timeline.after(last).any(|entry| {
            let before = std::mem::replace(&mut below, entry.seq);
            is_message(entry) || self.is_gap(before, entry.seq)
        }) || self.unsent().next().is_some()
    }

    /// The message that the divider stands before, and how many it announces.
    fn first_unread(&self) -> Option<(Seq, u64)> {
        let divider = self.divider?;
        let first = self.timeline.after(divider.read).find(|entry| is_message(entry) && entry.from != *self.you)?;
        Some((first.seq, divider.count))
    }

    fn unsent(&self) -> impl DoubleEndedIterator<Item = Line<'a>> {
        let unsent = self.waiting.iter().filter(|waiting| matches!(waiting.what, What::Message { .. }));
        unsent.map(|waiting| Line::Waiting(waiting))
    }

    /// A message with what later entries say about it, and what waits to be said.
    fn fold(&self, message: &'a Entry) -> Folded<'a> {
        let mut folded = Folded::new(message, self.timeline.is_deleted(message.seq));
        for entry in self.timeline.about(message.seq) {
            folded.mend(self.you, entry);
        }
        let about = |waiting: &&&Waiting| waiting.what.target() == Some(message.seq);
        for waiting in self.waiting.iter().filter(about) {
            folded.await_mending(waiting);
        }
        folded
    }

    /// Who speaks in a line, and when.
    fn voice(&self, line: &Line) -> Option<(By, Millis)> {
        match line {
            Line::Message(message) => Some((By::author(self.you, &message.from), message.at)),
            Line::Waiting(waiting) => Some((By::Me, waiting.written)),
            Line::Gap(_) | Line::FirstUnread(_) => None,
        }
    }

    fn row(&self, line: &Line<'a>, is_joined: bool) -> Row {
        match *line {
            Line::Gap(after) => Row::Gap { after },
            Line::FirstUnread(count) => Row::FirstUnread { count },
            Line::Message(message) => Row::Message(MessageRow { is_joined, ..self.message_row(message) }),
            Line::Waiting(waiting) => Row::Message(MessageRow { is_joined, ..self.waiting_row(waiting) }),
        }
    }

    fn message_row(&self, entry: &'a Entry) -> MessageRow {
        let message = self.fold(entry);
        let by = By::author(self.you, &entry.from);
        let reply_to = match entry.kind {
            Kind::Message { reply_to, .. } => reply_to,
            _ => None,
        };
        MessageRow {
            id: entry.id.clone(),
            seq: Some(entry.seq),
            at: entry.at,
            by,
            body: message.body.map(str::to_owned),
            is_edited: message.is_edited && message.body.is_some(),
            reply_to: reply_to.map(|seq| self.quote(seq)),
            reactions: message.reactions(),
            status: (by == By::Me).then(|| self.status(&message)),
            refusal: message.refused.and_then(Refused::of),
            is_joined: false,
            is_new: self.timeline.is_fresh(&entry.id),
        }
    }

    fn waiting_row(&self, waiting: &Waiting) -> MessageRow {
        let (body, reply_to) = match &waiting.what {
            What::Message { body, reply_to } => (Some(body.clone()), *reply_to),
            _ => (None, None),
        };
        let refusal = Refused::of(waiting);
        MessageRow {
            id: waiting.id.clone(),
            seq: None,
            at: waiting.written,
            by: By::Me,
            body,
            is_edited: false,
            reply_to: reply_to.map(|seq| self.quote(seq)),
            reactions: Vec::new(),
            status: Some(if refusal.is_some() { Status::Failed } else { Status::Waiting }),
            refusal,
            is_joined: false,
            is_new: self.timeline.is_fresh(&waiting.id),
        }
    }

    fn status(&self, message: &Folded) -> Status {
        if message.is_pending {
            Status::Waiting
        } else {
            self.row.map_or(Status::Sent, |row| status_of(self.you, row, message.entry.seq))
        }
    }

    fn quote(&self, seq: Seq) -> Quote {
        match self.timeline.get(seq).filter(|entry| is_message(entry)) {
            Some(entry) => Quote {
                seq,
                by: By::author(self.you, &entry.from),
                text: self.fold(entry).body.map(str::to_owned),
                is_known: true,
            },
            None => Quote { seq, by: By::Peer, text: None, is_known: false },
        }
    }
}

fn stand_together((above, earlier): (By, Millis), (by, at): (By, Millis)) -> bool {
    // A waiting one carries this machine's clock, which may lag behind the server's.
    above == by && at.since(earlier).max(earlier.since(at)) <= JOINED_MS
}
