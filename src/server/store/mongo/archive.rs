//! The documents as records, and back, for moving to another store and from one. No node may run meanwhile.

use futures_util::TryStreamExt;
use mongodb::{
    Collection,
    bson::{Bson, Document, doc},
};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    append::next,
    collections::Collections,
    documents::{
        AccountDocument, ChangeDocument, ConversationDocument, DELETION, EntryDocument, InviteDocument, Pair,
        SessionDocument, Side, binary, bytes, integer, millis, number,
    },
    failure::{of_reading, of_writing},
};
use crate::{
    protocol::{entry::Entry, ids::Username},
    server::store::{
        Draft, Error, Invite, InviteKey, Page, Result, Session, SessionKey,
        archive::{AccountRecord, ConversationRecord, Cursor, People, Records},
    },
};

const FILLED_FROM: &str = "filled-from";

impl Collections {
    pub async fn read_records(&self, after: Cursor, limit: u64) -> Result<Records> {
        Ok(match after {
            Cursor::Accounts(after) => Records::Accounts(self.account_records(after.as_ref(), limit).await?),
            Cursor::Entries(people, after) => {
                let history = self.history(&people[0], &people[1], Page::After(after), limit).await?;
                Records::Entries(people, history.entries)
            }
            Cursor::Conversations(after) => {
                Records::Conversations(self.conversation_records(after.as_ref(), limit).await?)
            }
            Cursor::Sessions(after) => Records::Sessions(self.session_records(after, limit).await?),
            Cursor::Invites(after) => Records::Invites(self.invite_records(after, limit).await?),
        })
    }

    async fn account_records(&self, after: Option<&Username>, limit: u64) -> Result<Vec<AccountRecord>> {
        let after = after.map(|username| Bson::from(username.as_str()));
        let accounts = page(&self.accounts, after, limit).await?;
        Ok(accounts.into_iter().map(into_record).collect())
    }

    /// Those that count, of a page of all: so a page may be short, or none though others follow. Asks on then.
    async fn session_records(&self, mut after: Option<SessionKey>, limit: u64) -> Result<Vec<Session>> {
        loop {
            let found = page(&self.sessions, after.map(|key| Bson::Binary(binary(key))), limit).await?;
            let Some(last) = found.last() else { return Ok(Vec::new()) };
            after = Some(super::documents::session_key(&last.key)?);
            let mut counting = Vec::new();
            for session in found {
                let username = Username::from_canonical(session.username.clone());
                if session.is_of(&self.account(&username).await?) {
                    counting.push(session.into_session(String::new())?);
                }
            }
            if !counting.is_empty() {
                return Ok(counting);
            }
        }
    }

    /// Those that nobody has used, of a page of all: as with sessions.
    async fn invite_records(&self, mut after: Option<InviteKey>, limit: u64) -> Result<Vec<Invite>> {
        loop {
            let found = page(&self.invites, after.map(|key| Bson::Binary(bytes(&key.0))), limit).await?;
            let mut counting = Vec::new();
            for document in &found {
                let invite = document.to_invite()?;
                after = Some(invite.key);
                if self.counts(&invite).await? {
                    counting.push(invite);
                }
            }
            if !counting.is_empty() || found.is_empty() {
                return Ok(counting);
            }
        }
    }

    async fn conversation_records(&self, after: Option<&People>, limit: u64) -> Result<Vec<ConversationRecord>> {
        if after.is_none() {
            self.settle_all().await?;
        }
        let after = after.map(|[one, other]| Bson::from(Pair::new(one, other).key()));
        let conversations: Vec<ConversationDocument> = page(&self.conversations, after, limit).await?;
        conversations.into_iter().map(into_conversation).collect()
    }

    /// What nodes left when they ended.
    async fn settle_all(&self) -> Result<()> {
        let left = self.changes.find(Document::new()).await.map_err(of_reading)?;
        let left: Vec<ChangeDocument> = left.try_collect().await.map_err(of_reading)?;
        for change in left {
            self.finish_erasing(&change).await?;
            let first = doc! { "pair": &change.pair, "seq": 1_i64 };
            match self.entries.find_one(first).await.map_err(of_reading)? {
                Some(_) => self.settle(&change).await?,
                None => self.end(&change).await?,
            }
        }
        Ok(())
    }

    pub async fn put(&self, records: Records) -> Result<()> {
        match records {
            Records::Accounts(accounts) => {
                for account in accounts {
                    replace(&self.accounts, account.username.as_str().into(), from_record(account)).await?;
                }
            }
            Records::Entries(people, entries) => self.put_entries(&people, entries).await?,
            Records::Conversations(conversations) => {
                for conversation in conversations {
                    self.saw_number(conversation.touched).await?;
                    let document = from_conversation(&conversation);
                    replace(&self.conversations, document.pair.clone().into(), document).await?;
                }
            }
            Records::Sessions(sessions) => {
                for session in sessions {
                    let generation = self.account(&session.username).await?.generation;
                    let document = SessionDocument::new(&session, generation);
                    replace(&self.sessions, Bson::Binary(document.key.clone()), document).await?;
                }
            }
            Records::Invites(invites) => {
                for invite in invites {
                    let document = InviteDocument::new(&invite);
                    replace(&self.invites, Bson::Binary(document.key.clone()), document).await?;
                }
            }
        }
        Ok(())
    }

