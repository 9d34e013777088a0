//! A log with one layout, written and read by the statements that the store uses.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use cpu_time::ProcessTime;
use rusqlite::{Connection, params};

use crate::layout::{Ids, Layout};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

/// As the bench's own messages.
const BODY_BYTES: usize = 100;
/// What a page of history has.
const PAGE_ENTRIES: u64 = 50;
/// As the server's writer, in KiB.
const CACHE_KIB: i64 = 32 * 1024;

pub struct Log {
    file: PathBuf,
    connection: Connection,
    /// The head of each conversation; its id is its place here and one more.
    heads: Vec<u64>,
    touched: u64,
}

/// What writing took.
pub struct Written {
    pub took: Duration,
    pub cpu: Duration,
    pub commits: Times,
    pub log_bytes: u64,
}

/// Durations, sorted.
pub struct Times(Vec<Duration>);

impl Times {
    fn new(mut times: Vec<Duration>) -> Self {
        times.sort_unstable();
        Self(times)
    }

    /// The one that so many of a hundred are not above, in milliseconds; none at all is not a number.
    pub fn of(&self, percent: usize) -> f64 {
        let place = (self.0.len() * percent).div_ceil(100).max(1) - 1;
        self.0.get(place).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

impl Log {
    pub fn create(layout: &Layout, folder: &Path, conversations: u64) -> Result<Self> {
        let file = folder.join("layout.db");
        if file.exists() {
            return Err(format!("there is a {} already: name an empty folder", file.display()).into());
        }
        let connection = Connection::open(&file)?;
        // Before the first table: afterwards it would change nothing.
        connection.pragma_update(None, "page_size", layout.page)?;
        for (setting, value) in [("journal_mode", "WAL"), ("synchronous", "FULL"), ("temp_store", "MEMORY")] {
            connection.pragma_update(None, setting, value)?;
        }
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", layout.checkpoint)?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.execute_batch(&layout.tables()?)?;
        start(&connection, conversations)?;
        Ok(Self { file, connection, heads: vec![0; conversations as usize], touched: 0 })
    }

    /// Writes entries, spread over the conversations by chance, so many a commit.
    pub fn fill(&mut self, entries: u64, batch: u64, ids: Ids) -> Result<Written> {
        let mut chance = fastrand::Rng::with_seed(1);
        let body = "m".repeat(BODY_BYTES);
        let mut commits = Vec::new();
        let (began, cpu) = (Instant::now(), ProcessTime::now());
        let mut left = entries;
        while left > 0 {
            let of_this = batch.min(left);
            let began = Instant::now();
            self.commit(of_this, &mut chance, ids, &body)?;
            commits.push(began.elapsed());
            left -= of_this;
        }
        let (took, cpu) = (began.elapsed(), cpu.elapsed());
        Ok(Written { took, cpu, commits: Times::new(commits), log_bytes: self.log_bytes() })
    }

    /// The rows of the log, and the row of each conversation once, as the writer does.
    fn commit(&mut self, entries: u64, chance: &mut fastrand::Rng, ids: Ids, body: &str) -> Result<()> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        let mut changed = vec![false; self.heads.len()];
        let mut insert = self.connection.prepare_cached(
            "INSERT INTO entry (conversation, seq, at, author, id, kind, target, text, low_messages, high_messages)
             VALUES (?1, ?2, ?3, ?4, ?5, 0, NULL, ?6, ?2, 0)
             ON CONFLICT DO NOTHING",
        )?;
        for _ in 0..entries {
            let which = chance.usize(..self.heads.len());
            self.heads[which] += 1;
            changed[which] = true;
            let (conversation, author) = (which as i64 + 1, which as i64 * 2 + 1);
            let seq = self.heads[which] as i64;
            if insert.execute(params![conversation, seq, 1_700_000_000_000 + seq, author, ids.next(), body])? != 1 {
                return Err("an entry was refused as a repeat".into());
            }
        }
        drop(insert);
        let mut update = self.connection.prepare_cached(
            "UPDATE conversation SET head = ?2, head_at = ?3, last_message = ?2, low_messages = ?2, touched = ?4 WHERE id = ?1",
        )?;
        for (which, _) in changed.iter().enumerate().filter(|(_, changed)| **changed) {
            self.touched += 1;
            let head = self.heads[which] as i64;
            update.execute(params![which as i64 + 1, head, 1_700_000_000_000 + head, self.touched as i64])?;
        }
        drop(update);
        self.connection.prepare_cached("COMMIT")?.execute([])?;
        Ok(())
    }

    /// Copies the write-ahead log into the database and says how many bytes that has then.
    pub fn settle(&self) -> Result<u64> {
        self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(fs::metadata(&self.file)?.len())
    }

    /// Reads pages from all over the log, on a connection of its own with a reader's settings.
    pub fn read(&self, pages: u64) -> Result<Times> {
        let reader = Connection::open(&self.file)?;
        reader.pragma_update(None, "query_only", true)?;
        let mut chance = fastrand::Rng::with_seed(2);
        let mut times = Vec::new();
        for _ in 0..pages {
            let which = chance.usize(..self.heads.len());
            let after = chance.u64(..self.heads[which].saturating_sub(PAGE_ENTRIES).max(1));
            let began = Instant::now();
            let mut statement = reader.prepare_cached(
                "SELECT seq, at, author, id, kind, target, text FROM entry
                 WHERE conversation = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
            )?;
            let mut rows = statement.query(params![which as i64 + 1, after as i64, PAGE_ENTRIES as i64])?;
            let mut bytes = 0;
            while let Some(row) = rows.next()? {
                bytes += row.get_ref(3)?.as_str()?.len() + row.get_ref(6)?.as_str()?.len();
            }
            if bytes == 0 {
                return Err("a page had no entries: ask for more of them".into());
            }
            times.push(began.elapsed());
        }
        Ok(Times::new(times))
    }

    /// The most that it took: it is written from its start again once it is copied back, and does not become smaller.
    fn log_bytes(&self) -> u64 {
        fs::metadata(self.file.with_extension("db-wal")).map_or(0, |file| file.len())
    }
}

/// Two accounts and an empty conversation for each pair.
fn start(connection: &Connection, conversations: u64) -> rusqlite::Result<()> {
    let (mut account, mut conversation) = (
        connection.prepare(
            "INSERT INTO account (id, username, skeleton, name, password, created) VALUES (?1, ?2, ?2, ?2, '', 0)",
        )?,
        connection.prepare("INSERT INTO conversation VALUES (?1, ?2, ?3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)")?,
    );
    connection.execute_batch("BEGIN")?;
    for pair in 1..=conversations as i64 {
        for id in [pair * 2 - 1, pair * 2] {
            account.execute(params![id, format!("bench{id}")])?;
        }
        conversation.execute([pair, pair * 2 - 1, pair * 2])?;
    }
    connection.execute_batch("COMMIT")
}
