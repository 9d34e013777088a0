//! Inside: the people on one side, and beside them whatever the address says. It stands as long as the page, and holds
//! the one living state.

use leptos::prelude::*;

use super::{
    account::Device,
    banner::Banner,
    form::RefusedForm,
    live::Live,
    opening::{Opened, Opening},
    people::People,
    place::Place,
    refusal::Refusal,
    settings::Settings,
    start::{Idle, NewConversation},
    thread::Thread,
};
use crate::{browser, words::Words};

#[component]
pub fn House() -> impl IntoView {
    // The server puts it into the page, and the page finds it there: what happens afterwards comes over the socket.
    let opened = SharedValue::new(load).into_inner();
    match opened.0 {
        Ok(opening) => view! { <Inside opening/> }.into_any(),
        Err(refusal) => view! {
            <main class="start">
                <header>
                    <h1>{Words::here().not_opened()}</h1>
                    <p role="alert">{refusal.message}</p>
                    <p><a href="/">{Words::here().try_again()}</a></p>
                </header>
            </main>
        }
        .into_any(),
    }
}

fn load() -> Opened {
    browser::opened().unwrap_or_else(|| Opened(Err(Refusal::internal(Words::here()))))
}

#[component]
fn Inside(opening: Opening) -> impl IntoView {
    let place = Place::at(&opening.path).unwrap_or(Place::Stage);
    let live = Live::new(opening.chat(), place, opening.peer, opening.now);
    provide_context(live);
    provide_context(KnownDevices(opening.devices));
    provide_context(RefusedForm(opening.refused));
    Effect::new(move |_| live.start());
    view! {
        <div class="chat">
            <Banner/>
            <People/>
            {move || match live.place() {
                Place::Stage => view! { <Idle/> }.into_any(),
                Place::New => view! { <NewConversation/> }.into_any(),
                Place::With(peer) => view! { <Thread peer/> }.into_any(),
                Place::Settings => view! { <Settings/> }.into_any(),
            }}
        </div>
    }
}

/// The sessions that the server put into the page, where it did.
#[derive(Clone)]
pub struct KnownDevices(pub Option<Vec<Device>>);
