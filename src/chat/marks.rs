//! `delivered` and `read`: what this page owes the server, and what the peer's stand at.
//!
//! Own marks are owed from the moment that they rise until an `inbox` has shown them: a mark has no answer, and one
//! that was on a line when it was cut is said again. The peer's only rise while a connection lasts.

use crate::protocol::{
    ids::{Millis, Seq, Username},
    server,
};

/// Marks that rise within this time go out as one.
pub const COALESCE_MS: u64 = 100;

#[derive(Debug, Default)]
pub struct Marks {
    pub peer_delivered: Seq,
    pub peer_read: Seq,
    /// What this connection was told of the peer's.
    told_delivered: Seq,
    told_read: Seq,
    /// The newest entry by the peer: for one's own there is nothing to acknowledge.
    pub heard: Seq,
    /// What `Remember` covered, and what the browser says is stored.
    remembered: Seq,
    stored: Seq,
    /// What this connection carried, and what the server has shown to know.
    spoken: Said,
    confirmed: Said,
    pub due: Option<Millis>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Said {
    delivered: Seq,
    read: Seq,
}

impl Said {
    fn raise(&mut self, delivered: Seq, read: Seq) {
        self.read = self.read.max(read);
        self.delivered = self.delivered.max(delivered).max(self.read);
    }
}

impl Marks {
    pub fn learn(&mut self, you: &Username, truth: &server::Conversation) {
        self.hear_peer(truth.peer_delivered, truth.peer_read);
        self.peer_delivered = self.told_delivered;
        self.peer_read = self.told_read;
        self.confirmed = Said { delivered: truth.delivered, read: truth.read };
        let is_own = (truth.last.as_ref()).is_some_and(|last| last.seq == truth.head && last.from == *you);
        if !is_own {
            self.heard = self.heard.max(truth.head);
        } else if truth.unread > 0 {
            // Something by the peer stands before one's own last words.
            self.heard = self.heard.max(truth.head.previous());
        }
    }

    pub fn hear_peer(&mut self, delivered: Seq, read: Seq) {
        self.told_read = self.told_read.max(read);
        self.told_delivered = self.told_delivered.max(delivered).max(self.told_read);
        self.peer_read = self.peer_read.max(self.told_read);
        self.peer_delivered = self.peer_delivered.max(self.told_delivered);
    }

    /// Another device of this person spoke.
    pub fn hear_own(&mut self, delivered: Seq, read: Seq) {
        self.confirmed.raise(delivered, read);
    }

    pub fn remember(&mut self, known: Seq) {
        self.remembered = self.remembered.max(known);
    }

    pub fn store(&mut self) {
        self.stored = self.stored.max(self.remembered);
    }

    /// Another connection: a mark that was on the last line when it was cut may not have come through.
    pub fn lose(&mut self) {
        self.spoken = Said::default();
        self.due = None;
        self.told_delivered = Seq(0);
        self.told_read = Seq(0);
    }

    /// What was said on this connection may not have been kept.
    pub fn unsay(&mut self) {
        self.spoken = Said::default();
    }

    pub fn owed_delivered(&self) -> Option<Seq> {
        self.would_owe(self.stored).then_some(self.stored)
    }

    /// Whether storing everything up to `known` would be worth saying.
    pub fn would_owe(&self, known: Seq) -> bool {
        let said = self.spoken.delivered.max(self.confirmed.delivered);
        known > said && self.heard > said
    }

    pub fn owed_read(&self, read: Seq) -> Option<Seq> {
        (read > self.spoken.read.max(self.confirmed.read)).then_some(read)
    }

    pub fn say_delivered(&mut self, seq: Seq) {
        self.spoken.raise(seq, Seq(0));
    }

    pub fn say_read(&mut self, seq: Seq) {
        self.spoken.raise(seq, seq);
    }
}
