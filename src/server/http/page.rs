//! The documents that the server writes: the live page with its scripts, and the plain ones without. Each comes with the
//! policy that its scripts run under.

use axum::{
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY},
    },
    response::Response,
};
use leptos::{
    html,
    nonce::{Nonce, use_nonce},
    prelude::*,
};
use leptos_axum::ResponseOptions;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};

use super::answer;
use crate::{
    app::{self, opening::Opened},
    server::house::SharedHouse,
    words::Words,
};

/// The page that people live in.
pub async fn live(house: SharedHouse, options: LeptosOptions, request: Request) -> Response {
    let context = move || provide_context(house.clone());
    let document = move || {
        // `away.js` first: scripts that are deferred run in their order, and the page calls it when it comes to life.
        let scripts = view! {
            <script src="/away.js" nonce=use_nonce() defer></script>
            <AutoReload options=options.clone()/>
            <HydrationScripts options=options.clone()/>
        };
        document(options.clone(), scripts, app::App)
    };
    leptos_axum::render_app_async_with_context(context, document)(request).await
}

/// The page that a browser keeps and opens where we cannot be reached: the same scripts, and nobody's words. What it shows
/// the browser knows itself (`app::house`).
pub async fn shell(house: SharedHouse, options: LeptosOptions, mut request: Request) -> Response {
    request.extensions_mut().insert(Opened::Shell);
    let mut answer = live(house, options, request).await;
    answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    answer
}

/// A page without a life of its own.
pub async fn render<Body: IntoView + 'static>(
    options: LeptosOptions,
    request: Request,
    body: impl Fn() -> Body + Clone + Send + Sync + 'static,
) -> Response {
    let document = move || {
        provide_meta_context();
        document(options.clone(), (), body.clone())
    };
    leptos_axum::render_app_async_with_context(|| {}, document)(request).await
}

pub async fn missing(options: LeptosOptions, request: Request) -> Response {
    let mut answer = render(options, request, || view! { <Missing/> }).await;
    *answer.status_mut() = StatusCode::NOT_FOUND;
    answer
}

#[component]
fn Missing() -> impl IntoView {
    let words = Words::here();
    view! {
        <Title text=format!("{} · Duologue", words.no_such_page())/>
        <main class="start">
            <header>
                <h1>{words.there_is_no_such_page()}</h1>
                <p><a href="/">{words.back_to_conversations()}</a></p>
            </header>
        </main>
    }
}

/// The ground of the list (--stone-1), for the bar that a browser draws above it.
fn ground(theme: Option<&str>) -> impl IntoView {
    let (light, dark) = ("#ece5e5", "#150f11");
    let of = |colour: &'static str, media: Option<&'static str>| {
        html::meta().name("theme-color").content(colour).attr("media", media)
    };
    match theme {
        Some("dark") => vec![of(dark, None)],
        Some(_) => vec![of(light, None)],
        None => vec![of(light, Some("(prefers-color-scheme: light)")), of(dark, Some("(prefers-color-scheme: dark)"))],
    }
}

/// What a page may load and reach. While it is worked on (`make dev`), it also hears when to begin anew.
fn policy(nonce: &Nonce, options: &LeptosOptions) -> String {
    let reload = match std::env::var_os("LEPTOS_WATCH") {
        Some(_) => format!(" ws://127.0.0.1:{0} ws://localhost:{0}", options.reload_port),
        None => String::new(),
    };
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
         connect-src 'self'{reload}; manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn document<Body: IntoView + 'static>(
    options: LeptosOptions,
    scripts: impl IntoView,
    body: impl FnOnce() -> Body,
) -> impl IntoView {
    if let (Some(nonce), Some(answer)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Ok(policy) = HeaderValue::from_str(&policy(&nonce, &options))
    {
        answer.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    let (words, theme) = (answer::words(), answer::theme());
    provide_context(words);
    view! {
        <!DOCTYPE html>
        <html lang=words.0.tag() dir="ltr" data-theme=theme>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content"/>
                <meta name="color-scheme" content=theme.unwrap_or("light dark")/>
                {ground(theme)}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/apple-touch-icon.png"/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                {scripts}
                <HashedStylesheet options id="style"/>
                <MetaTags/>
            </head>
            <body>{body()}</body>
        </html>
    }
}
