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
};

#[component]
pub fn People() -> impl IntoView {
    let live = Live::here();
    let people = Memo::new(move |_| live.with(|chat| chat.people()));
    let keys = move || people.with(|people| people.iter().map(|person| person.peer.clone()).collect::<Vec<_>>());
    let is_empty = Memo::new(move |_| people.with(Vec::is_empty));
    view! {
        <nav class="people" aria-label="Conversations">
            <header>
                <Brand/>
                <a href="/new" class="button plain" aria-label="New conversation">
                    <Icon name="compose"/>
                </a>
            </header>
            {move || {
                is_empty.get().then(|| view! {
                    <p class="nobody direction">"Nobody here yet. Whoever you talk to will stand in this list."</p>
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
    let live = Live::here();
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
                    {move || online.get().then(|| view! { <span class="visually-hidden">", online"</span> })}
                </span>
                <Time at=at detail=Detail::Short/>
                <span class="preview">{move || preview(person.get())}</span>
                {move || {
                    let unread = unread();
                    (unread > 0).then(|| view! {
                        <span class="unread">
                            {unread.to_string()}
                            <span class="visually-hidden">" unread"</span>
                        </span>
                    })
                }}
            </a>
        </li>
    }
}

fn preview(person: Option<Person>) -> AnyView {
    let Some(person) = person else { return ().into_any() };
    if person.typing {
        return view! { <span class="words direction">"typing…"</span> }.into_any();
    }
    match person.preview {
        Preview::Nothing => ().into_any(),
        Preview::Deleted { by: By::Me } => {
            view! { <span class="words direction">"You deleted a message"</span> }.into_any()
        }
        Preview::Deleted { by: By::Peer } => {
            view! { <span class="words direction"><bdi>{person.name}</bdi>" deleted a message"</span> }.into_any()
        }
        Preview::Message { text, status, .. } => view! {
            {status.map(|status| view! { <Ticks status/> })}
            <span class="words" dir="auto">{text}</span>
        }
        .into_any(),
    }
}

#[component]
fn AccountLine() -> impl IntoView {
    let live = Live::here();
    let you = live.with_untracked(|chat| chat.you().clone());
    let name = you.name.clone();
    let state = move || link(live.with(|chat| chat.phase()), live.is_local());
    view! {
        <footer class="account">
            <Avatar username=you.username name=name.clone() is_mine=true/>
            <div>
                <p class="name one-line"><bdi>{name}</bdi></p>
                <p role="status">{state}</p>
            </div>
            <a href="/settings" class="button plain" aria-label="Settings">
                <Icon name="settings"/>
            </a>
        </footer>
    }
}
