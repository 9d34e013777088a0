//! The command line beside a running server: what it changes is seen there, and what it cannot do is said in a sentence.

mod support;

use serde_json::json;
use support::{
    command,
    server::{Options, PASSWORD, Server, program},
    socket::Socket,
};
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("a temporary folder can be made")
}

async fn signs_in(server: &Server, name: &str, password: &str) -> u16 {
    server.post("/api/login").json(&json!({"username": name, "password": password})).send().await.status
}

#[tokio::test]
async fn an_account_that_is_added_can_sign_in_at_once() {
    let server = Server::start();
    let added = server.command_with(&["user", "add", "Ann", "--name", "Ann A.", "--password-stdin"], PASSWORD).done();
    assert_eq!(added, "ann can sign in\n");
    assert_eq!(server.sign_in("ann").await.name, "ann");
    let again = |name: &str, password: &str| server.command_with(&["user", "add", name, "--password-stdin"], password);
    again("ANN", PASSWORD).refused("Somebody has this name");
    again("bob", "short").refused("at least 10 characters");
    again("a b", PASSWORD).refused("without spaces");
    again("admin", PASSWORD).refused("kept for the house");
    let list = server.command(&["user", "list"]).done();
    let fields: Vec<Vec<&str>> = list.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(fields.len(), 1, "{list}");
    assert_eq!((fields[0][0], fields[0][1], fields[0][4]), ("ann", "Ann A.", "open"), "{list}");
}

/// Who meets several nodes has to wait for the re-check of each.
#[tokio::test]
async fn a_new_password_ends_every_session_within_a_second() {
    let server = Server::start_with(Options::alone());
    let ann = server.register("ann").await;
    let mut socket = Socket::open(&server, &ann).await;
    let new = "a wet dog in the hall";
    let said = server.command_with(&["user", "password", "ann", "--password-stdin"], new).done();
    assert_eq!(said, "ann has a new password, and is signed out of 1 sessions\n");
    assert_eq!(socket.closed().await, 4401);
    assert_eq!(signs_in(&server, "ann", PASSWORD).await, 401);
    assert_eq!(signs_in(&server, "ann", new).await, 200);
}

#[tokio::test]
async fn a_disabled_account_is_out_and_takes_no_messages() {
    let server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("").await;
    let mut anns = Socket::open(&server, &ann).await;
    let mut bobs = Socket::open(&server, &bob).await;
    anns.say("1", "bob", "before").await;
    bobs.say("1", "ann", "before").await;
    server.command(&["user", "disable", "bob"]).done();
    assert_eq!(bobs.closed().await, 4401);
    let send = json!({"type": "send", "id": "2", "peer": "bob", "body": "after"});
    anns.refused(send, "not_available").await;
    assert_eq!(signs_in(&server, "bob", PASSWORD).await, 401);
    let list = server.command(&["user", "list"]).done();
    assert!(list.lines().any(|line| line.starts_with("bob\t") && line.ends_with("\tclosed")), "{list}");
    server.command(&["user", "disable", "bob"]).refused("bob: this account is closed");
    server.command(&["user", "disable", "nobody"]).refused("nobody: there is no account");
}

#[tokio::test]
async fn tokens_are_printed_a_line_each_and_nothing_else() {
    let server = Server::start();
    server.register("ann").await;
    server.command(&["token", "bot"]).refused("bot: there is no account of this name");
    let printed = server.command_with(&["token", "ann", "-", "--create"], "bot\n\nother\n").done();
    let lines: Vec<(&str, &str)> = printed.lines().filter_map(|line| line.split_once(' ')).collect();
    assert_eq!(lines.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["ann", "bot", "other"]);
    let mut bot = Socket::open_with_token(&server, lines[1].1).await;
    assert_eq!(bot.welcome["you"]["username"], "bot");
    bot.say("1", "ann", "made by hand").await;
    for password in ["!", "", PASSWORD] {
        assert_eq!(signs_in(&server, "bot", password).await, 401, "{password:?}");
    }
    let set = server.command_with(&["user", "password", "bot", "--password-stdin"], PASSWORD);
    assert_eq!(set.code, Some(0), "{set:?}");
    assert_eq!(signs_in(&server, "bot", PASSWORD).await, 200);
}

#[tokio::test]
async fn commands_make_the_database_where_there_is_none() {
    let data = folder();
    let token = command::on(data.path(), &["token", "--create", "ann"]).done();
    let server = Server::start_in(data, None, Options::alone());
    let ann = Socket::open_with_token(&server, token.trim().split_once(' ').expect("a name and a token").1).await;
    assert_eq!(ann.welcome["you"]["username"], "ann");
}

#[tokio::test]
async fn a_reader_that_goes_away_is_no_defect() {
    let server = Server::start_with(Options::alone());
    server.register("ann").await;
    for arguments in [&["user", "list"][..], &["invite"], &["token", "ann"]] {
        let mut child = program().args(arguments).arg("--data").arg(server.data()).spawn().expect("the binary starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("a child can be waited for");
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {stderr}");
        assert!(stderr.contains("nobody reads") && !stderr.contains("panicked"), "{arguments:?}: {stderr}");
    }
}

#[test]
fn wrong_use_is_2_and_says_how_it_is_used() {
    for arguments in [&["user"][..], &["user", "add"], &["token"], &["frobnicate"], &["serve", "--lisen", "x"]] {
        let ended = command::end(program().args(arguments), "");
        assert_eq!(ended.code, Some(2), "{arguments:?}: {ended:?}");
        assert!(ended.stderr.contains("Usage:"), "{arguments:?}: {ended:?}");
    }
    let ended = command::on(folder().path(), &["user", "add", "ann"]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("--password-stdin"), "{ended:?}");
}

#[test]
fn help_and_completions_know_every_command() {
    let help = command::end(program().arg("--help"), "").done();
    let bash = command::end(program().args(["completions", "bash"]), "").done();
    for name in ["serve", "user", "token", "invite", "backup", "restore", "doctor", "migrate", "completions"] {
        assert!(help.contains(&format!("\n  {name} ")), "{name} is not in {help}");
        assert!(bash.contains(name), "{name} is not completed");
        let own = command::end(program().args([name, "--help"]), "").done();
        assert!(own.contains("Usage:"), "{own}");
    }
}
