//! What one is about to do with a message. The messages of a conversation, what stands over them, and the composer share
//! it; a menu and a key lead to the same act.

use leptos::{ev, prelude::*};

use super::live::Live;
use crate::{
    browser,
    chat::{By, Event, MessageRow, Row, What},
    protocol::ids::{Id, Seq, Username},
};

/// How far back one finds a message that waited when one chose it.
const NEAR: usize = 200;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// See what can be done.
    Menu,
    /// Choose an emoji.
    Reaction,
    Answer,
    Edit,
    Copy,
    /// Be asked whether it should go.
    Deletion,
}

impl Act {
    /// By a key on the message that has the focus.
    pub fn of_key(key: &str) -> Option<Self> {
        match key {
            "r" | "R" => Some(Self::Answer),
            "e" | "E" => Some(Self::Edit),
            "c" | "C" => Some(Self::Copy),
            "Delete" => Some(Self::Deletion),
            "+" => Some(Self::Reaction),
            _ => None,
        }
    }
}

/// A message as it was when one chose it, and what for.
#[derive(Clone)]
pub struct Chosen {
    pub act: Act,
    pub message: MessageRow,
}

#[derive(Clone, Copy)]
pub struct Mending {
    live: Live,
    peer: StoredValue<Username>,
    /// What stands over the page: a menu, a picker, a question.
    over: RwSignal<Option<Chosen>>,
    /// What the composer writes instead of a message that stands for itself: an answer, an edit.
    about: RwSignal<Option<Chosen>>,
}

impl Mending {
    pub fn new(peer: Username) -> Self {
        Self { live: Live::here(), peer: StoredValue::new(peer), over: RwSignal::new(None), about: RwSignal::new(None) }
    }

    /// Of the conversation that the views around this one show.
    pub fn here() -> Self {
        expect_context()
    }

    pub fn allows(self, act: Act, message: &MessageRow) -> bool {
        let is_sent = message.seq.is_some();
        let may_change =
            || message.by == By::Me && (is_sent || self.live.with_untracked(|chat| chat.may_take_back(&message.id)));
        message.body.is_some()
            && match act {
                Act::Menu | Act::Copy => true,
                Act::Reaction | Act::Answer => is_sent,
                Act::Edit | Act::Deletion => may_change(),
            }
    }

    pub fn does(self, act: Act, message: MessageRow) {
        if !self.allows(act, &message) {
            return;
        }
        self.close();
        match act {
            // Nobody else has it yet: there is nothing to ask.
            Act::Deletion if message.seq.is_none() => self.live.tell(Event::Discard(message.id)),
            Act::Copy => browser::copy(message.body.as_deref().unwrap_or_default()),
            Act::Answer | Act::Edit => self.about.set(Some(Chosen { act, message })),
            Act::Menu | Act::Reaction | Act::Deletion => self.over.set(Some(Chosen { act, message })),
        }
    }

    /// A key on a message, or in its menu.
    pub fn key(self, event: &ev::KeyboardEvent, message: MessageRow) {
        // What was asked for a moment ago, and has no focus yet, is not wanted after all.
        if event.key() == "Escape" && self.over.with_untracked(Option::is_some) {
            event.prevent_default();
            return self.close();
        }
        let is_plain = !browser::is_command(event) && !event.default_prevented();
        if let Some(act) = Act::of_key(&event.key()).filter(|act| is_plain && self.allows(*act, &message)) {
            event.prevent_default();
            self.does(act, message);
        }
    }

    /// The message over which this stands open. Layers tell when they go, even where the conversation was left before.
    pub fn over(self, act: Act) -> Option<MessageRow> {
        let chosen = |over: &Option<Chosen>| Some(over.as_ref().filter(|over| over.act == act)?.message.clone());
        self.over.try_with(chosen).flatten()
    }

    /// Whether it still stands open over any message, when the frame comes in which it is to be shown.
    pub fn is_wanted(self, act: Act) -> bool {
        untrack(|| self.over(act)).is_some()
    }

