//! Accounts and sign-ins: which names there may be, how passwords are kept, how one registers, signs in and out, and what
//! one changes afterwards.
//! Nothing here knows HTTP; `app` and `http` call it and turn its refusals into statuses.

pub mod device;
pub mod guesses;
pub mod invite;
pub mod known;
pub mod name;
pub mod password;
pub mod refused;
pub mod session;
pub mod settings;
pub mod sign_in;
