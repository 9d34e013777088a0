//! Finding somebody in the list, and a way to whoever is not in it.

use leptos::{ev, prelude::*};

use super::{
    field::RefusalAlert,
    form::{PostForm, Posted},
    icon::Icon,
    live::Live,
    place::Place,
};
use crate::{browser, protocol::server::You, words::Words};

/// The field. Enter goes to the first who is found, or begins a conversation with whoever has this very name.
#[component]
pub fn Find(query: RwSignal<String>) -> impl IntoView {
    let words = Words::here();
    let keydown = move |event: ev::KeyboardEvent| match event.key().as_str() {
        "ArrowDown" => {
            if browser::focus(".people .conversation") {
                event.prevent_default();
            }
        }
        "Enter" if !event.is_composing() && !query.with_untracked(String::is_empty) => {
            event.prevent_default();
            browser::press(".people .conversation");
        }
        "Escape" => query.set(String::new()),
        _ => {}
    };
    view! {
        <search class="find">
            <Icon name="search"/>
            <input
                type="search"
                aria-label=words.search_people()
                placeholder=words.search()
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                aria-keyshortcuts="Control+K Meta+K"
                prop:value=query
                on:input=move |event| query.set(event_target_value(&event))
                on:keydown=keydown
            />
        </search>
    }
}

/// What stands under those who were found: the way to somebody of exactly this name.
#[component]
pub fn Offer(query: RwSignal<String>) -> impl IntoView {
    let words = Words::here();
    let posted = meeting(move || query.set(String::new()));
    let name = move || query.with(|query| query.trim().to_owned());
    view! {
        <li class="offer">
            <PostForm path="/api/meet" posted>
                <input type="hidden" name="username" prop:value=name/>
                <button class="conversation" type="submit">
                    <Icon name="compose"/>
                    <span class="name">{move || words.start_with(&name())}</span>
                </button>
            </PostForm>
            <RefusalAlert refusal=posted.refusal()/>
        </li>
    }
}

/// A form that asks for somebody by name, and goes to them once they are found.
pub fn meeting(found: impl Fn() + 'static) -> Posted {
    let live = Live::here();
    let posted = Posted::new("/api/meet");
    Effect::new(move |_| {
        let Some(Ok(answer)) = posted.answer.get() else { return };
        let Ok(met) = serde_json::from_str::<You>(&answer) else { return };
        live.learn(met.clone());
        live.go(Place::With(met.username));
        found();
    });
    posted
}
