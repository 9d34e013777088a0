//! One message. Inside the bubble stands speech and nothing else; time and ticks stand beside it, towards the middle.

use leptos::{ev, prelude::*};

use super::{
    about::line,
    clock::{Detail, Time},
    icon::Icon,
    mending::{Act, Mending},
    reactions::Reactions,
    said::{Said, is_emoji_only},
    status::{Ticks, word},
    undone::Undone,
};
use crate::{
    browser,
    chat::{By, MessageRow, Quote},
    protocol::ids::Seq,
    words::Words,
};

/// Goes to a message that somebody answered to, loaded or not. Without it the link is a link.
#[derive(Clone, Copy)]
pub struct Jump(pub Callback<Seq>);

/// Who said it, as the look's attributes call them.
fn voice(by: By) -> &'static str {
    match by {
        By::Me => "me",
        By::Peer => "peer",
    }
}

#[component]
pub fn Message(message: Memo<MessageRow>, name: Memo<String>) -> impl IntoView {
    let (mending, words) = (Mending::here(), Words::here());
    let (by, is_new) = message.with_untracked(|message| (message.by, message.is_new));
    let status = move || message.with(|message| message.status);
    let is_deleted = move || message.with(|message| message.body.is_none());
    let is_edited = move || message.with(|message| message.is_edited && message.body.is_some());
    let is_emoji = move || {
        message.with(|message| message.reply_to.is_none() && message.body.as_deref().is_some_and(is_emoji_only))
    };
    let does = move |act| mending.does(act, message.get_untracked());
    let keydown = move |event: ev::KeyboardEvent| {
        // On what stands inside it, Enter is for that.
        if event.key() == "Enter" && event.target() == event.current_target() {
            event.prevent_default();
            return does(Act::Menu);
        }
        mending.key(&event, message.get_untracked());
    };
    let contextmenu = move |event: ev::MouseEvent| {
        if !is_deleted() && !browser::wants_own_menu(&event) {
            event.prevent_default();
            does(Act::Menu);
        }
    };
    view! {
        <li
            class="message"
            tabindex="-1"
            id=move || message.with(|message| message.seq.map(anchor))
            data-seq=move || message.with(|message| message.seq.map(|seq| seq.to_string()))
            data-by=voice(by)
            data-joined=move || message.with(|message| message.is_joined.then_some(""))
            data-status=move || status().map(word)
            data-deleted=move || is_deleted().then_some("")
            data-emoji=move || is_emoji().then_some("")
            data-new=is_new.then_some("")
            on:keydown=keydown
            on:contextmenu=contextmenu
        >
            <div class="bubble">
                <Speech message name/>
                <Reactions message name/>
            </div>
            <div class="meta">
                {move || is_edited().then(|| view! { <span class="direction">{words.edited()}</span> })}
                <span class="when">
                    <Time at=Signal::derive(move || message.with(|message| message.at)) detail=Detail::Clock/>
                    {move || status().filter(|_| !is_deleted()).map(|status| view! { <Ticks status/> })}
                </span>
            </div>
            {move || (!is_deleted()).then(|| view! { <More message/> })}
            {move || {
                let refusal = message.with(|message| message.refusal.clone());
                refusal.map(|refused| view! { <Undone refused message/> })
            }}
        </li>
    }
}

#[component]
fn More(message: Memo<MessageRow>) -> impl IntoView {
    let mending = Mending::here();
    let is_expanded = move || message.with(|message| mending.is_over(&message.id));
    let open = move |_| {
        if untrack(is_expanded) { mending.close() } else { mending.does(Act::Menu, message.get_untracked()) }
    };
    view! {
        <button
            class="button plain small more"
            type="button"
            // The row is where keys find it: hundreds of rows are no stops on the way to the composer.
            tabindex="-1"
            aria-label=Words::here().actions()
            aria-haspopup="menu"
            aria-expanded=move || is_expanded().to_string()
            on:click=open
        >
            <Icon name="more"/>
        </button>
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
        let speaker = view! { <b class="visually-hidden">{speaker}</b> };
        match body {
            Some(text) => view! {
                {speaker}
                {quote.map(|quote| view! { <QuotedLine quote name/> })}
                <Said text/>
            }
            .into_any(),
            None => view! { <p class="tombstone">{speaker}{tombstone}</p> }.into_any(),
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
        (Some(text), _) => line(&text),
        (None, true) => words.a_deleted_message().to_owned(),
        (None, false) => words.an_earlier_message().to_owned(),
    };
    let jump = use_context::<Jump>();
    let click = move |event: ev::MouseEvent| {
        if let Some(Jump(jump)) = jump {
            event.prevent_default();
            jump.run(quote.seq);
        }
    };
    view! {
        <a class="quote" data-by=voice(by) href=format!("#{}", anchor(quote.seq)) on:click=click>
            <b>{whose}</b>
            " "
            <span>{text}</span>
        </a>
    }
}
