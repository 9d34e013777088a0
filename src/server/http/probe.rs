//! Whether the process lives, and whether it can store. For whoever watches the server, so exempt from the Host rule.

use axum::{extract::State, http::StatusCode};

use crate::server::house::SharedHouse;

pub async fn health() -> &'static str {
    "ok\n"
}

pub async fn ready(State(house): State<SharedHouse>) -> (StatusCode, &'static str) {
    match house.store.ready().await {
        Ok(()) => (StatusCode::OK, "ok\n"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the store cannot be written to\n"),
    }
}
