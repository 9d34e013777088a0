//! What the host may set: `Leptos.toml`, overruled by `DUOLOGUE_…` variables, overruled by flags.
//!
//! Every key has a default, and the file in the repository states each with a sentence; a test holds the two equal.
//! A wrong key or value stops the start with a sentence that names it.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
    path::{Path, PathBuf},
};

use leptos::config::LeptosOptions;
use serde::Deserialize;

use crate::{
    protocol::limits,
    server::{
        address::Networks,
        store::{mongo, place::Place},
    },
};

/// The file as it stands in the repository: the defaults of a server that finds none.
pub const DEFAULT_FILE: &str = include_str!("../../Leptos.toml");

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

/// The run-time half of `[package.metadata.leptos]`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Site {
    output_name: String,
    site_root: PathBuf,
    site_pkg_dir: String,
    site_addr: SocketAddr,
    hash_files: bool,
    env: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    package: Package,
    #[serde(default)]
    duologue: Config,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    metadata: Metadata,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metadata {
    leptos: Site,
}

/// The keys that a variable may set: `DUOLOGUE_ENTRIES_BURST` for `entries-burst`.
const KEYS: [&str; 15] = [
    "store",
    "bus",
    "metrics",
    "data",
    "origin",
    "registration",
    "limits",
    "entries-per-second",
    "entries-burst",
    "tries-per-minute",
    "connections-per-account",
    "connections-per-address",
    "connections",
    "trusted-proxies",
    "invites-per-account",
];

/// Variables that are read elsewhere: by the command line, or by tests in debug builds.
const OTHER_VARIABLES: [&str; 5] =
    ["DUOLOGUE_LISTEN", "DUOLOGUE_CONFIG", "DUOLOGUE_SITE", "DUOLOGUE_LOG", "DUOLOGUE_FAULT"];

/// Reads the settings from a file (or where there is none, from the one that was compiled in) and `variables`.
/// Unknown `DUOLOGUE_…` variables are returned, for a warning.
pub fn load(
    file: Option<&Path>,
    variables: impl Iterator<Item = (String, String)>,
) -> Result<(Settings, Vec<String>), ConfigError> {
    let found = file.map(Path::to_path_buf).or_else(find_file);
    let (name, text) = match &found {
        Some(path) => {
            let text = std::fs::read_to_string(path)
                .map_err(|cause| ConfigError::Unreadable { file: path.display().to_string(), cause })?;
            (path.display().to_string(), text)
        }
        None => ("Leptos.toml".to_owned(), DEFAULT_FILE.to_owned()),
    };
    let wrong = |cause: config::ConfigError| ConfigError::Wrong { file: name.clone(), cause: cause.to_string() };
    let mut builder = config::Config::builder().add_source(config::File::from_str(&text, config::FileFormat::Toml));
    let mut unknown = Vec::new();
    let mut set = BTreeMap::new();
    for (variable, value) in variables.filter(|(variable, _)| variable.starts_with("DUOLOGUE_")) {
        let key = variable["DUOLOGUE_".len()..].to_lowercase().replace('_', "-");
        if KEYS.contains(&key.as_str()) {
            builder = builder
                .set_override(format!("duologue.{key}"), value.clone())
                .map_err(|cause| ConfigError::Variable { variable: variable.clone(), cause: cause.to_string() })?;
            set.insert(variable, value);
        } else if !OTHER_VARIABLES.contains(&variable.as_str()) {
            unknown.push(variable);
        }
    }
    let file: File = builder.build().map_err(wrong)?.try_deserialize().map_err(wrong)?;
    let site = file.package.metadata.leptos;
    let leptos = LeptosOptions::builder()
        .output_name(site.output_name)
        .site_root(find_site(&site.site_root, found.as_deref()).display().to_string())
        .site_pkg_dir(site.site_pkg_dir)
        .site_addr(site.site_addr)
        .hash_files(site.hash_files && hash_file().is_some_and(|path| path.exists()))
        .env(if site.env.eq_ignore_ascii_case("DEV") { leptos::config::Env::DEV } else { leptos::config::Env::PROD })
        .build();
    Ok((Settings { config: file.duologue, leptos }, unknown))
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

fn is_loopback(address: IpAddr) -> bool {
    address.to_canonical().is_loopback()
}

fn beside_binary() -> Option<PathBuf> {
    Some(std::env::current_exe().ok()?.parent()?.to_path_buf())
}

/// Where cargo-leptos leaves the hashes of the site's files.
fn hash_file() -> Option<PathBuf> {
    Some(beside_binary()?.join("hash.txt"))
}

/// `Leptos.toml` here, beside the binary, or at the top of the tree that the binary was built in.
fn find_file() -> Option<PathBuf> {
    let beside = beside_binary();
    [
        Some(PathBuf::from("Leptos.toml")),
        beside.as_ref().map(|folder| folder.join("Leptos.toml")),
        beside.as_ref().map(|folder| folder.join("../../Leptos.toml")),
    ]
    .into_iter()
    .flatten()
    .find(|path| path.is_file())
}

/// The folder of the page's files: as the file says, from here, from where the file stands, or beside the binary.
fn find_site(root: &Path, file: Option<&Path>) -> PathBuf {
    let beside = beside_binary();
    [
        Some(root.to_path_buf()),
        file.and_then(Path::parent).map(|folder| folder.join(root)),
        beside.as_ref().map(|folder| folder.join("site")),
        beside.as_ref().map(|folder| folder.join("../site")),
    ]
    .into_iter()
    .flatten()
    .find(|path| path.is_dir())
    .unwrap_or_else(|| root.to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, variables: &[(&str, &str)]) -> Result<(Settings, Vec<String>), String> {
        let folder = tempfile::tempdir().expect("a folder for the file");
        let path = folder.path().join("Leptos.toml");
        std::fs::write(&path, text).expect("the file is written");
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        load(Some(&path), variables).map_err(|error| error.to_string())
    }

    #[test]
    fn the_file_states_every_default() {
        let (settings, _) = read(DEFAULT_FILE, &[]).unwrap();
        assert_eq!(settings.config, Config::default());
        for key in KEYS {
            assert!(DEFAULT_FILE.contains(&format!("{key} =")), "Leptos.toml does not speak of {key}");
        }
    }

    #[test]
    fn the_file_agrees_with_what_cargo_leptos_builds() {
        let manifest = include_str!("../../Cargo.toml");
        for key in ["output-name", "site-root", "site-pkg-dir", "site-addr", "hash-files"] {
            let line = |text: &str| text.lines().find(|line| line.starts_with(&format!("{key} ="))).map(str::to_owned);
            assert_eq!(line(DEFAULT_FILE), line(manifest), "{key}");
        }
    }

    #[test]
    fn an_unknown_key_is_named() {
        let error = read(&format!("{DEFAULT_FILE}\nstoer = \"x\"\n"), &[]).unwrap_err();
        assert!(error.contains("stoer") && error.contains("Leptos.toml"), "{error}");
    }

    #[test]
    fn a_variable_overrules_the_file_and_an_unknown_one_is_told() {
        let variables = [("DUOLOGUE_ENTRIES_BURST", "7"), ("DUOLOGUE_ENTIRES", "1"), ("DUOLOGUE_LISTEN", "x")];
        let (settings, unknown) = read(DEFAULT_FILE, &variables).unwrap();
        assert_eq!(settings.config.entries_burst, 7);
        assert_eq!(unknown, ["DUOLOGUE_ENTIRES"]);
    }

    #[test]
    fn beyond_loopback_the_host_must_choose() {
        let (mut settings, _) = read(DEFAULT_FILE, &[]).unwrap();
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
