//! Servers that are killed: under load, in their first start, while they migrate, while they write their log back. The
//! checker of `support/checker` judges each run.
//!
//! `make test` runs little of it. `SOAK_CYCLES`, `SOAK_MESSAGES` and `SOAK_STARTS` make it more, `SOAK_SEED` makes it the
//! same as before but for what the system's scheduler adds, `SOAK_ORDERED` says how many of a hundred ends are a SIGTERM,
//! and `SOAK_PROGRAM` names a release to be tried in place of the debug build. `make soak` does all that.

mod cycles;
mod injected;
mod load;
mod starts;
#[path = "../support/mod.rs"]
mod support;
mod writer;

use std::{
    env,
    fmt::Display,
    str::FromStr,
    time::{SystemTime, UNIX_EPOCH},
};

/// A number from the environment.
fn asked<T: FromStr<Err: Display>>(name: &str, default: T) -> T {
    let said = env::var(name).ok();
    said.map_or(default, |said| said.parse().unwrap_or_else(|error| panic!("{name} is no number: {error}")))
}

/// The seed of this run: another one each time, unless it is asked for.
fn seed() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock after 1970");
    asked("SOAK_SEED", since.as_nanos() as u64 % 1_000_000_007)
}
