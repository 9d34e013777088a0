//! Inside: the people on one side, and beside them whatever the address says. It stands as long as the page, and holds
//! the one living state.

use leptos::prelude::*;
use leptos_router::{components::Outlet, hooks::use_location};

use super::{
    banner::Banner,
    live::Live,
    opening::{Opening, opening},
    people::{People, peer_in},
};
use crate::browser;

#[component]
pub fn House() -> impl IntoView {
    let path = use_location().pathname;
    // Asked once: what happens afterwards comes over the socket.
    let opening = Resource::new_blocking(
        || (),
        move |()| opening(path.with_untracked(|path| peer_in(path)).map(|peer| peer.to_string())),
    );
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match opening.await {
                    Ok(opening) => view! { <Inside opening/> }.into_any(),
                    Err(refusal) => view! {
                        <main class="start">
                            <header>
                                <h1>"This page could not be opened"</h1>
                                <p role="alert">{refusal.message}</p>
                                <p><a href="/">"Try again"</a></p>
                            </header>
                        </main>
                    }
                        .into_any(),
                }
            })}
        </Suspense>
    }
}

#[component]
fn Inside(opening: Opening) -> impl IntoView {
    let live = Live::new(opening.chat(), opening.peer, opening.now);
    provide_context(live);
    Effect::new(move |_| {
        live.start();
        browser::mark_ready();
    });
    view! {
        <div class="chat">
            <Banner/>
            <People/>
            <Outlet/>
        </div>
    }
}
