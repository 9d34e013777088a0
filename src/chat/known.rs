//! What the browser remembers of a conversation, so that it opens at once, and without a line.

use serde::{Deserialize, Serialize};

use super::{
    Chat,
    timeline::{Absorbed, Timeline},
};
use crate::protocol::{entry::Entry, ids::Seq, server};

/// How many entries of a conversation the browser is asked to remember.
pub const REMEMBERED: usize = 200;

/// The last that was known of a conversation, to be stored by the browser. What waits to be sent is never part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Known {
    pub conversation: Option<server::Conversation>,
    /// The tail of the log, ascending.
    pub entries: Vec<Entry>,
}

impl Known {
    /// There may be more in the store, which must not be lost by storing this.
    pub fn is_short(&self) -> bool {
        self.entries.len() < REMEMBERED && self.entries.first().is_none_or(|first| first.seq > Seq(1))
    }

    /// Takes over what was stored before and is still true: entries up to the head that both know, if they agree.
    pub fn lengthened(self, stored: Self) -> Self {
        let Self { conversation, entries } = self;
        let head = conversation.as_ref().map_or(Seq(u64::MAX), |conversation| conversation.head);
        let mut both = Timeline::default();
        for entry in stored.entries.into_iter().filter(|entry| entry.seq <= head) {
            both.absorb(entry);
        }
        for entry in &entries {
            if both.absorb(entry.clone()) == Absorbed::Contradicts {
                return Self { conversation, entries };
            }
        }
        Self { conversation: conversation.or(stored.conversation), entries: both.tail(REMEMBERED) }
    }
}

impl Chat {
    pub fn export(&self, peer: &str) -> Option<Known> {
        let conversation = self.conversations.get(peer)?;
        let timeline = conversation.timeline.as_ref().unwrap_or(&conversation.unopened);
        Some(Known { conversation: conversation.row.clone(), entries: timeline.tail(REMEMBERED) })
    }
}
