//! The page's one living state: the chat behind a signal, and the hands that carry out what it wants. It lives at the
//! root of the house, so that no closure outlives it while the page stands.

use std::collections::HashMap;

use leptos::prelude::*;

use super::{
    clock::{self, DAY_MS, Reader},
    place::Place,
};
use crate::{
    browser::{self, Hands},
    chat::{Chat, Effect, Event, What},
    protocol::{
        ids::{Millis, Username},
        server::You,
    },
    words::Words,
};

#[derive(Clone, Copy)]
pub struct Live {
    chat: RwSignal<Chat>,
    place: RwSignal<Place>,
    hands: StoredValue<Option<Hands>>,
    /// Shown names of people with whom nothing was said yet.
    names: RwSignal<HashMap<Username, String>>,
    /// When a message was last written here: who reads further up goes back to the newest with it.
    said: RwSignal<Millis>,
    /// Whether the page is hydrated: from then on times are local.
    is_local: RwSignal<bool>,
    /// Turns when something that depends on the clock alone may have changed.
    clock: RwSignal<Millis>,
    /// When the day began by the reader's clock, as if it were UTC: what "today" is measured by.
    midnight: RwSignal<Millis>,
}

impl Live {
    pub fn new(chat: Chat, place: Place, peer: Option<You>, now: Millis) -> Self {
        let names = peer.map(|peer| (peer.username, peer.name)).into_iter().collect();
        Self {
            chat: RwSignal::new(chat),
            place: RwSignal::new(place),
            hands: StoredValue::new(None),
            names: RwSignal::new(names),
            said: RwSignal::new(Millis::default()),
            is_local: RwSignal::new(false),
            clock: RwSignal::new(now),
            midnight: RwSignal::new(midnight(now, false)),
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
        self.midnight.set(midnight(browser::now(), true));
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

    pub fn is_at_untracked(self, place: &Place) -> bool {
        self.place.with_untracked(|here| here == place)
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
        let midnight = midnight(now, true);
        // Everything that names a day follows it: told only when it turns.
        if self.midnight.try_get_untracked() != Some(midnight) {
            self.midnight.try_set(midnight);
        }
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
        let is_message = matches!(what, What::Message { .. });
        self.tell(Event::Write { id: browser::new_id(), peer, what });
        if is_message {
            self.said.set(browser::now());
        }
    }

    pub fn said(self) -> Millis {
        self.said.get()
    }

    pub fn said_untracked(self) -> Millis {
        self.said.get_untracked()
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

    /// Where the reader stands in time and space.
    pub fn reader(self, words: Words) -> Reader {
        Reader { today: self.midnight.get().0 / DAY_MS, is_local: self.is_local.get(), words }
    }

    /// Learns the shown name of somebody with whom nothing was said yet.
    pub fn learn(self, you: You) {
        self.names.update(|names| {
            names.insert(you.username, you.name);
        });
    }

    /// The name to show for a person.
    pub fn name_of(self, peer: &Username) -> String {
        self.name_for(peer, self.with(|chat| chat.person(peer.as_str()).map(|person| person.name)))
    }

    /// The same, where the name in the list is at hand.
    pub fn name_for(self, peer: &Username, listed: Option<String>) -> String {
        let known = listed.filter(|name| !name.is_empty() && name != peer.as_str());
        let learnt = || self.names.with(|names| names.get(peer).cloned());
        known.or_else(learnt).unwrap_or_else(|| peer.to_string())
    }
}

fn midnight(now: Millis, is_local: bool) -> Millis {
    Millis(clock::day(now, is_local) * DAY_MS)
}
