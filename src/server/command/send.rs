//! `send`: a message.

use super::{Context, Outcome, append::append};
use crate::protocol::{client::Send, entry::Kind};

pub async fn apply(context: &Context, send: Send) -> Outcome {
    let Send { id, peer, body, reply_to } = send;
    append(context, id, &peer, Kind::Message { body: Some(body), reply_to }).await
}
