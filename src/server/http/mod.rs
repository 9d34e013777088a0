//! HTTP in front of everything: who may ask (guard), who asks (identity), and where the question goes.
//!
//! Nothing here decides about messages. `accept` feeds it connections, `socket` hands upgraded ones to `connection`,
//! the pages and their forms are `app`'s.

pub mod accept;
pub mod answer;
mod back;
pub mod cookies;
pub mod forms;
mod gate;
pub mod guard;
pub mod identity;
pub mod opening;
pub mod page;
mod plain;
pub mod probe;
pub mod program;
mod query;
mod settings;
pub mod socket;
mod stall;

use axum::{
    Router,
    extract::{FromRef, Request, State},
    middleware,
    response::{Redirect, Response},
    routing::{self, MethodFilter, MethodRouter},
};
use leptos::{
    prelude::{LeptosOptions, provide_context},
    server_fn::axum::server_fn_paths,
};
use tower::ServiceExt;
use tower_http::{catch_panic::CatchPanicLayer, services::ServeDir};

use crate::server::{fault, house::SharedHouse};

/// Everything that the server answers.
pub fn router(house: SharedHouse, options: LeptosOptions) -> Router {
    // What renders pages spawns on our runtime. That it was told so before, by another router of a test, is as good.
    let _ = any_spawner::Executor::init_tokio();
    let package = ServeDir::new(format!("{}/{}", options.site_root, options.site_pkg_dir))
        .precompressed_br()
        .precompressed_gzip();
    let live = || routing::get(live);
    let mut router = Router::new()
        .route("/ws", routing::any(socket::open))
        .route("/dialect/channel", routing::any(socket::open))
        .route("/dialect/pair", routing::any(socket::open))
        .route("/", live())
        .route("/new", live())
        .route("/with/{name}", live())
        .route("/shell", routing::get(shell))
        .route("/settings", routing::get(settings))
        .route("/settings/leave", routing::get(leave))
        .route("/settings/invite", routing::get(invitation).post(invitation))
        .route("/settings/token", routing::get(back_to_programs).post(token))
        .route("/login", routing::get(login))
        .route("/register", routing::get(register))
        .route("/api/session", routing::get(program::session))
        .route("/api/token", routing::post(program::token))
        .route("/healthz", routing::get(probe::health))
        .route("/readyz", routing::get(probe::ready))
        .nest_service(
            "/pkg",
            tower::ServiceBuilder::new().layer(middleware::from_fn(guard::immutable)).service(package),
        )
        .fallback(file);
    if let Some(path) = fault::at("echo-at") {
        router = router.route(path, routing::any(socket::open));
    }
    for (path, method) in server_fn_paths() {
        router = router.route(path, function(method));
    }
    router
        .layer(middleware::from_fn_with_state(house.clone(), identity::identify))
        .layer(middleware::from_fn_with_state(house.clone(), forms::accept))
        // Beneath the guard, which dresses the answer to a defect like any other; and above it, for its own.
        .layer(CatchPanicLayer::new())
        .layer(middleware::from_fn_with_state(house.clone(), guard::guard))
        .layer(CatchPanicLayer::new())
        .with_state(AppState { house, options })
}

async fn live(State(house): State<SharedHouse>, State(options): State<LeptosOptions>, request: Request) -> Response {
    page::live(house, options, request).await
}

async fn shell(State(house): State<SharedHouse>, State(options): State<LeptosOptions>, request: Request) -> Response {
    page::shell(house, options, request).await
}

async fn login(State(house): State<SharedHouse>, State(options): State<LeptosOptions>, request: Request) -> Response {
    gate::login(house, options, request).await
}

async fn register(
    State(house): State<SharedHouse>,
    State(options): State<LeptosOptions>,
    request: Request,
) -> Response {
    gate::register(house, options, request).await
}

async fn settings(
    State(house): State<SharedHouse>,
    State(options): State<LeptosOptions>,
    request: Request,
) -> Response {
    settings::settings(house, options, request).await
}

async fn leave(State(options): State<LeptosOptions>, request: Request) -> Response {
    settings::leave(options, request).await
}

async fn invitation(
    State(house): State<SharedHouse>,
    State(options): State<LeptosOptions>,
    request: Request,
) -> Response {
    settings::invitation(house, options, request).await
}

async fn token(State(house): State<SharedHouse>, State(options): State<LeptosOptions>, request: Request) -> Response {
    settings::token(house, options, request).await
}

/// A token is shown once, and whoever comes back to its address finds the list.
async fn back_to_programs() -> Redirect {
    Redirect::to("/settings#programs")
}

/// A server function of `app::account`.
fn function(method: axum::http::Method) -> MethodRouter<AppState> {
    let filter = MethodFilter::try_from(method).unwrap_or(MethodFilter::POST);
    routing::on(filter, async |State(house): State<SharedHouse>, request: Request| {
        leptos_axum::handle_server_fns_with_context(move || provide_context(house.clone()), request).await
    })
}

/// A file of the site, such as an icon; a page that says so where there is none.
async fn file(State(options): State<LeptosOptions>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let asked = Request::from_parts(parts.clone(), axum::body::Body::empty());
    let files = ServeDir::new(options.site_root.as_ref()).precompressed_br().precompressed_gzip();
    let found = files.oneshot(asked).await;
    match found {
        Ok(found) if found.status() != axum::http::StatusCode::NOT_FOUND => found.map(axum::body::Body::new),
        _ => page::missing(options, Request::from_parts(parts, body)).await,
    }
}

/// What handlers can ask for.
#[derive(Clone, FromRef)]
pub struct AppState {
    pub house: SharedHouse,
    pub options: LeptosOptions,
}
