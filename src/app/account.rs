//! The server functions behind the account forms: what a plain form, the page and a program post to alike. The page posts
//! through `form`, so that nothing of them but their answers is in it. `docs/protocol.md`, "HTTP beside it".

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::protocol::{
    ids::{Id, Millis},
    server::You,
};

/// An answer that says nothing but that it is done: `{}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Done {}

/// Makes an account and signs in. `name` is the one that is shown; `next` a local path to go on to.
#[server(prefix = "/api", endpoint = "register")]
pub async fn register(
    username: String,
    password: String,
    name: Option<String>,
    next: Option<String>,
) -> Result<You, Refusal> {
    use crate::server::{account::sign_in, http::answer};
    let house = answer::house()?;
    let registered = sign_in::register(&house, &answer::caller(), &username, password, name.as_deref()).await;
    let (you, secret) = registered?;
    answer::set_cookie(&house, Some(&secret));
    answer::send_on(&answer::local(next.as_deref()));
    Ok(you)
}

/// Signs in.
#[server(prefix = "/api", endpoint = "login")]
pub async fn login(username: String, password: String, next: Option<String>) -> Result<You, Refusal> {
    use crate::server::{account::sign_in, http::answer};
    let house = answer::house()?;
    let signed_in = sign_in::sign_in(&house, &answer::caller(), &username, password).await;
    let (you, secret) = signed_in?;
    answer::set_cookie(&house, Some(&secret));
    answer::send_on(&answer::local(next.as_deref()));
    Ok(you)
}

/// Signs out: ends this session and closes its sockets.
#[server(prefix = "/api", endpoint = "logout")]
pub async fn logout() -> Result<Done, Refusal> {
    use crate::server::{account::sign_in, http::answer};
    let house = answer::house()?;
    let session = answer::session()?;
    sign_in::end(&house, &session.username, &session.public).await?;
    answer::set_cookie(&house, None);
    answer::send_on("/login");
    Ok(Done {})
}

/// A session in the list of devices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub public: Id,
    pub label: String,
    pub created: Millis,
    pub used: Millis,
    /// Whether it is the one that asks.
    pub is_this: bool,
    pub is_program: bool,
}

/// One's sessions, the last used first.
#[server(prefix = "/api", endpoint = "devices")]
pub async fn devices() -> Result<Vec<Device>, Refusal> {
    use crate::server::http::{answer, opening};
    opening::devices(&answer::house()?, &answer::session()?).await
}

/// Ends one of one's sessions, here and on every socket of it.
#[server(prefix = "/api", endpoint = "end_session")]
pub async fn end_session(public: String) -> Result<Done, Refusal> {
    use super::refusal::RefusalCode;
    use crate::server::{account::sign_in, http::answer};
    let house = answer::house()?;
    let this = answer::session()?;
    let none = || Refusal::new(RefusalCode::NotFound, "This device is signed out already.");
    let public = Id::new(&public).ok_or_else(none)?;
    sign_in::end(&house, &this.username, &public).await?;
    answer::send_on("/settings");
    Ok(Done {})
}

/// Who has exactly this name. Nobody can be found who has not told theirs.
#[server(prefix = "/api", endpoint = "meet")]
pub async fn meet(username: String) -> Result<You, Refusal> {
    use super::refusal::RefusalCode;
    use crate::server::{
        account::{known, name},
        http::answer,
    };
    let house = answer::house()?;
    answer::session()?;
    let nobody = || Refusal::new(RefusalCode::NotFound, "There is nobody of this name here.");
    let username = name::fold(username.trim()).ok_or_else(nobody)?;
    let you = known::find(&house, &username).await?.ok_or_else(nobody)?;
    answer::send_on(&super::place::Place::With(you.username.clone()).path());
    Ok(you)
}
