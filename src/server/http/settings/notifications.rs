//! What the browser does when somebody writes. Both switches are this browser's own: `plain.js` keeps them, and the page
//! that people live in reads them.

use leptos::prelude::*;

use super::frame::Section;
use crate::{app::icon::Icon, words::Words};

#[component]
pub fn Notifications() -> impl IntoView {
    let words = Words::here();
    view! {
        <Section id="notifications" title=words.notifications()>
            <p class="about">
                {words.notifications_about()}
                <noscript>" "{words.needs_script()}</noscript>
            </p>
            <div class="switches">
                <Switch id="sound" name=words.sound() hint=words.sound_hint()/>
                <Switch id="notify" name=words.notify() hint=words.notify_hint()/>
            </div>
            <div class="field">
                <p class="error" id="notify-refused" role="alert" hidden>
                    <Icon name="failed"/>
                    " "
                    {words.notify_refused()}
                </p>
            </div>
        </Section>
    }
}

#[component]
fn Switch(id: &'static str, name: &'static str, hint: &'static str) -> impl IntoView {
    let (name_id, hint_id) = (format!("{id}-name"), format!("{id}-hint"));
    view! {
        <label class="switch" for=id>
            <b id=name_id.clone()>{name}</b>
            <input type="checkbox" role="switch" id=id disabled aria-labelledby=name_id aria-describedby=hint_id.clone()/>
            <span class="hint" id=hint_id>{hint}</span>
        </label>
    }
}
