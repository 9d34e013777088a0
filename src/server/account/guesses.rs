//! How often a password was guessed wrong, of each account and on each device. From the fifth wrong guess on one waits
//! before the next, twice as long each time. In memory and of this process; it is a brake, never a record.
//!
//! A device that has signed in to the account before is counted by itself (`device`): whoever guesses from elsewhere makes
//! nobody wait who has the right password and a device of their own.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use crate::{
    protocol::ids::{Id, Millis, Username},
    server::fault,
};

/// The wrong guess after which one waits.
const FIRST_BRAKED: u32 = 5;
/// How long after that one; twice as long after each that follows.
const FIRST_WAIT_MS: u64 = 2_000;
const LONGEST_WAIT_MS: u64 = 15 * 60 * 1000;
/// Wrong guesses are forgotten when none came for so long.
const FORGOTTEN_MS: u64 = 60 * 60 * 1000;
/// Above this many guessers those are forgotten who do not wait; and all, where all wait.
const MOST: usize = 10_000;

/// From where an account's password is guessed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Guesser {
    /// Anywhere that is not known to the account.
    Stranger(Username),
    /// A device that signed in before, by what its cookie calls it.
    Device(Username, String),
    /// A session, which is asked for the password once more.
    Session(Id),
}

#[derive(Default)]
pub struct Guesses(Mutex<HashMap<Guesser, Wrong>>);

#[derive(Clone, Copy)]
struct Wrong {
    count: u32,
    last: Millis,
}

impl Wrong {
    fn wait(self, now: Millis) -> u64 {
        let Some(doublings) = self.count.checked_sub(FIRST_BRAKED) else { return 0 };
        let first = fault::millis("first-wait-ms").map_or(FIRST_WAIT_MS, |wait| wait.as_millis() as u64);
        let wait = first.saturating_mul(1 << doublings.min(20)).min(LONGEST_WAIT_MS);
        wait.saturating_sub(now.since(self.last))
    }

    fn is_old(self, now: Millis) -> bool {
        now.since(self.last) > FORGOTTEN_MS
    }
}

impl Guesses {
    /// Counts a guess as wrong before it is judged, so that many at once are no way around; `Err` with the milliseconds to
    /// wait, where it is not to be judged now.
    pub fn begin(&self, guesser: &Guesser, now: Millis) -> Result<(), u64> {
        let mut guesses = self.lock();
        if guesses.len() >= MOST {
            guesses.retain(|_, wrong| wrong.wait(now) > 0);
        }
        if guesses.len() >= MOST {
            guesses.clear();
        }
        let wrong = guesses.entry(guesser.clone()).or_insert(Wrong { count: 0, last: now });
        if wrong.is_old(now) {
            wrong.count = 0;
        }
        match wrong.wait(now) {
            0 => {
                *wrong = Wrong { count: wrong.count.saturating_add(1), last: now };
                Ok(())
            }
            wait => Err(wait),
        }
    }

    /// The guess was right: what was wrong before is forgotten.
    pub fn right(&self, guesser: &Guesser) {
        self.lock().remove(guesser);
    }

    /// The guess was not judged after all.
    pub fn take_back(&self, guesser: &Guesser) {
        if let Some(wrong) = self.lock().get_mut(guesser) {
            wrong.count = wrong.count.saturating_sub(1);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Guesser, Wrong>> {
        // No count is left half changed.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(name: &str) -> Guesser {
        Guesser::Stranger(Username::from_canonical(name))
    }

    #[test]
    fn each_wrong_guess_from_the_fifth_on_doubles_the_wait_up_to_a_quarter_of_an_hour() {
        let (guesses, ann) = (Guesses::default(), stranger("ann"));
        let mut now = Millis(1_000_000);
        for _ in 0..5 {
            assert_eq!(guesses.begin(&ann, now), Ok(()));
        }
        let mut waits = Vec::new();
        for _ in 0..12 {
            let wait = guesses.begin(&ann, now).unwrap_err();
            assert_eq!(guesses.begin(&ann, now.plus(wait - 1)), Err(1));
            waits.push(wait / 1000);
            now = now.plus(wait);
            assert_eq!(guesses.begin(&ann, now), Ok(()));
        }
        assert_eq!(waits, [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
    }

    #[test]
    fn who_guesses_from_elsewhere_makes_no_device_wait() {
        let guesses = Guesses::default();
        let ann = Username::from_canonical("ann");
        let now = Millis(1);
        while guesses.begin(&stranger("ann"), now).is_ok() {}
        for other in [Guesser::Device(ann.clone(), "laptop".into()), stranger("bob")] {
            assert_eq!(guesses.begin(&other, now), Ok(()), "{other:?}");
        }
    }

    #[test]
    fn a_right_guess_an_hour_of_peace_and_one_that_was_not_judged_are_no_wrong_ones() {
        let (guesses, ann) = (Guesses::default(), stranger("ann"));
        let now = Millis(1_000_000);
        for _ in 0..50 {
            assert_eq!(guesses.begin(&ann, now), Ok(()));
            guesses.take_back(&ann);
        }
        while guesses.begin(&ann, now).is_ok() {}
        guesses.right(&ann);
        while guesses.begin(&ann, now).is_ok() {}
        let later = now.plus(FORGOTTEN_MS + 1);
        for _ in 0..5 {
            assert_eq!(guesses.begin(&ann, later), Ok(()));
        }
        assert!(guesses.begin(&ann, later).is_err());
    }

    #[test]
    fn names_without_number_take_a_bounded_room() {
        let guesses = Guesses::default();
        for number in 0..3 * MOST {
            assert_eq!(guesses.begin(&stranger(&number.to_string()), Millis(5)), Ok(()));
        }
        assert!(guesses.lock().len() <= MOST);
    }
}
