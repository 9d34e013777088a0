//! Posts to `/api` are forms, from a page with or without script, or JSON from a program. Here JSON becomes the form that
//! the server functions read, so that there is one way in; what is neither is refused.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    extract::{Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{ACCEPT, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};

use leptos::server_fn::error::SERVER_FN_ERROR_HEADER;
use tokio::time::timeout;

use super::{answer::words_of, back};
use crate::{
    app::refusal::{Refusal, RefusalCode},
    server::{fault, house::SharedHouse},
    words::Words,
};

/// The largest form, in bytes.
const LARGEST: usize = 64 * 1024;
/// How long all of a form may take to come.
const SLOWEST: Duration = Duration::from_secs(15);
const FORM: &str = "application/x-www-form-urlencoded";

/// A refusal as an answer to a program.
pub fn refuse(refusal: &Refusal) -> Response {
    let mut answer = (status(refusal), axum::Json(refusal)).into_response();
    if let Some(seconds) = retry_after(refusal) {
        answer.headers_mut().insert(RETRY_AFTER, seconds);
    }
    answer
}

/// The status of a refusal.
pub fn status(refusal: &Refusal) -> StatusCode {
    StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

fn retry_after(refusal: &Refusal) -> Option<HeaderValue> {
    Some(HeaderValue::from(refusal.retry_after_ms?.div_ceil(1000).max(1)))
}

pub async fn accept(State(house): State<SharedHouse>, request: Request, next: Next) -> Response {
    let path = request.uri().path();
    let is_function = path.starts_with("/api/");
    if request.method().is_safe() || !(is_function || path.starts_with("/settings/")) {
        return next.run(request).await;
    }
    let words = words_of(request.headers());
    match as_form(request).await {
        // What the settings post to besides answers with a page.
        Ok((form, _)) if !is_function => next.run(form).await,
        Ok((mut form, fields)) => {
            if !asks_json(form.headers()) {
                back::show_in_page(&house.door, &mut form, &fields);
            }
            give_status(next.run(form).await, words).await
        }
        Err(status) => {
            let sentence = match status {
                StatusCode::UNSUPPORTED_MEDIA_TYPE => words.send_form_or_json(),
                StatusCode::PAYLOAD_TOO_LARGE => words.form_too_large(),
                StatusCode::REQUEST_TIMEOUT => words.form_too_slow(),
                _ => words.not_known_texts(),
            };
            (status, [(CONNECTION, "close")], axum::Json(Refusal::new(RefusalCode::BadRequest, sentence)))
                .into_response()
        }
    }
}

fn asks_json(headers: &HeaderMap) -> bool {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("application/json"))
}

/// A refused server function answers 500, whatever it was; its refusal knows better.
async fn give_status(answer: Response, words: Words) -> Response {
    if answer.status() != StatusCode::INTERNAL_SERVER_ERROR || !answer.headers().contains_key(SERVER_FN_ERROR_HEADER) {
        return answer;
    }
    let bytes = axum::body::to_bytes(answer.into_body(), LARGEST).await.unwrap_or_default();
    refuse(&serde_json::from_slice(&bytes).unwrap_or_else(|_| Refusal::internal(words)))
}

/// The form, and its fields once more.
async fn as_form(request: Request) -> Result<(Request, Bytes), StatusCode> {
    let (mut parts, body) = request.into_parts();
    let declared = parts.headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > LARGEST) {
        return Err(StatusCode::PAYLOAD_TOO_LARGE);
    }
    let content_type = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_empty = declared == Some(0) || (declared.is_none() && content_type.is_empty());
    if !matches!(essence.as_str(), FORM | "application/json") && !is_empty {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let slowest = fault::millis("body-within-ms").unwrap_or(SLOWEST);
    let bytes = timeout(slowest, axum::body::to_bytes(body, LARGEST)).await.map_err(|_| StatusCode::REQUEST_TIMEOUT)?;
    let bytes = bytes.map_err(|_| StatusCode::PAYLOAD_TOO_LARGE)?;
    if essence.is_empty() && !bytes.is_empty() {
        return Err(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    }
    let bytes = match essence.as_str() {
        "application/json" => encode(&bytes)?.into(),
        _ if names_only_known(&bytes) => bytes,
        _ => return Err(StatusCode::UNPROCESSABLE_ENTITY),
    };
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(FORM));
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(bytes.len()));
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), bytes))
}

/// What a form or a program may say; a field that nobody knows is a mistake, not a wish.
const FIELDS: [&str; 10] =
    ["username", "password", "name", "next", "label", "public", "current", "language", "theme", "invite"];

fn names_only_known(form: &[u8]) -> bool {
    let fields: Result<Vec<(String, String)>, _> = serde_urlencoded::from_bytes(form);
    fields.is_ok_and(|fields| fields.iter().all(|(name, _)| FIELDS.contains(&name.as_str())))
}

/// A JSON object of texts as a form.
fn encode(json: &[u8]) -> Result<String, StatusCode> {
    let fields: std::collections::BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(json).map_err(|_| StatusCode::UNPROCESSABLE_ENTITY)?;
    let mut pairs = Vec::new();
    for (name, value) in fields {
        if !FIELDS.contains(&name.as_str()) {
            return Err(StatusCode::UNPROCESSABLE_ENTITY);
        }
        let text = match value {
            serde_json::Value::String(text) => text,
            serde_json::Value::Null => continue,
            _ => return Err(StatusCode::UNPROCESSABLE_ENTITY),
        };
        let encoded =
            |text: &str| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC).to_string();
        pairs.push(format!("{}={}", encoded(&name), encoded(&text)));
    }
    Ok(pairs.join("&"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_names_what_is_known_and_nothing_else() {
        assert!(names_only_known(b"") && names_only_known(b"username=a+b&password=%F0%9F%94%91"));
        for bad in ["is_admin=true", "username=ann&x=", "=", "username[$ne]=1"] {
            assert!(!names_only_known(bad.as_bytes()), "{bad}");
        }
    }

    #[test]
    fn json_becomes_a_form() {
        assert_eq!(
            encode(r#"{"username":"a b","password":"p&=é","name":null}"#.as_bytes()).unwrap(),
            "password=p%26%3D%C3%A9&username=a%20b"
        );
        for bad in ["[]", "1", "{", r#"{"username":1}"#, r#"{"username":{"$ne":""}}"#, r#"{"is_admin":"true"}"#] {
            assert_eq!(encode(bad.as_bytes()), Err(StatusCode::UNPROCESSABLE_ENTITY), "{bad}");
        }
    }
}
