//! What is written down of a simulated world: the facts that are judged at its end, figures, and, where somebody will read
//! it, everything that happened.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::AddAssign,
};

use serde::Serialize;

use crate::{
    protocol::{
        client::ClientFrame,
        code::ErrorCode,
        entry::{Entry, Kind},
        ids::{Id, Seq, Username},
        server::{Conversation, Sent},
    },
    server::store::Marks,
};

pub struct Records {
    pub facts: Facts,
    pub totals: Totals,
    pub trace: Option<Vec<String>>,
}

/// What happened, over however many seeds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    pub seeds: u64,
    pub messages: u64,
    pub crashes: u64,
    pub cuts: u64,
    pub bus_cuts: u64,
    pub signals_lost: u64,
    pub failures: u64,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.seeds += other.seeds;
        self.messages += other.messages;
        self.crashes += other.crashes;
        self.cuts += other.cuts;
        self.bus_cuts += other.bus_cuts;
        self.signals_lost += other.signals_lost;
        self.failures += other.failures;
    }
}

/// The two names, sorted.
pub type Pair = (Username, Username);

pub fn pair(one: &Username, other: &Username) -> Pair {
    (one.min(other).clone(), one.max(other).clone())
}

/// One attempt to change a log, as it was first made.
#[derive(Clone, Debug)]
pub struct Try {
    pub peer: Username,
    pub kind: Kind,
    /// It was refused once, and tried again behind those that came after it.
    pub is_late: bool,
}

/// What a page shows of a conversation at the end.
#[derive(Clone, Debug)]
pub struct View {
    pub page: String,
    pub person: Username,
    pub peer: Username,
    pub entries: Vec<Entry>,
    /// What a person reads, row by row.
    pub rows: Vec<String>,
    pub unread: u64,
    pub marks: RowMarks,
}

/// What the row of a conversation says of how far its two people are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RowMarks {
    pub head: Seq,
    pub read: Seq,
    pub peer_delivered: Seq,
    pub peer_read: Seq,
}

/// A conversation in the store at the end, as one of its people sees it.
#[derive(Clone, Debug)]
pub struct Truth {
    pub person: Username,
    pub peer: Username,
    pub log: Vec<Entry>,
    pub rows: Vec<String>,
    pub unread: u64,
    pub mine: Marks,
    pub theirs: Marks,
}

#[derive(Default)]
pub struct Facts {
    pub tries: BTreeMap<(Username, Id), Try>,
    pub answers: Vec<(Username, Sent)>,
    /// Refused for good.
    pub refused: BTreeMap<(Username, Id), ErrorCode>,
    /// Refused for good by a server at some time, whatever came of it since.
    pub was_refused: BTreeSet<(Username, Id)>,
    /// Where each thing was written, in order of writing.
    pub written: BTreeMap<(Username, Id), (usize, usize)>,
    /// What was kept in a browser to be sent, and not dropped by its person.
    pub kept: BTreeMap<(Username, Id), usize>,
    /// What its person dropped while it waited.
    pub dropped: BTreeSet<(Username, Id)>,
    pub seen: BTreeMap<(Pair, Seq), Entry>,
    pub marks: BTreeMap<(Username, Username), Marks>,
    pub rows: BTreeMap<(usize, u64, Username), RowMarks>,
    pub truths: Vec<Truth>,
    pub views: Vec<View>,
    /// What still waits at the end.
    pub waiting: Vec<String>,
    /// What was wrong as soon as it happened.
    pub wrong: Vec<String>,
}

impl Records {
    pub fn new(is_traced: bool) -> Self {
        Self { facts: Facts::default(), totals: Totals::default(), trace: is_traced.then(Vec::new) }
    }
}

impl Facts {
    /// Somebody writes something at a page.
    pub fn wrote(&mut self, author: &Username, id: &Id, page: usize) {
        let number = self.written.len();
        self.written.insert((author.clone(), id.clone()), (page, number));
    }

    /// A page hands a change of the log to its line, or would if it had one.
    pub fn tried(&mut self, author: &Username, frame: &ClientFrame) {
        let Some((id, peer, kind)) = change(frame) else { return };
        let key = (author.clone(), id.clone());
        let was_refused = self.refused.remove(&key).is_some();
        let new = Try { peer: Username::from_canonical(peer), kind, is_late: false };
        let first = self.tries.entry(key).or_insert_with(|| new.clone());
        first.is_late |= was_refused;
        if was_refused {
            first.kind = new.kind;
        } else if first.kind != new.kind || first.peer != new.peer {
            self.wrong.push(format!("{id} of {author} was tried as {:?} and as {:?}", first.kind, new.kind));
        }
    }

    /// The person of a browser drops what it shows as refused. What no server ever refused stays among what was kept.
    pub fn let_be(&mut self, browser: usize, ids: &[Id]) {
        let was_refused = &self.was_refused;
        self.kept.retain(|key, of| *of != browser || !ids.contains(&key.1) || !was_refused.contains(key));
    }

    /// A page learns of an entry.
    pub fn saw(&mut self, person: &Username, peer: &Username, entry: &Entry) {
        let key = (pair(person, peer), entry.seq);
        let Some(before) = self.seen.get(&key) else {
            self.seen.insert(key, entry.clone());
            return;
        };
        if before.id != entry.id || before.from != entry.from || before.at != entry.at {
            let wrong = format!("{} of {person} and {peer} is {} and {}", entry.seq, before.id, entry.id);
            self.wrong.push(wrong);
        }
    }

    /// Marks rose in the store.
    pub fn mark(&mut self, person: &Username, peer: &Username, marks: Marks) {
        let before = self.marks.insert((person.clone(), peer.clone()), marks).unwrap_or_default();
        if marks.read < before.read || marks.delivered < before.delivered || marks.read > marks.delivered {
            self.wrong.push(format!("marks of {person} with {peer} went from {before:?} to {marks:?}"));
        }
    }

    /// What a page shows of how far people are never falls while it stands.
    pub fn row(&mut self, page: usize, life: u64, row: &Conversation) {
        let now =
            RowMarks { head: row.head, read: row.read, peer_delivered: row.peer_delivered, peer_read: row.peer_read };
        let before = self.rows.insert((page, life, row.peer.clone()), now).unwrap_or_default();
        let fell = now.head < before.head
            || now.read < before.read
            || now.peer_delivered < before.peer_delivered
            || now.peer_read < before.peer_read;
        if fell {
            self.wrong.push(format!("page {page} went back with {} from {before:?} to {now:?}", row.peer));
        }
    }
}

/// The id, the peer and the entry-to-be of a frame that changes a log.
pub fn change(frame: &ClientFrame) -> Option<(&Id, &str, Kind)> {
    Some(match frame {
        ClientFrame::Send(send) => {
            (&send.id, &send.peer, Kind::Message { body: Some(send.body.clone()), reply_to: send.reply_to })
        }
        ClientFrame::Edit(edit) => (&edit.id, &edit.peer, Kind::Edit { of: edit.of, body: Some(edit.body.clone()) }),
        ClientFrame::Delete(delete) => (&delete.id, &delete.peer, Kind::Deletion { of: delete.of }),
        ClientFrame::React(react) => {
            (&react.id, &react.peer, Kind::Reaction { of: react.of, emoji: react.emoji.clone() })
        }
        _ => return None,
    })
}
