//! Everybody one talks to, the newest first.

use std::collections::HashMap;

use leptos::prelude::*;

use super::{
    avatar::Avatar,
    banner::link,
    brand::Brand,
    clock::{self, Detail},
    find::{Find, Offer},
    icon::Icon,
    live::Live,
    markup::line,
    place::Place,
    status::Ticks,
};
use crate::{
    browser,
    chat::{By, Person, Preview},
    protocol::ids::Username,
    words::Words,
};

/// The list, and where each stands in it: every row looks itself up at every change.
#[derive(Clone, Default, PartialEq)]
struct List {
    people: Vec<Person>,
    places: HashMap<Username, usize>,
}

impl List {
    fn new(people: Vec<Person>) -> Self {
        let places = people.iter().enumerate().map(|(place, person)| (person.peer.clone(), place)).collect();
        Self { people, places }
    }

    fn get(&self, peer: &Username) -> Option<&Person> {
        self.people.get(*self.places.get(peer)?)
    }
}

#[component]
pub fn People() -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let query = RwSignal::new(String::new());
    let list = Memo::new(move |_| List::new(live.with(|chat| chat.people())));
    let is_searching = Memo::new(move |_| query.with(|query| !query.trim().is_empty()));
    let found = move || {
        let peers = |people: &[Person]| people.iter().map(|person| person.peer.clone()).collect::<Vec<_>>();
        if is_searching.get() {
            list.track();
            query.with(|query| live.with_untracked(|chat| peers(&chat.find_people(query))))
        } else {
            list.with(|list| peers(&list.people))
        }
    };
    let is_empty = Memo::new(move |_| list.with(|list| list.people.is_empty()));
    let is_shown = move || is_searching.get() || !is_empty.get();
    // Without a connection nobody is known to be here.
    let is_cut_off = Memo::new(move |_| live.shows_banner());
    // One stop for Tab: the row that one was at, else the open one, else the first.
    let stop = RwSignal::new(None::<Username>);
    let stops = Memo::new(move |_| {
        list.with(|list| {
            let open = list.people.iter().find(|person| live.is_at(&Place::With(person.peer.clone())));
            let last = stop.get().filter(|peer| list.places.contains_key(peer));
            last.or_else(|| open.or(list.people.first()).map(|person| person.peer.clone()))
        })
    });
    view! {
        <nav class="people" aria-label=words.conversations()>
            <header>
                <Brand/>
                <a href="/new" class="button plain" aria-label=words.new_conversation()>
                    <Icon name="compose"/>
                </a>
            </header>
            {move || (!is_empty.get()).then(|| view! { <Find query/> })}
            {move || (!is_shown()).then(|| view! { <p class="nobody direction">{words.nobody_yet()}</p> })}
            <ol hidden=move || !is_shown() on:keydown=move |event| browser::step(&event, ".conversation")>
                <For each=found key=|peer| peer.clone() let:peer>
                    <ConversationRow peer list stop stops is_cut_off/>
                </For>
                {move || is_searching.get().then(|| view! { <Offer query/> })}
            </ol>
            <AccountLine/>
        </nav>
    }
}

#[component]
fn ConversationRow(
    peer: Username,
    list: Memo<List>,
    stop: RwSignal<Option<Username>>,
    stops: Memo<Option<Username>>,
    is_cut_off: Memo<bool>,
) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let here = Place::With(peer.clone());
    let href = here.path();
    let is_open = Memo::new(move |_| live.is_at(&here));
    let (found, named) = (peer.clone(), peer.clone());
    let person = Memo::new(move |_| list.with(|list| list.get(&found).cloned()));
    let name = Memo::new(move |_| {
        live.name_for(&named, person.with(|person| person.as_ref().map(|person| person.name.clone())))
    });
    let online = Signal::derive(move || {
        !is_cut_off.get() && person.with(|person| person.as_ref().is_some_and(|person| person.online))
    });
    let at = Memo::new(move |_| person.with(|person| person.as_ref().map(|person| person.at).unwrap_or_default()));
    let unread = move || person.with(|person| person.as_ref().map_or(0, |person| person.unread));
    let (stopping, stopped, drafted) = (peer.clone(), peer.clone(), peer.clone());
    // Without script every row is a stop.
    let is_passed = move || live.is_local() && stops.with(|stops| stops.as_ref() != Some(&stopping));
    // A draft is written while its conversation is open, and so needs to be read when that is left.
    let draft = move || {
        let is_readable = live.is_local() && !is_open.get();
        let you = || live.with_untracked(|chat| chat.you().username.clone());
        if is_readable { browser::draft(&you(), &drafted) } else { String::new() }
    };
    view! {
        <li>
            <a
                class="conversation"
                href=href
                aria-current=move || is_open.get().then_some("page")
                tabindex=move || is_passed().then_some("-1")
                on:focus=move |_| stop.set(Some(stopped.clone()))
            >
                <Avatar username=peer name=name online=online/>
                <span class="name one-line">
                    <bdi>{name}</bdi>
                    {move || online.get().then(|| view! { <span class="visually-hidden">{words.online_aside()}</span> })}
                </span>
                {move || clock::time(at.get(), Detail::Short, live.reader(words))}
                <span class="preview">{move || preview(person.get(), draft(), words)}</span>
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

fn preview(person: Option<Person>, draft: String, words: Words) -> AnyView {
    let Some(person) = person else { return ().into_any() };
    if person.typing {
        return view! { <span class="words direction">{words.typing()}</span> }.into_any();
    }
    if !draft.trim().is_empty() {
        return view! {
            <span class="words" dir="auto">
                <span class="direction">{words.draft()}</span>
                " "
                {line(&draft)}
            </span>
        }
        .into_any();
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
            <span class="words" dir="auto">{line(&text)}</span>
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
