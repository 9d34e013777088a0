//! `typing`: passed on where a conversation exists, at most one `on` in three seconds, and never stored.

use super::{Context, MOST_TYPED_TO, Outcome, peer};
use crate::protocol::{client::Typing, ids::Millis, limits, server::ServerFrame};

pub async fn apply(context: &Context, typing: Typing) -> Outcome {
    let nothing = Outcome::default();
    let Ok(peer) = peer(&typing.peer) else { return nothing };
    if peer == context.you {
        return nothing;
    }
    let now = context.house.now();
    let last = context.typed().get(&peer).copied();
    let is_too_soon = last.is_some_and(|last| now.since(last) < limits::TYPING_EVERY_MS);
    if typing.on && is_too_soon {
        return nothing;
    }
    // Who was typed to before is somebody with whom a conversation exists.
    if last.is_none() && !context.house.store.converse(&context.you, &peer).await.unwrap_or(false) {
        return nothing;
    }
    {
        let mut typed = context.typed();
        if typed.len() >= MOST_TYPED_TO {
            typed.clear();
        }
        typed.insert(peer.clone(), if typing.on { now } else { Millis(0) });
    }
    let frame = ServerFrame::Typing { peer: context.you.clone(), on: typing.on };
    Outcome { answer: None, news: vec![(peer, frame)] }
}
