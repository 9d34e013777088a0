//! The server's half: HTTP and sockets in front, commands in the middle, the store and the bus behind.
//!
//! A request comes in through `http`, a socket lives in `connection`, each verb of the wire is a file under `command`,
//! which alone calls `store` and `bus`; `hub` knows who is connected to this process. `house` holds what they share.

pub mod account;
pub mod address;
pub mod bus;
pub mod cli;
pub mod command;
pub mod config;
pub mod connection;
#[cfg(test)]
mod corpus;
mod dialect;
mod doubts;
mod fault;
pub mod files;
pub mod house;
pub mod http;
pub mod hub;
pub mod limit;
pub mod metrics;
pub mod migrate;
#[cfg(test)]
#[path = "../../fuzz/src/properties.rs"]
mod properties;
mod random;
mod recheck;
pub mod serve;
#[cfg(test)]
mod simulation;
pub mod store;
#[cfg(test)]
mod trial;
