//! The way in: signing in and making an account. Plain forms, before and without script.

use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::{
    brand::Brand,
    field::{Password, RefusalAlert, Username},
    form::{Answer, PostForm, Posted},
    refusal::{Refusal, RefusalCode},
};
use crate::browser;

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
    }
}

/// Where to go once one is in: a local path from the address, which the server checks again.
fn next() -> Signal<Option<String>> {
    let query = use_query_map();
    Signal::derive(move || query.with(|query| query.get("next")))
}

/// Goes into the house when the form was accepted, and says what was refused.
fn enter(posted: Posted, next: Signal<Option<String>>) -> Signal<Option<Refusal>> {
    Effect::new(move |_| {
        if posted.answer.with(|answer| matches!(answer, Some(Answer::Ok(_)))) {
            // A page begins anew with its session, so that nothing of the gate stays behind.
            let local = next.get_untracked().filter(|path| path.starts_with('/') && !path.starts_with("//"));
            browser::go(local.as_deref().unwrap_or("/"));
        }
    });
    posted.refusal()
}

fn is_about(refusal: Signal<Option<Refusal>>, codes: &'static [RefusalCode]) -> Signal<bool> {
    Signal::derive(move || {
        refusal.with(|refusal| refusal.as_ref().is_some_and(|refusal| codes.contains(&refusal.code)))
    })
}

#[component]
pub fn Login() -> impl IntoView {
    let posted = Posted::new("/api/login");
    let next = next();
    let refusal = enter(posted, next);
    let wrong = is_about(refusal, &[RefusalCode::WrongPassword]);
    let lines = view! {
        <dt>"ann"</dt>
        <dd>"Are you still there?"</dd>
        <dt>"bob"</dt>
        <dd><em>"(back after nine days)"</em>" I am now. Nothing got lost."</dd>
    };
    view! {
        <Title text="Sign in"/>
        <Gate lines=lines.into_any()>
            <h1>"Sign in"</h1>
            <PostForm path="/api/login" posted class="form">
                <Username invalid=wrong/>
                <Password autocomplete="current-password" invalid=wrong/>
                <Next next/>
                <RefusalAlert refusal/>
                <button class="button primary" type="submit" aria-busy=move || posted.is_pending.get().to_string()>"Sign in"</button>
            </PostForm>
            <p class="other">"New here? "<a href="/register">"Make an account"</a></p>
        </Gate>
    }
}

#[component]
pub fn Register() -> impl IntoView {
    let posted = Posted::new("/api/register");
    let next = next();
    let refusal = enter(posted, next);
    let lines = view! {
        <dt>"bob"</dt>
        <dd>"What do they need to know about me?"</dd>
        <dt>"ann"</dt>
        <dd>"A name. "<em>"(pause)"</em>" That is all."</dd>
    };
    view! {
        <Title text="Make an account"/>
        <Gate lines=lines.into_any()>
            <h1>"Make an account"</h1>
            <PostForm path="/api/register" posted class="form">
                <Username
                    hint="1 to 32 characters. This is the name you give to people who want to write to you."
                    invalid=is_about(refusal, &[RefusalCode::Taken, RefusalCode::BadName])
                />
                <div class="field">
                    <label for="name">"Shown as "<span class="muted">"(optional)"</span></label>
                    <input class="input" id="name" name="name" autocomplete="name" maxlength="64"/>
                </div>
                <Password
                    autocomplete="new-password"
                    hint="At least 10 characters. A short sentence is a good one."
                    shortest=10
                    invalid=is_about(refusal, &[RefusalCode::BadPassword])
                />
                <Next next/>
                <RefusalAlert refusal/>
                <button class="button primary" type="submit" aria-busy=move || posted.is_pending.get().to_string()>"Make the account"</button>
            </PostForm>
            <p class="other">"Registered already? "<a href="/login">"Sign in"</a></p>
        </Gate>
    }
}

#[component]
fn Next(next: Signal<Option<String>>) -> impl IntoView {
    move || next.get().map(|next| view! { <input type="hidden" name="next" value=next/> })
}
