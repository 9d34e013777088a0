//! A client as the tutorials have their readers write it: an address with a token in it, and frames of JSON.

use futures_util::SinkExt;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{WebSocketStream, tungstenite::Message};

use crate::support::{
    PATIENCE,
    server::{Account, Server},
    socket::{dial, read},
    within,
};

pub struct Caller {
    stream: WebSocketStream<TcpStream>,
    /// What is refused in this dialect, and by whose refusal all before it is known to be done.
    nonsense: Value,
    account: String,
}

impl Caller {
    /// Connects, and takes the channel of the account.
    pub async fn with_channel(server: &Server, account: &Account) -> Self {
        let mut caller = Self::channel(server, account).await;
        caller.takes_channel().await;
        assert_eq!(caller.next().await, json!({"code": "1", "msg": "Channel Creation Successful"}));
        caller
    }

    pub async fn channel(server: &Server, account: &Account) -> Self {
        Self::open(server, "channel", account, json!({"type": "nonsense"})).await
    }

    pub async fn pair(server: &Server, account: &Account) -> Self {
        Self::open(server, "pair", account, json!({"userId": account.name})).await
    }

    async fn open(server: &Server, dialect: &str, account: &Account, nonsense: Value) -> Self {
        let token = server.token(account).await;
        let address = server.address_of(server.node_of(&account.name));
        // What a page sends that is a file.
        let headers = [("origin", "null"), ("sec-fetch-site", "cross-site")];
        let stream = dial(address, &format!("/dialect/{dialect}?token={token}"), &headers).await;
        Self { stream, nonsense, account: account.name.clone() }
    }

    pub async fn takes_channel(&mut self) {
        self.says(json!({"type": "get-pass", "userId": self.account})).await;
    }

    /// Sends over the channel dialect.
    pub async fn enters(&mut self, to: &str, content: &str, time: Value) {
        let own = &self.account;
        let frame = json!({"type": "get-enter", "userId": own, "toId": to, "msgUserId": own, "content": content, "createTime": time});
        self.says(frame).await;
    }

    /// Announces a pair, with a message or without.
    pub async fn announces(&mut self, target: &str, message: Option<&str>) {
        let mut frame = json!({"userId": self.account, "targetId": target});
        if let Some(message) = message {
            frame["message"] = message.into();
        }
        self.says(frame).await;
    }

    pub async fn says(&mut self, frame: Value) {
        self.says_text(&frame.to_string()).await;
    }

    pub async fn says_text(&mut self, text: &str) {
        within(PATIENCE, "room to write", self.stream.send(Message::text(text))).await.expect("the socket is open");
    }

    pub async fn next(&mut self) -> Value {
        match within(PATIENCE, "a frame", read(&mut self.stream)).await {
            Ok(frame) => frame,
            Err(code) => panic!("closed with {code} instead of a frame"),
        }
    }

    /// All that comes before the refusal of some nonsense that is said now.
    pub async fn so_far(&mut self) -> Vec<Value> {
        self.says(self.nonsense.clone()).await;
        let mut seen = Vec::new();
        loop {
            let frame = self.next().await;
            if frame.get("code").is_some_and(|code| code != "1") || frame.get("error").is_some() {
                return seen;
            }
            seen.push(frame);
        }
    }

    /// Closes as a page does that is left, and waits for the other side to have heard it.
    pub async fn leaves(mut self) {
        within(PATIENCE, "a close", async {
            self.stream.close(None).await.expect("the socket is open");
            while read(&mut self.stream).await.is_ok() {}
        })
        .await;
    }
}
