//! The sentence of a refused form.

use leptos::prelude::*;

use super::{icon::Icon, refusal::Refusal};

#[component]
pub fn RefusalAlert(#[prop(into)] refusal: Signal<Option<Refusal>>) -> impl IntoView {
    move || refusal.get().map(|refusal| view! { <RefusalSentence refusal/> })
}

#[component]
pub fn RefusalSentence(refusal: Refusal) -> impl IntoView {
    view! {
        <p class="error" id="refused" role="alert">
            <Icon name="failed"/>
            " "
            {refusal.message}
        </p>
    }
}
