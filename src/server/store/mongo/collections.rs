//! What stands in the database, and how its indexes are called.

use mongodb::{
    Collection, Database, IndexModel,
    bson::{Document, doc},
    options::IndexOptions,
};

use super::documents::{
    AccountDocument, ChangeDocument, ConversationDocument, EntryDocument, InviteDocument, SessionDocument,
};

/// The index that numbers a log, and the one that knows a draft again: an error names the one that refused.
pub const BY_SEQ: &str = "pair_seq";
pub const BY_ID: &str = "id_author";
/// The index that holds an invitation to one account.
pub const BY_INVITE: &str = "invite";

/// Handles to one database; a copy is another handle.
#[derive(Clone)]
pub struct Collections {
    pub database: Database,
    pub accounts: Collection<AccountDocument>,
    pub sessions: Collection<SessionDocument>,
    pub invites: Collection<InviteDocument>,
    pub conversations: Collection<ConversationDocument>,
    pub entries: Collection<EntryDocument>,
    pub changes: Collection<ChangeDocument>,
    /// The life of the store, and the last number that a change was given.
    pub facts: Collection<Document>,
}

impl Collections {
    pub fn of(database: Database) -> Self {
        Self {
            accounts: database.collection("account"),
            sessions: database.collection("session"),
            invites: database.collection("invite"),
            conversations: database.collection("conversation"),
            entries: database.collection("entry"),
            changes: database.collection("change"),
            facts: database.collection("fact"),
            database,
        }
    }

    pub async fn make_indexes(&self) -> mongodb::error::Result<()> {
        self.accounts.create_index(unique("skeleton", doc! { "skeleton": 1 })).await?;
        let mut by_invite = unique(BY_INVITE, doc! { "invite": 1 });
        // Most accounts have none, and are no repeats of each other.
        by_invite.options.get_or_insert_default().sparse = Some(true);
        self.accounts.create_index(by_invite).await?;
        self.sessions.create_index(unique("username_public", doc! { "username": 1, "public": 1 })).await?;
        self.conversations.create_index(plain("people_touched", doc! { "people": 1, "touched": -1 })).await?;
        self.entries.create_index(unique(BY_SEQ, doc! { "pair": 1, "seq": 1 })).await?;
        // The id first: those that rise with time are put at the end of the index.
        self.entries.create_index(unique(BY_ID, doc! { "id": 1, "author": 1 })).await?;
        self.entries.create_index(plain("pair_target", doc! { "pair": 1, "target": 1, "kind": 1 })).await?;
        self.changes.create_index(plain("people", doc! { "people": 1 })).await?;
        Ok(())
    }
}

fn unique(name: &str, keys: Document) -> IndexModel {
    let options = IndexOptions::builder().name(name.to_owned()).unique(true).build();
    IndexModel::builder().keys(keys).options(options).build()
}

fn plain(name: &str, keys: Document) -> IndexModel {
    let options = IndexOptions::builder().name(name.to_owned()).build();
    IndexModel::builder().keys(keys).options(options).build()
}
