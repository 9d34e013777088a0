//! What the plain pages share, the gate and the settings: what came of a form, the fields, and the one small script.
//! The server alone renders them, their forms post by themselves, and no WASM is loaded for them.

use leptos::{nonce::use_nonce, prelude::*};

use super::query::Query;
use crate::{
    app::{
        field::RefusalSentence,
        icon::Icon,
        refusal::{Refusal, RefusalCode},
    },
    words::Words,
};

/// What came of the form that was posted last: it stands in the address of the page that the server sends back to.
#[derive(Clone, Default)]
pub struct Outcome {
    done: Option<String>,
    refused: Option<(String, Refusal)>,
}

impl Outcome {
    pub fn of(query: &Query) -> Self {
        Self { done: query.field("done"), refused: query.refusal() }
    }

    /// Of the page that is being rendered.
    pub fn here() -> Self {
        use_context().unwrap_or_default()
    }

    pub fn refusal(&self, form: &str) -> Option<&Refusal> {
        self.refused.as_ref().filter(|(refused, _)| refused == form).map(|(_, refusal)| refusal)
    }

    /// `aria-invalid` of the field that these refusals are about.
    pub fn is_invalid(&self, form: &str, codes: &[RefusalCode]) -> Option<&'static str> {
        self.refusal(form).is_some_and(|refusal| codes.contains(&refusal.code)).then_some("true")
    }

    pub fn is_done(&self, what: &str) -> bool {
        self.refused.is_none() && self.done.as_deref() == Some(what)
    }
}

/// Why a form was refused, where it was. Fields name it by `aria-describedby="refused"`.
#[component]
pub fn Refused(form: &'static str) -> impl IntoView {
    Outcome::here().refusal(form).cloned().map(|refusal| {
        view! {
            <div class="field">
                <RefusalSentence refusal/>
            </div>
        }
    })
}

/// What a form has done, where it was posted last.
#[component]
pub fn Done(what: &'static str, sentence: &'static str) -> impl IntoView {
    Outcome::here().is_done(what).then(|| view! { <p class="done" role="status">{sentence}</p> })
}

#[component]
pub fn Password(
    id: &'static str,
    name: &'static str,
    label: &'static str,
    autocomplete: &'static str,
    #[prop(optional)] hint: Option<&'static str>,
    #[prop(optional)] shortest: Option<&'static str>,
    invalid: Option<&'static str>,
) -> impl IntoView {
    let hint_id = format!("{id}-hint");
    let described = if hint.is_some() { format!("{hint_id} refused") } else { "refused".to_owned() };
    view! {
        <div class="field">
            <label for=id>{label}</label>
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint}</p> })}
            <div class="with">
                <input
                    class="input"
                    id=id
                    name=name
                    type="password"
                    autocomplete=autocomplete
                    minlength=shortest
                    required
                    aria-invalid=invalid
                    aria-describedby=described
                />
                // `plain.js` shows it: without script it could do nothing.
                <button class="button" type="button" aria-label=Words::here().show_the_password() aria-pressed="false" hidden>
                    <Icon name="eye"/>
                </button>
            </div>
        </div>
    }
}

/// What is shown to be taken elsewhere, such as a link or a token.
#[component]
pub fn Taken(id: &'static str, label: &'static str, text: String) -> impl IntoView {
    let words = Words::here();
    view! {
        <div class="field">
            <label for=id>{label}</label>
            <div class="with">
                <input class="input" id=id value=text readonly spellcheck="false" autocomplete="off"/>
                // `plain.js` shows it, and says when it is done.
                <button class="button" type="button" aria-label=words.copy() data-done=words.copied() hidden>
                    <Icon name="copy"/>
                </button>
            </div>
            <p class="done" role="status" aria-live="polite"></p>
        </div>
    }
}

#[component]
pub fn Script() -> impl IntoView {
    view! { <script src="/plain.js" nonce=use_nonce() defer></script> }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(address: &str) -> Outcome {
        Outcome::of(&Query::of(&address.parse().expect("an address")))
    }

    #[test]
    fn what_was_refused_is_not_done() {
        let refusal = Refusal::new(RefusalCode::WrongPassword, "It is another one.");
        let refused = leptos::server_fn::error::ServerFnUrlError::new("/api/change_password", refusal.clone())
            .to_url("http://localhost/settings?done=rename")
            .expect("an address");
        let outcome = outcome(refused.as_str());
        assert_eq!(outcome.refusal("/api/change_password"), Some(&refusal));
        assert_eq!(outcome.refusal("/api/rename"), None);
        assert_eq!(outcome.is_invalid("/api/change_password", &[RefusalCode::WrongPassword]), Some("true"));
        assert_eq!(outcome.is_invalid("/api/change_password", &[RefusalCode::BadPassword]), None);
        assert!(!outcome.is_done("rename"));
    }

    #[test]
    fn what_is_done_is_said_once() {
        assert!(outcome("/settings?done=rename").is_done("rename"));
        assert!(!outcome("/settings?done=rename").is_done("theme"));
        assert!(!outcome("/settings").is_done("rename"));
    }
}
