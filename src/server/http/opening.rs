//! Loads what a page inside the house begins with, through the same commands as the wire.

use leptos::server_fn::error::ServerFnUrlError;

use crate::{
    app::{
        account::Device,
        opening::{Opened, Opening},
        place::Place,
        refusal::Refusal,
    },
    protocol::{
        ids::{Id, Username},
        limits,
        server::You,
    },
    server::{
        account::sign_in::refuse_store,
        command::{self, Context},
        house::SharedHouse,
        store::{self, Page, Session, SessionKind},
    },
};

/// The opening of the page at a path.
pub async fn open(house: &SharedHouse, session: &Session, place: Place, query: Option<&str>) -> Opened {
    Opened(load(house, session, place, query).await)
}

async fn load(house: &SharedHouse, session: &Session, place: Place, query: Option<&str>) -> Result<Opening, Refusal> {
    let context = Context::new(house.clone(), session.username.clone(), None);
    let id = Id::new("opening").ok_or_else(Refusal::internal)?;
    let inbox = command::rows(&context, id.clone(), None).await.map_err(|_| Refusal::unavailable())?;
    let peer = match &place {
        Place::With(username) => find(house, username).await?,
        _ => None,
    };
    let history = match &peer {
        Some(peer) => {
            command::page(&context, id, peer.username.as_str(), Page::Newest, limits::DEFAULT_PAGE).await.ok()
        }
        None => None,
    };
    let devices = match place {
        Place::Settings => Some(devices(house, session).await?),
        _ => None,
    };
    Ok(Opening {
        you: You { username: session.username.clone(), name: session.name.clone() },
        path: place.path(),
        conversations: inbox.conversations,
        since: inbox.since,
        peer,
        history,
        devices,
        refused: query.and_then(refused),
        now: house.now(),
    })
}

/// The refusal of a plain form, which a server function leaves in the address of the page that it sends back to.
fn refused(query: &str) -> Option<(String, Refusal)> {
    let fields: Vec<(String, String)> = serde_urlencoded::from_str(query).ok()?;
    let field = |name: &str| fields.iter().find_map(|(key, value)| (key == name).then(|| value.clone()));
    Some((field("__path")?, ServerFnUrlError::decode_err(&field("__err")?)))
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
