//! Where the focus is: moving it through lists, and never losing it with what held it.

use std::cell::RefCell;

use leptos::{ev, prelude::*};
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit};

use super::screen::{all, first_below, row};

const FOCUSABLE: &str = "[tabindex], a[href], button:not(:disabled), input, textarea, select";
/// Where one goes on when all that was around the focus is gone: the first of these that is there.
const ANYWHERE: [&str; 4] = ["main textarea", "main h1", ".people a[aria-current]", ".people a[href]"];

/// Gives the focus to the first that the selector finds and that can take it.
pub fn focus(selector: &str) -> bool {
    let found = document().query_selector(selector).ok().flatten();
    found.is_some_and(|element| give(&element))
}

/// Does what a click on it would do.
pub fn press(selector: &str) {
    if let Ok(Some(element)) = document().query_selector(selector) {
        element.unchecked_into::<HtmlElement>().click();
    }
}

/// Whether a key is held with it that makes it a command of the browser or of the page, and no letter.
pub fn is_command(event: &ev::KeyboardEvent) -> bool {
    event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// Whether any other key is held with it, so that it means something else.
pub fn is_chord(event: &ev::KeyboardEvent) -> bool {
    is_command(event) || event.shift_key()
}

/// Moves the focus through what the selector finds in the list that heard the key.
pub fn step(event: &ev::KeyboardEvent, selector: &str) {
    let list = event.current_target().and_then(|list| list.dyn_into::<Element>().ok());
    let Some(list) = list.filter(|_| !is_chord(event)) else { return };
    let Some(rows) = all(&list, selector).filter(|rows| rows.length() > 0) else { return };
    let last = rows.length() - 1;
    let next = next(&event.key(), &list, &rows, last).and_then(|next| row(&rows, next.min(last)));
    if next.is_some_and(|next| give(&next)) {
        event.prevent_default();
    }
}

fn next(key: &str, list: &Element, rows: &web_sys::NodeList, last: u32) -> Option<u32> {
    let active = document().active_element()?;
    // What stands in a row, a link or a reaction, counts as the row.
    let is_here = |index: &u32| row(rows, *index).is_some_and(|row| row.contains(Some(&active)));
    let edge = list.get_bounding_client_rect();
    let Some(here) = (0..=last).find(is_here) else {
        // From the list itself one comes to the last row that is wholly on screen.
        let is_key = matches!(key, "ArrowUp" | "ArrowDown" | "PageUp" | "PageDown" | "Home" | "End");
        let shown = first_below(rows, edge.bottom() + 1.0).saturating_sub(1);
        return (is_key && active == *list).then_some(shown);
    };
    let place = row(rows, here)?.get_bounding_client_rect().bottom();
    match key {
        "ArrowUp" => Some(here.saturating_sub(1)),
        "ArrowDown" => Some(here + 1),
        "Home" => Some(0),
        "End" => Some(last),
        "PageUp" => Some(first_below(rows, place - edge.height()).min(here.saturating_sub(1))),
        "PageDown" => Some(first_below(rows, place + edge.height()).saturating_sub(1).max(here + 1)),
        _ => None,
    }
}

fn give(element: &Element) -> bool {
    give_and(element, &FocusOptions::new())
}

/// Who lost the focus may be looking elsewhere, and stays there.
fn give_in_place(element: &Element) -> bool {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    give_and(element, &options)
}

fn give_and(element: &Element, options: &FocusOptions) -> bool {
    let element: &HtmlElement = element.unchecked_ref();
    if !element.matches(FOCUSABLE).unwrap_or_default() {
        let _ = element.set_attribute("tabindex", "-1");
    }
    let _ = element.focus_with_options(options);
    document().active_element().as_ref() == Some(element.as_ref())
}

thread_local! {
    /// What had the focus last, and all that it stands in.
    static LAST: RefCell<Vec<Element>> = const { RefCell::new(Vec::new()) };
}

/// Watches as long as the page stands: where what has the focus is taken away, its nearest neighbour has it next.
pub fn guard_focus() {
    std::mem::forget(window_event_listener(ev::focusin, |event| {
        let mut here = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let mut path = Vec::new();
        while let Some(element) = here {
            here = element.parent_element();
            path.push(element);
        }
        LAST.set(path);
    }));
    let removed = Closure::<dyn FnMut()>::new(|| {
        if is_lost() {
            recover();
        }
    });
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    if let (Some(body), Ok(observer)) = (document().body(), MutationObserver::new(removed.as_ref().unchecked_ref())) {
        let _ = observer.observe_with_options(&body, &options);
    }
    removed.forget();
}

/// Nothing has the focus, and what had it is not in the document any more.
fn is_lost() -> bool {
    let is_nowhere = document().active_element().is_none_or(|active| active.tag_name() == "BODY");
    is_nowhere && LAST.with_borrow(|path| path.first().is_some_and(|element| !element.is_connected()))
}

fn recover() {
    let path = LAST.take();
    let is_inside = |element: &&Element| element.is_connected() && element.matches("main *, nav *").unwrap_or_default();
    for element in path.iter().filter(is_inside) {
        let is_focusable = element.matches(FOCUSABLE).unwrap_or_default() && give_in_place(element);
        let inside = || element.query_selector(FOCUSABLE).ok().flatten();
        if is_focusable || inside().is_some_and(|inside| give_in_place(&inside)) {
            return;
        }
    }
    let _ = ANYWHERE.into_iter().any(focus);
}
