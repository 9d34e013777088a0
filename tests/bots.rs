//! The bots of examples/, each as a stranger runs it: they answer what they missed and what comes, each message once,
//! however often they are killed.

mod support;

use std::{
    env,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use serde_json::json;
use support::{
    server::{Account, Server},
    socket::Socket,
};

struct Bot {
    child: Child,
}

impl Bot {
    fn start(mut command: Command, server: &Server, token: &str) -> Self {
        command.env("DUOLOGUE_URL", format!("ws://{}/ws", server.address())).env("DUOLOGUE_TOKEN", token);
        Self { child: command.stdin(Stdio::null()).spawn().expect("the bot can be run") }
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.child.wait().expect("a process that was killed ends");
    }
}

fn house() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn example(name: &str) -> PathBuf {
    house().join("examples").join(name)
}

/// The echoes that stand in the log of a bot's conversation, after `count` of them have come.
async fn echoes(person: &mut Socket, bot: &Account, count: usize) -> Vec<String> {
    loop {
        let log = person.log(&bot.name).await;
        let said = log.iter().filter(|entry| entry["from"] == bot.name.as_str());
        let echoes: Vec<String> = said.map(|entry| entry["body"].as_str().expect("a body").to_owned()).collect();
        if echoes.len() >= count {
            return echoes;
        }
        person.expect("entry").await;
    }
}

/// A bot whose command this makes, and a person who knows no other.
async fn echoes_each_message_once(name: &str, command: impl Fn() -> Command) {
    let server = Server::start();
    let (person, account) = (server.register("bob").await, server.register(name).await);
    let token = server.token(&account).await;
    let mut page = Socket::open(&server, &person).await;
    let mut expected = Vec::new();
    // More than a page of history, sent while it is away.
    for number in 0..60 {
        let body = format!("missed {number}");
        page.say(&format!("missed-{number}"), name, &body).await;
        expected.push(body);
    }
    let bot = Bot::start(command(), &server, &token);
    assert_eq!(echoes(&mut page, &account, 60).await, expected);
    page.say("live", name, "live").await;
    expected.push("live".into());
    assert_eq!(echoes(&mut page, &account, 61).await, expected);
    for round in 0..3 {
        page.say(&format!("before-{round}"), name, &format!("before {round}")).await;
        drop(Bot::start(command(), &server, &token));
        expected.push(format!("before {round}"));
    }
    drop(bot);
    page.ask(json!({"type": "edit", "id": "edit", "peer": name, "of": 1, "body": "better"})).await;
    page.say("deleted", name, "deleted").await;
    let of = page.history(json!({"peer": name})).await["head"].clone();
    page.ask(json!({"type": "delete", "id": "delete", "peer": name, "of": of})).await;
    page.ask(json!({"type": "react", "id": "like", "peer": name, "of": 1, "emoji": "👍"})).await;
    page.say("last", name, "last").await;
    expected.push("last".into());
    let _bot = Bot::start(command(), &server, &token);
    assert_eq!(echoes(&mut page, &account, expected.len()).await, expected);
}

#[tokio::test]
async fn the_bot_in_rust_answers_each_message_once() {
    let built =
        Command::new(env!("CARGO")).args(["build", "--quiet", "--example", "echo"]).current_dir(house()).status();
    assert!(built.expect("cargo runs").success(), "examples/echo.rs is built");
    let target = Path::new(env!("CARGO_BIN_EXE_duologue")).with_file_name("examples").join("echo");
    echoes_each_message_once("rusty", || Command::new(&target)).await;
}

#[tokio::test]
async fn the_bot_in_python_answers_each_message_once() {
    echoes_each_message_once("snake", || {
        let mut command = Command::new(house().join("tools/bots/bin/python"));
        command.arg(example("echo.py"));
        command
    })
    .await;
}

#[tokio::test]
async fn the_bot_in_node_answers_each_message_once() {
    echoes_each_message_once("noddy", || {
        let mut command = Command::new("node");
        command.arg(example("echo.js")).env("NODE_PATH", house().join("end2end/node_modules"));
        command
    })
    .await;
}
