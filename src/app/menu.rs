//! What one can do with a message: a menu beside it, a sheet where the screen is narrow. There is one for all messages.

use leptos::{ev, html, prelude::*};

use super::{
    icon::Icon,
    mending::{Act, Mending},
};
use crate::{browser, chat::MessageRow, words::Words};

#[component]
pub fn Menu(is_self: bool) -> impl IntoView {
    let (mending, words) = (Mending::here(), Words::here());
    let layer = NodeRef::<html::Div>::new();
    let message = move || mending.over(Act::Menu);
    Effect::new(move |_| {
        let is_shown = message().is_some();
        let Some(layer) = layer.get() else { return };
        if is_shown {
            // Its entries stand in the document by then.
            browser::next_frame(move || {
                if mending.is_wanted(Act::Menu) {
                    browser::show_layer(&layer);
                }
            });
        } else if browser::is_open(&layer) {
            browser::hide_layer(&layer);
        }
    });
    Effect::new(move |_| mending.expand());
    Effect::new(move |_| mending.follow_waiting());
    let keydown = move |event: ev::KeyboardEvent| {
        let (Some(layer), Some(message)) = (layer.get_untracked(), untrack(message)) else { return };
        match event.key().as_str() {
            "Escape" | "Tab" => {
                event.prevent_default();
                mending.close();
            }
            // The shown keys act; other letters move.
            key => match Act::of_key(key) {
                Some(act) if mending.allows(act, &message) => mending.key(&event, message),
                _ if browser::walk(&layer, key) => event.prevent_default(),
                _ => {}
            },
        }
        event.stop_propagation();
    };
    let focusout = move |event: ev::FocusEvent| {
        // An entry that goes with what it was chosen for takes nothing else along.
        let is_open = untrack(message).is_some();
        if is_open && layer.get_untracked().is_some_and(|layer| browser::is_left(&layer, &event)) {
            mending.close();
        }
    };
    view! {
        <div
            class="menu"
            role="menu"
            aria-label=words.actions()
            popover="manual"
            tabindex="-1"
            node_ref=layer
            on:keydown=keydown
            on:focusout=focusout
        >
            {move || message().map(|message| entries(message, is_self, mending, words))}
        </div>
    }
}

fn entries(message: MessageRow, is_self: bool, mending: Mending, words: Words) -> impl IntoView {
    let delete = match (message.seq, is_self) {
        (None, _) => words.delete(),
        (_, true) => words.delete_note(),
        (_, false) => words.delete_for_both(),
    };
    let entry = |act, icon, text, key| entry(act, icon, text, key, &message, mending);
    let deletion = entry(Act::Deletion, "trash", delete, "");
    view! {
        {mending.allows(Act::Reaction, &message).then(|| quick(&message, mending, words))}
        {entry(Act::Answer, "reply", words.answer(), "R")}
        {entry(Act::Edit, "edit", words.edit(), "E")}
        {entry(Act::Copy, "copy", words.copy_the_text(), "C")}
        {deletion.is_some().then(|| view! { <hr/> })}
        {deletion}
    }
}

fn entry(
    act: Act,
    icon: &'static str,
    text: &'static str,
    key: &'static str,
    message: &MessageRow,
    mending: Mending,
) -> Option<AnyView> {
    mending.allows(act, message).then(|| {
        let message = message.clone();
        view! {
            <button
                role="menuitem"
                type="button"
                tabindex="-1"
                class:danger=act == Act::Deletion
                on:click=move |_| mending.does(act, message.clone())
            >
                <Icon name=icon turns=act == Act::Answer/>
                " "
                {text}
                {(!key.is_empty()).then(|| view! { <kbd aria-hidden="true">{key}</kbd> })}
            </button>
        }
        .into_any()
    })
}

/// The six that one reaches for, before the words.
fn quick(message: &MessageRow, mending: Mending, words: Words) -> impl IntoView {
    let six = [
        ("❤️", words.red_heart()),
        ("👍", words.thumbs_up()),
        ("😂", words.tears_of_joy()),
        ("😮", words.open_mouth()),
        ("😢", words.tear()),
        ("🙏", words.folded_hands()),
    ];
    let one = |(emoji, name): (&'static str, &'static str)| {
        let message = message.clone();
        let is_mine = message.is_reacted_with(emoji);
        view! {
            <button
                role="menuitemradio"
                type="button"
                tabindex="-1"
                aria-checked=is_mine.to_string()
                on:click=move |_| mending.react(&message, emoji)
            >
                <span aria-hidden="true">{emoji}</span>
                <span class="visually-hidden">{name}</span>
            </button>
        }
    };
    let another = message.clone();
    view! {
        <div class="quick" role="group" aria-label=words.react()>
            {six.map(one)}
            <button
                role="menuitem"
                type="button"
                tabindex="-1"
                aria-label=words.another_emoji()
                on:click=move |_| mending.does(Act::Reaction, another.clone())
            >
                <Icon name="plus"/>
            </button>
        </div>
    }
}
