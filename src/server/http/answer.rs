//! What a server function knows of its request, and how it answers a form beside its value: a cookie, a place to go, a
//! status. A page with script reads the value; a plain form is redirected.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::{
    extract::ConnectInfo,
    http::{
        Extensions, HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, ACCEPT_LANGUAGE, LOCATION, SET_COOKIE, USER_AGENT},
        request::Parts,
    },
};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

use super::{
    cookies,
    identity::{self, Identity},
};
use crate::{
    app::{opening::Opened, refusal::Refusal},
    server::{
        account::{refused::Refused, session, session::Secret, sign_in::Caller},
        address,
        house::{House, SharedHouse},
        store::{Session, SessionKind},
    },
    words::{Language, Words},
};

/// The cookie of the chosen language.
pub const LANGUAGE: &str = "language";
/// The cookie of the chosen appearance.
pub const THEME: &str = "theme";
/// The appearances that can be chosen; otherwise it is the system's.
const THEMES: [&str; 2] = ["light", "dark"];

/// The house that the request came to.
pub fn house() -> Result<SharedHouse, Refusal> {
    use_context().ok_or_else(|| Refusal::internal(words()))
}

fn parts() -> Option<Parts> {
    use_context()
}

/// The browser session that the request came with.
pub fn session() -> Result<Session, Refusal> {
    parts()
        .and_then(|parts| parts.extensions.get::<Identity>()?.0.clone())
        .filter(|session| session.kind == SessionKind::Browser)
        .ok_or_else(|| Refusal::signed_out(words()))
}

/// A refusal in the language of whoever asked.
pub fn refuse(refused: Refused) -> Refusal {
    refused.say(words())
}

/// What the page that is being rendered begins with.
pub fn opened() -> Option<Opened> {
    parts()?.extensions.get::<Opened>().cloned()
}

/// The language of an answer: the one that was chosen here, else the best of what the browser asks for. English to a
/// program that asks for none.
pub fn language_of(headers: &HeaderMap) -> Language {
    let chosen = cookies::value(headers, LANGUAGE).and_then(Language::of_tag);
    let accepted = || Language::of_header(headers.get(ACCEPT_LANGUAGE)?.to_str().ok()?);
    chosen.or_else(accepted).unwrap_or_default()
}

/// The sentences of an answer, in its language.
pub fn words_of(headers: &HeaderMap) -> Words {
    Words(language_of(headers))
}

/// The language of the answer to the request that is being answered.
pub fn language() -> Language {
    parts().map(|parts| language_of(&parts.headers)).unwrap_or_default()
}

pub fn words() -> Words {
    Words(language())
}

/// The appearance of this name, unless it is the system's.
pub fn theme_of_name(name: &str) -> Option<&'static str> {
    THEMES.into_iter().find(|theme| *theme == name)
}

/// The appearance that was chosen in this browser; `None` for the system's.
pub fn theme_of(headers: &HeaderMap) -> Option<&'static str> {
    cookies::value(headers, THEME).and_then(theme_of_name)
}

/// The appearance of the page that is being rendered.
pub fn theme() -> Option<&'static str> {
    theme_of(&parts()?.headers)
}

/// Where a request comes from, as far as the trusted proxies say.
pub fn address(house: &House, extensions: &Extensions, headers: &HeaderMap) -> IpAddr {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |ConnectInfo(address)| address.ip());
    address::of(&house.proxies, peer, headers)
}

pub fn caller(house: &House) -> Caller {
    let parts = parts();
    let address = parts
        .as_ref()
        .map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |parts| address(house, &parts.extensions, &parts.headers));
    let user_agent = parts.as_ref().and_then(|parts| parts.headers.get(USER_AGENT)?.to_str().ok()).unwrap_or_default();
    let headers = parts.as_ref().map(|parts| &parts.headers);
    let device_cookie =
        headers.and_then(|headers| cookies::value(headers, identity::device_cookie_name(&house.settings)));
    Caller { address, device: session::device(user_agent), device_cookie: device_cookie.map(str::to_owned) }
}

/// Sets the cookie; `None` takes it away.
pub fn set_cookie(house: &SharedHouse, secret: Option<&Secret>) {
    append_cookie(&identity::cookie(&house.settings, secret.map(Secret::as_str)));
}

/// Lets this device be known to the account when it signs in again.
pub fn set_device(house: &SharedHouse, cookie: &str) {
    append_cookie(&identity::device_cookie(&house.settings, cookie));
}

/// Remembers in the browser what was chosen, signed in or not; `None` forgets it.
pub fn set_choice(house: &SharedHouse, name: &str, choice: Option<&str>) {
    append_cookie(&identity::choice_cookie(&house.settings, name, choice));
}

fn append_cookie(line: &str) {
    if let (Some(answer), Ok(line)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(line)) {
        answer.append_header(SET_COOKIE, line);
    }
}

/// Sends a plain form on to a page of ours; a page with script goes there by itself.
pub fn send_on(path: &str) {
    let Some(answer) = use_context::<ResponseOptions>() else { return };
    if is_plain_form()
        && let Ok(path) = HeaderValue::from_str(path)
    {
        answer.insert_header(LOCATION, path);
        answer.set_status(StatusCode::SEE_OTHER);
    }
}

/// Sends a plain form on where one is signed in; otherwise back to the page that it stands on.
pub fn send_member_on(path: &str) {
    if session().is_ok() {
        send_on(path);
    }
}

/// A page of ours to go to next, from a form that anybody could have made up: a local path, else the inbox.
pub fn local(next: Option<&str>) -> String {
    let is_local = |path: &&str| {
        path.starts_with('/')
            && !path.starts_with("//")
            && !path.contains(|character: char| character == '\\' || character.is_control())
    };
    next.filter(is_local).unwrap_or("/").to_owned()
}

fn is_plain_form() -> bool {
    parts().is_some_and(|parts| {
        parts
            .headers
            .get(ACCEPT)
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("text/html"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::COOKIE;

    #[test]
    fn only_a_local_path_is_gone_to() {
        assert_eq!(local(Some("/with/bob?x=1")), "/with/bob?x=1");
        for foreign in
            ["//evil.example", "https://evil.example", "/\\evil.example", "with/bob", "", "/a\nb", "/\t/evil.example"]
        {
            assert_eq!(local(Some(foreign)), "/", "{foreign:?}");
        }
        assert_eq!(local(None), "/");
    }

    #[test]
    fn what_was_chosen_goes_before_what_the_browser_asks_for() {
        let headers = |cookie: &'static str, accepted: &'static str| {
            HeaderMap::from_iter([
                (COOKIE, HeaderValue::from_static(cookie)),
                (ACCEPT_LANGUAGE, HeaderValue::from_static(accepted)),
            ])
        };
        assert_eq!(language_of(&headers("language=en", "zh-CN")), Language::English);
        assert_eq!(language_of(&headers("language=xx", "zh-CN")), Language::Chinese);
        assert_eq!(language_of(&HeaderMap::new()), Language::English);
        assert_eq!(theme_of(&headers("theme=dark", "")), Some("dark"));
        for none in ["theme=system", "theme=\"><script>", "theme=", "themes=dark"] {
            assert_eq!(theme_of(&headers(none, "")), None, "{none}");
        }
    }
}
