//! Three people and what they said, with one of everything that a store keeps.

use serde_json::{Value, json};

use crate::support::{
    server::{Account, PASSWORD, Server},
    socket::Socket,
};

/// More than are moved in one go.
const MANY: usize = 616;

pub struct World {
    ann: Account,
    bob: Account,
    /// Her account is closed.
    carol: Account,
    /// Of bob's.
    token: String,
    pub entries: usize,
}

impl World {
    pub async fn make(server: &Server) -> Self {
        let [ann, bob, carol] =
            [server.register("ann").await, server.register("bob").await, server.register("carol").await];
        let token = server.token(&bob).await;
        server.command(&["invite"]).done();
        let (mut one, mut other) = (Socket::open(server, &ann).await, Socket::open(server, &bob).await);
        let mut third = Socket::open(server, &carol).await;
        for number in 1..=MANY {
            one.say(&format!("m-{number}"), &bob.name, &format!("number {number}, 你好 👋")).await;
        }
        let to = |peer: &str, mut frame: Value| {
            frame["peer"] = peer.into();
            frame
        };
        let changes = [
            json!({"type": "edit", "id": "e-1", "of": 1, "body": "number one"}),
            json!({"type": "edit", "id": "e-2", "of": 5, "body": "nothing stays"}),
            json!({"type": "delete", "id": "d-1", "of": 5}),
            json!({"type": "send", "id": "n-1", "body": "and back"}),
        ];
        for change in &changes {
            assert_eq!(one.ask(to(&bob.name, change.clone())).await["type"], "sent");
        }
        let answers = [
            json!({"type": "react", "id": "r-1", "of": 2, "emoji": "👍"}),
            json!({"type": "send", "id": "m-1", "body": "to this", "reply_to": 3}),
        ];
        for answer in &answers {
            assert_eq!(other.ask(to(&ann.name, answer.clone())).await["type"], "sent");
        }
        other.send(json!({"type": "read", "peer": ann.name, "seq": 600})).await;
        third.say("m-1", &bob.name, "I am going").await;
        one.say("m-n", &ann.name, "for myself").await;
        let entries = MANY + changes.len() + answers.len() + 2;
        other.so_far().await;
        let close = server.post("/api/close_account").signed_in(&carol).json(&json!({"password": PASSWORD}));
        assert_eq!(close.send().await.status, 200);
        Self { ann, bob, carol, token, entries }
    }

    /// All that its people see, but for what passes: who is online, and since when they are not.
    pub async fn seen(&self, server: &Server) -> Vec<Value> {
        let mut seen = Vec::new();
        for (who, peers) in [(&self.ann, [&self.bob, &self.ann]), (&self.bob, [&self.ann, &self.carol])] {
            let mut socket = Socket::open(server, who).await;
            let mut rows = socket.inbox(None).await["conversations"].take();
            for row in rows.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
                row.retain(|key, _| !["online", "last_seen"].contains(&key.as_str()));
            }
            assert_eq!(rows.as_array().map(Vec::len), Some(2), "{rows}");
            seen.push(rows);
            for peer in peers {
                seen.push(socket.log(&peer.name).await.into());
            }
        }
        seen
    }

    /// Ann takes back what was moved already.
    #[cfg(debug_assertions)]
    pub async fn deletes(&self, server: &Server, of: u64) {
        let mut one = Socket::open(server, &self.ann).await;
        let deletion = json!({"type": "delete", "id": "late", "peer": self.bob.name, "of": of});
        assert_eq!(one.ask(deletion).await["type"], "sent");
    }

    #[cfg(debug_assertions)]
    pub async fn signs_out(&self, server: &Server) {
        assert_eq!(server.post("/api/logout").signed_in(&self.bob).status().await, 200);
    }

    /// They are signed in still, a repeat is known as one, and what is said now comes after it all.
    pub async fn goes_on(&self, server: &Server) {
        let mut one = Socket::open(server, &self.ann).await;
        let mut other = Socket::open_with_token(server, &self.token).await;
        let head = one.row(&self.bob.name).await["head"].as_u64().expect("a head");
        assert_eq!(one.say("m-7", &self.bob.name, "number 7, 你好 👋").await["seq"], 7);
        let other_words = json!({"type": "send", "id": "m-7", "peer": self.bob.name, "body": "another"});
        one.refused(other_words, "conflict").await;
        assert_eq!(other.say("n-2", &self.ann.name, "here").await["seq"], head + 1);
        assert_eq!(one.expect("entry").await["entry"]["body"], "here");
        assert_eq!(one.row(&self.bob.name).await["unread"], 2, "the one that was not read before, and this");
        let taken = server.post("/api/register").json(&json!({"username": "carol", "password": PASSWORD}));
        assert_eq!(taken.send().await.status, 409);
    }
}
