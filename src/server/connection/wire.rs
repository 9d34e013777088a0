//! Our own protocol on a connection: it reads frames, carries them out in their order, and writes answers and news.
//!
//! Writes to the log may be under way together, up to `UNDER_WAY`: their answers come in their order, and a group commit
//! takes them in one go. Everything else waits until they are answered.

use std::{convert::Infallible, future::Future, pin::Pin};

use axum::extract::ws::{Utf8Bytes, WebSocket};
use futures_util::{FutureExt, StreamExt, stream::FuturesOrdered};
use tokio::time::Instant;

use super::{
    Connection, Speaker,
    flood::BadFrames,
    line::{AT_ONCE, Cut, Socket},
};
use crate::{
    protocol::{
        client::{self, ClientFrame},
        code::{CloseCode, ErrorCode},
        limits::Limits,
        server::{ServerFrame, Welcome, You},
    },
    server::{
        command::{self, Outcome},
        fault,
    },
};

/// The most writes of one connection that are under way; until one is answered, its next frame is not read.
const UNDER_WAY: usize = 64;

type Pending = Pin<Box<dyn Future<Output = Outcome> + Send>>;

pub struct Wire<S = WebSocket> {
    connection: Connection<S>,
    you: You,
    answers: FuturesOrdered<Pending>,
    /// What was read while writes were under way, and must not be carried out before they are answered.
    held: Option<ClientFrame>,
    bad_frames: BadFrames,
}

impl<S: Socket> Speaker for Wire<S> {
    type Socket = S;

    fn connection(&mut self) -> &mut Connection<S> {
        &mut self.connection
    }

    async fn talk(&mut self) -> Result<Infallible, Cut> {
        let house = &self.connection.context.house;
        let limits = Limits { connections: house.settings.connections_per_account as u64, ..Limits::default() };
        let welcome = Welcome { version: 1, you: self.you.clone(), now: house.now(), limits };
        self.connection.line.write([ServerFrame::Welcome(welcome).encode().into()]).await?;
        loop {
            let reads = self.held.is_none() && self.answers.len() < UNDER_WAY;
            let Connection { line, queue, session, context } = &mut self.connection;
            tokio::select! {
                biased;
                code = line.ending.wait() => return Err(Cut::Ours(code)),
                Some(outcome) = self.answers.next(), if !self.answers.is_empty() => self.answer(outcome).await?,
                text = queue.next() => self.pass_on(text).await?,
                message = line.socket.next(), if reads => {
                    if let Some(text) = line.take(message)? {
                        self.obey(&text).await?;
                    }
                }
                _ = line.heartbeat.tick() => line.feel_pulse(&context.house, *session).await?,
            }
            if self.answers.is_empty()
                && let Some(frame) = self.held.take()
            {
                let outcome = command::apply(&self.connection.context, frame).await;
                self.answer(outcome).await?;
            }
        }
    }

    /// Tells what was committed for a connection that is gone: its peer must hear of it all the same.
    async fn settle_rest(&mut self) {
        while let Some(outcome) = self.answers.next().await {
            self.connection.context.settle(outcome);
        }
    }
}

impl<S: Socket> Wire<S> {
    pub fn new(connection: Connection<S>, you: You) -> Self {
        let (answers, bad_frames) = (FuturesOrdered::new(), BadFrames::default());
        Self { connection, you, answers, held: None, bad_frames }
    }

    async fn obey(&mut self, text: &str) -> Result<(), Cut> {
        assert!(fault::at("panic-at-frame").is_none_or(|marked| !text.contains(marked)), "a test asked for this");
        match client::decode(text) {
            Err(malformed) => {
                // Its answer keeps its place behind those under way.
                let outcome = command::refuse_malformed(malformed);
                self.answers.push_back(std::future::ready(outcome).boxed());
            }
            Ok(frame) if command::is_write(&frame) => {
                let context = self.connection.context.clone();
                let mut pending: Pending = Box::pin(async move { command::apply(&context, frame).await });
                // The first poll puts it into the store's queue, before the next frame is read.
                let pending = match futures_util::poll!(&mut pending) {
                    std::task::Poll::Ready(outcome) => std::future::ready(outcome).boxed(),
                    std::task::Poll::Pending => pending,
                };
                self.answers.push_back(pending);
            }
            Ok(frame) if self.answers.is_empty() => {
                let is_deaf = matches!(frame, ClientFrame::Inbox(_)) && fault::is_mutant("inbox-before-join");
                let outcome = command::apply(&self.connection.context, frame).await;
                if is_deaf {
                    // As if it joined the hub only now.
                    tokio::time::sleep(10 * fault::DAWDLE).await;
                    while self.connection.queue.try_next().is_some() {}
                }
                self.answer(outcome).await?;
            }
            Ok(frame) => self.held = Some(frame),
        }
        Ok(())
    }

    /// Writes an answer and those that are ready behind it.
    async fn answer(&mut self, first: Outcome) -> Result<(), Cut> {
        let mut texts: Vec<Utf8Bytes> = Vec::new();
        let mut next = Some(first);
        let mut cut = None;
        while let Some(outcome) = next {
            if let Some(frame) = self.connection.context.settle(outcome) {
                let is_bad = matches!(&frame, ServerFrame::Error(refused) if refused.code == ErrorCode::BadFrame);
                texts.push(frame.encode().into());
                if is_bad && self.bad_frames.is_over(Instant::now()) {
                    cut = Some(Cut::Ours(CloseCode::BadFrames));
                    break;
                }
            }
            next = if texts.len() < AT_ONCE { self.answers.next().now_or_never().flatten() } else { None };
        }
        self.connection.line.write(texts).await?;
        cut.map_or(Ok(()), Err)
    }

    /// Writes a piece of news and those that wait behind it.
    async fn pass_on(&mut self, first: Utf8Bytes) -> Result<(), Cut> {
        let mut texts = vec![first];
        while texts.len() < AT_ONCE
            && let Some(text) = self.connection.queue.try_next()
        {
            texts.push(text);
        }
        self.connection.line.write(texts).await
    }
}
