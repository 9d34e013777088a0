//! A data folder in which ann and bob have accounts and have talked, made once and copied for each try: registering takes
//! longer than all that is tried.

use std::{fs, path::Path};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    server::{Account, Options, Server},
    socket::Socket,
};

pub struct Prepared {
    folder: TempDir,
    pub ann: Account,
    pub bob: Account,
    /// How many entries they have.
    pub head: u64,
}

impl Prepared {
    /// After so many messages the server ended in order.
    pub async fn with(messages: u64) -> Self {
        let mut server = Server::start_with(Options::alone());
        let (ann, bob) = server.pair("disk").await;
        let mut socket = Socket::open(&server, &ann).await;
        for number in 1..=messages {
            socket.ask(message(&bob, &format!("before-{number}"))).await;
        }
        server.terminate();
        let exit = server.exited().await;
        assert!(exit.status.success(), "{exit:?}");
        Self { folder: server.into_data(), ann, bob, head: messages }
    }

    pub fn copy(&self) -> TempDir {
        copy_of(self.folder.path())
    }
}

/// A data folder with the same files.
pub fn copy_of(folder: &Path) -> TempDir {
    let copy = TempDir::new().expect("a temporary folder can be made");
    for file in fs::read_dir(folder).expect("the folder is there") {
        let file = file.expect("its files are listed");
        fs::copy(file.path(), copy.path().join(file.file_name())).expect("a file can be copied");
    }
    copy
}

/// A message of a few hundred bytes that says which it is.
pub fn message(to: &Account, id: &str) -> Value {
    json!({"type": "send", "id": id, "peer": to.name, "body": format!("{id} {}", "says much ".repeat(30)).trim_end()})
}
