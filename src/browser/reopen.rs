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

/// Who was there then may have gone since.
fn last_known(known: Known) -> Option<Conversation> {
    known.conversation.map(|conversation| Conversation { online: false, ..conversation })
}

async fn opening(you: You, path: String) -> Opening {
    let known = Kept::open(&you.username).await.known().await;
    Opening {
        you,
        path,
        conversations: known.into_iter().filter_map(last_known).collect(),
        // Nothing is known for certain, so that the first `inbox` asks for all of it.
        since: String::new(),
        peer: None,
        history: None,
        devices: None,
        refused: None,
        now: now(),
    }
}
