//! Fills a log and reads pages of it, as the server's store does and with one thing laid out otherwise: which key the table
//! lies by, in which order an index is, how large a page is, how often the write-ahead log is copied back. One trial a run,
//! one line of JSON; `tools/bench.mjs` makes the runs by turns.

mod layout;
mod log;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use serde::Serialize;

use crate::{layout::Layout, log::Log};

/// Fill a log laid out in one way, and read pages of it.
#[derive(Parser)]
struct Told {
    #[command(flatten)]
    layout: Layout,
    /// How many entries the log gets
    #[arg(long, default_value_t = 500_000)]
    entries: u64,
    /// How many conversations they are of
    #[arg(long, default_value_t = 50)]
    conversations: u64,
    /// How many entries one commit has
    #[arg(long, default_value_t = 256)]
    batch: u64,
    /// How many pages are read, each of fifty entries
    #[arg(long, default_value_t = 20_000)]
    pages: u64,
    /// An empty folder on the disk that is meant
    #[arg(long)]
    folder: PathBuf,
}

/// What one trial found. Times are in the units that the names end with.
#[derive(Serialize)]
struct Report {
    entries: u64,
    entries_per_s: f64,
    cpu_us_per_entry: f64,
    commit_p50_ms: f64,
    commit_p99_ms: f64,
    /// Somewhere in it a copy of the write-ahead log into the database.
    commit_most_ms: f64,
    /// The most that the write-ahead log took on disk.
    log_bytes: u64,
    /// Of the database, with everything copied into it.
    bytes_per_entry: f64,
    page_p50_ms: f64,
    page_p99_ms: f64,
}

fn main() -> ExitCode {
    match tried(&Told::parse()) {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(cause) => {
            eprintln!("{cause}");
            ExitCode::FAILURE
        }
    }
}

fn tried(told: &Told) -> Result<String, Box<dyn std::error::Error>> {
    let mut log = Log::create(&told.layout, &told.folder, told.conversations)?;
    let written = log.fill(told.entries, told.batch, told.layout.ids)?;
    let bytes = log.settle()?;
    let pages = log.read(told.pages)?;
    let report = Report {
        entries: told.entries,
        entries_per_s: told.entries as f64 / written.took.as_secs_f64(),
        cpu_us_per_entry: written.cpu.as_secs_f64() * 1e6 / told.entries as f64,
        commit_p50_ms: written.commits.of(50),
        commit_p99_ms: written.commits.of(99),
        commit_most_ms: written.commits.of(100),
        log_bytes: written.log_bytes,
        bytes_per_entry: bytes as f64 / told.entries as f64,
        page_p50_ms: pages.of(50),
        page_p99_ms: pages.of(99),
    };
    Ok(serde_json::to_string(&report)?)
}
