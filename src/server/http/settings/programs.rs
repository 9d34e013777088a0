//! The tokens of programs: what each is for, when it was used last, the way out of it, and making one.

use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request},
    response::{IntoResponse, Redirect, Response},
};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    SETTINGS,
    devices::Time,
    frame::{Frame, Made, Section},
    session, with_status, you,
};
use crate::{
    app::{
        account::Device,
        field::RefusalSentence,
        icon::Icon,
        refusal::{Refusal, RefusalCode},
    },
    protocol::server::You,
    server::{
        account::sign_in,
        house::SharedHouse,
        http::{
            answer::words_of,
            page,
            plain::{Done, Taken},
            program::Asked,
        },
    },
    words::Words,
};

/// Where the form posts to, and the page on which a token is shown once.
pub const TOKEN: &str = "/settings/token";

#[component]
pub fn Programs(devices: Result<Vec<Device>, Refusal>) -> impl IntoView {
    let words = Words::here();
    // That they cannot be listed is said at the devices.
    let programs = devices.unwrap_or_default().into_iter().filter(|device| device.is_program);
    let lines: Vec<_> = programs.map(|program| view! { <ProgramLine program/> }).collect();
    view! {
        <Section id="programs" title=words.programs()>
            <p class="about">{words.programs_about()}</p>
            {(!lines.is_empty()).then(|| view! { <ul class="things">{lines}</ul> })}
            <form class="form" method="post" action=TOKEN>
                <Label/>
                <div class="row">
                    <button class="button" type="submit">{words.make_a_token()}</button>
                    <Done what="program" sentence=words.token_revoked()/>
                </div>
            </form>
        </Section>
    }
}

#[component]
fn Label() -> impl IntoView {
    view! {
        <div class="field">
            <label for="label">{Words::here().token_for()}</label>
            <input class="input" id="label" name="label" dir="auto" autocomplete="off" maxlength="64" required/>
        </div>
    }
}

#[component]
fn ProgramLine(program: Device) -> impl IntoView {
    let words = Words::here();
    view! {
        <li>
            <Icon name="key"/>
            <div>
                <b>{program.label.clone()}</b>
                <span>
                    {words.last_used()}
                    <Time at=program.used/>
                </span>
            </div>
            <form method="post" action="/api/end_session#programs">
                <input type="hidden" name="public" value=program.public.to_string()/>
                <button class="button small" type="submit" aria-label=words.revoke_program(&program.label)>{words.revoke()}</button>
            </form>
        </li>
    }
}

/// Makes a token and shows it. The page is the answer to the post, so that the token stands in no address; it is not kept.
pub async fn token(house: SharedHouse, options: LeptosOptions, request: Request) -> Response {
    let Some(session) = session(&request) else { return Redirect::to("/login").into_response() };
    let words = words_of(request.headers());
    let (parts, body) = request.into_parts();
    let made = match Form::<Asked>::from_request(Request::from_parts(parts.clone(), body), &()).await {
        Err(_) => Err(Refusal::new(RefusalCode::BadRequest, words.token_needs_label())),
        Ok(Form(Asked { label })) => {
            let minted = sign_in::mint(&house, &session, &label).await;
            minted.map(|secret| (label, secret.as_str().to_owned())).map_err(|refused| refused.say(words))
        }
    };
    let refusal = made.as_ref().err().cloned();
    let request = Request::from_parts(parts, Body::empty());
    let you = you(session);
    let view = move || view! { <TokenPage you=you.clone() made=made.clone()/> };
    with_status(refusal.as_ref(), page::render(options, request, view).await)
}

#[component]
fn TokenPage(you: You, made: Result<(String, String), Refusal>) -> impl IntoView {
    let words = Words::here();
    let back = ("/settings#programs", words.back_to_settings());
    let shown = match made {
        Ok((label, token)) => view! {
            <p class="about" role="status">{words.token_shown_once(&label)}</p>
            <div class="form">
                <Taken id="token" label=words.your_token() text=token/>
            </div>
        }
        .into_any(),
        Err(refusal) => view! { <RefusalSentence refusal/> }.into_any(),
    };
    view! {
        <Title text=format!("{} · Duologue", words.programs())/>
        <Frame you sections=SETTINGS current="programs" back=back>
            <Made title=words.programs() back=back.0>{shown}</Made>
        </Frame>
    }
}
