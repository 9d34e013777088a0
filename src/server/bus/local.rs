//! The bus of a single process: straight to its hub.

use std::sync::Arc;

use async_trait::async_trait;

use super::{Bus, Signal};
use crate::{
    protocol::ids::Username,
    server::{hub::Hub, metrics},
};

pub struct Local {
    hub: Arc<Hub>,
}

impl Local {
    pub fn new(hub: Arc<Hub>) -> Self {
        metrics::bus_connected(true);
        Self { hub }
    }
}

#[async_trait]
impl Bus for Local {
    fn publish(&self, to: &Username, signal: Signal) {
        self.hub.deliver(to, &signal);
    }

    // The hub knows itself who is here.
    async fn arrived(&self, _username: &Username) {}

    async fn departed(&self, _username: &Username) {}

    async fn online(&self, usernames: &[Username]) -> Vec<bool> {
        usernames.iter().map(|username| self.hub.is_present(username)).collect()
    }
}
