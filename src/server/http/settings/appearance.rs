//! How the pages look and which language they speak. Both are cookies, so that the server writes each page right at once.

use axum::http::{HeaderMap, header::ACCEPT_LANGUAGE};
use leptos::prelude::*;

use super::frame::Section;
use crate::{
    server::http::{
        answer::{self, LANGUAGE},
        cookies,
        plain::{Done, Refused},
    },
    words::{Language, Words},
};

/// What was chosen in this browser; `None` where it follows the browser or the system.
#[derive(Clone)]
pub struct Chosen {
    theme: Option<&'static str>,
    language: Option<Language>,
    /// What the browser asks for.
    accepted: Language,
}

impl Chosen {
    pub fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|accepted| accepted.to_str().ok());
        Self {
            theme: answer::theme_of(headers),
            language: cookies::value(headers, LANGUAGE).and_then(Language::of_tag),
            accepted: accepted.and_then(Language::of_header).unwrap_or_default(),
        }
    }
}

#[component]
pub fn Appearance(chosen: Chosen) -> impl IntoView {
    let words = Words::here();
    let themes =
        [(None, words.theme_system()), (Some("light"), words.theme_light()), (Some("dark"), words.theme_dark())];
    let choices = themes.map(|(theme, name)| {
        view! {
            <label>
                <span class=if theme.is_some() { "swatch" } else { "swatch split" } data-theme=theme aria-hidden="true"></span>
                <span>{name}</span>
                <input type="radio" name="theme" value=theme.unwrap_or("system") checked=theme == chosen.theme/>
            </label>
        }
    });
    view! {
        <Section id="appearance" title=words.appearance()>
            <form class="form" method="post" action="/api/set_theme#appearance" autocomplete="off">
                <fieldset class="choices">
                    <legend>{words.theme()}</legend>
                    {choices.into_iter().collect_view()}
                </fieldset>
                <Refused form="/api/set_theme"/>
                <Save done="theme"/>
            </form>
        </Section>
    }
}

#[component]
pub fn InWhichLanguage(chosen: Chosen) -> impl IntoView {
    let words = Words::here();
    let languages = Language::ALL.map(|language| {
        let is_chosen = chosen.language == Some(language);
        view! { <option value=language.code() lang=language.tag() selected=is_chosen>{language.name()}</option> }
    });
    view! {
        <Section id="language" title=words.language()>
            <p class="about">{words.language_about()}</p>
            <form class="form" method="post" action="/api/set_language#language" autocomplete="off">
                <div class="field">
                    <label for="lang">{words.of_this_page()}</label>
                    <select class="input" id="lang" name="language">
                        <option value="" selected=chosen.language.is_none()>
                            {words.like_the_browser(chosen.accepted.name())}
                        </option>
                        {languages.into_iter().collect_view()}
                    </select>
                </div>
                <Refused form="/api/set_language"/>
                <Save done="language"/>
            </form>
        </Section>
    }
}

/// With script a choice holds at once. What differs from what the server said is one: so the browser must not fill in what
/// stood there before a reload.
#[component]
fn Save(done: &'static str) -> impl IntoView {
    let words = Words::here();
    view! {
        <noscript>
            <div class="row">
                <button class="button" type="submit">{words.save()}</button>
            </div>
        </noscript>
        <Done what=done sentence=words.saved()/>
    }
}
