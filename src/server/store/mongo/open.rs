//! Connecting, and what is made where it is missing. What a host can do something about is a sentence of its own.

use std::time::Duration;

use mongodb::{
    Client,
    bson::{doc, oid::ObjectId},
    error::Error as Driver,
    options::{Acknowledgment, ClientOptions, ReadConcern, ReadPreference, SelectionCriteria, WriteConcern},
};

use super::{collections::Collections, failure::taken};

/// How long a request looks for a server before it is refused: people's pages try again by themselves.
const FIND_SERVER: Duration = Duration::from_secs(5);
const CONNECT: Duration = Duration::from_secs(5);
/// The database, where the address names none.
const DATABASE: &str = "duologue";

#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the address of the store cannot be read: {0}; it looks like mongodb://host:27017/duologue")]
    Address(Driver),
    #[error("the store cannot be reached: {0}; is MongoDB running there, and may this server sign in to it?")]
    Unreachable(Driver),
    #[error("the store cannot be made ready: {0}")]
    Prepare(Driver),
    #[error("the store does not tell which one it is, though it was just asked to note that; is its majority there?")]
    Nameless,
}

/// Whether an address is meant for this adapter.
pub fn is_address(address: &str) -> bool {
    ["mongodb://", "mongodb+srv://"].iter().any(|scheme| address.starts_with(scheme))
}

pub async fn connect(url: &str) -> Result<Collections, OpenError> {
    let mut options = ClientOptions::parse(url).await.map_err(OpenError::Address)?;
    options.app_name.get_or_insert_with(|| "duologue".to_owned());
    options.server_selection_timeout.get_or_insert(FIND_SERVER);
    options.connect_timeout.get_or_insert(CONNECT);
    // These are the store's promises, whatever the address says.
    options.write_concern = Some(WriteConcern::builder().w(Acknowledgment::Majority).journal(true).build());
    options.read_concern = Some(ReadConcern::majority());
    options.selection_criteria = Some(SelectionCriteria::ReadPreference(ReadPreference::Primary));
    let name = options.default_database.clone().unwrap_or_else(|| DATABASE.to_owned());
    let client = Client::with_options(options).map_err(OpenError::Address)?;
    let collections = Collections::of(client.database(&name));
    collections.database.run_command(doc! { "ping": 1 }).await.map_err(OpenError::Unreachable)?;
    Ok(collections)
}

/// The version of the server, and whether a store of ours is there. Makes nothing.
pub async fn version(url: &str) -> Result<(String, bool), OpenError> {
    let collections = connect(url).await?;
    let said = collections.database.run_command(doc! { "buildInfo": 1 }).await.map_err(OpenError::Unreachable)?;
    let epoch = collections.facts.find_one(doc! { "_id": "epoch" }).await.map_err(OpenError::Unreachable)?;
    Ok((said.get_str("version").unwrap_or("of an unknown version").to_owned(), epoch.is_some()))
}

pub async fn prepare(collections: &Collections) -> Result<(), OpenError> {
    collections.make_indexes().await.map_err(OpenError::Prepare)
}

/// The name of this life of the store, made by whoever opens it first.
pub async fn epoch(collections: &Collections) -> Result<String, OpenError> {
    let (facts, epoch) = (&collections.facts, doc! { "_id": "epoch" });
    let new = doc! { "$setOnInsert": { "value": ObjectId::new().to_hex() } };
    match facts.update_one(epoch.clone(), new).upsert(true).await {
        // Several made it at once, and this one was not the first.
        Err(error) if taken(&error).is_none() => return Err(OpenError::Prepare(error)),
        _ => {}
    }
    let fact = facts.find_one(epoch).await.map_err(OpenError::Prepare)?;
    let value = fact.as_ref().and_then(|fact| fact.get_str("value").ok());
    value.map(str::to_owned).ok_or(OpenError::Nameless)
}
