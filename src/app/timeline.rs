//! What was said, the newest below. The scroller is `column-reverse`: it opens at the newest without a script, stays
//! there, and does not move when older pages come in front. How one moves in it is in `reading.rs`.

use leptos::{ev, html, prelude::*};

use super::{
    clock::{self, Detail},
    icon::Icon,
    lines::{Line, Lines},
    message::Message,
    reading::Reading,
    sequence::Sequence,
};
use crate::{browser, chat::Row, protocol::ids::Username, words::Words};

const MESSAGES: &str = "li[data-by]";

#[component]
pub fn Timeline(peer: Username, name: Memo<String>) -> impl IntoView {
    let words = Words::here();
    let scroller = NodeRef::<html::Div>::new();
    let reading = Reading::new(peer.clone(), scroller);
    let lines = reading.window.lines;
    let (live, typist) = (reading.live, peer.clone());
    let is_typing =
        Memo::new(move |_| live.with(|chat| chat.person(typist.as_str()).is_some_and(|person| person.typing)));
    Effect::new(move |_| {
        is_typing.track();
        browser::next_frame(move || reading.look());
    });
    let handle = window_event_listener(ev::focus, move |_| reading.watch());
    on_cleanup(move || handle.remove());
    let make = move |line| view! { <LineView line name reading/> }.into_any();
    let owner = Owner::current().unwrap_or_default();
    view! {
        <div
            class="timeline"
            role="log"
            aria-label=move || words.conversation_with(&name.get())
            aria-relevant="additions"
            aria-busy=move || reading.is_moving.get().to_string()
            tabindex="0"
            node_ref=scroller
            on:scroll=move |_| reading.look()
            on:keydown=move |event| key(&event, reading)
        >
            {move || is_typing.get().then(|| view! {
                <div class="typing" aria-hidden="true">
                    <span class="bubble"><i></i><i></i><i></i></span>
                </div>
            })}
            <svg class="room" aria-hidden="true" width="1" height="0"></svg>
            <ol>
                {move || Sequence { lines: lines.with(|lines| lines.list.clone()), make, owner: owner.clone() }}
            </ol>
            <Front reading/>
        </div>
        <Newest reading/>
    }
}

/// Up and down from message to message; away from them with Escape.
fn key(event: &ev::KeyboardEvent, reading: Reading) {
    if event.default_prevented() {
        return;
    }
    match event.key().as_str() {
        "Escape" => {
            browser::focus("main textarea");
        }
        // Wherever one was being led when it was pressed.
        "End" if !browser::is_chord(event) => {
            event.prevent_default();
            reading.to_newest();
            browser::next_frame(|| {
                browser::focus("[role=log] li:last-child");
            });
        }
        _ => browser::step(event, MESSAGES),
    }
}

/// What stands before the first row: that more is to come, or that this is where it begins.
#[component]
fn Front(reading: Reading) -> impl IntoView {
    let (live, words) = (reading.live, Words::here());
    let peer = reading.peer.get_value();
    let sentence = Memo::new(move |_| {
        let is_empty = reading.window.lines.with(|lines| lines.list.is_empty());
        let is_cut_off = live.shows_banner();
        live.with(|chat| match (is_empty, chat.person(peer.as_str()).is_some()) {
            (false, _) if !chat.has_older(peer.as_str()) => "",
            (true, false) if chat.you().username == peer => words.nothing_noted(),
            (true, false) => words.nothing_said(),
            _ if is_cut_off => words.older_with_the_connection(),
            _ => words.loading_older(),
        })
    });
    move || {
        let sentence = sentence.get();
        (!sentence.is_empty()).then(|| view! { <p class="older direction">{sentence}</p> })
    }
}

/// The way back, and what came meanwhile.
#[component]
fn Newest(reading: Reading) -> impl IntoView {
    let (live, words) = (reading.live, Words::here());
    let peer = reading.peer.get_value();
    let unread = move || live.with(|chat| chat.person(peer.as_str()).map_or(0, |person| person.unread));
    let click = move |_| {
        reading.to_newest();
        browser::focus("[role=log]");
    };
    view! {
        {move || reading.is_missed().then(|| view! {
            <p class="newest" role="alert">{words.cannot_be_reached()}</p>
        })}
        <button
            class="newest"
            type="button"
            hidden=move || !reading.is_far.get() || reading.is_missed()
            on:click=click
        >
            {move || match unread() {
                0 => view! { <Icon name="down"/> }.into_any(),
                count => view! {
                    <span class="unread">
                        {count.to_string()}
                        <span class="visually-hidden">{words.unread_aside()}</span>
                    </span>
                }
                .into_any(),
            }}
            " "
            {words.to_the_newest()}
        </button>
    }
}

#[component]
fn LineView(line: Line, name: Memo<String>, reading: Reading) -> impl IntoView {
    let (live, words) = (reading.live, Words::here());
    match line {
        Line::Day(at, _) => view! {
            <li class="day">{move || clock::time(at, Detail::Day, live.reader(words))}</li>
        }
        .into_any(),
        Line::Row(Row::FirstUnread { count }) => {
            view! { <li class="first-unread"><span>{words.some_new(count)}</span></li> }.into_any()
        }
        Line::Row(Row::Gap { after }) => view! {
            <li class="gap" data-after=after.to_string()>
                <p class="direction">
                    {move || if live.shows_banner() { words.missing_for_now() } else { words.something_missing() }}
                    " "
                    <button class="button link" type="button" on:click=move |_| reading.fill(after)>{words.load_it()}</button>
                </p>
            </li>
        }
        .into_any(),
        Line::Row(Row::Message(first)) => {
            let lines: Memo<Lines> = reading.window.lines;
            let key = Row::Message(first.clone()).key();
            let message = Memo::new(move |_| lines.with(|lines| lines.message(&key)).unwrap_or_else(|| first.clone()));
            view! { <Message message name/> }.into_any()
        }
    }
}
