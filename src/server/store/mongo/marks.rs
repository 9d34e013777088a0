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
        let (head, held) =
            tokio::join!(self.committed_head(&key), self.conversations.find_one(place.clone()).into_future());
        let Some(head) = head? else { return Ok(None) };
        let head = Seq(u64::try_from(head.seq).unwrap_or_default());
        let held = held.map_err(of_reading)?.unwrap_or_default().marks(side);
        let read = held.read.max(marks.read.min(head));
        let raised = Marks { delivered: held.delivered.max(marks.delivered.min(head)).max(read), read };
        if raised == held {
            return Ok(None);
        }
        let change = self.begin(&pair, Vec::new()).await?;
        let risen = self.rise(&pair, side, raised).await?;
        match &risen {
            Some(_) => self.settle(&change).await?,
            // Another device was faster.
            None => self.end(&change).await?,
        }
        Ok(risen.map(|conversation| conversation.marks(side)))
    }

    /// The conversation afterwards, where a mark of that side was below.
    async fn rise(&self, pair: &Pair, side: Side, to: Marks) -> Result<Option<ConversationDocument>> {
        let (delivered_name, read_name) = match side {
            Side::Low => ("low_delivered", "low_read"),
            Side::High => ("high_delivered", "high_read"),
        };
        let (delivered, read) = (integer(to.delivered.0), integer(to.read.0));
        let place = doc! { "_id": pair.key() };
        let made = doc! { "$setOnInsert": { "people": pair.people() } };
        self.conversations.update_one(place.clone(), made).upsert(true).await.map_err(of_writing)?;
        let mut below = place;
        // A mark that is not there yet is below every other.
        below.insert(
            "$or",
            [
                doc! { delivered_name: { "$not": { "$gte": delivered } } },
                doc! { read_name: { "$not": { "$gte": read } } },
            ],
        );
        self.conversations
            .find_one_and_update(below, doc! { "$max": { delivered_name: delivered, read_name: read } })
            .return_document(ReturnDocument::After)
            .await
            .map_err(of_writing)
    }
}
