//! What is on the screen: how far it is scrolled, and which messages a person has had before their eyes.

use std::{cell::Cell, rc::Rc};

use gloo_timers::callback::Timeout;
use leptos::{html, prelude::*};
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlDivElement, VisibilityState};

use crate::protocol::ids::Seq;

/// How long a message must be on screen to count as read.
const READ_MS: u32 = 1000;

/// Distances in CSS pixels.
pub struct Scroll {
    pub from_newest: f64,
    pub from_oldest: f64,
}

/// How far a `column-reverse` scroller is scrolled: its `scrollTop` is 0 at the newest and negative above.
pub fn scroll(scroller: &HtmlDivElement) -> Option<Scroll> {
    let from_newest = f64::from(scroller.scroll_top()).abs();
    let height = f64::from(scroller.scroll_height() - scroller.client_height());
    Some(Scroll { from_newest, from_oldest: height - from_newest })
}

pub fn scroll_to_newest(scroller: &HtmlDivElement) {
    scroller.set_scroll_top(0);
}

/// Whether one writes with a real keyboard, so that taking the focus opens no other one over the page.
pub fn has_keyboard() -> bool {
    window().match_media("(any-hover: hover)").ok().flatten().is_some_and(|media| media.matches())
}

/// Once the document has been laid out anew.
pub fn next_frame(then: impl FnOnce() + 'static) {
    request_animation_frame(then);
}

/// Keeps what one reads where it is, while the list grows or shrinks around it. Browsers' own scroll anchoring goes the
/// wrong way in a `column-reverse` scroller (Chromium 156 moves by the height of what came in front), so it is off there.
#[derive(Clone, Copy)]
pub struct Hold(StoredValue<Option<SendWrapper<(Element, f64)>>>);

pub fn hold() -> Hold {
    Hold(StoredValue::new(None))
}

impl Hold {
    /// Notes which row is the first on screen, and where. At the newest nothing is held: new rows push it up.
    pub fn note(self, scroller: &HtmlDivElement) {
        let is_scrolled = scroll(scroller).is_some_and(|scroll| scroll.from_newest > 1.0);
        let first = is_scrolled.then(|| first_shown(scroller)).flatten();
        self.0.try_set_value(first.map(|row| {
            let top = row.get_bounding_client_rect().top();
            SendWrapper::new((row, top))
        }));
    }

    /// Moves back by what that row has moved since.
    pub fn keep(self, scroller: &HtmlDivElement) {
        let Some(Some(held)) = self.0.try_get_value() else { return };
        let (row, top) = &*held;
        let moved = row.get_bounding_client_rect().top() - top;
        if row.is_connected() && moved.abs() >= 1.0 {
            scroller.set_scroll_top(scroller.scroll_top() + moved.round() as i32);
        }
    }
}

fn first_shown(scroller: &HtmlDivElement) -> Option<Element> {
    let edge = scroller.get_bounding_client_rect().top();
    let rows = scroller.query_selector_all("li[data-by]").ok()?;
    let row = |index| rows.item(index)?.dyn_into::<Element>().ok();
    (0..rows.length()).filter_map(row).find(|row| row.get_bounding_client_rect().bottom() > edge)
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
        let rows = scroller.query_selector_all("[data-by='peer'][data-seq]").ok()?;
        let row = |index| rows.item(index)?.dyn_into::<Element>().ok();
        let is_shown = |row: &Element| {
            let end = row.get_bounding_client_rect().bottom();
            end > edge.top() && end <= edge.bottom() + 1.0
        };
        let newest = (0..rows.length()).rev().filter_map(row).find(is_shown)?;
        newest.get_attribute("data-seq")?.parse().ok().map(Seq)
    }
}
