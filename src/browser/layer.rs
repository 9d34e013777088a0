//! What stands over the page, popovers and dialogs, and where the focus is while they do. And the clipboard.

use std::cell::RefCell;

use leptos::prelude::{document, window};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{
    ClipboardEvent, Element, FocusEvent, HtmlDialogElement, HtmlDocument, HtmlElement, HtmlTextAreaElement, MouseEvent,
    ShowPopoverOptions,
};

use super::screen::set_attribute;
use crate::protocol::ids::Id;

/// The button of the message that a layer stands open for.
const OPENER: &str = ".more[aria-expanded='true']";
const ENTRIES: &str = "[role^='menuitem']";
/// How far, in CSS pixels, a layer stays from the edges where browsers know no anchors.
const EDGE: i32 = 16;

thread_local! {
    /// Who had the focus before a layer took it.
    static BEFORE: RefCell<Option<HtmlElement>> = const { RefCell::new(None) };
}

/// The layer of this name, where a part of the page has made one.
pub fn layer(name: &str) -> Option<HtmlElement> {
    document().get_element_by_id(name)?.dyn_into().ok()
}

/// Says of the buttons of the messages for which of them something stands open, if for any.
pub fn expand(message: Option<&Id>) {
    let set = |button: HtmlElement, is_expanded: &str| set_attribute(&button, "aria-expanded", Some(is_expanded));
    if let Some(button) = found(OPENER) {
        set(button, "false");
    }
    // An id has no character that means anything in a selector.
    if let Some(button) = message.and_then(|id| found(&[".more[value='", id.as_str(), "']"].concat())) {
        set(button, "true");
    }
}

/// Shows a layer beside the button that stands expanded for it. A menu gives the focus to its first entry.
pub fn show_layer(layer: &HtmlElement) {
    if !is_open(layer) {
        BEFORE.set(focused());
    }
    let options = ShowPopoverOptions::new();
    let opener = found(OPENER);
    if let Some(opener) = &opener {
        options.set_source(opener);
    }
    // One that is open already is where it should be.
    let _ = layer.show_popover_with_options(&options);
    if let Some(opener) = opener {
        place(layer, &opener);
    }
    focus_entry(layer, 0);
}

/// Where anchors are unknown, the style sheet reads the place from here.
fn place(layer: &HtmlElement, opener: &Element) {
    let (root, corner, style) = (document().document_element(), opener.get_bounding_client_rect(), layer.style());
    let Some(root) = root else { return };
    let x = (corner.left() as i32).min(root.client_width() - layer.offset_width() - EDGE);
    let y = (corner.bottom() as i32).min(root.client_height() - layer.offset_height() - EDGE);
    let _ = style.set_property("--menu-x", &(x.max(EDGE).to_string() + "px"));
    let _ = style.set_property("--menu-y", &(y.max(EDGE).to_string() + "px"));
}

/// Takes a layer away. The focus goes back to where it was, unless it has gone elsewhere by itself.
pub fn hide_layer(layer: &HtmlElement) {
    let is_lost = focused().is_none_or(|focused| layer.contains(Some(&focused)));
    if layer.hide_popover().is_ok() && is_lost {
        BEFORE.with_borrow(|before| before.as_ref().map(HtmlElement::focus));
    }
}

pub fn is_open(layer: &HtmlElement) -> bool {
    layer.matches(":popover-open").unwrap_or_default()
}

/// Whether the focus goes out of a layer: to a place that is neither in it nor the button that opened it.
pub fn is_left(layer: &HtmlElement, event: &FocusEvent) -> bool {
    let next = event.related_target().and_then(|next| next.dyn_into::<Element>().ok());
    next.is_none_or(|next| !layer.contains(Some(&next)) && !next.matches(OPENER).unwrap_or_default())
}

