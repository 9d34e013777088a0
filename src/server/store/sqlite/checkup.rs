//! What a host should know of the database, for `duologue doctor`. Changes nothing.

use std::path::Path;

use super::open::{self, DATABASE, Ground, OpenError};

/// What SQLite says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub version: &'static str,
    pub journal: String,
    /// As the writer sets it: 2 is FULL.
    pub synchronous: i64,
    /// What `quick_check` says: `ok`, or what is wrong.
    pub check: String,
    pub database_bytes: u64,
    pub log_bytes: u64,
}

/// `None` where there is no database in the folder.
pub fn facts(folder: &Path) -> Result<Option<Facts>, OpenError> {
    let file = folder.join(DATABASE);
    if !file.is_file() {
        return Ok(None);
    }
    let asked = || -> rusqlite::Result<(String, i64, String)> {
        let connection = open::reading(&file, Ground::default())?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let pragma = |name: &str| format!("PRAGMA {name}");
        let journal = connection.query_row(&pragma("journal_mode"), [], |row| row.get(0))?;
        let synchronous = connection.query_row(&pragma("synchronous"), [], |row| row.get(0))?;
        let check = connection.query_row(&pragma("quick_check(1)"), [], |row| row.get(0))?;
        Ok((journal, synchronous, check))
    };
    let (journal, synchronous, check) = asked().map_err(|cause| OpenError::of(&file, cause))?;
    let size = |file: &Path| std::fs::metadata(file).map_or(0, |facts| facts.len());
    Ok(Some(Facts {
        version: rusqlite::version(),
        journal,
        synchronous,
        check,
        database_bytes: size(&file),
        log_bytes: size(&open::beside(&file, "-wal")),
    }))
}
