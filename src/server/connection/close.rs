//! From what went wrong on a socket to how it is closed: RFC 6455 section 7.4.1.

use tungstenite::{Error, error::ProtocolError};

use super::line::Cut;
use crate::protocol::code::CloseCode;

pub fn cut(error: axum::Error) -> Cut {
    let Ok(error) = error.into_inner().downcast::<Error>() else { return Cut::Gone };
    match *error {
        Error::Capacity(_) => Cut::Ours(CloseCode::TooBig),
        Error::Utf8(_) => Cut::Ours(CloseCode::BadUtf8),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake | ProtocolError::HandshakeIncomplete) => Cut::Gone,
        Error::Protocol(_) => Cut::Ours(CloseCode::Protocol),
        _ => Cut::Gone,
    }
}
