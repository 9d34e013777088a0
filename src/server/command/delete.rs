//! `delete`: takes one's own message back, for everyone.

use super::{Context, append::append};
use crate::protocol::{client::Delete, entry::Kind, server::ServerFrame};

pub async fn apply(context: &Context, delete: Delete) -> ServerFrame {
    let Delete { id, peer, of } = delete;
    append(context, id, &peer, Kind::Deletion { of }).await
}
