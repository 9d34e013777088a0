//! Who guesses passwords: rows 70, 71 and 74. A server behind a proxy that is believed, so that guesses come from many
//! addresses.

use serde_json::{Value, json};

use crate::support::{
    http::{Reply, Request},
    server::{Options, PASSWORD, Server},
};

const WRONG: &str = "five grey geese on a roof";

/// The first wait is longer than any test, so that none passes meanwhile: a fault that builds for use do not have.
fn server() -> Server {
    let environment = vec![
        ("DUOLOGUE_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
        ("DUOLOGUE_FAULT", "first-wait-ms:600000".to_owned()),
    ];
    Server::start_with(Options { environment, nodes: 1, ..Options::with_limits() })
}

/// A try to sign in, from one of any number of addresses.
fn login(server: &Server, name: &str, password: &str, address: usize) -> Request {
    let address = format!("198.51.{}.{}", address / 250, address % 250 + 1);
    server.post("/api/login").with("x-forwarded-for", &address).json(&json!({"username": name, "password": password}))
}

/// `device=VALUE` of an answer, as the next request sends it.
fn device(reply: &Reply) -> String {
    let cookie = reply.set_cookie_of("device").expect("signing in makes the device known");
    for flag in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "no {flag} in {cookie}");
    }
    cookie.split(';').next().expect("a value").to_owned()
}

fn wait(reply: &Reply) -> u64 {
    assert_eq!(reply.json()["code"], "rate_limited", "{}", reply.body);
    reply.header("retry-after").and_then(|seconds| seconds.parse().ok()).expect("when to come back")
}

/// Guesses wrong, from another address each time, until one is told to wait.
async fn brakes(server: &Server, name: &str) {
    for number in 0..5 {
        assert_eq!(login(server, name, WRONG, number).status().await, 401, "guess {number}");
    }
    let reply = login(server, name, WRONG, 5).send().await;
    assert_eq!(reply.status, 429);
    assert!((590..=600).contains(&wait(&reply)), "{:?}", reply.headers);
}

#[tokio::test]
async fn guesses_from_everywhere_wait_and_a_known_device_does_not() {
    let server = server();
    let registered = server.post("/api/register").json(&json!({"username": "ann", "password": PASSWORD})).send().await;
    let laptop = device(&registered);
    brakes(&server, "ann").await;
    assert_eq!(
        login(&server, "ann", PASSWORD, 900).status().await,
        429,
        "the right password from a stranger waits, too"
    );
    let known = login(&server, "ann", PASSWORD, 901).own_origin().set("cookie", &laptop).send().await;
    assert_eq!(known.status, 200, "{}", known.body);
    assert_eq!(device(&known), laptop, "it stays the same device");
    assert_eq!(login(&server, "ann", PASSWORD, 902).status().await, 429, "which lets no stranger in");
    assert_eq!(login(&server, "bob", WRONG, 903).status().await, 401, "nor makes anybody else wait");
    // Whoever has the device cookie alone is braked by itself.
    let with_device = |number| login(&server, "ann", WRONG, number).own_origin().set("cookie", &laptop);
    for number in 0..5 {
        assert_eq!(with_device(number).status().await, 401, "guess {number} of a known device");
    }
    assert_eq!(with_device(5).status().await, 429);
    for made_up in ["device=", "device=AAAA.AAAA", &laptop[..laptop.len() - 3]] {
        let reply = login(&server, "ann", PASSWORD, 904).own_origin().set("cookie", made_up).send().await;
        assert_eq!(reply.status, 429, "{made_up}");
    }
}

#[tokio::test]
async fn whether_a_name_exists_is_not_told_by_the_brake() {
    let server = server();
    server.register("known").await;
    brakes(&server, "known").await;
    brakes(&server, "unknown").await;
    let told = |reply: Reply| (reply.status, reply.json()["code"].clone(), reply.json()["message"].clone());
    let one = told(login(&server, "known", WRONG, 500).send().await);
    let other = told(login(&server, "unknown", WRONG, 501).send().await);
    assert_eq!(one, other);
    assert_eq!(one.0, 429);
}

#[tokio::test]
async fn a_device_is_a_stranger_after_a_new_password_elsewhere() {
    let server = server();
    let registered = server.post("/api/register").json(&json!({"username": "ann", "password": PASSWORD})).send().await;
    let (laptop, session) = (device(&registered), registered.cookie().expect("a session"));
    let new = "two red foxes under a bridge";
    let change = server.post("/api/change_password").own_origin().set("cookie", &session);
    let changed = change.json(&json!({"current": PASSWORD, "password": new})).send().await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let renewed = device(&changed);
    brakes(&server, "ann").await;
    let with = |cookie: &str| login(&server, "ann", new, 700).own_origin().set("cookie", cookie);
    assert_eq!(with(&laptop).status().await, 429);
    assert_eq!(with(&renewed).status().await, 200);
}

#[tokio::test]
async fn one_address_tries_ten_names_a_minute_and_registers_no_faster() {
    const MOST_TRIES: usize = 30; // The minute goes on meanwhile; it gives back one try in six seconds.
    let server = server();
    for call in ["/api/login", "/api/register"] {
        let mut stati = Vec::new();
        let refused = loop {
            let fields = json!({"username": format!("name{}", stati.len()), "password": "short"});
            let address = if call == "/api/login" { "203.0.113.1" } else { "203.0.113.2" };
            let reply = server.post(call).with("x-forwarded-for", address).json(&fields).send().await;
            if reply.status == 429 {
                break reply;
            }
            stati.push(reply.status);
            assert!(stati.len() < MOST_TRIES, "{call}: {stati:?}");
        };
        assert!(stati.len() >= 10 && stati.iter().all(|status| matches!(status, 401 | 422)), "{call}: {stati:?}");
        assert!((1..=60).contains(&wait(&refused)), "{call}");
        assert_ne!(refused.json()["message"], Value::Null);
    }
}
