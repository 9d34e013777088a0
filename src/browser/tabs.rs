//! The tabs of one person share one outbox, and one of them sends it: the one that holds the lock. When it closes, the
//! browser gives the lock to another.

use js_sys::{Function, Promise, Reflect};
use leptos::{prelude::window, task::spawn_local};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{BroadcastChannel, MessageEvent};

use super::{hands::Tell, kept::Kept};
use crate::{chat::Event, protocol::ids::Username};

pub struct Tabs(Option<BroadcastChannel>);

impl Tabs {
    pub fn join(username: &Username, tell: &Tell, kept: Kept) -> Self {
        become_sender(&format!("duologue {username}"), tell.clone());
        let channel = BroadcastChannel::new(&format!("duologue {username}")).ok();
        if let Some(channel) = &channel {
            let tell = tell.clone();
            let changed = Closure::<dyn FnMut(MessageEvent)>::new(move |_| {
                let (tell, kept) = (tell.clone(), kept.clone());
                spawn_local(async move { tell(Event::OutboxChanged(kept.outbox().await)) });
            });
            channel.set_onmessage(Some(changed.as_ref().unchecked_ref()));
            // Listens as long as the page stands.
            changed.forget();
        }
        Self(channel)
    }

    pub fn say_outbox_changed(&self) {
        if let Some(channel) = &self.0 {
            // Who cannot hear it finds it out at its next start.
            let _ = channel.post_message(&JsValue::from_str("outbox"));
        }
    }
}

/// Asks for the lock of Web Locks, and holds it as long as the page stands. A browser without locks, or a page without
/// TLS away from loopback, sends from every tab: the server takes each id once.
fn become_sender(name: &str, tell: Tell) {
    if ask_for_lock(name, tell.clone()).is_none() {
        tell(Event::Sender(true));
    }
}

fn ask_for_lock(name: &str, tell: Tell) -> Option<()> {
    let locks = Reflect::get(&window().navigator(), &"locks".into()).ok().filter(JsValue::is_object)?;
    let request: Function = Reflect::get(&locks, &"request".into()).ok()?.dyn_into().ok()?;
    let granted = Closure::<dyn FnMut() -> Promise>::new(move || {
        tell(Event::Sender(true));
        // Never settled: the lock is held until the page goes.
        Promise::new(&mut |_, _| {})
    });
    request.call2(&locks, &name.into(), granted.as_ref()).ok()?;
    granted.forget();
    Some(())
}
