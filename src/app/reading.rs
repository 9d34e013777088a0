//! Reading a conversation: where one is in it, where one goes, and what a listener hears of it.

use leptos::{html, prelude::*};

use super::{
    lines::Lines,
    live::Live,
    message::Jump,
    window::{FAR_FROM_NEWEST, Window},
};
use crate::{
    browser::{self, Hold, Watch},
    chat::{Event, Phase},
    protocol::ids::{Seq, Username},
};

/// Who missed more than this begins at what came last: loading all of it would take too long.
const WORTH_LOADING: u64 = 2000;

/// Who has moved by more than this, in CSS pixels, has gone elsewhere; a banner that comes moves the list by less.
const ELSEWHERE: f64 = 120.0;

const FIRST_UNREAD: &str = ".first-unread";

/// A message that one wants to see, and may have to wait for.
#[derive(Clone, Copy)]
struct Aim {
    seq: Seq,
    /// The first that is unread, where one has just come in; else one that was asked for.
    is_opening: bool,
}

/// The timeline of one conversation, as its parts share it.
#[derive(Clone, Copy)]
pub struct Reading {
    pub live: Live,
    pub peer: StoredValue<Username>,
    pub window: Window,
    hold: Hold,
    watch: Watch,
    pub is_far: RwSignal<bool>,
    /// What comes into the list now is no news: listeners need not hear of it.
    pub is_moving: RwSignal<bool>,
    /// How far from the newest one stood, in CSS pixels, when what one looked for could not be reached.
    missed_at: RwSignal<Option<f64>>,
    /// How far from the newest one stands.
    stands: StoredValue<f64>,
    aim: RwSignal<Option<Aim>>,
    /// What was aimed at stands in the window and comes on screen with the next frame: until then nothing else moves.
    is_bringing: StoredValue<bool>,
}

impl Reading {
    pub fn new(peer: Username, scroller: NodeRef<html::Div>) -> Self {
        let live = Live::here();
        let window = Window::new(live, peer.clone());
        let peer = StoredValue::new(peer);
        let watch = browser::watch_seen(scroller, move |seq| {
            if let Some(peer) = peer.try_get_value() {
                live.tell(Event::Saw { peer, seq });
            }
        });
        let is = || RwSignal::new(false);
        let aim = RwSignal::new(None);
        let reading = Self {
            live,
            peer,
            window,
            hold: Hold::new(scroller),
            watch,
            is_far: is(),
            is_moving: is(),
            missed_at: RwSignal::new(None),
            stands: StoredValue::new(0.0),
            aim,
            is_bringing: StoredValue::new(false),
        };
        provide_context(Jump(Callback::new(move |seq| reading.jump(seq))));
        reading.live_with(scroller);
        reading
    }

    fn live_with(self, scroller: NodeRef<html::Div>) {
        Effect::new(move |_| {
            if scroller.get().is_some() {
                self.hold.watch(move || self.look());
                self.open();
            }
        });
        let newest = StoredValue::new(self.window.lines.with_untracked(Lines::newest));
        Effect::new(move |_| {
            self.window.lines.with(|lines| {
                self.announce(newest.with_value(|newest| lines.adds_to(newest.as_deref())));
                newest.set_value(lines.newest());
            });
            // Once the rows stand in the document, and before they are painted.
            browser::next_frame(move || self.look());
        });
        Effect::new(move |_| self.take_aim());
        let begun = self.live.said_untracked();
        Effect::new(move |_| {
            if self.live.said() != begun {
                self.to_newest();
            }
        });
    }

    /// A frame or a scroll may come when the conversation was left already, and its signals are gone: all of this may
    /// find nothing.
    pub fn look(self) {
        if self.is_bringing.try_get_value() != Some(false) {
            return;
        }
        let Some(scroll) = self.hold.settle(self.window.has_after()) else { return };
        let is_far = scroll.from_newest > FAR_FROM_NEWEST || self.window.has_after();
        if self.is_far.try_get_untracked() == Some(!is_far) {
            self.is_far.set(is_far);
        }
        self.stands.set_value(scroll.from_newest);
        let missed_at = self.missed_at.try_get_untracked().flatten();
        if missed_at.is_some_and(|at| (at - scroll.from_newest).abs() > ELSEWHERE) {
            self.missed_at.set(None);
        }
        self.window.follow(&scroll);
        for after in self.hold.gaps() {
            self.fill(after);
        }
        self.watch.look();
    }

