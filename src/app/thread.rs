//! One conversation: who it is with, what was said, and where to say more.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    avatar::Avatar,
    clock::{self, Detail},
    composer::Composer,
    deletion::Deletion,
    icon::Icon,
    live::Live,
    mending::Mending,
    menu::Menu,
    timeline::Timeline,
};
use crate::{
    chat::{Event, Person},
    protocol::ids::Username,
    words::Words,
};

#[component]
pub fn Thread(peer: Username) -> impl IntoView {
    let live = Live::here();
    let opened = peer.clone();
    Effect::new(move |_| live.tell(Event::Opened(opened.clone())));
    on_cleanup(move || live.tell(Event::Left));
    let named = peer.clone();
    let name = Memo::new(move |_| live.name_of(&named));
    let asked = peer.clone();
    let is_nobody = Memo::new(move |_| live.with(|chat| chat.is_unknown(asked.as_str())));
    let inside = peer.clone();
    let is_self = live.with_untracked(|chat| chat.you().username == peer);
    provide_context(Mending::new(peer.clone()));
    // The server writes the title last, and may have let go of the room by then.
    let written = name.get_untracked();
    view! {
        <Title text=move || name.try_get().unwrap_or_else(|| written.clone())/>
        <main class="thread">
            <Header peer=peer.clone() name/>
            {move || if is_nobody.get() {
                view! { <Nobody/> }.into_any()
            } else {
                view! {
                    <Timeline peer=inside.clone() name/>
                    <Composer peer=inside.clone() name/>
                    <Menu is_self/>
                    <Deletion name is_self/>
                }
                .into_any()
            }}
        </main>
    }
}

/// The address names somebody who is not here.
#[component]
fn Nobody() -> impl IntoView {
    let words = Words::here();
    view! {
        <div class="nobody" role="alert">
            <p class="direction">{words.nobody_of_this_name()}</p>
            <p><a class="button" href="/new">{words.new_conversation()}</a></p>
        </div>
    }
}

#[component]
fn Header(peer: Username, name: Memo<String>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let is_self = live.with_untracked(|chat| chat.you().username == peer);
    let found = peer.clone();
    let person = Memo::new(move |_| live.with(|chat| chat.person(found.as_str())));
    let online = Signal::derive(move || {
        !is_self && !live.shows_banner() && person.with(|person| person.as_ref().is_some_and(|person| person.online))
    });
    let is_direction =
        move || live.shows_banner() || person.with(|person| person.as_ref().is_some_and(|person| person.typing));
    let presence = move || {
        if is_self { words.notes_to_yourself().to_owned() } else { presence(person.get(), live, words) }
    };
    view! {
        <header>
            <a href="/" class="button plain back" aria-label=words.back()>
                <Icon name="back" turns=true/>
            </a>
            <div class="peer">
                <Avatar username=peer name=name online=online is_mine=is_self/>
                <h1 tabindex="-1"><bdi>{name}</bdi></h1>
                <p role="status" class:direction=is_direction>{presence}</p>
            </div>
        </header>
    }
}

fn presence(person: Option<Person>, live: Live, words: Words) -> String {
    if live.shows_banner() {
        return words.cut_off().to_owned();
    }
    match person {
        Some(person) if person.typing => words.typing().to_owned(),
        Some(person) if person.online => words.online().to_owned(),
        Some(Person { last_seen: Some(at), .. }) => {
            words.last_seen(&clock::words(at, Detail::Seen, live.reader(words)))
        }
        _ => String::new(),
    }
}
