//! What the four log-changing verbs share: the brake, the commit, the answer, and then the news.

use super::{Context, Refuse, peer};
use crate::{
    protocol::{
        code::ErrorCode,
        entry::{Entry, Kind},
        ids::{Id, Username},
        server::{Sent, ServerFrame},
    },
    server::store::{self, Appended, Draft},
};

/// Commits, answers `sent`, and tells the peer and the author's other connections of a new entry.
pub async fn append(context: &Context, id: Id, typed_peer: &str, kind: Kind) -> ServerFrame {
    match commit(context, &id, typed_peer, kind).await {
        Ok(sent) => ServerFrame::Sent(sent),
        Err(refuse) => refuse.into_frame(Some(id)),
    }
}

async fn commit(context: &Context, id: &Id, typed_peer: &str, kind: Kind) -> Result<Sent, Refuse> {
    let peer = peer(typed_peer)?;
    let now = context.house.now();
    let draft = Draft { author: context.you.clone(), peer: peer.clone(), id: id.clone(), kind: kind.clone(), now };
    let appended = match brake(context, &draft).await? {
        Some(repeated) => repeated,
        None => context.house.store.append(draft).await?,
    };
    if appended.is_new {
        if let Some(entries) = &context.house.entries {
            entries.take(context.you.clone(), now);
        }
        publish(context, &peer, id, kind, appended);
    }
    Ok(Sent { id: id.clone(), peer, seq: appended.seq, at: appended.at })
}

/// Whether the account writes too fast. A repeat comes before the brake, so one is looked for before refusing.
async fn brake(context: &Context, draft: &Draft) -> Result<Option<Appended>, Refuse> {
    let Some(entries) = &context.house.entries else { return Ok(None) };
    let Err(wait) = entries.check(&draft.author, draft.now) else { return Ok(None) };
    match context.house.store.find(draft).await {
        Ok(repeated) => Ok(Some(Appended { is_new: false, ..repeated })),
        Err(store::Error::NotFound) => Err(Refuse {
            code: ErrorCode::RateLimited,
            message: "too many entries at once: send it again with the same id",
            retry_after_ms: Some(wait),
        }),
        Err(other) => Err(other.into()),
    }
}

fn publish(context: &Context, peer: &Username, id: &Id, kind: Kind, appended: Appended) {
    let entry = Entry { seq: appended.seq, at: appended.at, from: context.you.clone(), id: id.clone(), kind };
    if *peer != context.you {
        context.tell(peer, ServerFrame::Entry { peer: context.you.clone(), entry: entry.clone() });
    }
    context.tell_own(ServerFrame::Entry { peer: peer.clone(), entry });
}
