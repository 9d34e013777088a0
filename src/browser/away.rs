//! What reaches a person who looks elsewhere. `public/away.js` does it, which stands in the page before this does; here is
//! only what it is told. Where it did not load, the page is without a sound and lives on.

use js_sys::Array;
use leptos::task::spawn_local;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

use super::kept::Kept;
use crate::{
    app::place::Place,
    protocol::{
        ids::Username,
        server::{Conversation, You},
    },
};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = away, js_name = begin)]
    fn tell_begin(username: &str, name: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = away, js_name = ring)]
    fn tell_ring(peer: &str, path: &str, name: &str, text: &str) -> Result<(), JsValue>;

    #[wasm_bindgen(catch, js_namespace = away, js_name = unread)]
    fn tell_unread(total: f64, peers: Array) -> Result<(), JsValue>;
}

/// The page lives: this is whose it is, and whom they talk to. What `reopen` opens with.
pub fn begin(you: &You, list: Vec<Conversation>) {
    let _ = tell_begin(you.username.as_str(), &you.name);
    let username = you.username.clone();
    spawn_local(async move { Kept::open(&username).await.remember_list(&list).await });
}

/// Somebody said something just now. A sound and a notification, where nobody looks and the person wants them: to be
/// called once for a message, in one tab.
pub fn ring(peer: &Username, name: &str, text: Option<&str>) {
    let path = Place::With(peer.clone()).path();
    let _ = tell_ring(peer.as_str(), &path, name, text.unwrap_or_default());
}

/// How many messages are unread, and whose: on the icon, and in which notifications still stand.
pub fn show_unread<'peers>(total: u64, peers: impl Iterator<Item = &'peers Username>) {
    let peers = peers.map(|peer| JsValue::from_str(peer.as_str())).collect();
    let _ = tell_unread(total as f64, peers);
}
