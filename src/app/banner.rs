//! What a person should know about the link: shown after five seconds without one, never for a blip.

use leptos::prelude::*;

use super::{icon::Icon, live::Live};
use crate::{
    chat::{Event, Phase},
    words::Words,
};

#[component]
pub fn Banner() -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let phase = move || live.with(|chat| chat.phase());
    let shows = Memo::new(move |_| live.shows_banner());
    let sentence = move || match phase() {
        Phase::Elsewhere => words.open_elsewhere(),
        Phase::Stopped(_) => words.not_understood(),
        _ => words.no_connection(),
    };
    let action = move || if phase() == Phase::Elsewhere { words.use_it_here() } else { words.try_now() };
    view! {
        {move || shows.get().then(|| view! {
            <div class="banner" role="status">
                <p>
                    <Icon name="offline"/>
                    " "
                    {sentence}
                </p>
                <button class="button small" type="button" on:click=move |_| live.tell(Event::RetryNow)>
                    {action}
                </button>
            </div>
        })}
    }
}

/// The link in a word, for the account's line.
pub fn link(phase: Phase, is_local: bool, words: Words) -> &'static str {
    match phase {
        Phase::Connected => words.link_connected(),
        Phase::Connecting if !is_local => "",
        Phase::Connecting => words.link_connecting(),
        Phase::Waiting { .. } => words.link_waiting(),
        Phase::Elsewhere => words.link_elsewhere(),
        Phase::Stopped(_) => words.link_stopped(),
        Phase::SignedOut => words.link_signed_out(),
    }
}
