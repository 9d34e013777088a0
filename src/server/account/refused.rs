//! Why something about an account was not done. What it is called, in a code for programs and a sentence for people, is
//! said here once, in the language of whoever asked.

use super::{name::NameFault, password::PasswordFault};
use crate::{
    app::refusal::{Refusal, RefusalCode},
    server::store,
    words::Words,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nobody can register.
    Closed,
    /// One can register by invitation only.
    NotInvited,
    /// The invitation counts no more.
    Spent,
    BadName(NameFault),
    /// The name is somebody's, or looks like somebody's.
    Taken,
    BadPassword(PasswordFault),
    /// No such name, or not its password: which of the two is not told.
    WrongPair,
    /// Not the password of the account that asks.
    WrongPassword,
    /// The session that asks has ended, perhaps with its account.
    SignedOut,
    /// The session that was to be ended is none, or another's.
    NoSuchDevice,
    /// A token asks for a token.
    IsToken,
    TooManyTries {
        retry_after_ms: u64,
    },
    /// Nothing was done; a moment later it may be.
    Busy,
    /// A defect of ours, logged where it happened.
    Internal,
}

impl Refused {
    pub fn say(self, words: Words) -> Refusal {
        let (code, sentence) = match self {
            Self::Closed => (RefusalCode::Closed, words.registration_closed()),
            Self::NotInvited => (RefusalCode::Closed, words.by_invitation_only()),
            Self::Spent => (RefusalCode::Closed, words.invitation_spent()),
            Self::BadName(fault) => (RefusalCode::BadName, fault.say(words)),
            Self::Taken => (RefusalCode::Taken, words.name_taken()),
            Self::BadPassword(fault) => (RefusalCode::BadPassword, fault.say(words)),
            Self::WrongPair => (RefusalCode::WrongPassword, words.wrong_pair()),
            Self::WrongPassword => (RefusalCode::WrongPassword, words.wrong_password()),
            Self::SignedOut => return Refusal::signed_out(words),
            Self::NoSuchDevice => (RefusalCode::NotFound, words.signed_out_already()),
            Self::IsToken => (RefusalCode::NotAllowed, words.token_makes_no_tokens()),
            Self::TooManyTries { retry_after_ms } => {
                return Refusal::new(RefusalCode::RateLimited, words.too_many_tries()).retry_after(retry_after_ms);
            }
            Self::Busy => return Refusal::unavailable(words),
            Self::Internal => return Refusal::internal(words),
        };
        Refusal::new(code, sentence)
    }
}

/// Of a store that was asked about the account that asks: where there is none it was closed meanwhile.
impl From<store::Error> for Refused {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::SignedOut,
            store::Error::Busy | store::Error::Unavailable | store::Error::UnknownOutcome => Self::Busy,
            other => {
                tracing::error!(error = %other, "the store refused what it should not");
                Self::Internal
            }
        }
    }
}
