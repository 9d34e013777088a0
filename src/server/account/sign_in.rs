//! Registering, signing in and out.

use std::net::IpAddr;

use super::{
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

/// Where a request comes from: the address that is counted, and what the device is called.
pub struct Caller {
    pub address: IpAddr,
    pub device: String,
}

/// Who has registered.
pub struct Registered {
    pub you: You,
    pub secret: Secret,
    /// The member who invited them.
    pub inviter: Option<Username>,
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
    count_try(house, caller, None)?;
    let invite = invite::admit(house, invite).await?.invite()?;
    let (username, skeleton) = name::register(username).map_err(Refused::BadName)?;
    let shown = name::shown(shown, &username);
    password::judge(&password, &[username.as_str(), &shown]).map_err(Refused::BadPassword)?;
    let hash = house.passwords.hash(password).await?;
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
    Ok(Registered { you: You { username, name: shown }, secret, inviter })
}

/// Signs in. An unknown name, a closed account and a wrong password are answered alike, in words and in time.
pub async fn sign_in(
    house: &House,
    caller: &Caller,
    username: &str,
    password: String,
) -> Result<(You, Secret), Refused> {
    let username = name::fold(username);
    count_try(house, caller, username.as_ref())?;
    let account = match &username {
        Some(username) => open_account(house, username).await?,
        None => None,
    };
    let hash = account.as_ref().map(|account| account.password.clone());
    let is_right = house.passwords.verify(password, hash).await?;
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
    Ok((You { username: account.username, name: account.name }, secret))
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

/// Counts a try against the address and, where one is named, the account.
pub fn count_try(house: &House, caller: &Caller, username: Option<&Username>) -> Result<(), Refused> {
    let Some(tries) = &house.tries else { return Ok(()) };
    let now = house.now();
    let keys = [Some(format!("address {}", counted(caller.address))), username.map(|name| format!("account {name}"))];
    for key in keys.into_iter().flatten() {
        tries.check(&key, now).map_err(|retry_after_ms| Refused::TooManyTries { retry_after_ms })?;
        tries.take(key, now);
    }
    Ok(())
}
