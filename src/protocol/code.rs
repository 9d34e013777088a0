//! Error codes and close codes, with what a client does about each. See `docs/protocol.md`, "Errors" and "Close codes".

use serde::{Deserialize, Serialize};

/// Why a frame was refused. The connection stays open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ErrorCode {
    BadFrame,
    UnknownType,
    UnknownPeer,
    NotFound,
    NotYours,
    Gone,
    Empty,
    TooLong,
    Conflict,
    NotAvailable,
    RateLimited,
    Busy,
    Unavailable,
    UnknownOutcome,
    Internal,
    /// A code of a later server. It is treated as final.
    #[serde(other)]
    #[cfg_attr(test, schemars(skip))]
    Other,
}

impl ErrorCode {
    /// Whether the same frame with the same `id` may yet succeed, so that a client keeps trying instead of giving up.
    pub fn is_passing(self) -> bool {
        matches!(self, Self::RateLimited | Self::Busy | Self::Unavailable | Self::UnknownOutcome | Self::Internal)
    }
}

/// Why a connection ended: RFC 6455 section 7.4 and the application's own range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CloseCode {
    GoingAway,
    Protocol,
    Binary,
    BadUtf8,
    TooBig,
    Internal,
    Overloaded,
    BadFrames,
    SessionEnded,
    TooManyConnections,
    Flooding,
    TooSlow,
}

impl CloseCode {
    pub const ALL: [Self; 12] = [
        Self::GoingAway,
        Self::Protocol,
        Self::Binary,
        Self::BadUtf8,
        Self::TooBig,
        Self::Internal,
        Self::Overloaded,
        Self::BadFrames,
        Self::SessionEnded,
        Self::TooManyConnections,
        Self::Flooding,
        Self::TooSlow,
    ];

    pub fn number(self) -> u16 {
        match self {
            Self::GoingAway => 1001,
            Self::Protocol => 1002,
            Self::Binary => 1003,
            Self::BadUtf8 => 1007,
            Self::TooBig => 1009,
            Self::Internal => 1011,
            Self::Overloaded => 1013,
            Self::BadFrames => 4400,
            Self::SessionEnded => 4401,
            Self::TooManyConnections => 4409,
            Self::Flooding => 4429,
            Self::TooSlow => 4508,
        }
    }

    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.number() == number)
    }

    /// The sentence in the close frame, for developers.
    pub fn reason(self) -> &'static str {
        match self {
            Self::GoingAway => "the server goes away; come back",
            Self::Protocol => "that broke RFC 6455",
            Self::Binary => "text frames only",
            Self::BadUtf8 => "that text was not UTF-8",
            Self::TooBig => "that frame was too big",
            Self::Internal => "an internal error; come back",
            Self::Overloaded => "overloaded; come back later",
            Self::BadFrames => "too many bad frames",
            Self::SessionEnded => "the session ended; sign in again",
            Self::TooManyConnections => "too many connections of this account",
            Self::Flooding => "too many frames; come back in a minute",
            Self::TooSlow => "it reads too slowly; come back and catch up",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn close_codes_are_read_back() {
        for code in CloseCode::ALL {
            assert_eq!(CloseCode::from_number(code.number()), Some(code));
        }
        assert_eq!(CloseCode::from_number(1006), None);
    }

    #[test]
    fn a_code_of_a_later_server_is_read_as_final() {
        let code: ErrorCode = serde_json::from_str("\"blocked_by_moon\"").unwrap();
        assert_eq!(code, ErrorCode::Other);
        assert!(!code.is_passing());
    }
}
