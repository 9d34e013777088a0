//! HTTP around the socket: headers that every answer has, pages for who is signed out, and requests nobody should send.

mod support;

use std::time::Duration;

use support::{
    http::{Request, exchange, read_reply},
    server::Server,
    within,
};
use tokio::{io::AsyncWriteExt, net::TcpStream};

#[tokio::test]
async fn health_is_told_to_anyone_by_any_host() {
    let server = Server::shared();
    for target in ["/healthz", "/readyz"] {
        assert_eq!(server.get(target).status().await, 200, "{target}");
        assert_eq!(server.get(target).set("host", "chat.example").status().await, 200, "{target} by another Host");
    }
}

#[tokio::test]
async fn everything_else_is_told_by_its_own_host_only() {
    let server = Server::shared();
    for target in ["/", "/login", "/api/session", "/ws", "/no-such-page"] {
        let status = server.get(target).set("host", "chat.example").status().await;
        // A handshake is judged before its Host.
        let expected = if target == "/ws" { 426 } else { 421 };
        assert_eq!(status, expected, "{target}");
    }
    assert_eq!(server.post("/api/login").set("host", "chat.example").status().await, 421);
}

#[tokio::test]
async fn every_answer_has_the_headers_of_safety() {
    let server = Server::shared();
    let account = server.account("safe").await;
    let requests = [
        server.get("/healthz"),
        server.get("/readyz"),
        server.get("/login"),
        server.get("/"),
        server.get("/").set("cookie", &account.cookie),
        server.get("/no-such-page"),
        server.get("/api/session"),
        server.get("/api/session").set("cookie", &account.cookie),
        server.get("/login").set("host", "chat.example"),
        server.post("/api/login"),
        Request::handshake(server.address()),
    ];
    for request in requests {
        let shown = String::from_utf8_lossy(&request.bytes()).into_owned();
        let reply = request.send().await;
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{shown}");
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"), "{shown}");
        let policy = reply.header("content-security-policy").unwrap_or_default();
        assert!(policy.contains("frame-ancestors 'none'"), "{policy:?} for {shown}");
        if !shown.contains("z HTTP") {
            assert_eq!(reply.header("cache-control"), Some("no-store"), "{shown}");
        }
    }
}

#[tokio::test]
async fn every_page_has_a_nonce_of_its_own() {
    let server = Server::shared();
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let reply = server.get("/login").with("accept", "text/html").send().await;
        let policy = reply.header("content-security-policy").expect("a policy").to_owned();
        let (_, rest) = policy.split_once("'nonce-").expect("a nonce");
        let nonce = rest.split('\'').next().expect("an end").to_owned();
        assert!(reply.body.contains(&nonce), "the page does not use its nonce");
        nonces.push(nonce);
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn who_is_signed_out_is_sent_to_sign_in() {
    let server = Server::shared();
    for target in ["/login", "/register"] {
        let reply = server.get(target).with("accept", "text/html").send().await;
        assert_eq!(reply.status, 200, "{target}");
        assert!(reply.body.contains("<form") && reply.body.contains("password"), "{target} has no form");
    }
    for target in ["/", "/with/bob", "/settings"] {
        let reply = server.get(target).with("accept", "text/html").send().await;
        assert!(matches!(reply.status, 302 | 303 | 307), "{target}: {}", reply.status);
        assert!(reply.header("location").is_some_and(|to| to.starts_with("/login")), "{target}: {:?}", reply.headers);
    }
}

#[tokio::test]
async fn what_does_not_exist_is_not_found() {
    let server = Server::shared();
    let paths =
        ["/no-such-page", "/../etc/passwd", "/%2e%2e%2fetc/passwd", "/pkg/../../Cargo.toml", "/pkg/%00", "/%00"];
    for path in paths {
        let status = server.get(path).status().await;
        assert!(matches!(status, 400 | 404), "{status} for {path}");
    }
    assert_eq!(server.get("/api/no-such-call").status().await, 404);
}

#[tokio::test]
async fn another_method_is_refused() {
    let server = Server::shared();
    for (method, target) in [("TRACE", "/"), ("BREW", "/login"), ("DELETE", "/api/session"), ("GET", "/api/login")] {
        assert_eq!(Request::new(server.address(), method, target).status().await, 405, "{method} {target}");
    }
}

#[tokio::test]
async fn a_request_with_two_meanings_is_refused() {
    let server = Server::shared();
    let address = server.address();
    let start = format!("POST /api/login HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n");
    let ambiguous = [
        "content-length: 2\r\ncontent-length: 3\r\n\r\n{}",
        "content-length: +2\r\n\r\n{}",
        "content-length: -1\r\n\r\n{}",
        "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 2\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}",
        "content-length : 2\r\n\r\n{}",
        "x: a\r\n b\r\ncontent-length: 2\r\n\r\n{}",
        "x: a\0b\r\ncontent-length: 2\r\n\r\n{}",
    ];
    for rest in ambiguous {
        // Behind it a second request, which must not be read as one of its own.
        let smuggled = format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\n\r\n");
        let reply = exchange(address, format!("{start}{rest}{smuggled}").as_bytes()).await;
        let status = reply.map(|reply| reply.status);
        assert!(matches!(status, None | Some(400 | 411 | 501)), "{status:?} for {rest:?}");
    }
    let upgrade = Request::handshake(address).signed_in(&server.account("two").await);
    assert_eq!(
        upgrade.with("content-length", "2").body("text/plain", b"{}").status().await,
        400,
        "an upgrade with a body"
    );
}

#[tokio::test]
async fn what_is_too_long_is_refused() {
    let server = Server::shared();
    let long_header = server.get("/healthz").with("x", &"y".repeat(100_000));
    assert_eq!(long_header.status().await, 431, "a header of 100 kB");
    let mut many_headers = server.get("/healthz");
    for number in 0..200 {
        many_headers = many_headers.with(&format!("x-{number}"), "y");
    }
    assert_eq!(many_headers.status().await, 431, "200 headers");
    let status = server.get(&format!("/{}", "y".repeat(70_000))).status().await;
    assert!(matches!(status, 414 | 431), "a path of 70 kB: {status}");
}

#[tokio::test]
async fn who_does_not_finish_a_request_is_let_go() {
    const HEADER_PATIENCE: Duration = Duration::from_secs(12);
    let server = Server::shared();
    let mut lines = Vec::new();
    let whole = "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n";
    let begun_again = format!("{whole}GET /");
    for start in ["", "GET / HTTP/1.1\r\nhost: x", whole, &begun_again] {
        let mut stream = TcpStream::connect(server.address()).await.expect("the server accepts");
        stream.write_all(start.as_bytes()).await.expect("the line is open");
        lines.push((stream, start.starts_with(whole)));
    }
    within(HEADER_PATIENCE, "the end of an idle line", async {
        for (mut stream, is_answered) in lines {
            if is_answered {
                let reply = read_reply(&mut stream).await.map(|(reply, _)| reply.status);
                assert_eq!(reply, Some(200));
            }
            let reply = read_reply(&mut stream).await.map(|(reply, _)| reply.status);
            assert!(matches!(reply, None | Some(408)), "{reply:?}");
        }
    })
    .await;
}
