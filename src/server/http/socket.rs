//! `GET /ws`, and the same for the two dialects: the checks in the order that `docs/protocol.md` gives them ("Opening"), then the upgrade.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{FromRequestParts, Request, State, ws::WebSocketUpgrade},
    http::{
        HeaderMap, HeaderName, Method, StatusCode, Version,
        header::{
            ALLOW, CONNECTION, CONTENT_LENGTH, COOKIE, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
            SEC_WEBSOCKET_VERSION, TRANSFER_ENCODING, UPGRADE,
        },
    },
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};

use super::{
    accept::Admitted,
    answer, guard,
    identity::{self, Identity},
};
use crate::{
    protocol::limits,
    server::{
        connection::{self, Speech},
        house::SharedHouse,
        serve::Life,
        store::{Session, SessionKind},
    },
};

const SUBPROTOCOL: &str = "duologue.v1";
/// The default costs 133 kB for each idle connection, this costs 8 kB and is faster.
const BUFFER: usize = 4 * 1024;
/// More than the largest frame and a batch of answers: the connection's own queue is the bound that closes.
const MOST_BUFFERED: usize = 4 * 1024 * 1024;

pub async fn open(
    State(house): State<SharedHouse>,
    Extension(life): Extension<Life>,
    Extension(identity): Extension<Identity>,
    Extension(admitted): Extension<Arc<Admitted>>,
    request: Request,
) -> Response {
    let speech = Speech::at(request.uri().path()).unwrap_or(Speech::Wire);
    let session = match judge(&house, speech, identity, &request) {
        Ok(session) => session,
        Err(status) => return refuse(status),
    };
    // Whoever comes through a trusted proxy is counted here, and the others where they were accepted.
    let address = answer::address(&house, request.extensions(), request.headers());
    let Some(behind) = house.doors.enter(address) else {
        return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response();
    };
    if house.store.ready().await.is_err() {
        return (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", "1")]).into_response();
    }
    let (mut parts, _) = request.into_parts();
    let upgrade = match WebSocketUpgrade::from_request_parts(&mut parts, &()).await {
        Ok(upgrade) => upgrade,
        Err(rejection) => return rejection.into_response(),
    };
    // From before the answer on: a server that is told to end in between still says so on the socket.
    let held = life.hold();
    upgrade
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER)
        .max_write_buffer_size(MOST_BUFFERED)
        .max_message_size(limits::FRAME)
        .max_frame_size(limits::FRAME)
        .protocols((!speech.is_dialect()).then_some(SUBPROTOCOL))
        .on_upgrade(move |socket| async move {
            if let Some(talk) = connection::open(socket, speech, house, session).await {
                life.spawn(async move {
                    talk.await;
                    drop((admitted, behind));
                });
            }
            drop(held);
        })
}

/// A refused upgrade says what would be accepted.
fn refuse(status: StatusCode) -> Response {
    match status {
        StatusCode::METHOD_NOT_ALLOWED => (status, [(ALLOW, "GET")]).into_response(),
        StatusCode::UPGRADE_REQUIRED => {
            (status, [(UPGRADE, "websocket"), (SEC_WEBSOCKET_VERSION, "13")]).into_response()
        }
        // What comes behind it may be its body.
        StatusCode::BAD_REQUEST => (status, [(CONNECTION, "close")]).into_response(),
        _ => status.into_response(),
    }
}

fn judge(house: &SharedHouse, speech: Speech, identity: Identity, request: &Request) -> Result<Session, StatusCode> {
    let headers = request.headers();
    if *request.method() != Method::GET {
        return Err(StatusCode::METHOD_NOT_ALLOWED);
    }
    handshake(request)?;
    let host = guard::host_of(&house.door, request)?;
    let is_program = identity.0.as_ref().is_some_and(|session| session.kind == SessionKind::Program);
    // Who brings a cookie is a browser, even where the cookie is no good.
    let needs_origin = !is_program && headers.contains_key(COOKIE);
    // A page that names its token may be a file: no browser adds that token by itself, as it does a cookie.
    let names_token = identity::token_in_query(request).is_some();
    if !names_token && !guard::is_own(&house.door, host, headers, needs_origin) {
        return Err(StatusCode::FORBIDDEN);
    }
    let session = identity.0.ok_or(StatusCode::UNAUTHORIZED)?;
    let mut offered = tokens(headers, &SEC_WEBSOCKET_PROTOCOL).peekable();
    if !speech.is_dialect() && offered.peek().is_some() && !offered.any(|protocol| protocol == SUBPROTOCOL) {
        return Err(StatusCode::BAD_REQUEST);
    }
    Ok(session)
}

/// RFC 6455, section 4.2.1.
fn handshake(request: &Request) -> Result<(), StatusCode> {
    let headers = request.headers();
    let has = |name: &HeaderName, value: &str| tokens(headers, name).any(|token| token.eq_ignore_ascii_case(value));
    if request.version() < Version::HTTP_11 || !has(&UPGRADE, "websocket") {
        return Err(StatusCode::UPGRADE_REQUIRED);
    }
    let has_body =
        headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0");
    if !has(&CONNECTION, "upgrade") || has_body {
        return Err(StatusCode::BAD_REQUEST);
    }
    let mut versions = headers.get_all(SEC_WEBSOCKET_VERSION).iter();
    if versions.next().is_none_or(|version| version != "13") || versions.next().is_some() {
        return Err(StatusCode::UPGRADE_REQUIRED);
    }
    let mut keys = headers.get_all(SEC_WEBSOCKET_KEY).iter();
    let (Some(key), None) = (keys.next(), keys.next()) else { return Err(StatusCode::BAD_REQUEST) };
    let is_nonce = BASE64_STANDARD.decode(key.as_bytes()).is_ok_and(|nonce| nonce.len() == 16);
    if is_nonce { Ok(()) } else { Err(StatusCode::BAD_REQUEST) }
}

/// The members of a list header, over all its lines.
fn tokens<'headers>(headers: &'headers HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'headers str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .filter(|token| !token.is_empty())
}
