//! The keys that work anywhere in the house, and where the focus goes when one goes somewhere. The keys of a list are with
//! the list; all of them are listed in the settings.

use leptos::{ev, prelude::*};

use super::{live::Live, place::Place};
use crate::browser;

const SEARCH: &str = ".find input";

#[component]
pub fn Keys() -> impl IntoView {
    let live = Live::here();
    Effect::new(move |_| browser::guard_focus());
    Effect::new(move |before: Option<Place>| {
        let place = live.place();
        if let Some(before) = before.filter(|before| *before != place) {
            let arrived = place.clone();
            browser::next_frame(move || arrive(&arrived, &before));
        }
        place
    });
    let handle = window_event_listener(ev::keydown, move |event| {
        if event.default_prevented() || event.shift_key() {
            return;
        }
        let is_search =
            (event.ctrl_key() || event.meta_key()) && !event.alt_key() && event.key().eq_ignore_ascii_case("k");
        if is_search {
            event.prevent_default();
            search(live);
        }
        let way = match event.key().as_str() {
            "ArrowUp" => -1,
            "ArrowDown" => 1,
            _ => 0,
        };
        if way != 0 && event.alt_key() && !event.ctrl_key() && !event.meta_key() {
            event.prevent_default();
            go_along(live, way);
        }
    });
    on_cleanup(move || handle.remove());
}

/// Where there is room for one thing only, the list has to come first. Among nobody there is nothing to search: one begins.
fn search(live: Live) {
    if live.with_untracked(|chat| chat.people().is_empty()) {
        live.go(Place::New);
    } else if !browser::focus(SEARCH) {
        live.go(Place::Stage);
        // After the focus that the list itself gives.
        browser::next_frame(|| {
            browser::next_frame(|| {
                browser::focus(SEARCH);
            });
        });
    }
}

/// Opens the conversation above or below the one that is open; where none is, the first or the last.
fn go_along(live: Live, way: isize) {
    let people = live.with_untracked(|chat| chat.people());
    let here = people.iter().position(|person| live.is_at_untracked(&Place::With(person.peer.clone())));
    let next = match here {
        Some(here) => here.checked_add_signed(way),
        None if way > 0 => Some(0),
        None => people.len().checked_sub(1),
    };
    if let Some(person) = next.and_then(|next| people.get(next)) {
        live.go(Place::With(person.peer.clone()));
    }
}

/// A conversation takes the focus into its composer by itself, where that opens no keyboard over it. One who goes back
/// goes back to the link that they came by.
fn arrive(place: &Place, before: &Place) {
    let came_by = || ["a[href=\"", &before.path(), "\"]:not(.back)"].concat();
    let _ = match place {
        Place::With(_) => browser::has_keyboard() || browser::focus("main h1"),
        Place::Stage => browser::focus(&came_by()) || browser::focus("main h1"),
        Place::New if browser::has_keyboard() => browser::focus("#who"),
        Place::New => browser::focus("main h1"),
    };
}
