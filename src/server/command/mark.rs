//! `delivered` and `read`: marks that only rise. What is stale or about a conversation that one has not is ignored.

use super::{Context, Refuse, peer};
use crate::{
    protocol::{
        client::Mark,
        ids::Seq,
        server::{Receipt, ServerFrame},
    },
    server::store::{self, Marks},
};

pub async fn delivered(context: &Context, mark: Mark) -> Option<ServerFrame> {
    advance(context, &mark.peer, Marks { delivered: mark.seq, read: Seq(0) }).await
}

pub async fn read(context: &Context, mark: Mark) -> Option<ServerFrame> {
    advance(context, &mark.peer, Marks { delivered: mark.seq, read: mark.seq }).await
}

/// Answers nothing, unless the store could not say.
async fn advance(context: &Context, typed_peer: &str, marks: Marks) -> Option<ServerFrame> {
    let peer = peer(typed_peer).ok()?;
    match context.house.store.advance(&context.you, &peer, marks).await {
        Ok(Some(marks)) if peer != context.you => {
            let receipt = |of: &crate::protocol::ids::Username| {
                let by = context.you.clone();
                ServerFrame::Receipt(Receipt { peer: of.clone(), by, delivered: marks.delivered, read: marks.read })
            };
            context.tell(&peer, receipt(&context.you));
            context.tell_own(receipt(&peer));
            None
        }
        Ok(_) | Err(store::Error::NotFound | store::Error::UnknownPeer) => None,
        Err(error) => Some(Refuse::from(error).into_frame(None)),
    }
}
