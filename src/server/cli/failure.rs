//! Why a command was not carried out, as a sentence for the host.

use std::io::{self, Write};

use crate::{
    server::{
        config::ConfigError,
        migrate::MigrateError,
        serve::ServeError,
        store::{self, place::OpenError, sqlite::backup::BackupError},
    },
    words::{Language, Words},
};

/// What the command line speaks.
pub const WORDS: Words = Words(Language::English);

#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Exit code 2; all others are 1.
    #[error("{0}")]
    WrongUse(String),
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Backup(#[from] BackupError),
    #[error("the store does not answer: {0}")]
    Store(#[from] store::Error),
    #[error("nobody reads what is printed: {0}")]
    Unsaid(io::Error),
    #[error("what was typed cannot be read: {0}")]
    Typed(io::Error),
}

pub type Result<T> = std::result::Result<T, Failure>;

/// Prints a line. Whoever reads may have gone away, as `head` does.
pub fn say(line: impl std::fmt::Display) -> Result<()> {
    writeln!(io::stdout(), "{line}").map_err(Failure::Unsaid)
}

/// A refusal with its sentence.
pub fn refused<T>(sentence: impl Into<String>) -> Result<T> {
    Err(Failure::Refused(sentence.into()))
}
