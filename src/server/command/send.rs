//! `send`: a message.

use super::{Context, append::append};
use crate::protocol::{client::Send, entry::Kind, server::ServerFrame};

pub async fn apply(context: &Context, send: Send) -> ServerFrame {
    let Send { id, peer, body, reply_to } = send;
    append(context, id, &peer, Kind::Message { body: Some(body), reply_to }).await
}
