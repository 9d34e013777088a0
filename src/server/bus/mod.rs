//! How news reaches the connections of an account, on whichever node they are. A hint, never the truth: whatever goes
//! over the bus may be lost, and the log tells it again. `contract.rs` holds every adapter to that.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    protocol::{ids::Username, server::ServerFrame},
    server::{hub::ConnectionId, store::SessionKey},
};

pub mod local;
pub mod redis;

#[cfg(test)]
pub mod contract;

/// What is told to the connections of one account.
#[derive(Clone, Debug)]
pub enum Signal {
    /// A frame for all of them but the one that caused it.
    Frame { frame: ServerFrame, except: Option<ConnectionId> },
    /// The session ended: its connections close with 4401.
    Revoked(SessionKey),
}

#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Tells it to all connections of the account. Never waits, and may lose it; signals to one account keep their order.
    fn publish(&self, to: &Username, signal: Signal);

    /// The account has one more connection here, which from then on hears what is told to it. To be called after the hub
    /// knows it.
    async fn arrived(&self, username: &Username);

    /// The account has no connection here any more. To be called after the hub forgot it.
    async fn departed(&self, username: &Username);

    /// Which of these accounts have a connection on any node, in their order.
    async fn online(&self, usernames: &[Username]) -> Vec<bool>;
}

pub type SharedBus = Arc<dyn Bus>;
