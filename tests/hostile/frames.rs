//! Bytes on the socket: rows 28 to 43.

use crate::{
    support::{
        PATIENCE,
        raw::{BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, RawSocket, TEXT, closing, header, masked},
        server::{Account, Options, Server},
        socket::Socket,
        within,
    },
    tried::Tried,
};

const PING_TEXT: &[u8] = br#"{"type":"ping","id":"p"}"#;

/// Writes these bytes on a connection of their own, and says how the server closed it.
async fn closes(server: &Server, what: &str, bytes: &[u8]) -> u16 {
    let mut socket = RawSocket::open(server, &server.account("ann").await).await;
    // The server may close before it has read all.
    let _ = socket.write(bytes).await;
    within(PATIENCE, what, async {
        let code = socket.closed().await;
        socket.ended().await;
        code
    })
    .await
}

#[tokio::test]
async fn whatever_breaks_the_framing_closes_with_1002() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let mut broken: Vec<(String, Vec<u8>)> = Vec::new();
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        broken.push((format!("opcode {opcode}"), masked(FIN | opcode, PING_TEXT)));
        broken.push((format!("opcode {opcode} as a fragment"), masked(opcode, b"")));
    }
    for reserved in [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70] {
        for opcode in [TEXT, PING, CLOSE] {
            broken.push((format!("reserved {reserved:#x} on {opcode}"), masked(FIN | reserved | opcode, b"")));
        }
    }
    for opcode in [PING, PONG, CLOSE] {
        broken.push((format!("a fragmented {opcode}"), masked(opcode, b"")));
        for length in [126, 127, 1000] {
            broken.push((format!("{opcode} of {length} bytes"), masked(FIN | opcode, &vec![3; length])));
        }
        broken.push((format!("an unmasked {opcode}"), vec![FIN | opcode, 0]));
    }
    for fragment in [CONTINUATION, FIN | CONTINUATION] {
        broken.push((format!("{fragment:#x} of nothing"), masked(fragment, b"x")));
    }
    for second in [TEXT, FIN | TEXT, BINARY, FIN | BINARY] {
        broken.push((format!("{second:#x} within a text"), [masked(TEXT, b"{"), masked(second, b"}")].concat()));
    }
    for code in [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999] {
        broken.push((format!("close code {code}"), masked(FIN | CLOSE, &closing(code, b""))));
    }
    broken.push(("a close of one byte".into(), masked(FIN | CLOSE, &[3])));
    broken.push(("HTTP".into(), b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec()));
    // It declares 82 bytes, by chance, and is judged once they are there.
    broken.push(("HTTP/2".into(), [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), &[0; 100]].concat()));
    for (what, bytes) in broken {
        tried.one();
        let code = closes(&server, &what, &bytes).await;
        assert_eq!(code, 1002, "{what}");
    }
}

#[tokio::test]
async fn whatever_is_no_utf_8_closes_with_1007() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let bad: [&[u8]; 16] = [
        b"\xff",
        b"\xfe",
        b"\x80",
        b"\xbf\xbf",
        b"\xc0\xaf",
        b"\xc1\xbf",
        b"\xe0\x80\xaf",
        b"\xe0\x9f\xbf",
        b"\xf0\x80\x80\xaf",
        b"\xf0\x8f\xbf\xbf",
        b"\xed\xa0\x80",
        b"\xed\xbf\xbf",
        b"\xed\xa0\x80\xed\xb0\x80",
        b"\xf4\x90\x80\x80",
        b"\xf8\x88\x80\x80\x80",
        b"\xe2\x82",
    ];
    for bytes in bad {
        let text = [b"{\"type\":\"ping\",\"x\":\"", bytes, b"\"}"].concat();
        let middle = text.len() - 3;
        let frames = [
            masked(FIN | TEXT, bytes),
            masked(FIN | TEXT, &text),
            [masked(TEXT, &text[..middle]), masked(FIN | CONTINUATION, &text[middle..])].concat(),
            masked(FIN | CLOSE, &closing(1000, bytes)),
        ];
        for frame in frames {
            tried.one();
            assert_eq!(closes(&server, "no UTF-8", &frame).await, 1007, "{bytes:x?}");
        }
    }
}

