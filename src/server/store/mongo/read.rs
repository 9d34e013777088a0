//! Questions about one conversation: its log, page by page, whether there is one, and whether a draft is in it.

use futures_util::TryStreamExt;
use mongodb::bson::{Document, doc};

use super::{
    collections::Collections,
    documents::{
        AccountDocument, ConversationDocument, DELETION, EDIT, EntryDocument, MESSAGE, Pair, integer, of_kind, seq,
    },
    failure::of_reading,
};
use crate::{
    protocol::ids::{Seq, Username},
    server::store::{Appended, Draft, Error, History, Page, Result},
};

impl Collections {
    pub async fn history(&self, username: &Username, peer: &Username, page: Page, limit: u64) -> Result<History> {
        let (me, other) = tokio::join!(self.account(username), self.account(peer));
        me?;
        other.map_err(|error| if error == Error::NotFound { Error::UnknownPeer } else { error })?;
        let pair = Pair::new(username, peer).key();
        self.finish_left_erasing(&pair).await?;
        // Before the page, so that the page holds what this head counts.
        let head = self.committed_head(&pair).await?.map_or(Seq(0), |head| seq(head.seq));
        let (range, order) = match page {
            Page::After(seq) => (doc! { "$gt": integer(seq.0), "$lte": integer(head.0) }, 1),
            Page::Before(seq) => (doc! { "$lt": integer(seq.0) }, -1),
            Page::Newest => (doc! { "$lte": integer(head.0) }, -1),
        };
        let found = self
            .entries
            .find(doc! { "pair": pair, "seq": range })
            .sort(doc! { "seq": order })
            .limit(integer(limit.max(1)))
            .await
            .map_err(of_reading)?;
        let found: Vec<EntryDocument> = found.try_collect().await.map_err(of_reading)?;
        let mut entries = found.into_iter().map(EntryDocument::into_entry).collect::<Result<Vec<_>>>()?;
        if order < 0 {
            entries.reverse();
        }
        let is_complete = match page {
            Page::After(_) => entries.last().is_none_or(|last| last.seq == head),
            Page::Before(_) | Page::Newest => entries.first().is_none_or(|first| first.seq == Seq(1)),
        };
        Ok(History { entries, head, is_complete })
    }

    pub async fn committed_head(&self, pair: &str) -> Result<Option<EntryDocument>> {
        self.entries.find_one(doc! { "pair": pair }).sort(doc! { "seq": -1 }).await.map_err(of_reading)
    }

    /// A node may have ended between a deletion and the taking of the words.
    async fn finish_left_erasing(&self, pair: &str) -> Result<()> {
        let erasing = doc! { "pair": pair, "erases": { "$ne": [] } };
        let changes = self.changes.find(erasing).await.map_err(of_reading)?;
        let changes: Vec<_> = changes.try_collect().await.map_err(of_reading)?;
        for change in changes {
            self.finish_erasing(&change).await?;
        }
        Ok(())
    }

    pub async fn peers(&self, username: &Username) -> Result<Vec<Username>> {
        let mine = self.conversations.find(doc! { "people": username.as_str() }).await.map_err(of_reading)?;
        let mine: Vec<ConversationDocument> = mine.try_collect().await.map_err(of_reading)?;
        let people = mine.into_iter().flat_map(|conversation| conversation.people);
        Ok(people.filter(|name| name != username.as_str()).map(Username::from_canonical).collect())
    }

    pub async fn converse(&self, username: &Username, peer: &Username) -> Result<bool> {
        let first = doc! { "pair": Pair::new(username, peer).key(), "seq": 1_i64 };
        Ok(self.entries.find_one(first).await.map_err(of_reading)?.is_some())
    }

    /// The place of a draft that a majority has.
    pub async fn find(&self, draft: &Draft) -> Result<Appended> {
        let place = doc! { "id": draft.id.as_str(), "author": draft.author.as_str() };
        let entry = self.entries.find_one(place).await.map_err(of_reading)?.ok_or(Error::NotFound)?;
        if is_same(&entry, draft) { Ok(entry.appended(false)) } else { Err(Error::Conflict) }
    }

    pub async fn account(&self, username: &Username) -> Result<AccountDocument> {
        let account = self.accounts.find_one(by_name(username)).await.map_err(of_reading)?;
        account.ok_or(Error::NotFound)
    }

    /// Asks the primary for something, as a write would.
    pub async fn ready(&self) -> Result<()> {
        let answer = self.database.run_command(doc! { "hello": 1 }).await.map_err(of_reading)?;
        if answer.get_bool("isWritablePrimary").unwrap_or(false) { Ok(()) } else { Err(Error::Unavailable) }
    }
}

pub fn by_name(username: &Username) -> Document {
    doc! { "_id": username.as_str() }
}

fn is_same(entry: &EntryDocument, draft: &Draft) -> bool {
    let (kind, target, text) = of_kind(&draft.kind);
    // A body that is null was erased; it is no longer known what it said.
    let is_erased = entry.text.is_none() && matches!(entry.kind, MESSAGE | EDIT);
    entry.pair == Pair::new(&draft.author, &draft.peer).key()
        && entry.kind == kind
        && entry.target == target.map(|target| integer(target.0))
        && (is_erased || kind == DELETION || entry.text.as_deref() == text)
}
