//! `duologue migrate`: moves all that one store keeps into another, which is empty, and compares the two at the end.
//!
//! What was broken off is taken up again where it stopped: the target notes from which store it is being filled, and its
//! logs say how far they are. No server may run on either of the two meanwhile.

use std::{
    path::{Path, PathBuf},
    str::FromStr,
    time::{Duration, Instant},
};

use indicatif::ProgressBar;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::{
    protocol::ids::Seq,
    server::{
        fault,
        store::{
            self, Page,
            archive::{Archive, Cursor, People, Records},
            mongo,
            place::{OpenError, Place},
            sqlite,
        },
    },
};

/// How many records are read and written in one go.
const PAGE: u64 = 500;
/// How often it is said how far it is.
const SAY: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    #[error("there is no database in {}, so that there is nothing to move", .0.display())]
    NoSource(PathBuf),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error("the source is itself only half filled: finish its own migration first")]
    HalfSource,
    #[error("the target is the source")]
    Same,
    #[error("the target is not empty: name another one, or take away what it holds")]
    NotEmpty,
    #[error("the target is half filled from another store: finish that migration, or take away what it holds")]
    FromAnother,
    #[error("the source cannot be read: {0}")]
    Reading(store::Error),
    #[error("the target cannot be read: {0}")]
    Target(store::Error),
    #[error("the target cannot be written to: {0}; what is there stays, and the same command goes on from it")]
    Writing(store::Error),
    #[error(
        "the two differ in their {what}: {source_side} in the source, {target_side} in the target; did a server write to one of them? Take away what the target holds, and begin again"
    )]
    Differ { what: &'static str, source_side: Sum, target_side: Sum },
}

type Result<T> = std::result::Result<T, MigrateError>;

impl FromStr for Place {
    type Err = &'static str;

    fn from_str(address: &str) -> std::result::Result<Self, Self::Err> {
        if let Some(folder) = address.strip_prefix("sqlite:") {
            let folder = folder.strip_prefix("//").unwrap_or(folder);
            return if folder.is_empty() {
                Err("sqlite: wants the data folder after it")
            } else {
                Ok(Self::Sqlite(folder.into()))
            };
        }
        if mongo::is_address(address) {
            return Ok(Self::Mongo(address.to_owned()));
        }
        Err("it is sqlite:FOLDER, or the address of a MongoDB server such as mongodb://host:27017/duologue")
    }
}

/// The folder of a source in which nothing is.
fn missing(place: &Place) -> Option<&Path> {
    match place {
        Place::Sqlite(folder) if !folder.join(sqlite::DATABASE).is_file() => Some(folder),
        _ => None,
    }
}

/// How many records of a kind there are, and what they come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    pub count: u64,
    /// SHA-256 over the records as JSON, a line each, in their order.
    pub checksum: String,
}

impl std::fmt::Display for Sum {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} (SHA-256 {})", self.count, self.checksum)
    }
}

/// What was moved: each kind of record by its name.
pub type Moved = Vec<(&'static str, Sum)>;

/// Moves everything, and says what it was. Both hold the same then.
pub async fn migrate(from: &Place, to: &Place) -> Result<Moved> {
    if let Some(folder) = missing(from) {
        return Err(MigrateError::NoSource(folder.to_owned()));
    }
    if from == to {
        return Err(MigrateError::Same);
    }
    let (source, target) = (from.open().await?, to.open().await?);
    begin(&*source, &*target).await?;
    Mover {
        source: &*source,
        target: &*target,
        pages: 0,
        entries: 0,
        said: Instant::now(),
        bar: ProgressBar::new_spinner(),
    }
    .run()
    .await?;
    let before = sums(&*source).await.map_err(MigrateError::Reading)?;
    let after = sums(&*target).await.map_err(MigrateError::Target)?;
    for ((what, source_side), (_, target_side)) in before.iter().zip(after) {
        if *source_side != target_side {
            return Err(MigrateError::Differ { what, source_side: source_side.clone(), target_side });
        }
    }
    target.end_filling().await.map_err(MigrateError::Writing)?;
    Ok(before)
}

/// Sees that the target is empty, or was begun from this source.
async fn begin(source: &dyn Archive, target: &dyn Archive) -> Result<()> {
    if source.identity() == target.identity() {
        return Err(MigrateError::Same);
    }
    if source.filled_from().await.map_err(MigrateError::Reading)?.is_some() {
        return Err(MigrateError::HalfSource);
    }
    match target.filled_from().await.map_err(MigrateError::Target)? {
        Some(begun) if begun == source.identity() => Ok(()),
        Some(_) => Err(MigrateError::FromAnother),
        None if Pages::new(target, Cursor::Accounts(None)).next().await.map_err(MigrateError::Target)?.is_some() => {
            Err(MigrateError::NotEmpty)
        }
        None => target.begin_filling(source.identity()).await.map_err(MigrateError::Writing),
    }
}

struct Mover<'a> {
    source: &'a dyn Archive,
    target: &'a dyn Archive,
    /// How many pages were written, for the test that breaks it off.
    pages: u64,
    entries: u64,
    said: Instant,
    /// Shown on a terminal.
    bar: ProgressBar,
}

