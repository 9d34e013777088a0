//! Kills at the very moment at which a start writes: strace sends SIGKILL as the Nth such call is made. Most of a start is
//! no writing, and a kill by the clock falls beside it.

use std::{collections::HashMap, fs, path::Path};

use serde_json::json;

use crate::{
    asked,
    starts::{DATABASE, Old, begins_cleanly, folder},
    support::{
        LONG_PATIENCE,
        server::{Options, killed_in_its_start},
        trial::figures,
    },
};

/// What changes a file or makes it last.
const CALLS: &str = "pwrite64,write,ftruncate,fsync,fdatasync";

/// A start under strace, which kills it at that call where one is named.
struct Start {
    listened: bool,
    /// How many calls there were, of the busiest thread: strace counts each apart.
    calls: usize,
}

fn start(data: &Path, at: Option<usize>) -> Start {
    let log = folder();
    let log = log.path().join("strace.log");
    let mut under = vec!["strace".to_owned()];
    let mut say = |words: &[&str]| under.extend(words.iter().map(|word| (*word).to_owned()));
    say(&["-D", "-f", "-qq", "-o", &log.display().to_string(), "-e", &format!("trace={CALLS}")]);
    for suffix in ["", "-wal", "-shm", "-journal"] {
        say(&["-P", &data.join(format!("{DATABASE}{suffix}")).display().to_string()]);
    }
    if let Some(at) = at {
        say(&["-e", &format!("inject={CALLS}:signal=KILL:when={at}")]);
    }
    let listened = killed_in_its_start(&Options { under, ..Options::alone() }, data, LONG_PATIENCE);
    let said = fs::read_to_string(&log).unwrap_or_default();
    let mut calls: HashMap<&str, usize> = HashMap::new();
    for thread in said.lines().filter_map(|line| line.split_whitespace().next()) {
        *calls.entry(thread).or_default() += 1;
    }
    Start { listened, calls: calls.into_values().max().unwrap_or(0) }
}

/// Some of so many calls, the first and the last among them: as many as `SOAK_STARTS` says.
fn points(calls: usize) -> Vec<usize> {
    let wanted = asked("SOAK_STARTS", 12).clamp(2, calls.max(2));
    (0..wanted).map(|point| 1 + point * (calls - 1) / (wanted - 1)).collect()
}

/// All but the last few writes are made before it listens.
fn reports(run: &str, calls: usize, tried: usize, kills: usize) {
    assert!(tried > 1 && 2 * kills > tried, "of {tried} kills at {calls} calls {kills} came before it listened");
    figures(&json!({"starts": {"run": run, "calls": calls, "kills": kills, "failures": 0}}).to_string());
}

#[tokio::test]
async fn killed_at_a_write_of_its_first_start_it_begins_cleanly() {
    let calls = start(folder().path(), None).calls;
    let (points, mut kills) = (points(calls), 0);
    for at in &points {
        let data = folder();
        kills += usize::from(!start(data.path(), Some(*at)).listened);
        begins_cleanly(data).await;
    }
    reports("first, at a write", calls, points.len(), kills);
}

#[tokio::test]
async fn killed_at_a_write_of_a_migration_it_has_lost_nothing() {
    let old = Old::make().await;
    let calls = start(old.copy().path(), None).calls;
    let (points, mut kills) = (points(calls), 0);
    for at in &points {
        let data = old.copy();
        kills += usize::from(!start(data.path(), Some(*at)).listened);
        old.is_all_there(data).await;
    }
    reports("migration, at a write", calls, points.len(), kills);
}
