//! What a page begins with: the inbox, and the newest page of the conversation that is open. The server renders it, the
//! page is hydrated from the same data, and the first `inbox` over the socket closes the gap between the two.

use leptos::prelude::*;
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
    pub conversations: Vec<Conversation>,
    pub since: String,
    /// The open conversation's other person, where there is one.
    pub peer: Option<You>,
    pub history: Option<History>,
    pub now: Millis,
}

impl Opening {
    pub fn chat(&self) -> Chat {
        Chat::new(self.you.clone(), self.conversations.clone(), self.since.clone(), self.history.clone())
    }
}

/// The opening of a page on which a conversation may be open.
#[server(name = AskOpening, prefix = "/api", endpoint = "opening")]
pub async fn opening(name: Option<String>) -> Result<Opening, Refusal> {
    use crate::{
        protocol::{ids::Id, limits},
        server::{
            account::name,
            command::{self, Context},
            http::answer,
            store::Page,
        },
    };
    let house = answer::house()?;
    let session = answer::session()?;
    let context = Context::new(house.clone(), session.username.clone(), None);
    let id = Id::new("opening").ok_or_else(Refusal::internal)?;
    let inbox = command::rows(&context, id.clone(), None).await.map_err(|_| Refusal::unavailable())?;
    let mut peer = None;
    let mut history = None;
    if let Some(username) = name.as_deref().and_then(name::fold)
        && let Ok(account) = house.store.account(&username).await
    {
        history = command::page(&context, id, username.as_str(), Page::Newest, limits::DEFAULT_PAGE).await.ok();
        peer = Some(You { username: account.username, name: account.name });
    }
    Ok(Opening {
        you: You { username: session.username, name: session.name },
        conversations: inbox.conversations,
        since: inbox.since,
        peer,
        history,
        now: house.now(),
    })
}
