//! Accounts, sessions and tokens over HTTP: who gets in, by which name and password, and for how long.

mod support;

use serde_json::{Value, json};
use support::{
    http::{Reply, Request},
    server::{Options, PASSWORD, Server},
};

fn registration(server: &Server, name: &str, password: &str) -> Request {
    server.post("/api/register").json(&json!({"username": name, "password": password}))
}

fn login(server: &Server, name: &str, password: &str) -> Request {
    server.post("/api/login").json(&json!({"username": name, "password": password}))
}

/// Who a request with this cookie is.
async fn whoami(server: &Server, cookie: &str) -> Reply {
    server.get("/api/session").set("cookie", cookie).send().await
}

fn assert_refused(reply: &Reply, status: u16, what: &str) {
    assert_eq!(reply.status, status, "{what}: {}", reply.body);
    let body = reply.json();
    assert!(body["code"].is_string() && body["message"].is_string(), "{what}: {body}");
    assert_eq!(reply.set_cookie(), None, "{what}");
}

#[tokio::test]
async fn registering_makes_the_account_and_signs_in() {
    let server = Server::shared();
    let fields = json!({"username": "Dora", "password": PASSWORD, "name": "Dora D."});
    let reply = server.post("/api/register").json(&fields).send().await;
    let dora = json!({"username": "dora", "name": "Dora D."});
    assert_eq!((reply.status, reply.json()), (200, dora.clone()));
    let cookie = reply.set_cookie().expect("a cookie");
    let flags: Vec<String> = cookie.split(';').skip(1).map(|flag| flag.trim().to_ascii_lowercase()).collect();
    for flag in ["httponly", "samesite=lax", "path=/"] {
        assert!(flags.iter().any(|present| present == flag), "no {flag} in {cookie}");
    }
    assert!(!flags.iter().any(|flag| flag == "secure" || flag.starts_with("domain")), "{cookie}");
    let session = whoami(&server, &reply.cookie().expect("a cookie")).await;
    assert_eq!((session.status, session.json()), (200, dora));
}

#[tokio::test]
async fn signing_in_makes_a_session_of_its_own() {
    let server = Server::shared();
    let first = server.register("signer").await;
    // A cookie from before, known to somebody else perhaps, is never taken over.
    let reply = login(&server, "SIGNER", PASSWORD).own_origin().set("cookie", "session=chosen").send().await;
    assert_eq!((reply.status, &reply.json()["username"]), (200, &json!("signer")));
    let second = reply.cookie().expect("a cookie");
    assert!(second != first.cookie && second != "session=chosen");
    assert_eq!(whoami(&server, &first.cookie).await.status, 200);
    assert_eq!(whoami(&server, &second).await.status, 200);
    assert_eq!(whoami(&server, "session=chosen").await.status, 401);
}

#[tokio::test]
async fn a_name_that_is_taken_or_looks_like_one_is_refused() {
    let server = Server::shared();
    server.register("alice").await;
    for name in ["alice", "ALICE", "Alice", "ａｌｉｃｅ"] {
        assert_refused(&registration(&server, name, PASSWORD).send().await, 409, name);
    }
    let cyrillic = registration(&server, "\u{430}lice", PASSWORD).send().await;
    assert!(matches!(cyrillic.status, 409 | 422), "{}", cyrillic.status);
    assert_eq!(server.register("111").await.name, "111");
    assert_refused(&registration(&server, "lll", PASSWORD).send().await, 409, "looks like 111");
}

#[tokio::test]
async fn a_name_that_nobody_can_have_is_refused() {
    let server = Server::shared();
    let long = "x".repeat(33);
    let bad = [
        "",
        " ",
        ".",
        "..",
        "admin",
        "Admin",
        "system",
        "null",
        "support",
        &long,
        "a b",
        "ann\u{200d}",
        "a/b",
        "a\nb",
        "\u{202e}ann",
        "a\0b",
    ];
    for name in bad {
        assert_refused(&registration(&server, name, PASSWORD).send().await, 422, &format!("{name:?}"));
    }
    assert_eq!(server.register(&"y".repeat(32)).await.name.len(), 32);
}

#[tokio::test]
async fn a_password_that_is_short_or_common_is_refused() {
    let server = Server::shared();
    for password in ["", "short17", "12345678", "1234567890", "password1", "password12", "qwertyuiop"] {
        assert_refused(&registration(&server, "weak", password).send().await, 422, password);
    }
    let long = format!("{}é 🔑 ", "x".repeat(50));
    let reply = registration(&server, "weak", &long).send().await;
    assert_eq!(reply.status, 200, "none of these has made the account: {}", reply.body);
    assert_eq!(login(&server, "weak", &long).status().await, 200);
    assert_eq!(login(&server, "weak", long.trim()).status().await, 401, "exact bytes are used");
}

