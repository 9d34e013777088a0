//! How conversations look from one side. A row is made of the log, by a few look-ups whatever its length: each entry
//! knows how many messages stand up to it.

use futures_util::{StreamExt, TryStreamExt, stream};
use mongodb::bson::doc;

use super::{
    collections::Collections,
    documents::{ConversationDocument, DELETION, EDIT, EntryDocument, Pair, Side, integer, millis, number, seq},
    failure::of_reading,
};
use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::Username,
    },
    server::store::{
        Error, Inbox, Result, Row,
        since::{Since, Window},
    },
};

/// How many rows are made at once.
const AT_ONCE: usize = 16;

impl Collections {
    pub async fn inbox(&self, epoch: &str, username: &Username, since: Option<&str>, limit: usize) -> Result<Inbox> {
        self.account(username).await?;
        let limit = limit.max(1);
        let since = Since::read(since, epoch);
        // In this order: what was given a number by now is found below, or is still announced.
        let last = self.last_number().await?;
        let under_way = self.under_way(username.as_str()).await?;
        let under_way = self.settle_left(under_way).await?;
        let sure = under_way.iter().map(|change| number(change.from)).min().unwrap_or(last);
        let window = since.window_up_to(last, sure);
        let found = self.changed(username, window, limit).await?;
        let rows = stream::iter(found)
            .map(|conversation| async {
                let touched = number(conversation.touched);
                Ok::<_, Error>(self.row(username, conversation).await?.map(|row| (touched, row)))
            })
            .buffered(AT_ONCE)
            .try_collect::<Vec<_>>()
            .await?;
        Ok(window.answer(rows.into_iter().flatten().collect(), limit, epoch))
    }

    /// One more than `limit`, where there are more.
    async fn changed(&self, username: &Username, window: Window, limit: usize) -> Result<Vec<ConversationDocument>> {
        let touched = doc! { "$gt": integer(window.floor), "$lt": integer(window.below) };
        let found = self
            .conversations
            .find(doc! { "people": username.as_str(), "touched": touched })
            .sort(doc! { "touched": -1 })
            .limit(integer(limit as u64).saturating_add(1))
            .await
            .map_err(of_reading)?;
        found.try_collect().await.map_err(of_reading)
    }

    /// `None` where nothing was said.
    async fn row(&self, username: &Username, conversation: ConversationDocument) -> Result<Option<Row>> {
        let other = conversation.people.iter().find(|name| *name != username.as_str());
        let peer = other.map_or_else(|| username.clone(), |name| Username::from_canonical(name.clone()));
        let pair = Pair::new(username, &peer);
        let (mine, theirs) = (pair.side(username), pair.side(&peer));
        let (account, head) = tokio::join!(self.account(&peer), self.committed_head(&conversation.pair));
        let (account, Some(head)) = (account?, head?) else { return Ok(None) };
        let marks = conversation.marks(mine);
        let unread = async {
            if peer == *username || marks.read >= seq(head.seq) {
                return Ok(0);
            }
            self.unread(&head, &peer, theirs, integer(marks.read.0)).await
        };
        let (unread, last) = tokio::join!(unread, self.last_message(&head));
        Ok(Some(Row {
            peer,
            name: account.name,
            head: seq(head.seq),
            at: millis(head.at),
            unread: unread?,
            mine: marks,
            theirs: conversation.marks(theirs),
            last_seen: account.last_seen.map(millis),
            last: last?,
        }))
    }

    /// The peer's messages up to the head, less those up to one's own mark, less those above it that were deleted.
    async fn unread(&self, head: &EntryDocument, peer: &Username, theirs: Side, read: i64) -> Result<u64> {
        let seen = self.entries.find_one(doc! { "pair": &head.pair, "seq": read }).into_future();
        let deleted = self
            .entries
            .count_documents(doc! {
                "pair": &head.pair, "target": { "$gt": read }, "kind": DELETION, "author": peer.as_str(),
            })
            .into_future();
        let (seen, deleted) = tokio::join!(seen, deleted);
        let seen = seen.map_err(of_reading)?.map_or(0, |entry| entry.messages_by(theirs));
        let deleted = deleted.map_err(of_reading)?;
        Ok(head.messages_by(theirs).saturating_sub(seen).saturating_sub(deleted))
    }

    /// The newest message, as last edited.
    async fn last_message(&self, head: &EntryDocument) -> Result<Option<Entry>> {
        let message = self.entries.find_one(doc! { "pair": &head.pair, "seq": head.last_message }).into_future();
        let edit = self
            .entries
            .find_one(doc! { "pair": &head.pair, "target": head.last_message, "kind": EDIT })
            .sort(doc! { "seq": -1 })
            .into_future();
        let (message, edit) = tokio::join!(message, edit);
        let Some(message) = message.map_err(of_reading)? else { return Ok(None) };
        let mut message = message.into_entry()?;
        if let (Some(edit), Kind::Message { body, .. }) = (edit.map_err(of_reading)?, &mut message.kind) {
            *body = edit.text;
        }
        Ok(Some(message))
    }
}
