//! Leptos views and thin server functions, compiled into both halves.
//!
//! A view is a function of signals and callbacks; it touches no socket and no SQL. What a person does goes to `live`,
//! which asks the state machine in `chat` and lets `browser` carry out what comes of it.

pub mod account;
mod avatar;
mod banner;
mod brand;
mod clock;
mod composer;
mod field;
pub mod form;
mod gate;
mod house;
mod icon;
mod live;
mod message;
pub mod opening;
pub mod people;
pub mod refusal;
mod settings;
mod start;
mod status;
mod thread;
mod timeline;

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::{
    SsrMode,
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use self::{
    gate::{Login, Register},
    house::House,
    settings::Settings,
    start::{Idle, NewConversation},
    thread::OpenConversation,
};

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|title: String| if title.is_empty() { "Duologue".to_owned() } else { format!("{title} · Duologue") }/>
        <Router>
            <Routes fallback=Missing>
                <Route path=path!("/login") view=Login ssr=SsrMode::Async/>
                <Route path=path!("/register") view=Register ssr=SsrMode::Async/>
                <ParentRoute path=path!("") view=House ssr=SsrMode::Async>
                    <Route path=path!("") view=Idle/>
                    <Route path=path!("new") view=NewConversation/>
                    <Route path=path!("with/:name") view=OpenConversation/>
                    <Route path=path!("settings") view=Settings/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}

#[component]
fn Missing() -> impl IntoView {
    view! {
        <Title text="No such page"/>
        <main class="start">
            <header>
                <h1>"There is no such page"</h1>
                <p><a href="/">"Back to the conversations"</a></p>
            </header>
        </main>
    }
}
