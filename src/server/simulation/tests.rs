//! Many worlds, one world again, and worlds with mistakes in them.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use serde_json::json;

use super::{Ending, Mutant, Totals, play};
use crate::server::trial::figures;

/// How many worlds are played where `SIM_SEEDS` does not say.
const SEEDS: u64 = 20_000;
/// Worlds within which each mistake must be found.
const FOUND_WITHIN: u64 = 100;
/// How many failures are told before the rest is only counted.
const TOLD: usize = 20;

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// A defect that panics fails its world and no other.
fn played(seed: u64, mutant: Option<Mutant>) -> Ending {
    catch_unwind(AssertUnwindSafe(|| play(seed, mutant, false))).unwrap_or_else(|_| Ending {
        wrong: vec!["it panicked".to_owned()],
        totals: Totals { seeds: 1, failures: 1, ..Totals::default() },
        trace: Vec::new(),
    })
}

/// Plays worlds on as many threads as there are cores.
fn play_all(seeds: std::ops::Range<u64>) -> (Totals, Vec<(u64, Vec<String>)>) {
    let next = AtomicU64::new(seeds.start);
    let all = Mutex::new((Totals::default(), Vec::new()));
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= seeds.end {
                        return;
                    }
                    let ending = played(seed, None);
                    let mut all = all.lock().expect("no other thread panics");
                    all.0 += ending.totals;
                    if !ending.wrong.is_empty() {
                        all.1.push((seed, ending.wrong));
                    }
                }
            });
        }
    });
    let (totals, mut failed) = all.into_inner().expect("no thread panicked");
    failed.sort();
    (totals, failed)
}

/// With `SIM_SEED` one world, and all that happened in it; else `SIM_SEEDS` worlds from `SIM_FIRST` on.
#[test]
fn worlds_come_to_rest_with_every_promise_kept() {
    if let Some(seed) = number("SIM_SEED") {
        let mutant = std::env::var("SIM_MUTANT").ok().and_then(|name| Mutant::named(&name));
        let ending = play(seed, mutant, true);
        ending.trace.iter().for_each(|line| println!("{line}"));
        assert!(ending.wrong.is_empty(), "seed {seed}:\n{}", ending.wrong.join("\n"));
        return;
    }
    let first = number("SIM_FIRST").unwrap_or(1);
    let (totals, failed) = play_all(first..first + number("SIM_SEEDS").unwrap_or(SEEDS));
    for (seed, wrong) in failed.iter().take(TOLD) {
        println!(
            "SIM_SEED={seed} cargo test --bin duologue worlds_come_to_rest -- --nocapture\n    {}",
            wrong.join("\n    ")
        );
    }
    figures(&json!({ "simulation": totals }));
    assert_eq!(totals.failures, 0, "worlds failed: see the lines that replay them");
}

#[test]
fn the_same_seed_is_the_same_world() {
    for seed in 1..40 {
        let [one, other] = [(); 2].map(|()| play(seed, None, true));
        let odd = one.trace.iter().zip(&other.trace).find(|(one, other)| one != other);
        assert_eq!(odd, None, "seed {seed}");
        assert_eq!(one, other, "seed {seed}");
    }
}

#[test]
fn every_mistake_is_found() {
    for mutant in Mutant::ALL {
        let found = (1..=FOUND_WITHIN).find(|seed| !played(*seed, Some(mutant)).wrong.is_empty());
        figures(&json!({ "mutant": { "name": mutant.name(), "killed": found.is_some(), "seed": found } }));
        assert!(found.is_some(), "{} is not found within {FOUND_WITHIN} worlds", mutant.name());
    }
}
