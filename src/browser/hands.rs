//! The hands: one worker that carries out effects in their order, and the alarm.

use std::{cell::RefCell, rc::Rc};

use futures_channel::mpsc;
use futures_util::StreamExt;
use gloo_timers::callback::Timeout;
use leptos::{prelude::window, task::spawn_local};
use send_wrapper::SendWrapper;
use wasm_bindgen_futures::JsFuture;

use super::{away, go, kept::Kept, now, socket::Socket, tabs::Tabs, world};
use crate::{
    chat::{Effect, Event, Known},
    protocol::ids::{Millis, Username},
};

const LONGEST_ALARM_MS: u64 = 60_000;

pub type Tell = Rc<dyn Fn(Event)>;

/// Where effects are handed in. A browser has one thread, so nothing of it is ever sent to another.
#[derive(Clone)]
pub struct Hands(SendWrapper<mpsc::UnboundedSender<(Effect, Option<Known>)>>);

impl Hands {
    /// Queues an effect; `known` goes with `Remember`.
    pub fn carry_out(&self, effect: Effect, known: Option<Known>) {
        // The worker lives as long as the page.
        let _ = self.0.unbounded_send((effect, known));
    }
}

/// Begins: restores the outbox, joins the other tabs, listens to the world, and then does what is asked.
pub fn start(username: &Username, tell: impl Fn(Event) + Clone + 'static) -> Hands {
    let (sender, mut effects) = mpsc::unbounded();
    let tell: Tell = Rc::new(tell);
    let username = username.clone();
    world::listen(&tell);
    spawn_local(async move {
        let kept = Kept::open(&username).await;
        let waiting = kept.outbox().await;
        let is_waiting = !waiting.is_empty();
        tell(Event::Restored(waiting));
        let tabs = Tabs::join(&username, &tell, kept.clone());
        if is_waiting {
            // A page that went before it could say so may have left something to the tab that sends.
            tabs.say_outbox_changed();
        }
        let mut worker = Worker { tell: tell.clone(), kept, tabs, socket: Socket::new(tell), alarm: Rc::default() };
        while let Some((effect, known)) = effects.next().await {
            worker.carry_out(effect, known).await;
        }
    });
    Hands(SendWrapper::new(sender))
}

struct Worker {
    tell: Tell,
    kept: Kept,
    tabs: Tabs,
    socket: Socket,
    alarm: Rc<RefCell<Option<Timeout>>>,
}

impl Worker {
    async fn carry_out(&mut self, effect: Effect, known: Option<Known>) {
        match effect {
            Effect::Connect => self.socket.connect(),
            Effect::Disconnect => self.socket.disconnect(),
            Effect::Transmit(frame) => self.socket.transmit(&frame),
            Effect::Keep(waiting) => {
                if self.kept.keep(&waiting).await {
                    (self.tell)(Event::Kept(waiting.id));
                }
                self.tabs.say_outbox_changed();
            }
            Effect::Forget(id) => {
                self.kept.forget(&id).await;
                self.tabs.say_outbox_changed();
            }
            Effect::Remember { peer } => {
                if let Some(known) = known {
                    self.kept.remember(&peer, known).await;
                }
                (self.tell)(Event::Stored);
            }
            Effect::Recall { peer } => {
                let known = self.kept.recall(&peer).await;
                (self.tell)(Event::Recalled { peer, known });
            }
            Effect::Ring { peer, name, text } => away::ring(&peer, &name, text.as_deref()),
            Effect::AskSession => {
                let tell = self.tell.clone();
                spawn_local(async move { tell(Event::Session(is_signed_in().await)) });
            }
            Effect::Wake(at) => self.wake(at),
            Effect::SignIn => go("/login"),
        }
    }

    fn wake(&self, at: Millis) {
        let tell = self.tell.clone();
        // One that rings early does no harm; a long one might have been reckoned by a clock that was put back meanwhile.
        let delay = at.since(now()).min(LONGEST_ALARM_MS) as u32;
        *self.alarm.borrow_mut() = Some(Timeout::new(delay, move || tell(Event::Woke)));
    }
}

/// Whether the session still stands: a browser does not tell why a socket was refused.
async fn is_signed_in() -> Option<bool> {
    let answer = JsFuture::from(window().fetch_with_str("/api/session")).await.ok()?;
    let answer: web_sys::Response = wasm_bindgen::JsCast::dyn_into(answer).ok()?;
    match answer.status() {
        200 => Some(true),
        401 => Some(false),
        _ => None,
    }
}
