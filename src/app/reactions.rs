//! What both felt about a message. Two people, so at most two; the same one from both stands once, with both.

use leptos::prelude::*;

use super::mending::Mending;
use crate::{chat::MessageRow, words::Words};

#[component]
pub fn Reactions(message: Memo<MessageRow>, name: Memo<String>) -> impl IntoView {
    let (mending, words) = (Mending::here(), Words::here());
    let reactions = Memo::new(move |_| {
        message.with(|message| if message.body.is_some() { message.reactions.clone() } else { Vec::new() })
    });
    let button = move |(emoji, is_mine, is_theirs): (String, bool, bool)| {
        let spoken = match (is_mine, is_theirs) {
            (true, true) => words.both_reacted(&name.get(), &emoji),
            (true, false) => words.you_reacted(&emoji),
            (false, _) => words.somebody_reacted(&name.get(), &emoji),
        };
        let shown = if is_mine && is_theirs { emoji.clone() + " 2" } else { emoji.clone() };
        let react = move |_| message.with_untracked(|message| mending.react(message, &emoji));
        view! {
            <button type="button" aria-pressed=is_mine.to_string() on:click=react>
                <span aria-hidden="true">{shown}</span>
                <span class="visually-hidden">{spoken}</span>
            </button>
        }
    };
    move || {
        let reactions = reactions.get();
        (!reactions.is_empty())
            .then(|| view! { <div class="reactions">{reactions.into_iter().map(button).collect_view()}</div> })
    }
}
