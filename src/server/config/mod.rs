//! What the host may set: `Leptos.toml`, overruled by `DUOLOGUE_…` variables, overruled by flags.
//!
//! `file` reads them. Every key has a default, and the file in the repository states each with a sentence; a test holds the two equal.
//! A wrong key or value stops the start with a sentence that names it.

mod file;

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use leptos::config::LeptosOptions;
use serde::Deserialize;

pub use self::file::{DEFAULT_FILE, load};
use crate::{
    protocol::limits,
    server::{
        address::{Doors, Networks},
        store::{mongo, place::Place},
    },
};

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("{file}: cannot be read: {cause}")]
    Unreadable { file: String, cause: std::io::Error },
    #[error("{file}: {cause}")]
    Wrong { file: String, cause: String },
    #[error("{variable}: {cause}")]
    Variable { variable: String, cause: String },
    #[error("limits = \"off\" is for a server that listens on loopback only; this one would listen on {0}")]
    LimitsOff(SocketAddr),
    #[error("registration: choose open, invite or closed for a server that listens on {0}, where others can reach it")]
    Registration(SocketAddr),
    #[error(
        "origin: set the address under which people open this server, such as https://chat.example; it listens on {0}, where others can reach it"
    )]
    Origin(SocketAddr),
    #[error(
        "store = \"{0}\": choose \"sqlite\", or the address of a MongoDB server such as mongodb://host:27017/duologue"
    )]
    Store(String),
    #[error("bus = \"{0}\": choose \"local\", or the address of a Redis server such as redis://host:6379/0")]
    Bus(String),
    #[error(
        "metrics = \"{0}\": choose an address that only this machine reaches, such as 127.0.0.1:9464, or leave it empty"
    )]
    Metrics(String),
    #[error(
        "trusted-proxies: \"{0}\" is neither an address nor a network; it is a list such as \"127.0.0.1, 10.0.0.0/8\""
    )]
    Proxies(String),
}

/// What carries news between nodes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BusKind {
    /// There is one node.
    Local,
    /// A Redis server, by its address.
    Redis(String),
}

/// The `[duologue]` table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct Config {
    pub store: String,
    pub bus: String,
    pub metrics: String,
    pub data: PathBuf,
    pub origin: String,
    pub registration: Option<Registration>,
    pub limits: Switch,
    pub entries_per_second: u32,
    pub entries_burst: u32,
    pub tries_per_minute: u32,
    pub connections_per_account: usize,
    pub connections_per_address: usize,
    pub connections: usize,
    pub trusted_proxies: String,
    pub invites_per_account: usize,
}

impl Config {
    /// What `store` names.
    pub fn store_place(&self) -> Result<Place, ConfigError> {
        match self.store.as_str() {
            "sqlite" => Ok(Place::Sqlite(self.data.clone())),
            url if mongo::is_address(url) => Ok(Place::Mongo(url.to_owned())),
            other => Err(ConfigError::Store(without_password(other))),
        }
    }

    /// What `bus` names.
    pub fn bus_kind(&self) -> Result<BusKind, ConfigError> {
        match self.bus.as_str() {
            "local" => Ok(BusKind::Local),
            url if url.starts_with("redis://") => Ok(BusKind::Redis(url.to_owned())),
            other => Err(ConfigError::Bus(without_password(other))),
        }
    }

    /// Who may say for whom it asks.
    pub fn proxies(&self) -> Result<Networks, ConfigError> {
        Networks::read(&self.trusted_proxies).map_err(ConfigError::Proxies)
    }

    /// The connections of each address, none of which is open yet; any number where limits are off.
    pub fn doors(&self, proxies: &Networks) -> Doors {
        let most = if self.limits == Switch::On { self.connections_per_address } else { usize::MAX };
        Doors::new(most, Doors::exempt(proxies))
    }

    /// Where `metrics` are told; nowhere where it is empty.
    pub fn metrics_address(&self) -> Result<Option<SocketAddr>, ConfigError> {
        match self.metrics.parse::<SocketAddr>() {
            _ if self.metrics.is_empty() => Ok(None),
            Ok(address) if is_loopback(address.ip()) => Ok(Some(address)),
            _ => Err(ConfigError::Metrics(self.metrics.clone())),
        }
    }
}

/// An address may hold one, and logs are read by others.
fn without_password(address: &str) -> String {
    address.rsplit('@').next().unwrap_or_default().to_owned()
}

impl Default for Config {
    fn default() -> Self {
        Self {
            store: "sqlite".into(),
            bus: "local".into(),
            metrics: String::new(),
            data: "data".into(),
            origin: String::new(),
            registration: None,
            limits: Switch::On,
            entries_per_second: 10,
            entries_burst: 100,
            tries_per_minute: 10,
            connections_per_account: limits::CONNECTIONS,
            connections_per_address: 64,
            connections: 20_000,
            trusted_proxies: String::new(),
            invites_per_account: 10,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Registration {
    Open,
    Invite,
    Closed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum Switch {
    On,
    Off,
}

/// The whole file, read and judged.
#[derive(Clone, Debug)]
pub struct Settings {
    pub config: Config,
    pub leptos: LeptosOptions,
}

impl Settings {
    /// Checks what depends on where the server listens, and fills in what follows from it.
    pub fn judge(mut self) -> Result<Self, ConfigError> {
        let address = self.leptos.site_addr;
        let is_local = is_loopback(address.ip());
        if self.config.limits == Switch::Off && !is_local {
            return Err(ConfigError::LimitsOff(address));
        }
        match self.config.registration {
            None if is_local => self.config.registration = Some(Registration::Open),
            None => return Err(ConfigError::Registration(address)),
            Some(_) => {}
        }
        if self.config.origin.is_empty() && !is_local {
            return Err(ConfigError::Origin(address));
        }
        self.config.store_place()?;
        self.config.bus_kind()?;
        self.config.metrics_address()?;
        self.config.proxies()?;
        Ok(self)
    }

    /// The address under which people open a server that listens there, without a slash at the end.
    pub fn origin(&self, listens: SocketAddr) -> String {
        match self.config.origin.trim_end_matches('/') {
            "" => format!("http://{listens}"),
            origin => origin.to_owned(),
        }
    }
}

/// Whether only this machine reaches an address.
pub fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_loopback_the_host_must_choose() {
        let mut settings = file::defaults();
        settings.leptos.site_addr = "0.0.0.0:3000".parse().unwrap();
        let sentence = |settings: &Settings| settings.clone().judge().unwrap_err().to_string();
        assert!(sentence(&settings).starts_with("registration:"));
        settings.config.registration = Some(Registration::Invite);
        assert!(sentence(&settings).starts_with("origin:"));
        settings.config.origin = "https://chat.example".into();
        assert!(settings.clone().judge().is_ok());
        settings.config.limits = Switch::Off;
        assert!(sentence(&settings).starts_with("limits"));
    }
}
