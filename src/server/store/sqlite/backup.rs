//! A copy of the database while a server writes to it, looking at a copy, and putting one in place.

use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use tempfile::NamedTempFile;

use super::open::{self, DATABASE, Ground, OpenError};
use crate::protocol::ids::Millis;

/// Pages that are copied at once; then it is told how far it is.
const PAGES: i32 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error("there is no database in {}", .0.display())]
    None(PathBuf),
    #[error("{} exists: it is not written over; name another file", .0.display())]
    Exists(PathBuf),
    #[error("{} holds a database: it is not written over; name another folder with --data, or move that one away", .0.display())]
    Holds(PathBuf),
    #[error("there is no file {}", .0.display())]
    NoFile(PathBuf),
    #[error("{} cannot be written: {cause}", file.display())]
    Unwritten { file: PathBuf, cause: io::Error },
    #[error("{} is damaged: {what}", file.display())]
    Damaged { file: PathBuf, what: String },
    #[error(transparent)]
    Open(#[from] OpenError),
}

type Result<T> = std::result::Result<T, BackupError>;

/// What a database holds, after all of it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    pub accounts: u64,
    pub conversations: u64,
    pub entries: u64,
    /// The time of the newest entry.
    pub newest: Option<Millis>,
    pub bytes: u64,
}

/// How many of so many pages are copied.
pub type Progress<'a> = &'a mut dyn FnMut(u64, u64);

/// Copies the database of a data folder into a file that is not there yet, as it is at one moment, and looks at the copy.
pub fn back_up(folder: &Path, file: &Path, progress: Progress<'_>) -> Result<Holding> {
    let database = folder.join(DATABASE);
    if !database.is_file() {
        return Err(BackupError::None(folder.to_owned()));
    }
    if file.exists() {
        return Err(BackupError::Exists(file.to_owned()));
    }
    let (copy, holding) = copied(&database, parent(file), progress)?;
    keep(copy, file)?;
    Ok(holding)
}

/// Puts a copy into a data folder that holds no database, and gives it a new life: what devices remember of the numbers
/// after it is forgotten by them.
pub fn restore(file: &Path, folder: &Path, progress: Progress<'_>) -> Result<Holding> {
    if !file.is_file() {
        return Err(BackupError::NoFile(file.to_owned()));
    }
    open::prepare_folder(folder)?;
    let _lock = open::lock(folder)?;
    let database = folder.join(DATABASE);
    if database.exists() || open::beside(&database, "-wal").exists() {
        return Err(BackupError::Holds(folder.to_owned()));
    }
    let (copy, holding) = copied(file, folder, progress)?;
    let renewed = Connection::open(copy.path()).and_then(|connection| {
        connection.pragma_update(None, "journal_mode", "MEMORY")?;
        connection.execute("UPDATE meta SET value = lower(hex(randomblob(8))) WHERE key = 'epoch'", [])
    });
    renewed.map_err(|cause| OpenError::of(file, cause))?;
    keep(copy, &database)?;
    Ok(holding)
}

fn parent(file: &Path) -> &Path {
    file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A copy beside where it is to be, under a name of its own, which goes when it is dropped.
fn copied(source: &Path, beside: &Path, progress: Progress<'_>) -> Result<(NamedTempFile, Holding)> {
    let copy = NamedTempFile::with_prefix_in(".duologue-", beside)
        .map_err(|cause| BackupError::Unwritten { file: beside.to_owned(), cause })?;
    copy_pages(source, copy.path(), progress).map_err(|cause| OpenError::of(source, cause))?;
    let holding = look_at(copy.path())?;
    Ok((copy, holding))
}

fn copy_pages(source: &Path, target: &Path, progress: Progress<'_>) -> rusqlite::Result<()> {
    let source = open::reading(source, Ground::default())?;
    // One view from the first page to the last: without it each write of the server would begin the copy anew.
    let view = source.unchecked_transaction()?;
    view.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    let mut target = Connection::open(target)?;
    let backup = Backup::new(&view, &mut target)?;
    loop {
        let step = backup.step(PAGES)?;
        let pages = backup.progress();
        let all = u64::try_from(pages.pagecount).unwrap_or(0);
        progress(all - u64::try_from(pages.remaining).unwrap_or(0).min(all), all);
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            // Somebody holds the lock for a moment.
            _ => std::thread::park_timeout(Duration::from_millis(10)),
        }
    }
}

/// Flushes a copy and gives it its name, unless something has that by now.
fn keep(copy: NamedTempFile, name: &Path) -> Result<()> {
    let unwritten = |cause| BackupError::Unwritten { file: name.to_owned(), cause };
    copy.as_file().sync_all().map_err(unwritten)?;
    copy.persist_noclobber(name).map_err(|refused| match refused.error.kind() {
        io::ErrorKind::AlreadyExists => BackupError::Exists(name.to_owned()),
        _ => unwritten(refused.error),
    })?;
    File::open(parent(name)).and_then(|folder| folder.sync_all()).map_err(unwritten)
}

/// Looks at all of a database that nobody writes to: that its pages and indexes are whole, that every log is without a hole,
/// and what it holds.
fn look_at(file: &Path) -> Result<Holding> {
    let damaged = |what: &str| BackupError::Damaged { file: file.to_owned(), what: what.to_owned() };
    let connection =
        Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)
            .map_err(|cause| OpenError::of(file, cause))?;
    open::check_version(&connection, file)?;
    let holding = ask(&connection).map_err(|cause| OpenError::of(file, cause))?;
    let (said, is_whole, holding) = holding;
    match (said.as_str(), is_whole) {
        ("ok", true) => Ok(Holding { bytes: std::fs::metadata(file).map_or(0, |facts| facts.len()), ..holding }),
        ("ok", false) => Err(damaged("a log has a hole")),
        (said, _) => Err(damaged(said)),
    }
}

fn ask(connection: &Connection) -> rusqlite::Result<(String, bool, Holding)> {
    // What was copied says that it has a log beside it, which it has not.
    connection.pragma_update(None, "journal_mode", "DELETE")?;
    let said = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    let is_whole = connection.query_row(
        "SELECT NOT EXISTS (
             SELECT 1 FROM conversation
             LEFT JOIN (SELECT conversation AS of, count(*) AS entries, max(seq) AS highest FROM entry GROUP BY conversation)
                    ON of = conversation.id
             WHERE head != coalesce(entries, 0) OR head != coalesce(highest, 0))
             AND NOT EXISTS (SELECT 1 FROM entry WHERE conversation NOT IN (SELECT id FROM conversation))",
        [],
        |row| row.get(0),
    )?;
    let holding = connection.query_row(
        "SELECT (SELECT count(*) FROM account), (SELECT count(*) FROM conversation), (SELECT count(*) FROM entry),
                (SELECT max(head_at) FROM conversation)",
        [],
        |row| {
            Ok(Holding {
                accounts: row.get::<_, i64>(0)?.unsigned_abs(),
                conversations: row.get::<_, i64>(1)?.unsigned_abs(),
                entries: row.get::<_, i64>(2)?.unsigned_abs(),
                newest: super::columns::optional_millis(row, 3)?,
                bytes: 0,
            })
        },
    )?;
    Ok((said, is_whole, holding))
}
