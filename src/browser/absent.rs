//! The server's half has no browser: the same facade as `browser/mod.rs`, doing nothing.

use leptos::{
    html,
    prelude::NodeRef,
    web_sys::{Element, FocusEvent, HtmlDialogElement, HtmlElement, HtmlTextAreaElement, MouseEvent},
};

use crate::{
    app::{clock::Form, form::Answer, opening::Opened},
    chat::{Effect, Event, Known},
    protocol::{
        ids::{Id, Millis, Seq, Username},
        server::{Conversation, You},
    },
    words::Language,
};

#[derive(Clone)]
pub struct Hands;

impl Hands {
    pub fn carry_out(&self, _effect: Effect, _known: Option<Known>) {}
}

#[derive(Clone, Copy)]
pub struct Watch;

impl Watch {
    pub fn look(self) {}
}

#[derive(Clone, Copy)]
pub struct Hold;

pub struct Scroll {
    pub from_newest: f64,
    pub from_end: f64,
    pub from_oldest: f64,
}

impl Hold {
    pub fn new(_scroller: NodeRef<html::Div>) -> Self {
        Self
    }

    pub fn watch(self, _changed: impl Fn() + 'static) {}

    pub fn settle(self, _has_after: bool) -> Option<Scroll> {
        None
    }

    pub fn to_newest(self) {}

    pub fn bring(self, _selector: &str, _is_found: bool) {}

    pub fn gaps(self) -> Vec<Seq> {
        Vec::new()
    }
}

pub fn start(_username: &Username, _tell: impl Fn(Event) + Clone + 'static) -> Hands {
    Hands
}

pub fn begin(_you: &You, _list: Vec<Conversation>) {}

pub fn show_unread<'peers>(_total: u64, _peers: impl Iterator<Item = &'peers Username>) {}

pub fn reopen(_then: impl FnOnce(Opened) + 'static) {}

pub fn now() -> Millis {
    Millis::default()
}

pub fn random() -> u64 {
    0
}

pub fn new_id() -> Id {
    Id::from_parts(Millis::default(), [0; 10])
}

pub fn offset_minutes(_at: Millis) -> i64 {
    0
}

/// Only a hydrated page knows where its reader lives.
pub fn written(_at: Millis, _form: Form) -> String {
    String::new()
}

pub fn go(_path: &str) {}

pub fn set_path(_path: &str) {}

pub fn watch_place(_then: impl Fn(&str) + 'static) {}

pub fn is_command(_event: &leptos::ev::KeyboardEvent) -> bool {
    false
}

pub fn is_chord(_event: &leptos::ev::KeyboardEvent) -> bool {
    false
}

pub fn has_keyboard() -> bool {
    false
}

pub fn next_frame(_then: impl FnOnce() + 'static) {}

pub fn focus(_selector: &str) -> bool {
    false
}

pub fn press(_selector: &str) {}

pub fn step(_event: &leptos::ev::KeyboardEvent, _selector: &str) {}

pub fn guard_focus() {}

pub fn watch_seen(_scroller: NodeRef<html::Div>, _seen: impl Fn(Seq) + Clone + 'static) -> Watch {
    Watch
}

pub fn layer(_name: &str) -> Option<HtmlElement> {
    None
}

pub fn expand(_message: Option<&Id>) {}

pub fn set_attribute(_element: &Element, _name: &str, _value: Option<&str>) {}

pub fn show_layer(_layer: &HtmlElement) {}

pub fn hide_layer(_layer: &HtmlElement) {}

pub fn is_open(_layer: &HtmlElement) -> bool {
    false
}

pub fn is_left(_layer: &HtmlElement, _event: &FocusEvent) -> bool {
    false
}

pub fn walk(_layer: &HtmlElement, _key: &str) -> bool {
    false
}

pub fn ask(_dialog: &HtmlDialogElement) {}

pub fn is_confirmed(_dialog: &HtmlDialogElement) -> bool {
    false
}

pub fn focus_message() {}

pub fn wants_own_menu(_event: &MouseEvent) -> bool {
    false
}

pub fn copy(_text: &str) {}

pub fn insert(_field: &HtmlTextAreaElement, _text: &str) -> String {
    String::new()
}

pub fn draft(_you: &Username, _peer: &Username) -> String {
    String::new()
}

pub fn keep_draft(_you: &Username, _peer: &Username, _text: &str) {}

/// Of the page that is being rendered.
pub fn language() -> Language {
    crate::server::http::answer::language()
}

/// What the server loaded for the page that it renders: the one thing that this half has and a browser has not.
pub fn opened() -> Option<Opened> {
    crate::server::http::answer::opened()
}

pub fn submit(_form: &leptos::ev::SubmitEvent, _then: impl FnOnce(Answer) + 'static) {}

pub fn fetch_text(_path: String, _then: impl FnOnce(Option<String>) + 'static) {}

pub fn used_emoji(_you: &Username) -> String {
    String::new()
}

pub fn keep_used_emoji(_you: &Username, _signs: &str) {}

pub fn close_popover(_popover: &leptos::web_sys::HtmlDivElement) {}

pub fn begin_picking(_picker: &leptos::web_sys::HtmlDivElement) {}

pub fn emoji_at(_event: &leptos::ev::MouseEvent) -> Option<String> {
    None
}

pub fn walk_emoji(_picker: &leptos::web_sys::HtmlDivElement, _event: &leptos::ev::KeyboardEvent) {}

/// A text that is to stand in the title: what writes it into the document leaves it as it is, and a shown name may hold
/// anything.
pub fn in_title(text: String) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
