//! What a person changes of an account: its shown name, its password, who is signed in, and whether it goes on. Where it
//! could lock somebody out the password is asked for, and a wrong one counts as a try to sign in.

use super::{
    device,
    guesses::Guesser,
    name,
    password::judge,
    refused::Refused,
    sign_in::{Caller, count_try, guess},
};
use crate::{
    protocol::{ids::Username, server::You},
    server::{
        bus::Signal,
        house::House,
        store::{Session, SessionKey},
    },
};

/// Gives oneself another shown name; the username, where nothing is left of it.
pub async fn rename(house: &House, session: &Session, shown: &str) -> Result<You, Refused> {
    let name = name::shown(Some(shown), &session.username);
    house.store.rename(&session.username, &name).await?;
    Ok(You { username: session.username.clone(), name })
}

/// Changes the password, and signs out wherever else one is signed in: whoever knew the old one is out. What the cookie of
/// this device is to say comes back: to the new password every device is a stranger.
pub async fn change_password(
    house: &House,
    caller: &Caller,
    session: &Session,
    current: String,
    password: String,
) -> Result<String, Refused> {
    count_try(house, caller)?;
    judge(&password, &[session.username.as_str(), &session.name]).map_err(Refused::BadPassword)?;
    confirm(house, session, current).await?;
    let hash = house.passwords.hash(password).await?;
    let ended = house.store.set_password(&session.username, &hash, Some(session.key)).await?;
    revoke(house, &session.username, ended);
    Ok(device::introduce(&session.username, &hash))
}

/// Signs out wherever else one is signed in, programs too.
pub async fn end_others(house: &House, session: &Session) -> Result<(), Refused> {
    let ended = house.store.end_sessions(&session.username, Some(session.key)).await?;
    revoke(house, &session.username, ended);
    Ok(())
}

/// Closes the account for good.
pub async fn close(house: &House, caller: &Caller, session: &Session, password: String) -> Result<(), Refused> {
    count_try(house, caller)?;
    confirm(house, session, password).await?;
    let ended = house.store.close(&session.username, house.now()).await?;
    revoke(house, &session.username, ended);
    Ok(())
}

/// That it is the account's own password.
async fn confirm(house: &House, session: &Session, password: String) -> Result<(), Refused> {
    let account = house.store.account(&session.username).await?;
    let hash = (!account.is_closed).then_some(account.password);
    let is_right = guess(house, Some(Guesser::Session(session.public.clone())), password, hash).await?;
    if is_right { Ok(()) } else { Err(Refused::WrongPassword) }
}

/// Closes the sockets of sessions that ended.
fn revoke(house: &House, username: &Username, ended: Vec<SessionKey>) {
    for key in ended {
        house.bus.publish(username, Signal::Revoked(key));
    }
}
