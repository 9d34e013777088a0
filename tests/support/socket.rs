//! One device of one person: a socket that speaks JSON frames and waits for facts.

use std::net::SocketAddr;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{net::TcpStream, time::Instant};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{
        self, Message,
        client::IntoClientRequest,
        http::{HeaderName, HeaderValue},
    },
};

use super::{
    PATIENCE,
    server::{Account, Server},
    within,
};

pub struct Socket {
    pub welcome: Value,
    stream: WebSocketStream<TcpStream>,
    asked: u64,
}

impl Socket {
    /// As a browser would: with cookie and Origin. The welcome has been read.
    pub async fn open(server: &Server, account: &Account) -> Self {
        Self::open_at(server, server.node_of(&account.name), account).await
    }

    pub async fn open_at(server: &Server, node: usize, account: &Account) -> Self {
        let address = server.address_of(node);
        Self::open_with(address, &[("cookie", &account.cookie), ("origin", &format!("http://{address}"))]).await
    }

    /// As a program would: with a token alone.
    pub async fn open_with_token(server: &Server, token: &str) -> Self {
        Self::open_with(server.address(), &[("authorization", &format!("Bearer {token}"))]).await
    }

    /// As a browser would through a proxy that says where it is.
    pub async fn open_from(server: &Server, account: &Account, forwarded: &str) -> Self {
        let address = server.address();
        let origin = format!("http://{address}");
        let headers = [("cookie", &*account.cookie), ("origin", &*origin), ("x-forwarded-for", forwarded)];
        Self::open_with(address, &headers).await
    }

    /// The same, where the server may be gone before the welcome came.
    pub async fn try_open(address: SocketAddr, account: &Account) -> Option<Self> {
        let origin = format!("http://{address}");
        let headers = [("cookie", &*account.cookie), ("origin", &*origin)];
        let stream = within(PATIENCE, "an open socket or none", try_dial(address, "/ws", &headers)).await.ok()?;
        let mut socket = Self { welcome: Value::Null, stream, asked: 0 };
        socket.welcome = within(PATIENCE, "a welcome or the end", socket.read()).await.ok()?;
        Some(socket)
    }

