//! The house's own rules for every request: a Host that is ours, an Origin that is ours where something changes, and the
//! headers that every answer carries. `docs/protocol.md`, "Opening" and "HTTP beside it", is the list.

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method, StatusCode,
        header::{
            ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, COOKIE, HOST, ORIGIN, REFERRER_POLICY,
            TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    app::refusal::{Refusal, RefusalCode},
    server::{
        connection::Speech,
        house::{House, SharedHouse},
        http::{answer::words_of, forms::refuse},
    },
};

/// What anything here is asked by; another is 405 before anything is looked at.
const METHODS: [Method; 4] = [Method::GET, Method::HEAD, Method::POST, Method::OPTIONS];
/// The longest address, in bytes: above it 414.
const LONGEST_ADDRESS: usize = 8 * 1024;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The address under which the house is entered.
#[derive(Clone, Debug)]
pub enum Door {
    /// As configured: scheme, host and port, without a slash at the end.
    Origin(String),
    /// None is configured: by any name of loopback, at the port that is listened on.
    Loopback { port: u16 },
}

impl Door {
    pub fn new(origin: &str, port: u16) -> Self {
        match origin.trim_end_matches('/') {
            "" => Self::Loopback { port },
            origin => Self::Origin(origin.to_owned()),
        }
    }

    /// The origin of our own pages, for a request to a Host that is ours.
    pub fn own(&self, host: &str) -> String {
        match self {
            Self::Origin(origin) => origin.clone(),
            Self::Loopback { .. } => format!("http://{host}"),
        }
    }
}

/// For answers that are no pages: nothing in them may run.
const BARE_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");

/// The policy of a worker's script is that of what it does: it asks us, and nobody else.
const WORKER_POLICY: HeaderValue =
    HeaderValue::from_static("default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'");

/// Judges a request before anything else does, and dresses its answer.
pub async fn guard(State(house): State<SharedHouse>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let words = words_of(request.headers());
    let answer = match judge(&house, &request) {
        Ok(()) => next.run(request).await,
        Err(StatusCode::FORBIDDEN) => refuse(&Refusal::new(RefusalCode::NotAllowed, words.form_from_elsewhere())),
        // What comes behind a request that could mean two things is not read.
        Err(status @ StatusCode::LENGTH_REQUIRED) => {
            let refusal = Refusal::new(RefusalCode::BadRequest, words.say_length());
            (status, [(CONNECTION, "close")], axum::Json(refusal)).into_response()
        }
        Err(status @ StatusCode::METHOD_NOT_ALLOWED) => (status, [(ALLOW, "GET, HEAD, POST")]).into_response(),
        Err(status @ StatusCode::BAD_REQUEST) => (status, [(CONNECTION, "close")]).into_response(),
        Err(status) => status.into_response(),
    };
    dress(&path, answer)
}

fn judge(house: &House, request: &Request) -> Result<(), StatusCode> {
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if address > LONGEST_ADDRESS {
        return Err(StatusCode::URI_TOO_LONG);
    }
    let path = request.uri().path();
    // Sockets have an order of their own.
    if Speech::at(path).is_some() {
        return Ok(());
    }
    if !METHODS.contains(request.method()) {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    // Nobody of ours sends chunks; where a length is given too, who stands in front may see another request than we do.
    if request.headers().contains_key(TRANSFER_ENCODING) {
        return Err(StatusCode::LENGTH_REQUIRED);
    }
    // The probes are for machines that know no name.
    if matches!(path, "/healthz" | "/readyz") {
        return Ok(());
    }
    let host = host_of(&house.door, request)?;
    if !request.method().is_safe() {
        let has_cookie = request.headers().contains_key(COOKIE);
        if !is_own(&house.door, host, request.headers(), has_cookie) {
            return Err(StatusCode::FORBIDDEN);
        }
    }
    Ok(())
}

/// The request's Host, if it is one of ours, and if its address names no other (RFC 9112, section 3.2.2).
pub fn host_of<'request>(door: &Door, request: &'request Request) -> Result<&'request str, StatusCode> {
    let host = host(door, request.headers())?;
    let names_other = request.uri().authority().is_some_and(|authority| authority.as_str() != host);
    if names_other { Err(StatusCode::BAD_REQUEST) } else { Ok(host) }
}

