//! HTTP in front of everything: who may ask (guard), who asks (identity), and where the question goes.
//!
//! Nothing here decides about messages. `accept` feeds it connections, `socket` hands upgraded ones to `connection`,
//! the pages and their forms are `app`'s.

pub mod accept;
pub mod answer;
pub mod forms;
pub mod guard;
pub mod identity;
pub mod opening;
pub mod page;
pub mod probe;
pub mod program;
pub mod socket;

use axum::{Router, middleware, routing};
use leptos::prelude::*;
use leptos_axum::{LeptosRoutes, generate_route_list};
use tower_http::{catch_panic::CatchPanicLayer, services::ServeDir};

use crate::{app, server::house::SharedHouse};

/// Everything that the server answers.
pub fn router(house: SharedHouse, options: LeptosOptions) -> Router {
    let context = {
        let house = house.clone();
        move || provide_context(house.clone())
    };
    let page = {
        let options = options.clone();
        move || page::document(options.clone())
    };
    let package = ServeDir::new(format!("{}/{}", options.site_root, options.site_pkg_dir))
        .precompressed_br()
        .precompressed_gzip();
    let files = ServeDir::new(options.site_root.as_ref());
    let state = AppState { house: house.clone(), options };
    Router::new()
        .route("/ws", routing::any(socket::open))
        .route("/api/session", routing::get(program::session))
        .route("/api/token", routing::post(program::token))
        .route("/healthz", routing::get(probe::health))
        .route("/readyz", routing::get(probe::ready))
        .leptos_routes_with_context(&state, generate_route_list(app::App), context, page)
        .nest_service(
            "/pkg",
            tower::ServiceBuilder::new().layer(middleware::from_fn(guard::immutable)).service(package),
        )
        .fallback_service(files)
        .layer(middleware::from_fn_with_state(house.clone(), identity::identify))
        .layer(middleware::from_fn_with_state(house.clone(), forms::accept))
        .layer(middleware::from_fn_with_state(house.clone(), guard::guard))
        .layer(CatchPanicLayer::new())
        .with_state(state)
}

/// What handlers can ask for.
#[derive(Clone, axum::extract::FromRef)]
pub struct AppState {
    pub house: SharedHouse,
    pub options: LeptosOptions,
}
