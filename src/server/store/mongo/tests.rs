//! The server that the contract runs against, and what only this adapter promises. `make test` starts one; `MONGODB_URL`
//! names another.

use std::sync::Arc;

use mongodb::bson::oid::ObjectId;

use super::Mongo;
use crate::server::store::{SharedStore, contract::Subject};

/// A store in a database of its own.
pub struct InServer {
    store: Arc<Mongo>,
    url: String,
}

/// A database that nobody has used, on the server under test.
fn fresh_url() -> String {
    let server = std::env::var("MONGODB_URL");
    let server = server.expect("MONGODB_URL names no server: `make test` starts one and sets it");
    let (server, options) =
        server.split_once('?').map_or((server.as_str(), None), |(server, rest)| (server, Some(rest)));
    let name = format!("duologue-test-{}", ObjectId::new().to_hex());
    let options = options.map(|options| format!("?{options}")).unwrap_or_default();
    format!("{}/{name}{options}", server.trim_end_matches('/'))
}

impl Subject for InServer {
    async fn fresh() -> Self {
        let url = fresh_url();
        Self { store: Arc::new(Mongo::open(&url).await.unwrap()), url }
    }

    fn store(&self) -> SharedStore {
        Arc::clone(&self.store) as SharedStore
    }

    async fn reopen(self) -> Self {
        drop(self.store);
        Self { store: Arc::new(Mongo::open(&self.url).await.unwrap()), url: self.url }
    }
}
