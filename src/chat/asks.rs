//! What a page has asked of one log, at most one question in each direction, and what it still wants to ask.

use crate::protocol::ids::{Id, Millis, Seq};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Newest,
    After,
    Before,
}

/// What was asked of the log, at most one in each direction, and what is still to be asked.
#[derive(Debug, Default)]
pub struct Asks {
    pub newest: Option<Ask>,
    pub after: Option<Ask>,
    pub before: Option<Ask>,
    /// The browser looks up what it remembers.
    pub is_recalling: bool,
    /// What is held comes from there, and no answer has confirmed it yet.
    pub is_recalled: bool,
    pub wants_newest: bool,
    pub wants_older: bool,
    /// A new connection: ask once even though nothing seems to be missing.
    pub wants_check: bool,
    /// The hole that the person looks at.
    pub gap: Option<Seq>,
    /// Not before this time, after an answer that did not help.
    pub rests_until: Option<Millis>,
}

#[derive(Debug)]
pub struct Ask {
    pub id: Id,
    /// The highest entry that was held when it was asked: a head below it means another log.
    pub held: Seq,
    /// Where it was asked from.
    pub from: Seq,
}

impl Asks {
    pub fn is_resting(&mut self, now: Millis) -> bool {
        self.rests_until.take_if(|until| *until <= now);
        self.rests_until.is_some()
    }

    pub fn ask_newest(&mut self, id: &Id, held: Seq) -> bool {
        if self.newest.is_some() || !self.wants_newest {
            return false;
        }
        self.wants_newest = false;
        self.newest = Some(Ask::new(id, held, held));
        true
    }

    /// `from`: the lowest entry, where anything lies below it.
    pub fn ask_before(&mut self, id: &Id, held: Seq, from: Option<Seq>) -> Option<Seq> {
        if self.before.is_some() || !self.wants_older {
            return None;
        }
        let from = from?;
        self.wants_older = false;
        self.before = Some(Ask::new(id, held, from));
        Some(from)
    }

    /// `behind`: where the entries end, if some are known to follow. Otherwise a gap, or a look at `caught_up`.
    pub fn ask_after(&mut self, id: &Id, held: Seq, behind: Option<Seq>, caught_up: Seq) -> Option<Seq> {
        if self.after.is_some() {
            return None;
        }
        let check = self.wants_check.then_some(caught_up);
        let from = match behind.or(check) {
            Some(from) => {
                self.wants_check = false;
                from
            }
            None => self.gap.take()?,
        };
        self.after = Some(Ask::new(id, held, from));
        Some(from)
    }

    /// Finds the question that has this id, and closes it.
    pub fn answer(&mut self, id: &Id) -> Option<(Direction, Ask)> {
        let of = |ask: &mut Ask| ask.id == *id;
        if let Some(ask) = self.newest.take_if(of) {
            return Some((Direction::Newest, ask));
        }
        if let Some(ask) = self.after.take_if(of) {
            return Some((Direction::After, ask));
        }
        let ask = self.before.take_if(of)?;
        Some((Direction::Before, ask))
    }

    /// The server could not answer now.
    pub fn ask_again(&mut self, direction: Direction, at: Millis) {
        self.rests_until = Some(at);
        match direction {
            Direction::Newest => self.wants_newest = true,
            Direction::After => self.wants_check = true,
            Direction::Before => self.wants_older = true,
        }
    }

    /// The link is lost, and the answers with it.
    pub fn lose(&mut self) {
        self.wants_newest |= self.newest.take().is_some();
        self.wants_older |= self.before.take().is_some();
        self.after = None;
        self.rests_until = None;
    }
}

impl Ask {
    fn new(id: &Id, held: Seq, from: Seq) -> Self {
        Self { id: id.clone(), held, from }
    }
}
