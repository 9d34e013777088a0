//! What a page begins with: the inbox, and the newest page of the conversation that is open. The server loads and renders
//! it, the page is hydrated from the same data, and the first `inbox` over the socket closes the gap between the two.

use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::{
    chat::Chat,
    protocol::{
        ids::Millis,
        server::{Conversation, History, You},
    },
};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opening {
    pub you: You,
    /// The address, which says what is open.
    pub path: String,
    pub conversations: Vec<Conversation>,
    pub since: String,
    /// The open conversation's other person, where there is one.
    pub peer: Option<You>,
    pub history: Option<History>,
    /// Why a plain form was refused, and which: the server sent it back to the page that it stands on.
    pub refused: Option<(String, Refusal)>,
    pub now: Millis,
}

impl Opening {
    pub fn chat(&self) -> Chat {
        Chat::new(self.you.clone(), self.conversations.clone(), self.since.clone(), self.history.clone())
    }
}

/// How the server hands it to the page that it renders.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[allow(clippy::large_enum_variant, reason = "a page begins once")]
pub enum Opened {
    House(Opening),
    /// The server does not say who looks: what is shown, this browser knows.
    Shell,
    Refused(Refusal),
}
