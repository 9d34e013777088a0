//! What the driver's errors mean to those who called. What is not surely refused is unknown.

use mongodb::error::{Error as Driver, ErrorKind, WriteFailure};

use crate::server::store::Error;

/// The server's code for a key that is taken in a unique index.
const DUPLICATE_KEY: i32 = 11_000;

/// The outcome of a question.
pub fn of_reading(error: Driver) -> Error {
    tracing::error!(%error, "the store cannot be read");
    if is_ours(&error) { Error::Internal } else { Error::Unavailable }
}

/// The outcome of a write. It was not made where no server was found to make it, or the server refused it.
pub fn of_writing(error: Driver) -> Error {
    tracing::error!(%error, "the store did not take a write");
    match *error.kind {
        ErrorKind::ServerSelection { .. } | ErrorKind::DnsResolve { .. } | ErrorKind::ConnectionPoolCleared { .. } => {
            Error::Unavailable
        }
        _ if is_ours(&error) => Error::Internal,
        _ => Error::UnknownOutcome,
    }
}

/// What no server did.
fn is_ours(error: &Driver) -> bool {
    matches!(
        *error.kind,
        ErrorKind::BsonDeserialization(_)
            | ErrorKind::BsonSerialization(_)
            | ErrorKind::InvalidArgument { .. }
            | ErrorKind::Internal { .. }
    )
}

/// What the server says of the key that is taken, where that is why it refused: the name of the index is in it.
pub fn taken(error: &Driver) -> Option<&str> {
    match &*error.kind {
        ErrorKind::Write(WriteFailure::WriteError(write)) if write.code == DUPLICATE_KEY => Some(&write.message),
        ErrorKind::Command(command) if command.code == DUPLICATE_KEY => Some(&command.message),
        _ => None,
    }
}
