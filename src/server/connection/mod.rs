//! One open socket: it reads frames, carries them out in their order, and writes answers and news. One task each.
//!
//! Writes to the log may be under way together, up to `UNDER_WAY`: their answers come in their order, and a group commit
//! takes them in one go. Everything else waits until they are answered. No socket is touched anywhere else.

mod close;
mod flood;
mod line;

use std::{future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc, time::Duration};

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use futures_util::{FutureExt, StreamExt, stream::FuturesOrdered};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use self::{
    flood::{BadFrames, Flood},
    line::{Cut, Line},
};
use crate::{
    protocol::{
        client::{self, ClientFrame},
        code::{CloseCode, ErrorCode},
        limits::Limits,
        server::{ServerFrame, Welcome, You},
    },
    server::{
        command::{self, Context, Outcome},
        fault,
        house::SharedHouse,
        hub::{Ending, Joined, Queue, presence},
        store::{self, Session, SessionKey},
    },
};

/// The most writes of one connection that are under way; until one is answered, its next frame is not read.
const UNDER_WAY: usize = 64;
/// How often a silent line is asked whether it lives, and the store whether its session does. One that answers nothing until
/// the second time is cut.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// The most frames that are written in one go.
const AT_ONCE: usize = 64;

type Pending = Pin<Box<dyn Future<Output = Outcome> + Send>>;

/// Serves a socket until it ends, whichever side ends it.
pub async fn serve(socket: WebSocket, house: SharedHouse, session: Session) {
    let Some(joined) = house.hub.join(&session.username, session.key) else {
        tracing::warn!(user = %session.username, "there are as many connections as this server has room for");
        return Line::new(socket, Ending::default()).farewell(Cut::Ours(CloseCode::Overloaded)).await;
    };
    // Who ended the session since the upgrade was allowed has found no connection to close.
    match house.store.session(session.key).await {
        Ok(_) => {}
        Err(store::Error::NotFound) => joined.ending.close(CloseCode::SessionEnded),
        Err(_) => joined.ending.close(CloseCode::Overloaded),
    }
    let id = joined.id;
    tracing::info!(user = %session.username, connection = ?id, "connected");
    presence::arrive(&house, &session.username, &joined).await;
    let username = session.username.clone();
    let mut connection = Connection::new(socket, house.clone(), session, joined);
    // A defect of ours ends this connection and no other.
    let cut = AssertUnwindSafe(connection.run()).catch_unwind().await.unwrap_or(Cut::Ours(CloseCode::Internal));
    tracing::info!(user = %username, connection = ?id, ?cut, "disconnected");
    // The account is away from here on, however long the farewell takes.
    presence::depart(&house, username, id).await;
    connection.settle_rest().await;
    connection.line.farewell(cut).await;
}

struct Connection {
    line: Line,
    queue: Queue,
    context: Arc<Context>,
    you: You,
    session: SessionKey,
    answers: FuturesOrdered<Pending>,
    /// What was read while writes were under way, and must not be carried out before they are answered.
    held: Option<ClientFrame>,
    flood: Flood,
    bad_frames: BadFrames,
    heartbeat: Interval,
    is_silent: bool,
}

