//! Who asks: the session of the cookie or of the Bearer token, looked up once a request and handed on.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, Method, StatusCode,
        header::{AUTHORIZATION, LOCATION},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{answer::words_of, cookies, opening, query::Query, settings};
use crate::app::place::Place;
use crate::server::{
    account::{device, name, session},
    config::Config,
    connection::Speech,
    fault,
    house::SharedHouse,
    store::{self, Session, SessionKind},
};

/// The session that a request comes with, if any. In the request's extensions behind `identify`.
#[derive(Clone)]
pub struct Identity(pub Option<Session>);

/// The cookie's name: behind TLS the prefix binds it to this host (RFC 6265bis, section 4.1.3.2).
pub fn cookie_name(settings: &Config) -> &'static str {
    if is_behind_tls(settings) { "__Host-session" } else { "session" }
}

/// The name of the cookie by which a device is known that signed in before.
pub fn device_cookie_name(settings: &Config) -> &'static str {
    if is_behind_tls(settings) { "__Host-device" } else { "device" }
}

/// How long a browser remembers a choice that has nothing to do with who one is, in seconds.
const CHOICE_AGE: u64 = 365 * 24 * 60 * 60;

fn is_behind_tls(settings: &Config) -> bool {
    settings.origin.starts_with("https://")
}

/// The `Set-Cookie` that signs a browser in, or out where there is no secret.
pub fn cookie(settings: &Config, secret: Option<&str>) -> String {
    let line = cookie_line(settings, cookie_name(settings), secret, session::AGE_MS / 1000);
    format!("{line}; HttpOnly")
}

/// The `Set-Cookie` that makes a device known.
pub fn device_cookie(settings: &Config, value: &str) -> String {
    let line = cookie_line(settings, device_cookie_name(settings), Some(value), device::AGE);
    format!("{line}; HttpOnly")
}

/// The `Set-Cookie` of a choice, or of none any more. No secret: scripts of ours may read it.
pub fn choice_cookie(settings: &Config, name: &str, choice: Option<&str>) -> String {
    cookie_line(settings, name, choice, CHOICE_AGE)
}

fn cookie_line(settings: &Config, name: &str, value: Option<&str>, seconds: u64) -> String {
    let secure = if is_behind_tls(settings) { "; Secure" } else { "" };
    let (value, age) = value.map_or(("", 0), |value| (value, seconds));
    format!("{name}={value}; Path=/; SameSite=Lax; Max-Age={age}{secure}")
}

/// Looks the session up and sends those who are not signed in to the gate, and those who are, past it.
pub async fn identify(State(house): State<SharedHouse>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path();
    fault::panic_at_request(path);
    // The shell is the same for everybody, and asks for nobody.
    if path.starts_with("/pkg/") || matches!(path, "/shell" | "/healthz" | "/readyz") {
        return next.run(request).await;
    }
    let identity = match identity(&house, claim(&house.settings, &request)).await {
        Ok(identity) => identity,
        Err(_) => {
            let sentence = words_of(request.headers()).store_unreachable();
            return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")], sentence).into_response();
        }
    };
    let is_signed_in = identity.0.as_ref().is_some_and(|session| session.kind == SessionKind::Browser);
    let place = Place::at(path);
    let is_house = place.is_some() || settings::is_page(path);
    if is_house && !is_signed_in {
        let next = request.uri().path_and_query().map_or("/", |whole| whole.as_str());
        let to = match next {
            "/" => "/login".to_owned(),
            next => format!(
                "/login?next={}",
                percent_encoding::utf8_percent_encode(next, percent_encoding::NON_ALPHANUMERIC)
            ),
        };
        return (StatusCode::SEE_OTHER, [(LOCATION, to)]).into_response();
    }
    if matches!(path, "/login" | "/register") && is_signed_in && request.method().is_safe() {
        return (StatusCode::SEE_OTHER, [(LOCATION, "/")]).into_response();
    }
    if let (Some(session), Some(place)) = (identity.0.as_ref(), place) {
        let place = canonical(place);
        if place.path() != path {
            return (StatusCode::SEE_OTHER, [(LOCATION, place.path())]).into_response();
        }
        // Who asks for the head alone, or with another method, gets no page.
        if request.method() == Method::GET {
            let words = words_of(request.headers());
            let opened = opening::open(&house, session, place, &Query::of(request.uri()), words).await;
            request.extensions_mut().insert(opened);
        }
    }
    request.extensions_mut().insert(identity);
    next.run(request).await
}

/// A conversation has one address, in whichever form its person is named.
fn canonical(place: Place) -> Place {
    match place {
        Place::With(typed) => Place::With(name::fold(typed.as_str()).unwrap_or(typed)),
        place => place,
    }
}

/// The secret that a request comes with. Who names a token is who it says or nobody: a cookie beside it does not count.
fn claim(settings: &Config, request: &Request) -> Option<(String, SessionKind)> {
    let headers = request.headers();
    let token = bearer(headers).map(str::to_owned).or_else(|| token_in_query(request));
    let cookie = || Some((cookies::value(headers, cookie_name(settings))?.to_owned(), SessionKind::Browser));
    token.map(|token| (token, SessionKind::Program)).or_else(cookie)
}

async fn identity(house: &SharedHouse, claim: Option<(String, SessionKind)>) -> store::Result<Identity> {
    let Some((secret, kind)) = claim else { return Ok(Identity(None)) };
    match session::find(house, &secret).await {
        // A token is no cookie and a cookie no token.
        Ok(session) => Ok(Identity(Some(session).filter(|session| session.kind == kind))),
        Err(store::Error::NotFound) => Ok(Identity(None)),
        Err(other) => Err(other),
    }
}

/// The token that the address of a dialect's socket names; no other address may. An `Authorization` goes before it.
pub fn token_in_query(request: &Request) -> Option<String> {
    let is_dialect = Speech::at(request.uri().path()).is_some_and(Speech::is_dialect);
    let may_name = is_dialect && !request.headers().contains_key(AUTHORIZATION);
    may_name.then(|| Query::of(request.uri()).field("token"))?
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_tls_the_cookie_is_bound_to_the_host() {
        let settings = Config { origin: "https://chat.example".into(), ..Config::default() };
        let line = cookie(&settings, Some("x"));
        assert!(
            line.starts_with("__Host-session=x; Path=/; SameSite=Lax;") && line.ends_with("; Secure; HttpOnly"),
            "{line}"
        );
        assert_eq!(cookie(&Config::default(), None), "session=; Path=/; SameSite=Lax; Max-Age=0; HttpOnly");
    }

    #[test]
    fn a_choice_is_kept_for_a_year_and_may_be_read() {
        let line = choice_cookie(&Config::default(), "theme", Some("dark"));
        assert_eq!(line, "theme=dark; Path=/; SameSite=Lax; Max-Age=31536000");
        let settings = Config { origin: "https://chat.example".into(), ..Config::default() };
        assert_eq!(choice_cookie(&settings, "theme", None), "theme=; Path=/; SameSite=Lax; Max-Age=0; Secure");
    }

    #[test]
    fn a_conversation_has_one_address() {
        let address = |path: &str| canonical(Place::at(path).unwrap()).path();
        assert_eq!(address("/with/BOB"), "/with/bob");
        assert_eq!(address("/with/a.b"), "/with/a%2Eb");
        assert_eq!(address("/with/no%20body"), "/with/no%20body");
    }
}
