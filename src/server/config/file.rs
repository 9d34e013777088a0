//! Reading the settings: `Leptos.toml`, overruled by `DUOLOGUE_…` variables, and where the files are.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use leptos::config::LeptosOptions;
use serde::Deserialize;

use super::{Config, ConfigError, Settings};

/// The file as it stands in the repository: the defaults of a server that finds none.
pub const DEFAULT_FILE: &str = include_str!("../../../Leptos.toml");

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

/// As a server has them that finds no file and no variable.
#[cfg(test)]
pub fn defaults() -> Settings {
    let folder = tempfile::tempdir().expect("a folder for the file");
    let path = folder.path().join("Leptos.toml");
    std::fs::write(&path, DEFAULT_FILE).expect("the file is written");
    load(Some(&path), std::iter::empty()).expect("the file of the repository can be read").0
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
        let manifest = include_str!("../../../Cargo.toml");
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
}
