//! `ping`: the line is alive, and this is the server's time.

use super::Context;
use crate::protocol::{client::Ping, server::ServerFrame};

pub fn apply(context: &Context, ping: Ping) -> ServerFrame {
    ServerFrame::Pong { id: ping.id, now: context.house.now() }
}
