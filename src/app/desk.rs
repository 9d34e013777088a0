//! What is being written: the text, what it is about, why it was not sent.
//!
//! The text stands in the field itself, and in `draft` beside it: a field that were written back at each key would be slow
//! with a long text, and would lose what was typed before the page came to life.

use leptos::{ev, html, prelude::*};

use super::{
    live::Live,
    mending::{Act, Chosen, Mending},
};
use crate::{
    browser,
    chat::{Event, What},
    protocol::{body, code::ErrorCode, ids::Username, limits},
    words::Words,
};

/// As tall as it grows where browsers do not size a field by its content.
const LINES: usize = 8;

#[derive(Clone, Copy)]
pub struct Desk {
    live: Live,
    pub words: Words,
    pub mending: Mending,
    you: StoredValue<Username>,
    peer: StoredValue<Username>,
    pub field: NodeRef<html::Textarea>,
    draft: RwSignal<String>,
    /// The draft whose place an edit has taken.
    aside: RwSignal<Option<String>>,
    /// Why it was not sent.
    pub refusal: RwSignal<Option<String>>,
}

impl Desk {
    pub fn new(peer: Username) -> Self {
        let live = Live::here();
        Self {
            live,
            words: Words::here(),
            mending: Mending::here(),
            you: StoredValue::new(live.with_untracked(|chat| chat.you().username.clone())),
            peer: StoredValue::new(peer),
            field: NodeRef::new(),
            draft: RwSignal::new(String::new()),
            aside: RwSignal::new(None),
            refusal: RwSignal::new(None),
        }
    }

    /// Takes what stands in the field. An edit is no draft: the one whose place it has taken stays kept.
    fn take(self, text: String) {
        if self.aside.with_untracked(Option::is_none) {
            browser::keep_draft(&self.you.get_value(), &self.peer.get_value(), &text);
        }
        if let Some(field) = self.field.get_untracked() {
            field.set_rows(text.split('\n').take(LINES).count() as u32);
        }
        self.draft.set(text);
    }

    fn put(self, text: String) {
        // A field that is given its value is laid out for it, even where it has that value already.
        if let Some(field) = self.field.get_untracked().filter(|field| field.value() != text) {
            field.set_value(&text);
        }
        self.take(text);
    }

    /// The page begins to live: what was typed before that stands, else the draft of last time.
    pub fn begin(self) {
        let Some(field) = self.field.get() else { return };
        let typed = field.value();
        let kept = browser::draft(&self.you.get_value(), &self.peer.get_value());
        self.put(if typed.is_empty() { kept } else { typed });
        if browser::has_keyboard() {
            self.focus();
        }
    }

    /// Without a choice the caret would stay where the button was.
    fn focus(self) {
        if let Some(field) = self.field.get_untracked() {
            let _ = field.focus();
        }
    }

    pub fn typing(self, on: bool) {
        // The field loses the focus when it goes with its conversation, and the peer is gone by then.
        if let Some(peer) = self.peer.try_get_value() {
            self.live.tell(Event::Typing { peer, on });
        }
    }

    pub fn input(self, text: String) {
        self.typing(!text.is_empty());
        self.refusal.set(None);
        self.take(text);
    }

    /// An emoji goes to the message that the picker was opened for, else to where the caret is.
    pub fn pick(self, emoji: &str) {
        if let Some(message) = untrack(|| self.mending.over(Act::Reaction)) {
            self.mending.react(&message, emoji);
        } else if let Some(field) = self.field.get_untracked() {
            self.input(browser::insert(&field, emoji));
            self.focus();
        }
    }

    pub fn send(self) {
        let about = self.mending.about_untracked();
        let checked = self.draft.with_untracked(|draft| body::check(draft).map(str::to_owned));
        match checked {
            Ok(body) => self.say(body, about),
            Err(ErrorCode::Empty) if is_edit(about.as_ref()) => self.refuse(self.words.delete_it_instead().to_owned()),
            // There is nothing to say about nothing.
            Err(ErrorCode::Empty) => {}
            Err(ErrorCode::TooLong) => self.refuse(self.words.too_long(untrack(|| self.bytes()), limits::BODY)),
            Err(_) => self.refuse(self.words.cannot_be_sent().to_owned()),
        }
        self.focus();
    }

    fn refuse(self, sentence: String) {
        self.refusal.set(Some(sentence));
    }

    fn say(self, body: String, about: Option<Chosen>) {
        match about {
            Some(Chosen { act: Act::Edit, message }) => {
                if !self.mending.save(&message, body) {
                    return self.refuse(self.words.on_its_way().to_owned());
                }
                self.typing(false);
            }
            about => {
                let reply_to = about.and_then(|about| about.message.seq);
                self.mending.write(What::Message { body, reply_to });
                self.put(String::new());
            }
        }
        self.refusal.set(None);
        self.mending.drop_about();
    }

    pub fn keydown(self, event: &ev::KeyboardEvent) {
        // While an input method composes, its keys are its own; Safari tells only by the code.
        if event.is_composing() || event.key_code() == 229 {
            return;
        }
        match event.key().as_str() {
            "Enter" if !event.shift_key() => {
                event.prevent_default();
                self.send();
            }
            "ArrowUp" if !browser::is_chord(event) && self.draft.with_untracked(String::is_empty) => {
                if let Some(message) = self.mending.last_own() {
                    event.prevent_default();
                    self.mending.does(Act::Edit, message);
                }
            }
            _ => {}
        }
    }

    /// An edit takes the place of the draft, which comes back after it.
    pub fn follow(self) {
        let about = self.mending.about();
        if about.is_some() {
            self.refusal.set(None);
        }
        match about.as_ref().filter(|about| about.act == Act::Edit) {
            Some(edited) => {
                if self.aside.with_untracked(Option::is_none) {
                    self.aside.set(Some(self.draft.get_untracked()));
                }
                self.put(edited.message.body.clone().unwrap_or_default());
            }
            None => {
                if let Some(draft) = self.aside.get_untracked() {
                    self.aside.set(None);
                    self.put(draft);
                }
            }
        }
        if about.is_some() {
            self.focus();
        }
    }

    /// What was to be edited is deleted: what one has written of it is a draft now, behind the one that was there.
    pub fn lose(self) {
        let Some(draft) = self.aside.get_untracked() else { return };
        let text = self.draft.get_untracked();
        self.aside.set(Some(if draft.is_empty() { text } else { draft + "\n" + &text }));
        self.mending.drop_about();
        self.refuse(self.words.deleted_meanwhile().to_owned());
    }

    pub fn escape(self, event: &ev::KeyboardEvent) {
        if event.key() == "Escape" && !event.is_composing() && self.mending.about_untracked().is_some() {
            event.prevent_default();
            event.stop_propagation();
            self.leave();
        }
    }

    pub fn leave(self) {
        self.refusal.set(None);
        self.mending.drop_about();
        self.focus();
    }

    pub fn bytes(self) -> usize {
        self.draft.with(|draft| draft.trim().len())
    }
}

pub fn is_edit(about: Option<&Chosen>) -> bool {
    about.is_some_and(|about| about.act == Act::Edit)
}
