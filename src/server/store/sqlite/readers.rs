//! The connections that only ask. Each question runs on a thread that may block, and a semaphore keeps their number
//! small: more would wait for the same disk and cores.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::{
    failure::Outcome,
    open::{self, Ground, OpenError},
};
use crate::server::store::{Error, Result};

/// How many questions are answered at once. When all are taken the next waits its turn; each open connection of a
/// client and each request has at most one question waiting, which bounds the line.
const READERS: usize = 4;

pub struct Readers {
    shelf: Arc<Shelf>,
    turns: Arc<Semaphore>,
}

struct Shelf {
    file: PathBuf,
    ground: Ground,
    epoch: String,
    /// Those nobody is asking. Shared by the threads that answer; held only to take one or to put it back.
    idle: Mutex<Vec<Connection>>,
}

impl Readers {
    pub fn new(file: PathBuf, epoch: String, ground: Ground) -> std::result::Result<Self, OpenError> {
        let connections = (0..READERS)
            .map(|_| open::reading(&file, ground))
            .collect::<rusqlite::Result<Vec<_>>>()
            .map_err(|source| OpenError::of(&file, source))?;
        Ok(Self {
            shelf: Arc::new(Shelf { file, ground, epoch, idle: Mutex::new(connections) }),
            turns: Arc::new(Semaphore::new(READERS)),
        })
    }

    /// The name of this life of the database.
    pub fn epoch(&self) -> &str {
        &self.shelf.epoch
    }

    /// Asks something of a connection and the epoch, in one consistent view of the database.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection, &str) -> Outcome<T> + Send + 'static,
    ) -> Result<T> {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| Error::Unavailable)?;
        let shelf = Arc::clone(&self.shelf);
        let answer = tokio::task::spawn_blocking(move || {
            let answer = shelf.answer(question);
            // The turn ends with the work, even where the asker has gone away meanwhile.
            drop(turn);
            answer
        });
        answer.await.unwrap_or_else(|cause| {
            tracing::error!(%cause, "a question to the database was broken off");
            Err(Error::Internal)
        })
    }
}

impl Shelf {
    fn answer<T>(&self, question: impl FnOnce(&Connection, &str) -> Outcome<T>) -> Result<T> {
        // A connection whose question panicked is not put back; a new one takes its place.
        let connection = match self.take() {
            Some(connection) => connection,
            None => open::reading(&self.file, self.ground).map_err(|cause| unreadable(&self.file, &cause))?,
        };
        let answer = Self::in_one_view(&connection, |connection| question(connection, &self.epoch));
        self.put_back(connection);
        answer.map_err(|failure| failure.of_reading())
    }

    fn in_one_view<T>(connection: &Connection, question: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let view = connection.unchecked_transaction()?;
        let answer = question(&view);
        view.finish()?;
        answer
    }

    fn take(&self) -> Option<Connection> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn put_back(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

fn unreadable(file: &Path, cause: &rusqlite::Error) -> Error {
    tracing::error!(%cause, file = %file.display(), "no connection to the database can be opened");
    Error::Unavailable
}
