//! The address bar: going within the page, and the browser's own back and forward.

use std::rc::Rc;

use leptos::{
    ev,
    prelude::{document, window, window_event_listener},
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, HtmlAnchorElement, MouseEvent};

use crate::app::place::Place;

/// Puts a new address into the bar, one step further in the history.
pub fn set_path(path: &str) {
    // An address that cannot be shown leads to the same place.
    let _ = window().history().and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(path)));
}

/// Says where a person goes: by a link of ours, by back and forward. Listens as long as the page stands.
pub fn watch_place(then: impl Fn(&str) + 'static) {
    let then = Rc::new(then);
    let back = then.clone();
    std::mem::forget(window_event_listener(ev::popstate, move |_| {
        if let Ok(path) = window().location().pathname() {
            back(&path);
        }
    }));
    let clicked = Closure::<dyn FnMut(MouseEvent)>::new(move |event: MouseEvent| {
        if let Some(path) = local_link(&event) {
            event.prevent_default();
            set_path(&path);
            then(&path);
        }
    });
    // Without it a link is a link: the page begins anew.
    let _ = document().add_event_listener_with_callback("click", clicked.as_ref().unchecked_ref());
    clicked.forget();
}

/// The path of the link that was clicked plainly, if it leads to another place within the page.
fn local_link(event: &MouseEvent) -> Option<String> {
    let is_plain =
        event.button() == 0 && !event.ctrl_key() && !event.meta_key() && !event.shift_key() && !event.alt_key();
    if !is_plain || event.default_prevented() {
        return None;
    }
    let element: Element = event.target()?.dyn_into().ok()?;
    let link: HtmlAnchorElement = element.closest("a[href]").ok()??.dyn_into().ok()?;
    let is_ours = link.origin() == window().location().origin().ok()? && link.target().is_empty();
    let path = link.pathname();
    (is_ours && link.hash().is_empty() && Place::at(&path).is_some()).then_some(path)
}
