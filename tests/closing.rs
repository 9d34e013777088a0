//! How a connection ends: with which close code, for what on the wire.

mod support;

use serde_json::json;
use support::{
    raw::{BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, RawSocket, TEXT, closing, header, masked},
    server::{Options, Server},
    socket::Socket,
};

const TEXT_PING: &[u8] = br#"{"type":"ping","id":"p"}"#;

/// Writes these bytes on a connection of their own and expects this close code, then the end of the line.
async fn closes(server: &Server, what: &str, bytes: &[u8], code: u16) {
    let mut socket = RawSocket::open(server, &server.account("ann").await).await;
    // The server may close before it has read all.
    let _ = socket.write(bytes).await;
    assert_eq!(socket.closed().await, code, "{what}");
    socket.ended().await;
}

/// Writes these bytes on a connection of their own, which goes on working: the ping `p` in them is answered.
async fn is_fine(server: &Server, bytes: &[u8]) {
    let mut socket = RawSocket::open(server, &server.account("ann").await).await;
    socket.write(bytes).await.expect("the line is open");
    assert_eq!(socket.expect("pong").await["id"], "p");
}

#[tokio::test]
async fn what_breaks_the_framing_closes_with_1002() {
    let server = Server::shared();
    let long = [b'x'; 126];
    let unmasked = [&[FIN | TEXT, TEXT_PING.len() as u8], TEXT_PING].concat();
    let within_fragments = [masked(TEXT, b"{"), masked(FIN | TEXT, TEXT_PING)].concat();
    let broken = [
        ("unmasked", unmasked),
        ("RSV1", masked(FIN | 0x40 | TEXT, TEXT_PING)),
        ("RSV2", masked(FIN | 0x20 | TEXT, TEXT_PING)),
        ("RSV3", masked(FIN | 0x10 | TEXT, TEXT_PING)),
        ("opcode 3", masked(FIN | 0x3, TEXT_PING)),
        ("opcode 7", masked(FIN | 0x7, b"")),
        ("opcode 11", masked(FIN | 0xB, b"")),
        ("opcode 15", masked(FIN | 0xF, b"")),
        ("a ping of 126 bytes", masked(FIN | PING, &long)),
        ("a close of 126 bytes", masked(FIN | CLOSE, &closing(1000, &long[2..]))),
        ("a fragmented ping", masked(PING, b"")),
        ("a continuation of nothing", masked(FIN | CONTINUATION, b"x")),
        ("a text within a fragmented text", within_fragments),
        ("HTTP", b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()),
    ];
    for (what, bytes) in broken {
        closes(&server, what, &bytes, 1002).await;
    }
}

#[tokio::test]
async fn a_close_frame_that_is_none_closes_with_1002() {
    let server = Server::shared();
    closes(&server, "one byte", &masked(FIN | CLOSE, &[3]), 1002).await;
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 2999] {
        closes(&server, &format!("code {code}"), &masked(FIN | CLOSE, &closing(code, b"")), 1002).await;
    }
}

#[tokio::test]
async fn a_close_is_answered_and_what_comes_behind_it_is_ignored() {
    let server = Server::shared();
    for code in [1000, 1001, 3000, 4999] {
        let bytes = [masked(FIN | CLOSE, &closing(code, b"bye")), masked(FIN | TEXT, TEXT_PING)].concat();
        closes(&server, &format!("code {code}"), &bytes, code).await;
    }
}

#[tokio::test]
async fn binary_closes_with_1003() {
    let server = Server::shared();
    closes(&server, "binary", &masked(FIN | BINARY, TEXT_PING), 1003).await;
    closes(&server, "an empty one", &masked(FIN | BINARY, b""), 1003).await;
}

#[tokio::test]
async fn text_that_is_not_utf_8_closes_with_1007() {
    let server = Server::shared();
    let split = [masked(TEXT, b"{\"x\":\"\xe2\x82"), masked(FIN | CONTINUATION, b"\xe2\x82\xac\"}")].concat();
    let bad = [
        ("a stray byte", masked(FIN | TEXT, b"{\"type\":\"\xff\"}")),
        ("a surrogate", masked(FIN | TEXT, b"\xed\xa0\x80")),
        ("an overlong form", masked(FIN | TEXT, b"\xc0\xaf")),
        ("cut short", masked(FIN | TEXT, b"\"\xe2\x82")),
        ("split over fragments", split),
        ("a close reason", masked(FIN | CLOSE, &closing(1000, b"\xff\xfe"))),
    ];
    for (what, bytes) in bad {
        closes(&server, what, &bytes, 1007).await;
    }
}

#[tokio::test]
async fn fragments_of_a_good_text_are_fine_wherever_they_are_cut() {
    let server = Server::shared();
    let text = r#"{"type":"ping","x":"€","id":"p"}"#.as_bytes();
    for cut in [1, 20, 21, 22, text.len()] {
        is_fine(&server, &[masked(TEXT, &text[..cut]), masked(FIN | CONTINUATION, &text[cut..])].concat()).await;
    }
    let ping_between = [masked(TEXT, &text[..9]), masked(FIN | PING, b""), masked(FIN | CONTINUATION, &text[9..])];
    is_fine(&server, &ping_between.concat()).await;
    let mut empty = masked(TEXT, &text[..9]);
    for _ in 0..1_000 {
        empty.extend(masked(CONTINUATION, b""));
    }
    empty.extend(masked(FIN | CONTINUATION, &text[9..]));
    is_fine(&server, &empty).await;
}

