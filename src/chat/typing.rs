//! Says that one is typing, no more often than anybody needs to hear it.

use crate::protocol::{
    ids::{Millis, Username},
    limits::TYPING_EVERY_MS,
};

#[derive(Debug, Default)]
pub struct Typing {
    /// Who was told `on` and not yet `off`.
    told: Option<Username>,
    last: Option<(Username, Millis)>,
}

impl Typing {
    /// Keys arrive for `peer`. True if that is worth an `on`.
    pub fn starts(&mut self, peer: &Username, now: Millis) -> bool {
        let is_recent = (self.last.as_ref()).is_some_and(|(last, at)| last == peer && now.since(*at) < TYPING_EVERY_MS);
        if is_recent {
            return false;
        }
        self.last = Some((peer.clone(), now));
        self.told = Some(peer.clone());
        true
    }

    /// Nothing is being typed for `peer` any more. True if that is worth an `off`.
    pub fn stops(&mut self, peer: &Username) -> bool {
        let was_told = self.told.take_if(|told| told == peer).is_some();
        if was_told {
            // An `off` lay between: the next key is news again.
            self.last = None;
        }
        was_told
    }

    /// Whoever still believes that one types, but is not `peer`.
    pub fn moves_on_from(&mut self, peer: Option<&Username>) -> Option<Username> {
        self.told.take_if(|told| Some(&*told) != peer)
    }

    pub fn lose(&mut self) {
        *self = Self::default();
    }
}
