//! The fields of a dialect's frame. Ids may be texts or numbers there; everything else is as strict as on our own wire.

use serde_json::{Map, Value};

use crate::{
    protocol::{client, code::ErrorCode, ids::Username, server::Refused},
    server::account::name,
};

pub struct Fields(Map<String, Value>);

pub fn refused(code: ErrorCode, message: impl Into<String>) -> Refused {
    Refused { id: None, code, message: message.into(), retry_after_ms: None }
}

impl Fields {
    pub fn read(text: &str) -> Result<Self, Refused> {
        let read = serde_json::from_str(text).map(Self);
        read.map_err(|error| refused(ErrorCode::BadFrame, format!("a frame is one JSON object: {error}")))
    }

    /// The value of a field that must be there.
    pub fn value(&self, field: &str) -> Result<&Value, Refused> {
        let missing = || refused(ErrorCode::BadFrame, format!("the field {field} is missing"));
        self.0.get(field).filter(|value| !value.is_null()).ok_or_else(missing)
    }

    pub fn has(&self, field: &str) -> bool {
        self.value(field).is_ok()
    }

    pub fn text(&self, field: &str) -> Result<&str, Refused> {
        let no_text = || refused(ErrorCode::BadFrame, format!("the field {field} is a text"));
        self.value(field)?.as_str().ok_or_else(no_text)
    }

    /// What a message may say, by the rules of our own wire.
    pub fn body(&self, field: &str) -> Result<String, Refused> {
        client::checked(self.text(field)?.to_owned()).map_err(|(code, message)| refused(code, message))
    }

    /// Somebody's account. Whether there is one of that name is the store's to say.
    pub fn person(&self, field: &str) -> Result<Username, Refused> {
        let nobody = || refused(ErrorCode::UnknownPeer, "there is nobody of this name");
        name::fold(&self.id(field)?).ok_or_else(nobody)
    }

    /// Fails unless the field names the account of this connection: nothing in a frame can change who one is.
    pub fn is_own(&self, field: &str, you: &Username) -> Result<(), Refused> {
        let other = || refused(ErrorCode::NotYours, format!("{field} names another account than this connection's"));
        name::fold(&self.id(field)?).filter(|named| named == you).map(drop).ok_or_else(other)
    }

    fn id(&self, field: &str) -> Result<String, Refused> {
        match self.value(field)? {
            Value::String(text) => Ok(text.clone()),
            Value::Number(number) => Ok(number.to_string()),
            _ => Err(refused(ErrorCode::BadFrame, format!("the field {field} is a text or a number"))),
        }
    }
}
