//! A loaded server that is killed at random moments, and started again, until the cycles are done.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use tokio::task::JoinSet;

use crate::{
    asked,
    load::Load,
    seed,
    support::{
        LONG_PATIENCE,
        checker::{Stage, judge, record::Record, stored::Stored, verdict::Verdict},
        seed::Seed,
        server::{Account, Options, Server},
        trial::figures,
        within,
    },
    writer::Writer,
};

const PAIRS: usize = 4;
/// The windows of a person's devices.
const WINDOWS: [usize; 2] = [16, 1];
/// Of a hundred ends, so many are a SIGTERM where `SOAK_ORDERED` says nothing else.
const ORDERED: usize = 10;
/// After so many cycles the whole log is compared.
const CHECKED: usize = 20;

#[tokio::test]
async fn killed_at_random_under_load_it_loses_nothing() {
    let run = Run::begin("kills", Options::alone()).await;
    run.lives_and_dies(asked("SOAK_CYCLES", 5), asked("SOAK_MESSAGES", 3_000)).await;
}

/// With its log written back into the database after every few pages, a good part of the kills falls into that.
#[cfg(debug_assertions)]
#[tokio::test]
async fn killed_while_it_writes_its_log_back_it_loses_nothing() {
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_FAULT", "checkpoint-pages:8".into()));
    let run = Run::begin("checkpoints", options).await;
    run.lives_and_dies(asked("SOAK_CYCLES", 5), asked("SOAK_MESSAGES", 1_500)).await;
}

struct Run {
    name: &'static str,
    seed: u64,
    chance: Seed,
    server: Server,
    people: Vec<Account>,
    writers: Vec<Writer>,
    /// Messages; edits, deletions, reactions and repeats are not counted.
    answered: usize,
    /// From the start of the process to the first 200 of `/readyz`.
    ready: Vec<Duration>,
    terms: usize,
}

impl Run {
    async fn begin(name: &'static str, options: Options) -> Self {
        let seed = seed();
        let (mut chance, server) = (Seed::new(seed), Server::start_with(options));
        let (mut people, mut writers) = (Vec::new(), Vec::new());
        for pair in 0..PAIRS {
            let (ann, bob) = server.pair(&format!("soak{pair}")).await;
            for (person, peer) in [(&ann, &bob), (&bob, &ann)] {
                writers.extend(WINDOWS.iter().enumerate().map(|(device, window)| {
                    Writer::new(person, &peer.name, &format!("device{device}"), *window, chance.branch())
                }));
            }
            people.extend([ann, bob]);
        }
        Self { name, seed, chance, server, people, writers, answered: 0, ready: Vec::new(), terms: 0 }
    }

    async fn lives_and_dies(mut self, cycles: usize, messages: usize) {
        for cycle in 0..cycles {
            let left = messages.saturating_sub(self.answered) / (cycles - cycle);
            let wanted = self.chance.below(2 * left + 1);
            self.lives(wanted, true).await;
            let start = Instant::now();
            self.server.start_node(0);
            within(LONG_PATIENCE, "readiness", async { while self.server.get("/readyz").status().await != 200 {} })
                .await;
            self.ready.push(start.elapsed());
            let is_whole = (cycle + 1).is_multiple_of(CHECKED);
            if is_whole || self.contradicts() {
                self.verdict(Stage::Between).await.must_be_good(&self.replay(cycles, messages));
            }
        }
        let left = messages.saturating_sub(self.answered);
        self.lives(left, false).await;
        for writer in &mut self.writers {
            if writer.client.settles().await.is_err() {
                panic!("a line broke while nothing was going on; {}", self.replay(cycles, messages));
            }
        }
        let verdict = self.verdict(Stage::Quiet).await;
        self.reports(cycles, &verdict);
        verdict.must_be_good(&self.replay(cycles, messages));
    }

    /// Writes until so many are answered, and ends the server where it is to end.
    async fn lives(&mut self, wanted: usize, is_to_end: bool) {
        let load = Arc::new(Load::new(wanted));
        let address = self.server.address();
        let mut lives = JoinSet::new();
        for writer in self.writers.drain(..) {
            lives.spawn(writer.lives(address, Arc::clone(&load)));
        }
        within(20 * LONG_PATIENCE, "enough answers", load.enough()).await;
        // Not always just behind an answer.
        let moment = Duration::from_micros(self.chance.next() % 5_000);
        if is_to_end && tokio::time::timeout(moment, lives.join_next()).await.is_ok() {
            panic!("a writer ended before the server did; seed {}", self.seed);
        }
        if !is_to_end {
            load.finish();
        } else if self.chance.is(asked("SOAK_ORDERED", ORDERED)) {
            load.is_to_end_in_order();
            self.terms += 1;
            self.server.terminate();
            let exit = self.server.exited().await;
            assert!(exit.status.success(), "told to end, it ended with {exit:?}");
        } else {
            self.server.kill();
        }
        self.writers = within(LONG_PATIENCE, "the end of the writers", lives.join_all()).await;
        // Whose writer is which does not depend on which ended first.
        self.writers.sort_by(|one, other| one.client.record.device.cmp(&other.client.record.device));
        self.answered += load.answered();
    }

    fn contradicts(&self) -> bool {
        self.writers.iter().any(|writer| !writer.client.record.contradictions.is_empty())
    }

    /// By the file, and after quiet by the whole logs over the wire from both sides as well.
    async fn verdict(&self, stage: Stage) -> Verdict {
        let mut views = vec![Stored::in_file(self.server.data()).expect("the database can be read")];
        if stage == Stage::Quiet {
            for two in self.people.chunks(2) {
                for (person, peer) in [(&two[0], &two[1]), (&two[1], &two[0])] {
                    views.push(Stored::over_the_wire(&self.server, person, &peer.name).await);
                }
            }
        }
        let records: Vec<Record> = self.writers.iter().map(|writer| writer.client.record.clone()).collect();
        judge(self.seed, stage, &records, &views)
    }

    fn reports(&mut self, cycles: usize, verdict: &Verdict) {
        self.ready.sort();
        let millis = |duration: Option<&Duration>| duration.map_or(0, Duration::as_millis);
        let line = json!({"soak": {
            "run": self.name,
            "seed": self.seed,
            "cycles": cycles,
            "of_them_sigterm": self.terms,
            "messages": self.answered,
            "entries": verdict.entries,
            "ready_median_ms": millis(self.ready.get(self.ready.len() / 2)),
            "ready_most_ms": millis(self.ready.last()),
            "ready_over_a_second": self.ready.iter().filter(|ready| ready.as_millis() > 1_000).count(),
            "failures": verdict.failures(),
        }});
        figures(&verdict.line());
        figures(&line.to_string());
    }

    fn replay(&self, cycles: usize, messages: usize) -> String {
        format!("SOAK_SEED={} SOAK_CYCLES={cycles} SOAK_MESSAGES={messages} cargo test --test soak", self.seed)
    }
}
