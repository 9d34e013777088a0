//! Loads what a page inside the house begins with, through the same commands as the wire.

use crate::{
    app::{
        account::Device,
        opening::{Opened, Opening},
        people::peer_in,
        refusal::Refusal,
    },
    protocol::{
        ids::{Id, Username},
        limits,
        server::You,
    },
    server::{
        account::{name, sign_in::refuse_store},
        command::{self, Context},
        house::SharedHouse,
        store::{self, Page, Session, SessionKind},
    },
};

/// The opening of the page at a path.
pub async fn open(house: &SharedHouse, session: &Session, path: &str) -> Opened {
    Opened(load(house, session, path).await)
}

async fn load(house: &SharedHouse, session: &Session, path: &str) -> Result<Opening, Refusal> {
    let context = Context::new(house.clone(), session.username.clone(), None);
    let id = Id::new("opening").ok_or_else(Refusal::internal)?;
    let inbox = command::rows(&context, id.clone(), None).await.map_err(|_| Refusal::unavailable())?;
    let peer = match peer_in(path).and_then(|peer| name::fold(peer.as_str())) {
        Some(username) => find(house, &username).await?,
        None => None,
    };
    let history = match &peer {
        Some(peer) => {
            command::page(&context, id, peer.username.as_str(), Page::Newest, limits::DEFAULT_PAGE).await.ok()
        }
        None => None,
    };
    let devices = match path {
        "/settings" => Some(devices(house, session).await?),
        _ => None,
    };
    Ok(Opening {
        you: You { username: session.username.clone(), name: session.name.clone() },
        conversations: inbox.conversations,
        since: inbox.since,
        peer,
        history,
        devices,
        now: house.now(),
    })
}

async fn find(house: &SharedHouse, username: &Username) -> Result<Option<You>, Refusal> {
    match house.store.account(username).await {
        Ok(account) => Ok(Some(You { username: account.username, name: account.name })),
        Err(store::Error::NotFound) => Ok(None),
        Err(error) => Err(refuse_store(error)),
    }
}

/// One's sessions, the last used first.
pub async fn devices(house: &SharedHouse, this: &Session) -> Result<Vec<Device>, Refusal> {
    let sessions = house.store.sessions(&this.username).await.map_err(refuse_store)?;
    let device = |session: Session| Device {
        is_this: session.public == this.public,
        is_program: session.kind == SessionKind::Program,
        public: session.public,
        label: session.label,
        created: session.created,
        used: session.used,
    };
    Ok(sessions.into_iter().map(device).collect())
}
