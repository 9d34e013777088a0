//! What is on the screen: which rows, and which messages a person has had before their eyes.

use std::{cell::Cell, rc::Rc};

use gloo_timers::callback::Timeout;
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, NodeList, VisibilityState};

use crate::protocol::ids::Seq;

/// How long a message must be on screen to count as read.
const READ_MS: u32 = 1000;

/// Whether one writes with a real keyboard, so that taking the focus opens no other one over the page.
pub fn has_keyboard() -> bool {
    window().match_media("(any-hover: hover)").ok().flatten().is_some_and(|media| media.matches())
}

/// Once the document has been laid out anew.
pub fn next_frame(then: impl FnOnce() + 'static) {
    request_animation_frame(then);
}

/// Takes an attribute away where it has no value.
pub fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

pub fn all(inside: &Element, selector: &str) -> Option<NodeList> {
    inside.query_selector_all(selector).ok()
}

pub fn row(rows: &NodeList, index: u32) -> Option<Element> {
    rows.item(index)?.dyn_into().ok()
}

/// Which of the rows is the first that ends below this line. They stand in order, so few have to be measured.
pub fn first_below(rows: &NodeList, line: f64) -> u32 {
    let (mut low, mut high) = (0, rows.length());
    while low < high {
        let middle = u32::midpoint(low, high);
        let is_below = row(rows, middle).is_some_and(|row| row.get_bounding_client_rect().bottom() > line);
        if is_below { high = middle } else { low = middle + 1 }
    }
    low
}

/// Watches which messages of the peer have been before a person's eyes for a second.
#[derive(Clone, Copy)]
pub struct Watch(StoredValue<SendWrapper<Rc<Watching>>>);

struct Watching {
    scroller: NodeRef<html::Div>,
    seen: Box<dyn Fn(Seq)>,
    is_waiting: Cell<bool>,
    last: Cell<Seq>,
}

pub fn watch_seen(scroller: NodeRef<html::Div>, seen: impl Fn(Seq) + Clone + 'static) -> Watch {
    Watch(StoredValue::new(SendWrapper::new(Rc::new(Watching {
        scroller,
        seen: Box::new(seen),
        is_waiting: Cell::new(false),
        last: Cell::new(Seq(0)),
    }))))
}

impl Watch {
    /// Looks now, and in a second once more: what was there both times was seen.
    pub fn look(self) {
        // After the conversation was left there is nothing to see.
        let Some(watching) = self.0.try_get_value() else { return };
        if watching.is_waiting.get() {
            return;
        }
        let Some(first) = watching.newest_shown().filter(|seq| *seq > watching.last.get()) else { return };
        watching.is_waiting.set(true);
        Timeout::new(READ_MS, move || {
            watching.is_waiting.set(false);
            if let Some(second) = watching.newest_shown() {
                let seq = first.min(second);
                watching.last.set(watching.last.get().max(seq));
                (watching.seen)(seq);
            }
            self.look();
        })
        .forget();
    }
}

impl Watching {
    /// The newest message of the peer whose end is on screen, while a person looks.
    fn newest_shown(&self) -> Option<Seq> {
        let document = document();
        if document.visibility_state() != VisibilityState::Visible || !document.has_focus().unwrap_or(true) {
            return None;
        }
        let scroller = self.scroller.try_get_untracked()??;
        let edge = scroller.get_bounding_client_rect();
        let rows = all(&scroller, "[data-by='peer'][data-seq]")?;
        let newest = row(&rows, first_below(&rows, edge.bottom() + 1.0).checked_sub(1)?)?;
        let is_shown = newest.get_bounding_client_rect().bottom() > edge.top();
        newest.get_attribute("data-seq").filter(|_| is_shown)?.parse().ok().map(Seq)
    }
}
