//! What the black-box tests share: a server as a child process, HTTP by hand, and a socket that speaks the wire.
//!
//! Nothing here may know how the server works inside: all it knows stands in `docs/protocol.md` and in what `duologue
//! serve` prints; only `checker::stored` also reads the rows of the database. Nothing waits for time to pass either: every wait is for a fact, and bounded.

#![allow(dead_code, reason = "each test file is a crate of its own and uses only its part")]

pub mod behind;
pub mod checker;
pub mod client;
pub mod command;
pub mod http;
pub mod raw;
pub mod seed;
pub mod server;
pub mod socket;
#[path = "../../src/server/trial.rs"]
pub mod trial;

use std::{future::Future, time::Duration};

/// How long a frame may take. Long enough for a debug build on a busy machine, short enough to fail today.
pub const PATIENCE: Duration = Duration::from_secs(10);
/// How long an HTTP answer or the end of a process may take: a debug build hashes a password in about a second.
pub const LONG_PATIENCE: Duration = Duration::from_secs(30);

/// Waits for a fact, and panics with its name where it does not come.
pub async fn within<T>(patience: Duration, fact: &str, future: impl Future<Output = T>) -> T {
    match tokio::time::timeout(patience, future).await {
        Ok(value) => value,
        Err(_) => panic!("{fact} did not come within {patience:?}"),
    }
}
