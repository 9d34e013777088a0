//! The way in: signing in and making an account. Plain HTML that the server alone renders, with forms that need no script;
//! so nothing of it is in the page that people live in, and signing in works before anything is loaded.

use axum::{extract::Request, response::Response};
use leptos::prelude::*;
use leptos_meta::Title;

use super::{
    answer::words_of,
    page,
    plain::{self, Done, Outcome, Password, Script},
    query::Query,
};
use crate::{
    app::{
        brand::Brand,
        field::RefusalSentence,
        refusal::{Refusal, RefusalCode},
    },
    server::{
        account::{
            invite::{self, Admission},
            known,
            refused::Refused,
        },
        config::Registration,
        house::SharedHouse,
        store::Inviter,
    },
    words::{Language, Words},
};

/// What the address says: where to go once one is in, and what need not be typed again.
#[derive(Clone)]
struct Asked {
    next: Option<String>,
    username: Option<String>,
    name: Option<String>,
    /// The secret of an invitation's link.
    invite: Option<String>,
    outcome: Outcome,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let query = Query::of(request.uri());
        Self {
            next: query.field("next"),
            username: query.field("username"),
            name: query.field("name"),
            invite: query.field("invite"),
            outcome: Outcome::of(&query),
        }
    }
}

pub async fn login(house: SharedHouse, options: LeptosOptions, request: Request) -> Response {
    let asked = Asked::of(&request);
    let is_open = house.settings.registration == Some(Registration::Open);
    page::render(options, request, move || view! { <Login asked=asked.clone() is_open/> }).await
}

pub async fn register(house: SharedHouse, options: LeptosOptions, request: Request) -> Response {
    let asked = Asked::of(&request);
    let words = words_of(request.headers());
    let stands = match invite::admit(&house, asked.invite.as_deref()).await.map_err(Refused::from) {
        Ok(Admission::Invited(invite)) => Ok(Some(invitation(&house, invite.from, words).await)),
        Ok(admission) => admission.invite().map(|_| None),
        Err(refused) => Err(refused),
    };
    let stands = stands.map_err(|refused| refused.say(words));
    page::render(options, request, move || view! { <Register asked=asked.clone() stands=stands.clone()/> }).await
}

/// What an invitation says above the form.
async fn invitation(house: &SharedHouse, from: Inviter, words: Words) -> String {
    match from {
        Inviter::Setup => words.first_account().to_owned(),
        Inviter::Host => words.host_invites().to_owned(),
        Inviter::Member(username) => {
            let member = known::find(house, &username).await.ok().flatten();
            words.you_are_invited(member.as_ref().map_or(username.as_str(), |you| &you.name))
        }
    }
}

/// One half of the gate says in two lines of a play what the house is; the other holds the form.
#[component]
fn Gate(lines: AnyView, children: Children) -> impl IntoView {
    view! {
        <div class="gate">
            <header class="house">
                <Brand/>
                <dl class="lines">{lines}</dl>
                <p class="note">{Words::here().house_note()}</p>
            </header>
            <main>
                {children()}
                <Languages/>
            </main>
        </div>
        <Script/>
    }
}

#[component]
fn Login(asked: Asked, is_open: bool) -> impl IntoView {
    let words = Words::here();
    provide_context(asked.outcome.clone());
    let wrong = asked.outcome.is_invalid("/api/login", &[RefusalCode::WrongPassword]);
    let lines = view! {
        <dt>"ann"</dt>
        <dd>{words.play_still_there()}</dd>
        <dt>"bob"</dt>
        <dd><em>{words.play_nine_days()}</em>{words.play_nothing_lost()}</dd>
    };
    view! {
        <Title text=format!("{} · Duologue", words.sign_in())/>
        <Gate lines=lines.into_any()>
            <h1>{words.sign_in()}</h1>
            <Done what="closed" sentence=words.account_deleted()/>
            <form class="form" method="post" action="/api/login">
                <Username typed=asked.username invalid=wrong/>
                <Password
                    id="password"
                    name="password"
                    label=words.password()
                    autocomplete="current-password"
                    invalid=wrong
                />
                <Next path=asked.next/>
                <plain::Refused form="/api/login"/>
                <button class="button primary" type="submit">{words.sign_in()}</button>
            </form>
            {is_open
                .then(|| view! { <p class="other">{words.new_here()}<a href="/register">{words.make_an_account()}</a></p> })}
        </Gate>
    }
}

