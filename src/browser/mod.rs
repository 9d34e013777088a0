//! Everything that touches the browser, behind a facade; `absent.rs` is what the server's half compiles in its place.
//!
//! `start` gives the page its hands: they carry out the effects of `chat` one after another, so that a message is stored
//! before it is sent, and they report back with events. What happens is never decided here.

mod away;
mod focus;
mod hands;
mod hold;
mod kept;
mod layer;
mod picker;
mod place;
mod post;
mod reopen;
mod screen;
mod socket;
mod tabs;
mod time;
mod world;

use js_sys::{Date, Math};
use leptos::prelude::{document, window};

pub use self::{
    away::{begin, show_unread},
    focus::{focus, guard_focus, is_chord, is_command, press, step},
    hands::{Hands, start},
    hold::{Hold, Scroll},
    layer::{
        ask, copy, expand, focus_message, hide_layer, insert, is_confirmed, is_left, is_open, layer, show_layer, walk,
        wants_own_menu,
    },
    picker::{begin_picking, close_popover, emoji_at, fetch_text, keep_used_emoji, used_emoji, walk_emoji},
    place::{set_path, watch_place},
    post::submit,
    reopen::reopen,
    screen::{Watch, has_keyboard, next_frame, set_attribute, watch_seen},
    time::{offset_minutes, written},
};
use crate::{
    app::opening::Opened,
    protocol::ids::{Id, Millis, Username},
    words::Language,
};

/// The browser's clock.
pub fn now() -> Millis {
    Millis(Date::now() as u64)
}

/// For jitter: no secret hangs on it.
pub fn random() -> u64 {
    (Math::random() * (1_u64 << 53) as f64) as u64
}

/// An id that nobody else makes, and that rises with time. `randomUUID` would need TLS.
pub fn new_id() -> Id {
    let mut random = [0; 10];
    if window().crypto().and_then(|crypto| crypto.get_random_values_with_u8_array(&mut random)).is_err() {
        random.fill_with(|| (Math::random() * 256.0) as u8);
    }
    Id::from_parts(now(), random)
}

/// Goes to a page of ours, which begins anew.
pub fn go(path: &str) {
    // A page that cannot be left has nobody to tell.
    let _ = window().location().assign(path);
}

fn draft_key(you: &Username, peer: &Username) -> String {
    format!("draft {you} {peer}")
}

/// What was being written to somebody.
pub fn draft(you: &Username, peer: &Username) -> String {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(&draft_key(you, peer)).ok().flatten()).unwrap_or_default()
}

/// Keeps it over a reload. Where the browser keeps nothing, a reload loses it.
pub fn keep_draft(you: &Username, peer: &Username, text: &str) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    let key = draft_key(you, peer);
    let _ = if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, text) };
}

/// The language that the server wrote the page in.
pub fn language() -> Language {
    let root = document().document_element();
    root.and_then(|root| Language::of_tag(&root.get_attribute("lang")?)).unwrap_or_default()
}

/// In a browser it is in the page already, or nowhere.
pub fn opened() -> Option<Opened> {
    None
}

/// A text that is to stand in the title: a browser takes it for what it is.
pub fn in_title(text: String) -> String {
    text
}
