//! What can go wrong under a statement, and what becomes of it at the edge of the adapter. A refusal is an outcome of
//! one request; a broken statement spoils the transaction that it stands in.

use rusqlite::ErrorCode;

use crate::server::store::Error;

pub enum Failure {
    /// The answer to this request. Nothing was written for it.
    Refused(Error),
    /// The database did not do what it was told.
    Broken(rusqlite::Error),
}

pub type Outcome<T> = Result<T, Failure>;

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Refused(error)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Broken(error)
    }
}

impl Failure {
    /// The outcome of a question. The cause of a broken one is logged here, where it is known.
    pub fn of_reading(self) -> Error {
        match self {
            Self::Refused(error) => error,
            Self::Broken(cause) if is_of_the_machine(&cause) => {
                tracing::error!(%cause, "the database cannot be read");
                Error::Unavailable
            }
            Self::Broken(cause) => {
                tracing::error!(%cause, "a query failed");
                Error::Internal
            }
        }
    }
}

/// Whether the disk or another process is to blame, and not the statement.
fn is_of_the_machine(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::ReadOnly
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseCorrupt
                | ErrorCode::DiskFull
                | ErrorCode::CannotOpen
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::NotADatabase
        )
    )
}
