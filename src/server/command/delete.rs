//! `delete`: takes one's own message back, for everyone.

use super::{Context, Outcome, append::append};
use crate::protocol::{client::Delete, entry::Kind};

pub async fn apply(context: &Context, delete: Delete) -> Outcome {
    let Delete { id, peer, of } = delete;
    append(context, id, &peer, Kind::Deletion { of }).await
}
