//! Numbers that look random and are the same for the same seed, so that a cut can be made once more.

use crate::server::trial::SplitMix;

#[derive(Clone)]
pub struct Chance(SplitMix);

impl Chance {
    /// Of a seed, and of the same seed something else for each use.
    pub fn new(seed: u64, purpose: u64) -> Self {
        let mut chance = Self(SplitMix::new(seed ^ purpose.wrapping_mul(0xd134_2543_de82_ef95)));
        chance.next();
        chance
    }

    pub fn next(&mut self) -> u64 {
        self.0.next()
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    pub fn is_one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// So many times of a hundred.
    pub fn happens(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}
