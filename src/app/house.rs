//! Inside: the people on one side, and beside them whatever the address says. It stands as long as the page, and holds
//! the one living state.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    banner::Banner,
    entitled,
    form::RefusedForm,
    keys::Keys,
    live::Live,
    opening::{Opened, Opening},
    people::People,
    place::Place,
    refusal::Refusal,
    start::{Idle, NewConversation},
    thread::Thread,
};
use crate::{browser, words::Words};

#[component]
pub fn House() -> impl IntoView {
    // The server puts it into the page, and the page finds it there: what happens afterwards comes over the socket.
    match SharedValue::new(load).into_inner() {
        Opened::Shell => view! { <Shell/> }.into_any(),
        opened => room(opened),
    }
}

fn load() -> Opened {
    browser::opened().unwrap_or_else(|| Opened::Refused(Refusal::internal(Words::here())))
}

/// The page that opened without its server: as soon as it lives, it shows what this browser knows.
#[component]
fn Shell() -> impl IntoView {
    let opened = RwSignal::new(Opened::Shell);
    Effect::new(move |_| {
        browser::reopen(move |known| {
            opened.try_set(known);
        });
    });
    move || room(opened.get())
}

fn room(opened: Opened) -> AnyView {
    let words = Words::here();
    match opened {
        Opened::House(opening) => view! { <Inside opening/> }.into_any(),
        Opened::Shell => view! {
            <Title text=""/>
            <main class="start">
                <p class="direction" role="status">{words.opening()}</p>
                <noscript>{words.opens_with_script()}</noscript>
            </main>
        }
        .into_any(),
        Opened::Refused(refusal) => view! {
            <Title text=""/>
            <main class="start">
                <header>
                    <h1>{words.not_opened()}</h1>
                    <p role="alert">{refusal.message}</p>
                </header>
                <p>
                    <a class="button primary" href="">{words.try_again()}</a>
                    " "
                    <a class="button plain" href="/">{words.back()}</a>
                </p>
            </main>
        }
        .into_any(),
    }
}

#[component]
fn Inside(opening: Opening) -> impl IntoView {
    let place = Place::at(&opening.path).unwrap_or(Place::Stage);
    let live = Live::new(opening.chat(), place, opening.peer, opening.now);
    provide_context(live);
    provide_context(RefusedForm(opening.refused));
    let (you, mut list) = (opening.you, opening.conversations);
    Effect::new(move |_| {
        browser::begin(&you, std::mem::take(&mut list));
        live.start();
    });
    view! {
        <Unread/>
        <Keys/>
        <div class="chat">
            <Banner/>
            <People/>
            {move || match live.place() {
                Place::Stage => view! { <Idle/> }.into_any(),
                Place::New => view! { <NewConversation/> }.into_any(),
                Place::With(peer) => view! { <Thread peer/> }.into_any(),
            }}
        </div>
    }
}

/// Says in the title, and on the icon, how much is unread.
#[component]
fn Unread() -> impl IntoView {
    let live = Live::here();
    let total = Memo::new(move |_| live.with(|chat| chat.unread_total()));
    Effect::new(move |_| {
        let total = total.get();
        live.with_untracked(|chat| browser::show_unread(total, chat.unread_peers()));
    });
    // The server writes the title last, and may have let go of the room by then.
    let written = total.get_untracked();
    let formatter = move |title: String| match total.try_get().unwrap_or(written) {
        0 => entitled(title),
        total => format!("({total}) {}", entitled(title)),
    };
    view! { <Title formatter/> }
}
