//! The settings: one plain page like the gate, with sections in the order in which people look for them, and a page of
//! its own for what has no way back. Each form posts to a server function of `app::account` and comes back here, where
//! its section says what came of it.

mod appearance;
mod devices;
mod frame;
mod invitation;
mod leave;
mod notifications;
mod profile;
mod programs;
mod shortcuts;

use axum::{
    extract::Request,
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use leptos_meta::Title;

use self::{
    appearance::{Appearance, Chosen, InWhichLanguage},
    devices::Devices,
    frame::Frame,
    invitation::{INVITE, Invitation, Inviting},
    leave::{About, Leave, Leaving},
    notifications::Notifications,
    profile::{ChangePassword, Profile},
    programs::{Programs, TOKEN},
    shortcuts::Shortcuts,
};
pub use self::{invitation::invitation, programs::token};
use super::{answer::words_of, forms::status, identity::Identity, opening, page, plain::Outcome, query::Query};
use crate::{
    app::{account::Device, refusal::Refusal},
    protocol::server::You,
    server::{house::SharedHouse, store::Session},
    words::Words,
};

const SETTINGS: &str = "/settings";
const LEAVE: &str = "/settings/leave";

/// Whether a path is one of the pages here, which only those see who are signed in.
pub fn is_page(path: &str) -> bool {
    matches!(path, SETTINGS | LEAVE | TOKEN | INVITE)
}

/// What the page is made of.
#[derive(Clone)]
struct Asked {
    you: You,
    devices: Result<Vec<Device>, Refusal>,
    chosen: Chosen,
    inviting: Inviting,
    /// What was refused as a name.
    typed: Option<String>,
    outcome: Outcome,
}

pub async fn settings(house: SharedHouse, options: LeptosOptions, request: Request) -> Response {
    let Some(session) = session(&request) else { return Redirect::to("/login").into_response() };
    let words = words_of(request.headers());
    let query = Query::of(request.uri());
    let asked = Asked {
        devices: opening::devices(&house, &session).await.map_err(|refused| refused.say(words)),
        you: you(session),
        inviting: Inviting::of(&house),
        chosen: Chosen::of(request.headers()),
        typed: query.field("name"),
        outcome: Outcome::of(&query),
    };
    page::render(options, request, move || view! { <Settings asked=asked.clone()/> }).await
}

pub async fn leave(options: LeptosOptions, request: Request) -> Response {
    let Some(session) = session(&request) else { return Redirect::to("/login").into_response() };
    let (you, outcome) = (you(session), Outcome::of(&Query::of(request.uri())));
    page::render(options, request, move || view! { <LeavePage you=you.clone() outcome=outcome.clone()/> }).await
}

#[component]
fn Settings(asked: Asked) -> impl IntoView {
    provide_context(asked.outcome);
    let words = Words::here();
    view! {
        <Title text=format!("{} · Duologue", words.settings())/>
        <Frame you=asked.you.clone() sections="" back=("/", words.back())>
            <Profile you=asked.you.clone() typed=asked.typed/>
            <ChangePassword username=asked.you.username/>
            <Notifications/>
            <Appearance chosen=asked.chosen.clone()/>
            <InWhichLanguage chosen=asked.chosen/>
            <Invitation inviting=asked.inviting/>
            <Devices devices=asked.devices.clone()/>
            <Programs devices=asked.devices/>
            <Shortcuts/>
            <Leave/>
            <About/>
        </Frame>
    }
}

#[component]
fn LeavePage(you: You, outcome: Outcome) -> impl IntoView {
    provide_context(outcome);
    let words = Words::here();
    view! {
        <Title text=format!("{} · Duologue", words.delete_the_account())/>
        <Frame you=you.clone() sections=SETTINGS current="leave" back=("/settings#leave", words.back_to_settings())>
            <Leaving username=you.username/>
        </Frame>
    }
}

/// An answer has the status of what it refuses.
fn with_status(refusal: Option<&Refusal>, mut answer: Response) -> Response {
    if let Some(refusal) = refusal {
        *answer.status_mut() = status(refusal);
    }
    answer
}

/// `identify` lets nobody come here without one.
fn session(request: &Request) -> Option<Session> {
    request.extensions().get::<Identity>()?.0.clone()
}

fn you(session: Session) -> You {
    You { username: session.username, name: session.name }
}
