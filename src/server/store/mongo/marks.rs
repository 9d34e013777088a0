//! Raising marks.

use mongodb::{bson::doc, options::ReturnDocument};

use super::{
    collections::Collections,
    documents::{ConversationDocument, Pair, Side, integer},
    failure::{of_reading, of_writing},
};
use crate::{
    protocol::ids::{Seq, Username},
    server::store::{Marks, Result},
};

impl Collections {
    pub async fn advance(&self, username: &Username, peer: &Username, marks: Marks) -> Result<Option<Marks>> {
        let pair = Pair::new(username, peer);
        let (key, side) = (pair.key(), pair.side(username));
        let place = doc! { "_id": &key };
        let (head, held) = tokio::join!(self.committed_head(&key), self.conversations.find_one(place.clone()).into_future());
        let Some(head) = head? else { return Ok(None) };
        let head = Seq(u64::try_from(head.seq).unwrap_or_default());
        let held = held.map_err(of_reading)?.unwrap_or_default().marks(side);
        let read = held.read.max(marks.read.min(head));
        let raised = Marks { delivered: held.delivered.max(marks.delivered.min(head)).max(read), read };
        if raised == held {
            return Ok(None);
        }
        let change = self.begin(&pair, Vec::new()).await?;
        let (delivered_name, read_name) = match side {
            Side::Low => ("low_delivered", "low_read"),
            Side::High => ("high_delivered", "high_read"),
        };
        let update = doc! {
            "$max": { delivered_name: integer(raised.delivered.0), read_name: integer(raised.read.0) },
            "$setOnInsert": { "people": pair.people() },
        };
        let before: Option<ConversationDocument> = self
            .conversations
            .find_one_and_update(place, update)
            .upsert(true)
            .return_document(ReturnDocument::Before)
            .await
            .map_err(of_writing)?;
        self.settle(&change).await?;
        // Another device may have raised them meanwhile.
        let before = before.unwrap_or_default().marks(side);
        let after = Marks { delivered: before.delivered.max(raised.delivered), read: before.read.max(raised.read) };
        Ok((after != before).then_some(after))
    }
}
