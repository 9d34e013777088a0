//! HTTP and the upgrade: rows 1 to 27.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    support::{
        LONG_PATIENCE,
        http::{Request, exchange},
        server::Server,
        within,
    },
    tried::Tried,
};

/// Everything that is posted to.
const POSTS: [&str; 16] = [
    "/api/register",
    "/api/login",
    "/api/logout",
    "/api/token",
    "/api/devices",
    "/api/end_session",
    "/api/end_other_sessions",
    "/api/rename",
    "/api/change_password",
    "/api/close_account",
    "/api/set_language",
    "/api/set_theme",
    "/api/meet",
    "/settings/token",
    "/settings/invite",
    "/api/no_such_call",
];

/// The status of every answer that comes before the line ends.
async fn answers(server: &Server, bytes: &[u8]) -> Vec<u16> {
    within(LONG_PATIENCE, "the end of the line", async {
        let mut stream = TcpStream::connect(server.address()).await.expect("the server accepts");
        // It may refuse and close before it has read all.
        let _ = stream.write_all(bytes).await;
        let mut read = Vec::new();
        let _ = stream.read_to_end(&mut read).await;
        let text = String::from_utf8_lossy(&read).into_owned();
        text.split("HTTP/1.1 ").skip(1).filter_map(|answer| answer.get(..3)?.parse().ok()).collect()
    })
    .await
}

#[tokio::test]
async fn a_request_with_two_meanings_is_answered_once_and_the_line_ends() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let host = server.address();
    let upgrade = "connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let both = ["content-length: 4\r\ntransfer-encoding: chunked", "transfer-encoding: chunked\r\ncontent-length: 4"];
    let mut cases: Vec<(String, u16)> = Vec::new();
    for lengths in both {
        for target in ["GET /healthz", "GET /login", "GET /pkg/x", "POST /api/login", "POST /settings/token", "POST /x"]
        {
            cases.push((format!("{target} HTTP/1.1\r\nhost: {host}\r\n{lengths}\r\n\r\n0\r\n\r\n"), 411));
        }
        cases.push((format!("GET /ws HTTP/1.1\r\nhost: {host}\r\n{upgrade}{lengths}\r\n\r\n0\r\n\r\n"), 400));
    }
    cases.push((format!("GET /ws HTTP/1.1\r\nhost: {host}\r\n{upgrade}content-length: 4\r\n\r\n0\r\n\r\n"), 400));
    let post = format!("POST /api/login HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\n");
    for (rest, status) in [
        ("content-length: 2\r\ncontent-length: 3\r\n\r\n{}", 400),
        ("content-length: +2\r\n\r\n{}", 400),
        ("content-length: -1\r\n\r\n{}", 400),
        ("content-length: 0x2\r\n\r\n{}", 400),
        ("content-length: 2 2\r\n\r\n{}", 400),
        ("content-length: 99999999999999999999\r\n\r\n{}", 400),
        ("transfer-encoding: xchunked\r\n\r\n0\r\n\r\n", 400),
        ("transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n", 400),
        ("transfer-encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 411),
        ("transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n", 411),
        ("transfer-encoding: chunked\r\n\r\nfffffffffffffffff\r\n{}", 411),
        ("transfer-encoding: chunked\r\n\r\n-1\r\n{}", 411),
        ("content-length : 2\r\n\r\n{}", 400),
        ("x: a\r\n b\r\ncontent-length: 2\r\n\r\n{}", 400),
        ("x: a\0b\r\ncontent-length: 2\r\n\r\n{}", 400),
        ("x: a\rb\r\ncontent-length: 2\r\n\r\n{}", 400),
        (": a\r\ncontent-length: 2\r\n\r\n{}", 400),
        ("x\r\ncontent-length: 2\r\n\r\n{}", 400),
    ] {
        cases.push((format!("{post}{rest}"), status));
    }
    cases.push((
        format!("POST /api/login HTTP/1.0\r\nhost: {host}\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        400,
    ));
    for (request, status) in cases {
        tried.one();
        // Behind it another request, which is part of nothing or its body, and never a request of its own.
        let smuggled = format!("GET /healthz HTTP/1.1\r\nhost: {host}\r\n\r\n");
        let answers = answers(&server, format!("{request}{smuggled}").as_bytes()).await;
        assert_eq!(answers, [status], "{request:?}");
    }
}

#[tokio::test]
async fn one_host_is_named_and_an_address_names_no_other() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let own = server.address();
    for target in ["/healthz", "/login", "/api/session", "/pkg/x"] {
        let is_probe = target == "/healthz";
        for (head, status) in [
            (format!("GET {target} HTTP/1.1\r\n"), 400),
            (format!("GET {target} HTTP/1.1\r\nhost: {own}\r\nhost: {own}\r\n"), 400),
            (format!("GET {target} HTTP/1.1\r\nhost: {own}\r\nhost: chat.example\r\n"), 400),
            (format!("GET {target} HTTP/1.1\r\nhost: chat.example\r\n"), 421),
            (format!("GET {target} HTTP/1.1\r\nhost: {own}.chat.example\r\n"), 421),
            (format!("GET {target} HTTP/1.1\r\nhost: \r\n"), 421),
            (format!("GET http://chat.example{target} HTTP/1.1\r\nhost: {own}\r\n"), 400),
            (format!("GET http://{own}{target} HTTP/1.1\r\nhost: chat.example\r\n"), 421),
        ] {
            tried.one();
            let reply = exchange(own, format!("{head}connection: close\r\n\r\n").as_bytes()).await;
            let expected = if is_probe { 200 } else { status };
            assert_eq!(reply.map(|reply| reply.status), Some(expected), "{head:?}");
        }
    }
    let own_twice = format!("GET http://{own}/login HTTP/1.1\r\nhost: {own}\r\nconnection: close\r\n\r\n");
    assert_eq!(exchange(own, own_twice.as_bytes()).await.map(|reply| reply.status), Some(200));
    let upgrade = Request::handshake(own).signed_in(&server.account("host").await);
    assert_eq!(upgrade.clone().to("http://chat.example/ws").status().await, 400);
    assert_eq!(upgrade.to(&format!("http://{own}/ws")).status().await, 101);
}

