//! The way out for good, and what this house is.

use leptos::prelude::*;

use super::{LEAVE, frame::Section, profile::ForWhom};
use crate::{
    app::{icon::Icon, refusal::RefusalCode},
    protocol::ids::Username,
    server::http::plain::{Outcome, Password, Refused},
    words::Words,
};

const FORM: &str = "/api/close_account";

#[component]
pub fn Leave() -> impl IntoView {
    let words = Words::here();
    view! {
        <Section id="leave" title=words.leave()>
            <p class="about">{words.leave_about()}</p>
            <div class="form">
                <div class="row">
                    <a class="button danger" href=LEAVE>
                        <Icon name="trash"/>
                        " "
                        {words.delete_the_account_dots()}
                    </a>
                </div>
            </div>
        </Section>
    }
}

/// Asks once more, on a page of its own: what goes, what stays, and for the password.
#[component]
pub fn Leaving(username: Username) -> impl IntoView {
    let words = Words::here();
    view! {
        <Section id="deletion" title=words.delete_the_account()>
            <p class="about">{words.what_remains()}</p>
            <p class="about">{words.no_way_back()}</p>
            <form class="form" method="post" action=FORM>
                <ForWhom username/>
                <Password
                    id="password"
                    name="password"
                    label=words.password()
                    autocomplete="current-password"
                    invalid=Outcome::here().is_invalid(FORM, &[RefusalCode::WrongPassword])
                />
                <Refused form=FORM/>
                <div class="row">
                    <a class="button" href="/settings#leave">{words.keep_the_account()}</a>
                    <button class="button danger primary" type="submit">{words.delete_the_account()}</button>
                </div>
            </form>
        </Section>
    }
}

#[component]
pub fn About() -> impl IntoView {
    let words = Words::here();
    view! {
        <Section id="about" title=words.about()>
            <p class="about">{words.about_it()}</p>
            <p class="about">{words.about_promise()}</p>
            <p class="muted">{words.version(env!("CARGO_PKG_VERSION"))}</p>
        </Section>
    }
}
