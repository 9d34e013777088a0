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
        sqlite::backup::{self, BackupError, Holding, Progress},
    },
};

pub fn back_up(common: &Common, file: &Path) -> Result<()> {
    let folder = folder(
        common,
        "this store is in MongoDB: back it up with mongodump, or with the nodes stopped by `duologue migrate` into an empty folder",
    )?;
    let holding = with_bar(|progress| backup::back_up(&folder, file, progress))?;
    say(format!("{}: {}", file.display(), told(&holding)))
}

pub fn restore(common: &Common, file: &Path) -> Result<()> {
    let folder = folder(
        common,
        "this store is in MongoDB: restore to a folder with --store sqlite, and `duologue migrate` from it",
    )?;
    let holding = with_bar(|progress| backup::restore(file, &folder, progress))?;
    say(format!("{}: {}", folder.display(), told(&holding)))
}

fn folder(common: &Common, otherwise: &str) -> Result<PathBuf> {
    match common.settings()?.config.store_place()? {
        Place::Sqlite(folder) => Ok(folder),
        Place::Mongo(_) => refused(otherwise),
    }
}

/// Copies beside a bar, which is seen on a terminal and nowhere else.
fn with_bar(
    copy: impl FnOnce(Progress<'_>) -> std::result::Result<Holding, BackupError>,
) -> std::result::Result<Holding, BackupError> {
    let style = ProgressStyle::with_template("copying {wide_bar} {percent}% {eta}");
    let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let copied = copy(&mut |done, all| {
        bar.set_length(all);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    copied
}

fn told(holding: &Holding) -> String {
    let Holding { accounts, conversations, entries, newest, bytes } = holding;
    let newest = newest.map(|at| format!(", the newest of {}", clock::machine(at))).unwrap_or_default();
    format!(
        "{accounts} accounts, {conversations} conversations, {entries} entries{newest}; {bytes} bytes, read back and found whole"
    )
}
