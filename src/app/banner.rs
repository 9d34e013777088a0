//! What a person should know about the link: shown after five seconds without one, never for a blip.

use leptos::prelude::*;

use super::{icon::Icon, live::Live};
use crate::chat::{Event, Phase};

#[component]
pub fn Banner() -> impl IntoView {
    let live = Live::here();
    let phase = move || live.with(|chat| chat.phase());
    let shows = Memo::new(move |_| live.shows_banner());
    let sentence = move || match phase() {
        Phase::Elsewhere => "Duologue is open in too many places. This one has paused.",
        Phase::Stopped(_) => "The server does not understand this page. Reload it.",
        _ => "No connection. What you write is kept, and goes out by itself.",
    };
    let action = move || if phase() == Phase::Elsewhere { "Use it here" } else { "Try now" };
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
pub fn link(phase: Phase, is_local: bool) -> &'static str {
    match phase {
        Phase::Connected => "Connected",
        Phase::Connecting if !is_local => "",
        Phase::Connecting => "Connecting…",
        Phase::Waiting { .. } => "No connection",
        Phase::Elsewhere => "Open elsewhere",
        Phase::Stopped(_) => "Stopped",
        Phase::SignedOut => "Signed out",
    }
}
