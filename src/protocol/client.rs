//! What a client says. `decode` is the one way in: it never panics, and it tells a frame that is malformed from one of a
//! later version.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize};

use super::{
    body,
    code::ErrorCode,
    ids::{Id, Seq},
    limits,
};

/// `peer` is as the client typed it; the server folds it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ClientFrame {
    Send(Send),
    Edit(Edit),
    Delete(Delete),
    React(React),
    Delivered(Mark),
    Read(Mark),
    Typing(Typing),
    History(History),
    Inbox(Inbox),
    Ping(Ping),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Send {
    pub id: Id,
    pub peer: String,
    pub body: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Edit {
    pub id: Id,
    pub peer: String,
    pub of: Seq,
    pub body: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Delete {
    pub id: Id,
    pub peer: String,
    pub of: Seq,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct React {
    pub id: Id,
    pub peer: String,
    pub of: Seq,
    /// Required, and null takes the reaction back: a forgotten field must not.
    #[serde(deserialize_with = "Option::deserialize")]
    #[cfg_attr(test, schemars(with = "super::schema::Nullable"))]
    pub emoji: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Mark {
    pub peer: String,
    pub seq: Seq,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Typing {
    pub peer: String,
    pub on: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct History {
    pub id: Id,
    pub peer: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<Seq>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Seq>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Inbox {
    pub id: Id,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ping {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Id>,
}

/// A frame that cannot be applied whatever the state of the world.
#[derive(Clone, Debug, PartialEq)]
pub struct Malformed {
    /// The frame's id, where it had a good one.
    pub id: Option<Id>,
    pub code: ErrorCode,
    /// For developers.
    pub message: String,
}

/// In characters.
const LONGEST_MESSAGE: usize = 200;

/// Reads one text frame. The result is well-formed: bodies are trimmed, in their bounds and not empty, `history` asks in
/// one direction for 1 to 200 entries. Whether an emoji is one is left to the server, who has the tables.
pub fn decode(text: &str) -> Result<ClientFrame, Malformed> {
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        r#type: Cow<'a, str>,
    }
    // What is wrong may be quoted, and may be as long as the frame.
    let short = |message: String| message.chars().take(LONGEST_MESSAGE).collect();
    let malformed = |code, message: String| Malformed { id: id_of(text), code, message: short(message) };
    let bad = |error: serde_json::Error| malformed(ErrorCode::BadFrame, error.to_string());

    if !is_object(text) {
        return Err(malformed(ErrorCode::BadFrame, "a frame is one JSON object".into()));
    }
    let envelope: Envelope = serde_json::from_str(text).map_err(bad)?;
    let frame = match envelope.r#type.as_ref() {
        "send" => ClientFrame::Send(serde_json::from_str(text).map_err(bad)?),
        "edit" => ClientFrame::Edit(serde_json::from_str(text).map_err(bad)?),
        "delete" => ClientFrame::Delete(serde_json::from_str(text).map_err(bad)?),
        "react" => ClientFrame::React(serde_json::from_str(text).map_err(bad)?),
        "delivered" => ClientFrame::Delivered(serde_json::from_str(text).map_err(bad)?),
        "read" => ClientFrame::Read(serde_json::from_str(text).map_err(bad)?),
        "typing" => ClientFrame::Typing(serde_json::from_str(text).map_err(bad)?),
        "history" => ClientFrame::History(serde_json::from_str(text).map_err(bad)?),
        "inbox" => ClientFrame::Inbox(serde_json::from_str(text).map_err(bad)?),
        "ping" => ClientFrame::Ping(serde_json::from_str(text).map_err(bad)?),
        unknown => {
            let shown: String = unknown.chars().take(40).collect();
            return Err(malformed(ErrorCode::UnknownType, format!("there is no frame of type {shown:?}")));
        }
    };
    well_formed(frame).map_err(|(code, message)| malformed(code, message.into()))
}

fn well_formed(frame: ClientFrame) -> Result<ClientFrame, (ErrorCode, &'static str)> {
    Ok(match frame {
        ClientFrame::Send(send) => ClientFrame::Send(Send { body: checked(send.body)?, ..send }),
        ClientFrame::Edit(edit) => ClientFrame::Edit(Edit { body: checked(edit.body)?, ..edit }),
        ClientFrame::React(React { emoji: Some(emoji), .. }) if emoji.is_empty() || emoji.len() > limits::EMOJI => {
            return Err((ErrorCode::BadFrame, "an emoji is 1 to 64 bytes"));
        }
        ClientFrame::History(history) => {
            if history.before.is_some() && history.after.is_some() {
                return Err((ErrorCode::BadFrame, "ask before or after, not both"));
            }
            let limit = history.limit.map_or(limits::DEFAULT_PAGE, |limit| limit.0.min(limits::PAGE));
            if limit == 0 {
                return Err((ErrorCode::BadFrame, "limit is at least 1"));
            }
            ClientFrame::History(History { limit: Some(Seq(limit)), ..history })
        }
        other => other,
    })
}

/// A body as `send` and `edit` take it: trimmed, in its bounds and not empty.
pub fn checked(text: String) -> Result<String, (ErrorCode, &'static str)> {
    let body = body::check(&text).map_err(|code| {
        (
            code,
            match code {
                ErrorCode::Empty => "the body has nothing to read in it",
                ErrorCode::TooLong => "a body is at most 16384 bytes",
                _ => "a body holds no NUL",
            },
        )
    })?;
    Ok(if body.len() == text.len() { text } else { body.to_owned() })
}

/// serde_json reads a struct from an array as well; the wire does not.
fn is_object(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{')
}

/// The id of a frame that could not be read, where there is a good one to answer to.
fn id_of(text: &str) -> Option<Id> {
    #[derive(Deserialize)]
    struct Named {
        #[serde(default, deserialize_with = "good_id")]
        id: Option<Id>,
    }
    fn good_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Id>, D::Error> {
        Ok(match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Id::new(&text),
            _ => None,
        })
    }
    if !is_object(text) {
        return None;
    }
    serde_json::from_str::<Named>(text).ok()?.id
}