/// Moves the focus among a menu's entries; `false` for a key that does not.
pub fn walk(layer: &HtmlElement, key: &str) -> bool {
    let Ok(entries) = layer.query_selector_all(ENTRIES) else { return false };
    let entry = |index: u32| entries.item(index)?.dyn_into::<HtmlElement>().ok();
    let count = entries.length();
    let here = focused().and_then(|focused| (0..count).find(|index| entry(*index).as_ref() == Some(&focused)));
    // The quick ones stand in one line.
    let is_quick = |index: u32| entry(index).is_some_and(|entry| entry.matches(".quick > *").unwrap_or_default());
    let in_line = (0..count).take_while(|index| is_quick(*index)).count() as u32;
    let next = match (key, here) {
        ("ArrowDown", Some(here)) if here < in_line => in_line,
        ("ArrowUp", Some(here)) if here > 0 && here <= in_line => {
            if here < in_line {
                count - 1
            } else {
                0
            }
        }
        ("ArrowDown" | "ArrowRight", Some(here)) => here + 1,
        ("ArrowUp" | "ArrowLeft", Some(here)) => here + count - 1,
        ("ArrowUp" | "End", _) => count - 1,
        ("ArrowDown" | "Home", _) => 0,
        (letter, here) if letter.chars().count() == 1 => {
            let letter = letter.to_lowercase();
            let begins = |index: &u32| {
                entry(index % count).is_some_and(|entry| entry.inner_text().trim().to_lowercase().starts_with(&letter))
            };
            let after = here.map_or(0, |here| here + 1);
            let Some(next) = (after..after + count).find(begins) else { return false };
            next
        }
        _ => return false,
    };
    focus_entry(layer, next % count.max(1));
    true
}

fn focus_entry(layer: &HtmlElement, index: u32) {
    let entry = layer.query_selector_all(ENTRIES).ok().and_then(|entries| entries.item(index));
    if let Some(entry) = entry.and_then(|entry| entry.dyn_into::<HtmlElement>().ok()) {
        let _ = entry.focus();
    }
}

/// Opens a dialog that must be answered first. `is_confirmed` says how it was answered.
pub fn ask(dialog: &HtmlDialogElement) {
    dialog.set_return_value("");
    let _ = dialog.show_modal();
}

pub fn is_confirmed(dialog: &HtmlDialogElement) -> bool {
    !dialog.return_value().is_empty()
}

/// Puts the focus on the message in which it is: what has it may be about to go.
pub fn focus_message() {
    let message = focused().and_then(|focused| focused.closest("li").ok().flatten());
    if let Some(message) = message.and_then(|message| message.dyn_into::<HtmlElement>().ok()) {
        let _ = message.focus();
    }
}

/// Whether what was clicked is better served by the browser's own menu: a link, or selected text.
pub fn wants_own_menu(event: &MouseEvent) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let is_link = target.is_some_and(|target| target.closest("a[href]").is_ok_and(|link| link.is_some()));
    let selection = window().get_selection().ok().flatten();
    is_link || selection.is_some_and(|selection| !selection.is_collapsed())
}

/// Copies a text. `navigator.clipboard` would need TLS; this way works wherever the page does.
pub fn copy(text: &str) {
    let text = text.to_owned();
    let fill = Closure::<dyn FnMut(ClipboardEvent)>::new(move |event: ClipboardEvent| {
        if let Some(data) = event.clipboard_data() {
            let _ = data.set_data("text/plain", &text);
            event.prevent_default();
        }
    });
    let document = document();
    let _ = document.add_event_listener_with_callback("copy", fill.as_ref().unchecked_ref());
    if let Some(document) = document.dyn_ref::<HtmlDocument>() {
        // A browser that does not let us leaves the clipboard as it was.
        let _ = document.exec_command("copy");
    }
    let _ = document.remove_event_listener_with_callback("copy", fill.as_ref().unchecked_ref());
}

/// Puts a text where the caret is, and the caret behind it. Answers what stands there now.
pub fn insert(field: &HtmlTextAreaElement, text: &str) -> String {
    let start = field.selection_start().ok().flatten().unwrap_or_default();
    let end = field.selection_end().ok().flatten().unwrap_or(start);
    let _ = field.set_range_text_with_start_and_end_and_mode(text, start, end, "end");
    field.value()
}

fn focused() -> Option<HtmlElement> {
    let focused = document().active_element()?.dyn_into::<HtmlElement>().ok()?;
    (!focused.is_instance_of::<web_sys::HtmlBodyElement>()).then_some(focused)
}

fn found(selector: &str) -> Option<HtmlElement> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}
