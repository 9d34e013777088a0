//! What the browser keeps in IndexedDB, one database an account: what waits to be sent, and what was last known of each
//! conversation. Where the browser keeps nothing (a private window, a full disk) the page works on, without a memory.

use std::rc::Rc;

use idb::{Database, DatabaseEvent, Factory, KeyPath, ObjectStoreParams, Query, TransactionMode};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::JsValue;

use crate::{
    chat::{Known, event::Waiting},
    protocol::{
        ids::{Id, Username},
        server::Conversation,
    },
};

const VERSION: u32 = 1;
const OUTBOX: &str = "outbox";
const KNOWN: &str = "known";
/// Stands in `KNOWN` among the usernames, none of which is empty: a store of its own would be a new version of the
/// database, and wait until the last old tab is closed.
const LIST: &str = "";

#[derive(Clone)]
pub struct Kept(Option<Rc<Database>>);

impl Kept {
    pub async fn open(username: &Username) -> Self {
        Self(open(username).await.ok().map(Rc::new))
    }

    /// What waits to be sent, in the order of writing: ids rise with time.
    pub async fn outbox(&self) -> Vec<Waiting> {
        let mut waiting: Vec<Waiting> = self.all(OUTBOX).await.unwrap_or_default();
        waiting.sort_by(|one, other| one.written.cmp(&other.written).then_with(|| one.id.cmp(&other.id)));
        waiting
    }

    /// Whether it is kept.
    pub async fn keep(&self, waiting: &Waiting) -> bool {
        self.put(OUTBOX, waiting.id.as_str(), waiting).await
    }

    pub async fn forget(&self, id: &Id) {
        let Some(database) = &self.0 else { return };
        let _ = delete(database, id.as_str()).await;
    }

    /// Stores it, and keeps of what was stored before whatever is still true.
    pub async fn remember(&self, peer: &Username, mut known: Known) {
        if known.is_short()
            && let Some(stored) = self.recall(peer).await
        {
            known = known.lengthened(stored);
        }
        self.put(KNOWN, peer.as_str(), &known).await;
    }

    /// What was last known of a conversation.
    pub async fn recall(&self, peer: &Username) -> Option<Known> {
        self.one(peer.as_str()).await
    }

    /// What was last known of every conversation.
    pub async fn known(&self) -> Vec<Known> {
        self.all(KNOWN).await.unwrap_or_default()
    }

    /// The whole list, as a page began with it. What changes afterwards is remembered with its conversation.
    pub async fn remember_list(&self, list: &[Conversation]) {
        self.put(KNOWN, LIST, &list).await;
    }

    pub async fn list(&self) -> Vec<Conversation> {
        self.one(LIST).await.unwrap_or_default()
    }

    async fn put(&self, store: &str, key: &str, value: &impl Serialize) -> bool {
        let (Some(database), Ok(text)) = (&self.0, serde_json::to_string(value)) else { return false };
        // A browser that cannot keep it is not asked again for the same thing.
        put(database, store, key, &text).await.is_ok()
    }

    async fn one<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let database = self.0.as_ref()?;
        let transaction = database.transaction(&[KNOWN], TransactionMode::ReadOnly).ok()?;
        let value =
            transaction.object_store(KNOWN).ok()?.get(Query::Key(JsValue::from_str(key))).ok()?.await.ok()??;
        serde_json::from_str(&value.as_string()?).ok()
    }

    async fn all<T: DeserializeOwned>(&self, store: &str) -> Option<Vec<T>> {
        let database = self.0.as_ref()?;
        let transaction = database.transaction(&[store], TransactionMode::ReadOnly).ok()?;
        let values = transaction.object_store(store).ok()?.get_all(None::<Query>, None).ok()?.await.ok()?;
        // What an older page kept and this one cannot read is passed over.
        Some(values.iter().filter_map(|value| serde_json::from_str(&value.as_string()?).ok()).collect())
    }
}

async fn open(username: &Username) -> Result<Database, idb::Error> {
    let mut request = Factory::new()?.open(&format!("duologue {username}"), Some(VERSION))?;
    request.on_upgrade_needed(|event| {
        let Ok(database) = event.database() else { return };
        for store in [OUTBOX, KNOWN] {
            let mut keys = ObjectStoreParams::new();
            keys.key_path(None::<KeyPath>);
            // A store that is there already is what was wanted.
            let _ = database.create_object_store(store, keys);
        }
    });
    request.await
}

async fn put(database: &Database, store: &str, key: &str, text: &str) -> Result<(), idb::Error> {
    let transaction = database.transaction(&[store], TransactionMode::ReadWrite)?;
    transaction.object_store(store)?.put(&JsValue::from_str(text), Some(&JsValue::from_str(key)))?.await?;
    transaction.commit()?.await?;
    Ok(())
}

async fn delete(database: &Database, key: &str) -> Result<(), idb::Error> {
    let transaction = database.transaction(&[OUTBOX], TransactionMode::ReadWrite)?;
    transaction.object_store(OUTBOX)?.delete(Query::Key(JsValue::from_str(key)))?.await?;
    transaction.commit()?.await?;
    Ok(())
}
