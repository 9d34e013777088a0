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

/// Makes an account and signs in. `name` is the one that is shown; `next` a local path to go on to; `invite` what an
/// invitation's link says. Who was invited by somebody goes on to them.
#[server(prefix = "/api", endpoint = "register")]
pub async fn register(
    username: String,
    password: String,
    name: Option<String>,
    next: Option<String>,
    invite: Option<String>,
) -> Result<You, Refusal> {
    use crate::server::{account::sign_in, http::answer};
    let house = answer::house()?;
    let caller = answer::caller(&house);
    let registering = sign_in::register(&house, &caller, &username, password, name.as_deref(), invite.as_deref());
    let registered = registering.await.map_err(answer::refuse)?;
    answer::set_cookie(&house, Some(&registered.secret));
    answer::set_device(&house, &registered.device);
    let inviter = registered.inviter.map(|inviter| super::place::Place::With(inviter).path());
    answer::send_on(&answer::local(next.or(inviter).as_deref()));
    Ok(registered.you)
}

/// Signs in.
#[server(prefix = "/api", endpoint = "login")]
pub async fn login(username: String, password: String, next: Option<String>) -> Result<You, Refusal> {
    use crate::server::{account::sign_in, http::answer};
    let house = answer::house()?;
    let signed_in = sign_in::sign_in(&house, &answer::caller(&house), &username, password).await;
    let signed_in = signed_in.map_err(answer::refuse)?;
    answer::set_cookie(&house, Some(&signed_in.secret));
    answer::set_device(&house, &signed_in.device);
    answer::send_on(&answer::local(next.as_deref()));
    Ok(signed_in.you)
}

/// Signs out: ends this session and closes its sockets.
#[server(prefix = "/api", endpoint = "logout")]
pub async fn logout() -> Result<Done, Refusal> {
    use crate::server::{account::sign_in, http::answer};
    let house = answer::house()?;
    let session = answer::session()?;
    sign_in::end(&house, &session.username, &session.public).await.map_err(answer::refuse)?;
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
    opening::devices(&answer::house()?, &answer::session()?).await.map_err(answer::refuse)
}

/// Ends one of one's sessions, here and on every socket of it.
#[server(prefix = "/api", endpoint = "end_session")]
pub async fn end_session(public: String) -> Result<Done, Refusal> {
    use crate::server::{
        account::{refused::Refused, sign_in},
        http::answer,
        store::SessionKind,
    };
    let house = answer::house()?;
    let this = answer::session()?;
    let public = Id::new(&public).ok_or_else(|| answer::refuse(Refused::NoSuchDevice))?;
    let ended = sign_in::end(&house, &this.username, &public).await.map_err(answer::refuse)?;
    let done = match ended {
        SessionKind::Browser => "/settings?done=session",
        SessionKind::Program => "/settings?done=program",
    };
    answer::send_on(done);
    Ok(Done {})
}

/// Ends all of one's sessions but this, here and on every socket of them.
#[server(prefix = "/api", endpoint = "end_other_sessions")]
pub async fn end_other_sessions() -> Result<Done, Refusal> {
    use crate::server::{account::settings, http::answer};
    let (house, session) = (answer::house()?, answer::session()?);
    settings::end_others(&house, &session).await.map_err(answer::refuse)?;
    answer::send_on("/settings?done=others");
    Ok(Done {})
}

/// Gives oneself another shown name.
#[server(prefix = "/api", endpoint = "rename")]
pub async fn rename(name: String) -> Result<You, Refusal> {
    use crate::server::{account::settings, http::answer};
    let (house, session) = (answer::house()?, answer::session()?);
    let you = settings::rename(&house, &session, &name).await.map_err(answer::refuse)?;
    answer::send_on("/settings?done=rename");
    Ok(you)
}

/// Changes the password from `current` to `password`, and signs out everywhere else.
#[server(prefix = "/api", endpoint = "change_password")]
pub async fn change_password(current: String, password: String) -> Result<Done, Refusal> {
    use crate::server::{account::settings, http::answer};
    let (house, session) = (answer::house()?, answer::session()?);
    let changed = settings::change_password(&house, &answer::caller(&house), &session, current, password).await;
    answer::set_device(&house, &changed.map_err(answer::refuse)?);
    answer::send_on("/settings?done=password");
    Ok(Done {})
}

/// Closes one's account for good, and signs out everywhere.
#[server(prefix = "/api", endpoint = "close_account")]
pub async fn close_account(password: String) -> Result<Done, Refusal> {
    use crate::server::{account::settings, http::answer};
    let (house, session) = (answer::house()?, answer::session()?);
    settings::close(&house, &answer::caller(&house), &session, password).await.map_err(answer::refuse)?;
    answer::set_cookie(&house, None);
    answer::send_on("/login?done=closed");
    Ok(Done {})
}

/// Chooses the language of this browser by its code; an empty one is the browser's own.
#[server(prefix = "/api", endpoint = "set_language")]
pub async fn set_language(language: String) -> Result<Done, Refusal> {
    use super::refusal::RefusalCode;
    use crate::{server::http::answer, words::Language};
    let chosen = Language::ALL.into_iter().find(|known| known.code() == language);
    if chosen.is_none() && !language.is_empty() {
        return Err(Refusal::new(RefusalCode::BadRequest, answer::words().no_such_language()));
    }
    answer::set_choice(&answer::house()?, answer::LANGUAGE, chosen.map(Language::code));
    answer::send_member_on("/settings?done=language");
    Ok(Done {})
}

/// Chooses the appearance of this browser: `light`, `dark` or the system's.
#[server(prefix = "/api", endpoint = "set_theme")]
pub async fn set_theme(theme: String) -> Result<Done, Refusal> {
    use super::refusal::RefusalCode;
    use crate::server::http::answer;
    let chosen = answer::theme_of_name(&theme);
    if chosen.is_none() && theme != "system" {
        return Err(Refusal::new(RefusalCode::BadRequest, answer::words().no_such_theme()));
    }
    answer::set_choice(&answer::house()?, answer::THEME, chosen);
    answer::send_member_on("/settings?done=theme");
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
    let nobody = || Refusal::new(RefusalCode::NotFound, answer::words().nobody_of_this_name());
    let username = name::fold(username.trim()).ok_or_else(nobody)?;
    let you = known::find(&house, &username).await.map_err(answer::refuse)?.ok_or_else(nobody)?;
    answer::send_on(&super::place::Place::With(you.username.clone()).path());
    Ok(you)
}