    async fn put_entries(&self, people: &People, entries: Vec<Entry>) -> Result<()> {
        let pair = Pair::new(&people[0], &people[1]);
        let key = pair.key();
        let mut documents: Vec<EntryDocument> = Vec::with_capacity(entries.len());
        let head = self.head(&key).await?;
        for entry in entries {
            let peer = if entry.from == people[0] { &people[1] } else { &people[0] };
            let (at, seq) = (integer(entry.at.0), integer(entry.seq.0));
            let draft = Draft { peer: peer.clone(), id: entry.id, kind: entry.kind, now: entry.at, author: entry.from };
            let document = next(&key, documents.last().or(head.as_ref()), &draft, pair.side(&draft.author));
            if (document.at, document.seq) != (at, seq) {
                return Err(Error::Conflict);
            }
            documents.push(document);
        }
        let deleted: Vec<_> =
            documents.iter().filter(|entry| entry.kind == DELETION).filter_map(|entry| entry.target).collect();
        // In order, so that what is written when it is broken off is the beginning.
        self.entries.insert_many(documents).ordered(true).await.map_err(of_writing)?;
        // Words that came before they were deleted where they came from.
        for of in deleted {
            self.erase(&key, of).await?;
        }
        Ok(())
    }

    pub async fn filled_from(&self) -> Result<Option<String>> {
        let fact = self.facts.find_one(doc! { "_id": FILLED_FROM }).await.map_err(of_reading)?;
        Ok(fact.and_then(|fact| fact.get_str("value").ok().map(str::to_owned)))
    }

    pub async fn begin_filling(&self, source: &str) -> Result<()> {
        self.facts.insert_one(doc! { "_id": FILLED_FROM, "value": source }).await.map_err(of_writing)?;
        Ok(())
    }

    pub async fn end_filling(&self) -> Result<()> {
        self.facts.delete_one(doc! { "_id": FILLED_FROM }).await.map_err(of_writing)?;
        Ok(())
    }
}

/// Documents in the order of their `_id`, after one.
async fn page<T>(collection: &Collection<T>, after: Option<Bson>, limit: u64) -> Result<Vec<T>>
where
    T: DeserializeOwned + Send + Sync + Unpin,
{
    let above = after.map_or_else(Document::new, |after| doc! { "_id": { "$gt": after } });
    let found = collection.find(above).sort(doc! { "_id": 1 }).limit(integer(limit)).await.map_err(of_reading)?;
    found.try_collect().await.map_err(of_reading)
}

async fn replace<T: Serialize + Send + Sync>(collection: &Collection<T>, id: Bson, document: T) -> Result<()> {
    collection.replace_one(doc! { "_id": id }, document).upsert(true).await.map_err(of_writing)?;
    Ok(())
}

fn into_record(account: AccountDocument) -> AccountRecord {
    AccountRecord {
        username: Username::from_canonical(account.username),
        skeleton: account.skeleton,
        name: account.name,
        password: account.password,
        created: millis(account.created),
        closed: account.closed.map(millis),
        last_seen: account.last_seen.map(millis),
    }
}

fn from_record(account: AccountRecord) -> AccountDocument {
    AccountDocument {
        username: account.username.to_string(),
        skeleton: account.skeleton,
        name: account.name,
        password: account.password,
        created: integer(account.created.0),
        closed: account.closed.map(|at| integer(at.0)),
        last_seen: account.last_seen.map(|at| integer(at.0)),
        generation: 0,
        kept: None,
        invite: None,
    }
}

fn into_conversation(document: ConversationDocument) -> Result<ConversationRecord> {
    let marks = [document.marks(Side::Low), document.marks(Side::High)];
    let (Some(low), Some(high)) = (document.people.first(), document.people.last()) else {
        return Err(Error::Internal);
    };
    let people = [low, high].map(|name| Username::from_canonical(name.as_str()));
    Ok(ConversationRecord { people, marks, touched: number(document.touched) })
}

fn from_conversation(record: &ConversationRecord) -> ConversationDocument {
    let pair = Pair::new(&record.people[0], &record.people[1]);
    let [low, high] = record.marks;
    ConversationDocument {
        pair: pair.key(),
        people: pair.people(),
        touched: integer(record.touched),
        low_delivered: integer(low.delivered.0),
        low_read: integer(low.read.0),
        high_delivered: integer(high.delivered.0),
        high_read: integer(high.read.0),
    }
}
