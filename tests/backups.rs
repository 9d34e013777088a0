//! Backup and restore, and what the doctor says.

mod support;

use std::{fs, path::Path};

use serde_json::json;
use support::{
    command,
    server::{Options, Server, program},
    socket::Socket,
};
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path of the tests is text")
}

fn bodies(log: &[serde_json::Value]) -> Vec<&str> {
    log.iter().filter_map(|entry| entry["body"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_while_the_server_writes_holds_all_that_was_answered_before_it() {
    let server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("").await;
    let mut anns = Socket::open(&server, &ann).await;
    for number in 1..=200 {
        anns.say(&number.to_string(), "bob", &format!("before {number}")).await;
    }
    let backups = folder();
    let file = backups.path().join("monday.db");
    let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
    let writing = tokio::spawn(async move {
        let mut number = 1_000;
        while stopped.try_recv().is_err() {
            anns.say(&number.to_string(), "bob", "meanwhile").await;
            number += 1;
        }
        number - 1_000
    });
    let said = tokio::task::block_in_place(|| server.command(&["backup", text(&file)])).done();
    stop.send(()).expect("the writer runs");
    let meanwhile = writing.await.expect("the writer ends");
    assert!(meanwhile > 0, "nothing was written meanwhile");
    assert!(said.contains("2 accounts, 1 conversations,") && said.contains("found whole"), "{said}");

    let restored = folder();
    command::on(restored.path(), &["restore", text(&file)]).done();
    let server = Server::start_in(restored, None, Options::alone());
    let mut bobs = Socket::open(&server, &bob).await;
    let log = bobs.log("ann").await;
    let before: Vec<String> = (1..=200).map(|number| format!("before {number}")).collect();
    assert!(bodies(&log).starts_with(&before.iter().map(String::as_str).collect::<Vec<_>>()));
    assert!(log.len() <= 200 + meanwhile, "{} entries", log.len());
    assert!(log.iter().enumerate().all(|(place, entry)| entry["seq"] == json!(place + 1)), "the log has a hole");
    bobs.say("1", "ann", "it goes on").await;
}

#[tokio::test]
async fn what_is_there_is_never_written_over() {
    let server = Server::start_with(Options::alone());
    server.register("ann").await;
    let backups = folder();
    let file = backups.path().join("a.db");
    fs::write(&file, "something else").expect("the folder can be written");
    server.command(&["backup", text(&file)]).refused("exists: it is not written over");
    assert_eq!(fs::read(&file).expect("it is there"), b"something else");
    let good = backups.path().join("good.db");
    server.command(&["backup", text(&good)]).done();
    command::on(server.data(), &["restore", text(&good)]).refused("another duologue server is using");
    let restored = folder();
    command::on(restored.path(), &["restore", text(&good)]).done();
    command::on(restored.path(), &["restore", text(&good)]).refused("holds a database: it is not written over");
    let names = |folder: &Path| fs::read_dir(folder).expect("a folder").count();
    assert_eq!(names(backups.path()), 2, "something is left beside the copies");
    server.register("bob").await;
}

#[tokio::test]
async fn a_copy_that_is_none_or_damaged_is_not_restored() {
    let server = Server::start_with(Options::alone());
    let (ann, _) = server.pair("").await;
    let mut anns = Socket::open(&server, &ann).await;
    for number in 0..300 {
        anns.say(&number.to_string(), "bob", &"words ".repeat(40)).await;
    }
    let backups = folder();
    let good = backups.path().join("good.db");
    server.command(&["backup", text(&good)]).done();
    let bytes = fs::read(&good).expect("the copy is there");
    let (middle, end) = (bytes.len() / 2, bytes.len());
    let mut zeroed = bytes.clone();
    zeroed[middle..middle + 8_192].fill(0);
    for (name, bytes) in [
        ("text", b"this is no database at all, but long enough to be one".repeat(200)),
        ("empty", Vec::new()),
        ("cut", bytes[..end - 20_480].to_vec()),
        ("zeroed", zeroed),
    ] {
        let (file, target) = (backups.path().join(name), folder());
        fs::write(&file, bytes).expect("the folder can be written");
        let ended = command::on(target.path(), &["restore", text(&file)]);
        assert_eq!(ended.code, Some(1), "{name}: {ended:?}");
        assert!(ended.stderr.starts_with("duologue: ") && !ended.stderr.contains("panicked"), "{name}: {ended:?}");
        assert!(!target.path().join("duologue.db").exists(), "{name}");
    }
}

#[test]
fn backup_and_doctor_make_no_database_and_say_that_there_is_none() {
    let nothing = folder();
    let data = nothing.path().join("data");
    let copy = nothing.path().join("copy.db");
    command::on(&data, &["backup", text(&copy)]).refused("there is no database in");
    command::on(&data, &["restore", text(&copy)]).refused("there is no file");
    let ended = command::on(&data, &["doctor"]);
    assert_eq!(ended.code, Some(1), "{ended:?}");
    assert!(ended.stdout.contains("there is none in"), "{ended:?}");
    assert!(!data.exists() && !copy.exists());
}

/// The line of the doctor that is about this.
fn line<'a>(said: &'a str, what: &str) -> &'a str {
    let about = |line: &&str| line.split_whitespace().nth(1) == Some(what);
    said.lines().find(about).unwrap_or_else(|| panic!("no line is about {what}: {said}"))
}

#[tokio::test]
async fn the_doctor_looks_at_a_running_server() {
    let server = Server::start_with(Options::alone());
    server.register("ann").await;
    let said = server.command(&["doctor", "--site", "."]).done();
    let no_page = server.command(&["doctor", "--site", "./nowhere"]);
    assert!(no_page.code == Some(1) && line(&no_page.stdout, "page").starts_with("BAD"), "{no_page:?}");
    assert!(line(&said, "database").contains("check: ok"), "{said}");
    assert!(line(&said, "SQLite").starts_with("ok") && line(&said, "SQLite").contains("journal wal"), "{said}");
    assert!(line(&said, "space").contains("free") && line(&said, "flush").contains("µs"), "{said}");
    assert!(line(&said, "registration").starts_with("ok"), "{said}");
}

#[tokio::test]
async fn the_doctor_says_what_strangers_could_do() {
    let server = Server::start_with(Options::alone());
    let with = |environment: &[(&str, &str)], arguments: &[&str]| {
        let mut command = program();
        command.arg("doctor").args(arguments).arg("--data").arg(server.data()).envs(environment.iter().copied());
        command::end(&mut command, "")
    };
    let refused = with(&[], &["--listen", "0.0.0.0:3000"]);
    assert_eq!(refused.code, Some(1));
    assert!(line(&refused.stdout, "settings").contains("registration"), "{}", refused.stdout);
    let open = [("DUOLOGUE_ORIGIN", "http://chat.example"), ("DUOLOGUE_REGISTRATION", "open")];
    let said = with(&open, &["--listen", "0.0.0.0:3000"]).stdout;
    assert!(line(&said, "registration").starts_with("mind") && line(&said, "origin").starts_with("mind"), "{said}");
    let safe = [("DUOLOGUE_ORIGIN", "https://chat.example"), ("DUOLOGUE_REGISTRATION", "invite")];
    let said = with(&safe, &[]).stdout;
    assert!(line(&said, "origin").starts_with("ok") && line(&said, "registration").starts_with("ok"), "{said}");
    assert!(line(&said, "proxies").starts_with("mind"), "{said}");
}
