//! `inbox`: the conversations that changed since an earlier answer.

use super::{Context, Refuse};
use crate::{
    protocol::{
        client,
        ids::{Id, Username},
        limits,
        server::{Conversation, Inbox, ServerFrame},
    },
    server::store::Row,
};

/// What stands in the frame beside its conversations, generously.
const FRAME_OVERHEAD: usize = 512;

pub async fn apply(context: &Context, asked: client::Inbox) -> ServerFrame {
    match rows(context, asked.id.clone(), asked.since.as_deref()).await {
        Ok(inbox) => ServerFrame::Inbox(inbox),
        Err(refuse) => refuse.into_frame(Some(asked.id)),
    }
}

/// The rows that fit a frame. Where a hundred do not, fewer are asked for: the store alone knows what `since` goes with
/// them.
pub async fn rows(context: &Context, id: Id, since: Option<&str>) -> Result<Inbox, Refuse> {
    let mut limit = limits::INBOX;
    loop {
        let found = context.house.store.inbox(&context.you, since, limit).await?;
        let peers: Vec<Username> = found.rows.iter().map(|row| row.peer.clone()).collect();
        let online = context.house.bus.online(&peers).await;
        let conversations = found.rows.into_iter().zip(online).map(|(row, online)| conversation(row, online)).collect();
        let inbox = Inbox { id: id.clone(), conversations, since: found.since, more: found.more };
        let fits = serde_json::to_string(&inbox.conversations)
            .is_ok_and(|text| text.len() + FRAME_OVERHEAD <= limits::SERVER_FRAME);
        if fits || limit == 1 {
            return Ok(inbox);
        }
        limit /= 2;
    }
}

fn conversation(row: Row, online: bool) -> Conversation {
    Conversation {
        peer: row.peer,
        name: row.name,
        head: row.head,
        at: row.at,
        unread: row.unread,
        delivered: row.mine.delivered,
        read: row.mine.read,
        peer_delivered: row.theirs.delivered,
        peer_read: row.theirs.read,
        online,
        last_seen: row.last_seen.filter(|_| !online),
        last: row.last,
    }
}
