//! `duologue bench`: how fast a server is, and whether it keeps its promises meanwhile. The clients are of this process; the
//! server is another one, with data of its own, unless an address is given.

mod burst;
mod chat;
mod client;
mod history;
mod idle;
mod report;
mod server;

use std::{path::PathBuf, time::Duration};

use clap::{Args, ValueEnum};

use self::report::Report;
use super::failure::{Failure, Result};
use crate::server::files;

#[derive(Args)]
pub struct Bench {
    /// What is done
    #[arg(value_enum, default_value = "chat")]
    mode: Mode,
    /// How many pairs talk; one of each writes, the other reads
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=5_000))]
    pairs: u32,
    /// For how long
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=3_600))]
    seconds: u64,
    /// idle: how many connections say nothing
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=25_000))]
    conns: u32,
    /// How many messages of a writer may be unanswered
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    window: u32,
    /// chat: how many messages a second all pairs write together; 0 is as many as are taken
    #[arg(long, default_value_t = 0)]
    rate: u32,
    /// The length of a message, in bytes
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(48..=16_384))]
    bytes: u32,
    /// burst: how many messages wait for each who comes back
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    messages: u32,
    /// history: how many entries each log has
    #[arg(long, value_name = "ENTRIES", value_delimiter = ',', default_value = "1000,10000,100000")]
    #[arg(value_parser = clap::value_parser!(u64).range(history::SHORTEST..=10_000_000))]
    lengths: Vec<u64>,
    /// A server that runs, such as http://127.0.0.1:3000, in place of one of its own; it should run with --limits off
    #[arg(long, value_name = "ADDRESS")]
    url: Option<String>,
    /// With --url: "NAME TOKEN" lines, as `duologue token` prints them, in place of accounts that are registered there
    #[arg(long, value_name = "FILE", requires = "url")]
    tokens: Option<PathBuf>,
    /// With --url: the server's process on this machine, to measure its CPU and memory; again for each process more
    #[arg(long = "pid", value_name = "PID", requires = "url")]
    pids: Vec<u32>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// Messages as fast as they are taken, or at a rate
    Chat,
    /// Connections that say nothing, beside a pair that talks
    Idle,
    /// Messages to somebody who is away, and then comes back
    Burst,
    /// Pages of logs of several lengths, each in a database of its own
    History,
}

impl Bench {
    fn time(&self) -> Duration {
        Duration::from_secs(self.seconds)
    }

    /// How many accounts take part.
    fn accounts(&self) -> usize {
        match self.mode {
            Mode::Chat | Mode::Burst => self.pairs as usize * 2,
            Mode::History => 2,
            Mode::Idle => 2 + (self.conns as usize).div_ceil(idle::EACH),
        }
    }
}

/// Says what it measured: a line of JSON on stdout, a table on stderr. A message that was lost or doubled is a failure.
pub async fn run(bench: Bench) -> Result<()> {
    files::raise_limit();
    let report = match bench.mode {
        Mode::Chat => chat::run(&bench).await?,
        Mode::Idle => idle::run(&bench).await?,
        Mode::Burst => burst::run(&bench).await?,
        Mode::History => return history::run(&bench).await,
    };
    report.print();
    promised(&report)
}

fn promised(report: &Report) -> Result<()> {
    match (report.lost, report.repeated) {
        (0, 0) => Ok(()),
        (lost, repeated) => {
            Err(Failure::Refused(format!("{lost} messages were lost and {repeated} came more than once")))
        }
    }
}
