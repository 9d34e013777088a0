//! What a command changed beside the running server reaches it: sessions that it ended lose their sockets at once.

use crate::server::{bus::Signal, house::SharedHouse, store};

/// Runs for as long as the server does.
pub async fn run(house: SharedHouse) {
    loop {
        house.store.written_elsewhere().await;
        for (username, session) in house.hub.sessions() {
            if house.store.session(session).await == Err(store::Error::NotFound) {
                house.hub.deliver(&username, &Signal::Revoked(session));
            }
        }
    }
}
