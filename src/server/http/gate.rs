//! The way in: signing in and making an account. Plain HTML that the server alone renders, with forms that need no script;
//! so nothing of it is in the page that people live in, and signing in works before anything is loaded.

use axum::{extract::Request, response::Response};
use leptos::{nonce::use_nonce, prelude::*};
use leptos_meta::Title;

use super::{page, query::Query};
use crate::app::{
    brand::Brand,
    icon::Icon,
    refusal::{Refusal, RefusalCode},
};

/// What the address says: where to go once one is in, and why a form was refused.
#[derive(Clone, Default)]
struct Asked {
    next: Option<String>,
    refusal: Option<Refusal>,
}

impl Asked {
    fn of(request: &Request) -> Self {
        let query = Query::of(request.uri());
        Self { next: query.field("next"), refusal: query.refusal().map(|(_, refusal)| refusal) }
    }

    fn is_about(&self, codes: &[RefusalCode]) -> Option<&'static str> {
        self.refusal.as_ref().is_some_and(|refusal| codes.contains(&refusal.code)).then_some("true")
    }
}

pub async fn login(options: LeptosOptions, request: Request) -> Response {
    let asked = Asked::of(&request);
    page::render(options, request, move || view! { <Login asked=asked.clone()/> }).await
}

pub async fn register(options: LeptosOptions, request: Request) -> Response {
    let asked = Asked::of(&request);
    page::render(options, request, move || view! { <Register asked=asked.clone()/> }).await
}

/// One half of the gate says in two lines of a play what the house is; the other holds the form.
#[component]
fn Gate(lines: AnyView, children: Children) -> impl IntoView {
    view! {
        <div class="gate">
            <header class="house">
                <Brand/>
                <dl class="lines">{lines}</dl>
                <p class="note">"A messenger for two, kept on this server and nowhere else."</p>
            </header>
            <main>{children()}</main>
        </div>
        <script src="/gate.js" nonce=use_nonce() defer></script>
    }
}

#[component]
fn Login(asked: Asked) -> impl IntoView {
    let wrong = asked.is_about(&[RefusalCode::WrongPassword]);
    let lines = view! {
        <dt>"ann"</dt>
        <dd>"Are you still there?"</dd>
        <dt>"bob"</dt>
        <dd><em>"(back after nine days)"</em>" I am now. Nothing got lost."</dd>
    };
    view! {
        <Title text="Sign in · Duologue"/>
        <Gate lines=lines.into_any()>
            <h1>"Sign in"</h1>
            <form class="form" method="post" action="/api/login">
                <Username invalid=wrong/>
                <Password autocomplete="current-password" invalid=wrong/>
                <Rest asked/>
                <button class="button primary" type="submit">"Sign in"</button>
            </form>
            <p class="other">"New here? "<a href="/register">"Make an account"</a></p>
        </Gate>
    }
}

#[component]
fn Register(asked: Asked) -> impl IntoView {
    let bad_name = asked.is_about(&[RefusalCode::Taken, RefusalCode::BadName]);
    let bad_password = asked.is_about(&[RefusalCode::BadPassword]);
    let lines = view! {
        <dt>"bob"</dt>
        <dd>"What do they need to know about me?"</dd>
        <dt>"ann"</dt>
        <dd>"A name. "<em>"(pause)"</em>" That is all."</dd>
    };
    view! {
        <Title text="Make an account · Duologue"/>
        <Gate lines=lines.into_any()>
            <h1>"Make an account"</h1>
            <form class="form" method="post" action="/api/register">
                <Username
                    hint="1 to 32 characters. This is the name you give to people who want to write to you."
                    invalid=bad_name
                />
                <div class="field">
                    <label for="name">"Shown as "<span class="muted">"(optional)"</span></label>
                    <input class="input" id="name" name="name" autocomplete="name" maxlength="64"/>
                </div>
                <Password
                    autocomplete="new-password"
                    hint="At least 10 characters. A short sentence is a good one."
                    shortest="10"
                    invalid=bad_password
                />
                <Rest asked/>
                <button class="button primary" type="submit">"Make the account"</button>
            </form>
            <p class="other">"Registered already? "<a href="/login">"Sign in"</a></p>
        </Gate>
    }
}

/// What both forms end with: where to go on to, and what was refused.
#[component]
fn Rest(asked: Asked) -> impl IntoView {
    view! {
        {asked.next.map(|next| view! { <input type="hidden" name="next" value=next/> })}
        {asked.refusal.map(|refusal| view! {
            <div class="field">
                <p class="error" id="refused" role="alert">
                    <Icon name="failed"/>
                    " "
                    {refusal.message}
                </p>
            </div>
        })}
    }
}

#[component]
fn Username(#[prop(optional)] hint: Option<&'static str>, invalid: Option<&'static str>) -> impl IntoView {
    view! {
        <div class="field">
            <label for="username">"Username"</label>
            {hint.map(|hint| view! { <p class="hint" id="username-hint">{hint}</p> })}
            <input
                class="input"
                id="username"
                name="username"
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

#[component]
fn Password(
    autocomplete: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] shortest: Option<&'static str>,
    invalid: Option<&'static str>,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for="password">"Password"</label>
            {hint.map(|hint| view! { <p class="hint" id="password-hint">{hint}</p> })}
            <div class="with">
                <input
                    class="input"
                    id="password"
                    name="password"
                    type="password"
                    autocomplete=autocomplete
                    minlength=shortest
                    required
                    aria-invalid=invalid
                    aria-describedby=if hint.is_some() { "password-hint refused" } else { "refused" }
                />
                // `gate.js` shows it: without script it could do nothing.
                <button class="button" type="button" aria-label="Show the password" aria-pressed="false" hidden>
                    <Icon name="eye"/>
                </button>
            </div>
        </div>
    }
}
