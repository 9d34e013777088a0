//! A client as `docs/protocol.md` wants it, with everything that it lives through written down: it keeps what was not
//! answered and sends it again with the same id, fills holes from the log, and comes back from its last number.
//!
//! What it writes is up to whoever drives it; the line may break at any moment.

use std::{collections::VecDeque, net::SocketAddr};

use serde_json::{Value, json};

use super::{
    LONG_PATIENCE,
    checker::{
        entry::Entry,
        record::{Record, is_to_be_repeated},
    },
    server::Account,
    socket::Socket,
    within,
};

/// A frame of the server, and the try that it answered.
pub struct Heard {
    pub frame: Value,
    pub tried: Option<Value>,
}

/// The line broke, with this close code; 1006 without one.
#[derive(Clone, Copy, Debug)]
pub struct Broken(pub u16);

pub struct Client {
    pub record: Record,
    account: Account,
    /// `None` while there is no line.
    socket: Option<Socket>,
    /// Not answered yet, in the order of the first tries. The first `under_way` of them were sent on this line.
    waiting: VecDeque<Value>,
    under_way: usize,
    /// The last entry that this client has heard of.
    head: u64,
    /// A `history` is asked for.
    is_asking: bool,
    since: Option<String>,
    /// What it was told of marks before it asked for the inbox that is under way.
    marks_before: [(u64, u64); 2],
    asked: u64,
}

impl Client {
    /// `name` tells the devices of a person apart.
    pub fn new(account: &Account, peer: &str, name: &str) -> Self {
        Self {
            record: Record::new(&account.name, peer, name),
            account: account.clone(),
            socket: None,
            waiting: VecDeque::new(),
            under_way: 0,
            head: 0,
            is_asking: false,
            since: None,
            marks_before: [(0, 0); 2],
            asked: 0,
        }
    }

    /// How much is to be answered still.
    pub fn waits_for(&self) -> usize {
        self.waiting.len()
    }

    pub fn peer(&self) -> &str {
        &self.record.device.peer
    }

    /// Opens a line and asks for what was missed: the log from the last held entry on, and the inbox. False where there is
    /// nobody to speak to.
    pub async fn comes_back(&mut self, address: SocketAddr) -> bool {
        self.leaves();
        let Some(socket) = Socket::try_open(address, &self.account).await else { return false };
        self.socket = Some(socket);
        self.asks_history().await.is_ok() && self.asks_inbox().await.is_ok()
    }

    /// Lets go of the line without a word.
    pub fn leaves(&mut self) {
        self.socket = None;
        self.under_way = 0;
        self.is_asking = false;
    }

    /// Makes a log-changing frame ready to be sent, behind those that wait.
    pub fn writes(&mut self, frame: Value) {
        self.waiting.push_back(frame);
    }

    /// Sends what waits, with at most `window` unanswered.
    pub async fn sends(&mut self, window: usize) -> Result<(), Broken> {
        while self.under_way < window.min(self.waiting.len()) {
            let frame = self.waiting[self.under_way].clone();
            self.record.tries(&frame);
            self.says(&frame).await?;
            self.under_way += 1;
        }
        Ok(())
    }

    /// Says that all that is held is stored here, and where asked that it was read.
    pub async fn marks(&mut self, has_read: bool) -> Result<(), Broken> {
        let kind = if has_read { "read" } else { "delivered" };
        let mark = json!({"type": kind, "peer": self.peer(), "seq": self.record.held.len()});
        self.says(&mark).await
    }

    /// Reads a frame, does what it asks for, and gives it.
    pub async fn hears(&mut self) -> Result<Heard, Broken> {
        let Some(socket) = &mut self.socket else { return Err(Broken(1006)) };
        let frame = match within(LONG_PATIENCE, "a frame or the end", socket.read()).await {
            Ok(frame) => frame,
            Err(code) => {
                self.leaves();
                return Err(Broken(code));
            }
        };
        let is_of_peer = frame["peer"] == self.record.device.peer.as_str();
        let mut tried = None;
        match frame["type"].as_str() {
            // What cannot be read now is asked for on the next line.
            Some("error") if is_question(&frame) && is_to_be_repeated(frame["code"].as_str().unwrap_or_default()) => {
                self.leaves();
                return Err(Broken(1006));
            }
            Some("sent" | "error") => tried = self.takes_answer(&frame).await?,
            Some("entry") if is_of_peer => self.takes(Entry::read(&frame["entry"])).await?,
            Some("history") if is_of_peer => self.takes_page(&frame).await?,
            Some("inbox") => self.takes_inbox(&frame).await?,
            Some("receipt") if is_of_peer => {
                let (delivered, read) = (number(&frame, "delivered"), number(&frame, "read"));
                self.record.saw_marks(frame["by"].as_str().unwrap_or_default(), delivered, read, None);
            }
            Some("resync") => {
                self.asks_history().await?;
                self.asks_inbox().await?;
            }
            _ => {}
        }
        Ok(Heard { frame, tried })
    }

