//! Whole worlds in one thread: people with several devices, nodes over one store, a bus between them, and everything that
//! can go wrong, by a seed. `chat`, `command`, `connection`, `hub` and presence are the shipped ones; the store, the bus, the
//! lines, the browsers' disks and the clocks are simulated, in virtual time.
//!
//! A world lives through its trouble (`trouble.rs`, `people.rs`), comes to rest (`rest.rs`), and is judged by what was
//! written down of it (`records.rs`, `checker.rs`). Mistakes that a server could make (`mutant.rs`) must be found.
//! `SIM_SEED=N cargo test --bin duologue worlds_come_to_rest -- --nocapture` plays one world again and prints all that
//! happened in it; `SIM_SEEDS` and `SIM_FIRST` choose how many are played, and from which on.

mod bus;
mod checker;
mod depot;
mod dice;
mod fate;
mod link;
mod mutant;
mod node;
mod page;
mod people;
mod records;
mod rest;
mod tab;
mod tests;
mod trouble;
mod world;

use self::{fate::Happening, mutant::Mutant, records::Totals, world::World};

/// How a world ended.
#[derive(Debug, PartialEq)]
pub struct Ending {
    /// What broke a rule; nothing where all is well.
    pub wrong: Vec<String>,
    pub totals: Totals,
    /// What happened, where that was asked for.
    pub trace: Vec<String>,
}

/// Plays the world of a seed.
pub fn play(seed: u64, mutant: Option<Mutant>, is_traced: bool) -> Ending {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .expect("a runtime without a network needs nothing of the system");
    runtime.block_on(async {
        let mut world = World::new(seed, mutant, is_traced).await;
        (0..world.nodes.len()).for_each(|node| world.start_node(node));
        (0..world.pages.len()).for_each(|page| world.load(page));
        world.fate.lock().plan(50, Happening::Step);
        while world.steps > 0 {
            let now = world.fate.lock().now();
            world.live(now + 1_000).await;
        }
        world.come_to_rest().await;
        let mut fate = world.fate.lock();
        let wrong = checker::judge(&fate.records.facts);
        let failures = u64::from(!wrong.is_empty());
        let totals = Totals { seeds: 1, failures, ..fate.records.totals };
        Ending { wrong, totals, trace: fate.records.trace.take().unwrap_or_default() }
    })
}
