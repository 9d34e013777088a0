//! Starting: what keeps a server from it is said in one sentence that names the thing.

mod support;

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
};

use support::server::{Exit, Options, Server, refused};
use tempfile::TempDir;

/// The start failed, and stderr is one sentence with this in it.
fn assert_says(exit: &Exit, thing: &str) {
    assert!(matches!(exit.status.code(), Some(1 | 2)), "{exit:?}");
    let lines: Vec<&str> = exit.stderr.lines().filter(|line| !line.trim().is_empty()).collect();
    assert_eq!(lines.len(), 1, "one sentence, not {lines:?}");
    assert!(lines[0].contains(thing), "{:?} does not name {thing:?}", lines[0]);
    assert!(!lines[0].contains("panicked"), "{:?}", lines[0]);
}

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

/// The repository's own Leptos.toml with these lines at the head of its `[duologue]` table.
fn config(folder: &Path, lines: &str) -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("Leptos.toml");
    let text = fs::read_to_string(own).expect("Leptos.toml is there");
    let keys: Vec<&str> = lines.lines().filter_map(|line| line.split(" =").next()).collect();
    let mut table = String::new();
    let mut found = false;
    for line in text.lines() {
        // A key that is given here takes the place of the file's own.
        let key = line.split('=').next().unwrap_or_default().trim();
        if !keys.contains(&key) {
            table.push_str(line);
            table.push('\n');
        }
        if line.trim() == "[duologue]" {
            table.push_str(lines);
            table.push('\n');
            found = true;
        }
    }
    assert!(found, "Leptos.toml has a [duologue] table");
    let path = folder.join("Changed.toml");
    fs::write(&path, table).expect("the folder can be written");
    path
}

fn refused_with(listen: &str, limits: &'static str, lines: &str) -> Exit {
    let folder = folder();
    let config = Some(config(folder.path(), lines));
    let options = Options { listen: listen.into(), limits, config, ..Options::default() };
    refused(&options, &folder.path().join("data"))
}

#[test]
fn a_wrong_key_in_the_file_is_named() {
    assert_says(&refused_with("127.0.0.1:0", "off", "stoer = \"x\""), "stoer");
}

#[test]
fn a_wrong_value_in_the_file_is_named() {
    assert_says(&refused_with("127.0.0.1:0", "off", "registration = \"perhaps\""), "registration");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = folder();
    let missing = folder.path().join("Missing.toml");
    let options = Options { config: Some(missing.clone()), ..Options::default() };
    assert_says(&refused(&options, &folder.path().join("data")), &missing.display().to_string());
}

#[test]
fn a_busy_port_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let options = Options { listen: address.clone(), ..Options::default() };
    assert_says(&refused(&options, folder().path()), &address);
}

#[test]
fn a_data_folder_that_cannot_be_made_is_named() {
    // Below a regular file, so that it fails for root as well.
    let folder = folder();
    let file = folder.path().join("file");
    fs::write(&file, "in the way").expect("the folder can be written");
    let data = file.join("data");
    assert_says(&refused(&Options::default(), &data), &data.display().to_string());
}

/// The data folder is one server's own; several nodes keep nothing in it.
fn one_node() -> Options {
    Options { nodes: 1, ..Options::default() }
}

#[test]
fn a_second_server_on_the_same_data_is_refused() {
    let server = Server::start_with(one_node());
    assert_says(&refused(&Options::default(), server.data()), &server.data().display().to_string());
}

#[tokio::test]
async fn the_first_server_goes_on_when_a_second_is_refused() {
    let server = Server::start_with(one_node());
    let second = refused(&Options::default(), server.data());
    assert!(!second.status.success(), "{second:?}");
    assert_eq!(server.get("/readyz").status().await, 200);
    server.register("ann").await;
}

#[test]
fn a_store_or_bus_that_is_none_is_named_and_its_password_is_not() {
    for (line, thing) in [
        ("store = \"mysql://ann:secret@host/x\"", "mongodb://host:27017/duologue"),
        ("store = \"mongodb://\"", "mongodb://host:27017/duologue"),
        ("bus = \"nats://:secret@host\"", "redis://host:6379/0"),
        ("bus = \"redis://:secret@host:port\"", "redis://host:6379/0"),
        ("metrics = \"0.0.0.0:9464\"", "127.0.0.1:9464"),
        ("metrics = \"here\"", "127.0.0.1:9464"),
    ] {
        let exit = refused_with("127.0.0.1:0", "off", line);
        assert_says(&exit, thing);
        assert!(!exit.stderr.contains("secret"), "{}", exit.stderr);
    }
}

#[test]
fn a_store_that_cannot_be_reached_is_said() {
    let line = "store = \"mongodb://127.0.0.1:1/x?serverSelectionTimeoutMS=300\"";
    assert_says(&refused_with("127.0.0.1:0", "off", line), "the store cannot be reached");
}

#[test]
fn limits_stay_on_where_strangers_can_come() {
    let lines = "registration = \"closed\"\norigin = \"https://chat.example\"";
    assert_says(&refused_with("0.0.0.0:0", "off", lines), "limits");
}

#[test]
fn who_may_register_must_be_chosen_where_strangers_can_come() {
    assert_says(&refused_with("0.0.0.0:0", "on", "origin = \"https://chat.example\""), "registration");
}

#[test]
fn the_own_origin_must_be_said_where_strangers_can_come() {
    assert_says(&refused_with("0.0.0.0:0", "on", "registration = \"closed\""), "origin");
}

#[tokio::test]
async fn an_unknown_variable_is_warned_of_and_nothing_more() {
    let environment = vec![("DUOLOGUE_STOER", "x".to_owned())];
    let mut server = Server::start_with(Options { environment, ..Options::default() });
    assert_eq!(server.get("/readyz").status().await, 200);
    server.terminate();
    let exit = server.exited().await;
    assert_eq!(exit.status.code(), Some(0), "{exit:?}");
    assert!(exit.stderr.contains("DUOLOGUE_STOER"), "{exit:?}");
}

#[tokio::test]
async fn a_server_that_was_killed_in_its_first_moment_starts_clean() {
    let mut server = Server::start();
    server.kill();
    server.restart();
    server.register("ann").await;
    server.restart();
    assert_eq!(server.sign_in("ann").await.name, "ann");
}
