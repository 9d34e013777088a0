//! Power cuts. kill -9 loses nothing that was handed to the kernel; a power cut loses what was not flushed. Here the real
//! store runs on a disk that knows the difference (`disk`, by `recorder` and `files`), people use it (`world`), and at
//! hundreds of moments what would be left of the disk is given to a store that starts on it: `checker` compares what it
//! knows with what was answered.
//!
//! `POWER_CUTS=N` sets how many cuts are tried, and `POWER_SEED=N` tries those of one world alone.

mod chance;
mod checker;
mod deed;
mod disk;
mod files;
mod recorder;
mod world;

use std::{
    collections::BTreeMap,
    env,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use rusqlite::{Connection, OpenFlags};

use self::{
    chance::Chance,
    disk::{Disk, Left},
    recorder::Recorder,
};
use super::DATABASE;
use crate::server::trial::figures;

const CUTS: usize = 300;
/// As many as a small machine has cores.
const AT_ONCE: usize = 2;

#[derive(Default)]
struct Verdict {
    cuts: usize,
    answered: usize,
    lost: usize,
    failures: usize,
    sentences: Vec<String>,
    /// How many cuts were during what.
    during: BTreeMap<&'static str, usize>,
}

/// Plays the world of a seed and tries its cuts, at most so many.
fn try_world(seed: u64, synchronous: &'static str, most: usize) -> Verdict {
    let world = world::play(seed, synchronous);
    let mut verdict = Verdict::default();
    for (number, cut) in world.cuts.iter().enumerate().take(most) {
        let findings = checker::after(cut, &world.tries, &mut Chance::new(seed, 100 + number as u64));
        verdict.cuts += 1;
        let during = if cut.disk.is_writing(DATABASE) && cut.during == "load" { "checkpoint" } else { cut.during };
        *verdict.during.entry(during).or_default() += 1;
        verdict.answered += cut.moment.answered;
        verdict.lost += findings.lost;
        verdict.failures += usize::from(!findings.sentences.is_empty());
        for sentence in findings.sentences {
            let place = format!("seed {}, cut {number}, before operation {}", world.seed, cut.before_operation);
            verdict.sentences.push(format!("{place}: {sentence}"));
        }
    }
    verdict
}

impl Verdict {
    fn add(&mut self, other: Self) {
        self.cuts += other.cuts;
        self.answered += other.answered;
        self.lost += other.lost;
        self.failures += other.failures;
        self.sentences.extend(other.sentences);
        for (during, cuts) in other.during {
            *self.during.entry(during).or_default() += cuts;
        }
    }
}

fn number_in(variable: &str) -> Option<u64> {
    env::var(variable).ok().map(|number| number.parse().expect("a number"))
}

/// Tries worlds until there were so many cuts.
fn try_cuts(wanted: usize) -> Verdict {
    let (verdict, seeds) = (Mutex::new(Verdict::default()), AtomicU64::new(1));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                loop {
                    let missing = wanted.saturating_sub(verdict.lock().unwrap().cuts);
                    if missing == 0 {
                        return;
                    }
                    let seed = seeds.fetch_add(1, Ordering::Relaxed);
                    let of_this_world = try_world(seed, "FULL", missing);
                    verdict.lock().unwrap().add(of_this_world);
                }
            });
        }
    });
    verdict.into_inner().unwrap()
}

#[test]
fn nothing_that_was_answered_is_lost_in_a_power_cut() {
    let verdict = match number_in("POWER_SEED") {
        Some(seed) => try_world(seed, "FULL", usize::MAX),
        None => try_cuts(number_in("POWER_CUTS").map_or(CUTS, |cuts| cuts as usize)),
    };
    let Verdict { cuts, answered, lost, failures, sentences, during } = verdict;
    figures(&serde_json::json!({"power": {
        "cuts": cuts, "answered": answered, "lost": lost, "failures": failures, "during": during,
    }}));
    for sentence in &sentences {
        eprintln!("{sentence}");
    }
    let again = "POWER_SEED=SEED cargo test --bin duologue in_a_power_cut -- --nocapture";
    if cuts >= CUTS {
        assert_eq!(during.len(), 8, "some moments were never tried: {during:?}");
    }
    assert!(sentences.is_empty(), "the same once more, with the seed of a line above: {again}");
}

/// Answers what was not flushed: the checker must see it.
fn is_found_out(mutant: &str, synchronous: &'static str) {
    let verdict = try_world(1, synchronous, usize::MAX);
    figures(&serde_json::json!({"mutant": {"name": mutant, "killed": verdict.lost > 0}}));
    assert!(verdict.lost > 0, "{} cuts and nothing was lost with {synchronous}", verdict.cuts);
}

#[test]
fn a_database_that_never_flushes_is_found_out() {
    is_found_out("no-flush", "OFF");
}

#[test]
fn a_database_that_flushes_at_checkpoints_alone_is_found_out() {
    is_found_out("flush-at-checkpoints", "NORMAL");
}

/// Through SQLite, on the disk beneath: a row of which nothing was flushed is gone, and a flushed one is there.
#[test]
fn a_cut_drops_what_sqlite_did_not_flush() {
    for (synchronous, expected) in [("OFF", None), ("FULL", Some(1))] {
        let folder = tempfile::tempdir().unwrap();
        let recorder = Arc::new(Recorder::new(Chance::new(1, 1), Disk::default()));
        files::record(folder.path(), &recorder);
        let file = folder.path().join("x.db");
        let database = Connection::open_with_flags_and_vfs(&file, OpenFlags::default(), files::NAME).unwrap();
        database.pragma_update(None, "journal_mode", "WAL").unwrap();
        database.pragma_update(None, "synchronous", synchronous).unwrap();
        database.execute_batch("CREATE TABLE row (number); INSERT INTO row VALUES (1)").unwrap();
        recorder.cut("a test", 1, 1);
        database.execute_batch("INSERT INTO row VALUES (2); INSERT INTO row VALUES (3)").unwrap();
        let cut = recorder.take_cuts().pop().unwrap();
        let after = tempfile::tempdir().unwrap();
        for (name, bytes) in cut.disk.after_a_cut(Left(0), &mut Chance::new(1, 1)) {
            std::fs::write(after.path().join(name), bytes).unwrap();
        }
        let found = Connection::open(after.path().join("x.db")).unwrap();
        let count = found.query_row("SELECT count(*) FROM row", [], |row| row.get::<_, i64>(0)).ok();
        assert_eq!(count, expected, "with {synchronous}");
    }
}
