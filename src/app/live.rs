//! The page's one living state: the chat behind a signal, and the hands that carry out what it wants. It lives at the
//! root of the house, so that no closure outlives it while the page stands.

use std::collections::HashMap;

use leptos::prelude::*;

use super::place::Place;
use crate::{
    browser::{self, Hands},
    chat::{Chat, Effect, Event, What},
    protocol::{
        ids::{Millis, Username},
        server::You,
    },
};

#[derive(Clone, Copy)]
pub struct Live {
    chat: RwSignal<Chat>,
    place: RwSignal<Place>,
    hands: StoredValue<Option<Hands>>,
    /// Shown names of people with whom nothing was said yet.
    names: RwSignal<HashMap<Username, String>>,
    /// Whether the page is hydrated: from then on times are local.
    is_local: RwSignal<bool>,
    /// Turns when something that depends on the clock alone may have changed.
    clock: RwSignal<Millis>,
}

impl Live {
    pub fn new(chat: Chat, place: Place, peer: Option<You>, now: Millis) -> Self {
        let names = peer.map(|peer| (peer.username, peer.name)).into_iter().collect();
        Self {
            chat: RwSignal::new(chat),
            place: RwSignal::new(place),
            hands: StoredValue::new(None),
            names: RwSignal::new(names),
            is_local: RwSignal::new(false),
            clock: RwSignal::new(now),
        }
    }

    /// The state that the views around this one stand in.
    pub fn here() -> Self {
        expect_context()
    }

    /// Begins to live: only in a browser, once the page is hydrated.
    pub fn start(self) {
        let username = self.with_untracked(|chat| chat.you().username.clone());
        let hands = browser::start(&username, move |event| self.tell(event));
        self.hands.set_value(Some(hands));
        browser::watch_place(move |path| match Place::at(path) {
            Some(place) => drop(self.place.try_set(place)),
            None => browser::go(path),
        });
        self.is_local.set(true);
        self.clock.set(browser::now());
        self.tell(Event::Woke);
    }

    /// Where one is in the house.
    pub fn place(self) -> Place {
        self.place.get()
    }

    pub fn is_at(self, place: &Place) -> bool {
        self.place.with(|here| here == place)
    }

    /// Goes to another place within the page.
    pub fn go(self, place: Place) {
        browser::set_path(&place.path());
        self.place.set(place);
    }

    /// Takes an event and carries out what comes of it.
    pub fn tell(self, event: Event) {
        let now = browser::now();
        // After the page was torn down there is nobody to tell.
        let Some(effects) = self.chat.try_update(|chat| chat.apply(event, now, &mut browser::random)) else { return };
        self.clock.try_set(now);
        self.hands.try_with_value(|hands| {
            let Some(hands) = hands else { return };
            for effect in effects {
                let known = match &effect {
                    Effect::Remember { peer } => {
                        self.chat.try_with_untracked(|chat| chat.export(peer.as_str())).flatten()
                    }
                    _ => None,
                };
                hands.carry_out(effect, known);
            }
        });
    }

    /// Writes something, with an id of its own from now on for good.
    pub fn write(self, peer: Username, what: What) {
        self.tell(Event::Write { id: browser::new_id(), peer, what });
    }

    /// Reads the chat, and follows it.
    pub fn with<T>(self, read: impl FnOnce(&Chat) -> T) -> T {
        self.chat.with(read)
    }

    /// Follows the chat.
    pub fn track(self) {
        self.chat.track();
    }

    pub fn with_untracked<T>(self, read: impl FnOnce(&Chat) -> T) -> T {
        self.chat.with_untracked(read)
    }

    /// Whether a banner is due, which the clock alone may decide.
    pub fn shows_banner(self) -> bool {
        let now = self.clock.get();
        self.is_local.get() && self.with(|chat| chat.shows_banner(now))
    }

    pub fn is_local(self) -> bool {
        self.is_local.get()
    }

    /// The time of the last event: what "today" is measured by.
    pub fn now(self) -> Millis {
        self.clock.get()
    }

    /// Learns the shown name of somebody with whom nothing was said yet.
    pub fn learn(self, you: You) {
        self.names.update(|names| {
            names.insert(you.username, you.name);
        });
    }

    /// The name to show for a person.
    pub fn name_of(self, peer: &Username) -> String {
        let known =
            self.with(|chat| chat.person(peer.as_str()).map(|person| person.name)).filter(|name| !name.is_empty());
        let learnt = || self.names.with(|names| names.get(peer).cloned());
        known.filter(|name| name != peer.as_str()).or_else(learnt).unwrap_or_else(|| peer.to_string())
    }
}
