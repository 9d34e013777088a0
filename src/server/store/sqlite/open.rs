//! Opening: the folder, the lock that keeps a second server out, and how each connection is set. What a host can do
//! something about is a sentence of its own.

use std::{
    fs::{File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{Error as MigrationError, MigrationDefinitionError};

use super::schema;
use crate::server::fault;

/// The file of the database in its folder.
pub const DATABASE: &str = "duologue.db";
const LOCK: &str = "duologue.lock";

/// How long a statement waits for another process (a command, a backup) before it fails.
pub const BUSY: Duration = Duration::from_secs(5);
/// After so many pages of log SQLite copies them into the database by itself. Fewer cost throughput, more cost disk and
/// the time of a start after a crash.
const CHECKPOINT_PAGES: u32 = 4_000;
/// What the writer keeps of the database in memory, in KiB: the end of the log and of its indexes, and what lies between.
const PAGE_CACHE_KIB: i32 = 32 * 1024;
/// More than there are statements, so that each is compiled once a connection.
const STATEMENTS: usize = 64;

/// What a connection stands on. There is one ground for use; the tests of power cuts have another disk beneath them.
#[derive(Clone, Copy)]
pub struct Ground {
    /// The name of SQLite's way to files; `None` is its own for this system.
    pub files: Option<&'static str>,
    pub synchronous: &'static str,
    pub checkpoint_pages: u32,
}

impl Default for Ground {
    fn default() -> Self {
        Self { files: None, synchronous: "FULL", checkpoint_pages: CHECKPOINT_PAGES }
    }
}

impl Ground {
    pub fn connect(self, file: &Path, flags: OpenFlags) -> rusqlite::Result<Connection> {
        match self.files {
            Some(files) => Connection::open_with_flags_and_vfs(file, flags, files),
            None => Connection::open_with_flags(file, flags),
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the data folder {} cannot be written to: {source}", folder.display())]
    Folder { folder: PathBuf, source: io::Error },
    #[error(
        "another duologue server is using the data folder {}; stop it, or choose another folder",
        folder.display()
    )]
    InUse { folder: PathBuf },
    #[error(
        "the database {} was written by a newer version of duologue; run that version, or restore an older backup",
        file.display()
    )]
    Newer { file: PathBuf },
    #[error(
        "the server that uses the data folder {} is older than this program; start it anew with this one first",
        folder.display()
    )]
    Older { folder: PathBuf },
    #[error("the file {} is damaged or no duologue database ({source}); restore a backup", file.display())]
    Damaged { file: PathBuf, source: rusqlite::Error },
    #[error("the file {} is damaged ({what}); restore a backup", file.display())]
    Broken { file: PathBuf, what: String },
    #[error("the database {} cannot be opened: {source}", file.display())]
    Database { file: PathBuf, source: rusqlite::Error },
    #[error("the tables of {} cannot be brought up to date: {source}", file.display())]
    Migration { file: PathBuf, source: MigrationError },
    #[error("the writing thread cannot be started: {0}")]
    Thread(io::Error),
}

impl OpenError {
    pub fn of(file: &Path, source: rusqlite::Error) -> Self {
        let file = file.to_owned();
        match source.sqlite_error_code() {
            Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => Self::Damaged { file, source },
            Some(ErrorCode::ReadOnly) => Self::Folder {
                folder: file.parent().unwrap_or(&file).to_owned(),
                source: io::Error::from(io::ErrorKind::PermissionDenied),
            },
            _ => Self::Database { file, source },
        }
    }
}

/// Makes the folder where there is none, for its owner alone.
pub fn prepare_folder(folder: &Path) -> Result<(), OpenError> {
    let made: Vec<&Path> =
        folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| OpenError::Folder { folder: folder.to_owned(), source })?;
    for folder in made.iter().rev() {
        flush_name(folder);
    }
    Ok(())
}

/// SQLite flushes the names of its files, and nobody that of the folder they are in. Without this a power cut soon after the
/// first start could take the whole folder away, with all that was answered.
fn flush_name(folder: &Path) {
    let above = folder.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Not every file system can; SQLite goes on then, too.
    if let Err(cause) = File::open(above).and_then(|above| above.sync_all()) {
        tracing::warn!(%cause, folder = %folder.display(), "it cannot be made sure that the new folder survives a power cut");
    }
}

