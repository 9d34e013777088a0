//! `duologue migrate`: everything arrives as it was, what was broken off goes on, and nothing is written over.

#[path = "../support/mod.rs"]
mod support;
mod there_and_back;
mod world;

use std::path::Path;

use support::server::{Options, Server, program};
use tempfile::TempDir;
use world::World;

struct Ended {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

fn migrate(from: &str, to: &str, fault: Option<&str>) -> Ended {
    let mut command = program();
    command.args(["migrate", "--from", from, "--to", to]);
    command.envs(fault.map(|fault| ("DUOLOGUE_FAULT", fault)));
    let output = command.output().expect("the binary starts");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
}

fn moved(world: &World, from: &str, to: &str) {
    let ended = migrate(from, to, None);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.ends_with("the two hold the same\n"), "{}", ended.stdout);
    for (what, count) in
        [("accounts", 3), ("conversations", 3), ("entries", world.entries), ("sessions", 3), ("invitations", 1)]
    {
        let line = format!("{what}: {count} (SHA-256 ");
        assert!(ended.stdout.contains(&line), "{line:?} is not in {}", ended.stdout);
    }
}

/// It is refused with this sentence, and alone.
fn refused(from: &str, to: &str, sentence: &str) {
    let ended = migrate(from, to, None);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert_eq!(ended.stderr.trim().lines().count(), 1, "{}", ended.stderr);
    assert!(ended.stderr.contains(sentence), "{}", ended.stderr);
}

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.display())
}

#[tokio::test]
async fn all_that_a_folder_holds_is_found_in_another_and_that_is_not_written_over() {
    let mut server = Server::start_with(Options::alone());
    let world = World::make(&server).await;
    let before = world.seen(&server).await;
    let (source, target) = (sqlite(server.data()), folder());
    refused(&source, &sqlite(target.path()), "another duologue server is using");
    server.kill();
    moved(&world, &source, &sqlite(target.path()));
    refused(&source, &sqlite(target.path()), "the target is not empty");
    refused(&source, &source, "the target is the source");
    let wrong = migrate(&source, "mysql://here", None);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("--to") && wrong.stderr.contains("sqlite:FOLDER"), "{}", wrong.stderr);
    refused(&sqlite(&target.path().join("none")), &source, "there is no database in");
    let server = Server::start_in(target, None, Options::alone());
    assert_eq!(world.seen(&server).await, before);
    world.goes_on(&server).await;
}

/// Debug builds alone know the fault.
#[cfg(debug_assertions)]
#[tokio::test]
async fn what_was_broken_off_goes_on_where_it_stopped() {
    let mut server = Server::start_with(Options::alone());
    let world = World::make(&server).await;
    let before = world.seen(&server).await;
    server.kill();
    let (source, target) = (sqlite(server.data()), folder());
    // Each goes over the accounts again and then one page further: the notes, and the two pages of a log.
    for pages in 1..=3 {
        let ended = migrate(&source, &sqlite(target.path()), Some("exit-in-migration:2"));
        assert_eq!(ended.code, Some(75), "{pages}: {}", ended.stderr);
    }
    let served = support::server::refused(&Options::alone(), target.path());
    assert!(served.stderr.contains("half filled"), "{}", served.stderr);
    let elsewhere = folder();
    refused(&sqlite(target.path()), &sqlite(elsewhere.path()), "the source is itself only half filled");
    let mut other = Server::start_with(Options::alone());
    other.kill();
    refused(&sqlite(other.data()), &sqlite(target.path()), "half filled from another store");
    moved(&world, &source, &sqlite(target.path()));
    let server = Server::start_in(target, None, Options::alone());
    assert_eq!(world.seen(&server).await, before);
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn what_changed_meanwhile_is_taken_along_or_found_out() {
    let mut server = Server::start_with(Options::alone());
    let world = World::make(&server).await;
    server.kill();
    let (source, target) = (sqlite(server.data()), folder());
    // The first page of the log, and what comes last.
    for (pages, changes) in [(3, true), (5, false)] {
        let fault = format!("exit-in-migration:{pages}");
        assert_eq!(migrate(&source, &sqlite(target.path()), Some(&fault)).code, Some(75));
        server.restart();
        if changes {
            world.deletes(&server, 10).await
        } else {
            world.signs_out(&server).await
        }
        server.kill();
    }
    refused(&source, &sqlite(target.path()), "the two differ in their sessions: 2 (SHA-256 ");
}