    async fn open_with(address: SocketAddr, headers: &[(&'static str, &str)]) -> Self {
        let stream = dial(address, "/ws", headers).await;
        let mut socket = Self { welcome: Value::Null, stream, asked: 0 };
        socket.welcome = socket.next().await;
        assert_eq!(socket.welcome["type"], "welcome", "the first frame was {}", socket.welcome);
        socket
    }

    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        let sent = self.stream.send(Message::text(text));
        within(PATIENCE, "room to write", sent).await.expect("the socket is open");
    }

    /// Whether the line still took it: for tests that cut lines.
    pub async fn try_send(&mut self, frame: &Value) -> bool {
        within(PATIENCE, "room to write", self.stream.send(Message::text(frame.to_string()))).await.is_ok()
    }

    /// Sends a message and gives its `sent`.
    pub async fn say(&mut self, id: &str, peer: &str, body: &str) -> Value {
        self.ask(json!({"type": "send", "id": id, "peer": peer, "body": body})).await
    }

    /// Sends a log-changing frame and gives its `sent`.
    pub async fn ask(&mut self, frame: Value) -> Value {
        let id = frame["id"].clone();
        self.send(frame).await;
        let sent = self.answer().await;
        assert_eq!((&sent["type"], &sent["id"]), (&json!("sent"), &id), "answered with {sent}");
        sent
    }

    /// Sends a frame that is refused, and gives the `error`.
    pub async fn refused(&mut self, frame: Value, code: &str) -> Value {
        self.send(frame.clone()).await;
        let error = self.answer().await;
        assert_eq!((&error["type"], &error["code"]), (&json!("error"), &json!(code)), "{frame} got {error}");
        assert!(error["message"].is_string(), "no message in {error}");
        assert_eq!(error.get("id"), frame.get("id"), "the error names the frame it answers");
        error
    }

    /// The next `sent` or `error`.
    pub async fn answer(&mut self) -> Value {
        self.expect_one_of(&["sent", "error"]).await
    }

    /// Reads until a frame of this type, whatever comes before it.
    pub async fn expect(&mut self, kind: &str) -> Value {
        self.expect_one_of(&[kind]).await
    }

    async fn expect_one_of(&mut self, kinds: &[&str]) -> Value {
        let deadline = Instant::now() + PATIENCE;
        let mut seen = Vec::new();
        loop {
            match tokio::time::timeout_at(deadline, self.read()).await {
                Ok(Ok(frame)) if kinds.iter().any(|kind| frame["type"] == *kind) => return frame,
                Ok(Ok(frame)) => seen.push(frame),
                Ok(Err(code)) => panic!("closed with {code} instead of {kinds:?}, after {seen:?}"),
                Err(_) => panic!("no {kinds:?} within {PATIENCE:?}, but {seen:?}"),
            }
        }
    }

    /// The very next frame.
    pub async fn next(&mut self) -> Value {
        match within(PATIENCE, "a frame", self.read()).await {
            Ok(frame) => frame,
            Err(code) => panic!("closed with {code} instead of a frame"),
        }
    }

    /// Everything that comes before the answer to a `ping` sent now. What had been said before is among it, so a kind
    /// that is missing here was not said.
    pub async fn so_far(&mut self) -> Vec<Value> {
        let id = self.fresh_id();
        self.send(json!({"type": "ping", "id": id})).await;
        let mut seen = Vec::new();
        loop {
            let frame = self.next().await;
            if frame["type"] == "pong" && frame["id"] == id.as_str() {
                return seen;
            }
            seen.push(frame);
        }
    }

    /// The frames of one type among `so_far`.
    pub async fn heard(&mut self, kind: &str) -> Vec<Value> {
        self.so_far().await.into_iter().filter(|frame| frame["type"] == kind).collect()
    }

    /// Asks `history` with these fields.
    pub async fn history(&mut self, mut fields: Value) -> Value {
        fields["type"] = "history".into();
        self.question("history", fields).await
    }

    /// The whole log with a peer, page by page.
    pub async fn log(&mut self, peer: &str) -> Vec<Value> {
        let mut log: Vec<Value> = Vec::new();
        loop {
            let after = log.last().map_or(json!(0), |entry| entry["seq"].clone());
            let page = self.history(json!({"peer": peer, "after": after, "limit": 200})).await;
            let entries = page["entries"].as_array().expect("entries").clone();
            log.extend(entries.iter().cloned());
            if page["complete"] == true {
                return log;
            }
            assert!(!entries.is_empty(), "an empty page that is not complete: {page}");
        }
    }

    pub async fn inbox(&mut self, since: Option<&str>) -> Value {
        let mut fields = json!({"type": "inbox"});
        if let Some(since) = since {
            fields["since"] = since.into();
        }
        self.question("inbox", fields).await
    }

    /// The row of one conversation in a fresh inbox.
    pub async fn row(&mut self, peer: &str) -> Value {
        row_of(&self.inbox(None).await, peer).unwrap_or_else(|| panic!("no conversation with {peer}"))
    }

    async fn question(&mut self, kind: &str, mut frame: Value) -> Value {
        let id = self.fresh_id();
        frame["id"] = id.as_str().into();
        self.send(frame).await;
        let answer = self.expect_one_of(&[kind, "error"]).await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!(kind), &json!(id)), "answered with {answer}");
        answer
    }

    /// Reads until the end and gives the close code; 1006 where the line was cut without one.
    pub async fn closed(&mut self) -> u16 {
        within(PATIENCE, "the end of the connection", async {
            loop {
                if let Err(code) = self.read().await {
                    return code;
                }
            }
        })
        .await
    }

    /// The next frame, or how the connection ended.
    pub async fn read(&mut self) -> Result<Value, u16> {
        read(&mut self.stream).await
    }

    fn fresh_id(&mut self) -> String {
        self.asked += 1;
        format!("asked-{}", self.asked)
    }
}

/// Opens a socket at a path of the server, with these headers beside those of the handshake.
pub async fn dial(address: SocketAddr, target: &str, headers: &[(&'static str, &str)]) -> WebSocketStream<TcpStream> {
    within(PATIENCE, "an open socket", try_dial(address, target, headers)).await.expect("the handshake is accepted")
}

/// The same, where nobody may listen.
async fn try_dial(
    address: SocketAddr,
    target: &str,
    headers: &[(&'static str, &str)],
) -> tungstenite::Result<WebSocketStream<TcpStream>> {
    let mut request = format!("ws://{address}{target}").into_client_request().expect("a good address");
    for (name, value) in headers {
        let value = HeaderValue::from_str(value).expect("a plain value");
        request.headers_mut().insert(HeaderName::from_static(name), value);
    }
    let tcp = TcpStream::connect(address).await?;
    tcp.set_nodelay(true)?;
    Ok(client_async(request, tcp).await?.0)
}

/// The next frame, or how the connection ended.
pub async fn read(stream: &mut WebSocketStream<TcpStream>) -> Result<Value, u16> {
    loop {
        match stream.next().await {
            Some(Ok(Message::Text(text))) => {
                return Ok(serde_json::from_str(&text).unwrap_or_else(|error| panic!("{error} in {text}")));
            }
            Some(Ok(Message::Close(frame))) => return Err(frame.map_or(1005, |frame| frame.code.into())),
            Some(Ok(Message::Binary(_))) => panic!("the server sent a binary frame"),
            Some(Ok(_)) => {}
            Some(Err(_)) | None => return Err(1006),
        }
    }
}

/// The row of one conversation.
pub fn row_of(inbox: &Value, peer: &str) -> Option<Value> {
    inbox["conversations"].as_array()?.iter().find(|row| row["peer"] == peer).cloned()
}
