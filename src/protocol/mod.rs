//! The words that page and server share: ids, frames, entries, codes and limits of the wire, version 1.
//!
//! Nothing here does I/O or knows a clock. What the words mean stands in `docs/protocol.md`; the frames are pinned by
//! the snapshots of `frames.rs`. Go on to `chat` for what a person sees of them, or to `server::command`
//! for what the server does with them.

pub mod body;
pub mod client;
pub mod code;
pub mod entry;
pub mod ids;
pub mod limits;
pub mod server;

#[cfg(test)]
mod frames;
#[cfg(test)]
mod schema;
