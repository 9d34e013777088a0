//! One open socket: it joins the hub, talks, and leaves. One task each. No socket is touched anywhere else.
//! What is spoken on it is `wire`'s, or that of a `dialect`.

mod close;
mod echo;
mod flood;
mod line;
mod wire;

use std::{convert::Infallible, future::Future, panic::AssertUnwindSafe, pin::Pin, sync::Arc};

use axum::extract::ws::WebSocket;
use futures_util::FutureExt;

pub use self::line::{AT_ONCE, Cut, Line, Socket};
use self::{echo::Echo, wire::Wire};
use crate::{
    protocol::{code::CloseCode, server::You},
    server::{
        command::Context,
        dialect::{Channel, Pair, Translated},
        fault,
        house::SharedHouse,
        hub::{ConnectionId, Ending, Queue, presence},
        store::{self, Session, SessionKey},
    },
};

/// What is spoken on a socket, by the path under which it was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speech {
    Wire,
    Channel,
    Pair,
    /// Of tests alone.
    Echo,
}

impl Speech {
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/ws" => Some(Self::Wire),
            "/dialect/channel" => Some(Self::Channel),
            "/dialect/pair" => Some(Self::Pair),
            path if fault::at("echo-at") == Some(path) => Some(Self::Echo),
            _ => None,
        }
    }

    pub fn is_dialect(self) -> bool {
        self != Self::Wire
    }
}

/// What every connection holds.
pub struct Connection<S = WebSocket> {
    pub line: Line<S>,
    /// News for its account.
    pub queue: Queue,
    pub context: Arc<Context>,
    pub session: SessionKey,
}

/// How a connection is kept up in one speech.
pub trait Speaker: Send {
    type Socket: Socket;

    fn connection(&mut self) -> &mut Connection<Self::Socket>;

    /// Talks until the connection ends.
    fn talk(&mut self) -> impl Future<Output = Result<Infallible, Cut>> + Send;

    /// Finishes what was under way when it ended.
    fn settle_rest(&mut self) -> impl Future<Output = ()> + Send {
        async {}
    }
}

/// What keeps a connection up until it ends, whichever side ends it.
pub type Talk = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Opens a connection over a socket; `None` where it was turned away. What opening needed is not held by the talk: a
/// connection that says nothing is to cost as little as it can.
pub async fn open<S: Socket>(socket: S, speech: Speech, house: SharedHouse, session: Session) -> Option<Talk> {
    let is_limited = house.is_limited();
    let Some(joined) = house.hub.join(&session.username, session.key) else {
        tracing::warn!(user = %session.username, "there are as many connections as this server has room for");
        let mut line = Line::new(socket, ConnectionId::default(), Ending::default(), is_limited);
        line.farewell(Cut::Ours(CloseCode::Overloaded)).await;
        return None;
    };
    // Who ended the session since the upgrade was allowed has found no connection to close.
    match house.store.session(session.key).await {
        Ok(_) => {}
        Err(store::Error::NotFound) => joined.ending.close(CloseCode::SessionEnded),
        Err(_) => joined.ending.close(CloseCode::Overloaded),
    }
    let id = joined.id;
    tracing::info!(user = %session.username, connection = ?id, ?speech, "connected");
    presence::arrive(&house, &session.username, &joined).await;
    let connection = Connection {
        line: Line::new(socket, id, joined.ending, is_limited),
        queue: joined.queue,
        context: Arc::new(Context::new(house, session.username.clone(), Some(id))),
        session: session.key,
    };
    let (house, username) = (connection.context.house.clone(), session.username);
    Some(match speech {
        Speech::Wire => {
            let you = You { username, name: session.name };
            Box::pin(keep_up(Box::new(Wire::new(connection, you)), id))
        }
        Speech::Channel => {
            let channel = Channel::new(house, username, id);
            Box::pin(keep_up(Box::new(Translated::new(connection, channel)), id))
        }
        Speech::Pair => {
            let pair = Pair::new(house, username);
            Box::pin(keep_up(Box::new(Translated::new(connection, pair)), id))
        }
        Speech::Echo => Box::pin(keep_up(Box::new(Echo(connection)), id)),
    })
}

/// Boxed, for a future holds what it takes by value twice.
async fn keep_up(mut speaker: Box<impl Speaker>, id: ConnectionId) {
    // A defect of ours ends this connection and no other.
    let cut = match AssertUnwindSafe(speaker.talk()).catch_unwind().await {
        Ok(Ok(never)) => match never {},
        Ok(Err(cut)) => cut,
        Err(_panic) => Cut::Ours(CloseCode::Internal),
    };
    let context = speaker.connection().context.clone();
    tracing::info!(user = %context.you, connection = ?id, ?cut, "disconnected");
    // The account is away from here on, however long the farewell takes.
    presence::depart(&context.house, context.you.clone(), id).await;
    speaker.settle_rest().await;
    speaker.connection().line.farewell(cut).await;
}