#[tokio::test]
async fn what_is_longer_than_anybody_needs_is_refused() {
    let server = Server::shared();
    let cookie = server.account("long").await.cookie;
    let get = server.get("/api/session").set("cookie", &cookie);
    assert_eq!(get.clone().with("x", &"y".repeat(17_000)).status().await, 431, "a header of 17 kB");
    assert_eq!(get.clone().with("cookie", &format!("x={}", "y".repeat(100_000))).status().await, 431, "a cookie");
    let with_headers = |count: usize| (0..count).fold(get.clone(), |get, number| get.with(&format!("x-{number}"), "y"));
    // Three are there already: Host, Connection and the cookie.
    assert_eq!(with_headers(61).status().await, 200, "64 headers");
    assert_eq!(with_headers(62).status().await, 431, "65 headers");
    let address = |length: usize| get.clone().to(&format!("/api/session?{}", "y".repeat(length)));
    assert_eq!(address(8_000).status().await, 200);
    assert_eq!(address(8_300).status().await, 414);
    assert!(matches!(address(70_000).status().await, 414 | 431));
    let upgrade = Request::handshake(server.address()).set("cookie", &cookie);
    assert_eq!(upgrade.with("x", &"y".repeat(17_000)).status().await, 431);
}

#[tokio::test]
async fn what_speaks_another_protocol_gets_nothing_of_ours() {
    let server = Server::shared();
    let tls_hello = [&[0x16, 0x03, 0x01, 0x00, 0xc8, 0x01, 0x00, 0x00, 0xc4, 0x03, 0x03][..], &[0x5a; 200]].concat();
    let cases: [(&str, &[u8]); 5] = [
        ("the preface of HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0"),
        ("a hello of TLS", &tls_hello),
        ("a line of SMTP", b"EHLO chat.example\r\n\r\n"),
        ("a line of SSH", b"SSH-2.0-OpenSSH_9.9\r\n\r\n"),
        ("nothing but zeros", &[0; 512]),
    ];
    for (what, bytes) in cases {
        let answers = answers(&server, bytes).await;
        assert!(matches!(answers[..], [] | [400]), "{what}: {answers:?}");
    }
    assert_eq!(server.get("/readyz").status().await, 200);
}

