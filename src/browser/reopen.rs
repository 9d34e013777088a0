//! What a page begins with where the server cannot be reached: what this browser knows of the person whose page it was
//! last. `public/away.js` writes down who that is, and the gate forgets it.

use leptos::{prelude::window, task::spawn_local};

use super::{kept::Kept, language, now};
use crate::{
    app::{
        opening::{Opened, Opening},
        place::Place,
        refusal::{Refusal, RefusalCode},
    },
    chat::Known,
    protocol::server::{Conversation, You},
    words::Words,
};

/// Opens the page at the present address, or says why that cannot be.
pub fn reopen(then: impl FnOnce(Opened) + 'static) {
    let words = Words(language());
    let refused = |sentence: &str| Opened::Refused(Refusal::new(RefusalCode::Unavailable, sentence));
    let path = window().location().pathname().unwrap_or_default();
    spawn_local(async move {
        then(match (Place::at(&path), you()) {
            (None, _) => refused(words.needs_connection()),
            (_, None) => refused(words.nothing_known()),
            (Some(_), Some(you)) => Opened::House(opening(you, path).await),
        });
    });
}

fn you() -> Option<You> {
    let storage = window().local_storage().ok()??;
    serde_json::from_str(&storage.get_item("you").ok()??).ok()
}

async fn opening(you: You, path: String) -> Opening {
    let kept = Kept::open(&you.username).await;
    let (list, known) = (kept.list().await, kept.known().await);
    Opening {
        you,
        path,
        conversations: last_known(list, known),
        // Nothing is known for certain, so that the first `inbox` asks for all of it.
        since: String::new(),
        peer: None,
        history: None,
        refused: None,
        now: now(),
    }
}

/// Of each conversation what was known last. Who was there then may have gone since.
fn last_known(list: Vec<Conversation>, known: Vec<Known>) -> Vec<Conversation> {
    let mut conversations = list;
    for newer in known.into_iter().filter_map(|known| known.conversation) {
        match conversations.iter_mut().find(|older| older.peer == newer.peer) {
            Some(older) if (older.head, older.read) > (newer.head, newer.read) => {}
            Some(older) => *older = newer,
            None => conversations.push(newer),
        }
    }
    for conversation in &mut conversations {
        conversation.online = false;
    }
    conversations
}
