//! No conversation is open: a quiet stage, or the way to the first one.

use leptos::prelude::*;
use leptos_meta::Title;

use super::{brand::Mark, field::RefusalAlert, find::meeting, form::PostForm, live::Live};
use crate::words::Words;

/// Where there is nobody to talk to yet, the stage asks whom one wants to talk to.
#[component]
pub fn Idle() -> impl IntoView {
    let live = Live::here();
    let is_alone = Memo::new(move |_| live.with(|chat| chat.people().is_empty()));
    view! {
        <Title text=""/>
        {move || if is_alone.get() { view! { <AskName/> }.into_any() } else { view! { <QuietStage/> }.into_any() }}
    }
}

#[component]
fn QuietStage() -> impl IntoView {
    let words = Words::here();
    view! {
        <main class="start idle">
            <h1 class="visually-hidden">{words.conversations()}</h1>
            <span class="brand"><Mark/></span>
            <p class="direction">{words.choose_one()}</p>
        </main>
    }
}

#[component]
pub fn NewConversation() -> impl IntoView {
    view! {
        <Title text=Words::here().new_conversation()/>
        <AskName/>
    }
}

#[component]
fn AskName() -> impl IntoView {
    let words = Words::here();
    let posted = meeting(|| {});
    let refusal = posted.refusal();
    view! {
        <main class="start">
            <header>
                <h1>{words.whom()}</h1>
                <p>{words.whom_hint()}</p>
            </header>
            <PostForm path="/api/meet" posted label=words.start_form()>
                <div class="field">
                    <label for="who">{words.username()}</label>
                    <div class="ask">
                        <input
                            class="input"
                            id="who"
                            name="username"
                            autocomplete="off"
                            autocapitalize="none"
                            spellcheck="false"
                            maxlength="32"
                            required
                            aria-invalid=move || refusal.get().map(|_| "true")
                            aria-describedby="who-hint refused"
                        />
                        <button class="button primary" type="submit">{words.start()}</button>
                    </div>
                    <p class="hint" id="who-hint">{words.username_example()}</p>
                    <RefusalAlert refusal/>
                </div>
            </PostForm>
            <section class="invite" aria-labelledby="invite">
                <div class="words">
                    <h2 id="invite">{words.or_bring_somebody()}</h2>
                    <p>{words.or_bring_somebody_hint()}</p>
                    <a class="button" href="/settings/invite" rel="external">{words.invite_somebody()}</a>
                </div>
            </section>
        </main>
    }
}
