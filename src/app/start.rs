//! No conversation is open: a quiet stage, or the way to the first one.

use leptos::{form::ActionForm, prelude::*};
use leptos_meta::Title;

use super::{account, brand::Mark, field::RefusalAlert, live::Live, people::go_to};

/// Where there is nobody to talk to yet, the stage asks whom one wants to talk to.
#[component]
pub fn Idle() -> impl IntoView {
    let live = Live::here();
    let is_alone = Memo::new(move |_| live.with(|chat| chat.people().is_empty()));
    view! {
        <Title text=""/>
        <Show when=move || is_alone.get() fallback=QuietStage>
            <AskName/>
        </Show>
    }
}

#[component]
fn QuietStage() -> impl IntoView {
    view! {
        <main class="start idle">
            <h1 class="visually-hidden">"Conversations"</h1>
            <span class="brand"><Mark/></span>
            <p>"Choose a conversation, or begin a new one."</p>
        </main>
    }
}

#[component]
pub fn NewConversation() -> impl IntoView {
    view! {
        <Title text="New conversation"/>
        <AskName/>
    }
}

#[component]
fn AskName() -> impl IntoView {
    let live = Live::here();
    let action = ServerAction::<account::Meet>::new();
    let answer = action.value();
    Effect::new(move |_| {
        if let Some(Ok(you)) = answer.get() {
            live.learn(you.clone());
            go_to(&you.username);
        }
    });
    let refusal = Signal::derive(move || answer.get().and_then(Result::err));
    view! {
        <main class="start">
            <header>
                <h1>"Who do you want to talk to?"</h1>
                <p>"You need one name. Nobody can be found here who has not told you theirs."</p>
            </header>
            <ActionForm action=action attr:aria-label="Start a conversation">
                <div class="field">
                    <label for="who">"Username"</label>
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
                        <button class="button primary" type="submit">"Start"</button>
                    </div>
                    <p class="hint" id="who-hint">"For example bob. Capital letters make no difference."</p>
                    <RefusalAlert refusal/>
                </div>
            </ActionForm>
        </main>
    }
}