    pub fn is_over_untracked(self, message: &Id) -> bool {
        self.over.with_untracked(|over| over.as_ref().is_some_and(|over| over.message.id == *message))
    }

    /// Says at the buttons of the messages for which of them something stands open.
    pub fn expand(self) {
        self.over.with(|over| browser::expand(over.as_ref().map(|over| &over.message.id)));
    }

    /// Nothing stands over the page any more.
    pub fn close(self) {
        if self.over.try_with_untracked(Option::is_some) == Some(true) {
            self.over.set(None);
        }
    }

    pub fn about(self) -> Option<Chosen> {
        self.about.get()
    }

    pub fn about_untracked(self) -> Option<Chosen> {
        self.about.get_untracked()
    }

    /// What is written stands for itself again.
    pub fn drop_about(self) {
        self.about.set(None);
    }

    /// Reacts with an emoji, or takes it back where it is one's own already.
    pub fn react(self, message: &MessageRow, emoji: &str) {
        if let Some(of) = message.seq {
            let emoji = (!message.is_reacted_with(emoji)).then(|| emoji.to_owned());
            self.write(What::Reaction { of, emoji });
        }
        self.close();
    }

    /// Deletes it for both.
    pub fn delete(self, message: &MessageRow) {
        if let Some(of) = message.seq {
            self.write(What::Deletion { of });
        }
    }

    /// Saves an edit. `false` while the message is on its way, and can be changed neither here nor there.
    pub fn save(self, edited: &MessageRow, body: String) -> bool {
        let is_same = edited.body.as_deref() == Some(body.as_str());
        if is_same {
            return true;
        }
        // What waited when one began may have been sent since.
        let sent = edited.seq.or_else(|| self.sent(&edited.id)?.seq);
        if let Some(of) = sent {
            self.write(What::Edit { of, body });
            return true;
        }
        let id = edited.id.clone();
        let may_amend = self.live.with_untracked(|chat| chat.may_take_back(&id));
        if may_amend {
            self.live.tell(Event::Amend { id, body });
        }
        may_amend
    }

    /// Follows a message that waited when its menu opened: once it is sent, more can be done with it.
    pub fn follow_waiting(self) {
        let Some(waiting) = self.over(Act::Menu).filter(|message| message.seq.is_none()) else { return };
        self.live.track();
        if let Some(message) = self.sent(&waiting.id) {
            self.over.set(Some(Chosen { act: Act::Menu, message }));
        }
    }

    /// Whether the message that the composer is about was deleted meanwhile.
    pub fn is_about_gone(self) -> bool {
        let Some(seq) = self.about.with(|about| about.as_ref().and_then(|about| about.message.seq)) else {
            return false;
        };
        self.live.track();
        self.rows(Some(seq), 1).any(|message| message.seq == Some(seq) && message.body.is_none())
    }

    /// The last message of one's own that can be changed.
    pub fn last_own(self) -> Option<MessageRow> {
        let last = self.rows(None, 1).last().filter(|message| message.seq.is_none());
        if let Some(waiting) = last.filter(|message| self.allows(Act::Edit, message)) {
            return Some(waiting);
        }
        let seq = self.live.with_untracked(|chat| chat.last_own_message(self.peer.get_value().as_str()))?;
        self.rows(Some(seq), 1).last()
    }

    /// What waited under this id, if it has arrived.
    fn sent(self, id: &Id) -> Option<MessageRow> {
        self.rows(None, NEAR).find(|message| message.id == *id && message.seq.is_some())
    }

    fn rows(self, until: Option<Seq>, most: usize) -> impl Iterator<Item = MessageRow> {
        let rows = self.live.with_untracked(|chat| chat.rows(self.peer.get_value().as_str(), until, most).rows);
        rows.into_iter().filter_map(|row| match row {
            Row::Message(message) => Some(message),
            _ => None,
        })
    }

    pub fn write(self, what: What) {
        self.live.write(self.peer.get_value(), what);
    }
}
