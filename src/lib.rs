//! The browser's half: the modules that the page is made of, and its way in.
//! The server's half names its own in `main.rs`; `app`, `chat` and `protocol` are in both.
#![cfg(feature = "hydrate")]
#![recursion_limit = "256"]
// Each half uses only its part of what both share.
#![allow(dead_code)]

mod app;
mod browser;
mod chat;
mod protocol;
mod words;

#[wasm_bindgen::prelude::wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
