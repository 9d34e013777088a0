//! `duologue backup` and `duologue restore`.

use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};

use super::{
    common::Common,
    failure::{Result, refused, say},
};
use crate::{
    app::clock,
    server::store::{
        place::Place,
        sqlite::backup::{self, Holding},
    },
};

pub fn back_up(common: &Common, file: &Path) -> Result<()> {
    let folder = folder(
        common,
        "this store is in MongoDB: back it up with mongodump, or with the nodes stopped by `duologue migrate` into an empty folder",
    )?;
    let bar = bar("copying");
    let holding = backup::back_up(&folder, file, &mut |done, all| show(&bar, done, all))?;
    bar.finish_and_clear();
    say(format!("{}: {}", file.display(), told(&holding)))
}

pub fn restore(common: &Common, file: &Path) -> Result<()> {
    let folder = folder(
        common,
        "this store is in MongoDB: restore to a folder with --store sqlite, and `duologue migrate` from it",
    )?;
    let bar = bar("copying");
    let holding = backup::restore(file, &folder, &mut |done, all| show(&bar, done, all))?;
    bar.finish_and_clear();
    say(format!("{}: {}", folder.display(), told(&holding)))
}

fn folder(common: &Common, otherwise: &str) -> Result<PathBuf> {
    match common.settings()?.config.store_place()? {
        Place::Sqlite(folder) => Ok(folder),
        Place::Mongo(_) => refused(otherwise),
    }
}

/// A bar on a terminal, and nothing elsewhere.
fn bar(what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}");
    ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())).with_message(what)
}

fn show(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_length(all);
    bar.set_position(done);
}

fn told(holding: &Holding) -> String {
    let Holding { accounts, conversations, entries, newest, bytes } = holding;
    let newest = newest.map(|at| format!(", the newest of {}", clock::machine(at))).unwrap_or_default();
    format!(
        "{accounts} accounts, {conversations} conversations, {entries} entries{newest}; {bytes} bytes, read back and found whole"
    )
}
