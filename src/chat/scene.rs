//! The fold: from a log, its gaps, and what waits in the outbox, to the rows that a person reads.
//!
//! It is a pure function of what is held, the same on the server and in the page. Own unsent edits, deletions and
//! reactions are applied at once; a refused one is not, and marks the message that it was about. The whole log is folded
//! by reference, since a late entry may be about an early message; only the rows of a window are made.

use super::{
    event::{Waiting, What},
    folded::{Folded, find},
    rows::{By, Divider, MessageRow, Quote, Refused, Row, Rows, Status, status_of},
    timeline::Timeline,
};
use crate::protocol::{
    entry::Kind,
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
    Message(&'a Folded<'a>),
    Waiting(&'a Waiting),
    Gap(Seq),
    FirstUnread(u64),
}

impl Scene<'_> {
    /// At most `most` rows, the last of them the message `until`, or all that waits. Where nothing that old is held, it
    /// is the newest.
    pub fn window(&self, until: Option<Seq>, most: usize) -> Rows {
        let (mut folded, gaps) = self.fold();
        self.apply_waiting(&mut folded);
        let lines = self.lines(&folded, &gaps);
        let last = until.and_then(|until| {
            let is_there = |line: &Line| matches!(line, Line::Message(message) if message.entry.seq <= until);
            lines.iter().rposition(is_there)
        });
        let end = last.map_or(lines.len(), |last| last + 1);
        let start = end.saturating_sub(most);
        let mut above = lines[..start].last().and_then(|line| self.voice(line));
        let rows = lines[start..end].iter().map(|line| {
            let voice = self.voice(line);
            let is_joined = above.zip(voice).is_some_and(|(above, voice)| stand_together(above, voice));
            above = voice;
            self.row(line, is_joined, &folded)
        });
        Rows { rows: rows.collect(), has_before: start > 0, has_after: end < lines.len() }
    }

    /// Messages in order, with what later entries say about them, and the places after which entries are missing.
    fn fold(&self) -> (Vec<Folded<'_>>, Vec<Seq>) {
        let mut folded: Vec<Folded> = Vec::new();
        let mut gaps = Vec::new();
        let mut before: Option<Seq> = None;
        for entry in self.timeline.entries() {
            if let Some(before) = before.filter(|before| before.next() < entry.seq)
                && self.filling_from.is_none_or(|from| before < from)
            {
                gaps.push(before);
            }
            before = Some(entry.seq);
            if let Kind::Message { body, .. } = &entry.kind {
                let is_deleted = self.timeline.is_deleted(entry.seq);
                folded.push(Folded { body: body.as_deref().filter(|_| !is_deleted), ..Folded::new(entry) });
            } else if let Some(message) = entry.kind.target().and_then(|of| find(&mut folded, of)) {
                message.mend(self.you, entry);
            }
        }
        (folded, gaps)
    }

    fn apply_waiting<'a>(&'a self, folded: &mut [Folded<'a>]) {
        for waiting in &self.waiting {
            let Some(message) = waiting.what.target().and_then(|of| find(folded, of)) else {
                continue;
            };
            if waiting.refused.is_some() {
                message.refused = Some(waiting);
                continue;
            }
            match &waiting.what {
                What::Message { .. } => {}
                What::Edit { body, .. } => {
                    message.edit(Some(body));
                    message.is_pending = true;
                }
                What::Deletion { .. } => {
                    message.body = None;
                    message.is_pending = true;
                }
                What::Reaction { emoji, .. } => message.mine = emoji.as_deref().map(|emoji| (Seq(u64::MAX), emoji)),
            }
        }
    }

    fn lines<'a>(&'a self, folded: &'a [Folded<'a>], gaps: &[Seq]) -> Vec<Line<'a>> {
        let mut lines = Vec::with_capacity(folded.len() + gaps.len() + self.waiting.len() + 1);
        let mut gaps = gaps.iter().copied().peekable();
        let mut divider = self.divider;
        for message in folded {
            while let Some(after) = gaps.next_if(|gap| *gap < message.entry.seq) {
                lines.push(Line::Gap(after));
            }
            let is_unread = |divider: &mut Divider| message.entry.seq > divider.read && message.entry.from != *self.you;
            if let Some(first) = divider.take_if(is_unread) {
                lines.push(Line::FirstUnread(first.count));
            }
            lines.push(Line::Message(message));
        }
        lines.extend(gaps.map(Line::Gap));
        let unsent = self.waiting.iter().filter(|waiting| matches!(waiting.what, What::Message { .. }));
        lines.extend(unsent.map(|waiting| Line::Waiting(waiting)));
        lines
    }

    /// Who speaks in a line, and when.
    fn voice(&self, line: &Line) -> Option<(By, Millis)> {
        match line {
            Line::Message(message) => Some((By::author(self.you, &message.entry.from), message.entry.at)),
            Line::Waiting(waiting) => Some((By::Me, waiting.written)),
            Line::Gap(_) | Line::FirstUnread(_) => None,
        }
    }

    fn row(&self, line: &Line, is_joined: bool, folded: &[Folded]) -> Row {
        match *line {
            Line::Gap(after) => Row::Gap { after },
            Line::FirstUnread(count) => Row::FirstUnread { count },
            Line::Message(message) => Row::Message(MessageRow { is_joined, ..self.message_row(message, folded) }),
            Line::Waiting(waiting) => Row::Message(MessageRow { is_joined, ..self.waiting_row(waiting, folded) }),
        }
    }

    fn message_row(&self, message: &Folded, folded: &[Folded]) -> MessageRow {
        let entry = message.entry;
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
            reply_to: reply_to.map(|seq| self.quote(seq, folded)),
            reactions: message.reactions(),
            status: (by == By::Me).then(|| self.status(message)),
            refusal: message.refused.and_then(Refused::of),
            is_joined: false,
            is_new: self.timeline.is_fresh(&entry.id),
        }
    }

    fn waiting_row(&self, waiting: &Waiting, folded: &[Folded]) -> MessageRow {
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
            reply_to: reply_to.map(|seq| self.quote(seq, folded)),
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

    fn quote(&self, seq: Seq, folded: &[Folded]) -> Quote {
        let target = folded.binary_search_by_key(&seq, |message| message.entry.seq);
        match target.ok().and_then(|index| folded.get(index)) {
            Some(message) => Quote {
                seq,
                by: By::author(self.you, &message.entry.from),
                text: message.body.map(str::to_owned),
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
