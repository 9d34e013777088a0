//! What a host may watch, as Prometheus reads it: `GET /metrics` on a listener of its own, which only this machine reaches.
//! Where none is configured nothing is counted. The names and what they mean are in docs/operate.md.

use std::time::Duration;

use axum::{Router, http::header, response::IntoResponse, routing};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tokio::{net::TcpListener, time::interval};

use super::serve::Life;
use crate::{protocol::entry::Kind, server::store::Appended};

const CONNECTIONS: &str = "duologue_connections";
const ENTRIES: &str = "duologue_entries_total";
const COMMIT: &str = "duologue_commit_seconds";
const QUEUE_CLOSES: &str = "duologue_queue_closes_total";
const PASSWORD_CHECKS: &str = "duologue_password_checks_total";
const BUS_CONNECTED: &str = "duologue_bus_connected";
const BUS_LOST: &str = "duologue_bus_lost_total";

/// From a commit in memory to a store that is about to be given up.
const BUCKETS: [f64; 12] = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0, 5.0];
/// How often what was measured is put into its buckets, asked for or not.
const UPKEEP: Duration = Duration::from_secs(5);

/// Begins to count; to be called once, before anything is counted.
pub fn start() -> Result<PrometheusHandle, BuildError> {
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(COMMIT.into()), &BUCKETS)?;
    let handle = builder.install_recorder()?;
    metrics::describe_gauge!(CONNECTIONS, "Open sockets of this node.");
    metrics::describe_counter!(ENTRIES, "Entries that were written, by their kind.");
    metrics::describe_histogram!(COMMIT, "From asking the store for an entry to its being safe.");
    metrics::describe_counter!(
        QUEUE_CLOSES,
        "Connections closed with 4508, for they did not read what waited for them."
    );
    metrics::describe_counter!(PASSWORD_CHECKS, "Passwords that were checked, of names that nobody has as well.");
    metrics::describe_gauge!(BUS_CONNECTED, "1 while news reaches other nodes; always 1 where there are none.");
    metrics::describe_counter!(BUS_LOST, "News that did not go out to other nodes; people found it in the log.");
    // What never happened is a 0 and not a gap.
    metrics::gauge!(CONNECTIONS).set(0.0);
    metrics::counter!(QUEUE_CLOSES).absolute(0);
    metrics::counter!(BUS_LOST).absolute(0);
    metrics::counter!(PASSWORD_CHECKS).absolute(0);
    for kind in ["message", "edit", "deletion", "reaction"] {
        metrics::counter!(ENTRIES, "kind" => kind).absolute(0);
    }
    Ok(handle)
}

/// Answers until the server's life ends.
pub fn serve(listener: TcpListener, handle: PrometheusHandle, life: &Life) {
    let renders = handle.clone();
    let render = move || async move {
        ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], renders.render()).into_response()
    };
    let router = Router::new().route("/metrics", routing::get(render));
    let ending = life.clone();
    life.spawn(async move {
        let served = axum::serve(listener, router).with_graceful_shutdown(async move { ending.ended().await }).await;
        if let Err(error) = served {
            tracing::error!(%error, "the figures are not served any more");
        }
    });
    let ending = life.clone();
    life.spawn(async move {
        let mut upkeep = interval(UPKEEP);
        loop {
            tokio::select! {
                _ = upkeep.tick() => handle.run_upkeep(),
                () = ending.ended() => return,
            }
        }
    });
}

pub fn connected() {
    metrics::gauge!(CONNECTIONS).increment(1.0);
}

pub fn disconnected() {
    metrics::gauge!(CONNECTIONS).decrement(1.0);
}

/// An append that succeeded, after so long.
pub fn appended(kind: &Kind, appended: &Appended, took: Duration) {
    if !appended.is_new {
        return;
    }
    let kind = match kind {
        Kind::Message { .. } => "message",
        Kind::Edit { .. } => "edit",
        Kind::Deletion { .. } => "deletion",
        Kind::Reaction { .. } => "reaction",
    };
    metrics::counter!(ENTRIES, "kind" => kind).increment(1);
    metrics::histogram!(COMMIT).record(took);
}

pub fn queue_closed() {
    metrics::counter!(QUEUE_CLOSES).increment(1);
}

/// Counted where the work was done, so that it shows whether an unknown name costs as much as a wrong password.
pub fn password_checked() {
    metrics::counter!(PASSWORD_CHECKS).increment(1);
}

pub fn bus_connected(is_connected: bool) {
    metrics::gauge!(BUS_CONNECTED).set(if is_connected { 1.0 } else { 0.0 });
}

pub fn bus_lost() {
    metrics::counter!(BUS_LOST).increment(1);
}
