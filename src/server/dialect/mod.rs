//! The two tutorials' frames, translated to the commands of our own wire and back: `docs/protocol.md`, "Two dialects".
//!
//! A dialect knows words only. What was told already is known to `follow`, and `translated` carries out what the two ask
//! for through `command`: there is no second way into the store.

mod channel;
pub mod fields;
mod follow;
pub mod moment;
mod pair;
mod translated;

use axum::extract::ws::Utf8Bytes;

use self::follow::{Follow, Message};
pub use self::{
    channel::{Channel, Channels},
    pair::Pair,
    translated::Translated,
};
use crate::protocol::{client::ClientFrame, server::Refused};

/// What a translated connection does next. Steps are done one after the other.
pub enum Step {
    /// Carries out a command. What its answer asks for is done before all else.
    Do(ClientFrame),
    /// Writes a message in the dialect's words.
    Tell(Message),
    /// Writes this frame of the dialect.
    Say(String),
    /// Looks at news that waited behind other steps.
    Hear(Utf8Bytes),
}

/// The words of a dialect.
pub trait Dialect: Send {
    /// What this connection has told.
    fn follow(&mut self) -> &mut Follow;

    /// Reads a client's frame.
    fn read(&mut self, text: &str) -> Result<Vec<Step>, Refused>;

    /// A message, in this dialect's words.
    fn tell(&self, message: Message) -> String;

    /// Why something was refused, in this dialect's words.
    fn refuse(&self, refused: &Refused) -> String;

    /// Whether news is for this connection.
    fn is_listening(&self) -> bool {
        true
    }

    /// The connection is gone.
    fn leave(&mut self) {}
}
