//! What every run with faults is judged by. Each client writes down what it tried, was answered and saw (`record`); after
//! quiet that is compared with the store (`stored`) and with every device by the `rules`, and the `verdict` is one line.
//!
//! The promises are those of `docs/protocol.md`; how the server keeps them does not matter here. `docs/reliability.md` says
//! which rule stands for which promise, and `tests/mutants` shows that each of them can fail.

pub mod entry;
pub mod record;
mod rules;
pub mod stored;
pub mod verdict;

use self::{record::Record, stored::Stored, verdict::Verdict};

/// When the comparison is made.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// While clients are cut off: a device may not have seen all, and what was not answered may be there or not.
    Between,
    /// Everything tried is settled, and every device had the time to hear of it.
    Quiet,
}

/// Compares what the clients wrote down with every view of the store.
pub fn judge(seed: u64, stage: Stage, records: &[Record], views: &[Stored]) -> Verdict {
    let mut verdict = Verdict::new(seed, records, views);
    rules::apply(&mut verdict, stage, records, views);
    verdict
}
