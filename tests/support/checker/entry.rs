//! An entry as the checker compares it: words are kept as a hash, so that a run of a hundred thousand fits into memory.

use std::hash::{DefaultHasher, Hash, Hasher};

use serde_json::Value;

/// What an entry says beside its place: its kind, what it is about, and a hash of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words {
    pub kind: Kind,
    /// What an edit, a deletion or a reaction is about, or what a message replies to.
    pub target: Option<u64>,
    /// `None` where there is no text, or none any more.
    pub text: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Message,
    Edit,
    Deletion,
    Reaction,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub seq: u64,
    pub at: u64,
    pub from: String,
    pub id: String,
    pub words: Words,
}

impl Words {
    /// Of a frame of a client that changes the log.
    pub fn of_frame(frame: &Value) -> Self {
        let (kind, target, text) = match frame["type"].as_str() {
            Some("send") => (Kind::Message, "reply_to", "body"),
            Some("edit") => (Kind::Edit, "of", "body"),
            Some("delete") => (Kind::Deletion, "of", "-"),
            Some("react") => (Kind::Reaction, "of", "emoji"),
            _ => panic!("this changes no log: {frame}"),
        };
        Self::new(kind, frame[target].as_u64(), frame[text].as_str().map(str::trim))
    }

    pub fn new(kind: Kind, target: Option<u64>, text: Option<&str>) -> Self {
        Self { kind, target, text: text.map(hash) }
    }

    /// Whether these words may stand for those that were tried: the same, or the same without the text that was erased.
    pub fn may_be(&self, tried: &Self) -> bool {
        let is_erased = self.text.is_none() && matches!(self.kind, Kind::Message | Kind::Edit);
        self.kind == tried.kind && self.target == tried.target && (is_erased || self.text == tried.text)
    }

    /// The message whose deletion erases this text.
    pub fn erased_with(&self, seq: u64) -> Option<u64> {
        match self.kind {
            Kind::Message => Some(seq),
            Kind::Edit => self.target,
            Kind::Deletion | Kind::Reaction => None,
        }
    }
}

impl Entry {
    /// As the wire says it in `entry` and `history`.
    pub fn read(entry: &Value) -> Self {
        let (kind, target, text) = match entry["kind"].as_str() {
            Some("message") => (Kind::Message, "reply_to", "body"),
            Some("edit") => (Kind::Edit, "of", "body"),
            Some("deletion") => (Kind::Deletion, "of", "-"),
            Some("reaction") => (Kind::Reaction, "of", "emoji"),
            _ => panic!("this is no entry: {entry}"),
        };
        let word = |field: &str| entry[field].as_str().unwrap_or_else(|| panic!("no {field} in {entry}")).to_owned();
        let number = |field: &str| entry[field].as_u64().unwrap_or_else(|| panic!("no {field} in {entry}"));
        Self {
            seq: number("seq"),
            at: number("at"),
            from: word("from"),
            id: word("id"),
            words: Words::new(kind, entry[target].as_u64(), entry[text].as_str()),
        }
    }

    /// Whether both are one entry, of which one side may have been erased since.
    pub fn is_same(&self, other: &Self) -> bool {
        let is_placed = (self.seq, self.at) == (other.seq, other.at) && self.from == other.from && self.id == other.id;
        is_placed && (self.words.may_be(&other.words) || other.words.may_be(&self.words))
    }
}

fn hash(text: &str) -> u64 {
    // Its keys are fixed: equal texts have equal hashes in one run.
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
