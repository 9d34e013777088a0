//! When to ask `inbox`, and with which `since`. What its rows mean is in `conversation.rs`.

use crate::protocol::ids::{Id, Millis};

#[derive(Debug, Default)]
pub struct Inbox {
    pub since: String,
    pub asked: Option<Id>,
    pub is_wanted: bool,
    /// Ask at this time.
    pub at: Option<Millis>,
    /// One was answered to the end on this connection.
    pub is_synced: bool,
    pub was_open: bool,
}

impl Inbox {
    /// A new connection: everything may have changed. Who came and went meanwhile is no change that `since` tells of, so
    /// after the first connection the whole list is asked for.
    pub fn open(&mut self) {
        if std::mem::replace(&mut self.was_open, true) {
            self.since.clear();
        }
        self.asked = None;
        self.at = None;
        self.is_synced = false;
        self.is_wanted = true;
    }

    pub fn ask_at(&mut self, time: Millis) {
        self.at = Some(self.at.map_or(time, |at| at.min(time)));
    }

    pub fn should_ask(&self, now: Millis) -> bool {
        self.asked.is_none() && (self.is_wanted || self.at.is_some_and(|at| at <= now))
    }

    pub fn ask(&mut self, id: Id) -> Option<String> {
        self.asked = Some(id);
        self.is_wanted = false;
        self.at = None;
        (!self.since.is_empty()).then(|| self.since.clone())
    }

    /// Takes the answer's bookmark. True if that was the last page.
    pub fn answered(&mut self, since: String, more: bool) -> bool {
        self.since = since;
        self.asked = None;
        self.is_wanted |= more;
        self.is_synced |= !more;
        !more
    }
}
