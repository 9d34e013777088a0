//! Faults that tests ask for, by `DUOLOGUE_FAULT=POINT:TEXT`. Builds for use have none: there this is a constant `None`.

use std::{sync::OnceLock, time::Duration};

/// How a process ends that a test had end: EX_TEMPFAIL of sysexits(3).
const EXIT: i32 = 75;

/// The text that is to trigger a point, if this one was asked for.
pub fn at(point: &str) -> Option<&'static str> {
    static FAULT: OnceLock<Option<String>> = OnceLock::new();
    if !cfg!(debug_assertions) {
        return None;
    }
    let asked = FAULT.get_or_init(|| std::env::var("DUOLOGUE_FAULT").ok()).as_deref()?;
    asked.strip_prefix(point)?.strip_prefix(':')
}

/// A time that a test makes shorter or longer, where it asked for this one.
pub fn millis(point: &str) -> Option<Duration> {
    at(point)?.parse().ok().map(Duration::from_millis)
}

/// Whether the server is to break this promise, so that the tests see that their checker notices: see
/// `docs/reliability.md`.
pub fn is_mutant(name: &str) -> bool {
    at("mutant") == Some(name)
}

/// Gives a mutant's mistake the time to be seen.
pub const DAWDLE: Duration = Duration::from_millis(20);

/// After how many pages the log of the database is written back, where a test kills a server that does so all the time.
pub fn checkpoint_pages() -> Option<u32> {
    at("checkpoint-pages").and_then(|pages| pages.parse().ok())
}

/// How long deleted words may stay in that log: no time at all under the same test.
pub fn wipe_within() -> Option<Duration> {
    checkpoint_pages().map(|_| Duration::ZERO)
}

/// Ends the process at this step of its start, where a test wants that.
pub fn exit_in_start(step: &str) {
    if at("exit-in-start") == Some(step) {
        std::process::exit(EXIT);
    }
}

/// After how many steps of bringing the tables up to date the process is to end, where a test wants that.
pub fn exit_after_step(done: impl FnOnce(usize)) {
    if let Some(steps) = at("exit-after-step").and_then(|steps| steps.parse().ok()) {
        done(steps);
        std::process::exit(EXIT);
    }
}

/// Ends the process once a migration has written so many pages, where a test wants that.
pub fn exit_in_migration(pages: u64) {
    if at("exit-in-migration").is_some_and(|asked| asked.parse() == Ok(pages)) {
        std::process::exit(EXIT);
    }
}

/// Ends the process where this body is the one that a test wants lost between commit and answer.
pub fn exit_after_commit(body: Option<&str>) {
    if body.is_some() && at("exit-after-commit") == body {
        std::process::exit(EXIT);
    }
}

/// Panics where a request asks for the path at which a test wants a defect.
pub fn panic_at_request(path: &str) {
    assert!(at("panic-at-request").is_none_or(|marked| path != marked), "a test asked for this");
}

/// A time by the clock of this machine, as wrong as a test wants it, by so many milliseconds.
pub fn clock(milliseconds: u64) -> u64 {
    let error = at("clock").and_then(|error| error.parse().ok()).unwrap_or(0);
    milliseconds.saturating_add_signed(error)
}
