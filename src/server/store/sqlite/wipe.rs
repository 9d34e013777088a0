//! Deleted words must leave the database's write-ahead log as well: it is copied into the database, and emptied. That takes
//! a moment without readers, so a pause is waited for, and not for ever.

use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::open::BUSY;
use crate::server::fault;

/// How long the log may keep deleted words while there is always something to write.
const WITHIN: Duration = Duration::from_secs(30);
/// With deleted words in the log, a pause of this length is used to wipe it.
const PAUSE: Duration = Duration::from_secs(1);
/// How soon a wipe is tried again while there is always something to write.
const AGAIN: Duration = Duration::from_secs(5);
/// How long a wipe waits for readers before it is put off. Nothing is written meanwhile.
const PATIENCE: Duration = Duration::from_millis(100);

/// When the log is wiped.
pub struct Wipe {
    /// At the latest; `None` while no deleted words are in it.
    by: Option<Instant>,
    /// Where there is nothing to do.
    after: Instant,
}

impl Wipe {
    pub fn new() -> Self {
        Self { by: None, after: Instant::now() }
    }

    /// Deleted words went into the log.
    pub fn owe(&mut self) {
        if self.by.is_none() {
            self.by = Some(Instant::now() + fault::wipe_within().unwrap_or(WITHIN));
        }
    }

    /// Something is to be written: the next pause begins after it.
    pub fn put_off(&mut self) {
        self.after = Instant::now() + PAUSE;
    }

    /// Wipes what must not stay any longer.
    pub fn when_late(&mut self, connection: &Connection) {
        if self.by.is_some_and(|by| by <= Instant::now()) {
            self.wipe(connection);
        }
    }

    /// Wipes in a pause.
    pub fn when_idle(&mut self, connection: &Connection) {
        if self.by.is_some() && self.after <= Instant::now() {
            self.wipe(connection);
            self.put_off();
        }
    }

    /// Wipes before nobody is there to do it.
    pub fn at_the_end(&mut self, connection: &Connection) {
        if self.by.is_some() {
            self.wipe(connection);
        }
    }

    fn wipe(&mut self, connection: &Connection) {
        self.by = match checkpoint(connection) {
            Ok(true) => None,
            // Somebody was reading.
            Ok(false) => Some(Instant::now() + AGAIN),
            Err(cause) => {
                tracing::warn!(%cause, "the database's log could not be emptied; it may hold deleted words");
                Some(Instant::now() + AGAIN)
            }
        };
    }
}

/// Whether the log is empty now.
fn checkpoint(connection: &Connection) -> rusqlite::Result<bool> {
    connection.busy_timeout(PATIENCE)?;
    let is_busy: rusqlite::Result<bool> = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0));
    connection.busy_timeout(BUSY)?;
    Ok(!is_busy?)
}
