//! Where a store is, as `store` in the configuration and `duologue migrate` name it, and opening it there.

use std::{path::PathBuf, sync::Arc};

use super::{
    self as store,
    archive::Archive,
    mongo::{self, Mongo},
    sqlite::{self, Sqlite},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// SQLite, in this data folder.
    Sqlite(PathBuf),
    /// A MongoDB server, by its address.
    Mongo(String),
}

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(transparent)]
    Sqlite(#[from] sqlite::OpenError),
    #[error(transparent)]
    Mongo(#[from] mongo::OpenError),
    #[error("the store is half filled: `duologue migrate` was broken off, and the same command finishes it")]
    HalfFilled,
    #[error("the store cannot be read: {0}")]
    Unread(store::Error),
}

/// Sees that a store is whole; one that is half filled is of use to `duologue migrate` alone.
pub async fn whole(store: Arc<dyn Archive>) -> Result<Arc<dyn Archive>, OpenError> {
    match store.filled_from().await {
        Ok(None) => Ok(store),
        Ok(Some(_)) => Err(OpenError::HalfFilled),
        Err(error) => Err(OpenError::Unread(error)),
    }
}

impl Place {
    /// Opens the store, and makes in its place what is missing.
    pub async fn open(&self) -> Result<Arc<dyn Archive>, OpenError> {
        Ok(match self {
            Self::Sqlite(folder) => Arc::new(Sqlite::open(folder)?),
            Self::Mongo(url) => Arc::new(Mongo::open(url).await?),
        })
    }

    /// The same beside a server that may be running on it, for a command that soon ends.
    pub async fn open_beside(&self) -> Result<Arc<dyn Archive>, OpenError> {
        Ok(match self {
            Self::Sqlite(folder) => Arc::new(Sqlite::open_beside(folder)?),
            Self::Mongo(url) => Arc::new(Mongo::open(url).await?),
        })
    }
}
