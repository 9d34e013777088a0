//! Chance that can be played again: everything random of a run follows from one number.

use super::trial::SplitMix;

#[derive(Clone, Debug)]
pub struct Seed(SplitMix);

impl Seed {
    pub fn new(seed: u64) -> Self {
        Self(SplitMix::new(seed))
    }

    /// Another stream, which does not depend on how much is drawn from this one later.
    pub fn branch(&mut self) -> Self {
        Self::new(self.next())
    }

    pub fn next(&mut self) -> u64 {
        self.0.next()
    }

    /// A number below `end`, or 0 where that is 0.
    pub fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.next() % end).unwrap_or(0)
    }

    /// True `of_hundred` times of a hundred.
    pub fn is(&mut self, of_hundred: usize) -> bool {
        self.below(100) < of_hundred
    }
}
