//! The upgrade to the socket: what is refused, with which status and in which order, and the first frame.

mod support;

use serde_json::json;
use support::{
    http::{ACCEPT, Request},
    raw::RawSocket,
    server::Server,
    socket::Socket,
};

/// An upgrade that is refused for nothing.
async fn good(server: &Server) -> Request {
    Request::handshake(server.address()).signed_in(&server.account("ann").await)
}

#[tokio::test]
async fn a_good_handshake_is_accepted_without_extensions() {
    let server = Server::shared();
    let reply = good(&server).await.with("sec-websocket-extensions", "permessage-deflate").send().await;
    assert_eq!(reply.status, 101, "{}", reply.body);
    assert_eq!(reply.header("sec-websocket-accept"), Some(ACCEPT));
    assert_eq!(reply.header("sec-websocket-extensions"), None);
    assert_eq!(reply.header("sec-websocket-protocol"), None);
}

#[tokio::test]
async fn another_method_than_get_is_refused() {
    let server = Server::shared();
    for method in ["POST", "PUT", "TRACE"] {
        let reply = good(&server).await.by(method).send().await;
        assert_eq!(reply.status, 405, "{method}");
        assert!(reply.header("allow").is_some_and(|allow| allow.contains("GET")), "{method}: {:?}", reply.headers);
    }
}

#[tokio::test]
async fn a_key_that_is_not_16_bytes_is_refused() {
    let server = Server::shared();
    let good = good(&server).await;
    assert_eq!(good.clone().without("sec-websocket-key").status().await, 400);
    for key in ["", "abc", "AAAA", "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZSBpcyBsb25n"] {
        assert_eq!(good.clone().set("sec-websocket-key", key).status().await, 400, "{key:?}");
    }
}

#[tokio::test]
async fn a_request_that_is_no_upgrade_is_refused() {
    let server = Server::shared();
    let good = good(&server).await;
    let no_upgrades = [
        good.clone().without("upgrade"),
        good.clone().set("upgrade", "h2c"),
        good.clone().without("connection"),
        good.clone().set("connection", "keep-alive"),
        good.over("HTTP/1.0"),
    ];
    for request in no_upgrades {
        let status = request.status().await;
        assert!(matches!(status, 400 | 426), "{status} for {}", String::from_utf8_lossy(&request.bytes()));
    }
}

#[tokio::test]
async fn another_version_is_told_the_right_one() {
    let server = Server::shared();
    let good = good(&server).await;
    let others = [
        good.clone().set("sec-websocket-version", "12"),
        good.clone().set("sec-websocket-version", "8"),
        good.clone().without("sec-websocket-version"),
    ];
    for request in others {
        let reply = request.send().await;
        assert_eq!(reply.status, 426, "{}", String::from_utf8_lossy(&request.bytes()));
        assert_eq!(reply.header("sec-websocket-version"), Some("13"));
    }
}

#[tokio::test]
async fn exactly_one_host_is_needed_and_it_must_be_its_own() {
    let server = Server::shared();
    let good = good(&server).await;
    let port = server.address().port();
    assert_eq!(good.clone().without("host").status().await, 400);
    let own = server.address().to_string();
    assert_eq!(good.clone().with("host", &own).status().await, 400, "the same twice");
    assert_eq!(good.clone().with("host", "chat.example").status().await, 400, "two");
    let foreign =
        ["chat.example", "127.0.0.1", "127.0.0.1:1", &format!("127.0.0.1.example:{port}"), &format!("10.0.0.1:{port}")];
    for host in foreign {
        assert_eq!(good.clone().set("host", host).status().await, 421, "{host}");
    }
}

#[tokio::test]
async fn each_name_of_loopback_is_its_own_with_the_matching_origin() {
    let server = Server::shared();
    let good = good(&server).await;
    let port = server.address().port();
    for name in ["127.0.0.1", "localhost", "[::1]"] {
        let host = format!("{name}:{port}");
        let request = good.clone().set("host", &host).set("origin", &format!("http://{host}"));
        assert_eq!(request.status().await, 101, "{host}");
    }
}

#[tokio::test]
async fn an_origin_that_is_not_exactly_its_own_is_refused() {
    let server = Server::shared();
    let good = good(&server).await;
    let (own, port) = (server.origin(), server.address().port());
    let foreign = [
        "null",
        "http://chat.example",
        "",
        &format!("{own}.evil.example"),
        &format!("{own}/"),
        &format!("{own}0"),
        &format!("https://127.0.0.1:{port}"),
        &format!("HTTP://127.0.0.1:{port}"),
        &format!("http://localhost:{port}"),
        &format!("http://evil.example@127.0.0.1:{port}"),
        "http://127.0.0.1",
        "http://127.0.0.1:1",
    ];
    for origin in foreign {
        assert_eq!(good.clone().set("origin", origin).status().await, 403, "{origin:?}");
    }
    assert_eq!(good.clone().without("origin").status().await, 403, "none, with a cookie");
    let two = good.clone().with("origin", "http://evil.example").status().await;
    assert!(matches!(two, 400 | 403), "two: {two}");
}

