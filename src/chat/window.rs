//! What the view of a conversation asks for: the part of the timeline that it shows, and where it may move to.

use super::{
    Chat,
    conversation::Conversation,
    event::{Waiting, What},
    rows::{Divider, Rows},
    scene::Scene,
    timeline::{Timeline, is_message},
};
use crate::protocol::{
    entry::Kind,
    ids::{Id, Seq},
};

impl Chat {
    /// At most `most` rows that end at the message `until`; at the newest, with what waits, where there is none. A
    /// message that is not held stands for the last one before it.
    pub fn rows(&self, peer: &str, until: Option<Seq>, most: usize) -> Rows {
        let empty = Timeline::default();
        let conversation = self.conversations.get(peer);
        let open = self.open.as_ref().filter(|open| open.peer.as_str() == peer);
        let filling = conversation.filter(|conversation| conversation.asks.after.is_some());
        Scene {
            you: &self.you.username,
            row: conversation.and_then(|conversation| conversation.row.as_ref()),
            timeline: self.timeline(peer).unwrap_or(&empty),
            waiting: self.outbox.with(peer).collect(),
            divider: open.and_then(|open| open.divider).map(|divider| self.counted(peer, divider)),
            filling_from: filling.map(Conversation::known_up_to),
        }
        .window(until, most)
    }

    /// The list may have been behind when the conversation was opened: read elsewhere, and not yet counted anew.
    fn counted(&self, peer: &str, divider: Divider) -> Divider {
        let timeline = self.timeline(peer);
        let count = timeline.and_then(|held| held.unread(&self.you.username, divider.read, divider.head));
        Divider { count: count.unwrap_or(divider.count), ..divider }
    }

    /// Where a window ends that is moved by this many messages, later or (negative) earlier. `None`: at the newest.
    pub fn shift(&self, peer: &str, until: Option<Seq>, by: isize) -> Option<Seq> {
        let timeline = self.timeline(peer)?;
        let last = timeline.message_at_or_before(Seq(u64::MAX))?;
        let first = || timeline.step(Seq(0), 1);
        let here = until.map_or(last, |until| timeline.message_at_or_before(until).unwrap_or_else(first));
        Some(timeline.step(here, by)).filter(|there| *there < last)
    }

    /// How many messages are held that stand behind this one; of more than `most`, so many.
    pub fn count_behind(&self, peer: &str, seq: Seq, most: usize) -> usize {
        let behind = self.timeline(peer).into_iter().flat_map(|timeline| timeline.after(seq));
        behind.filter(|entry| is_message(entry)).take(most).count()
    }

    /// This message is loaded.
    pub fn holds(&self, peer: &str, seq: Seq) -> bool {
        self.timeline(peer).is_some_and(|timeline| timeline.get(seq).is_some())
    }

    /// The first entry that was not read when the conversation was opened.
    pub fn first_unread(&self, peer: &str) -> Option<Seq> {
        let open = self.open.as_ref().filter(|open| open.peer.as_str() == peer)?;
        Some(open.divider?.read.next())
    }

    /// The newest message of one's own that can still be edited: what ↑ in an empty composer means.
    pub fn last_own_message(&self, peer: &str) -> Option<Seq> {
        let is_going = |seq| {
            let is_deletion =
                |waiting: &Waiting| waiting.what == What::Deletion { of: seq } && waiting.refused.is_none();
            self.outbox.with(peer).any(is_deletion)
        };
        let mut newest_first = self.timeline(peer)?.entries().rev();
        let entry = newest_first.find(|entry| {
            let is_message = matches!(entry.kind, Kind::Message { body: Some(_), .. });
            is_message && entry.from == self.you.username && !is_going(entry.seq)
        })?;
        Some(entry.seq)
    }

    /// What waits, or was refused, by this id can be changed or dropped without a trace: nobody else can have it.
    pub fn may_take_back(&self, id: &Id) -> bool {
        self.outbox.may_take_back(id, self.is_sender)
    }

    /// Pages are being loaded until a message is held that one wants to see.
    pub fn is_seeking(&self, peer: &str) -> bool {
        self.open.as_ref().is_some_and(|open| open.peer.as_str() == peer && open.sought.is_some())
    }

    pub fn has_older(&self, peer: &str) -> bool {
        self.timeline(peer).is_some_and(Timeline::has_older)
    }

    fn timeline(&self, peer: &str) -> Option<&Timeline> {
        self.conversations.get(peer)?.timeline.as_ref()
    }
}