    /// What one looked for cannot be reached: said until one has gone elsewhere.
    pub fn is_missed(self) -> bool {
        self.missed_at.with(Option::is_some)
    }

    pub fn watch(self) {
        self.watch.look();
    }

    pub fn fill(self, after: Seq) {
        if let Some(peer) = self.peer.try_get_value() {
            self.live.tell(Event::FillGap { peer, after });
        }
    }

    pub fn to_newest(self) {
        self.aim.set(None);
        self.is_bringing.set_value(false);
        self.hold.to_newest();
        self.window.to_newest();
        // The rows that come back have their heights by then.
        browser::next_frame(move || self.hold.to_newest());
    }

    /// What is added below is news; all else that changes is not, until it has been painted and passed on.
    fn announce(self, is_news: bool) {
        self.is_moving.set(!is_news);
        if !is_news {
            browser::next_frame(move || {
                browser::next_frame(move || {
                    self.is_moving.try_set(false);
                });
            });
        }
    }

    /// Who comes in begins at what was not read yet.
    fn open(self) {
        let peer = self.peer.get_value();
        let (first, unread) = self.live.with_untracked(|chat| {
            let unread = chat.person(peer.as_str()).map_or(0, |person| person.unread);
            (chat.first_unread(peer.as_str()), unread)
        });
        if let Some(seq) = first.filter(|_| unread <= WORTH_LOADING) {
            self.go(Aim { seq, is_opening: true });
        }
    }

    fn jump(self, seq: Seq) {
        self.missed_at.set(None);
        self.go(Aim { seq, is_opening: false });
    }

    fn go(self, aim: Aim) {
        let peer = self.peer.get_value();
        if !self.live.with_untracked(|chat| chat.holds(peer.as_str(), aim.seq)) {
            self.live.tell(Event::LoadUntil { peer, seq: aim.seq });
        }
        self.aim.set(Some(aim));
    }

    /// Follows the pages that come until the message is among them, or cannot be.
    fn take_aim(self) {
        let Some(aim) = self.aim.get() else { return };
        let peer = self.peer.get_value();
        let (is_held, is_on_its_way) = self.live.with(|chat| {
            let is_on_its_way = chat.is_seeking(peer.as_str()) && chat.phase() == Phase::Connected;
            (chat.holds(peer.as_str(), aim.seq), is_on_its_way)
        });
        if is_held {
            self.aim.set(None);
            self.window.show(aim.seq);
            self.is_bringing.set_value(true);
            browser::next_frame(move || self.bring(aim));
        } else if !is_on_its_way && !aim.is_opening {
            self.aim.set(None);
            self.missed_at.set(Some(self.stands.get_value()));
        }
    }

    fn bring(self, aim: Aim) {
        if !self.still_brings() {
            return;
        }
        if !aim.is_opening {
            self.hold.bring(&["#m", &aim.seq.to_string()].concat(), true);
        } else if self.is_far.try_get_untracked() == Some(false) {
            // Who has scrolled by now is where they want to be. How high the rows are is only known once they are
            // painted.
            self.hold.bring(FIRST_UNREAD, false);
            self.is_bringing.set_value(true);
            browser::next_frame(move || {
                if self.still_brings() {
                    self.hold.bring(FIRST_UNREAD, false);
                    self.look();
                }
            });
            return;
        }
        self.look();
    }

    /// Whether what was aimed at is still wanted, for the last time: who went to the newest meanwhile wants nothing else.
    fn still_brings(self) -> bool {
        let is_wanted = self.is_bringing.try_get_value() == Some(true);
        if is_wanted {
            self.is_bringing.set_value(false);
        }
        is_wanted
    }
}