#[tokio::test]
async fn an_unknown_name_and_a_wrong_password_are_told_the_same() {
    let server = Server::shared();
    server.register("known").await;
    let wrong = login(&server, "known", "four brown hens on a roof").send().await;
    assert_refused(&wrong, 401, "a wrong password");
    for name in ["unknown", "no name", "", "admin"] {
        let unknown = login(&server, name, PASSWORD).send().await;
        assert_refused(&unknown, 401, name);
        assert_eq!(unknown.body, wrong.body, "{name:?}");
    }
}

#[tokio::test]
async fn fields_that_nobody_asked_for_are_refused() {
    let server = Server::shared();
    let fields = json!({"username": "mallory", "password": PASSWORD, "is_admin": true});
    assert_eq!(server.post("/api/register").json(&fields).status().await, 422);
    assert_eq!(login(&server, "mallory", PASSWORD).status().await, 401, "no account was made");
    for fields in [json!({"username": "mallory"}), json!({"username": 7, "password": PASSWORD}), json!([])] {
        let status = server.post("/api/register").json(&fields).status().await;
        assert!(matches!(status, 400 | 422), "{status} for {fields}");
    }
}

#[tokio::test]
async fn signing_out_ends_this_session_and_no_other() {
    let server = Server::shared();
    let here = server.register("leaver").await;
    let elsewhere = server.sign_in("leaver").await;
    let reply = server.post("/api/logout").signed_in(&here).send().await;
    assert_eq!((reply.status, reply.json()), (200, json!({})));
    assert_eq!(whoami(&server, &here.cookie).await.status, 401);
    assert_eq!(whoami(&server, &elsewhere.cookie).await.status, 200);
    assert_eq!(server.post("/api/token").signed_in(&here).json(&json!({"label": "late"})).status().await, 401);
}

#[tokio::test]
async fn who_is_not_signed_in_has_no_session() {
    let server = Server::shared();
    assert_eq!(server.get("/api/session").status().await, 401);
    for cookie in ["session=", "session=AAAA", "session=../..", "session=\"", "__Host-session=AAAA"] {
        assert_eq!(whoami(&server, cookie).await.status, 401, "{cookie}");
    }
    assert_eq!(server.get("/api/session").bearer("AAAA").status().await, 401);
}

#[tokio::test]
async fn a_token_is_shown_once_and_mints_no_other() {
    let server = Server::shared();
    let account = server.register("minter").await;
    let token = server.token(&account).await;
    assert_ne!(server.token(&account).await, token);
    let session = server.get("/api/session").bearer(&token).send().await;
    assert_eq!((session.status, &session.json()["username"]), (200, &json!("minter")));
    let label = json!({"label": "another"});
    assert_eq!(server.post("/api/token").bearer(&token).json(&label).status().await, 403);
    assert_eq!(server.post("/api/token").json(&label).status().await, 401);
    let reply = server.post("/api/token").signed_in(&account).json(&json!({})).send().await;
    assert!(matches!(reply.status, 400 | 422), "no label: {}", reply.status);
}

#[tokio::test]
async fn sessions_and_tokens_survive_a_crash_and_what_ended_stays_ended() {
    let mut server = Server::start();
    let account = server.register("ann").await;
    let ended = server.sign_in("ann").await;
    let token = server.token(&account).await;
    assert_eq!(server.post("/api/logout").signed_in(&ended).status().await, 200);
    server.kill();
    server.restart();
    assert_eq!(whoami(&server, &account.cookie).await.status, 200);
    assert_eq!(server.get("/api/session").bearer(&token).status().await, 200);
    assert_eq!(whoami(&server, &ended.cookie).await.status, 401);
    assert_eq!(login(&server, "ann", PASSWORD).status().await, 200);
}

#[tokio::test]
async fn the_eleventh_try_to_sign_in_is_told_when_to_come_back() {
    const MOST_TRIES: usize = 30; // The minute goes on while a debug build hashes; it gives back one try in six seconds.
    let server = Server::start_with(Options::with_limits());
    let mut tries = Vec::new();
    let refused = loop {
        // Another name each time, and what a proxy would say: neither makes it another address.
        let number = tries.len();
        let request = login(&server, &format!("guess{number}"), PASSWORD);
        let reply = request.with("x-forwarded-for", &format!("203.0.113.{number}")).send().await;
        if reply.status == 429 {
            break reply;
        }
        tries.push(reply.status);
        assert!(tries.len() < MOST_TRIES, "{tries:?}");
    };
    assert!(tries.len() >= 10 && tries.iter().all(|status| *status == 401), "{tries:?}");
    assert_refused(&refused, 429, "the eleventh");
    let wait: Option<u64> = refused.header("retry-after").and_then(|seconds| seconds.parse().ok());
    assert!(wait.is_some_and(|seconds| (1..=60).contains(&seconds)), "{:?}", refused.headers);
    assert_ne!(refused.json()["message"], Value::Null);
}
