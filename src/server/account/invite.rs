//! Invitations: a link that lets one account be made. The link carries 256 random bits, the store has their SHA-256.

use super::{
    refused::Refused,
    session::{self, Secret},
};
use crate::{
    protocol::ids::Millis,
    server::{
        config::Registration,
        house::House,
        store::{self, Invite, InviteKey, Inviter, Store},
    },
};

/// How long a link counts.
pub const DAYS: u64 = 7;
const LIFE_MS: u64 = DAYS * 24 * 60 * 60 * 1000;

/// The key under which the store knows a link's secret.
fn key(secret: &str) -> InviteKey {
    InviteKey(session::digest(secret))
}

/// A new link of the house at this origin. Of a member's own the newest `most` count.
pub async fn make(
    store: &(impl Store + ?Sized),
    origin: &str,
    from: Inviter,
    most: usize,
    now: Millis,
) -> store::Result<String> {
    let secret = Secret::new();
    let invite = Invite { key: key(secret.as_str()), from, created: now, until: now.plus(LIFE_MS) };
    store.invite(invite, most).await?;
    Ok(format!("{origin}/register?invite={}", secret.as_str()))
}

/// How one stands before the door, with the secret of a link or without.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Admission {
    /// Anybody may register.
    Open,
    /// Somebody invited whoever comes with this link.
    Invited(Invite),
    /// Only who is invited may register, and this is no invitation.
    NotInvited,
    /// The link was an invitation, or looks like one, and counts no more.
    Spent,
    Closed,
}

impl Admission {
    /// The invitation that registering uses up.
    pub fn invite(self) -> Result<Option<Invite>, Refused> {
        match self {
            Self::Open => Ok(None),
            Self::Invited(invite) => Ok(Some(invite)),
            Self::NotInvited => Err(Refused::NotInvited),
            Self::Spent => Err(Refused::Spent),
            Self::Closed => Err(Refused::Closed),
        }
    }
}

/// Whether one may register here.
pub async fn admit(house: &House, secret: Option<&str>) -> store::Result<Admission> {
    let invite = match secret {
        Some(secret) => match house.store.invitation(key(secret), house.now()).await {
            Err(store::Error::NotFound) => None,
            found => Some(found?),
        },
        None => None,
    };
    Ok(match (house.settings.registration, invite) {
        (Some(Registration::Open | Registration::Invite), Some(invite)) => Admission::Invited(invite),
        (Some(Registration::Closed), Some(invite)) if invite.from == Inviter::Setup => Admission::Invited(invite),
        (Some(Registration::Open), None) => Admission::Open,
        (Some(Registration::Invite), None) if secret.is_some() => Admission::Spent,
        (Some(Registration::Invite), None) => Admission::NotInvited,
        (Some(Registration::Closed) | None, _) => Admission::Closed,
    })
}
