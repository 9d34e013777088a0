//! The fold: from a log, its gaps, and what waits in the outbox, to the rows that a person reads.
//!
//! It is a pure function of what is held, the same on the server and in the page. Own unsent edits, deletions and
//! reactions are applied at once; a refused one is not, and marks the message that it was about.

use super::{
    event::{Waiting, What},
    folded::{Folded, find},
    timeline::Timeline,
};
use crate::protocol::{
    code::ErrorCode,
    entry::Kind,
    ids::{Id, Millis, Seq, Username},
    server,
};

/// Messages of one author within this time stand together.
const JOINED_MS: u64 = 5 * 60 * 1000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Me,
    Peer,
}

impl By {
    pub(super) fn author(you: &Username, author: &Username) -> Self {
        if you == author { Self::Me } else { Self::Peer }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Waiting,
    Sent,
    Delivered,
    Read,
    Failed,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Row {
    Message(MessageRow),
    /// A hole in the log.
    Gap {
        after: Seq,
    },
    /// Stays until one leaves.
    FirstUnread {
        count: u64,
    },
}

impl Row {
    /// Stable for good: a message keeps it from waiting to read.
    pub fn key(&self) -> String {
        match self {
            Self::Message(message) => message.id.to_string(),
            Self::Gap { after } => format!("gap-{after}"),
            Self::FirstUnread { .. } => "first-unread".to_owned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub struct MessageRow {
    pub id: Id,
    /// `None` while it waits.
    pub seq: Option<Seq>,
    pub at: Millis,
    pub by: By,
    /// As last edited; `None` once deleted.
    pub body: Option<String>,
    pub is_edited: bool,
    pub reply_to: Option<Quote>,
    /// The emoji, whether it is mine, whether it is theirs.
    pub reactions: Vec<(String, bool, bool)>,
    /// Of own ones.
    pub status: Option<Status>,
    /// Why the message, or what was last tried with it, was refused.
    pub refusal: Option<ErrorCode>,
    /// The row above is by the same author, and not long before.
    pub is_joined: bool,
    /// Arrived or written while this page was open.
    pub is_new: bool,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    pub seq: Seq,
    pub by: By,
    /// `None`: deleted, or not loaded.
    pub text: Option<String>,
    pub is_known: bool,
}

/// Where the divider stands, fixed when the conversation was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Divider {
    pub read: Seq,
    pub count: u64,
}

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

/// The tick of an own message, computed from the peer's marks.
pub fn status_of(you: &Username, row: &server::Conversation, seq: Seq) -> Status {
    // Notes to oneself have no other side that could acknowledge them.
    if row.peer == *you {
        Status::Sent
    } else if seq <= row.peer_read {
        Status::Read
    } else if seq <= row.peer_delivered {
        Status::Delivered
    } else {
        Status::Sent
    }
}

impl Scene<'_> {
    pub fn rows(&self) -> Vec<Row> {
        let (mut folded, gaps) = self.fold();
        self.apply_waiting(&mut folded);
        let mut rows = self.place(&folded, &gaps);
        rows.extend(self.waiting_rows(&folded).map(Row::Message));
        join(&mut rows);
        rows
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
            if let Some(refusal) = &waiting.refused {
                message.refusal = Some(refusal.code);
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

    fn place(&self, folded: &[Folded], gaps: &[Seq]) -> Vec<Row> {
        let mut rows = Vec::with_capacity(folded.len() + gaps.len() + 1);
        let mut gaps = gaps.iter().copied().peekable();
        let mut divider = self.divider;
        for message in folded {
            while let Some(after) = gaps.next_if(|gap| *gap < message.entry.seq) {
                rows.push(Row::Gap { after });
            }
            let is_by_peer = message.entry.from != *self.you;
            if let Some(first) = divider.take_if(|divider| is_by_peer && message.entry.seq > divider.read) {
                rows.push(Row::FirstUnread { count: first.count });
            }
            rows.push(Row::Message(self.row(message, folded)));
        }
        rows.extend(gaps.map(|after| Row::Gap { after }));
        rows
    }

    fn row(&self, message: &Folded, folded: &[Folded]) -> MessageRow {
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
            refusal: message.refusal,
            is_joined: false,
            is_new: self.timeline.is_fresh(&entry.id),
        }
    }

    fn status(&self, message: &Folded) -> Status {
        if message.refusal.is_some() {
            Status::Failed
        } else if message.is_pending {
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

    fn waiting_rows<'a>(&'a self, folded: &'a [Folded<'a>]) -> impl Iterator<Item = MessageRow> + 'a {
        self.waiting.iter().filter_map(move |waiting| {
            let What::Message { body, reply_to } = &waiting.what else {
                return None;
            };
            let refusal = waiting.refused.as_ref().map(|refusal| refusal.code);
            Some(MessageRow {
                id: waiting.id.clone(),
                seq: None,
                at: waiting.written,
                by: By::Me,
                body: Some(body.clone()),
                is_edited: false,
                reply_to: reply_to.map(|seq| self.quote(seq, folded)),
                reactions: Vec::new(),
                status: Some(refusal.map_or(Status::Waiting, |_| Status::Failed)),
                refusal,
                is_joined: false,
                is_new: self.timeline.is_fresh(&waiting.id),
            })
        })
    }
}

fn join(rows: &mut [Row]) {
    let mut above: Option<(By, Millis)> = None;
    for row in rows {
        let Row::Message(message) = row else {
            above = None;
            continue;
        };
        message.is_joined = above.is_some_and(|(by, at)| {
            // A waiting one carries this machine's clock, which may lag behind the server's.
            by == message.by && message.at.since(at).max(at.since(message.at)) <= JOINED_MS
        });
        above = Some((message.by, message.at));
    }
}
