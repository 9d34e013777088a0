//! Who takes their time: rows 18, 19, 44 and 45. The times that a test cannot wait for are shortened by a fault, which
//! builds for use do not have.

use std::{fs, time::Duration};

use serde_json::json;
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, Interest},
    net::TcpStream,
    time::interval,
};

use crate::support::{
    LONG_PATIENCE,
    http::Request,
    raw::{FIN, RawSocket, TEXT, line, masked},
    server::{Account, Options, Server},
    socket::Socket,
    within,
};

/// Writes one byte after another, a few in a second, until the server lets go; and gives what it has said.
async fn dribble(stream: &mut TcpStream, bytes: impl Iterator<Item = u8>) -> String {
    // The pace is the test: the rule is about a rate.
    let mut pace = interval(Duration::from_millis(100));
    let mut bytes = bytes.fuse();
    let mut said = Vec::new();
    within(LONG_PATIENCE, "the end of the line", async {
        loop {
            tokio::select! {
                read = stream.read_buf(&mut said) => {
                    if read.unwrap_or(0) == 0 {
                        return;
                    }
                }
                _ = pace.tick() => {
                    if let Some(byte) = bytes.next() {
                        // What was said before the line ended is still to be read.
                        let _ = stream.write_all(&[byte]).await;
                    }
                }
            }
        }
    })
    .await;
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_head_that_comes_byte_by_byte_is_not_waited_for() {
    let server = Server::shared();
    let mut stream = TcpStream::connect(server.address()).await.expect("the server accepts");
    let head = format!("GET /healthz HTTP/1.1\r\nhost: {}\r\n", server.address());
    let said = dribble(&mut stream, head.bytes().chain(b"x: y\r\n".iter().copied().cycle())).await;
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 408"), "{said}");
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn a_form_that_comes_byte_by_byte_is_not_waited_for() {
    let server = hurried("body-within-ms:700");
    let account = server.register("ann").await;
    for target in ["/api/login", "/api/rename", "/settings/token"] {
        let post = Request::new(server.address(), "POST", target).signed_in(&account);
        let head = post.body("application/x-www-form-urlencoded", b"").with("content-length", "60000").bytes();
        let mut stream = TcpStream::connect(server.address()).await.expect("the server accepts");
        stream.write_all(&head).await.expect("the line is open");
        let said = dribble(&mut stream, b"name=".iter().copied().chain(std::iter::repeat(b'x'))).await;
        assert!(said.starts_with("HTTP/1.1 408"), "{target}: {said}");
        assert!(said.to_lowercase().contains("connection: close"), "{target}: {said}");
    }
    assert_eq!(server.get("/api/session").set("cookie", &account.cookie).send().await.json()["name"], "ann");
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn who_answers_no_ping_is_let_go_and_said_to_be_away() {
    let server = hurried("heartbeat-ms:300");
    let (ann, bob) = server.pair("").await;
    let mut one = Socket::open(&server, &ann).await;
    one.say("m-1", &bob.name, "hello").await;
    let mut silent = RawSocket::open(&server, &bob).await;
    while one.expect("presence").await["online"] != true {}
    // Who answers them stays: a client does that while it reads.
    let away = async {
        loop {
            let frame = one.read().await.expect("the line stays open");
            if frame["type"] == "presence" && frame["online"] == false {
                return;
            }
        }
    };
    within(LONG_PATIENCE, "that bob is away", away).await;
    assert_eq!(silent.closed().await, 1006);
}

/// A server whose time goes faster in this place.
fn hurried(fault: &str) -> Server {
    Server::start_with(hurry(fault))
}

fn hurry(fault: &str) -> Options {
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_FAULT", fault.into()));
    options
}

/// More than what the system keeps of an answer for whoever does not read it.
const MUCH: usize = 24 * 1024 * 1024;

/// A server that gives an answer up after so many milliseconds, and the folder of its site with a file as large as `MUCH`.
fn with_much(stall_ms: u64) -> (Server, TempDir) {
    let site = TempDir::new().expect("a temporary folder can be made");
    fs::File::create(site.path().join("much.bin")).and_then(|file| file.set_len(MUCH as u64)).expect("there is room");
    let mut options = hurry(&format!("stall-ms:{stall_ms}"));
    options.environment.push(("DUOLOGUE_SITE", site.path().display().to_string()));
    (Server::start_with(options), site)
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let (server, _site) = with_much(700);
    let mut unread = line(&server, 4096).await;
    unread.write_all(&server.get("/much.bin").bytes()).await.expect("the line is open");
    within(LONG_PATIENCE, "a reset of the line", unread.ready(Interest::ERROR)).await.expect("the system says it");
    let mut taken = Vec::new();
    // What was on its way comes still.
    let end = unread.read_to_end(&mut taken).await;
    assert!(taken.len() < MUCH, "all of it: {end:?}");
    assert_eq!(server.get("/healthz").status().await, 200);
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn an_answer_that_is_read_slowly_comes_to_its_end() {
    /// In 96 pieces, each a while after the other, they take three times as long as an answer may stand still.
    const PIECE: usize = MUCH / 96;
    let (server, _site) = with_much(1600);
    let mut slow = line(&server, PIECE as u32).await;
    slow.write_all(&server.get("/much.bin").bytes()).await.expect("the line is open");
    // The pace is the test: the rule is about a rate.
    let mut pace = interval(Duration::from_millis(50));
    let mut piece = vec![0; PIECE];
    let mut taken = 0;
    within(LONG_PATIENCE, "the end of the answer", async {
        loop {
            pace.tick().await;
            match slow.read_exact(&mut piece).await {
                Ok(read) => taken += read,
                // What is left is less than a piece: as much as the head was long.
                Err(_) => return,
            }
        }
    })
    .await;
    assert_eq!(taken, MUCH);
}

/// What the process has in memory, in KiB.
fn resident(server: &Server) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", server.pid())).expect("the process runs");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("Linux says it");
    line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).expect("a number")
}

/// Sends so many messages of 16 KiB.
async fn says_much(socket: &mut Socket, peer: &Account, messages: std::ops::Range<u64>) {
    let body = "x".repeat(16_384);
    for number in messages {
        socket.send(json!({"type": "send", "id": format!("m-{number}"), "peer": peer.name, "body": body})).await;
        assert_eq!(socket.answer().await["seq"], number + 1);
    }
}

#[tokio::test]
async fn readers_that_never_read_cost_no_more_than_their_queues() {
    const READERS: u64 = 16;
    /// What a queue holds (1 MiB), and what the socket buffers of it while it is written, for each.
    const EACH_KIB: u64 = 3 * 1024;
    let server = Server::start_with(Options::alone());
    let (ann, bob) = server.pair("").await;
    let mut one = Socket::open(&server, &ann).await;
    says_much(&mut one, &bob, 0..64).await;
    let before = resident(&server);
    let mut readers = Vec::new();
    for _ in 0..READERS {
        readers.push(RawSocket::open_narrow(&server, &bob).await);
    }
    // 8 MiB for each of them.
    let mut most = 0;
    for start in (64..576).step_by(64) {
        says_much(&mut one, &bob, start..start + 64).await;
        most = most.max(resident(&server));
    }
    let grown = most.saturating_sub(before);
    assert!(grown < READERS * EACH_KIB, "{grown} KiB more, from {before}, for {READERS} readers");
    for mut reader in readers {
        // A line that was aborted takes nothing more.
        let _ = reader.write(&masked(FIN | TEXT, br#"{"type":"ping"}"#)).await;
        assert!(matches!(reader.closed().await, 4508 | 1006));
    }
}
