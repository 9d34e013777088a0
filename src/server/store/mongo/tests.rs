//! The server that the contract runs against, and what only this adapter promises. `make test` starts one; `MONGODB_URL`
//! names another.

use std::sync::Arc;

use futures_util::future::join_all;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_begin_at_once_share_one_life_and_number_their_changes_apart() {
    for _ in 0..8 {
        let url = fresh_url();
        let nodes = join_all((0..8).map(|_| Mongo::open(&url))).await;
        let nodes: Vec<Mongo> = nodes.into_iter().map(Result::unwrap).collect();
        assert!(nodes.iter().all(|node| !node.epoch.is_empty() && node.epoch == nodes[0].epoch));
        let numbers = join_all(nodes.iter().map(|node| node.collections.next_number())).await;
        let mut numbers: Vec<i64> = numbers.into_iter().map(Result::unwrap).collect();
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), nodes.len(), "{numbers:?}");
    }
}
