//! Writing entries. The log itself decides: an entry is checked against the log up to some head, and inserted as the
//! number after it. Where that number is taken, another node was faster, and all is checked anew; where it is not,
//! nothing came between. So two unique indexes stand for what a transaction would.

use std::time::Duration;

use mongodb::{
    bson::doc,
    options::{FindOneOptions, ReadConcern},
};

use super::{
    collections::{BY_ID, BY_SEQ, Collections},
    documents::{ChangeDocument, DELETION, EntryDocument, MESSAGE, Pair, Side, integer, of_kind},
    failure::{of_reading, of_writing, taken},
};
use crate::{
    protocol::{entry::Kind, ids::Username},
    server::{
        fault,
        store::{Appended, Draft, Error, Result},
    },
};

/// How often it is asked whether a draft of an unknown outcome was written, and how long is waited in between: a majority
/// may have to choose a primary first.
const ASKED: usize = 3;
const BETWEEN: Duration = Duration::from_millis(200);

/// Drafts of one conversation, as they are written one after the other.
struct Group<'a> {
    collections: &'a Collections,
    pair: &'a Pair,
    key: String,
    /// The last entry of the log, where it is known.
    head: Option<Option<EntryDocument>>,
    /// Announced before the first insert.
    change: Option<ChangeDocument>,
    /// The messages whose words the drafts may take.
    erases: Vec<i64>,
    is_changed: bool,
    /// Words were not taken, or it is not known whether an entry was written: the change stays announced.
    is_left: bool,
}

impl Collections {
    /// Writes drafts of one conversation in their order, and answers each as `Store::append` says.
    pub async fn append(&self, pair: &Pair, drafts: &[Draft]) -> Vec<Result<Appended>> {
        let erases = drafts.iter().filter_map(|draft| match draft.kind {
            Kind::Deletion { of } => Some(integer(of.0)),
            _ => None,
        });
        let mut group = Group {
            collections: self,
            pair,
            key: pair.key(),
            head: None,
            change: None,
            erases: erases.collect(),
            is_changed: false,
            is_left: false,
        };
        let mut outcomes: Vec<Result<Appended>> = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let is_cut_off = matches!(outcomes.last(), Some(Err(Error::Unavailable | Error::UnknownOutcome)));
            // What comes next would wait as long, in vain.
            outcomes.push(if is_cut_off { Err(Error::Unavailable) } else { group.write(draft).await });
        }
        if let Err(error) = group.finish().await {
            // All of it is written, and what is announced says so until somebody settles it.
            tracing::warn!(%error, "a change could not be settled yet");
        }
        outcomes
    }

    /// Refuses a draft that the log or the accounts do not take, in the order of `Store::append`.
    async fn check(&self, pair: &str, draft: &Draft) -> Result<()> {
        let (author, peer) = tokio::join!(self.account(&draft.author), self.account(&draft.peer));
        if author?.is_closed() {
            return Err(Error::NotFound);
        }
        let peer = peer.map_err(|error| if error == Error::NotFound { Error::UnknownPeer } else { error })?;
        if peer.is_closed() && !matches!(draft.kind, Kind::Deletion { .. }) {
            return Err(Error::NotAvailable);
        }
        let (_, Some(target), _) = of_kind(&draft.kind) else { return Ok(()) };
        let target = integer(target.0);
        let message = doc! { "pair": pair, "seq": target, "kind": MESSAGE };
        let message = self.entries.find_one(message).with_options(newest()).await.map_err(of_reading)?;
        let message = message.ok_or(Error::NotFound)?;
        let is_for_its_author = matches!(draft.kind, Kind::Edit { .. } | Kind::Deletion { .. });
        if is_for_its_author && message.author != draft.author.as_str() {
            return Err(Error::NotYours);
        }
        if matches!(draft.kind, Kind::Message { .. }) {
            return Ok(());
        }
        let deletion = doc! { "pair": pair, "target": target, "kind": DELETION };
        let deletion = self.entries.find_one(deletion).with_options(newest()).await.map_err(of_reading)?;
        if deletion.is_some() { Err(Error::Gone) } else { Ok(()) }
    }

    /// The last entry of a log.
    pub async fn head(&self, pair: &str) -> Result<Option<EntryDocument>> {
        let mut options = newest();
        options.sort = Some(doc! { "seq": -1 });
        self.entries.find_one(doc! { "pair": pair }).with_options(options).await.map_err(of_reading)
    }
}

/// What the primary has, though a majority may not have it yet: what is inserted after it has it as its past, and is not
/// acknowledged before a majority has both.
fn newest() -> FindOneOptions {
    FindOneOptions::builder().read_concern(ReadConcern::local()).build()
}

