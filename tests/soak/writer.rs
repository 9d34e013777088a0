//! A device that never rests: it writes, edits, deletes, reacts, marks, repeats what was answered, leaves and comes back.
//! What it does follows from its seed.

use std::{net::SocketAddr, sync::Arc};

use serde_json::{Value, json};

use crate::{
    load::Load,
    support::{
        client::{Broken, Client, Heard},
        seed::Seed,
        server::Account,
    },
};

/// How many of its own a device remembers, to edit, delete or repeat one.
const REMEMBERED: usize = 40;
const EMOJI: [&str; 3] = ["👍", "🎉", "❤️"];

pub struct Writer {
    pub client: Client,
    seed: Seed,
    /// How many of its tries are unanswered at most.
    window: usize,
    made: usize,
    /// The seqs of its own messages that it has not deleted.
    own: Vec<u64>,
    /// What was answered.
    answered: Vec<Value>,
}

impl Writer {
    pub fn new(account: &Account, peer: &str, name: &str, window: usize, seed: Seed) -> Self {
        let client = Client::new(account, peer, name);
        Self { client, seed, window, made: 0, own: Vec::new(), answered: Vec::new() }
    }

    /// Writes until the server is gone, or the load is over and everything is answered.
    pub async fn lives(mut self, address: SocketAddr, load: Arc<Load>) -> Self {
        while self.client.comes_back(address).await {
            match self.writes(&load).await {
                Ok(is_back_soon) if is_back_soon => {}
                Ok(_) => break,
                Err(Broken(code)) => self.client.record.ended(code, load.is_ordered()),
            }
        }
        self
    }

    /// True where it leaves by itself, to come back.
    async fn writes(&mut self, load: &Load) -> Result<bool, Broken> {
        loop {
            while !load.is_over() && self.client.waits_for() < self.window {
                let frame = self.makes_up();
                self.client.writes(frame);
            }
            if self.client.waits_for() == 0 {
                return Ok(false);
            }
            self.client.sends(self.window).await?;
            let Heard { frame, tried } = self.client.hears().await?;
            if let Some(tried) = tried
                && frame["type"] == "sent"
            {
                let is_new = self.client.record.is_new(frame["id"].as_str().unwrap_or_default());
                if is_new && tried["type"] == "send" {
                    load.counts();
                }
                self.learns(tried, &frame);
            }
            if self.seed.is(4) {
                let has_read = self.seed.is(30);
                self.client.marks(has_read).await?;
            }
            if self.seed.below(250) == 0 && !load.is_ordered() {
                return Ok(true);
            }
        }
    }

    fn learns(&mut self, tried: Value, sent: &Value) {
        if tried["type"] == "send" {
            self.own.extend(sent["seq"].as_u64());
        }
        self.answered.push(tried);
        if self.answered.len() > REMEMBERED {
            self.answered.remove(0);
        }
        if self.own.len() > REMEMBERED {
            self.own.remove(0);
        }
    }

    /// The next thing to do.
    fn makes_up(&mut self) -> Value {
        let (choice, own) = (self.seed.below(100), self.seed.below(self.own.len()));
        match choice {
            0..8 if !self.own.is_empty() => self.frame(json!({"type": "edit", "of": self.own[own], "body": "mended"})),
            8..12 if !self.own.is_empty() => {
                let of = self.own.remove(own);
                self.frame(json!({"type": "delete", "of": of}))
            }
            12..20 if !self.client.record.held.is_empty() => {
                // It may be no message, or a deleted one: then it is refused.
                let of = self.seed.below(self.client.record.held.len()) + 1;
                let emoji = EMOJI[self.seed.below(EMOJI.len())];
                self.frame(json!({"type": "react", "of": of, "emoji": emoji}))
            }
            20..24 if !self.answered.is_empty() => self.answered[self.seed.below(self.answered.len())].clone(),
            24..27 => {
                let words = "a long story ".repeat(self.seed.below(500) + 1);
                self.frame(json!({"type": "send", "body": words}))
            }
            _ => self.frame(json!({"type": "send", "body": "a few words"})),
        }
    }

    /// Gives it a peer, an id that nobody had, and a body that nobody else has.
    fn frame(&mut self, mut frame: Value) -> Value {
        self.made += 1;
        let id = format!("{:08}-{}", self.made, self.client.record.device.name);
        if let Some(body) = frame["body"].as_str() {
            frame["body"] = format!("{id}: {body}").trim().into();
        }
        frame["peer"] = self.client.peer().into();
        frame["id"] = id.into();
        frame
    }
}
