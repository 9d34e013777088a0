//! Chance, by a seed: the same seed throws the same numbers, on every machine.

use crate::server::trial::SplitMix;

pub struct Dice(SplitMix);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(SplitMix::new(seed))
    }

    pub fn number(&mut self) -> u64 {
        self.0.next()
    }

    /// From 0 to `end`, which is not among them; 0 where there is nothing below it.
    pub fn below(&mut self, end: u64) -> u64 {
        self.number() % end.max(1)
    }

    pub fn index(&mut self, length: usize) -> usize {
        self.below(length as u64) as usize
    }

    /// Both ends are among them.
    pub fn within(&mut self, (least, most): (u64, u64)) -> u64 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    pub fn is_within(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        from.get(self.index(from.len())).cloned()
    }

    /// The index of one of these weights, the heavy ones more often.
    pub fn weighed(&mut self, weights: &[u64]) -> usize {
        let mut left = self.below(weights.iter().sum());
        let fits = |weight: &u64| {
            let is_here = left < *weight;
            left = left.saturating_sub(*weight);
            is_here
        };
        weights.iter().position(fits).unwrap_or_default()
    }
}
