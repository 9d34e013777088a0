//! Registering, signing in and out.

use std::net::IpAddr;

use super::{
    device,
    guesses::Guesser,
    invite, name, password,
    refused::Refused,
    session::{self, Secret},
};
use crate::{
    protocol::{
        ids::{Id, Username},
        server::You,
    },
    server::{
        address::counted,
        bus::Signal,
        house::House,
        store::{self, Account, Inviter, NewAccount, Session, SessionKind},
    },
};

/// Where a request comes from: the address that is counted, what the device is called, and its cookie of an earlier time.
pub struct Caller {
    pub address: IpAddr,
    pub device: String,
    pub device_cookie: Option<String>,
}

/// Who has registered.
pub struct Registered {
    pub you: You,
    pub secret: Secret,
    /// What the cookie of this device is to say.
    pub device: String,
    /// The member who invited them.
    pub inviter: Option<Username>,
}

/// Who has signed in.
pub struct SignedIn {
    pub you: You,
    pub secret: Secret,
    /// What the cookie of this device is to say.
    pub device: String,
}

/// Makes an account and signs in. `invite` is the secret of an invitation's link.
pub async fn register(
    house: &House,
    caller: &Caller,
    username: &str,
    password: String,
    shown: Option<&str>,
    invite: Option<&str>,
) -> Result<Registered, Refused> {
    count_try(house, caller)?;
    let invite = invite::admit(house, invite).await?.invite()?;
    let (username, skeleton) = name::register(username).map_err(Refused::BadName)?;
    let shown = name::shown(shown, &username);
    password::judge(&password, &[username.as_str(), &shown]).map_err(Refused::BadPassword)?;
    let hash = house.passwords.hash(password).await?;
    let device = device::introduce(&username, &hash);
    let account = NewAccount {
        username: username.clone(),
        skeleton,
        name: shown.clone(),
        password: hash,
        at: house.now(),
        invite: invite.as_ref().map(|invite| invite.key),
    };
    house.store.register(account).await.map_err(|error| match error {
        store::Error::Conflict => Refused::Taken,
        // Somebody else came by it meanwhile.
        store::Error::NotFound => Refused::Spent,
        other => other.into(),
    })?;
    let (secret, _) = open(house, &username, SessionKind::Browser, caller.device.clone()).await?;
    let inviter = invite.and_then(|invite| match invite.from {
        Inviter::Member(username) => Some(username),
        Inviter::Setup | Inviter::Host => None,
    });
    Ok(Registered { you: You { username, name: shown }, secret, device, inviter })
}

/// Signs in. An unknown name, a closed account and a wrong password are answered alike, in words and in time.
pub async fn sign_in(house: &House, caller: &Caller, username: &str, password: String) -> Result<SignedIn, Refused> {
    let username = name::fold(username);
    let account = match &username {
        Some(username) => open_account(house, username).await?,
        None => None,
    };
    let known = account.as_ref().and_then(|account| recognize(caller, account));
    // Others at the same address, and others who guess, make no device wait that is known.
    if known.is_none() {
        count_try(house, caller)?;
    }
    let guesser = username.map(|username| match &known {
        Some(device) => Guesser::Device(username, device.clone()),
        None => Guesser::Stranger(username),
    });
    let hash = account.as_ref().map(|account| account.password.clone());
    let is_right = guess(house, guesser, password, hash).await?;
    let account = account.filter(|_| is_right).ok_or(Refused::WrongPair)?;
    let opened = open(house, &account.username, SessionKind::Browser, caller.device.clone()).await;
    let (secret, public) = opened.map_err(|refused| match refused {
        // It was closed meanwhile.
        Refused::SignedOut => Refused::WrongPair,
        other => other,
    })?;
    // Who changed the password while this one was verified has ended all sessions but perhaps this: it was not there yet.
    let current = open_account(house, &account.username).await?;
    if current.is_none_or(|current| current.password != account.password) {
        take_back(house, &account.username, &public).await;
        return Err(Refused::WrongPair);
    }
    let device = match (known, &caller.device_cookie) {
        (Some(_), Some(cookie)) => cookie.clone(),
        _ => device::introduce(&account.username, &account.password),
    };
    Ok(SignedIn { you: You { username: account.username, name: account.name }, secret, device })
}

/// The name of the device that asks, if it signed in to the account before.
fn recognize(caller: &Caller, account: &Account) -> Option<String> {
    let cookie = caller.device_cookie.as_deref()?;
    device::recognize(&account.username, &account.password, cookie).map(str::to_owned)
}

/// Whether the password is the one of the hash, where one may guess now.
pub async fn guess(
    house: &House,
    guesser: Option<Guesser>,
    password: String,
    hash: Option<String>,
) -> Result<bool, Refused> {
    let counted = house.guesses.as_ref().zip(guesser);
    if let Some((guesses, guesser)) = &counted {
        let begun = guesses.begin(guesser, house.now());
        begun.map_err(|retry_after_ms| Refused::TooManyTries { retry_after_ms })?;
    }
    let verified = house.passwords.verify(password, hash).await;
    if let Some((guesses, guesser)) = &counted {
        match verified {
            Ok(true) => guesses.right(guesser),
            Ok(false) => {}
            Err(_) => guesses.take_back(guesser),
        }
    }
    verified
}

/// The account of a name, where one can sign in to it.
async fn open_account(house: &House, username: &Username) -> Result<Option<Account>, Refused> {
    match house.store.account(username).await {
        Ok(account) => Ok(Some(account).filter(|account| !account.is_closed)),
        Err(store::Error::NotFound) => Ok(None),
        Err(other) => Err(other.into()),
    }
}

/// A token for a program.
pub async fn mint(house: &House, session: &Session, label: &str) -> Result<Secret, Refused> {
    if session.kind != SessionKind::Browser {
        return Err(Refused::IsToken);
    }
    let label = name::shown(Some(label), &session.username);
    let (secret, public) = open(house, &session.username, SessionKind::Program, label).await?;
    // Who ended this session meanwhile meant to end all that came of it.
    if let Err(error) = house.store.session(session.key).await {
        take_back(house, &session.username, &public).await;
        return Err(error.into());
    }
    Ok(secret)
}

/// Ends a session, here and on every socket of it, and says of which kind it was.
pub async fn end(house: &House, username: &Username, public: &Id) -> Result<SessionKind, Refused> {
    let sessions = house.store.sessions(username).await?;
    let session = sessions.into_iter().find(|session| session.public == *public).ok_or(Refused::NoSuchDevice)?;
    let key = house.store.end_session(username, public).await.map_err(|error| match error {
        store::Error::NotFound => Refused::NoSuchDevice,
        other => other.into(),
    })?;
    house.bus.publish(username, Signal::Revoked(key));
    Ok(session.kind)
}

async fn open(house: &House, username: &Username, kind: SessionKind, label: String) -> Result<(Secret, Id), Refused> {
    Ok(session::open(&*house.store, username, kind, label, house.now()).await?)
}

/// Ends a session whose secret nobody was told. Where that fails it stays in the list, and nobody can come in by it.
async fn take_back(house: &House, username: &Username, public: &Id) {
    let _ = house.store.end_session(username, public).await;
}

/// Counts a try against the address.
pub fn count_try(house: &House, caller: &Caller) -> Result<(), Refused> {
    let Some(tries) = &house.tries else { return Ok(()) };
    let (address, now) = (counted(caller.address), house.now());
    tries.check(&address, now).map_err(|retry_after_ms| Refused::TooManyTries { retry_after_ms })?;
    tries.take(address, now);
    Ok(())
}
