//! The scroller of a timeline: how far it is scrolled, and keeping what one reads where it is while the list grows and
//! shrinks around it.
//!
//! Browsers' own scroll anchoring goes the wrong way in a `column-reverse` scroller (Chromium 156 moves by the height of
//! what came in front), so it is off there. What the window left out below leaves its height behind, in the `.room`:
//! setting `scrollTop` instead would end the momentum of a finger's throw.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use gloo_timers::callback::Timeout;
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use wasm_bindgen::{JsCast, closure::Closure};
use web_sys::{Element, HtmlDivElement, HtmlElement, ResizeObserver};

use super::screen::{all, first_below, row};
use crate::protocol::ids::Seq;

/// How long the light stays on a message that was looked for.
const FOUND_MS: u32 = 2000;

/// Distances in CSS pixels: from the newest, from the last row that is there, from the first one.
pub struct Scroll {
    pub from_newest: f64,
    pub from_end: f64,
    pub from_oldest: f64,
}

#[derive(Clone, Copy)]
pub struct Hold(StoredValue<SendWrapper<Rc<Holding>>>);

struct Holding {
    scroller: NodeRef<html::Div>,
    held: RefCell<Option<Held>>,
    room: Cell<f64>,
    observer: RefCell<Option<Observed>>,
}

/// The first row on screen, where its end is within the content, and how far the list was scrolled.
struct Held {
    row: Element,
    place: f64,
    scroll_top: i32,
}

type Observed = (ResizeObserver, Closure<dyn FnMut()>);

impl Drop for Holding {
    fn drop(&mut self) {
        if let Some((observer, _)) = self.observer.take() {
            observer.disconnect();
        }
    }
}

impl Hold {
    pub fn new(scroller: NodeRef<html::Div>) -> Self {
        Self(StoredValue::new(SendWrapper::new(Rc::new(Holding {
            scroller,
            held: RefCell::default(),
            room: Cell::new(0.0),
            observer: RefCell::default(),
        }))))
    }

    /// Calls when the list has changed its height, before that is painted. The scroller stands in the document by now.
    pub fn watch(self, changed: impl Fn() + 'static) {
        let Some((holding, scroller)) = self.both() else { return };
        let list = scroller.query_selector("ol").ok().flatten();
        let changed = Closure::<dyn FnMut()>::new(changed);
        let observer = ResizeObserver::new(changed.as_ref().unchecked_ref()).ok();
        if let (Some(list), Some(observer)) = (list, observer) {
            observer.observe(&list);
            holding.observer.replace(Some((observer, changed)));
        }
    }

    /// Moves back by what the held row has moved since, and holds the row that is the first on screen now. At the newest
    /// nothing is held: new rows push it up.
    pub fn settle(self, has_after: bool) -> Option<Scroll> {
        let (holding, scroller) = self.both()?;
        holding.move_back(&scroller, has_after);
        let from_newest = f64::from(scroller.scroll_top()).abs();
        let height = f64::from(scroller.scroll_height() - scroller.client_height());
        holding.hold_first(&scroller, from_newest > 1.0 || has_after);
        Some(Scroll { from_newest, from_end: from_newest - holding.room.get(), from_oldest: height - from_newest })
    }

    pub fn to_newest(self) {
        let Some((holding, scroller)) = self.both() else { return };
        holding.held.take();
        holding.set_room(&scroller, 0.0);
        scroller.set_scroll_top(0);
    }

    /// Scrolls so that this row stands in the middle, in the light and with the focus; or else near the top.
    pub fn bring(self, selector: &str, is_found: bool) {
        let Some((holding, scroller)) = self.both() else { return };
        let Some(row) = scroller.query_selector(selector).ok().flatten() else { return };
        let ((top, bottom), edge) = (row_box(&row), scroller.get_bounding_client_rect());
        let way = match is_found {
            true => (top + bottom - edge.top() - edge.bottom()) / 2.0,
            false => top - edge.top(),
        };
        holding.held.take();
        scroller.set_scroll_top(scroller.scroll_top() + way as i32);
        if is_found {
            light_up(row.unchecked_into());
        }
    }

    /// The holes that are on screen.
    pub fn gaps(self) -> Vec<Seq> {
        let Some((_, scroller)) = self.both() else { return Vec::new() };
        let Some(gaps) = all(&scroller, ".gap") else { return Vec::new() };
        let edge = scroller.get_bounding_client_rect();
        let is_shown = |gap: &Element| {
            let (top, bottom) = row_box(gap);
            bottom > edge.top() && top < edge.bottom()
        };
        let after = |gap: Element| gap.get_attribute("data-after")?.parse().ok().map(Seq);
        (0..gaps.length()).filter_map(|index| row(&gaps, index)).filter(is_shown).filter_map(after).collect()
    }

    /// Both are gone once the conversation was left.
    fn both(self) -> Option<(Rc<Holding>, HtmlDivElement)> {
        let holding = (*self.0.try_get_value()?).clone();
        let scroller = holding.scroller.try_get_untracked()??;
        Some((holding, scroller))
    }
}

impl Holding {
    fn move_back(&self, scroller: &HtmlDivElement, has_after: bool) {
        if !has_after {
            self.set_room(scroller, 0.0);
        }
        let held = self.held.borrow();
        let Some(Held { row, place, scroll_top }) = held.as_ref().filter(|held| held.row.is_connected()) else {
            return;
        };
        let moved = place_of(row, scroller) - place;
        if moved.abs() < 1.0 {
            return;
        }
        // A list that has become shorter than it was scrolled has scrolled by itself.
        let is_at_oldest = scroller.scroll_top().abs() + scroller.client_height() >= scroller.scroll_height() - 1;
        let scrolled = if is_at_oldest { *scroll_top } else { scroller.scroll_top() };
        let room = if has_after { (self.room.get() + moved).max(0.0).round() } else { 0.0 };
        self.set_room(scroller, room);
        let rest = place_of(row, scroller) - place;
        let wanted = scrolled + rest.round() as i32;
        if wanted != scroller.scroll_top() {
            scroller.set_scroll_top(wanted);
        }
    }

    fn hold_first(&self, scroller: &HtmlDivElement, is_wanted: bool) {
        let first = || {
            let rows = all(scroller, "li[data-by]")?;
            let index = first_below(&rows, scroller.get_bounding_client_rect().top());
            let row = row(&rows, index.min(rows.length().checked_sub(1)?))?;
            let place = place_of(&row, scroller);
            Some(Held { row, place, scroll_top: scroller.scroll_top() })
        };
        self.held.replace(if is_wanted { first() } else { None });
    }

    fn set_room(&self, scroller: &HtmlDivElement, room: f64) {
        if self.room.replace(room) == room {
            return;
        }
        if let Ok(Some(element)) = scroller.query_selector(".room") {
            let _ = element.set_attribute("height", &room.to_string());
        }
    }
}

/// Where the end of a row is within the content: the same however far one scrolls.
fn place_of(row: &Element, scroller: &HtmlDivElement) -> f64 {
    row_box(row).1 + f64::from(scroller.scroll_top())
}

fn row_box(row: &Element) -> (f64, f64) {
    let area = row.get_bounding_client_rect();
    (area.top(), area.bottom())
}

fn light_up(row: HtmlElement) {
    let _ = row.set_attribute("tabindex", "-1");
    let _ = row.focus();
    let _ = row.set_attribute("data-found", "");
    Timeout::new(FOUND_MS, move || drop(row.remove_attribute("data-found"))).forget();
}
