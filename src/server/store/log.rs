//! What is kept of conversations: what is asked to be written, what stands in the log, and how far each of the two is.

use serde::Serialize;

use crate::protocol::{
    entry::{Entry, Kind},
    ids::{Id, Millis, Seq, Username},
};

/// A change of a conversation's log, as its author asks for it. Well-formed: the body is trimmed and in its bounds.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    pub author: Username,
    pub peer: Username,
    pub id: Id,
    /// `Message` and `Edit` have a body.
    pub kind: Kind,
    /// The server's clock. The entry's time is the later of this and the time of the entry before it.
    pub now: Millis,
}

/// Where an entry stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    pub seq: Seq,
    pub at: Millis,
    /// False where the same draft had been written before: then nothing was written now and nothing is to be published.
    pub is_new: bool,
}

/// Which entries of a log. `limit` is at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// The entries above, oldest first.
    After(Seq),
    /// The entries just below; above the head: the newest.
    Before(Seq),
    Newest,
}

#[derive(Clone, Debug, PartialEq)]
pub struct History {
    /// Ascending.
    pub entries: Vec<Entry>,
    /// The last seq of the log; 0 where there is none.
    pub head: Seq,
    /// Nothing further in the direction asked for.
    pub is_complete: bool,
}

/// A conversation as one of its people sees it. Who is online is not the store's to know.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub peer: Username,
    /// The peer's shown name.
    pub name: String,
    pub head: Seq,
    /// The time of the head.
    pub at: Millis,
    /// Messages by the peer above one's own `read`, deleted ones not counted. 0 in notes to oneself.
    pub unread: u64,
    pub mine: Marks,
    /// The peer's marks.
    pub theirs: Marks,
    pub last_seen: Option<Millis>,
    /// The newest entry of kind message, its body as last edited, `None` once deleted.
    pub last: Option<Entry>,
}

/// How far one person is: what a device of theirs has stored, and what they have seen. `read` is at most `delivered`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Marks {
    pub delivered: Seq,
    pub read: Seq,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Inbox {
    /// Newest first.
    pub rows: Vec<Row>,
    /// Opaque, without white space or quotes: what changed after this answer is found by asking with it.
    pub since: String,
    pub more: bool,
}
