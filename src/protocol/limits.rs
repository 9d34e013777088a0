//! The bounds of the wire. The server announces them in `welcome`, and the page refuses by them before it sends.

use serde::{Deserialize, Serialize};

/// The largest text frame a client may send, in bytes; above it the connection closes with 1009.
pub const FRAME: usize = 64 * 1024;
/// The largest frame a server sends, in bytes. `history` and `inbox` stop earlier rather than pass it.
pub const SERVER_FRAME: usize = 512 * 1024;
/// The largest body, in bytes of UTF-8 after trimming.
pub const BODY: usize = 16 * 1024;
/// The largest `emoji`, in bytes.
pub const EMOJI: usize = 64;
/// The most entries one `history` holds.
pub const PAGE: u64 = 200;
/// How many entries `history` holds where none are asked for.
pub const DEFAULT_PAGE: u64 = 50;
/// The most conversations one `inbox` holds.
pub const INBOX: usize = 100;
/// The most connections of one account; where one more opens, the oldest closes with 4409.
pub const CONNECTIONS: usize = 20;
/// The server passes on one `typing` `on` in this time.
pub const TYPING_EVERY_MS: u64 = 3_000;
/// A page shows `typing` this long after the last `on`.
pub const TYPING_SHOWN_MS: u64 = 6_000;
/// How often a client pings; two intervals without any frame mean that the link is dead.
pub const PING_EVERY_MS: u64 = 15_000;

/// What `welcome` says of the limits.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Limits {
    pub frame: u64,
    pub body: u64,
    pub page: u64,
    pub connections: u64,
    pub typing_every_ms: u64,
    pub typing_shown_ms: u64,
    pub ping_every_ms: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            frame: FRAME as u64,
            body: BODY as u64,
            page: PAGE,
            connections: CONNECTIONS as u64,
            typing_every_ms: TYPING_EVERY_MS,
            typing_shown_ms: TYPING_SHOWN_MS,
            ping_every_ms: PING_EVERY_MS,
        }
    }
}
