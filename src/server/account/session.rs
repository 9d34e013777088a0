//! Sessions: 256 random bits that only the browser (cookie) or the program (token) holds; the store has their SHA-256.
//! So nothing secret is compared, and a stolen database signs nobody in.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

use crate::{
    protocol::ids::{Id, Millis, Username},
    server::{
        house::House,
        random,
        store::{self, Session, SessionKey, SessionKind, Store},
    },
};

/// A sign-in ends when it was not used for so long …
pub const IDLE_MS: u64 = 30 * 24 * 60 * 60 * 1000;
/// … and, in a browser, at this age in any case.
pub const AGE_MS: u64 = 180 * 24 * 60 * 60 * 1000;
/// The last use is noted at most so often …
const TOUCH_MS: u64 = 60 * 1000;
/// … and that of an open socket, of which there may be thousands.
const SOCKET_TOUCH_MS: u64 = 60 * 60 * 1000;

/// What the cookie or the token carries.
pub struct Secret(String);

impl Secret {
    pub fn new() -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(random::bytes::<32>()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the store has of a secret.
pub fn digest(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// The key under which the store knows a secret.
pub fn key(secret: &str) -> SessionKey {
    SessionKey(digest(secret))
}

/// Opens a session; `Id` is its public name, which rises with time and tells nothing of the secret.
pub async fn open(
    store: &(impl Store + ?Sized),
    username: &Username,
    kind: SessionKind,
    label: String,
    now: Millis,
) -> store::Result<(Secret, Id)> {
    let secret = Secret::new();
    let public = random::id(now);
    let session = Session {
        key: key(secret.as_str()),
        public: public.clone(),
        username: username.clone(),
        name: String::new(),
        kind,
        label,
        created: now,
        used: now,
    };
    store.open_session(session).await?;
    Ok((secret, public))
}

/// The session that a secret opens, if it is still good. Its use is noted.
pub async fn find(house: &House, secret: &str) -> store::Result<Session> {
    good(house, key(secret), TOUCH_MS).await
}

/// Whether the session of an open socket is still good. An open socket is a use of it.
pub async fn renew(house: &House, key: SessionKey) -> store::Result<()> {
    good(house, key, SOCKET_TOUCH_MS).await.map(drop)
}

async fn good(house: &House, key: SessionKey, touch_ms: u64) -> store::Result<Session> {
    let session = house.store.session(key).await?;
    let now = house.now();
    let is_old = match session.kind {
        SessionKind::Browser => now.since(session.used) > IDLE_MS || now.since(session.created) > AGE_MS,
        SessionKind::Program => false,
    };
    if is_old {
        // That it is gone already is what was wanted.
        let _ = house.store.end_session(&session.username, &session.public).await;
        return Err(store::Error::NotFound);
    }
    if now.since(session.used) > touch_ms {
        // A missed note of use does not stop anybody from reading.
        let _ = house.store.touch_session(key, now).await;
    }
    Ok(session)
}

/// What a device is called in the list of sessions, from its `User-Agent`.
pub fn device(user_agent: &str) -> String {
    let first = |known: &[(&str, &'static str)]| {
        known.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, name)| *name)
    };
    // The order matters: Edge and Opera say Chrome too, Chrome says Safari too, Android says Linux too.
    let browser = first(&[
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = first(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS X", "a Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ => "A program".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::server::{
        bus::local::Local,
        config::Config,
        hub::Hub,
        store::{NewAccount, memory::Memory},
    };

    const DAY: u64 = 24 * 60 * 60 * 1000;

    async fn house() -> House {
        let store = Arc::new(Memory::new());
        let ann = NewAccount {
            username: Username::from_canonical("ann"),
            skeleton: "ann".into(),
            name: "ann".into(),
            password: String::new(),
            at: Millis(1),
            invite: None,
        };
        store.register(ann).await.unwrap();
        let hub = Arc::new(Hub::new(20, 1000));
        House::new(Config::default(), 3000, store, Arc::new(Local::new(hub.clone())), hub)
    }

    /// A session that was opened and last used so many days ago.
    async fn aged(house: &House, kind: SessionKind, opened: u64, used: u64) -> Secret {
        let (ann, now) = (Username::from_canonical("ann"), house.now());
        let ago = |days: u64| Millis(now.0 - days * DAY);
        let (secret, _) = open(&*house.store, &ann, kind, String::new(), ago(opened)).await.unwrap();
        house.store.touch_session(key(secret.as_str()), ago(used)).await.unwrap();
        secret
    }

    #[tokio::test]
    async fn a_sign_in_ends_after_30_days_without_use_and_180_in_any_case_for_sockets_too() {
        let house = house().await;
        for (opened, used, is_good) in [(29, 29, true), (31, 31, false), (179, 1, true), (181, 1, false)] {
            let secret = aged(&house, SessionKind::Browser, opened, used).await;
            assert_eq!(renew(&house, key(secret.as_str())).await.is_ok(), is_good, "a socket, {opened} days");
            let secret = aged(&house, SessionKind::Browser, opened, used).await;
            assert_eq!(find(&house, secret.as_str()).await.is_ok(), is_good, "a request, {opened} days");
        }
        let token = aged(&house, SessionKind::Program, 400, 400).await;
        assert!(find(&house, token.as_str()).await.is_ok(), "a token stays until it is revoked");
    }

    #[tokio::test]
    async fn an_open_socket_is_a_use_of_its_session() {
        let house = house().await;
        let secret = aged(&house, SessionKind::Browser, 29, 29).await;
        renew(&house, key(secret.as_str())).await.unwrap();
        let used = house.store.session(key(secret.as_str())).await.unwrap().used;
        assert!(house.now().since(used) < DAY, "{used:?}");
    }

    #[test]
    fn secrets_are_long_and_never_the_same() {
        let (one, other) = (Secret::new(), Secret::new());
        assert_eq!(one.as_str().len(), 43);
        assert_ne!(one.as_str(), other.as_str());
        assert!(key(one.as_str()) != key(other.as_str()));
    }

    #[test]
    fn a_device_is_named_after_browser_and_system() {
        let chrome =
            "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0 Mobile Safari/537.36";
        assert_eq!(device(chrome), "Chrome on Android");
        assert_eq!(
            device("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0"),
            "Firefox on Linux"
        );
        assert_eq!(device("curl/8.5"), "A program");
    }
}
