//! A client of the bench: a socket with a token, and just as much of the frames as is measured.

use std::{borrow::Cow, net::SocketAddr};

use futures_util::{FutureExt, SinkExt, StreamExt};
use serde::Deserialize;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        Error, Message, Utf8Bytes,
        client::IntoClientRequest,
        http::{HeaderValue, header::AUTHORIZATION},
    },
};

use super::super::failure::{Failure, Result};

/// Who takes part.
#[derive(Clone, Debug)]
pub struct Account {
    pub name: String,
    pub token: String,
}

pub struct Client {
    socket: WebSocketStream<TcpStream>,
}

/// A frame of the server, as far as it is measured.
#[derive(Deserialize)]
pub struct Heard<'a> {
    #[serde(borrow)]
    pub r#type: Cow<'a, str>,
    #[serde(borrow)]
    pub id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub entry: Option<Entry<'a>>,
    #[serde(borrow, default)]
    pub entries: Vec<Entry<'a>>,
    pub complete: Option<bool>,
    #[serde(borrow)]
    pub message: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub struct Entry<'a> {
    pub seq: u64,
    #[serde(borrow)]
    pub body: Option<Cow<'a, str>>,
}

impl<'a> Heard<'a> {
    pub fn read(text: &'a str) -> Result<Self> {
        serde_json::from_str(text).map_err(|cause| broken(format!("it sent what is no frame: {cause}")))
    }
}

impl Client {
    /// Connects and hears the welcome.
    pub async fn open(address: SocketAddr, account: &Account) -> Result<Self> {
        let refused = |cause: Error| broken(format!("{} cannot connect: {cause}", account.name));
        let mut request = format!("ws://{address}/ws").into_client_request().map_err(refused)?;
        let bearer = HeaderValue::from_str(&format!("Bearer {}", account.token));
        request.headers_mut().insert(AUTHORIZATION, bearer.map_err(|_| broken("a token is no token"))?);
        let stream = TcpStream::connect(address).await.map_err(|cause| broken(cause.to_string()))?;
        stream.set_nodelay(true).map_err(|cause| broken(cause.to_string()))?;
        let (socket, _) = client_async(request, stream).await.map_err(refused)?;
        let mut client = Self { socket };
        client.next().await?;
        Ok(client)
    }

    /// Puts a frame behind those that `flush` sends.
    pub async fn feed(&mut self, frame: String) -> Result<()> {
        self.socket.feed(Message::text(frame)).await.map_err(|cause| broken(cause.to_string()))
    }

    pub async fn flush(&mut self) -> Result<()> {
        self.socket.flush().await.map_err(|cause| broken(cause.to_string()))
    }

    /// The next frame. Cancel safe.
    pub async fn next(&mut self) -> Result<Utf8Bytes> {
        loop {
            match self.socket.next().await {
                Some(Ok(Message::Text(text))) => return Ok(text),
                Some(Ok(Message::Close(why))) => return Err(broken(format!("it closed a connection: {why:?}"))),
                Some(Ok(_)) => {}
                Some(Err(cause)) => return Err(broken(cause.to_string())),
                None => return Err(broken("it closed a connection")),
            }
        }
    }

    /// Asks, and waits for the answer of that type. What comes in between is for nobody.
    pub async fn ask(&mut self, frame: String, answer: &str) -> Result<Utf8Bytes> {
        self.feed(frame).await?;
        self.flush().await?;
        loop {
            let text = self.next().await?;
            let heard = Heard::read(&text)?;
            if heard.r#type == answer {
                return Ok(text);
            }
            if heard.r#type == "error" {
                return Err(broken(heard.message.unwrap_or_default()));
            }
        }
    }

    /// The next frame, if one is there already.
    pub fn try_next(&mut self) -> Result<Option<Utf8Bytes>> {
        self.next().now_or_never().transpose()
    }
}

pub fn broken(what: impl Into<String>) -> Failure {
    Failure::Refused(format!("the server did not hold out: {}", what.into()))
}
