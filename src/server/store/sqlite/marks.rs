//! Raising marks. They ride in the same batch as the entries and cost one row a conversation, however many there are.

use rusqlite::Connection;

use super::{cache::Cache, failure::Outcome};
use crate::{protocol::ids::Username, server::store::Marks};

pub fn advance(
    connection: &Connection,
    cache: &mut Cache,
    username: &Username,
    peer: &Username,
    marks: Marks,
) -> Outcome<Option<Marks>> {
    let Some(person) = cache.person(connection, username)? else {
        return Ok(None);
    };
    let Some(peer) = cache.person(connection, peer)? else {
        return Ok(None);
    };
    let Some(known) = cache.conversation(connection, person.id, peer.id)? else {
        return Ok(None);
    };
    let conversation = cache.get(known);
    let side = conversation.side_of(person.id) as usize;
    let held = conversation.marks[side];
    let read = held.read.max(marks.read.min(conversation.head));
    let delivered = held.delivered.max(marks.delivered.min(conversation.head)).max(read);
    let raised = Marks { delivered, read };
    if raised == held {
        return Ok(None);
    }
    cache.change(known).marks[side] = raised;
    Ok(Some(raised))
}
