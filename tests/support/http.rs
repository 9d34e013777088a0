//! HTTP/1.1 by hand, so that a test can send what no client library would: two Hosts, no Host, a foreign Origin.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{LONG_PATIENCE, server::Account, within};

/// The key of RFC 6455, section 1.3, whose answer is known.
pub const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
pub const ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

#[derive(Clone)]
pub struct Request {
    pub address: SocketAddr,
    version: &'static str,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Request {
    pub fn new(address: SocketAddr, method: &str, target: &str) -> Self {
        let request = Self {
            address,
            version: "HTTP/1.1",
            method: method.to_owned(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
        };
        request.with("host", &address.to_string()).with("connection", "close")
    }

    /// An upgrade to the socket, complete but for Origin and identity.
    pub fn handshake(address: SocketAddr) -> Self {
        Self::new(address, "GET", "/ws")
            .set("connection", "Upgrade")
            .with("upgrade", "websocket")
            .with("sec-websocket-version", "13")
            .with("sec-websocket-key", KEY)
    }

    /// The same at another path.
    pub fn to(mut self, target: &str) -> Self {
        target.clone_into(&mut self.target);
        self
    }

    pub fn by(mut self, method: &str) -> Self {
        method.clone_into(&mut self.method);
        self
    }

    pub fn over(self, version: &'static str) -> Self {
        Self { version, ..self }
    }

    /// Adds a header, beside one of the same name if there is one.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(present, _)| present != name);
        self
    }

    pub fn set(self, name: &str, value: &str) -> Self {
        self.without(name).with(name, value)
    }

    pub fn own_origin(self) -> Self {
        let origin = format!("http://{}", self.address);
        self.set("origin", &origin)
    }

    /// As a browser on our page would: the cookie and the server's own Origin.
    pub fn signed_in(self, account: &Account) -> Self {
        self.own_origin().set("cookie", &account.cookie)
    }

    pub fn bearer(self, token: &str) -> Self {
        self.set("authorization", &format!("Bearer {token}"))
    }

    pub fn json(self, value: &Value) -> Self {
        self.body("application/json", value.to_string().as_bytes())
    }

    pub fn form(self, fields: &[(&str, &str)]) -> Self {
        let fields: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        self.body("application/x-www-form-urlencoded", fields.join("&").as_bytes())
    }

    pub fn body(self, content_type: &str, body: &[u8]) -> Self {
        Self { body: body.to_vec(), ..self.set("content-type", content_type) }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut text = format!("{} {} {}\r\n", self.method, self.target, self.version);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        let is_sized = self.headers.iter().any(|(name, _)| name == "content-length" || name == "transfer-encoding");
        if !is_sized && (self.method == "POST" || !self.body.is_empty()) {
            text.push_str(&format!("content-length: {}\r\n", self.body.len()));
        }
        [text.as_bytes(), b"\r\n", &self.body].concat()
    }

    pub async fn send(&self) -> Reply {
        exchange(self.address, &self.bytes()).await.expect("the server answers before it closes")
    }

    pub async fn status(&self) -> u16 {
        self.send().await.status
    }
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(present, _)| present == name).map(|(_, value)| value.as_str())
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.body))
    }

    /// The whole `Set-Cookie` of the session.
    pub fn set_cookie(&self) -> Option<&str> {
        self.set_cookie_of("session")
    }

    /// The whole `Set-Cookie` of a name.
    pub fn set_cookie_of(&self, name: &str) -> Option<&str> {
        let mut cookies =
            self.headers.iter().filter(|(header, _)| header == "set-cookie").map(|(_, value)| value.as_str());
        cookies.find(|cookie| cookie.split('=').next() == Some(name))
    }

    /// `session=VALUE`, as the next request sends it.
    pub fn cookie(&self) -> Option<String> {
        self.set_cookie()?.split(';').next().map(str::to_owned)
    }
}

/// Sends bytes as they are. `None` where the server closed without an answer.
pub async fn exchange(address: SocketAddr, bytes: &[u8]) -> Option<Reply> {
    within(LONG_PATIENCE, "an HTTP answer", async {
        let mut stream = TcpStream::connect(address).await.expect("the server accepts");
        // It may refuse and close before it has read all.
        let _ = stream.write_all(bytes).await;
        read_reply(&mut stream).await.map(|(reply, _)| reply)
    })
    .await
}

/// Reads one answer, and what came behind it: after a 101 that is the first frame.
pub async fn read_reply(stream: &mut TcpStream) -> Option<(Reply, Vec<u8>)> {
    let mut bytes = Vec::new();
    let head_end = loop {
        if let Some(position) = find(&bytes, b"\r\n\r\n") {
            break position + 4;
        }
        if stream.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    };
    let head = String::from_utf8_lossy(&bytes[..head_end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let mut body = bytes.split_off(head_end);
    let mut reply = Reply { status, headers, body: String::new() };
    if matches!(status, 101 | 204 | 304) {
        return Some((reply, body));
    }
    let length = reply.header("content-length").and_then(|length| length.parse::<usize>().ok());
    let is_chunked = reply.header("transfer-encoding").is_some_and(|encoding| encoding.contains("chunked"));
    loop {
        let is_whole = length.is_some_and(|length| body.len() >= length) || is_chunked && body.ends_with(b"0\r\n\r\n");
        if is_whole || stream.read_buf(&mut body).await.unwrap_or(0) == 0 {
            break;
        }
    }
    let body = if is_chunked { dechunked(&body) } else { body };
    reply.body = String::from_utf8_lossy(&body).into_owned();
    Some((reply, Vec::new()))
}

fn dechunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(line_end) = find(rest, b"\r\n") {
        let size = String::from_utf8_lossy(&rest[..line_end]);
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let (start, end) = (line_end + 2, line_end + 2 + size);
        if size == 0 || end > rest.len() {
            break;
        }
        body.extend_from_slice(&rest[start..end]);
        rest = rest.get(end + 2..).unwrap_or_default();
    }
    body
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
