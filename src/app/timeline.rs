//! What was said, the newest below. The scroller is `column-reverse`: it opens at the newest without a script, stays
//! there, and does not move when older pages come in front.

use std::collections::{HashMap, hash_map::Entry};

use leptos::{ev, html, prelude::*};

use super::{
    clock::{self, Detail},
    icon::Icon,
    live::Live,
    message::Message,
};
use crate::{
    browser,
    chat::{Event, MessageRow, Row},
    protocol::ids::{Millis, Username},
    words::Words,
};

/// How near to the oldest loaded row, in CSS pixels, one must be for older ones to be asked for.
const NEAR_OLDEST: f64 = 600.0;
/// How far from the newest, in CSS pixels, one must be for the way back to be shown.
const FAR_FROM_NEWEST: f64 = 160.0;

/// A line of the list: a row, or the day that the next rows are of.
#[derive(Clone, PartialEq)]
pub enum Line {
    Day(Millis, u64),
    Row(Row),
}

impl Line {
    fn key(&self) -> String {
        match self {
            Self::Day(_, day) => format!("day-{day}"),
            Self::Row(row) => row.key(),
        }
    }
}

/// The lines, and where each stands.
#[derive(Clone, Default, PartialEq)]
pub struct Lines {
    list: Vec<Line>,
    places: HashMap<String, usize>,
}

impl Lines {
    /// Puts a day before the first message of each, where its reader lives. A message under a day joins nothing above it.
    fn new(rows: Vec<Row>, is_local: bool) -> Self {
        let mut lines = Self::default();
        let mut last_day = None;
        for mut row in rows {
            if let Row::Message(message) = &mut row {
                let day = clock::day(message.at, is_local);
                if last_day != Some(day) {
                    message.is_joined = false;
                    lines.push(Line::Day(message.at, day));
                    last_day = Some(day);
                }
            }
            lines.push(Line::Row(row));
        }
        lines
    }

    fn push(&mut self, line: Line) {
        // A key that came twice would break the list for good; the first one stays.
        if let Entry::Vacant(place) = self.places.entry(line.key()) {
            place.insert(self.list.len());
            self.list.push(line);
        }
    }

    fn message(&self, key: &str) -> Option<MessageRow> {
        match self.list.get(*self.places.get(key)?) {
            Some(Line::Row(Row::Message(message))) => Some(message.clone()),
            _ => None,
        }
    }
}

#[component]
pub fn Timeline(peer: Username, name: Memo<String>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    let scroller = NodeRef::<html::Div>::new();
    let shown = peer.clone();
    let peer = StoredValue::new(peer);
    let lines = Memo::new(move |_| {
        Lines::new(live.with(|chat| chat.rows(shown.as_str(), None, usize::MAX).rows), live.is_local())
    });
    let olds = peer.get_value();
    let has_older = Memo::new(move |_| live.with(|chat| chat.has_older(olds.as_str())));
    let typist = peer.get_value();
    let is_typing = move || live.with(|chat| chat.person(typist.as_str()).is_some_and(|person| person.typing));
    let is_far = RwSignal::new(false);
    let watch = browser::watch_seen(scroller, move |seq| {
        if let Some(peer) = peer.try_get_value() {
            live.tell(Event::Saw { peer, seq });
        }
    });
    let hold = browser::hold();
    let look = move || {
        // A frame or a scroll may come when the conversation was left already, and its signals are gone.
        let (Some(Some(scroller)), Some(peer)) = (scroller.try_get_untracked(), peer.try_get_value()) else { return };
        let Some(scroll) = browser::scroll(&scroller) else { return };
        is_far.try_set(scroll.from_newest > FAR_FROM_NEWEST);
        if has_older.try_get_untracked() == Some(true) && scroll.from_oldest < NEAR_OLDEST {
            live.tell(Event::LoadOlder(peer));
        }
        hold.note(&scroller);
        watch.look();
    };
    Effect::new(move |_| {
        lines.track();
        has_older.track();
        // Once the rows stand in the document, and before they are painted.
        browser::next_frame(move || {
            if let Some(Some(scroller)) = scroller.try_get_untracked() {
                hold.keep(&scroller);
            }
            look();
        });
    });
    let handle = window_event_listener(ev::focus, move |_| watch.look());
    on_cleanup(move || handle.remove());
    view! {
        <div
            class="timeline"
            role="log"
            aria-label=move || words.conversation_with(&name.get())
            tabindex="0"
            node_ref=scroller
            on:scroll=move |_| look()
        >
            {move || is_typing().then(|| view! {
                <div class="typing" aria-hidden="true">
                    <span class="bubble"><i></i><i></i><i></i></span>
                </div>
            })}
            <ol>
                <For each=move || lines.get().list key=Line::key let:line>
                    <LineView line peer=peer.get_value() name lines/>
                </For>
            </ol>
            {move || has_older.get().then(|| view! {
                <p class="older">{words.loading_older()}</p>
            })}
        </div>
        <button
            class="newest"
            type="button"
            hidden=move || !is_far.get()
            on:click=move |_| if let Some(scroller) = scroller.get_untracked() { browser::scroll_to_newest(&scroller) }
        >
            <Icon name="down"/>
            " "
            {words.to_the_newest()}
        </button>
    }
}

#[component]
fn LineView(line: Line, peer: Username, name: Memo<String>, lines: Memo<Lines>) -> impl IntoView {
    let (live, words) = (Live::here(), Words::here());
    match line {
        Line::Day(at, _) => view! {
            <li class="day">
                <time datetime=clock::machine(at)>{move || clock::words(at, live.now(), Detail::Day, live.is_local())}</time>
            </li>
        }
        .into_any(),
        Line::Row(Row::FirstUnread { count }) => {
            view! { <li class="first-unread"><span>{words.some_new(count)}</span></li> }.into_any()
        }
        Line::Row(Row::Gap { after }) => {
            let fill = move |_| live.tell(Event::FillGap { peer: peer.clone(), after });
            view! {
                <li class="gap">
                    {words.something_missing()}
                    " "
                    <button class="button link" type="button" on:click=fill>{words.load_it()}</button>
                </li>
            }
            .into_any()
        }
        Line::Row(Row::Message(first)) => {
            let key = Row::Message(first.clone()).key();
            let message = Memo::new(move |_| lines.with(|lines| lines.message(&key)).unwrap_or_else(|| first.clone()));
            view! { <Message message name/> }.into_any()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chat::By,
        protocol::ids::{Id, Seq},
    };

    fn message(seq: u64, at: u64) -> Row {
        Row::Message(MessageRow {
            id: Id::new(&format!("id-{seq}")).unwrap(),
            seq: Some(Seq(seq)),
            at: Millis(at),
            by: By::Peer,
            body: Some("hi".into()),
            is_edited: false,
            reply_to: None,
            reactions: Vec::new(),
            status: None,
            refusal: None,
            is_joined: true,
            is_new: false,
        })
    }

    #[test]
    fn a_day_stands_before_its_first_message() {
        let day = 24 * 60 * 60 * 1000;
        let lines = Lines::new(vec![message(1, day - 1), message(2, day), message(3, day + 1)], false);
        let keys: Vec<_> = lines.list.iter().map(Line::key).collect();
        assert_eq!(keys, ["day-0", "id-1", "day-1", "id-2", "id-3"]);
        assert!(!lines.message("id-2").unwrap().is_joined);
        assert!(lines.message("id-3").unwrap().is_joined);
    }

    #[test]
    fn a_key_stands_once() {
        let lines = Lines::new(vec![message(1, 0), message(1, 0)], false);
        assert_eq!(lines.list.len(), 2);
    }
}
