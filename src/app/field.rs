//! The fields of the account forms: a label that is always visible, a hint, a password that can be shown.

use leptos::prelude::*;

use super::{icon::Icon, refusal::Refusal};

/// Shows the sentence of a refused form.
#[component]
pub fn RefusalAlert(#[prop(into)] refusal: Signal<Option<Refusal>>) -> impl IntoView {
    move || {
        refusal.get().map(|refusal| {
            view! {
                <p class="error" id="refused" role="alert">
                    <Icon name="failed"/>
                    " "
                    {refusal.message}
                </p>
            }
        })
    }
}

#[component]
pub fn Username(#[prop(optional)] hint: Option<&'static str>, #[prop(into)] invalid: Signal<bool>) -> impl IntoView {
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
                aria-invalid=move || invalid.get().then_some("true")
                aria-describedby=if hint.is_some() { "username-hint refused" } else { "refused" }
            />
        </div>
    }
}

#[component]
pub fn Password(
    autocomplete: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] shortest: Option<u8>,
    #[prop(into)] invalid: Signal<bool>,
) -> impl IntoView {
    let is_shown = RwSignal::new(false);
    view! {
        <div class="field">
            <label for="password">"Password"</label>
            {hint.map(|hint| view! { <p class="hint" id="password-hint">{hint}</p> })}
            <div class="with">
                <input
                    class="input"
                    id="password"
                    name="password"
                    type=move || if is_shown.get() { "text" } else { "password" }
                    autocomplete=autocomplete
                    minlength=shortest.map(|shortest| shortest.to_string())
                    required
                    aria-invalid=move || invalid.get().then_some("true")
                    aria-describedby=if hint.is_some() { "password-hint refused" } else { "refused" }
                />
                <button
                    class="button"
                    type="button"
                    aria-label="Show the password"
                    aria-pressed=move || is_shown.get().to_string()
                    on:click=move |_| is_shown.update(|is_shown| *is_shown = !*is_shown)
                >
                    <Icon name="eye"/>
                </button>
            </div>
        </div>
    }
}