/// The request's Host, if it is one of ours: the configured origin's, or on loopback any name of it.
pub fn host<'request>(door: &Door, headers: &'request HeaderMap) -> Result<&'request str, StatusCode> {
    let mut hosts = headers.get_all(HOST).iter();
    let (Some(host), None) = (hosts.next(), hosts.next()) else { return Err(StatusCode::BAD_REQUEST) };
    let host = host.to_str().map_err(|_| StatusCode::BAD_REQUEST)?;
    let is_ours = match door {
        Door::Origin(origin) => {
            origin.split_once("://").is_some_and(|(_, authority)| host.eq_ignore_ascii_case(authority))
        }
        Door::Loopback { port } => is_loopback(host, *port),
    };
    if is_ours { Ok(host) } else { Err(StatusCode::MISDIRECTED_REQUEST) }
}

fn is_loopback(host: &str, port: u16) -> bool {
    // A client leaves out the port that its scheme implies (RFC 9110, section 4.2.1).
    let (name, named) = host.rsplit_once(':').filter(|_| !host.ends_with(']')).unwrap_or((host, "80"));
    named == port.to_string() && matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

/// Whether a request that changes something comes from our own page: its Origin is exactly ours. A request without
/// Origin is a program's, and allowed unless `needs_origin`: a browser sends one with every post and every socket.
pub fn is_own(door: &Door, host: &str, headers: &HeaderMap, needs_origin: bool) -> bool {
    let own = door.own(host);
    let mut claimed = headers.get_all(ORIGIN).iter();
    let is_claimed_own = match (claimed.next(), claimed.next()) {
        (None, _) => !needs_origin,
        (Some(claimed), None) => claimed.as_bytes() == own.as_bytes(),
        _ => false,
    };
    let is_cross_site = headers.get(SEC_FETCH_SITE).is_some_and(|site| site == "cross-site");
    is_claimed_own && !is_cross_site
}

fn dress(path: &str, mut answer: Response) -> Response {
    let is_cacheable = answer.headers().contains_key(CACHE_CONTROL);
    let is_file = answer.status().is_success()
        && path.rsplit('/').next().is_some_and(|name| name.contains('.'))
        && !path.starts_with("/with/");
    let headers = answer.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    let policy = if path == "/service-worker.js" { WORKER_POLICY } else { BARE_POLICY };
    headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    if !is_cacheable {
        let cache = match is_file {
            // They and the page that calls them must be of one release.
            true if path.ends_with(".js") => "no-cache",
            // Icons must be there without a network, too; a new release's are seen within the hour.
            true => "public, max-age=3600, stale-while-revalidate=604800",
            false => "no-store",
        };
        headers.insert(CACHE_CONTROL, HeaderValue::from_static(cache));
    }
    answer
}

/// The page's own files carry a hash of their content in their names: they never change.
pub async fn immutable(request: Request, next: Next) -> Response {
    let mut answer = next.run(request).await;
    if answer.status().is_success() {
        answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    fn loopback() -> Door {
        Door::new("", 3000)
    }

    #[test]
    fn on_loopback_its_names_with_our_port_are_ours() {
        for ours in ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"] {
            assert_eq!(host(&loopback(), &headers(&[("host", ours)])), Ok(ours));
        }
        assert!(host(&Door::new("", 80), &headers(&[("host", "[::1]")])).is_ok());
        for foreign in [
            "example.org",
            "localhost",
            "localhost:",
            "localhost:3001",
            "127.0.0.1.evil.example:3000",
            "evil.example:3000",
        ] {
            assert_eq!(
                host(&loopback(), &headers(&[("host", foreign)])),
                Err(StatusCode::MISDIRECTED_REQUEST),
                "{foreign}"
            );
        }
        assert_eq!(host(&loopback(), &headers(&[])), Err(StatusCode::BAD_REQUEST));
    }

    #[test]
    fn a_configured_origin_is_the_only_host() {
        let door = Door::new("https://chat.example/", 3000);
        assert!(host(&door, &headers(&[("host", "chat.example")])).is_ok());
        for foreign in ["localhost:3000", "chat.example.evil.example", "chat.example:8443"] {
            assert!(host(&door, &headers(&[("host", foreign)])).is_err(), "{foreign}");
        }
    }

    #[test]
    fn only_exactly_our_origin_is_ours() {
        let own = |pairs: &[(&'static str, &'static str)]| is_own(&loopback(), "localhost:3000", &headers(pairs), true);
        assert!(own(&[("origin", "http://localhost:3000")]));
        for foreign in [
            "http://localhost:3001",
            "https://localhost:3000",
            "http://localhost:3000.evil.example",
            "null",
            "http://LOCALHOST:3000",
        ] {
            assert!(!own(&[("origin", foreign)]), "{foreign}");
        }
        assert!(!own(&[]));
        assert!(!own(&[("origin", "http://localhost:3000"), ("sec-fetch-site", "cross-site")]));
        assert!(is_own(&loopback(), "localhost:3000", &headers(&[]), false));
    }
}
