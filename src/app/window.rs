//! The part of a conversation that stands in the document. It begins small, so that opening one is quick, grows with the
//! reading, and then moves: what lies far from the eyes is left out, above and below.

use leptos::prelude::*;

use super::{lines::Lines, live::Live};
use crate::{
    browser::{self, Scroll},
    chat::{Chat, Event, Rows},
    protocol::ids::{Seq, Username},
};

/// So many rows in the page that the server sends, and at most. With their days they are never more than `Lines` takes.
const FIRST: usize = 60;
const MOST: usize = 240;
/// So many fill a screen: all that one sees of a conversation in the frame that answers a click. The others come after it.
const SCREEN: usize = 24;
/// How far it grows or moves at once.
const STEP: usize = 80;
/// How near to an end of it, in CSS pixels, one must be for more.
const NEAR: f64 = 1200.0;
/// How far from the newest, in CSS pixels, one must be for the way back to be shown.
pub const FAR_FROM_NEWEST: f64 = 160.0;

#[derive(Clone, Copy)]
pub struct Window {
    live: Live,
    peer: StoredValue<Username>,
    /// The message that it ends with; at the newest where there is none.
    until: RwSignal<Option<Seq>>,
    /// How many rows it has up to there. What has come since is added to them while it fits.
    most: RwSignal<usize>,
    pub lines: Memo<Lines>,
}

impl Window {
    pub fn new(live: Live, peer: Username) -> Self {
        let is_first = !untrack(|| live.is_local());
        let (until, most) = (RwSignal::new(None), RwSignal::new(if is_first { FIRST } else { SCREEN }));
        let shown = peer.clone();
        let lines = Memo::new(move |_| {
            let rows = live.with(|chat| part(chat, shown.as_str(), until.get(), most.get()));
            Lines::new(rows, live.is_local())
        });
        Self { live, peer: StoredValue::new(peer), until, most, lines }
    }

    pub fn has_after(self) -> bool {
        self.read(|lines| lines.has_after)
    }

    pub fn to_newest(self) {
        self.until.set(None);
        self.most.set(FIRST);
    }

    /// Moves so that this message, which is held, stands in it, and stays there whatever comes.
    pub fn show(self, seq: Seq) {
        if !self.read(|lines| lines.has(seq)) {
            self.most.set(MOST);
            self.until.set(self.shifted(Some(seq), (MOST / 2).cast_signed()));
        }
        self.stay();
    }

    /// Moves to where one reads. It is asked at every scroll, and again after each change.
    pub fn follow(self, scroll: &Scroll) {
        let (has_before, has_after) = self.read(|lines| (lines.has_before, lines.has_after));
        let Some(until) = self.until.try_get_untracked() else { return };
        if has_after && scroll.from_newest < 1.0 {
            return self.to_newest();
        }
        if scroll.from_newest > FAR_FROM_NEWEST {
            self.stay();
        } else if !has_after && until.is_some() {
            self.until.set(None);
        }
        if has_after && scroll.from_end < NEAR {
            self.grow();
            self.until.set(self.shifted(until, STEP.cast_signed()));
        } else if scroll.from_oldest < NEAR {
            self.reach_back(has_before);
        }
    }

    /// What comes from now on must not push out what one reads.
    fn stay(self) {
        if self.until.with_untracked(Option::is_none)
            && let last @ Some(_) = self.read(Lines::last)
        {
            self.until.set(last);
        }
    }

    fn grow(self) {
        self.most.update(|most| *most = (*most + STEP).min(MOST));
    }

    fn reach_back(self, has_before: bool) {
        let most = self.most.get_untracked();
        if !has_before {
            // What the server has is asked for in good time, so that one seldom waits.
            if let Some(peer) = self.peer.try_get_value()
                && self.live.with_untracked(|chat| chat.has_older(peer.as_str()))
            {
                self.live.tell(Event::LoadOlder(peer));
            }
        } else if most < FIRST {
            browser::next_frame(move || {
                self.most.try_update(|most| *most = FIRST.max(*most));
            });
        } else if most < MOST {
            self.grow();
        } else {
            self.until.set(self.shifted(self.until.get_untracked(), -STEP.cast_signed()));
        }
    }

    fn shifted(self, until: Option<Seq>, by: isize) -> Option<Seq> {
        let peer = self.peer.try_get_value()?;
        self.live.with_untracked(|chat| chat.shift(peer.as_str(), until, by))
    }

    fn read<T: Default>(self, read: impl FnOnce(&Lines) -> T) -> T {
        self.lines.try_with_untracked(read).unwrap_or_default()
    }
}

fn part(chat: &Chat, peer: &str, until: Option<Seq>, most: usize) -> Rows {
    let room = MOST - most;
    match until.map_or(0, |until| chat.count_behind(peer, until, room + 1)) {
        behind if behind <= room => chat.rows(peer, None, most + behind),
        _ => chat.rows(peer, until, most),
    }
}
