//! One message on its way through the fold: what the log says of it so far.

use super::{event::Waiting, rows::By};
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
    pub fn new(entry: &'a Entry) -> Self {
        Self { entry, body: None, is_edited: false, mine: None, theirs: None, is_pending: false, refused: None }
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

    pub fn edit(&mut self, body: Option<&'a str>) {
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

/// Messages are folded in the order of their numbers.
pub fn find<'f, 'a>(folded: &'f mut [Folded<'a>], seq: Seq) -> Option<&'f mut Folded<'a>> {
    let index = folded.binary_search_by_key(&seq, |message| message.entry.seq).ok()?;
    folded.get_mut(index)
}
