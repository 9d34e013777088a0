//! `edit`: another text for one's own message.

use super::{Context, append::append};
use crate::protocol::{client::Edit, entry::Kind, server::ServerFrame};

pub async fn apply(context: &Context, edit: Edit) -> ServerFrame {
    let Edit { id, peer, of, body } = edit;
    append(context, id, &peer, Kind::Edit { of, body: Some(body) }).await
}
