//! Everybody one talks to, the newest first.

use leptos::prelude::*;

use super::{
    avatar::Avatar,
    banner::link,
    brand::Brand,
    clock::{Detail, Time},
    icon::Icon,
    live::Live,
    place::Place,
    status::Ticks,
};
use crate::{
    chat::{By, Person, Preview},
    protocol::ids::Username,
    words::Words,
};

#[component]
pub fn People() -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let people = Memo::new(move |_| live.with(|chat| chat.people()));
    let keys = move || people.with(|people| people.iter().map(|person| person.peer.clone()).collect::<Vec<_>>());
    let is_empty = Memo::new(move |_| people.with(Vec::is_empty));
    view! {
        <nav class="people" aria-label=words.conversations()>
            <header>
                <Brand/>
                <a href="/new" class="button plain" aria-label=words.new_conversation()>
                    <Icon name="compose"/>
                </a>
            </header>
            {move || {
                is_empty.get().then(|| view! {
                    <p class="nobody direction">{words.nobody_yet()}</p>
                })
            }}
            <ol hidden=move || is_empty.get()>
                    <For each=keys key=|peer| peer.clone() let:peer>
                        <ConversationRow peer people/>
                    </For>
                </ol>
            <AccountLine/>
        </nav>
    }
}

#[component]
fn ConversationRow(peer: Username, people: Memo<Vec<Person>>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let here = Place::With(peer.clone());
    let href = here.path();
    let is_open = move || live.is_at(&here);
    let found = peer.clone();
    let person = Memo::new(move |_| people.with(|people| people.iter().find(|person| person.peer == found).cloned()));
    let named = peer.clone();
    let name = Memo::new(move |_| live.name_of(&named));
    let online = Signal::derive(move || person.with(|person| person.as_ref().is_some_and(|person| person.online)));
    let at = Signal::derive(move || person.with(|person| person.as_ref().map(|person| person.at).unwrap_or_default()));
    let unread = move || person.with(|person| person.as_ref().map_or(0, |person| person.unread));
    view! {
        <li>
            <a class="conversation" href=href aria-current=move || is_open().then_some("page")>
                <Avatar username=peer name=name online=online/>
                <span class="name one-line">
                    <bdi>{name}</bdi>
                    {move || online.get().then(|| view! { <span class="visually-hidden">{words.online_aside()}</span> })}
                </span>
                <Time at=at detail=Detail::Short/>
                <span class="preview">{move || preview(person.get(), words)}</span>
                {move || {
                    let unread = unread();
                    (unread > 0).then(|| view! {
                        <span class="unread">
                            {unread.to_string()}
                            <span class="visually-hidden">{words.unread_aside()}</span>
                        </span>
                    })
                }}
            </a>
        </li>
    }
}

fn preview(person: Option<Person>, words: Words) -> AnyView {
    let Some(person) = person else { return ().into_any() };
    if person.typing {
        return view! { <span class="words direction">{words.typing()}</span> }.into_any();
    }
    match person.preview {
        Preview::Nothing => ().into_any(),
        Preview::Deleted { by: By::Me } => {
            view! { <span class="words direction">{words.you_deleted_one()}</span> }.into_any()
        }
        Preview::Deleted { by: By::Peer } => {
            view! { <span class="words direction">{words.somebody_deleted_one(&isolated(&person.name))}</span> }
                .into_any()
        }
        Preview::Message { text, status, .. } => view! {
            {status.map(|status| view! { <Ticks status/> })}
            <span class="words" dir="auto">{text}</span>
        }
        .into_any(),
    }
}

/// A name within a sentence of ours, so that its direction does not turn the sentence (UAX 9, section 2.4).
fn isolated(name: &str) -> String {
    format!("\u{2068}{name}\u{2069}")
}

#[component]
fn AccountLine() -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let you = live.with_untracked(|chat| chat.you().clone());
    let name = you.name.clone();
    let state = move || link(live.with(|chat| chat.phase()), live.is_local(), words);
    view! {
        <footer class="account">
            <Avatar username=you.username name=name.clone() is_mine=true/>
            <div>
                <p class="name one-line"><bdi>{name}</bdi></p>
                <p role="status">{state}</p>
            </div>
            <a href="/settings" class="button plain" aria-label=words.settings()>
                <Icon name="settings"/>
            </a>
        </footer>
    }
}
