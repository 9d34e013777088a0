//! Leptos views and thin server functions, compiled into both halves.
//!
//! A view is a function of signals and callbacks; it touches no socket and no SQL. What a person does goes to `live`,
//! which asks the state machine in `chat` and lets `browser` carry out what comes of it. `App` is what is hydrated: the
//! house. The gate in front of it and the settings beside it are plain HTML that the server alone renders (`server::http`).

mod about;
pub mod account;
mod address;
pub mod avatar;
mod banner;
pub mod brand;
pub mod clock;
mod composer;
mod deletion;
mod desk;
mod emoji;
pub mod field;
mod find;
pub mod form;
mod house;
pub mod icon;
mod keys;
mod lines;
mod live;
mod markup;
mod mending;
mod menu;
mod message;
pub mod opening;
mod palette;
pub mod people;
mod picker;
pub mod place;
mod reactions;
mod reading;
pub mod refusal;
mod said;
mod sequence;
mod start;
mod status;
mod thread;
mod timeline;
mod undone;
mod window;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};

use self::house::House;
use crate::{browser, words::Words};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Words(browser::language()));
    view! {
        <Title formatter=entitled/>
        <House/>
    }
}

/// The title of a place: its name and ours.
fn entitled(place: String) -> String {
    let place = browser::in_title(place);
    if place.is_empty() { "Duologue".to_owned() } else { place + " · Duologue" }
}