#[tokio::test]
async fn who_is_not_signed_in_is_refused() {
    let server = Server::shared();
    let good = good(&server).await;
    assert_eq!(good.clone().without("cookie").status().await, 401);
    let cookie = server.account("ann").await.cookie;
    let value = cookie.trim_start_matches("session=");
    let altered = format!("session={}{}", if value.starts_with('a') { "b" } else { "a" }, &value[1..]);
    for bad in ["session=", "session=AAAA", "other=1", &altered] {
        assert_eq!(good.clone().set("cookie", bad).status().await, 401, "{bad}");
    }
}

#[tokio::test]
async fn a_token_needs_no_origin_but_a_wrong_one_is_refused() {
    let server = Server::shared();
    let token = server.token(&server.account("ann").await).await;
    let program = Request::handshake(server.address()).bearer(&token);
    assert_eq!(program.status().await, 101);
    assert_eq!(program.clone().own_origin().status().await, 101);
    for origin in ["null", "http://chat.example"] {
        assert_eq!(program.clone().set("origin", origin).status().await, 403, "{origin}");
    }
    for authorization in ["Bearer", "Bearer AAAA", "Basic YW5uOmFubg==", &format!("Bearer {token}A")] {
        let status = program.clone().set("authorization", authorization).status().await;
        let is_refused = status == 401 || status == 403 && !authorization.starts_with("Bearer ");
        assert!(is_refused, "{status} for {authorization}");
    }
}

#[tokio::test]
async fn its_subprotocol_is_echoed_and_others_alone_are_refused() {
    let server = Server::shared();
    let good = good(&server).await;
    for offer in ["duologue.v1", "chat, duologue.v1", "duologue.v1,duologue.v2"] {
        let reply = good.clone().with("sec-websocket-protocol", offer).send().await;
        assert_eq!(reply.status, 101, "{offer}");
        assert_eq!(reply.header("sec-websocket-protocol"), Some("duologue.v1"), "{offer}");
    }
    let twice = good.clone().with("sec-websocket-protocol", "chat").with("sec-websocket-protocol", "duologue.v1");
    assert_eq!(twice.send().await.header("sec-websocket-protocol"), Some("duologue.v1"), "in a second header");
    for offer in ["chat", "duologue.v2", "duologue.v10", "duologue"] {
        assert_eq!(good.clone().with("sec-websocket-protocol", offer).status().await, 400, "{offer}");
    }
}

#[tokio::test]
async fn what_is_wrong_first_is_answered_first() {
    let server = Server::shared();
    // Each step repairs one thing, from a request in which everything is wrong.
    let worst = Request::handshake(server.address())
        .by("POST")
        .without("sec-websocket-key")
        .set("host", "chat.example")
        .with("origin", "http://chat.example")
        .with("sec-websocket-protocol", "chat");
    assert_eq!(worst.status().await, 405, "method");
    let no_key = worst.by("GET");
    assert_eq!(no_key.status().await, 400, "handshake headers");
    let foreign_host = no_key.with("sec-websocket-key", support::http::KEY);
    assert_eq!(foreign_host.clone().set("sec-websocket-version", "12").status().await, 426, "version");
    assert_eq!(foreign_host.status().await, 421, "Host");
    let foreign_origin = foreign_host.set("host", &server.address().to_string());
    assert_eq!(foreign_origin.status().await, 403, "Origin");
    let nobody = foreign_origin.own_origin();
    assert_eq!(nobody.status().await, 401, "identity");
    let other_protocol = nobody.signed_in(&server.account("ann").await);
    assert_eq!(other_protocol.status().await, 400, "subprotocol");
    assert_eq!(other_protocol.without("sec-websocket-protocol").status().await, 101);
}

#[tokio::test]
async fn the_first_frame_is_a_complete_welcome() {
    let server = Server::shared();
    let request = server.post("/api/register").json(&json!({
        "username": "Carla", "password": support::server::PASSWORD, "name": "Carla C."
    }));
    let reply = request.send().await;
    let account = support::server::Account { name: "carla".into(), cookie: reply.cookie().expect("a cookie") };
    let mut welcome = Socket::open(&server, &account).await.welcome;
    let now = welcome["now"].take();
    assert!(now.as_u64().is_some_and(|now| now > 1_700_000_000_000), "milliseconds, not {now}");
    let expected = json!({
        "type": "welcome",
        "version": 1,
        "you": {"username": "carla", "name": "Carla C."},
        "now": null,
        "limits": {
            "frame": 65536, "body": 16384, "page": 200, "connections": 20,
            "typing_every_ms": 3000, "typing_shown_ms": 6000, "ping_every_ms": 15000
        }
    });
    assert_eq!(welcome, expected);
}

#[tokio::test]
async fn a_client_may_speak_before_it_has_read_the_welcome() {
    let server = Server::shared();
    let mut socket = RawSocket::open(&server, &server.account("ann").await).await;
    let ping = support::raw::masked(support::raw::FIN | support::raw::TEXT, br#"{"type":"ping","id":"early"}"#);
    socket.write(&ping).await.expect("the line is open");
    let (_, first) = socket.frame().await.expect("a first frame");
    assert!(first.starts_with(br#"{"type":"welcome""#), "{}", String::from_utf8_lossy(&first));
    assert_eq!(socket.expect("pong").await["id"], "early");
}
