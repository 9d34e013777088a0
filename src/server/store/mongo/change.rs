//! That a conversation changed, so that an inbox finds it. The log and the marks are the truth; the number of a change is
//! given after it, by another write, and a node may end between the two.
//!
//! So a change is announced first, with the highest number that was given by then: its own will be above that. Who reads
//! an inbox meanwhile is told a place that is not above it, and finds the conversation once more when the change is
//! settled. What stands announced for longer than any write takes was left by a node that ended, and whoever meets it
//! settles it.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::TryStreamExt;
use mongodb::{
    bson::{Bson, Document, doc, oid::ObjectId},
    options::ReturnDocument,
};

use super::{
    collections::Collections,
    documents::{ChangeDocument, DELETION, EDIT, MESSAGE, Pair, integer, number},
    failure::{of_reading, of_writing, taken},
};
use crate::server::store::{Error, Result};

/// Longer than a write takes, and than the clocks of two nodes differ.
const LEFT: Duration = Duration::from_secs(60);

/// The fact that counts changes.
const CHANGES: &str = "changes";
/// How often the counter is asked for a number; more than once only while several nodes make it.
const TRIES: usize = 5;

impl Collections {
    /// Announces a change of this conversation; `erases` are the messages whose words it may take.
    pub async fn begin(&self, pair: &Pair, erases: Vec<i64>) -> Result<ChangeDocument> {
        let change = ChangeDocument {
            token: ObjectId::new().to_hex(),
            pair: pair.key(),
            people: pair.people(),
            from: integer(self.last_number().await?),
            at: now(),
            erases,
        };
        self.changes.insert_one(&change).await.map_err(of_writing)?;
        Ok(change)
    }

    /// Gives a change its number, and ends it.
    pub async fn settle(&self, change: &ChangeDocument) -> Result<()> {
        self.touch_announced(change).await?;
        self.end(change).await
    }

    /// Ends a change that changed nothing, or has its number.
    pub async fn end(&self, change: &ChangeDocument) -> Result<()> {
        self.changes.delete_one(doc! { "_id": &change.token }).await.map_err(of_writing)?;
        Ok(())
    }

    pub async fn touch_announced(&self, change: &ChangeDocument) -> Result<()> {
        let touched = self.next_number().await?;
        let update = doc! { "$max": { "touched": touched }, "$setOnInsert": { "people": &change.people } };
        self.conversations.update_one(doc! { "_id": &change.pair }, update).upsert(true).await.map_err(of_writing)?;
        Ok(())
    }

    /// The changes of somebody's conversations that are under way.
    pub async fn under_way(&self, username: &str) -> Result<Vec<ChangeDocument>> {
        let changes = self.changes.find(doc! { "people": username }).await.map_err(of_reading)?;
        changes.try_collect().await.map_err(of_reading)
    }

    /// Settles those among them that a node left when it ended; the others are returned.
    pub async fn settle_left(&self, changes: Vec<ChangeDocument>) -> Result<Vec<ChangeDocument>> {
        let is_left = |change: &ChangeDocument| now() - change.at > integer(LEFT.as_millis() as u64);
        let (left, alive): (Vec<_>, Vec<_>) = changes.into_iter().partition(is_left);
        for change in left {
            tracing::warn!(pair = change.pair, "a change was left by a node that ended, and is settled");
            self.finish_erasing(&change).await?;
            self.settle(&change).await?;
        }
        Ok(alive)
    }

    /// Tells the inboxes once more that this conversation changed, if a change of it is under way that is not one's own: a
    /// draft that was found written may have been written by a node that ended before it could say so.
    pub async fn touch_if_under_way(&self, pair: &Pair, own: Option<&ChangeDocument>) -> Result<()> {
        let own = own.map_or("", |own| own.token.as_str());
        let others = doc! { "people": &pair.people()[0], "pair": pair.key(), "_id": { "$ne": own } };
        let others = self.changes.find(others).await.map_err(of_reading)?;
        let others: Vec<_> = others.try_collect().await.map_err(of_reading)?;
        for change in &others {
            self.finish_erasing(change).await?;
        }
        match others.first() {
            Some(change) => self.touch_announced(change).await,
            None => Ok(()),
        }
    }

    /// Takes the words of those messages of a change that are deleted.
    pub async fn finish_erasing(&self, change: &ChangeDocument) -> Result<()> {
        for of in &change.erases {
            let deletion = doc! { "pair": &change.pair, "target": of, "kind": DELETION };
            if self.entries.find_one(deletion).await.map_err(of_reading)?.is_some() {
                self.erase(&change.pair, *of).await?;
            }
        }
        Ok(())
    }

    /// Takes the words of a message and of its edits.
    pub async fn erase(&self, pair: &str, of: i64) -> Result<()> {
        let words = doc! { "pair": pair, "$or": [
            { "seq": of, "kind": MESSAGE },
            { "target": of, "kind": EDIT },
        ] };
        self.take_words(words).await
    }

    /// Takes the words of the entries that a filter finds.
    pub async fn take_words(&self, filter: Document) -> Result<()> {
        let update = doc! { "$set": { "text": Bson::Null } };
        self.entries.update_many(filter, update).await.map_err(of_writing)?;
        Ok(())
    }

    /// The highest number that a change was given.
    pub async fn last_number(&self) -> Result<u64> {
        let fact = self.facts.find_one(doc! { "_id": CHANGES }).await.map_err(of_reading)?;
        Ok(fact.as_ref().map_or(0, value))
    }

    /// No change is given a number up to this one any more.
    pub async fn saw_number(&self, number: u64) -> Result<()> {
        let update = doc! { "$max": { "value": integer(number) } };
        self.facts.update_one(doc! { "_id": CHANGES }, update).upsert(true).await.map_err(of_writing)?;
        Ok(())
    }

    pub async fn next_number(&self) -> Result<i64> {
        for _ in 0..TRIES {
            let counted = self
                .facts
                .find_one_and_update(doc! { "_id": CHANGES }, doc! { "$inc": { "value": 1_i64 } })
                .upsert(true)
                .return_document(ReturnDocument::After)
                .await;
            match counted {
                Ok(Some(fact)) => return Ok(integer(value(&fact))),
                // Several made it at once, and this one was not the first.
                Ok(None) => {}
                Err(error) if taken(&error).is_some() => {}
                Err(error) => return Err(of_writing(error)),
            }
        }
        Err(Error::Unavailable)
    }
}

fn value(fact: &Document) -> u64 {
    number(fact.get_i64("value").unwrap_or_default())
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    integer(since.as_millis() as u64)
}