impl Mover<'_> {
    async fn run(mut self) -> Result<()> {
        self.copy(Cursor::Accounts(None)).await?;
        let mut conversations = Pages::new(self.source, Cursor::Conversations(None));
        while let Some(page) = conversations.next().await.map_err(MigrateError::Reading)? {
            if let Records::Conversations(conversations) = &page {
                for conversation in conversations {
                    self.copy_log(&conversation.people).await?;
                }
            }
            self.put(page).await?;
        }
        self.copy(Cursor::Sessions(None)).await?;
        self.copy(Cursor::Invites(None)).await?;
        self.bar.finish_and_clear();
        Ok(())
    }

    /// What the target's log does not have yet.
    async fn copy_log(&mut self, people: &People) -> Result<()> {
        let [one, other] = people;
        let there = self.target.history(one, other, Page::Newest, 1).await.map_err(MigrateError::Target)?;
        self.copy(Cursor::Entries(people.clone(), there.head)).await
    }

    async fn copy(&mut self, from: Cursor) -> Result<()> {
        let mut pages = Pages::new(self.source, from);
        while let Some(page) = pages.next().await.map_err(MigrateError::Reading)? {
            self.put(page).await?;
        }
        Ok(())
    }

    async fn put(&mut self, page: Records) -> Result<()> {
        if let Records::Entries(_, entries) = &page {
            self.entries += entries.len() as u64;
        }
        self.target.put(page).await.map_err(MigrateError::Writing)?;
        self.pages += 1;
        fault::exit_in_migration(self.pages);
        let so_far = format!("{} entries moved so far", self.entries);
        if self.bar.is_hidden() && self.said.elapsed() >= SAY {
            eprintln!("duologue: {so_far}");
            self.said = Instant::now();
        }
        self.bar.set_message(so_far);
        self.bar.tick();
        Ok(())
    }
}

/// The records of one kind, page by page.
struct Pages<'a> {
    archive: &'a dyn Archive,
    cursor: Cursor,
}

impl<'a> Pages<'a> {
    fn new(archive: &'a dyn Archive, cursor: Cursor) -> Self {
        Self { archive, cursor }
    }

    async fn next(&mut self) -> store::Result<Option<Records>> {
        let page = self.archive.read(self.cursor.clone(), PAGE).await?;
        let Some(cursor) = page.next() else { return Ok(None) };
        self.cursor = cursor;
        Ok(Some(page))
    }
}

/// What a store holds.
async fn sums(archive: &dyn Archive) -> store::Result<Moved> {
    let mut entries = Summing::default();
    let mut conversations = Summing::default();
    let mut pages = Pages::new(archive, Cursor::Conversations(None));
    while let Some(page) = pages.next().await? {
        let Records::Conversations(found) = &page else { continue };
        for conversation in found {
            entries.add_pages(Pages::new(archive, Cursor::Entries(conversation.people.clone(), Seq(0)))).await?;
        }
        conversations.add(&page);
    }
    let mut accounts = Summing::default();
    accounts.add_pages(Pages::new(archive, Cursor::Accounts(None))).await?;
    let mut sessions = Summing::default();
    sessions.add_pages(Pages::new(archive, Cursor::Sessions(None))).await?;
    let mut invites = Summing::default();
    invites.add_pages(Pages::new(archive, Cursor::Invites(None))).await?;
    Ok(vec![
        ("accounts", accounts.sum()),
        ("conversations", conversations.sum()),
        ("entries", entries.sum()),
        ("sessions", sessions.sum()),
        ("invitations", invites.sum()),
    ])
}

#[derive(Default)]
struct Summing {
    count: u64,
    hash: Sha256,
}

impl Summing {
    async fn add_pages(&mut self, mut pages: Pages<'_>) -> store::Result<()> {
        while let Some(page) = pages.next().await? {
            self.add(&page);
        }
        Ok(())
    }

    fn add(&mut self, page: &Records) {
        match page {
            Records::Accounts(accounts) => self.add_each(accounts),
            Records::Entries(people, entries) => {
                let entries: Vec<_> = entries.iter().map(|entry| (people, entry)).collect();
                self.add_each(&entries);
            }
            Records::Conversations(conversations) => self.add_each(conversations),
            Records::Sessions(sessions) => self.add_each(sessions),
            Records::Invites(invites) => self.add_each(invites),
        }
    }

    fn add_each(&mut self, records: &[impl Serialize]) {
        for record in records {
            let line = serde_json::to_vec(record).expect("a record has no map whose keys are no strings");
            self.hash.update(line);
            self.hash.update(b"\n");
            self.count += 1;
        }
    }

    fn sum(self) -> Sum {
        let bytes = self.hash.finalize();
        Sum { count: self.count, checksum: bytes.iter().map(|byte| format!("{byte:02x}")).collect() }
    }
}
