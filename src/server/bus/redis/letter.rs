//! What nodes write to each other, and by which names Redis knows it.

use serde::{Deserialize, Serialize};

use crate::{
    protocol::{ids::Username, server::ServerFrame},
    server::{bus::Signal, store::SessionKey},
};

/// One message on a channel, as JSON.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// Which node wrote it: it hears itself, too.
    pub node: String,
    pub news: News,
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum News {
    /// A frame, as its text on the wire.
    Frame(String),
    /// The key of a session that ended.
    Revoked([u8; 32]),
    /// Something may have been missed.
    Resync,
}

impl News {
    pub fn of(signal: &Signal) -> Self {
        match signal {
            Signal::Frame { frame, .. } => Self::Frame(frame.encode()),
            Signal::Revoked(session) => Self::Revoked(session.0),
        }
    }

    /// `None` for what is not addressed to an account, and for a frame that this version does not know.
    pub fn into_signal(self) -> Option<Signal> {
        match self {
            Self::Frame(text) => Some(Signal::Frame { frame: ServerFrame::decode(&text).ok()?, except: None }),
            Self::Revoked(key) => Some(Signal::Revoked(SessionKey(key))),
            Self::Resync => None,
        }
    }
}

impl Letter {
    pub fn read(text: &[u8]) -> Option<Self> {
        serde_json::from_slice(text).ok()
    }

    pub fn write(&self) -> String {
        serde_json::to_string(self).expect("strings and numbers are JSON")
    }
}

/// The names of channels and keys. Nodes of the same prefix are one server to their people.
#[derive(Clone, Debug)]
pub struct Names {
    prefix: String,
}

impl Names {
    pub fn new(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into() }
    }

    /// The channel of an account.
    pub fn channel(&self, username: &Username) -> String {
        self.name("account:", username.as_str())
    }

    /// Whose channel that is.
    pub fn account(&self, channel: &str) -> Option<Username> {
        let name = channel.strip_prefix(&self.prefix)?.strip_prefix(":account:")?;
        Some(Username::from_canonical(name))
    }

    /// The channel that all nodes hear.
    pub fn everybody(&self) -> String {
        self.name("everybody", "")
    }

    /// A sorted set: the nodes, each with the time, in milliseconds since 1970, at which it last spoke.
    pub fn nodes(&self) -> String {
        self.name("nodes", "")
    }

    /// A set that ends by itself soon after its node: who has a connection there.
    pub fn node(&self, node: &str) -> String {
        self.name("node:", node)
    }

    fn name(&self, kind: &str, rest: &str) -> String {
        [&self.prefix, ":", kind, rest].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::ids::Millis;

    #[test]
    fn what_was_written_is_read() {
        let frame = ServerFrame::Pong { id: None, now: Millis(7) };
        let signals = [Signal::Frame { frame: frame.clone(), except: None }, Signal::Revoked(SessionKey([9; 32]))];
        for signal in signals {
            let letter = Letter { node: "n1".into(), news: News::of(&signal) };
            let read = Letter::read(letter.write().as_bytes());
            assert_eq!(read.as_ref(), Some(&letter));
            match (read.and_then(|letter| letter.news.into_signal()), &signal) {
                (Some(Signal::Frame { frame: read, except: None }), Signal::Frame { .. }) => assert_eq!(read, frame),
                (Some(Signal::Revoked(read)), Signal::Revoked(key)) => assert_eq!(read, *key),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn what_is_no_letter_is_none() {
        for text in ["", "{}", "[]", r#"{"node":"a","news":{"revoked":[1]}}"#, r#"{"node":"a","news":"later"}"#] {
            assert_eq!(Letter::read(text.as_bytes()), None, "{text}");
        }
        assert!(News::Frame("no frame".into()).into_signal().is_none());
    }

    #[test]
    fn a_channel_names_its_account() {
        let (names, ann) = (Names::new("duologue:0"), Username::from_canonical("ann"));
        assert_eq!(names.account(&names.channel(&ann)), Some(ann));
        assert_eq!(names.account(&names.everybody()), None);
        assert_eq!(Names::new("duologue:1").account("duologue:0:account:ann"), None);
    }
}
