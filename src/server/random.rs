//! What nobody can guess, from the system's own source.

use crate::protocol::ids::{Id, Millis};

pub fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system has random bytes");
    bytes
}

/// An id that rises with time, for what no client has named.
pub fn id(now: Millis) -> Id {
    Id::from_parts(now, bytes())
}