impl Connection {
    fn new(socket: WebSocket, house: SharedHouse, session: Session, joined: Joined) -> Self {
        let mut heartbeat = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            line: Line::new(socket, joined.ending),
            queue: joined.queue,
            flood: Flood::new(house.is_limited()),
            context: Arc::new(Context::new(house, session.username.clone(), Some(joined.id))),
            session: session.key,
            you: You { username: session.username, name: session.name },
            answers: FuturesOrdered::new(),
            held: None,
            bad_frames: BadFrames::default(),
            heartbeat,
            is_silent: false,
        }
    }

    async fn run(&mut self) -> Cut {
        match self.talk().await {
            Ok(never) => match never {},
            Err(cut) => cut,
        }
    }

    /// Tells what was committed for a connection that is gone: its peer must hear of it all the same.
    async fn settle_rest(&mut self) {
        while let Some(outcome) = self.answers.next().await {
            self.context.settle(outcome);
        }
    }

    async fn talk(&mut self) -> Result<std::convert::Infallible, Cut> {
        let house = &self.context.house;
        let limits = Limits { connections: house.settings.connections_per_account as u64, ..Limits::default() };
        let welcome = Welcome { version: 1, you: self.you.clone(), now: house.now(), limits };
        self.line.write([ServerFrame::Welcome(welcome).encode().into()]).await?;
        loop {
            let reads = self.held.is_none() && self.answers.len() < UNDER_WAY;
            tokio::select! {
                biased;
                code = self.line.ending.wait() => return Err(Cut::Ours(code)),
                Some(outcome) = self.answers.next(), if !self.answers.is_empty() => self.answer(outcome).await?,
                Some(text) = self.queue.next() => self.pass_on(text).await?,
                message = self.line.socket.next(), if reads => self.hear(message).await?,
                _ = self.heartbeat.tick() => self.feel_pulse().await?,
            }
            if self.answers.is_empty()
                && let Some(frame) = self.held.take()
            {
                let outcome = command::apply(&self.context, frame).await;
                self.answer(outcome).await?;
            }
        }
    }

    async fn hear(&mut self, message: Option<Result<Message, axum::Error>>) -> Result<(), Cut> {
        let message = match message {
            None => return Err(Cut::Gone),
            Some(Err(error)) => return Err(close::cut(error)),
            Some(Ok(message)) => message,
        };
        self.is_silent = false;
        let is_control = matches!(message, Message::Ping(_) | Message::Pong(_));
        if self.flood.is_over(is_control, Instant::now()) {
            return Err(Cut::Ours(CloseCode::Flooding));
        }
        match message {
            Message::Text(text) => self.obey(text.as_str()).await,
            Message::Binary(_) => Err(Cut::Ours(CloseCode::Binary)),
            Message::Close(_) => Err(Cut::Theirs),
            // Answered by the socket itself.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
        }
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
                let context = self.context.clone();
                let mut pending: Pending = Box::pin(async move { command::apply(&context, frame).await });
                // The first poll puts it into the store's queue, before the next frame is read.
                let pending = match futures_util::poll!(&mut pending) {
                    std::task::Poll::Ready(outcome) => std::future::ready(outcome).boxed(),
                    std::task::Poll::Pending => pending,
                };
                self.answers.push_back(pending);
            }
            Ok(frame) if self.answers.is_empty() => {
                let outcome = command::apply(&self.context, frame).await;
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
            if let Some(frame) = self.context.settle(outcome) {
                let is_bad = matches!(&frame, ServerFrame::Error(refused) if refused.code == ErrorCode::BadFrame);
                texts.push(frame.encode().into());
                if is_bad && self.bad_frames.is_over(Instant::now()) {
                    cut = Some(Cut::Ours(CloseCode::BadFrames));
                    break;
                }
            }
            next = if texts.len() < AT_ONCE { self.answers.next().now_or_never().flatten() } else { None };
        }
        self.line.write(texts).await?;
        cut.map_or(Ok(()), Err)
    }

    /// Writes a piece of news and those that wait behind it.
    async fn pass_on(&mut self, first: Utf8Bytes) -> Result<(), Cut> {
        let mut texts = vec![first];
        while texts.len() < AT_ONCE
            && let Some(text) = self.queue.try_next()
        {
            texts.push(text);
        }
        self.line.write(texts).await
    }

    async fn feel_pulse(&mut self) -> Result<(), Cut> {
        if self.is_silent {
            return Err(Cut::Gone);
        }
        self.is_silent = true;
        self.line.ping().await?;
        // Word of its end may have been lost on the way from another node, and a command line sends none.
        match self.context.house.store.session(self.session).await {
            Err(store::Error::NotFound) => Err(Cut::Ours(CloseCode::SessionEnded)),
            // Who cannot be asked may stay: what they ask for is refused by the same store.
            _ => Ok(()),
        }
    }
}
