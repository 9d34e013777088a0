//! One message. Inside the bubble stands speech and nothing else; time and ticks stand beside it, towards the middle.

use leptos::prelude::*;

use super::{
    clock::{Detail, Time},
    live::Live,
    status::{Ticks, word},
};
use crate::{
    chat::{By, Event, MessageRow, Quote, Status, What},
    protocol::{
        code::ErrorCode,
        ids::{Seq, Username},
    },
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
    let by = message.with_untracked(|message| message.by);
    let at = Memo::new(move |_| message.with(|message| message.at));
    let status = Memo::new(move |_| message.with(|message| message.status));
    let is_deleted = Memo::new(move |_| message.with(|message| message.body.is_none()));
    let seq = Memo::new(move |_| message.with(|message| message.seq));
    let is_new = message.with_untracked(|message| message.is_new);
    let is_joined = move || message.with(|message| message.is_joined);
    let is_edited = move || message.with(|message| message.is_edited && message.body.is_some());
    view! {
        <li
            class="message"
            id=move || seq.get().map(anchor)
            data-seq=move || seq.get().map(|seq| seq.to_string())
            data-by=voice(by)
            data-joined=move || is_joined().then_some("")
            data-status=move || status.get().map(word)
            data-deleted=move || is_deleted.get().then_some("")
            data-new=is_new.then_some("")
        >
            <div class="bubble">
                <Speech message peer=peer.clone() name/>
            </div>
            <div class="meta">
                <Show when=is_edited>
                    <span class="direction">"edited"</span>
                </Show>
                <span class="when">
                    <Time at=at detail=Detail::Clock/>
                    {move || status.get().filter(|_| !is_deleted.get()).map(|status| view! { <Ticks status/> })}
                </span>
            </div>
            <Show when=move || message.with(|message| message.refusal.is_some())>
                <Refused message/>
            </Show>
        </li>
    }
}

fn anchor(seq: Seq) -> String {
    format!("m{seq}")
}

#[component]
fn Speech(message: Memo<MessageRow>, peer: Username, name: Memo<String>) -> impl IntoView {
    let by = message.with_untracked(|message| message.by);
    let speaker = move || match by {
        By::Me => "You: ".to_owned(),
        By::Peer => format!("{}: ", name.get()),
    };
    let body = Memo::new(move |_| message.with(|message| message.body.clone()));
    let quote = Memo::new(move |_| message.with(|message| message.reply_to.clone()));
    let tombstone = move || match by {
        By::Me => "You deleted this message".to_owned(),
        By::Peer => format!("{} deleted this message", name.get()),
    };
    move || match body.get() {
        None => view! {
            <p class="tombstone">
                <b class="visually-hidden">{speaker}</b>
                {tombstone}
            </p>
        }
        .into_any(),
        Some(body) => view! {
            {move || quote.get().map(|quote| view! { <QuotedLine quote name/> })}
            <p dir="auto">
                <b class="visually-hidden">{speaker}</b>
                {body}
            </p>
            <Reactions message peer=peer.clone() name/>
        }
        .into_any(),
    }
}

#[component]
fn QuotedLine(quote: Quote, name: Memo<String>) -> impl IntoView {
    let by = quote.by;
    let whose = move || match by {
        By::Me => "You".to_owned(),
        By::Peer => name.get(),
    };
    let text = match (quote.text, quote.is_known) {
        (Some(text), _) => text,
        (None, true) => "A deleted message".to_owned(),
        (None, false) => "An earlier message".to_owned(),
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
    let live = Live::here();
    let reactions = Memo::new(move |_| message.with(|message| message.reactions.clone()));
    let peer = StoredValue::new(peer);
    let react = move |emoji: Option<String>| {
        if let Some(of) = message.with_untracked(|message| message.seq) {
            live.write(peer.get_value(), What::Reaction { of, emoji });
        }
    };
    let button = move |(emoji, is_mine, is_theirs): (String, bool, bool)| {
        let words = match (is_mine, is_theirs) {
            (true, true) => format!("You and {} reacted. Take yours back", name.get()),
            (true, false) => "You reacted. Take it back".to_owned(),
            (false, _) => format!("{} reacted. React with it too", name.get()),
        };
        let next = (!is_mine).then(|| emoji.clone());
        view! {
            <button type="button" aria-pressed=is_mine.to_string() on:click=move |_| react(next.clone())>
                <span>{emoji}</span>
                <span class="visually-hidden">{words}</span>
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
fn Refused(message: Memo<MessageRow>) -> impl IntoView {
    let live = Live::here();
    let id = message.with_untracked(|message| message.id.clone());
    let again = id.clone();
    let reason = move || {
        let is_unsent = message.with(|message| message.status == Some(Status::Failed));
        message.with(|message| message.refusal).map(|code| sentence(code, is_unsent))
    };
    view! {
        <div class="refusal">
            <p>{reason}</p>
            <button class="button link" type="button" on:click=move |_| live.tell(Event::TryAgain(again.clone()))>"Try again"</button>
            <button class="button link" type="button" on:click=move |_| live.tell(Event::Discard(id.clone()))>"Delete"</button>
        </div>
    }
}

fn sentence(code: ErrorCode, is_unsent: bool) -> String {
    let reason = match code {
        ErrorCode::TooLong => "longer than 16 KB.",
        ErrorCode::Empty => "there is nothing to read in it.",
        ErrorCode::UnknownPeer => "there is nobody of this name any more.",
        ErrorCode::NotAvailable => "this person cannot be written to.",
        ErrorCode::Gone => "the message is deleted.",
        ErrorCode::NotFound => "the message is not there.",
        ErrorCode::NotYours => "the message is not yours.",
        _ => "the server did not take it.",
    };
    let lead = if is_unsent { "Not sent: " } else { "Not done: " };
    format!("{lead}{reason}")
}
