//! One message. Inside the bubble stands speech and nothing else; time and ticks stand beside it, towards the middle.

use leptos::prelude::*;

use super::{
    clock::{Detail, Time},
    live::Live,
    status::{Ticks, word},
};
use crate::{
    chat::{By, Event, MessageRow, Quote, Refused, What},
    protocol::{
        code::ErrorCode,
        ids::{Seq, Username},
    },
    words::Words,
};

/// Who said it, as the look's attributes call them.
fn voice(by: By) -> &'static str {
    match by {
        By::Me => "me",
        By::Peer => "peer",
    }
}

#[component]
pub fn Message(message: Memo<MessageRow>, peer: Username, name: Memo<String>) -> impl IntoView {
    let words = Words::here();
    let (by, is_new) = message.with_untracked(|message| (message.by, message.is_new));
    let status = move || message.with(|message| message.status);
    let is_deleted = move || message.with(|message| message.body.is_none());
    let is_edited = move || message.with(|message| message.is_edited && message.body.is_some());
    view! {
        <li
            class="message"
            id=move || message.with(|message| message.seq.map(anchor))
            data-seq=move || message.with(|message| message.seq.map(|seq| seq.to_string()))
            data-by=voice(by)
            data-joined=move || message.with(|message| message.is_joined.then_some(""))
            data-status=move || status().map(word)
            data-deleted=move || is_deleted().then_some("")
            data-new=is_new.then_some("")
        >
            <div class="bubble">
                <Speech message name/>
                <Reactions message peer name/>
            </div>
            <div class="meta">
                {move || is_edited().then(|| view! { <span class="direction">{words.edited()}</span> })}
                <span class="when">
                    <Time at=Signal::derive(move || message.with(|message| message.at)) detail=Detail::Clock/>
                    {move || status().filter(|_| !is_deleted()).map(|status| view! { <Ticks status/> })}
                </span>
            </div>
            {move || {
                let refusal = message.with(|message| message.refusal.clone());
                refusal.map(|refused| view! { <Refusal refused message/> })
            }}
        </li>
    }
}

fn anchor(seq: Seq) -> String {
    format!("m{seq}")
}

#[component]
fn Speech(message: Memo<MessageRow>, name: Memo<String>) -> impl IntoView {
    let words = Words::here();
    let by = message.with_untracked(|message| message.by);
    // The words stay as they are while ticks come, so that what one has selected stays selected.
    let said = Memo::new(move |_| message.with(|message| (message.body.clone(), message.reply_to.clone())));
    let speaker = move || match by {
        By::Me => words.you_said().to_owned(),
        By::Peer => words.somebody_said(&name.get()),
    };
    let tombstone = move || match by {
        By::Me => words.you_deleted_this().to_owned(),
        By::Peer => words.somebody_deleted_this(&name.get()),
    };
    move || {
        let (body, quote) = said.get();
        let is_deleted = body.is_none();
        let text = body.unwrap_or_else(tombstone);
        view! {
            {quote.filter(|_| !is_deleted).map(|quote| view! { <QuotedLine quote name/> })}
            <p dir="auto" class:tombstone=is_deleted>
                <b class="visually-hidden">{speaker}</b>
                {text}
            </p>
        }
    }
}

#[component]
fn QuotedLine(quote: Quote, name: Memo<String>) -> impl IntoView {
    let words = Words::here();
    let by = quote.by;
    let whose = move || match by {
        By::Me => words.you().to_owned(),
        By::Peer => name.get(),
    };
    let text = match (quote.text, quote.is_known) {
        (Some(text), _) => text,
        (None, true) => words.a_deleted_message().to_owned(),
        (None, false) => words.an_earlier_message().to_owned(),
    };
    view! {
        <a class="quote" data-by=voice(by) href=format!("#{}", anchor(quote.seq))>
            <b>{whose}</b>
            " "
            <span>{text}</span>
        </a>
    }
}

#[component]
fn Reactions(message: Memo<MessageRow>, peer: Username, name: Memo<String>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let reactions = Memo::new(move |_| {
        message.with(|message| if message.body.is_some() { message.reactions.clone() } else { Vec::new() })
    });
    let peer = StoredValue::new(peer);
    let react = move |emoji: Option<String>| {
        if let Some(of) = message.with_untracked(|message| message.seq) {
            live.write(peer.get_value(), What::Reaction { of, emoji });
        }
    };
    let button = move |(emoji, is_mine, is_theirs): (String, bool, bool)| {
        let spoken = match (is_mine, is_theirs) {
            (true, true) => words.both_reacted(&name.get()),
            (true, false) => words.you_reacted().to_owned(),
            (false, _) => words.somebody_reacted(&name.get()),
        };
        let next = (!is_mine).then(|| emoji.clone());
        view! {
            <button type="button" aria-pressed=is_mine.to_string() on:click=move |_| react(next.clone())>
                <span>{emoji}</span>
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

/// Why it was not sent, and what one can do about it.
#[component]
fn Refusal(refused: Refused, message: Memo<MessageRow>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let id = message.with_untracked(|message| message.id.clone());
    let is_unsent = matches!(refused.tried, What::Message { .. });
    let again = id.clone();
    view! {
        <div class="refusal">
            <p>{sentence(refused.code, is_unsent, words)}</p>
            <button class="button link" type="button" on:click=move |_| live.tell(Event::TryAgain(again.clone()))>
                {words.try_again()}
            </button>
            <button class="button link" type="button" on:click=move |_| live.tell(Event::Discard(id.clone()))>
                {words.delete()}
            </button>
        </div>
    }
}

fn sentence(code: ErrorCode, is_unsent: bool, words: Words) -> String {
    let reason = match code {
        ErrorCode::TooLong => words.because_too_long(),
        ErrorCode::Empty => words.because_empty(),
        ErrorCode::UnknownPeer => words.because_unknown_peer(),
        ErrorCode::NotAvailable => words.because_not_available(),
        ErrorCode::Gone => words.because_gone(),
        ErrorCode::NotFound => words.because_not_found(),
        ErrorCode::NotYours => words.because_not_yours(),
        _ => words.because_refused(),
    };
    if is_unsent { words.not_sent(reason) } else { words.not_done(reason) }
}
