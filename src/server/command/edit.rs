//! `edit`: another text for one's own message.

use super::{Context, Outcome, append::append};
use crate::protocol::{client::Edit, entry::Kind};

pub async fn apply(context: &Context, edit: Edit) -> Outcome {
    let Edit { id, peer, of, body } = edit;
    append(context, id, &peer, Kind::Edit { of, body: Some(body) }).await
}
