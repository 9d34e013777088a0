//! Who has a name.

use super::refused::Refused;
use crate::{
    protocol::{ids::Username, server::You},
    server::{house::House, store},
};

/// The person of this name, also where the account is closed; `None` where nobody ever had it.
pub async fn find(house: &House, username: &Username) -> Result<Option<You>, Refused> {
    match house.store.account(username).await {
        Ok(account) => Ok(Some(You { username: account.username, name: account.name })),
        Err(store::Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
