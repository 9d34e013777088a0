//! What was tried with a message and was refused: why, and what one can do about it. It stands at that message.

use leptos::prelude::*;

use super::live::Live;
use crate::{
    browser,
    chat::{Event, MessageRow, Refused, What},
    protocol::code::ErrorCode,
    words::Words,
};

#[component]
pub fn Undone(refused: Refused, message: Memo<MessageRow>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let id = message.with_untracked(|message| message.id.clone());
    let sentence = sentence(&refused, words);
    // What is gone, or another's, stays so.
    let is_final = matches!(refused.code, ErrorCode::Gone | ErrorCode::NotFound | ErrorCode::NotYours);
    let again = id.clone();
    let dismiss = if matches!(refused.tried, What::Message { .. }) { words.delete() } else { words.dismiss() };
    let lost = match refused.tried {
        What::Edit { body, .. } if is_final => Some(body),
        _ => None,
    };
    view! {
        <div class="refusal">
            <p>{sentence}</p>
            {(!is_final).then(|| button(words.try_again(), move || live.tell(Event::TryAgain(again.clone()))))}
            {lost.map(|body| button(words.copy_the_text(), move || browser::copy(&body)))}
            {button(dismiss, move || live.tell(Event::Discard(id.clone())))}
        </div>
    }
}

fn button(text: &'static str, act: impl Fn() + 'static) -> AnyView {
    view! { <button class="button link" type="button" on:click=move |_| act()>{text}</button> }.into_any()
}

fn sentence(refused: &Refused, words: Words) -> String {
    let reason = match refused.code {
        ErrorCode::TooLong => words.because_too_long(),
        ErrorCode::Empty => words.because_empty(),
        ErrorCode::UnknownPeer => words.because_unknown_peer(),
        ErrorCode::NotAvailable => words.because_not_available(),
        ErrorCode::Gone => words.because_gone(),
        ErrorCode::NotFound => words.because_not_found(),
        ErrorCode::NotYours => words.because_not_yours(),
        _ => words.because_refused(),
    };
    match refused.tried {
        What::Message { .. } => words.not_sent(reason),
        What::Edit { .. } => words.not_edited(reason),
        What::Deletion { .. } => words.not_deleted(reason),
        What::Reaction { .. } => words.not_reacted(reason),
    }
}
