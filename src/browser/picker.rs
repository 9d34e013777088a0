//! The emoji picker in the browser: its file, what was used lately, and how one walks through the grid by keys.

use leptos::{
    ev,
    prelude::{document, window},
    task::spawn_local,
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlDivElement, HtmlElement, HtmlInputElement, Response};

use super::{has_keyboard, is_command};
use crate::protocol::ids::Username;

/// Fetches a text of ours; `None` where it cannot be had.
pub fn fetch_text(path: String, then: impl FnOnce(Option<String>) + 'static) {
    spawn_local(async move { then(text(&path).await.ok().flatten()) });
}

async fn text(path: &str) -> Result<Option<String>, JsValue> {
    let answer: Response = JsFuture::from(window().fetch_with_str(path)).await?.dyn_into()?;
    if !answer.ok() {
        return Ok(None);
    }
    Ok(JsFuture::from(answer.text()?).await?.as_string())
}

fn key(you: &Username) -> String {
    ["emoji ", you.as_str()].concat()
}

/// The emoji that one used lately, with spaces between them.
pub fn used_emoji(you: &Username) -> String {
    let storage = window().local_storage().ok().flatten();
    storage.and_then(|storage| storage.get_item(&key(you)).ok().flatten()).unwrap_or_default()
}

/// Keeps them. Where the browser keeps nothing, they begin anew.
pub fn keep_used_emoji(you: &Username, signs: &str) {
    let Ok(Some(storage)) = window().local_storage() else { return };
    let _ = storage.set_item(&key(you), signs);
}

/// Closes it, and gives the focus back to what had it before.
pub fn close_popover(popover: &HtmlDivElement) {
    // What is closed already needs no closing.
    let _ = popover.hide_popover();
}

/// At its top, and ready to be written into where that opens no keyboard over it.
pub fn begin_picking(picker: &HtmlDivElement) {
    if let Ok(Some(scroller)) = picker.query_selector(".scroll") {
        scroller.set_scroll_top(0);
    }
    if has_keyboard() {
        focus(field(picker).as_deref());
    }
}

/// The emoji that was clicked.
pub fn emoji_at(event: &ev::MouseEvent) -> Option<String> {
    let clicked: Element = event.target()?.dyn_into().ok()?;
    clicked.closest(".one").ok()??.text_content()
}

/// Down from the search into the grid, by arrows through its rows as they stand, back up into the search. Enter in the
/// search takes the first that was found; whatever is typed in the grid is searched.
pub fn walk_emoji(picker: &HtmlDivElement, event: &ev::KeyboardEvent) {
    if event.is_composing() || is_command(event) {
        return;
    }
    let (Some(field), key) = (field(picker), event.key()) else { return };
    let all = shown(picker);
    let here = document().active_element();
    let next = match all.iter().position(|one| here.as_ref() == Some(one)) {
        Some(here) => match &*key {
            "ArrowLeft" => all.get(here.saturating_sub(1)),
            "ArrowRight" => all.get(here + 1),
            "ArrowDown" => row(&all[here], &all[here + 1..]),
            "ArrowUp" => match row(&all[here], all[..here].iter().rev()) {
                None => Some(field.as_ref()),
                above => above,
            },
            "Home" => all.first(),
            "End" => all.last(),
            _ if key.chars().count() == 1 && key != " " => return focus(Some(&field)),
            _ => return,
        },
        None if key == "ArrowDown" => all.first(),
        None if key == "Enter" && !field.value().trim().is_empty() => {
            if let Some(first) = all.first().and_then(|first| first.dyn_ref::<HtmlElement>()) {
                first.click();
            }
            None
        }
        None => return,
    };
    event.prevent_default();
    focus(next.and_then(|next| next.dyn_ref()));
}

fn field(picker: &HtmlDivElement) -> Option<HtmlInputElement> {
    picker.query_selector("input").ok()??.dyn_into().ok()
}

fn focus(element: Option<&HtmlElement>) {
    if let Some(element) = element {
        // What cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// The emoji that are not hidden, in their order.
fn shown(picker: &HtmlDivElement) -> Vec<Element> {
    let Ok(all) = picker.query_selector_all(".scroll > :not([hidden]) .one") else { return Vec::new() };
    (0..all.length()).filter_map(|index| all.item(index)?.dyn_into().ok()).collect()
}

/// Of those that come after one, in this order: in the first row that is another, the one that stands closest below or
/// above it.
fn row<'all>(here: &Element, others: impl IntoIterator<Item = &'all Element>) -> Option<&'all Element> {
    let here = here.get_bounding_client_rect();
    let mut closest: Option<(&Element, f64, f64)> = None;
    for other in others {
        let place = other.get_bounding_client_rect();
        let (top, aside) = (place.top(), (place.left() - here.left()).abs());
        if (top - here.top()).abs() < 1.0 {
            continue;
        }
        match closest {
            Some((_, row, _)) if (top - row).abs() >= 1.0 => break,
            Some((.., closer)) if aside >= closer => {}
            _ => closest = Some((other, top, aside)),
        }
    }
    closest.map(|(closest, ..)| closest)
}