#[tokio::test]
async fn a_frame_of_65_537_bytes_closes_with_1009_and_one_byte_less_is_fine() {
    let server = Server::shared();
    let padded = |length: usize| {
        let (start, end) = (br#"{"type":"ping","id":"p","x":""#, br#""}"#);
        [start.as_slice(), &vec![b'x'; length - start.len() - end.len()], end].concat()
    };
    is_fine(&server, &masked(FIN | TEXT, &padded(65_536))).await;
    closes(&server, "one too many", &masked(FIN | TEXT, &padded(65_537)), 1009).await;
    closes(&server, "whatever it holds", &masked(FIN | TEXT, &vec![b'{'; 100_000]), 1009).await;
    let large = padded(65_537);
    let fragments = [
        masked(TEXT, &large[..30_000]),
        masked(CONTINUATION, &large[30_000..60_000]),
        masked(FIN | CONTINUATION, &large[60_000..]),
    ];
    closes(&server, "in fragments", &fragments.concat(), 1009).await;
}

#[tokio::test]
async fn a_huge_declared_length_closes_with_1009_before_any_data() {
    let server = Server::shared();
    for length in [1 << 20, 1 << 31, 1 << 62, 1 << 63] {
        closes(&server, &format!("{length} bytes"), &header(FIN | TEXT, length), 1009).await;
    }
}

#[tokio::test]
async fn a_ping_frame_is_answered_with_its_payload() {
    let server = Server::shared();
    let mut socket = RawSocket::open(&server, &server.account("ann").await).await;
    socket.expect("welcome").await;
    socket.write(&masked(FIN | PING, b"are you there?")).await.expect("the line is open");
    let (first, payload) = socket.frame().await.expect("an answer");
    assert_eq!((first, payload.as_slice()), (FIN | PONG, b"are you there?".as_slice()));
}

#[tokio::test]
async fn a_terminated_server_closes_with_1001_and_ends_well() {
    let mut server = Server::start();
    let (ann, bob) = server.pair("away").await;
    let mut sockets = [Socket::open(&server, &ann).await, Socket::open(&server, &bob).await];
    // One that never answers the close frame does not hold the server up.
    let _silent = RawSocket::open_narrow(&server, &ann).await;
    sockets[0].say("m-1", &bob.name, "hello").await;
    server.terminate();
    for socket in &mut sockets {
        assert_eq!(socket.closed().await, 1001);
    }
    let exit = server.exited().await;
    assert_eq!(exit.status.code(), Some(0), "{exit:?}");
}

#[tokio::test]
async fn signing_out_closes_the_sockets_of_that_session_alone_with_4401() {
    let server = Server::shared();
    let (ann, bob) = server.pair("out").await;
    let elsewhere = server.sign_in(&ann.name).await;
    let mut ended = [Socket::open(&server, &ann).await, Socket::open(&server, &ann).await];
    let mut stays = [Socket::open(&server, &elsewhere).await, Socket::open(&server, &bob).await];
    assert_eq!(server.post("/api/logout").signed_in(&ann).status().await, 200);
    for socket in &mut ended {
        assert_eq!(socket.closed().await, 4401);
    }
    for socket in &mut stays {
        socket.so_far().await;
    }
    assert_eq!(stays[0].say("m-1", &bob.name, "still here").await["seq"], 1);
    let late = support::http::Request::handshake(server.address()).signed_in(&ann);
    assert_eq!(late.status().await, 401);
}

#[tokio::test]
async fn the_21st_connection_of_an_account_closes_its_oldest_with_4409() {
    let server = Server::start_with(Options::with_limits());
    let (ann, bob) = server.pair("many").await;
    let mut other = Socket::open(&server, &bob).await;
    let mut sockets = Vec::new();
    for _ in 0..20 {
        sockets.push(Socket::open(&server, &ann).await);
    }
    sockets[0].so_far().await;
    sockets.push(Socket::open(&server, &ann).await);
    assert_eq!(sockets.remove(0).closed().await, 4409);
    for socket in &mut sockets {
        socket.so_far().await;
    }
    other.so_far().await;
    sockets.push(Socket::open(&server, &ann).await);
    assert_eq!(sockets.remove(0).closed().await, 4409, "the oldest of those that are left");
}

#[tokio::test]
async fn the_fifth_bad_frame_closes_with_4400() {
    let server = Server::shared();
    let mut socket = Socket::open(&server, &server.account("ann").await).await;
    for number in 0..6 {
        socket.refused(json!({"type": "dance", "id": format!("d-{number}")}), "unknown_type").await;
    }
    for _ in 0..4 {
        socket.send_text("bad").await;
        assert_eq!(socket.expect("error").await["code"], "bad_frame");
    }
    socket.so_far().await;
    socket.send_text("bad").await;
    assert_eq!(socket.closed().await, 4400);
}

#[tokio::test]
async fn where_there_is_no_room_a_connection_closes_with_1013() {
    let mut options = Options::default();
    options.environment.push(("DUOLOGUE_CONNECTIONS", "1".into()));
    let server = Server::start_with(options);
    let ann = server.account("ann").await;
    let mut here = Socket::open(&server, &ann).await;
    here.so_far().await;
    assert_eq!(RawSocket::open(&server, &ann).await.closed().await, 1013);
    here.so_far().await;
}

#[cfg(debug_assertions)]
#[tokio::test]
async fn a_defect_closes_its_own_connection_with_1011_and_no_other() {
    let mut options = Options::default();
    options.environment.push(("DUOLOGUE_FAULT", "panic-at-frame:boom".into()));
    let server = Server::start_with(options);
    let ann = server.account("ann").await;
    let mut other = Socket::open(&server, &ann).await;
    let mut broken = RawSocket::open(&server, &ann).await;
    broken.write(&masked(FIN | TEXT, br#"{"type":"ping","id":"boom"}"#)).await.expect("the line is open");
    assert_eq!(broken.closed().await, 1011);
    other.so_far().await;
}
