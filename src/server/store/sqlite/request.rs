//! What the writer can be asked, and what it says. The answer's kind follows from the request's; `Answer` takes it out
//! again for the caller who knows which it was.

use crate::{
    protocol::ids::{Id, Millis, Username},
    server::store::{Appended, Draft, Invite, Marks, NewAccount, Session, SessionKey, archive::Records},
};

pub enum Request {
    Append(Draft),
    Advance(Username, Username, Marks),
    Register(NewAccount),
    Invite(Invite, usize),
    OpenSession(Session),
    TouchSession(SessionKey, Millis),
    EndSession(Username, Id),
    EndSessions(Username, Option<SessionKey>),
    Rename(Username, String),
    SetPassword(Username, String, Option<SessionKey>),
    Close(Username, Millis),
    Saw(Username, Millis),
    Put(Records),
    /// From which store this one is being filled.
    NoteSource(Option<String>),
    /// Writes something that means nothing, to see whether that is possible.
    Probe,
}

/// What the writer answers. Which of these is fixed by the request.
pub enum Said {
    Appended(Appended),
    Raised(Option<Marks>),
    Ended(SessionKey),
    AllEnded(Vec<SessionKey>),
    Done,
}

pub trait Answer: Sized {
    fn hear(said: Said) -> Option<Self>;
}

macro_rules! answer {
    ($answer:ty, $pattern:pat => $value:expr) => {
        impl Answer for $answer {
            fn hear(said: Said) -> Option<Self> {
                match said {
                    $pattern => Some($value),
                    _ => None,
                }
            }
        }
    };
}

answer!(Appended, Said::Appended(appended) => appended);
answer!(Option<Marks>, Said::Raised(marks) => marks);
answer!(SessionKey, Said::Ended(key) => key);
answer!(Vec<SessionKey>, Said::AllEnded(keys) => keys);
answer!((), Said::Done => ());
