//! A device that has signed in to an account before, by a cookie that outlives the session. It opens nothing: it only keeps
//! those who guess the password elsewhere from making its owner wait (`guesses`).
//!
//! The cookie is a random name and its HMAC under the account's password hash, which nobody knows but the store. So nothing
//! has to be kept, every node agrees, and a new password makes every device a stranger.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::password;
use crate::{protocol::ids::Username, server::random};

/// How long a browser keeps it, in seconds.
pub const AGE: u64 = 365 * 24 * 60 * 60;
const NAME: usize = 16;

/// What the cookie of a new device says. `hash` is that of the account's password.
pub fn introduce(username: &Username, hash: &str) -> String {
    let name = random::bytes::<NAME>();
    let proof = mac(username, hash, &name).finalize().into_bytes();
    format!("{}.{}", BASE64_URL_SAFE_NO_PAD.encode(name), BASE64_URL_SAFE_NO_PAD.encode(proof))
}

/// The name of a device that the account knows.
pub fn recognize<'cookie>(username: &Username, hash: &str, cookie: &'cookie str) -> Option<&'cookie str> {
    // Nobody signs in there, and everybody knows the key.
    if hash.is_empty() || hash == password::NONE {
        return None;
    }
    let (name, proof) = cookie.split_once('.')?;
    let read = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).ok();
    let bytes = read(name).filter(|bytes| bytes.len() == NAME)?;
    mac(username, hash, &bytes).verify_slice(&read(proof)?).is_ok().then_some(name)
}

fn mac(username: &Username, hash: &str, name: &[u8]) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(hash.as_bytes()).expect("HMAC takes a key of any length");
    for part in [b"device".as_slice(), username.as_str().as_bytes(), name] {
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn person(name: &str) -> Username {
        Username::from_canonical(name)
    }

    #[test]
    fn a_device_is_known_to_its_account_until_the_password_changes() {
        let (ann, hash) = (person("ann"), "$argon2id$one");
        let cookie = introduce(&ann, hash);
        assert_eq!(recognize(&ann, hash, &cookie), cookie.split('.').next());
        assert_eq!(recognize(&ann, "$argon2id$two", &cookie), None);
        assert_eq!(recognize(&person("bob"), hash, &cookie), None);
        assert_ne!(introduce(&ann, hash), cookie);
    }

    #[test]
    fn what_was_made_up_is_known_to_nobody() {
        let (ann, hash) = (person("ann"), "$argon2id$one");
        let cookie = introduce(&ann, hash);
        let (name, proof) = cookie.split_once('.').unwrap();
        let cut = &proof[..proof.len() - 2];
        for bad in ["", ".", name, &format!("{name}."), &format!(".{proof}"), &format!("{name}.{cut}"), "é.é"] {
            assert_eq!(recognize(&ann, hash, bad), None, "{bad:?}");
        }
        for none in ["", password::NONE] {
            assert_eq!(recognize(&ann, none, &introduce(&ann, none)), None, "{none:?}");
        }
    }
}