#[tokio::test]
async fn other_methods_and_other_paths_lead_nowhere() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let address = server.address();
    for method in ["TRACE", "PROPFIND", "BREW", "DELETE", "PATCH"] {
        for target in ["/", "/login", "/api/session", "/api/login", "/ws", "/pkg/x"] {
            tried.one();
            let status = Request::new(address, method, target).status().await;
            assert_eq!(status, 405, "{method} {target}");
        }
    }
    for path in [
        "/../etc/passwd",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/%2e%2e%2fetc%2fpasswd",
        "/pkg/../../Cargo.toml",
        "/pkg/..%2f..%2fCargo.toml",
        "/pkg/%2e%2e/%2e%2e/Cargo.toml",
        "/..%5c..%5cCargo.toml",
        "//etc/passwd",
        "/%00",
        "/favicon.svg%00.html",
        "/pkg/%00",
        "/%ff",
        "/.git/config",
        "/.env",
        "/data/duologue.sqlite",
        "/api",
        "/api/",
        "/api/admin",
        "/admin",
        "/api/users",
        "/metrics",
        "/debug/pprof",
    ] {
        tried.one();
        assert_eq!(server.get(path).status().await, 404, "{path}");
    }
}

#[tokio::test]
async fn every_post_is_from_our_own_page_a_form_and_small() {
    let server = Server::shared();
    let mut tried = Tried::default();
    let account = server.account("poster").await;
    let own = |target: &str| server.post(target).signed_in(&account);
    for target in POSTS {
        for (origin, site) in [
            ("http://chat.example", None),
            ("null", None),
            ("http://localhost", Some("same-site")),
            (&*server.origin(), Some("cross-site")),
        ] {
            tried.one();
            let post = own(target).set("origin", origin);
            let post = site.map_or(post.clone(), |site| post.with("sec-fetch-site", site));
            assert_eq!(post.status().await, 403, "{target} from {origin}, {site:?}");
        }
        tried.one();
        assert_eq!(own(target).without("origin").status().await, 403, "{target} with a cookie and from nowhere");
        for kind in ["text/plain", "multipart/form-data; boundary=x", "text/xml", "application/x-www-form-urlencodedx"]
        {
            tried.one();
            assert_eq!(own(target).body(kind, b"username=ann").status().await, 415, "{target} as {kind}");
        }
        for kind in ["application/json", "application/x-www-form-urlencoded"] {
            tried.one();
            // The declared length is enough: nothing of it is sent.
            let declared = own(target).body(kind, b"").with("content-length", "65537");
            assert_eq!(declared.status().await, 413, "{target}: {kind}");
        }
        for (kind, body) in [
            ("application/json", r#"{"is_admin":"true"}"#),
            ("application/json", r#"{"username":{"$ne":null},"password":{"$ne":null}}"#),
            ("application/json", r#"{"username":["ann"]}"#),
            ("application/x-www-form-urlencoded", "is_admin=true"),
            ("application/x-www-form-urlencoded", "username[$ne]=1&password[$ne]=1"),
        ] {
            tried.one();
            assert_eq!(own(target).body(kind, body.as_bytes()).status().await, 422, "{target}: {body}");
        }
    }
    assert_eq!(
        server.get("/api/session").set("cookie", &account.cookie).status().await,
        200,
        "none of them did a thing"
    );
}

#[tokio::test]
async fn who_is_refused_the_socket_is_told_no_more_than_the_status() {
    let server = Server::shared();
    let good = Request::handshake(server.address()).signed_in(&server.account("told").await);
    for (request, status) in [
        (good.clone().without("cookie"), 401),
        (good.clone().set("cookie", "session=AAAA"), 401),
        (good.clone().set("origin", "http://chat.example"), 403),
        (good.clone().set("host", "chat.example"), 421),
        (good.clone().set("sec-websocket-key", "abc"), 400),
        (good.clone().set("sec-websocket-version", "12"), 426),
        (good.clone().by("POST"), 405),
    ] {
        let reply = request.send().await;
        assert_eq!((reply.status, reply.body.as_str()), (status, ""), "{}", String::from_utf8_lossy(&request.bytes()));
    }
    assert_eq!(good.status().await, 101);
}
