//! Kills during a start: of the first one, in an empty folder, and of the one that brings an old database up to date. The
//! next start begins cleanly, and has lost nothing. Chance seldom hits the moments at which something is written: those are
//! gone through in `injected`.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use rusqlite::Connection;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    asked, seed,
    support::{
        seed::Seed,
        server::{Account, Options, Server, killed_in_its_start},
        socket::Socket,
        trial::figures,
    },
};

/// The tables as the first release made them.
const FIRST_TABLES: &str = include_str!("../../src/server/store/sqlite/migrations/0001_accounts_and_log.sql");
pub const DATABASE: &str = "duologue.db";

/// How long a start takes here and now: kills fall within that.
fn usual(data: &Path) -> Duration {
    let start = Instant::now();
    assert!(killed_in_its_start(&Options::alone(), data, Duration::from_secs(30)), "it never listens");
    start.elapsed()
}

pub fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

/// Kills starts in this folder at moments of chance, a few one after the other.
fn kills(chance: &mut Seed, data: &Path, usual: Duration) -> usize {
    let kills = 1 + chance.below(3);
    for _ in 0..kills {
        let micros = chance.below(usize::try_from(usual.as_micros()).unwrap_or(usize::MAX));
        killed_in_its_start(&Options::alone(), data, Duration::from_micros(micros as u64));
    }
    kills
}

fn is_whole(data: &Path) {
    let connection = Connection::open(data.join(DATABASE)).expect("there is a database");
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).expect("it is asked");
    assert_eq!(check, "ok");
}

/// A server in a folder in which starts were killed does all that a server does.
pub async fn begins_cleanly(data: TempDir) {
    let server = Server::start_in(data, None, Options::alone());
    assert_eq!(server.get("/readyz").status().await, 200);
    let ann = server.register("ann").await;
    let mut notes = Socket::open(&server, &ann).await;
    assert_eq!(notes.say("m-1", "ann", "first").await["seq"], 1);
    is_whole(server.data());
}

#[tokio::test]
async fn killed_in_its_first_start_it_begins_cleanly() {
    let seed = seed();
    let (mut chance, usual, starts) = (Seed::new(seed), usual(folder().path()), asked("SOAK_STARTS", 12));
    let mut killed = 0;
    figures(&format!("first starts are killed: SOAK_SEED={seed} SOAK_STARTS={starts} cargo test --test soak"));
    for _ in 0..starts {
        let data = folder();
        killed += kills(&mut chance, data.path(), usual);
        begins_cleanly(data).await;
    }
    figures(&json!({"starts": {"run": "first", "seed": seed, "kills": killed, "failures": 0}}).to_string());
}

/// Where chance would need many tries. Debug builds alone know the points.
#[cfg(debug_assertions)]
#[tokio::test]
async fn killed_at_each_step_of_its_first_start_it_begins_cleanly() {
    for step in ["folder", "lock", "file", "tables", "log"] {
        let data = folder();
        assert!(dies_at(data.path(), &format!("exit-in-start:{step}")), "{step} is no step");
        begins_cleanly(data).await;
    }
}

/// Starts with a fault; whether it ended the process.
#[cfg(debug_assertions)]
fn dies_at(data: &Path, fault: &str) -> bool {
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_FAULT", fault.to_owned()));
    !killed_in_its_start(&options, data, crate::support::LONG_PATIENCE)
}

/// A folder with a database as the first release would have left it: its tables, and these rows.
pub struct Old {
    data: TempDir,
    ann: Account,
    peer: String,
    log: Vec<Value>,
}

impl Old {
    /// What a server has written today, in the tables of then.
    pub async fn make() -> Self {
        let server = Server::start_with(Options::alone());
        let (ann, bob) = server.pair("old").await;
        let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
        for number in 0..200 {
            one.say(&format!("m-{number}"), &bob.name, &"an old story ".repeat(number + 1)).await;
        }
        other.send(json!({"type": "read", "peer": ann.name, "seq": 150})).await;
        other.ask(json!({"type": "react", "id": "r-1", "peer": ann.name, "of": 7, "emoji": "👍"})).await;
        one.ask(json!({"type": "delete", "id": "d-1", "peer": bob.name, "of": 3})).await;
        let log = one.log(&bob.name).await;
        let data = folder();
        copy_to_first_tables(server.data(), data.path()).expect("rows fit the tables of then");
        Self { data, ann, peer: bob.name, log }
    }

    pub fn copy(&self) -> TempDir {
        let copy = folder();
        std::fs::copy(self.data.path().join(DATABASE), copy.path().join(DATABASE)).expect("a file can be copied");
        copy
    }

    /// A server of today has lost nothing of it, and goes on.
    pub async fn is_all_there(&self, data: TempDir) {
        let server = Server::start_in(data, None, Options::alone());
        let mut socket = Socket::open(&server, &self.ann).await;
        assert_eq!(socket.log(&self.peer).await, self.log);
        assert_eq!(socket.row(&self.peer).await["peer_read"], 150);
        let next = self.log.len() as u64 + 1;
        assert_eq!(socket.say("m-new", &self.peer, "and on").await["seq"], next);
        // An invitation needs the table that was not there.
        server.command(&["invite"]).done();
        is_whole(server.data());
    }
}

fn copy_to_first_tables(source: &Path, target: &Path) -> rusqlite::Result<()> {
    let connection = Connection::open(target.join(DATABASE))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.execute_batch(FIRST_TABLES)?;
    connection.pragma_update(None, "user_version", 1)?;
    connection.execute("ATTACH ?1 AS source", [source.join(DATABASE).to_string_lossy()])?;
    connection.execute_batch(
        "DELETE FROM meta;
         INSERT INTO meta SELECT * FROM source.meta;
         INSERT INTO account SELECT * FROM source.account;
         INSERT INTO session SELECT * FROM source.session;
         INSERT INTO conversation SELECT * FROM source.conversation;
         INSERT INTO entry SELECT * FROM source.entry;
         DETACH source;",
    )
}

#[tokio::test]
async fn killed_while_it_migrates_it_has_lost_nothing() {
    let seed = seed();
    let (mut chance, starts, old) = (Seed::new(seed), asked("SOAK_STARTS", 12), Old::make().await);
    let usual = usual(old.copy().path());
    let mut killed = 0;
    figures(&format!("migrations are killed: SOAK_SEED={seed} SOAK_STARTS={starts} cargo test --test soak"));
    for _ in 0..starts {
        let data = old.copy();
        killed += kills(&mut chance, data.path(), usual);
        old.is_all_there(data).await;
    }
    figures(&json!({"starts": {"run": "migration", "seed": seed, "kills": killed, "failures": 0}}).to_string());
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn killed_between_two_steps_of_a_migration_it_has_lost_nothing() {
    let old = Old::make().await;
    for fault in ["exit-in-start:file", "exit-in-start:tables", "exit-in-start:log", "exit-after-step:1"] {
        let data = old.copy();
        assert!(dies_at(data.path(), fault), "{fault} does not end it");
        old.is_all_there(data).await;
    }
}
