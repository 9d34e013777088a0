//! The two dialects, as clients of the tutorials speak them: docs/protocol.md, "Two dialects".

mod caller;
mod channel;
mod doors;
mod pair;
#[path = "../support/mod.rs"]
mod support;
