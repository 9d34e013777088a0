//! Where one is in the house: what the address says. There are three places, so a router would be most of the page; going
//! from one to another is a new address and a signal.

use crate::protocol::ids::Username;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// No conversation is open.
    Stage,
    /// Beginning a conversation.
    New,
    With(Username),
}

impl Place {
    /// The place of a path; `None` where there is none in the house.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/" => Some(Self::Stage),
            "/new" => Some(Self::New),
            _ => peer_in(path).map(Self::With),
        }
    }

    pub fn path(&self) -> String {
        match self {
            Self::Stage => "/".to_owned(),
            Self::New => "/new".to_owned(),
            Self::With(peer) => path_to(peer),
        }
    }
}

/// The address of a conversation.
fn path_to(peer: &Username) -> String {
    let mut path = String::from("/with/");
    for byte in peer.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~') {
            path.push(char::from(byte));
        } else {
            path.push('%');
            path.extend([byte >> 4, byte & 0x0f].map(|nibble| char::from(b"0123456789ABCDEF"[usize::from(nibble)])));
        }
    }
    path
}

/// Whose conversation an address is of.
fn peer_in(path: &str) -> Option<Username> {
    let encoded = path.strip_prefix("/with/")?;
    let mut bytes = Vec::with_capacity(encoded.len());
    let mut rest = encoded.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let value = digit(rest.next()?)? * 16 + digit(rest.next()?)?;
            bytes.push(u8::try_from(value).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    let name = String::from_utf8(bytes).ok().filter(|name| !name.is_empty())?;
    Some(Username::from_canonical(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_an_address_and_is_found_in_it() {
        for name in ["bob", "陈雨", "a.b-c", "50%?#&", "ليلى"] {
            let place = Place::With(Username::from_canonical(name));
            assert_eq!(Place::at(&place.path()), Some(place), "{name}");
        }
    }

    #[test]
    fn what_is_nowhere_in_the_house_is_no_place() {
        for place in [Place::Stage, Place::New] {
            assert_eq!(Place::at(&place.path()), Some(place));
        }
        for path in ["", "/with/", "/with/%", "/with/%F", "/with/%GG", "/login", "/settings", "/nowhere"] {
            assert_eq!(Place::at(path), None, "{path}");
        }
    }
}
