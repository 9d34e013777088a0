//! What one client writes down while it talks: tries in their order, every answer, everything it saw, and how each of its
//! lines ended. It judges nothing.

use std::collections::HashMap;

use serde_json::Value;

use super::{
    entry::{Entry, Kind, Words},
    stored::Pair,
};

/// Whose client it is, with whom it talks, and which of that person's devices.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Device {
    pub person: String,
    pub peer: String,
    pub name: String,
}

impl Device {
    pub fn pair(&self) -> Pair {
        Pair::of(&self.person, &self.peer)
    }
}

/// One press of Send, however often it was repeated.
#[derive(Clone, Debug)]
pub struct Try {
    pub id: String,
    pub words: Words,
    /// Whether it has its place behind the tries before it: not once it was to be tried again later.
    pub keeps_order: bool,
    pub sendings: usize,
    pub answers: Vec<Answer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Sent { seq: u64, at: u64 },
    Refused(String),
}

/// The codes after which nobody knows whether it was written.
const UNKNOWN: [&str; 2] = ["unknown_outcome", "internal"];
/// The codes that say that nothing was written and that the same may be tried again.
const LATER: [&str; 3] = ["busy", "unavailable", "rate_limited"];

impl Try {
    pub fn is_answered(&self) -> bool {
        self.answers.iter().any(|answer| matches!(answer, Answer::Sent { .. }))
    }

    /// The code that says that this is not in the log, if that is the last word.
    pub fn refused(&self) -> Option<&str> {
        let Some(Answer::Refused(code)) = self.answers.last() else { return None };
        if UNKNOWN.contains(&code.as_str()) {
            return None;
        }
        // Nothing was written for this sending; an earlier one may have been.
        let is_later = |answer: &Answer| matches!(answer, Answer::Refused(code) if LATER.contains(&code.as_str()));
        let is_all = self.answers.len() == self.sendings && self.answers.iter().all(is_later);
        (!LATER.contains(&code.as_str()) || is_all).then_some(code)
    }

    /// Whether its sender has nothing left to do.
    pub fn is_settled(&self) -> bool {
        self.is_answered() || self.refused().is_some_and(|code| !is_to_be_repeated(code))
    }
}

/// Whether a client sends the same again.
pub fn is_to_be_repeated(code: &str) -> bool {
    UNKNOWN.contains(&code) || LATER.contains(&code)
}

/// One person's marks as a device was told them, and what it had been told before it asked.
#[derive(Clone, Debug)]
pub struct MarkSeen {
    pub whose: String,
    pub delivered: u64,
    pub read: u64,
    /// `None` for a `receipt`, which may come late.
    pub held_before: Option<(u64, u64)>,
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct End {
    pub code: u16,
    /// The server was told to end, not killed.
    pub is_ordered: bool,
}

#[derive(Clone, Debug)]
pub struct Record {
    pub device: Device,
    pub tries: Vec<Try>,
    by_id: HashMap<String, usize>,
    /// What the device holds, as it was applied: place `n` is to be seq `n + 1`.
    pub held: Vec<Entry>,
    /// What contradicted what the device held already, in words.
    pub contradictions: Vec<String>,
    pub marks: Vec<MarkSeen>,
    pub ends: Vec<End>,
}

impl Record {
    pub fn new(person: &str, peer: &str, name: &str) -> Self {
        let device = Device { person: person.to_owned(), peer: peer.to_owned(), name: name.to_owned() };
        Self {
            device,
            tries: Vec::new(),
            by_id: HashMap::new(),
            held: Vec::new(),
            contradictions: Vec::new(),
            marks: Vec::new(),
            ends: Vec::new(),
        }
    }

    /// To be called before each sending of a log-changing frame; a repeat changes nothing.
    pub fn tries(&mut self, frame: &Value) {
        let id = frame["id"].as_str().expect("it has an id").to_owned();
        let place = *self.by_id.entry(id.clone()).or_insert(self.tries.len());
        if place == self.tries.len() {
            let words = Words::of_frame(frame);
            self.tries.push(Try { id, words, keeps_order: true, sendings: 0, answers: Vec::new() });
        }
        self.tries[place].sendings += 1;
    }

    /// Takes a `sent`, or an `error` that names an id; gives what was tried.
    pub fn answered(&mut self, frame: &Value) -> Option<&Try> {
        let place = *self.by_id.get(frame["id"].as_str()?)?;
        let attempt = &mut self.tries[place];
        let answer = match (frame["seq"].as_u64(), frame["at"].as_u64(), frame["code"].as_str()) {
            (Some(seq), Some(at), None) => Answer::Sent { seq, at },
            (_, _, Some(code)) => Answer::Refused(code.to_owned()),
            _ => panic!("this answers no try: {frame}"),
        };
        if let Answer::Refused(code) = &answer
            && is_to_be_repeated(code)
        {
            // What was sent behind it may be in the log before it.
            attempt.keeps_order = false;
        }
        attempt.answers.push(answer);
        Some(attempt)
    }

    /// The line broke where the server may have refused what was under way, and with it that answer: what was sent behind
    /// it on that line may be in the log before it.
    pub fn lost_refusals(&mut self) {
        for attempt in self.tries.iter_mut().filter(|attempt| attempt.answers.is_empty()) {
            attempt.keeps_order = false;
        }
    }

    /// Whether this was answered `sent`, and once.
    pub fn is_new(&self, id: &str) -> bool {
        let sent =
            |attempt: &Try| attempt.answers.iter().filter(|answer| matches!(answer, Answer::Sent { .. })).count();
        self.by_id.get(id).is_some_and(|place| sent(&self.tries[*place]) == 1)
    }

    /// Applies an entry that comes next, or compares it with the one held in its place.
    pub fn saw(&mut self, entry: Entry) {
        let place = usize::try_from(entry.seq).unwrap_or(0);
        if place <= self.held.len() {
            match place.checked_sub(1).map(|place| &self.held[place]) {
                Some(held) if held.is_same(&entry) => {}
                held => self.contradictions.push(format!("it holds {held:?} and was told {entry:?}")),
            }
            return;
        }
        if place > self.held.len() + 1 {
            self.contradictions.push(format!("it holds {} and was given {entry:?} next", self.held.len()));
        }
        if let (Kind::Deletion, Some(target)) = (entry.words.kind, entry.words.target) {
            self.erase(target);
        }
        self.held.push(entry);
    }

    fn erase(&mut self, message: u64) {
        // An edit stands behind its message.
        let first = usize::try_from(message).unwrap_or(1).saturating_sub(1).min(self.held.len());
        for held in &mut self.held[first..] {
            if held.words.erased_with(held.seq) == Some(message) {
                held.words.text = None;
            }
        }
    }

    /// What the server says is its newest entry: never below what was told already.
    pub fn saw_head(&mut self, head: u64) {
        if head < self.held.len() as u64 {
            self.contradictions.push(format!("it holds {} and was told that the last is {head}", self.held.len()));
        }
    }

    pub fn saw_marks(&mut self, whose: &str, delivered: u64, read: u64, held_before: Option<(u64, u64)>) {
        self.marks.push(MarkSeen { whose: whose.to_owned(), delivered, read, held_before });
    }

    /// The highest marks of somebody that this device was told.
    pub fn highest_marks(&self, whose: &str) -> (u64, u64) {
        let theirs = self.marks.iter().filter(|mark| mark.whose == whose);
        theirs.fold((0, 0), |highest, mark| (highest.0.max(mark.delivered), highest.1.max(mark.read)))
    }

    pub fn ended(&mut self, code: u16, is_ordered: bool) {
        self.ends.push(End { code, is_ordered });
    }
}
