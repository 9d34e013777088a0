//! What the four log-changing verbs share: the brake, the commit, the answer, and the news.

use std::time::Instant;

use super::{Context, Outcome, Refuse, peer, unsure};
use crate::{
    protocol::{
        code::ErrorCode,
        entry::{Entry, Kind},
        ids::{Id, Username},
        server::{Sent, ServerFrame},
    },
    server::{
        metrics,
        store::{self, Appended, Draft},
    },
};

/// Commits, answers `sent`, and has news of a new entry for the peer and the author's other connections.
pub async fn append(context: &Context, id: Id, typed_peer: &str, kind: Kind) -> Outcome {
    match commit(context, &id, typed_peer, kind).await {
        Ok(outcome) => outcome,
        Err(refuse) => {
            let news = unsure(context, &refuse, typed_peer);
            Outcome { answer: Some(refuse.into_frame(Some(id))), news }
        }
    }
}

async fn commit(context: &Context, id: &Id, typed_peer: &str, kind: Kind) -> Result<Outcome, Refuse> {
    let peer = peer(typed_peer)?;
    let now = context.house.now();
    let draft = Draft { author: context.you.clone(), peer: peer.clone(), id: id.clone(), kind: kind.clone(), now };
    let appended = match brake(context, &draft).await? {
        Some(repeated) => repeated,
        None => {
            let asked = Instant::now();
            let appended = context.house.store.append(draft).await?;
            metrics::appended(&kind, &appended, asked.elapsed());
            appended
        }
    };
    let sent = Sent { id: id.clone(), peer: peer.clone(), seq: appended.seq, at: appended.at };
    let mut outcome = Outcome::answer(ServerFrame::Sent(sent));
    if appended.is_new {
        if let Some(entries) = &context.house.entries {
            entries.take(context.you.clone(), now);
        }
        outcome.news = news(context, peer, id, kind, appended);
    }
    Ok(outcome)
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

/// The new entry, as each of the two sees it.
fn news(context: &Context, peer: Username, id: &Id, kind: Kind, appended: Appended) -> Vec<(Username, ServerFrame)> {
    let you = context.you.clone();
    let entry = Entry { seq: appended.seq, at: appended.at, from: you.clone(), id: id.clone(), kind };
    let for_peer =
        (peer != you).then(|| (peer.clone(), ServerFrame::Entry { peer: you.clone(), entry: entry.clone() }));
    for_peer.into_iter().chain([(you, ServerFrame::Entry { peer, entry })]).collect()
}
