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
        let mine = self.mine.map(|(seq, emoji)| (seq, emoji, true, false));
        let theirs = self.theirs.map(|(seq, emoji)| (seq, emoji, false, true));
        let mut both: Vec<_> = match (mine, theirs) {
            (Some((seq, emoji, ..)), Some((other, same, ..))) if emoji == same => {
                vec![(seq.min(other), emoji, true, true)]
            }
            _ => mine.into_iter().chain(theirs).collect(),
        };
        both.sort_by_key(|(seq, ..)| *seq);
        both.into_iter().map(|(_, emoji, mine, theirs)| (emoji.to_owned(), mine, theirs)).collect()
    }
}

/// Messages are folded in the order of their numbers.
pub fn find<'f, 'a>(folded: &'f mut [Folded<'a>], seq: Seq) -> Option<&'f mut Folded<'a>> {
    let index = folded.binary_search_by_key(&seq, |message| message.entry.seq).ok()?;
    folded.get_mut(index)
}
