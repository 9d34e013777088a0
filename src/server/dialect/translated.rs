//! A connection in a dialect: what a client says becomes commands, what comes of them and what others do becomes the
//! dialect's words.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use axum::extract::ws::{Utf8Bytes, WebSocket};
use futures_util::StreamExt;
use tokio::time::{Instant, sleep_until};

use super::{Dialect, Step, follow::Message};
use crate::{
    protocol::{
        client::ClientFrame,
        server::{Refused, Sent, ServerFrame},
    },
    server::{
        account::name,
        command,
        connection::{AT_ONCE, Connection, Cut, Socket, Speaker},
        random,
    },
};

/// The most steps that news is added to while others are done; what comes then stays in the hub's queue, whose bound closes.
const MOST_WAITING: usize = 512;
/// How long until a store that could not answer is asked again, where it does not say so itself.
const AGAIN_MS: u64 = 1000;

pub struct Translated<D, S = WebSocket> {
    connection: Connection<S>,
    dialect: D,
    steps: VecDeque<Step>,
    /// When to ask what was missed.
    due: Option<Instant>,
}

impl<D: Dialect, S: Socket> Speaker for Translated<D, S> {
    type Socket = S;

    fn connection(&mut self) -> &mut Connection<S> {
        &mut self.connection
    }

    async fn talk(&mut self) -> Result<Infallible, Cut> {
        loop {
            let Connection { line, queue, session, context } = &mut self.connection;
            tokio::select! {
                biased;
                code = line.ending.wait() => return Err(Cut::Ours(code)),
                text = queue.next() => self.steps.push_back(Step::Hear(text)),
                message = line.socket.next() => {
                    if let Some(text) = line.take(message)? {
                        let read = self.dialect.read(&text);
                        self.steps.extend(read.unwrap_or_else(|refused| vec![Step::Say(self.dialect.refuse(&refused))]));
                    }
                }
                () = sleep_until(self.due.unwrap_or_else(Instant::now)), if self.due.is_some() => {
                    self.due = None;
                    self.steps.extend(self.dialect.follow().catch_up());
                }
                _ = line.heartbeat.tick() => line.feel_pulse(&context.house, *session).await?,
            }
            self.work_off().await?;
        }
    }

    async fn settle_rest(&mut self) {
        self.dialect.leave();
    }
}

impl<D: Dialect, S: Socket> Translated<D, S> {
    pub fn new(connection: Connection<S>, dialect: D) -> Self {
        Self { connection, dialect, steps: VecDeque::new(), due: None }
    }

    /// Does all steps. What is to be written is written in one go, and before a command that speaks of it.
    async fn work_off(&mut self) -> Result<(), Cut> {
        let mut texts: Vec<Utf8Bytes> = Vec::new();
        while let Some(step) = self.steps.pop_front() {
            match step {
                Step::Say(text) => texts.push(text.into()),
                Step::Tell(message) => texts.push(self.dialect.tell(message).into()),
                Step::Hear(text) => {
                    let steps = self.hear(&text);
                    self.do_first(steps);
                }
                Step::Do(frame) => {
                    self.connection.line.write(std::mem::take(&mut texts)).await?;
                    let outcome = command::apply(&self.connection.context, frame.clone()).await;
                    if let Some(answer) = self.connection.context.settle(outcome) {
                        let steps = self.answer(frame, answer);
                        self.do_first(steps);
                    }
                }
            }
            if texts.len() >= AT_ONCE {
                self.connection.line.write(std::mem::take(&mut texts)).await?;
            }
            while self.steps.len() < MOST_WAITING
                && let Some(text) = self.connection.queue.try_next()
            {
                self.steps.push_back(Step::Hear(text));
            }
        }
        self.connection.line.write(texts).await
    }

    fn do_first(&mut self, steps: Vec<Step>) {
        steps.into_iter().rev().for_each(|step| self.steps.push_front(step));
    }

    fn hear(&mut self, text: &str) -> Vec<Step> {
        match ServerFrame::decode(text) {
            Ok(ServerFrame::Entry { peer, entry }) if self.dialect.is_listening() => {
                self.dialect.follow().entry(peer, entry)
            }
            Ok(ServerFrame::Resync { within_ms }) if self.dialect.is_listening() => {
                let share = u64::from_ne_bytes(random::bytes()) % within_ms.max(1);
                self.ask_again_in(share);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    fn answer(&mut self, asked: ClientFrame, answer: ServerFrame) -> Vec<Step> {
        match (asked, answer) {
            (_, ServerFrame::Inbox(inbox)) => self.dialect.follow().inbox(inbox),
            (_, ServerFrame::History(history)) => self.dialect.follow().history(history),
            (ClientFrame::Send(send), ServerFrame::Sent(sent)) => self.sent(send.body, sent),
            (ClientFrame::Send(_), ServerFrame::Error(refused)) => vec![Step::Say(self.dialect.refuse(&refused))],
            (asked, ServerFrame::Error(refused)) => self.could_not_read(&asked, &refused),
            _ => Vec::new(),
        }
    }

    /// Who sends is told as well: these clients show what comes back.
    fn sent(&mut self, body: String, sent: Sent) -> Vec<Step> {
        let Sent { id, peer, seq, at } = sent;
        let from = self.connection.context.you.clone();
        let after = self.dialect.follow().sent(&peer, seq);
        let mut steps = vec![Step::Tell(Message { id, from, peer, body, at, is_missed: false })];
        steps.extend(after);
        steps
    }

    /// The inbox or a part of a conversation could not be had: it is asked again, unless there is nothing of that name.
    fn could_not_read(&mut self, asked: &ClientFrame, refused: &Refused) -> Vec<Step> {
        if refused.code.is_passing() {
            self.dialect.follow().forget_since();
            self.ask_again_in(refused.retry_after_ms.unwrap_or(AGAIN_MS));
            return Vec::new();
        }
        let ClientFrame::History(history) = asked else { return Vec::new() };
        if let Some(peer) = name::fold(&history.peer) {
            self.dialect.follow().drop(&peer);
        }
        // A message to them is refused by itself, and one error is enough.
        let is_sent_to = |step: &Step| matches!(step, Step::Do(ClientFrame::Send(send)) if send.peer == history.peer);
        if self.steps.iter().any(is_sent_to) { Vec::new() } else { vec![Step::Say(self.dialect.refuse(refused))] }
    }

    fn ask_again_in(&mut self, milliseconds: u64) {
        let due = Instant::now() + Duration::from_millis(milliseconds);
        self.due = Some(self.due.map_or(due, |sooner| sooner.min(due)));
    }
}
