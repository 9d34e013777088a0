//! Who one is, and how one proves it.

use leptos::prelude::*;

use super::frame::Section;
use crate::{
    app::{avatar::Avatar, refusal::RefusalCode},
    protocol::{ids::Username, server::You},
    server::http::plain::{Done, Outcome, Password, Refused},
    words::Words,
};

#[component]
pub fn Profile(
    you: You,
    /// What was refused as a name.
    typed: Option<String>,
) -> impl IntoView {
    let words = Words::here();
    let invalid = Outcome::here().refusal("/api/rename").map(|_| "true");
    view! {
        <Section id="profile" title=words.profile()>
            <form class="form profile" method="post" action="/api/rename#profile">
                <Avatar username=you.username.clone() name=you.name.clone() is_mine=true/>
                <div class="form">
                    <div class="field">
                        <label for="shown">{words.shown_as()}</label>
                        <input
                            class="input"
                            id="shown"
                            name="name"
                            value=typed.unwrap_or(you.name)
                            dir="auto"
                            autocomplete="name"
                            maxlength="64"
                            required
                            aria-invalid=invalid
                            aria-describedby="refused"
                        />
                    </div>
                    <div class="field">
                        <label for="user">{words.username()}</label>
                        <input
                            class="input"
                            id="user"
                            value=you.username.to_string()
                            autocomplete="username"
                            readonly
                            aria-describedby="user-hint"
                        />
                        <p class="hint" id="user-hint">{words.username_stays()}</p>
                    </div>
                    <Refused form="/api/rename"/>
                    <div class="row">
                        <button class="button primary" type="submit">{words.save()}</button>
                        <Done what="rename" sentence=words.saved()/>
                    </div>
                </div>
            </form>
        </Section>
    }
}

#[component]
pub fn ChangePassword(username: Username) -> impl IntoView {
    const FORM: &str = "/api/change_password";
    let words = Words::here();
    let outcome = Outcome::here();
    view! {
        <Section id="password" title=words.password()>
            <p class="about">{words.password_about()}</p>
            <form class="form" method="post" action="/api/change_password#password">
                <ForWhom username/>
                <Password
                    id="current"
                    name="current"
                    label=words.current_password()
                    autocomplete="current-password"
                    invalid=outcome.is_invalid(FORM, &[RefusalCode::WrongPassword])
                />
                <Password
                    id="new"
                    name="password"
                    label=words.new_password()
                    autocomplete="new-password"
                    hint=words.password_hint()
                    shortest="10"
                    invalid=outcome.is_invalid(FORM, &[RefusalCode::BadPassword])
                />
                <Refused form=FORM/>
                <div class="row">
                    <button class="button" type="submit">{words.change_password()}</button>
                    <Done what="password" sentence=words.password_changed()/>
                </div>
            </form>
        </Section>
    }
}

/// Tells a keeper of passwords whose they are; it is not sent.
#[component]
pub fn ForWhom(username: Username) -> impl IntoView {
    view! { <input value=username.to_string() autocomplete="username" readonly hidden/> }
}
