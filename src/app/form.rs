//! A form that posts to a server function: by itself before and without script, and with script without leaving the page.
//!
//! Leptos' `ActionForm` would do the same with an action, a codec and a resource for each form; this is one small handler
//! for all. What that and its like saved is in ARCHITECTURE.md.

use leptos::prelude::*;

use super::refusal::Refusal;
use crate::browser;

/// The JSON of what was done, or why it was not.
pub type Answer = Result<String, Refusal>;

/// What a form was answered last.
#[derive(Clone, Copy)]
pub struct Posted {
    pub answer: RwSignal<Option<Answer>>,
}

impl Posted {
    /// Nothing yet, or the refusal of a plain form that the server sent back to its page.
    pub fn new(path: &'static str) -> Self {
        let refused = use_context::<RefusedForm>().and_then(|refused| refused.0);
        let refusal = refused.filter(|(form, _)| form == path).map(|(_, refusal)| refusal);
        Self { answer: RwSignal::new(refusal.map(Err)) }
    }

    pub fn refusal(self) -> Signal<Option<Refusal>> {
        Signal::derive(move || self.answer.get().and_then(Result::err))
    }
}

/// The plain form that was refused last, and why.
#[derive(Clone)]
pub struct RefusedForm(pub Option<(String, Refusal)>);

#[component]
pub fn PostForm(
    path: &'static str,
    posted: Posted,
    #[prop(optional)] label: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        browser::submit(&event, move |answer| {
            // The form may have gone with its page while the answer was under way.
            posted.answer.try_set(Some(answer));
        });
    };
    view! {
        <form method="post" action=path aria-label=label on:submit=submit>
            {children()}
        </form>
    }
}
