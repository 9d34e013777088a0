//! What the world does to a page: it goes offline and comes back, is hidden and shown.

use std::cell::Cell;

use leptos::{
    ev,
    prelude::{document, window_event_listener},
};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::VisibilityState;

use super::{hands::Tell, now};
use crate::chat::Event;

/// Listens as long as the page stands.
pub fn listen(tell: &Tell) {
    let online = tell.clone();
    std::mem::forget(window_event_listener(ev::online, move |_| online(Event::Online)));
    let offline = tell.clone();
    std::mem::forget(window_event_listener(ev::offline, move |_| offline(Event::Offline)));
    let tell = tell.clone();
    let hidden_at = Cell::new(now());
    let changed = Closure::<dyn FnMut()>::new(move || {
        if document().visibility_state() == VisibilityState::Hidden {
            hidden_at.set(now());
            tell(Event::Hidden);
        } else {
            tell(Event::Visible { hidden_for_ms: now().since(hidden_at.get()) });
        }
    });
    // A page that cannot listen is as one that is always shown.
    let _ = document().add_event_listener_with_callback("visibilitychange", changed.as_ref().unchecked_ref());
    changed.forget();
}
