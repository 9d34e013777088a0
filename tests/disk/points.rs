//! The points at which a disk fails, one after another, a few servers at once: what strace is told for each, and what came
//! of them all.

use std::{
    collections::HashMap,
    env, fs,
    path::Path,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use serde_json::json;
use tokio::runtime::{Builder, Runtime};

use crate::support::{server::Exit, trial::figures};

/// How many points of each kind, and at how many servers at once.
const POINTS: usize = 50;
const AT_ONCE: usize = 3;
/// For how many calls a disk stays full.
pub const FULL_FOR: usize = 12;

#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// A flush fails.
    Flush { at: usize },
    /// There is no room for a while.
    Full { at: usize },
}

impl Fault {
    /// What the server runs under. strace is the child's child, so that the server is ours, its exit code and its end.
    pub fn tracer(self, data: &Path, log: &Path) -> Vec<String> {
        let mut words = vec!["strace".to_owned()];
        let mut say = |some: &[&str]| words.extend(some.iter().map(|word| (*word).to_owned()));
        say(&["-D", "-f", "-qq", "--seccomp-bpf", "-o", &log.display().to_string()]);
        match self {
            // Which of the two SQLite calls is a matter of how it was built.
            Self::Flush { at } => {
                say(&["-e", "trace=fsync,fdatasync", "-e", &format!("inject=fsync,fdatasync:error=EIO:when={at}")]);
            }
            Self::Full { at } => {
                for file in ["duologue.db", "duologue.db-wal", "duologue.db-shm"] {
                    say(&["-P", &data.join(file).display().to_string()]);
                }
                let when = format!("{at}..{}", at + FULL_FOR - 1);
                say(&["-e", "trace=pwrite64,write", "-e", &format!("inject=pwrite64,write:error=ENOSPC:when={when}")]);
            }
        }
        words
    }
}

/// What came of one point.
#[derive(Default)]
pub struct Found {
    /// How often the fault struck.
    pub struck: usize,
    /// What was answered `sent` and is not there.
    pub false_sent: Vec<String>,
    pub failures: Vec<String>,
    /// How it went, for the figures.
    pub course: &'static str,
}

impl Found {
    pub fn hold(&mut self, is_so: bool, sentence: impl FnOnce() -> String) {
        if !is_so {
            self.failures.push(sentence());
        }
    }

    /// It ended by itself, and said why.
    pub fn ends_clearly(&mut self, exit: &Exit, code: i32, says: &str) {
        self.hold(exit.status.code() == Some(code), || format!("ended with {exit:?} and not with {code}"));
        self.hold(exit.stderr.contains(says), || format!("{says:?} is not in {exit:?}"));
        self.hold(!exit.stderr.contains("panicked"), || format!("panicked: {exit:?}"));
    }

    /// It refused to start, in one sentence about the file.
    pub fn does_not_start(&mut self, exit: &Exit) {
        self.course = "did not start";
        self.ends_clearly(exit, 1, "duologue.db");
        self.hold(exit.stderr.trim().lines().count() == 1, || format!("more than a sentence: {exit:?}"));
    }
}

/// How often a fault struck, as strace says.
pub fn struck(log: &Path) -> usize {
    let log = fs::read_to_string(log).unwrap_or_default();
    log.lines().filter(|line| line.contains("(INJECTED)")).count()
}

pub fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime")
}

/// Tries all points, a few at once, and prints what came of them.
pub fn try_points(kind: &str, faults: &[Fault], attempt: impl Fn(Fault) -> Found + Sync) {
    let (next, found) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(fault) = faults.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let of_this = attempt(*fault);
                    found.lock().expect("nobody panics with it").push((*fault, of_this));
                }
            });
        }
    });
    let found = found.into_inner().expect("nobody panics with it");
    judge(kind, &found);
}

fn judge(kind: &str, found: &[(Fault, Found)]) {
    let mut courses: HashMap<&str, usize> = HashMap::new();
    let (mut false_sent, mut failures) = (0, 0);
    for (fault, Found { struck, false_sent: untrue, failures: others, course }) in found {
        *courses.entry(course).or_default() += 1;
        false_sent += untrue.len();
        failures += usize::from(!untrue.is_empty() || !others.is_empty() || *struck == 0);
        for sentence in untrue.iter().chain(others) {
            eprintln!("{fault:?}: {sentence}");
        }
        if *struck == 0 {
            eprintln!("{fault:?} struck nothing");
        }
    }
    let (points, struck) = (found.len(), found.iter().map(|(_, found)| found.struck).sum::<usize>());
    figures(&json!({"disk": {
        "fault": kind, "points": points, "struck": struck, "false_sent": false_sent, "failures": failures, "courses": courses,
    }}));
    assert_eq!((false_sent, failures), (0, 0), "of {points} points");
}

/// `DISK_POINTS=N` tries more of them.
pub fn points() -> usize {
    env::var("DISK_POINTS").map_or(POINTS, |points| points.parse().expect("a number"))
}

/// More than there are points, so that each comes in the middle of it.
pub fn messages() -> usize {
    points() + 10
}
