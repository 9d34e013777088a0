//! A store that fails when it is told to, around one that works: for tests of what is made of its errors.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

use super::{calls::with_calls, *};

pub struct Faulty {
    inner: Arc<dyn Store>,
    mood: Mutex<Mood>,
}

/// What becomes of the next calls.
enum Mood {
    Works,
    /// Nothing is done.
    Fails(Error),
    /// Of three calls about one is made, one fails before it is, and one is made and its outcome lost; by this random state.
    Erratic(u64),
}

/// What becomes of one call.
enum Fate {
    Made,
    Refused(Error),
    Lost,
}

impl Faulty {
    pub fn around(inner: Arc<dyn Store>) -> Self {
        Self { inner, mood: Mutex::new(Mood::Works) }
    }

    /// From now on every call fails so, before anything is done; `None`: it works again.
    pub fn fail(&self, fault: Option<Error>) {
        self.set(fault.map_or(Mood::Works, Mood::Fails));
    }

    /// From now on calls fail before or after they are made, the same ones for the same seed and order of calls.
    pub fn err(&self, seed: u64) {
        self.set(Mood::Erratic(seed | 1));
    }

    fn set(&self, mood: Mood) {
        *self.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    fn fate(&self) -> Fate {
        match &mut *self.mood.lock().unwrap_or_else(PoisonError::into_inner) {
            Mood::Works => Fate::Made,
            Mood::Fails(error) => Fate::Refused(*error),
            Mood::Erratic(state) => {
                // Xorshift, George Marsaglia.
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                match *state >> 32 & 7 {
                    0..3 => Fate::Made,
                    3 => Fate::Refused(Error::Unavailable),
                    4 => Fate::Refused(Error::Busy),
                    5 => Fate::Refused(Error::UnknownOutcome),
                    _ => Fate::Lost,
                }
            }
        }
    }
}

macro_rules! pass_on {
    ($($method:ident($($name:ident: $kind:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Faulty {
            $(async fn $method(&self, $($name: $kind),*) -> Result<$answer> {
                match self.fate() {
                    Fate::Made => self.inner.$method($($name),*).await,
                    Fate::Refused(error) => Err(error),
                    Fate::Lost => self.inner.$method($($name),*).await.and(Err(Error::UnknownOutcome)),
                }
            })*
        }
    };
}

with_calls! {
    pass_on {
        append(draft: Draft) -> Appended;
        advance(username: &Username, peer: &Username, marks: Marks) -> Option<Marks>;
    }
}