    /// Reads until everything that was said so far was heard, and no hole is left. Nothing is asked for unless a hole shows:
    /// what comes live must be enough.
    pub async fn settles(&mut self) -> Result<(), Broken> {
        let id = self.fresh_id();
        self.says(&json!({"type": "ping", "id": id})).await?;
        let mut has_heard = false;
        while !has_heard || self.is_asking || self.record.held.len() < place(self.head) {
            let Heard { frame, .. } = self.hears().await?;
            has_heard |= frame["type"] == "pong" && frame["id"] == id.as_str();
        }
        Ok(())
    }

    async fn takes_answer(&mut self, answer: &Value) -> Result<Option<Value>, Broken> {
        let Some(id) = answer["id"].as_str() else { return Ok(None) };
        if self.waiting.front().is_none_or(|frame| frame["id"] != id) {
            let words = format!("{answer} came before the answer to {:?}", self.waiting.front());
            self.record.contradictions.push(words);
            return Ok(None);
        }
        let Some(frame) = self.waiting.pop_front() else { return Ok(None) };
        self.under_way -= 1;
        let attempt = self.record.answered(answer).expect("it was tried");
        let (words, id) = (attempt.words.clone(), attempt.id.clone());
        if let Some(code) = answer["code"].as_str() {
            if is_to_be_repeated(code) {
                self.waiting.push_back(frame.clone());
            }
            return Ok(Some(frame));
        }
        let (seq, at) = (number(answer, "seq"), number(answer, "at"));
        let from = self.account.name.clone();
        self.takes(Entry { seq, at, from, id, words }).await?;
        Ok(Some(frame))
    }

    /// An entry that came live, or one's own by its `sent`.
    async fn takes(&mut self, entry: Entry) -> Result<(), Broken> {
        self.head = self.head.max(entry.seq);
        if place(entry.seq) <= self.record.held.len() + 1 {
            self.record.saw(entry);
            return Ok(());
        }
        if self.is_asking { Ok(()) } else { self.asks_history().await }
    }

    async fn takes_page(&mut self, page: &Value) -> Result<(), Broken> {
        self.is_asking = false;
        for entry in page["entries"].as_array().into_iter().flatten() {
            self.record.saw(Entry::read(entry));
        }
        let head = number(page, "head");
        self.record.saw_head(head);
        self.head = self.head.max(head);
        let is_whole = self.record.held.len() >= place(self.head);
        if is_whole { Ok(()) } else { self.asks_history().await }
    }

    async fn takes_inbox(&mut self, inbox: &Value) -> Result<(), Broken> {
        self.since = inbox["since"].as_str().map(str::to_owned);
        let peer = self.record.device.peer.clone();
        let rows = inbox["conversations"].as_array().into_iter().flatten();
        for row in rows.filter(|row| row["peer"] == peer.as_str()) {
            let [mine, theirs] = self.marks_before;
            let (delivered, read) = (number(row, "delivered"), number(row, "read"));
            self.record.saw_marks(&self.account.name, delivered, read, Some(mine));
            let (delivered, read) = (number(row, "peer_delivered"), number(row, "peer_read"));
            self.record.saw_marks(&peer, delivered, read, Some(theirs));
            self.head = self.head.max(number(row, "head"));
        }
        if inbox["more"] == true {
            return self.asks_inbox().await;
        }
        let is_whole = self.is_asking || self.record.held.len() >= place(self.head);
        if is_whole { Ok(()) } else { self.asks_history().await }
    }

    /// Asks for what comes after the last but one: the last must be the same as before.
    async fn asks_history(&mut self) -> Result<(), Broken> {
        self.is_asking = true;
        let (id, after) = (self.fresh_id(), self.record.held.len().saturating_sub(1));
        let asked = json!({"type": "history", "id": id, "peer": self.peer(), "after": after, "limit": 200});
        self.says(&asked).await
    }

    async fn asks_inbox(&mut self) -> Result<(), Broken> {
        let whose = [self.account.name.clone(), self.peer().to_owned()];
        self.marks_before = whose.map(|whose| self.record.highest_marks(&whose));
        let mut asked = json!({"type": "inbox", "id": self.fresh_id()});
        if let Some(since) = &self.since {
            asked["since"] = since.as_str().into();
        }
        self.says(&asked).await
    }

    async fn says(&mut self, frame: &Value) -> Result<(), Broken> {
        let Some(socket) = &mut self.socket else { return Err(Broken(1006)) };
        // Where the line does not take it, why is among what was not read yet.
        let _ = socket.try_send(frame).await;
        Ok(())
    }

    fn fresh_id(&mut self) -> String {
        self.asked += 1;
        format!("{QUESTION}{}", self.asked)
    }
}

/// What the ids of questions begin with, and no id of a try.
const QUESTION: &str = "asked-";

fn is_question(answer: &Value) -> bool {
    answer["id"].as_str().is_some_and(|id| id.starts_with(QUESTION))
}

fn number(value: &Value, field: &str) -> u64 {
    value[field].as_u64().unwrap_or_else(|| panic!("no {field} in {value}"))
}

fn place(seq: u64) -> usize {
    usize::try_from(seq).unwrap_or(usize::MAX)
}
