//! `delivered` and `read`: marks that only rise. What is stale or about a conversation that one has not is ignored.

use super::{Context, Outcome, Refuse, peer, unsure};
use crate::{
    protocol::{
        client::Mark,
        ids::{Seq, Username},
        server::{Receipt, ServerFrame},
    },
    server::store::{self, Marks},
};

pub async fn delivered(context: &Context, mark: Mark) -> Outcome {
    advance(context, &mark.peer, Marks { delivered: mark.seq, read: Seq(0) }).await
}

pub async fn read(context: &Context, mark: Mark) -> Outcome {
    advance(context, &mark.peer, Marks { delivered: mark.seq, read: mark.seq }).await
}

/// Answers nothing, unless the store could not say.
async fn advance(context: &Context, typed_peer: &str, marks: Marks) -> Outcome {
    let Ok(peer) = peer(typed_peer) else { return Outcome::default() };
    let you = &context.you;
    match context.house.store.advance(you, &peer, marks).await {
        Ok(Some(marks)) if peer != *you => {
            let receipt = |of: &Username| {
                let Marks { delivered, read } = marks;
                ServerFrame::Receipt(Receipt { peer: of.clone(), by: you.clone(), delivered, read })
            };
            Outcome { answer: None, news: vec![(peer.clone(), receipt(you)), (you.clone(), receipt(&peer))] }
        }
        Ok(_) | Err(store::Error::NotFound | store::Error::UnknownPeer) => Outcome::default(),
        Err(error) => {
            let refuse = Refuse::from(error);
            let news = unsure(context, &refuse, typed_peer);
            Outcome { answer: Some(refuse.into_frame(None)), news }
        }
    }
}
