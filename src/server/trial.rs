//! What tests share that try much by chance, here and in `tests/`: numbers that follow from a seed, and figures for whoever
//! reads the run.

use std::{fmt::Display, io::Write};

/// SplitMix64, by Guy Steele, Doug Lea and Christine Flood: the same seed gives the same numbers, on every machine.
#[derive(Clone, Debug)]
pub struct SplitMix(u64);

impl SplitMix {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

/// Prints past the test harness, which shows what a test prints only where it fails.
pub fn figures(line: &impl Display) {
    writeln!(std::io::stdout(), "{line}").expect("somebody reads the output");
}
