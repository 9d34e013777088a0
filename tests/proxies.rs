//! Behind a proxy: whom it is believed, and what is counted then.

mod support;

use serde_json::json;
use support::{
    http::Request,
    server::{Account, Options, Server},
    socket::Socket,
};

/// With limits, and so many connections an address; loopback is a trusted proxy where it is told so.
fn server(environment: &[(&'static str, &str)]) -> Server {
    let environment = environment.iter().map(|(key, value)| (*key, (*value).to_owned())).collect();
    Server::start_with(Options { environment, ..Options::with_limits() })
}

/// The status of a try to sign in that comes for this address.
async fn tries(server: &Server, forwarded: &str) -> u16 {
    let wrong = json!({"username": "nobody at all", "password": "no password of anybody"});
    server.post("/api/login").with("x-forwarded-for", forwarded).json(&wrong).send().await.status
}

#[tokio::test]
async fn a_trusted_proxy_is_believed_for_whom_it_asks() {
    let server = server(&[("DUOLOGUE_TRUSTED_PROXIES", "127.0.0.1"), ("DUOLOGUE_TRIES_PER_MINUTE", "3")]);
    for _ in 0..3 {
        assert_eq!(tries(&server, "198.51.100.7").await, 401);
    }
    assert_eq!(tries(&server, "198.51.100.7").await, 429);
    assert_eq!(tries(&server, "198.51.100.8").await, 401);
    // Who puts another address in front is still the one whom the proxy saw.
    assert_eq!(tries(&server, "203.0.113.1, 198.51.100.7").await, 429);
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let server = server(&[("DUOLOGUE_TRUSTED_PROXIES", "192.0.2.0/24"), ("DUOLOGUE_TRIES_PER_MINUTE", "3")]);
    for number in 1..=3 {
        assert_eq!(tries(&server, &format!("198.51.100.{number}")).await, 401);
    }
    assert_eq!(tries(&server, "198.51.100.4").await, 429);
}

fn upgrade(server: &Server, account: &Account, forwarded: &str) -> Request {
    Request::handshake(server.address()).signed_in(account).with("x-forwarded-for", forwarded)
}

#[tokio::test]
async fn an_address_behind_the_proxy_has_so_many_sockets_and_no_more() {
    let server = server(&[("DUOLOGUE_TRUSTED_PROXIES", "127.0.0.1"), ("DUOLOGUE_CONNECTIONS_PER_ADDRESS", "2")]);
    let ann = server.register("ann").await;
    let at = |forwarded: &'static str| Socket::open_from(&server, &ann, forwarded);
    let _first = at("198.51.100.7").await;
    let second = at("198.51.100.7").await;
    assert_eq!(upgrade(&server, &ann, "198.51.100.7").status().await, 429);
    let _elsewhere = at("198.51.100.8").await;
    // The proxy itself may have any number.
    let mut own = Vec::new();
    for _ in 0..4 {
        own.push(Socket::open(&server, &ann).await);
    }
    drop(second);
    while upgrade(&server, &ann, "198.51.100.7").status().await == 429 {
        tokio::task::yield_now().await;
    }
}

#[test]
fn a_proxy_that_is_none_is_named() {
    let environment = vec![("DUOLOGUE_TRUSTED_PROXIES", "proxy.example".to_owned())];
    let exit = support::server::refused(&Options { environment, ..Options::default() }, std::path::Path::new("unused"));
    assert_eq!(exit.status.code(), Some(1));
    assert!(exit.stderr.contains("proxy.example"), "{}", exit.stderr);
}
