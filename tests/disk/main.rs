//! What a disk does to a server that works: it fails to flush, it is full, it gives back other bytes than were written.
//! `injected` has strace make the system calls of a running server fail; power cuts are tried in `store::sqlite::power`.

mod damaged;
mod injected;
mod points;
mod prepared;
#[path = "../support/mod.rs"]
mod support;

use rusqlite::Connection;
use tempfile::TempDir;

/// What SQLite says of a database that no server uses.
fn integrity(data: &TempDir) -> String {
    let database = Connection::open(data.path().join("duologue.db")).expect("the database is there");
    let verdict = database.query_row("PRAGMA integrity_check", [], |row| row.get(0));
    verdict.unwrap_or_else(|cause| cause.to_string())
}
