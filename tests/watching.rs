//! What a host may watch: figures that Prometheus reads.

mod support;

use std::net::SocketAddr;

use serde_json::json;
use support::{
    behind::free_address,
    http::Request,
    server::{Options, Server},
    socket::Socket,
    within,
};

/// A server, and where it tells its figures.
fn watched() -> (Server, SocketAddr) {
    let address = free_address();
    let mut options = Options::alone();
    options.environment.push(("DUOLOGUE_METRICS", address.to_string()));
    (Server::start_with(options), address)
}

/// The value of a figure, by its name and labels.
async fn figure(address: SocketAddr, name: &str) -> f64 {
    let told = Request::new(address, "GET", "/metrics").send().await;
    assert_eq!(told.status, 200);
    assert!(told.header("content-type").is_some_and(|kind| kind.starts_with("text/plain; version=0.0.4")));
    let line = told.body.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.and_then(|value| value.parse().ok()).unwrap_or_else(|| panic!("{name} is not in {}", told.body))
}

#[tokio::test]
async fn connections_entries_and_commits_are_told() {
    let (server, address) = watched();
    assert_eq!(figure(address, "duologue_connections").await, 0.0);
    assert_eq!(figure(address, "duologue_entries_total{kind=\"message\"}").await, 0.0);
    assert_eq!(figure(address, "duologue_queue_closes_total").await, 0.0);
    assert_eq!(figure(address, "duologue_bus_connected").await, 1.0);
    let (ann, bob) = server.pair("watched").await;
    let mut one = Socket::open(&server, &ann).await;
    for _ in 0..2 {
        // The second is a repeat and no entry.
        one.say("m-1", &bob.name, "hi").await;
    }
    one.ask(json!({"type": "react", "id": "r-1", "peer": bob.name, "of": 1, "emoji": "👍"})).await;
    assert_eq!(figure(address, "duologue_connections").await, 1.0);
    assert_eq!(figure(address, "duologue_entries_total{kind=\"message\"}").await, 1.0);
    assert_eq!(figure(address, "duologue_entries_total{kind=\"reaction\"}").await, 1.0);
    assert_eq!(figure(address, "duologue_commit_seconds_count").await, 2.0);
    assert_eq!(figure(address, "duologue_commit_seconds_bucket{le=\"+Inf\"}").await, 2.0);
    drop(one);
    within(support::PATIENCE, "that nobody is connected", async {
        while figure(address, "duologue_connections").await != 0.0 {}
    })
    .await;
    assert_eq!(server.get("/metrics").status().await, 404, "people are told no figures");
}

#[tokio::test]
async fn who_does_not_read_is_counted_when_the_queue_is_full() {
    let (server, address) = watched();
    let (ann, bob) = server.pair("full").await;
    let mut one = Socket::open(&server, &ann).await;
    let _deaf = Socket::open(&server, &bob).await;
    let body = "x".repeat(16 * 1024);
    let mut number = 0;
    while figure(address, "duologue_queue_closes_total").await == 0.0 {
        assert!(number < 5_000, "nobody was closed");
        for _ in 0..50 {
            number += 1;
            one.say(&format!("m-{number}"), &bob.name, &body).await;
        }
    }
    assert_eq!(figure(address, "duologue_queue_closes_total").await, 1.0);
}