/// Takes the folder for as long as the file lives. The system lets go of it when the process dies, however it dies.
pub fn lock(folder: &Path) -> Result<File, OpenError> {
    let refuse = |source| OpenError::Folder { folder: folder.to_owned(), source };
    let file = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join(LOCK)).map_err(refuse)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { folder: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(refuse(source)),
    }
}

/// Whether there is a database whose tables an older version has made.
pub fn is_behind(file: &Path) -> Result<bool, OpenError> {
    if !file.is_file() {
        return Ok(false);
    }
    let connection = reading(file, Ground::default()).map_err(|source| OpenError::of(file, source))?;
    Ok(pending(&connection, file)? > 0)
}

/// How many steps a database lacks; less than none where a newer version has written it.
fn pending(connection: &Connection, file: &Path) -> Result<i32, OpenError> {
    schema::MIGRATIONS.pending_migrations(connection).map_err(|source| match source {
        MigrationError::RusqliteError { err, .. } => OpenError::of(file, err),
        source => OpenError::Migration { file: file.to_owned(), source },
    })
}

/// The connection that writes, its tables up to date.
pub fn writing(file: &Path, ground: Ground) -> Result<Connection, OpenError> {
    let mut connection = set_up_writing(file, ground).map_err(|source| OpenError::of(file, source))?;
    fault::exit_in_start("file");
    migrate(&mut connection, file)?;
    if fault::is_mutant("no-unique-index") {
        schema::drop_unique_index(&connection).map_err(|source| OpenError::of(file, source))?;
    }
    fault::exit_in_start("tables");
    Ok(connection)
}

fn set_up_writing(file: &Path, ground: Ground) -> rusqlite::Result<Connection> {
    let connection = ground.connect(file, OpenFlags::default())?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", ground.synchronous)?;
    // On macOS a plain flush stops at the drive's cache. Elsewhere these do nothing.
    connection.pragma_update(None, "fullfsync", true)?;
    connection.pragma_update(None, "checkpoint_fullfsync", true)?;
    // Zeroes what is deleted. Without this the words stay in the file until their page is used again.
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let checkpoint_pages = fault::checkpoint_pages().unwrap_or(ground.checkpoint_pages);
    connection.pragma_update(None, "wal_autocheckpoint", checkpoint_pages)?;
    // Negative: in KiB, not in pages.
    connection.pragma_update(None, "cache_size", -PAGE_CACHE_KIB)?;
    // Sorters and statement journals must not leave words in files of their own.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

/// Empties the log that a process left when it died; deleted words may be in it.
pub fn empty_log(connection: &Connection) -> rusqlite::Result<()> {
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
}

fn migrate(connection: &mut Connection, file: &Path) -> Result<(), OpenError> {
    // How it went shows in the next start.
    fault::exit_after_step(|steps| drop(schema::MIGRATIONS.to_version(connection, steps)));
    let mut result = schema::MIGRATIONS.to_latest(connection);
    if result.is_err() {
        // A command and the server may have found the same empty folder: the one who came second finds it done.
        result = schema::MIGRATIONS.to_latest(connection);
    }
    result.map_err(|source| match source {
        MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            OpenError::Newer { file: file.to_owned() }
        }
        MigrationError::RusqliteError { err, .. } => OpenError::of(file, err),
        source => OpenError::Migration { file: file.to_owned(), source },
    })
}

/// Refuses a database that a newer version has written, without touching it.
pub fn check_version(connection: &Connection, file: &Path) -> Result<(), OpenError> {
    if pending(connection, file)? < 0 { Err(OpenError::Newer { file: file.to_owned() }) } else { Ok(()) }
}

/// A file that SQLite keeps beside the database.
pub fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The name of this life of the database.
pub fn epoch(connection: &Connection) -> Result<String, OpenError> {
    connection
        .query_row("SELECT value FROM meta WHERE key = 'epoch'", [], |row| row.get(0))
        .map_err(|source| OpenError::of(Path::new(connection.path().unwrap_or(DATABASE)), source))
}

/// A connection that can only ask.
pub fn reading(file: &Path, ground: Ground) -> rusqlite::Result<Connection> {
    // Not opened read-only: the readers of a WAL write to the index that all share.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = ground.connect(file, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}
