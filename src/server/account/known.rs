//! Who has a name.

use super::sign_in::refuse_store;
use crate::{
    app::refusal::Refusal,
    protocol::{ids::Username, server::You},
    server::{house::House, store},
};

/// The person of this name, also where the account is closed; `None` where nobody ever had it.
pub async fn find(house: &House, username: &Username) -> Result<Option<You>, Refusal> {
    match house.store.account(username).await {
        Ok(account) => Ok(Some(You { username: account.username, name: account.name })),
        Err(store::Error::NotFound) => Ok(None),
        Err(error) => Err(refuse_store(error)),
    }
}
