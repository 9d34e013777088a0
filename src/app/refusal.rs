//! What HTTP answers when it refuses: a code for programs and a sentence for people. See `docs/protocol.md`,
//! "HTTP beside it".

use leptos::{
    prelude::FromServerFnError,
    server_fn::{codec::JsonEncoding, error::ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};

use crate::{browser, words::Words};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub code: RefusalCode,
    /// A sentence for the person who meets it.
    pub message: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_ms: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefusalCode {
    BadRequest,
    SignedOut,
    WrongPassword,
    NotAllowed,
    Closed,
    NotFound,
    Taken,
    BadName,
    BadPassword,
    RateLimited,
    Unavailable,
    Internal,
}

impl RefusalCode {
    /// The HTTP status, RFC 9110 section 15.
    pub fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignedOut | Self::WrongPassword => 401,
            Self::NotAllowed | Self::Closed => 403,
            Self::NotFound => 404,
            Self::Taken => 409,
            Self::BadName | Self::BadPassword => 422,
            Self::RateLimited => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }
}

impl Refusal {
    pub fn new(code: RefusalCode, sentence: impl Into<String>) -> Self {
        Self { code, message: sentence.into(), retry_after_ms: None }
    }

    pub fn retry_after(self, milliseconds: u64) -> Self {
        Self { retry_after_ms: Some(milliseconds), ..self }
    }

    pub fn signed_out(words: Words) -> Self {
        Self::new(RefusalCode::SignedOut, words.sign_in_first())
    }

    pub fn unavailable(words: Words) -> Self {
        Self::new(RefusalCode::Unavailable, words.server_busy()).retry_after(1000)
    }

    pub fn unreachable(words: Words) -> Self {
        Self::new(RefusalCode::Unavailable, words.server_unreachable())
    }

    pub fn internal(words: Words) -> Self {
        Self::new(RefusalCode::Internal, words.server_failed())
    }
}

impl FromServerFnError for Refusal {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let words = Words(browser::language());
        match error {
            ServerFnErrorErr::Request(_) => Self::unreachable(words),
            ServerFnErrorErr::Args(_) | ServerFnErrorErr::MissingArg(_) | ServerFnErrorErr::Deserialization(_) => {
                Self::new(RefusalCode::BadRequest, words.form_not_as_expected())
            }
            _ => Self::internal(words),
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}
