//! What stands around the sections: on a wide page the list of them in place of the people.

use leptos::prelude::*;

use crate::{
    app::{avatar::Avatar, brand::Brand, icon::Icon},
    protocol::server::You,
    server::http::plain::Script,
    words::Words,
};

/// A name, in whichever language.
pub type Named = fn(Words) -> &'static str;

/// Each section: its id, its icon and its name, in the order of the page.
const SECTIONS: [(&str, &str, Named); 11] = [
    ("profile", "person", Words::profile),
    ("password", "lock", Words::password),
    ("notifications", "bell", Words::notifications),
    ("appearance", "theme", Words::appearance),
    ("language", "globe", Words::language),
    ("invite", "link", Words::invite_somebody),
    ("devices", "laptop", Words::devices),
    ("programs", "key", Words::programs),
    ("keyboard", "keyboard", Words::keyboard),
    ("leave", "trash", Words::leave),
    ("about", "about", Words::about),
];

#[component]
pub fn Frame(
    you: You,
    /// The page that the sections stand on; empty for this one.
    sections: &'static str,
    /// The section that one is in, where the page has but one.
    #[prop(optional)]
    current: Option<&'static str>,
    /// Where one goes back to, and what that is called.
    back: (&'static str, &'static str),
    children: Children,
) -> impl IntoView {
    let words = Words::here();
    let section = |(id, icon, name): (&str, &'static str, Named)| {
        let is_current = (current == Some(id)).then_some("true");
        view! {
            <li>
                <a href=format!("{sections}#{id}") aria-current=is_current>
                    <Icon name=icon/>
                    " "
                    {name(words)}
                </a>
            </li>
        }
    };
    view! {
        <div class="chat">
            <nav class="people" aria-label=words.settings()>
                <header>
                    <Brand/>
                    <a class="button plain" href="/" aria-label=words.close_settings()>
                        <Icon name="close"/>
                    </a>
                </header>
                <ul class="sections">{SECTIONS.map(section).into_iter().collect_view()}</ul>
                <Account you/>
            </nav>
            <main class="settings" tabindex="-1">
                <header>
                    <a class="button plain back" href=back.0 aria-label=back.1>
                        <Icon name="back" turns=true/>
                    </a>
                    <h1>{words.settings()}</h1>
                </header>
                {children()}
            </main>
        </div>
        <Script/>
    }
}

#[component]
fn Account(you: You) -> impl IntoView {
    let words = Words::here();
    // `plain.js` reads there whose the browser's memory is.
    view! {
        <footer class="account" data-username=you.username.to_string()>
            <Avatar username=you.username.clone() name=you.name.clone() is_mine=true/>
            <div>
                <p class="name one-line"><bdi>{you.name}</bdi></p>
                <p class="muted one-line"><bdi>{you.username.to_string()}</bdi></p>
            </div>
            <form method="post" action="/api/logout">
                <button class="button plain" type="submit" aria-label=words.sign_out()>
                    <Icon name="sign-out" turns=true/>
                </button>
            </form>
        </footer>
    }
}

#[component]
pub fn Section(id: &'static str, title: &'static str, children: Children) -> impl IntoView {
    let heading = format!("{id}-h");
    view! {
        <section id=id aria-labelledby=heading.clone()>
            <h2 id=heading.clone()>{title}</h2>
            {children()}
        </section>
    }
}

/// What was made and is shown once, with the way back.
#[component]
pub fn Made(title: &'static str, back: &'static str, children: Children) -> impl IntoView {
    view! {
        <Section id="made" title=title>
            {children()}
            <div class="form">
                <div class="row">
                    <a class="button" href=back>{Words::here().done()}</a>
                </div>
            </div>
        </Section>
    }
}
