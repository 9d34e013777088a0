//! What is kept of people: accounts, how they are signed in, and by what link they came.

use serde::Serialize;

use crate::protocol::ids::{Id, Millis, Username};

/// What registration writes.
#[derive(Clone, Debug)]
pub struct NewAccount {
    pub username: Username,
    /// UTS 39 skeleton of the name: unique, so that no two names look alike.
    pub skeleton: String,
    /// The shown name.
    pub name: String,
    /// A PHC string.
    pub password: String,
    pub at: Millis,
    /// The invitation that is used up by it.
    pub invite: Option<InviteKey>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub username: Username,
    pub name: String,
    /// A PHC string; empty where the account is closed.
    pub password: String,
    /// A closed account cannot sign in, nor write, nor be written to.
    pub is_closed: bool,
    /// When its last connection closed.
    pub last_seen: Option<Millis>,
}

/// SHA-256 of the secret that the cookie or token carries. The secret itself is never stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct SessionKey(pub [u8; 32]);

impl std::fmt::Debug for SessionKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SessionKey(…)")
    }
}

/// SHA-256 of the secret in an invitation's link. The secret itself is never stored.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct InviteKey(pub [u8; 32]);

impl std::fmt::Debug for InviteKey {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("InviteKey(…)")
    }
}

/// By whom somebody is invited.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Inviter {
    /// The server itself, to make its first account: counts only while there is none.
    Setup,
    /// Whoever runs the server.
    Host,
    /// Counts while their account is open.
    Member(Username),
}

/// Lets one account be made, at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Invite {
    pub key: InviteKey,
    pub from: Inviter,
    pub created: Millis,
    /// From this moment on it counts no more.
    pub until: Millis,
}

/// How one is signed in: a person in a browser by cookie, or a program by token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum SessionKind {
    Browser,
    Program,
}

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    pub key: SessionKey,
    /// Its public name in lists and forms: random, tells nothing of the key.
    pub public: Id,
    pub username: Username,
    /// The account's shown name; `open_session` ignores it.
    pub name: String,
    pub kind: SessionKind,
    /// The browser and system it was opened from, or what the program is for.
    pub label: String,
    pub created: Millis,
    pub used: Millis,
}
