//! Loads what a page inside the house begins with, through the same commands as the wire.

use crate::{
    app::{
        account::Device,
        opening::{Opened, Opening},
        place::Place,
    },
    protocol::{ids::Id, limits, server::You},
    server::{
        account::{known, refused::Refused},
        command::{self, Context},
        house::SharedHouse,
        http::query::Query,
        store::{Page, Session, SessionKind},
    },
    words::Words,
};

/// The opening of the page at a path.
pub async fn open(house: &SharedHouse, session: &Session, place: Place, query: &Query, words: Words) -> Opened {
    let opened = load(house, session, place, query).await;
    opened.map_or_else(|refused| Opened::Refused(refused.say(words)), Opened::House)
}

async fn load(house: &SharedHouse, session: &Session, place: Place, query: &Query) -> Result<Opening, Refused> {
    let context = Context::new(house.clone(), session.username.clone(), None);
    let id = Id::new("opening").ok_or(Refused::Internal)?;
    let inbox = command::rows(&context, id.clone(), None).await.map_err(|_| Refused::Busy)?;
    let peer = match &place {
        Place::With(username) => known::find(house, username).await?,
        _ => None,
    };
    let history = match &peer {
        Some(peer) => {
            command::page(&context, id, peer.username.as_str(), Page::Newest, limits::DEFAULT_PAGE).await.ok()
        }
        None => None,
    };
    Ok(Opening {
        you: You { username: session.username.clone(), name: session.name.clone() },
        path: place.path(),
        conversations: inbox.conversations,
        since: inbox.since,
        peer,
        history,
        refused: query.refusal(),
        now: house.now(),
    })
}

/// One's sessions, the last used first.
pub async fn devices(house: &SharedHouse, this: &Session) -> Result<Vec<Device>, Refused> {
    let sessions = house.store.sessions(&this.username).await?;
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
