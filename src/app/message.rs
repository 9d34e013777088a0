//! One message. Inside the bubble stands speech and nothing else; time and ticks stand beside it, towards the middle.

use leptos::{ev, prelude::*, web_sys::Element};

use super::{
    clock::{self, Detail},
    icon::Icon,
    live::Live,
    markup::line,
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

/// A conversation has hundreds of these, so a row follows its message in a few places and not in each attribute.
#[component]
pub fn Message(message: Memo<MessageRow>, name: Memo<String>) -> impl IntoView {
    let mending = Mending::here();
    let first = message.get_untracked();
    let [id, seq, joined, status, deleted, emoji] = changing(&first);
    let is_deleted = Memo::new(move |_| message.with(|message| message.body.is_none()));
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
        if !is_deleted.get_untracked() && !browser::wants_own_menu(&event) {
            event.prevent_default();
            does(Act::Menu);
        }
    };
    view! {
        <li
            class="message"
            tabindex="-1"
            id=id
            data-seq=seq
            data-by=voice(first.by)
            data-joined=joined
            data-status=status
            data-deleted=deleted
            data-emoji=emoji
            data-new=first.is_new.then_some("")
            on:keydown=keydown
            on:contextmenu=contextmenu
            use:follow=message
        >
            <div class="bubble">
                <Speech message name/>
                <Reactions message name/>
            </div>
            <Meta message/>
            {move || (!is_deleted.get()).then(|| view! { <More message/> })}
            {move || {
                let refusal = message.with(|message| message.refusal.clone());
                refusal.map(|refused| view! { <Undone refused message/> })
            }}
        </li>
    }
}

/// The attributes of a row that change with its message, by name.
const CHANGING: [&str; 6] = ["id", "data-seq", "data-joined", "data-status", "data-deleted", "data-emoji"];

fn changing(message: &MessageRow) -> [Option<String>; CHANGING.len()] {
    let is_emoji = message.reply_to.is_none() && message.body.as_deref().is_some_and(is_emoji_only);
    let flag = |is_set: bool| is_set.then(String::new);
    [
        message.seq.map(anchor),
        message.seq.map(|seq| seq.to_string()),
        flag(message.is_joined),
        message.status.map(|status| word(status).to_owned()),
        flag(message.body.is_none()),
        flag(is_emoji),
    ]
}

/// Keeps these attributes as the message is.
fn follow(row: Element, message: Memo<MessageRow>) {
    let built = message.with_untracked(changing);
    Effect::new(move |before: Option<[Option<String>; CHANGING.len()]>| {
        let now = message.with(changing);
        let before = before.as_ref().unwrap_or(&built);
        for (name, (before, now)) in CHANGING.iter().zip(before.iter().zip(&now)) {
            if before != now {
                browser::set_attribute(&row, name, now.as_deref());
            }
        }
        now
    });
}

#[component]
fn Meta(message: Memo<MessageRow>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let shown = Memo::new(move |_| {
        message.with(|message| {
            let is_deleted = message.body.is_none();
            (message.at, message.is_edited && !is_deleted, message.status.filter(|_| !is_deleted))
        })
    });
    move || {
        let (at, is_edited, status) = shown.get();
        view! {
            <div class="meta">
                {is_edited.then(|| view! { <span class="direction">{words.edited()}</span> })}
                <span class="when">
                    {clock::time(at, Detail::Clock, live.reader(words))}
                    {status.map(|status| view! { <Ticks status/> })}
                </span>
            </div>
        }
    }
}

#[component]
fn More(message: Memo<MessageRow>) -> impl IntoView {
    let mending = Mending::here();
    let id = message.with_untracked(|message| message.id.clone());
    let value = id.to_string();
    let open = move |_| {
        if mending.is_over_untracked(&id) { mending.close() } else { mending.does(Act::Menu, message.get_untracked()) }
    };
    view! {
        <button
            class="button plain small more"
            type="button"
            // By this the menu finds the button that it stands open for.
            value=value
            // The row is where keys find it: hundreds of rows are no stops on the way to the composer.
            tabindex="-1"
            aria-label=Words::here().actions()
            aria-haspopup="menu"
            aria-expanded="false"
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
    move || {
        let (body, quote) = said.get();
        let (speaker, tombstone) = match by {
            By::Me => (words.you_said().to_owned(), words.you_deleted_this().to_owned()),
            By::Peer => name.with(|name| (words.somebody_said(name), words.somebody_deleted_this(name))),
        };
        let speaker = view! { <b class="visually-hidden">{speaker}</b> };
        match body {
            Some(text) => view! {
                {speaker}
                {quote.map(|quote| view! { <QuotedLine quote name=name.get()/> })}
                <Said text/>
            }
            .into_any(),
            None => view! { <p class="tombstone">{speaker}{tombstone}</p> }.into_any(),
        }
    }
}

#[component]
fn QuotedLine(quote: Quote, name: String) -> impl IntoView {
    let words = Words::here();
    let by = quote.by;
    let whose = match by {
        By::Me => words.you().to_owned(),
        By::Peer => name,
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
