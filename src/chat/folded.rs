//! One message on its way through the fold: what the log says of it so far.

use super::{
    event::{Waiting, What},
    rows::By,
};
use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Seq, Username},
};

pub struct Folded<'a> {
    pub entry: &'a Entry,
    pub body: Option<&'a str>,
    pub is_edited: bool,
    /// With the place in the log that decides which of two stands first.
    pub mine: Option<(Seq, &'a str)>,
    pub theirs: Option<(Seq, &'a str)>,
    pub is_pending: bool,
    pub refused: Option<&'a Waiting>,
}

impl<'a> Folded<'a> {
    /// A message as it was said; without its words where a deletion is known.
    pub fn new(entry: &'a Entry, is_deleted: bool) -> Self {
        let body = match &entry.kind {
            Kind::Message { body, .. } => body.as_deref().filter(|_| !is_deleted),
            _ => None,
        };
        Self { entry, body, is_edited: false, mine: None, theirs: None, is_pending: false, refused: None }
    }

    pub fn mend(&mut self, you: &Username, entry: &'a Entry) {
        match &entry.kind {
            Kind::Message { .. } => {}
            Kind::Edit { body, .. } => self.edit(body.as_deref()),
            Kind::Deletion { .. } => self.body = None,
            Kind::Reaction { emoji, .. } => {
                let reaction = emoji.as_deref().map(|emoji| (entry.seq, emoji));
                match By::author(you, &entry.from) {
                    By::Me => self.mine = reaction,
                    By::Peer => self.theirs = reaction,
                }
            }
        }
    }

    /// Own work on it that is not sent yet holds at once; what was refused only marks it.
    pub fn await_mending(&mut self, waiting: &'a Waiting) {
        if waiting.refused.is_some() {
            self.refused = Some(waiting);
            return;
        }
        match &waiting.what {
            What::Message { .. } => {}
            What::Edit { body, .. } => {
                self.edit(Some(body));
                self.is_pending = true;
            }
            What::Deletion { .. } => {
                self.body = None;
                self.is_pending = true;
            }
            What::Reaction { emoji, .. } => self.mine = emoji.as_deref().map(|emoji| (Seq(u64::MAX), emoji)),
        }
    }

    fn edit(&mut self, body: Option<&'a str>) {
        if self.body.is_some() {
            self.body = body;
            self.is_edited = true;
        }
    }

    pub fn reactions(&self) -> Vec<(String, bool, bool)> {
        if self.body.is_none() {
            return Vec::new();
        }
        let own = |(_, emoji): (Seq, &str)| (emoji.to_owned(), true, false);
        let other = |(_, emoji): (Seq, &str)| (emoji.to_owned(), false, true);
        match (self.mine, self.theirs) {
            (Some((_, mine)), Some((_, theirs))) if mine == theirs => vec![(mine.to_owned(), true, true)],
            (Some(mine), Some(theirs)) if theirs.0 < mine.0 => vec![other(theirs), own(mine)],
            (mine, theirs) => mine.map(own).into_iter().chain(theirs.map(other)).collect(),
        }
    }
}
