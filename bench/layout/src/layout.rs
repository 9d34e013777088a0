//! The ways in which a log can lie. Each is made from the server's own migration, so that nothing is compared with a table
//! that is not in use.

use clap::{Args, ValueEnum};
use uuid::Uuid;

const MIGRATION: &str = include_str!("../../../src/server/store/sqlite/migrations/0001_accounts_and_log.sql");
/// What the migration says of the log's keys.
const BY_PLACE: &str = "    UNIQUE (conversation, seq),\n";
const ID_FIRST: &str = "    UNIQUE (id, author)\n";

/// One layout; the defaults are the server's.
#[derive(Args)]
pub struct Layout {
    /// By what the table lies
    #[arg(long, value_enum, default_value_t = Table::Appended)]
    table: Table,
    /// Which column leads the index that finds repeats
    #[arg(long, value_enum, default_value_t = Leads::Id)]
    leads: Leads,
    /// What ids the writers make
    #[arg(long, value_enum, default_value_t = Ids::Rising)]
    pub ids: Ids,
    /// Bytes of a page
    #[arg(long, default_value_t = 4_096)]
    pub page: u32,
    /// After how many pages the write-ahead log is copied into the database
    #[arg(long, default_value_t = 4_000)]
    pub checkpoint: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Table {
    /// Rows come at the end, an index finds their place in the conversation
    Appended,
    /// Rows lie by conversation and seq
    Clustered,
}

#[derive(Clone, Copy, ValueEnum)]
enum Leads {
    Id,
    Author,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Ids {
    /// UUIDv7, as the page makes them
    Rising,
    /// UUIDv4
    Chance,
}

impl Ids {
    pub fn next(self) -> String {
        match self {
            Self::Rising => Uuid::now_v7(),
            Self::Chance => Uuid::new_v4(),
        }
        .to_string()
    }
}

impl Layout {
    /// The server's tables with this log. An error where the migration no longer says what is looked for in it.
    pub fn tables(&self) -> Result<String, String> {
        let (before, log) =
            MIGRATION.split_once("CREATE TABLE entry").ok_or("the migration makes no table called entry")?;
        let mut log = log.to_owned();
        if let Leads::Author = self.leads {
            log = instead(&log, ID_FIRST, "    UNIQUE (author, id)\n")?;
        }
        if let Table::Clustered = self.table {
            log = instead(&log, BY_PLACE, "    PRIMARY KEY (conversation, seq),\n")?;
            log = instead(&log, ") STRICT;", ") STRICT, WITHOUT ROWID;")?;
        }
        Ok(format!("{before}CREATE TABLE entry{log}"))
    }
}

fn instead(text: &str, what: &str, by: &str) -> Result<String, String> {
    if !text.contains(what) {
        return Err(format!("the migration's log has no `{}` any more: change bench/layout with it", what.trim()));
    }
    Ok(text.replacen(what, by, 1))
}
