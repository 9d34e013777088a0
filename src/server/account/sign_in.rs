//! Registering, signing in and out. Each refusal has a status, a code and a sentence for the person who meets it.

use std::net::IpAddr;

use crate::{
    app::refusal::{Refusal, RefusalCode},
    protocol::{ids::Username, server::You},
    server::{
        account::{
            name,
            password::{self, PasswordError},
            session::{self, Secret},
        },
        bus::Signal,
        config::Registration,
        house::House,
        store::{self, NewAccount, Session, SessionKind},
    },
};

/// Where a request comes from: the address that is counted, and what the device is called.
pub struct Caller {
    pub address: IpAddr,
    pub device: String,
}

/// Makes an account and signs in.
pub async fn register(
    house: &House,
    caller: &Caller,
    username: &str,
    password: String,
    shown: Option<&str>,
) -> Result<(You, Secret), Refusal> {
    if house.settings.registration != Some(Registration::Open) {
        return Err(Refusal::new(
            RefusalCode::Closed,
            "Nobody can register here at the moment. Ask whoever runs this server.",
        ));
    }
    limit(house, caller, None)?;
    let (username, skeleton) =
        name::register(username).map_err(|sentence| Refusal::new(RefusalCode::BadName, sentence))?;
    let shown = name::shown(shown, &username);
    password::judge(&password, &[username.as_str(), &shown]).map_err(refuse_password)?;
    let hash = house.passwords.hash(password).await.map_err(refuse_password)?;
    let account =
        NewAccount { username: username.clone(), skeleton, name: shown.clone(), password: hash, at: house.now() };
    house.store.register(account).await.map_err(|error| match error {
        store::Error::Conflict => {
            Refusal::new(RefusalCode::Taken, "Somebody has this name, or one that looks like it.")
        }
        other => refuse_store(other),
    })?;
    let secret = open(house, &username, SessionKind::Browser, caller.device.clone()).await?;
    Ok((You { username, name: shown }, secret))
}

/// Signs in. An unknown name and a wrong password are answered alike, in words and in time.
pub async fn sign_in(
    house: &House,
    caller: &Caller,
    username: &str,
    password: String,
) -> Result<(You, Secret), Refusal> {
    let username = name::fold(username);
    limit(house, caller, username.as_ref())?;
    let account = match &username {
        Some(username) => match house.store.account(username).await {
            Ok(account) if !account.is_closed => Some(account),
            Ok(_) | Err(store::Error::NotFound) => None,
            Err(other) => return Err(refuse_store(other)),
        },
        None => None,
    };
    // No password is longer, and a longer one would only make work.
    let password = if password.len() > password::LONGEST { String::new() } else { password };
    let hash = account.as_ref().map(|account| account.password.clone());
    let is_right = house.passwords.verify(password, hash).await.map_err(refuse_password)?;
    let Some(account) = account.filter(|_| is_right) else {
        return Err(Refusal::new(RefusalCode::WrongPassword, "This name and password do not go together."));
    };
    let secret = open(house, &account.username, SessionKind::Browser, caller.device.clone()).await?;
    Ok((You { username: account.username, name: account.name }, secret))
}

/// A token for a program.
pub async fn mint(house: &House, session: &Session, label: &str) -> Result<Secret, Refusal> {
    if session.kind != SessionKind::Browser {
        return Err(Refusal::new(RefusalCode::NotAllowed, "A token makes no tokens. Sign in to make one."));
    }
    let label = name::shown(Some(label), &session.username);
    open(house, &session.username, SessionKind::Program, label).await
}

/// Ends a session, here and on every socket of it.
pub async fn end(house: &House, username: &Username, public: &crate::protocol::ids::Id) -> Result<(), Refusal> {
    let key = house.store.end_session(username, public).await.map_err(refuse_store)?;
    house.bus.publish(username, Signal::Revoked(key));
    Ok(())
}

async fn open(house: &House, username: &Username, kind: SessionKind, label: String) -> Result<Secret, Refusal> {
    let secret = Secret::new();
    let now = house.now();
    let session = Session {
        key: session::key(secret.as_str()),
        public: session::public_name(now),
        username: username.clone(),
        name: String::new(),
        kind,
        label,
        created: now,
        used: now,
    };
    house.store.open_session(session).await.map_err(refuse_store)?;
    Ok(secret)
}

/// Counts a try against the address and, where one is named, the account.
fn limit(house: &House, caller: &Caller, username: Option<&Username>) -> Result<(), Refusal> {
    let Some(tries) = &house.tries else { return Ok(()) };
    let now = house.now();
    let keys = [Some(format!("address {}", caller.address)), username.map(|name| format!("account {name}"))];
    for key in keys.into_iter().flatten() {
        if let Err(wait) = tries.check(&key, now) {
            let sentence = "Too many tries. Wait a minute, then try again.";
            return Err(Refusal::new(RefusalCode::RateLimited, sentence).retry_after(wait));
        }
        tries.take(key, now);
    }
    Ok(())
}

fn refuse_password(error: PasswordError) -> Refusal {
    match error {
        PasswordError::Refused(sentence) => Refusal::new(RefusalCode::BadPassword, sentence),
        PasswordError::Busy => Refusal::unavailable(),
        PasswordError::Internal => Refusal::internal(),
    }
}

/// The refusal of a store that could not do it.
pub fn refuse_store(error: store::Error) -> Refusal {
    match error {
        store::Error::NotFound => Refusal::new(RefusalCode::NotFound, "There is nothing of that name."),
        store::Error::Busy | store::Error::Unavailable | store::Error::UnknownOutcome => Refusal::unavailable(),
        other => {
            tracing::error!(error = %other, "the store refused what it should not");
            Refusal::internal()
        }
    }
}
