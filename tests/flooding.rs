//! Who sends too much or reads too little: closed, and nobody else is the worse for it.

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::{
    raw::{CLOSE, FIN, PING, RawSocket, TEXT, masked},
    server::{Account, Options, Server},
    socket::Socket,
    within,
};

const FLOOD_PATIENCE: Duration = Duration::from_secs(20);

/// Writes these bytes every quarter of a second until the server closes, and gives the close code. The pace is the test:
/// the rule is about a rate.
async fn flood(server: &Server, account: &Account, bytes: &[u8]) -> u16 {
    let mut socket = RawSocket::open(server, account).await;
    let mut pace = tokio::time::interval(Duration::from_millis(250));
    within(FLOOD_PATIENCE, "the end of a flood", async {
        loop {
            tokio::select! {
                frame = socket.frame() => match frame {
                    Some((first, payload)) if first & 0x0f == CLOSE => {
                        return u16::from_be_bytes([payload[0], payload[1]]);
                    }
                    Some(_) => {}
                    None => return 1006,
                },
                _ = pace.tick() => {
                    // Once the server has let go, what it said last is still to be read.
                    let _ = socket.write(bytes).await;
                }
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_flood_of_ping_frames_closes_with_4429_even_without_limits() {
    let server = Server::shared();
    let (ann, bob) = server.pair("pings").await;
    let mut other = Socket::open(&server, &bob).await;
    let pings = masked(FIN | PING, b"").repeat(30);
    assert_eq!(flood(&server, &ann, &pings).await, 4429);
    other.so_far().await;
}

#[tokio::test]
async fn a_flood_of_frames_closes_with_4429_where_limits_are_on() {
    let server = Server::start_with(Options::with_limits());
    let ann = server.register("ann").await;
    let pings = masked(FIN | TEXT, br#"{"type":"ping"}"#).repeat(200);
    assert_eq!(flood(&server, &ann, &pings).await, 4429);
}

#[tokio::test]
async fn a_burst_of_frames_is_no_flood_where_limits_are_off() {
    const FRAMES: usize = 5_000;
    let server = Server::shared();
    let (ann, bob) = server.pair("burst").await;
    let mut socket = Socket::open(&server, &ann).await;
    socket.say("m-1", &bob.name, "hello").await;
    for _ in 0..FRAMES / 100 {
        for _ in 0..100 {
            socket.send(json!({"type": "read", "peer": bob.name, "seq": 1})).await;
        }
        socket.so_far().await;
    }
    assert_eq!(socket.row(&bob.name).await["read"], 1);
}

#[tokio::test]
async fn a_reader_that_never_reads_is_let_go_and_finds_everything_in_the_log() {
    const BATCH: u64 = 32;
    const MOST_BATCHES: u64 = 128; // 64 MiB, more than any buffer between the two.
    let server = Server::shared();
    let (ann, bob) = server.pair("slow").await;
    let (mut one, mut good) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    let mut slow = RawSocket::open_narrow(&server, &bob).await;
    let body = "x".repeat(16_384);
    let mut sent = 0;
    loop {
        for number in sent..sent + BATCH {
            one.send(json!({"type": "send", "id": format!("m-{number}"), "peer": bob.name, "body": body})).await;
        }
        for number in sent..sent + BATCH {
            assert_eq!(one.answer().await["seq"], number + 1, "the writer is not held up");
            assert_eq!(good.expect("entry").await["entry"]["seq"], number + 1, "nor is a device that reads");
        }
        sent += BATCH;
        // A line that the server has aborted refuses what is written to it.
        let is_aborted = slow.write(&masked(FIN | TEXT, br#"{"type":"ping"}"#)).await.is_err();
        // On a fast machine all are written before the server has given up saying why.
        if is_aborted || sent == BATCH * MOST_BATCHES {
            break;
        }
    }
    let end = slow.closed().await;
    assert!(matches!(end, 4508 | 1006), "closed with {end}");
    let mut back = Socket::open(&server, &bob).await;
    let page = back.history(json!({"peer": ann.name, "limit": 1})).await;
    assert_eq!((&page["head"], &page["entries"][0]["body"]), (&json!(sent), &Value::String(body)));
}