impl Group<'_> {
    async fn write(&mut self, draft: &Draft) -> Result<Appended> {
        loop {
            let before = match &self.head {
                Some(head) => head.clone(),
                None => self.collections.head(&self.key).await?,
            };
            self.head = Some(before.clone());
            match self.collections.check(&self.key, draft).await {
                Ok(()) => {}
                // A repeat is answered whatever would be said of the draft today.
                Err(refusal) => return self.repeat_or(draft, refusal).await,
            }
            self.announce().await?;
            let entry = next(&self.key, before.as_ref(), draft, self.pair.side(&draft.author));
            match self.collections.entries.insert_one(&entry).await {
                Ok(_) => return self.written(entry, draft).await,
                Err(error) if taken(&error).is_some_and(|index| index.contains(BY_SEQ)) => self.head = None,
                Err(error) if taken(&error).is_some_and(|index| index.contains(BY_ID)) => {
                    return self.repeat_or(draft, Error::UnknownOutcome).await;
                }
                Err(error) => return self.ask_log(draft, of_writing(error)).await,
            }
        }
    }

    /// Announces the change, once for all drafts. Where that fails nothing was written.
    async fn announce(&mut self) -> Result<()> {
        if self.change.is_none() {
            let change = self.collections.begin(self.pair, self.erases.clone()).await;
            let nothing_written = |error| if error == Error::UnknownOutcome { Error::Unavailable } else { error };
            self.change = Some(change.map_err(nothing_written)?);
        }
        Ok(())
    }

    async fn written(&mut self, entry: EntryDocument, draft: &Draft) -> Result<Appended> {
        self.is_changed = true;
        if entry.kind == MESSAGE {
            fault::exit_after_commit(entry.text.as_deref());
        }
        let appended = entry.appended(true);
        self.head = Some(Some(entry));
        self.erase(draft).await?;
        Ok(appended)
    }

    /// What a deletion takes. Where that fails it is not known to be done: the draft is sent again, and this with it.
    async fn erase(&mut self, draft: &Draft) -> Result<()> {
        let erased = match draft.kind {
            Kind::Deletion { of } => self.collections.erase(&self.key, integer(of.0)).await,
            _ => self.forget_closed(draft).await,
        };
        self.is_left |= erased.is_err();
        erased.map_err(|_| Error::UnknownOutcome)
    }

    /// Notes to oneself lose their words with the account; one that was closed just now took those that it found.
    async fn forget_closed(&self, draft: &Draft) -> Result<()> {
        if draft.author != draft.peer {
            return Ok(());
        }
        let author = self.collections.account(&draft.author).await?;
        if author.is_closed() { self.collections.forget_notes(&draft.author).await } else { Ok(()) }
    }

    /// The place of a draft that was written before, else the refusal.
    async fn repeat_or(&mut self, draft: &Draft, refusal: Error) -> Result<Appended> {
        if !matches!(
            refusal,
            Error::NotFound
                | Error::UnknownPeer
                | Error::NotAvailable
                | Error::NotYours
                | Error::Gone
                | Error::UnknownOutcome
        ) {
            return Err(refusal);
        }
        let appended = match self.find_for_sure(draft, refusal == Error::UnknownOutcome).await {
            Err(Error::NotFound) => return Err(refusal),
            found => found?,
        };
        self.erase_again(draft).await?;
        self.collections.touch_if_under_way(self.pair, self.change.as_ref()).await?;
        Ok(appended)
    }

    async fn erase_again(&mut self, draft: &Draft) -> Result<()> {
        if matches!(draft.kind, Kind::Deletion { .. }) { self.erase(draft).await } else { Ok(()) }
    }

    /// Whether a draft was written whose insert neither succeeded nor was refused.
    async fn ask_log(&mut self, draft: &Draft, outcome: Error) -> Result<Appended> {
        self.head = None;
        if outcome != Error::UnknownOutcome {
            return Err(outcome);
        }
        self.is_changed = true;
        self.is_left = true;
        let found = self.find_for_sure(draft, true).await.map_err(|_| Error::UnknownOutcome)?;
        self.erase_again(draft).await?;
        Ok(Appended { is_new: true, ..found })
    }

    /// A majority may not have it yet, or there may be no primary to ask.
    async fn find_for_sure(&self, draft: &Draft, is_expected: bool) -> Result<Appended> {
        let mut asked = 0;
        loop {
            let found = self.collections.find(draft).await;
            asked += 1;
            let is_open = matches!(found, Err(Error::NotFound | Error::Unavailable));
            if !is_open || !is_expected || asked == ASKED {
                return found;
            }
            tokio::time::sleep(BETWEEN).await;
        }
    }

    async fn finish(self) -> Result<()> {
        match self.change {
            None => Ok(()),
            Some(change) if self.is_left => self.collections.touch_announced(&change).await,
            Some(change) if self.is_changed => self.collections.settle(&change).await,
            Some(change) => self.collections.end(&change).await,
        }
    }
}

/// The entry that a draft becomes, after the one before it.
pub fn next(pair: &str, before: Option<&EntryDocument>, draft: &Draft, side: Side) -> EntryDocument {
    let (kind, target, text) = of_kind(&draft.kind);
    let seq = before.map_or(0, |before| before.seq) + 1;
    let is_message = kind == MESSAGE;
    let wrote = |other: Side| i64::from(is_message && side == other);
    EntryDocument {
        pair: pair.to_owned(),
        seq,
        at: integer(draft.now.0).max(before.map_or(0, |before| before.at)),
        author: draft.author.to_string(),
        id: draft.id.to_string(),
        kind,
        target: target.map(|target| integer(target.0)),
        text: text.map(str::to_owned),
        low_messages: before.map_or(0, |before| before.low_messages) + wrote(Side::Low),
        high_messages: before.map_or(0, |before| before.high_messages) + wrote(Side::High),
        last_message: if is_message { seq } else { before.map_or(0, |before| before.last_message) },
    }
}

impl Collections {
    /// Takes the words of somebody's notes to themselves.
    pub async fn forget_notes(&self, username: &Username) -> Result<()> {
        let notes = Pair::new(username, username);
        self.take_words(doc! { "pair": notes.key(), "kind": { "$in": [MESSAGE, super::documents::EDIT] } }).await
    }
}
