//! Who is online, told to those with whom a conversation exists and to nobody else. Offline is said ten seconds after
//! the last connection closed, so that a reload does not blink.

use std::time::Duration;

use super::{ConnectionId, Joined, Left};
use crate::{
    protocol::{
        ids::{Millis, Username},
        server::{Presence, ServerFrame},
    },
    server::{bus::Signal, house::SharedHouse},
};

const GRACE: Duration = Duration::from_secs(10);

/// To be called once a connection joined the hub.
pub async fn arrive(house: &SharedHouse, username: &Username, joined: &Joined) {
    house.bus.arrived(username).await;
    if joined.is_first {
        announce(house, username, true, None).await;
    }
}

/// To be called when a connection has closed, however it closed.
pub async fn depart(house: &SharedHouse, username: Username, id: ConnectionId) {
    let Left::Last(departure) = house.hub.leave(&username, id) else { return };
    let now = house.now();
    if let Err(error) = house.store.saw(&username, now).await {
        // Older than the truth is allowed, see docs/protocol.md.
        tracing::warn!(user = %username, %error, "when this person was last seen could not be kept");
    }
    let house = house.clone();
    tokio::spawn(async move {
        tokio::time::sleep(GRACE).await;
        if house.hub.forget(&username, departure) {
            house.bus.departed(&username).await;
            let is_elsewhere = house.bus.online(std::slice::from_ref(&username)).await == [true];
            if !is_elsewhere {
                announce(&house, &username, false, Some(now)).await;
            }
        }
    });
}

async fn announce(house: &SharedHouse, username: &Username, online: bool, last_seen: Option<Millis>) {
    // Who does not hear of it now learns it from the next inbox.
    let Ok(peers) = house.store.peers(username).await else { return };
    let frame = ServerFrame::Presence(Presence { peer: username.clone(), online, last_seen });
    for peer in peers {
        house.bus.publish(&peer, Signal::Frame { frame: frame.clone(), except: None });
    }
}
