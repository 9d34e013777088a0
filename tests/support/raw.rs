//! A socket below the rules: its frames are written byte by byte, and it may choose never to read.

use std::io;

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

use super::{
    PATIENCE,
    http::{Request, read_reply},
    server::{Account, Server},
    within,
};

pub const CONTINUATION: u8 = 0x0;
pub const TEXT: u8 = 0x1;
pub const BINARY: u8 = 0x2;
pub const CLOSE: u8 = 0x8;
pub const PING: u8 = 0x9;
pub const PONG: u8 = 0xA;
pub const FIN: u8 = 0x80;

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

pub struct RawSocket {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl RawSocket {
    pub async fn open(server: &Server, account: &Account) -> Self {
        let line = within(PATIENCE, "a line", TcpStream::connect(server.address())).await;
        Self::shake_hands(line.expect("the server accepts"), server, account).await
    }

    /// On a line of which the server keeps what is not read.
    pub async fn open_narrow(server: &Server, account: &Account) -> Self {
        Self::shake_hands(line(server, 4096).await, server, account).await
    }

    async fn shake_hands(mut stream: TcpStream, server: &Server, account: &Account) -> Self {
        within(PATIENCE, "an open socket", async {
            stream.set_nodelay(true).expect("no delay");
            let request = Request::handshake(server.address()).signed_in(account);
            stream.write_all(&request.bytes()).await.expect("the request is taken");
            let (reply, unread) = read_reply(&mut stream).await.expect("the handshake is answered");
            assert_eq!(reply.status, 101, "{}", reply.body);
            Self { stream, unread }
        })
        .await
    }

    /// Writes bytes as they are. An error means that the server has let go.
    pub async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        within(PATIENCE, "room to write", self.stream.write_all(bytes)).await
    }

    /// The next frame as its first byte and its payload; `None` at the end of the line.
    pub async fn frame(&mut self) -> Option<(u8, Vec<u8>)> {
        loop {
            if let Some((first, start, end)) = frame_at(&self.unread) {
                let payload = self.unread[start..end].to_vec();
                self.unread.drain(..end);
                return Some((first, payload));
            }
            if self.stream.read_buf(&mut self.unread).await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    /// Reads until a text frame of this type.
    pub async fn expect(&mut self, kind: &str) -> Value {
        within(PATIENCE, kind, async {
            loop {
                let (first, payload) = self.frame().await.expect("the line is open");
                assert_ne!(first & 0x0f, CLOSE, "closed with {} instead of {kind}", close_code(&payload));
                if first & 0x0f == TEXT {
                    let frame: Value = serde_json::from_slice(&payload).expect("a text frame is JSON");
                    if frame["type"] == kind {
                        return frame;
                    }
                }
            }
        })
        .await
    }

    /// Reads until the end and gives the close code; 1006 where the line was cut without one.
    pub async fn closed(&mut self) -> u16 {
        within(PATIENCE, "the end of the connection", async {
            while let Some((first, payload)) = self.frame().await {
                if first & 0x0f == CLOSE {
                    return close_code(&payload);
                }
            }
            1006
        })
        .await
    }

    /// Reads until the end of the line, after a close frame as well.
    pub async fn ended(&mut self) {
        within(PATIENCE, "the end of the line", async { while self.frame().await.is_some() {} }).await;
    }
}

/// A line with a receive buffer of so many bytes: with few of them, what is not read soon waits at the server.
pub async fn line(server: &Server, receive_buffer: u32) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket can be made");
    socket.set_recv_buffer_size(receive_buffer).expect("a receive buffer can be small");
    within(PATIENCE, "a line", socket.connect(server.address())).await.expect("the server accepts")
}

/// A masked frame: `first` is the FIN and RSV bits and the opcode.
pub fn masked(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut frame = header(first, payload.len() as u64);
    frame.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    frame
}

/// The head of a masked frame that declares a length, without its payload.
pub fn header(first: u8, length: u64) -> Vec<u8> {
    let mut head = vec![first];
    match (u8::try_from(length), u16::try_from(length)) {
        (Ok(short @ ..=125), _) => head.push(0x80 | short),
        (_, Ok(medium)) => {
            head.push(0x80 | 126);
            head.extend(medium.to_be_bytes());
        }
        _ => {
            head.push(0x80 | 127);
            head.extend(length.to_be_bytes());
        }
    }
    head.extend(MASK);
    head
}

/// A close frame's payload.
pub fn closing(code: u16, reason: &[u8]) -> Vec<u8> {
    [&code.to_be_bytes(), reason].concat()
}

/// Where the first whole frame of a server lies: its first byte, and the range of its payload.
fn frame_at(bytes: &[u8]) -> Option<(u8, usize, usize)> {
    let (first, second) = (*bytes.first()?, *bytes.get(1)?);
    assert_eq!(second & 0x80, 0, "a server's frame is never masked");
    let (length, start) = match second {
        126 => (u64::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)), 4),
        127 => (u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?), 10),
        short => (u64::from(short), 2),
    };
    let end = start + usize::try_from(length).ok()?;
    (bytes.len() >= end).then_some((first, start, end))
}

fn close_code(payload: &[u8]) -> u16 {
    payload.get(..2).map_or(1005, |code| u16::from_be_bytes([code[0], code[1]]))
}
