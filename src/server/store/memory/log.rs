//! One conversation: its entries, and how far both its people are.

use std::collections::HashMap;

use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::{Seq, Username},
    },
    server::store::{Appended, Draft, Error, Marks, Result},
};

#[derive(Default)]
pub struct Log {
    pub entries: Vec<Entry>,
    pub marks: HashMap<Username, Marks>,
    pub touched: u64,
}

impl Log {
    pub fn head(&self) -> Seq {
        self.entries.last().map_or(Seq(0), |last| last.seq)
    }

    pub fn marks_of(&self, username: &Username) -> Marks {
        self.marks.get(username).copied().unwrap_or_default()
    }

    pub fn append(&mut self, draft: Draft) -> Appended {
        let seq = self.head().next();
        let at = self.entries.last().map_or(draft.now, |last| last.at.max(draft.now));
        if let Kind::Deletion { of } = draft.kind {
            self.erase(of);
        }
        self.entries.push(Entry { seq, at, from: draft.author, id: draft.id, kind: draft.kind });
        Appended { seq, at, is_new: true }
    }

    fn erase(&mut self, message: Seq) {
        for entry in &mut self.entries {
            match &mut entry.kind {
                Kind::Message { body, .. } if entry.seq == message => *body = None,
                Kind::Edit { of, body } if *of == message => *body = None,
                _ => {}
            }
        }
    }

    pub fn erase_all(&mut self) {
        for entry in &mut self.entries {
            if let Kind::Message { body, .. } | Kind::Edit { body, .. } = &mut entry.kind {
                *body = None;
            }
        }
    }

    pub fn last_message(&self) -> Option<Entry> {
        let mut last = self.entries.iter().rfind(|entry| matches!(entry.kind, Kind::Message { .. }))?.clone();
        let edited = self.entries.iter().rev().find_map(|entry| match &entry.kind {
            Kind::Edit { of, body } if *of == last.seq => Some(body.clone()),
            _ => None,
        });
        if let (Kind::Message { body, .. }, Some(edited)) = (&mut last.kind, edited) {
            *body = edited;
        }
        Some(last)
    }
}

pub fn check_target(log: Option<&Log>, draft: &Draft) -> Result<()> {
    let target = match draft.kind {
        Kind::Message { reply_to, .. } => reply_to,
        _ => draft.kind.target(),
    };
    let Some(target) = target else {
        return Ok(());
    };
    let message = log.and_then(|log| log.entries.iter().find(|entry| entry.seq == target)).ok_or(Error::NotFound)?;
    let Kind::Message { body, .. } = &message.kind else {
        return Err(Error::NotFound);
    };
    match draft.kind {
        Kind::Message { .. } => Ok(()),
        Kind::Edit { .. } | Kind::Deletion { .. } if message.from != draft.author => Err(Error::NotYours),
        _ if body.is_none() => Err(Error::Gone),
        _ => Ok(()),
    }
}

/// Whether the draft says what was stored, as far as that was not erased.
pub fn is_repeat(stored: &Kind, drafted: &Kind) -> bool {
    match (stored, drafted) {
        (Kind::Message { body: None, reply_to }, Kind::Message { reply_to: drafted, .. }) => reply_to == drafted,
        (Kind::Edit { of, body: None }, Kind::Edit { of: drafted, .. }) => of == drafted,
        _ => stored == drafted,
    }
}
