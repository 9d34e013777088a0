//! The names of things: who, which attempt, which place in the log, when.
//! Each is a type of its own, so that a place can never be taken for a time.

use std::{borrow::Borrow, fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// The largest number the wire knows: 2^53 - 1, the last that every JSON reader holds exactly.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

fn wire_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let number = u64::deserialize(deserializer)?;
    if number > MAX_NUMBER {
        return Err(D::Error::custom("the number is above 2^53-1"));
    }
    Ok(number)
}

/// A place in a conversation's log, counted from 1. 0 stands before the first entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Seq(
    #[serde(deserialize_with = "wire_number")]
    #[cfg_attr(test, schemars(range(max = MAX_NUMBER)))]
    pub u64,
);

impl Seq {
    pub fn next(self) -> Self {
        Self(self.0 + 1)
    }

    pub fn previous(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// A point in time: Unix milliseconds. On the wire always of the server's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Millis(
    #[serde(deserialize_with = "wire_number")]
    #[cfg_attr(test, schemars(range(max = MAX_NUMBER)))]
    pub u64,
);

impl Millis {
    pub fn plus(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to here; 0 where `earlier` is in fact later.
    pub fn since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// An account's canonical name: folded after RFC 8265 UsernameCaseMapped. Only `server::account::name` makes one from
/// what a person typed; everywhere else it was read from the store or from a server's frame.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Username(Arc<str>);

impl Username {
    /// Takes a name that is known to be folded.
    pub fn from_canonical(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Username {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Username {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

/// What a client calls one attempt to change the log, made up before the first try and kept for ever:
/// 1 to 64 characters of `A-Z a-z 0-9 _ -`. Unique for its author.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Id(#[cfg_attr(test, schemars(regex(pattern = "^[A-Za-z0-9_-]{1,64}$")))] Arc<str>);

impl Id {
    pub fn new(text: &str) -> Option<Self> {
        let is_good = (1..=64).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        is_good.then(|| Self(text.into()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A UUIDv7 (RFC 9562, section 5.7) from a time and 80 random bits: it rises with time, which is kind to the store.
    pub fn from_parts(now: Millis, random: [u8; 10]) -> Self {
        let mut bytes = [0u8; 16];
        bytes[..6].copy_from_slice(&now.0.to_be_bytes()[2..]);
        bytes[6..].copy_from_slice(&random);
        bytes[6] = 0x70 | (bytes[6] & 0x0f);
        bytes[8] = 0x80 | (bytes[8] & 0x3f);
        let mut text = String::with_capacity(36);
        for (index, byte) in bytes.iter().enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                text.push('-');
            }
            for nibble in [byte >> 4, byte & 0x0f] {
                text.push(char::from(b"0123456789abcdef"[usize::from(nibble)]));
            }
        }
        Self(text.into())
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::new(&text).ok_or_else(|| D::Error::custom("an id is 1 to 64 characters of A-Z a-z 0-9 _ -"))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_plain() {
        assert!(Id::new("a").is_some());
        assert!(Id::new(&"x".repeat(64)).is_some());
        for bad in ["", "a b", "<a>", "ä", &"x".repeat(65)] {
            assert_eq!(Id::new(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn ids_rise_with_time() {
        let earlier = Id::from_parts(Millis(1_790_000_000_000), [0xff; 10]);
        let later = Id::from_parts(Millis(1_790_000_000_001), [0; 10]);
        assert!(earlier < later);
        assert_eq!(later.as_str(), "01a0c450-6c01-7000-8000-000000000000");
        assert_eq!(Id::new(later.as_str()), Some(later));
    }

    #[test]
    fn numbers_above_2_to_the_53_are_refused() {
        assert!(serde_json::from_str::<Seq>("9007199254740991").is_ok());
        for bad in ["9007199254740992", "-1", "1.5", "1e3", "\"1\"", "null"] {
            assert!(serde_json::from_str::<Seq>(bad).is_err(), "{bad}");
        }
    }
}