/// `stands`: what an invitation says, if there is one; or why one cannot register.
#[component]
fn Register(asked: Asked, stands: Result<Option<String>, Refusal>) -> impl IntoView {
    let words = Words::here();
    provide_context(asked.outcome.clone());
    let lines = view! {
        <dt>"bob"</dt>
        <dd>{words.play_what_to_know()}</dd>
        <dt>"ann"</dt>
        <dd>{words.play_a_name()}<em>{words.play_pause()}</em>{words.play_that_is_all()}</dd>
    };
    let form = match stands {
        Ok(invited) => view! { <NewAccount asked invited/> }.into_any(),
        Err(refusal) => view! {
            <div class="field">
                <RefusalSentence refusal/>
            </div>
        }
        .into_any(),
    };
    view! {
        <Title text=format!("{} · Duologue", words.make_an_account())/>
        <Gate lines=lines.into_any()>
            <h1>{words.make_an_account()}</h1>
            {form}
            <p class="other">{words.registered_already()}<a href="/login">{words.sign_in()}</a></p>
        </Gate>
    }
}

#[component]
fn NewAccount(asked: Asked, invited: Option<String>) -> impl IntoView {
    let words = Words::here();
    let bad_name = asked.outcome.is_invalid("/api/register", &[RefusalCode::Taken, RefusalCode::BadName]);
    let bad_password = asked.outcome.is_invalid("/api/register", &[RefusalCode::BadPassword]);
    view! {
            {invited.map(|invited| view! { <p class="invited" dir="auto">{invited}</p> })}
            <form class="form" method="post" action="/api/register">
                <Username hint=words.username_hint() typed=asked.username invalid=bad_name/>
                <div class="field">
                    <label for="name">{words.shown_as()}" "<span class="muted">{words.optional()}</span></label>
                    <input class="input" id="name" name="name" value=asked.name autocomplete="name" maxlength="64"/>
                </div>
                <Password
                    id="password"
                    name="password"
                    label=words.password()
                    autocomplete="new-password"
                    hint=words.password_hint()
                    shortest="10"
                    invalid=bad_password
                />
                <Next path=asked.next/>
                {asked.invite.map(|secret| view! { <input type="hidden" name="invite" value=secret/> })}
                <plain::Refused form="/api/register"/>
                <button class="button primary" type="submit">{words.make_the_account()}</button>
            </form>
    }
}

#[component]
fn Next(path: Option<String>) -> impl IntoView {
    path.map(|path| view! { <input type="hidden" name="next" value=path/> })
}

#[component]
fn Username(
    #[prop(optional)] hint: Option<&'static str>,
    typed: Option<String>,
    invalid: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for="username">{Words::here().username()}</label>
            {hint.map(|hint| view! { <p class="hint" id="username-hint">{hint}</p> })}
            <input
                class="input"
                id="username"
                name="username"
                value=typed
                autocomplete="username"
                autocapitalize="none"
                spellcheck="false"
                maxlength="32"
                required
                aria-invalid=invalid
                aria-describedby=if hint.is_some() { "username-hint refused" } else { "refused" }
            />
        </div>
    }
}

/// Whoever cannot read the page finds the name of their own language.
#[component]
fn Languages() -> impl IntoView {
    let words = Words::here();
    let names = Language::ALL.map(|language| {
        if language == words.0 {
            return view! { <span lang=language.tag() aria-current="true">{language.name()}</span> }.into_any();
        }
        view! {
            <button class="button link" type="submit" name="language" value=language.code() lang=language.tag()>
                {language.name()}
            </button>
        }
        .into_any()
    });
    view! {
        <form class="languages" method="post" action="/api/set_language" aria-label=words.language()>
            {names.into_iter().collect_view()}
        </form>
    }
}
