//! What a page must do about an event, in the order given. The browser carries it out and reports back with events.

use super::event::Waiting;
use crate::protocol::{
    client::ClientFrame,
    ids::{Id, Millis, Username},
};

#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Opens a socket. There is at most one: a `Disconnect` came before, or the last one reported that it closed.
    Connect,
    /// Closes the socket and forgets it. No event of it may follow, not even `SocketClosed`.
    Disconnect,
    Transmit(ClientFrame),
    /// Writes into the shared outbox. For one piece of work it comes before its first `Transmit`.
    Keep(Waiting),
    Forget(Id),
    /// What is known of this conversation changed: store `Chat::export`, then say `Event::Stored`.
    Remember {
        peer: Username,
    },
    /// Look up what was stored of this conversation, and say `Event::Recalled`, in any case.
    Recall {
        peer: Username,
    },
    /// Somebody said something just now, once for each message and in one of the tabs. Whether it is heard is decided
    /// where it is known who looks.
    Ring {
        peer: Username,
        name: String,
        text: Option<String>,
    },
    AskSession,
    /// Say `Event::Woke` at that time. A later one replaces an earlier one.
    Wake(Millis),
    /// Go to `/login`, and keep the outbox.
    SignIn,
}
