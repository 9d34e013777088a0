//! People who write and read while something fails, as clients that keep to docs/protocol.md.

use std::{
    collections::HashMap,
    pin::pin,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    PATIENCE,
    server::{Account, Server},
    socket::Socket,
    within,
};

/// A client as docs/protocol.md wants it: it fills holes from the log, and asks the log where something may be missing.
pub struct Reader {
    pub socket: Socket,
    peer: String,
    /// The entries in their order, each with the moment at which it came.
    pub log: Vec<(Value, Instant)>,
    pub resyncs: usize,
    pub holes: usize,
}

impl Reader {
    pub async fn at(server: &Server, account: &Account, peer: &Account) -> Self {
        let socket = Socket::open(server, account).await;
        let mut reader = Self { socket, peer: peer.name.clone(), log: Vec::new(), resyncs: 0, holes: 0 };
        reader.catch_up().await;
        reader
    }

    pub async fn catch_up(&mut self) {
        loop {
            let fields = json!({"peer": self.peer, "after": self.log.len(), "limit": 200});
            let page = self.socket.history(fields).await;
            for entry in page["entries"].as_array().expect("entries") {
                self.take(entry.clone());
            }
            if page["complete"] == true {
                return;
            }
        }
    }

    fn take(&mut self, entry: Value) {
        assert_eq!(entry["seq"], self.log.len() as u64 + 1, "{entry}");
        self.log.push((entry, Instant::now()));
    }

    /// Reads until the log has so many entries.
    pub async fn reads(&mut self, count: usize) {
        within(6 * PATIENCE, "the rest of the log", async {
            while self.log.len() < count {
                let frame = self.socket.next().await;
                self.hears(frame).await;
            }
        })
        .await;
    }

    /// Reads while something else goes on, and gives what came of that.
    pub async fn reads_while<T>(&mut self, other: impl Future<Output = T>) -> T {
        let mut other = pin!(other);
        loop {
            // Reading a frame can be left off and taken up again; asking for a page cannot.
            let frame = tokio::select! {
                outcome = &mut other => return outcome,
                frame = self.socket.read() => frame.expect("the line stays open"),
            };
            self.hears(frame).await;
        }
    }

    pub async fn hears(&mut self, frame: Value) {
        match frame["type"].as_str() {
            Some("entry") if frame["peer"] == self.peer.as_str() => {
                let seq = frame["entry"]["seq"].as_u64().expect("a seq");
                match seq.cmp(&(self.log.len() as u64 + 1)) {
                    std::cmp::Ordering::Less => {}
                    std::cmp::Ordering::Equal => self.take(frame["entry"].clone()),
                    std::cmp::Ordering::Greater => {
                        self.holes += 1;
                        self.catch_up().await;
                    }
                }
            }
            Some("resync") => {
                self.resyncs += 1;
                self.catch_up().await;
            }
            _ => {}
        }
    }
}

/// Writes messages one after the other until it is told that it is enough, and gives when each was answered.
pub async fn writes(mut socket: Socket, peer: String, enough: impl Fn(usize) -> bool) -> HashMap<String, Instant> {
    let mut answered = HashMap::new();
    while !enough(answered.len()) {
        let id = format!("m-{}", answered.len());
        let sent = socket.say(&id, &peer, &id).await;
        assert_eq!(sent["seq"], answered.len() as u64 + 1);
        answered.insert(id, Instant::now());
    }
    answered
}

/// How late the entries came, sorted.
pub fn lateness(log: &[(Value, Instant)], answered: &HashMap<String, Instant>) -> Vec<Duration> {
    let mut late: Vec<_> = log
        .iter()
        .map(|(entry, came)| came.saturating_duration_since(answered[entry["id"].as_str().expect("an id")]))
        .collect();
    late.sort();
    late
}
