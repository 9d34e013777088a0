//! Mistakes that a store could make, for tests that must find them.

use super::{Memory, pair};
use crate::{
    protocol::{
        entry::Entry,
        ids::{Seq, Username},
    },
    server::store::{Appended, Draft, Result},
};

impl Memory {
    /// The last number of a log.
    pub fn head(&self, one: &Username, other: &Username) -> Seq {
        self.state().logs.get(&pair(one, other)).map_or(Seq(0), super::Log::head)
    }

    /// Takes a number for an entry that is not there yet.
    pub fn count(&self, one: &Username, other: &Username) -> Seq {
        let mut state = self.state();
        let counter = state.counters.entry(pair(one, other)).or_default();
        *counter = counter.next();
        *counter
    }

    /// Appends an entry under a number that was taken before.
    pub fn append_as(&self, draft: Draft, seq: Seq) -> Result<Appended> {
        let mut state = self.state();
        let names = pair(&draft.author, &draft.peer);
        state.add(draft)?;
        let entries = &mut state.logs.entry(names).or_default().entries;
        let mut entry: Entry = entries.pop().expect("it was added just now");
        entry.seq = seq;
        let appended = Appended { seq, at: entry.at, is_new: true };
        let place = entries.partition_point(|other| other.seq < seq);
        entries.insert(place, entry);
        Ok(appended)
    }

    /// Appends an entry, whether or not there is one of its id.
    pub fn append_anyway(&self, draft: Draft) -> Result<Appended> {
        self.state().add(draft)
    }
}