#[tokio::test]
async fn whatever_is_too_large_or_binary_closes_with_its_code() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let mut large = Vec::new();
    for length in [65_537, 1 << 20, 1 << 31, 1 << 32, 1 << 62, 1 << 63, u64::MAX] {
        large.push((format!("a text of {length} bytes"), header(FIN | TEXT, length), 1009));
        large.push((format!("a fragment of {length} bytes"), header(TEXT, length), 1009));
    }
    let tiny = [masked(TEXT, b"{").as_slice(), &masked(CONTINUATION, b"x").repeat(100_000)].concat();
    large.push(("100,000 fragments of one byte".into(), tiny, 1009));
    for bytes in [&b""[..], PING_TEXT, b"\xff\0"] {
        large.push((format!("{bytes:x?} as binary"), masked(FIN | BINARY, bytes), 1003));
    }
    for (what, bytes, code) in large {
        tried.one();
        assert_eq!(closes(&server, &what, &bytes).await, code, "{what}");
    }
}

/// A masked text frame whose length is written in a longer form than it needs.
fn long_form(text: &[u8], bytes: usize) -> Vec<u8> {
    let length = (text.len() as u64).to_be_bytes();
    let short = masked(FIN | TEXT, text);
    let marker = if bytes == 2 { 126 } else { 127 };
    [&[FIN | TEXT, 0x80 | marker], &length[8 - bytes..], &short[2..]].concat()
}

#[tokio::test]
async fn a_length_may_be_written_longer_than_it_needs() {
    let server = Server::shared();
    for bytes in [2, 8] {
        let mut socket = RawSocket::open(&server, &server.account("ann").await).await;
        socket.write(&long_form(PING_TEXT, bytes)).await.expect("the line is open");
        assert_eq!(socket.expect("pong").await["id"], "p", "in {bytes} bytes");
    }
}

#[tokio::test]
async fn a_line_that_is_cut_in_the_middle_frees_its_place() {
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_CONNECTIONS", "1".into()));
    let server = Server::start_with(options);
    let ann = server.register("ann").await;
    let starts = [
        Vec::new(),
        vec![FIN],
        header(FIN | TEXT, 60_000),
        masked(TEXT, b"{\"type\":"),
        [masked(FIN | CLOSE, &closing(1000, b"")), masked(FIN | TEXT, PING_TEXT)].concat(),
    ];
    for start in starts {
        let mut cut = finds_room(&server, &ann).await;
        cut.write(&start).await.expect("the line is open");
        drop(cut);
    }
    finds_room(&server, &ann).await;
}

/// A connection where there is room for one, once the one before has left it; until then one is turned away.
async fn finds_room(server: &Server, account: &Account) -> RawSocket {
    within(PATIENCE, "the place of the one before", async {
        loop {
            let mut socket = RawSocket::open(server, account).await;
            if socket.frame().await.is_some_and(|(first, _)| first & 0x0f == TEXT) {
                return socket;
            }
        }
    })
    .await
}

#[tokio::test]
async fn what_closes_one_line_disturbs_no_other() {
    let server = Server::shared();
    let (ann, bob) = server.pair("calm").await;
    let (mut one, mut other) = (Socket::open(&server, &ann).await, Socket::open(&server, &bob).await);
    for (number, bytes) in
        [masked(FIN | 3, b""), masked(FIN | TEXT, b"\xff"), header(FIN | TEXT, 1 << 63)].iter().enumerate()
    {
        assert_ne!(closes(&server, "a broken line", bytes).await, 1006);
        one.say(&format!("m-{number}"), &bob.name, "still here").await;
        assert_eq!(other.expect("entry").await["entry"]["seq"], number + 1);
    }
}
