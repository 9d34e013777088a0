//! The inbox: what changed, and how each conversation looks to the one who asks. A row costs a handful of look-ups
//! whatever the length of the log, because unread is a difference of two running numbers.

use rusqlite::{Connection, OptionalExtension, Row as Columns, params};

use super::{
    columns::{self, entry_columns, integer},
    failure::Outcome,
    read,
};
use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::{Millis, Seq, Username},
    },
    server::store::{
        Error, Inbox, Marks, Row,
        since::{Since, Window},
    },
};

/// A conversation with its columns sorted into one's own and the peer's.
struct Found {
    touched: u64,
    id: i64,
    head: Seq,
    at: Millis,
    last_message: Seq,
    peer: i64,
    peer_messages: u64,
    mine: Marks,
    theirs: Marks,
    username: Username,
    name: String,
    last_seen: Option<Millis>,
}

pub fn inbox(
    connection: &Connection,
    epoch: &str,
    username: &Username,
    since: Option<&str>,
    limit: usize,
) -> Outcome<Inbox> {
    let me = read::person(connection, username)?.ok_or(Error::NotFound)?;
    let limit = limit.max(1);
    let window = Since::read(since, epoch).window(newest_change(connection, me)?);
    let rows = changed(connection, me, window, limit)?
        .into_iter()
        .map(|found| Ok((found.touched, row(connection, me, username, found)?)))
        .collect::<rusqlite::Result<_>>()?;
    Ok(window.answer(rows, limit, epoch))
}

fn newest_change(connection: &Connection, me: i64) -> rusqlite::Result<u64> {
    connection
        .prepare_cached(
            "SELECT max(coalesce((SELECT max(touched) FROM conversation WHERE low = ?1), 0),
                        coalesce((SELECT max(touched) FROM conversation WHERE high = ?1), 0))",
        )?
        .query_row([me], |row| columns::number(row, 0))
}

/// One more than `limit`, where there are more.
fn changed(connection: &Connection, me: i64, window: Window, limit: usize) -> rusqlite::Result<Vec<Found>> {
    connection
        .prepare_cached(
            "SELECT touched, found.id, head, head_at, last_message, peer, peer_messages,
                    delivered, read, peer_delivered, peer_read, username, name, last_seen
             FROM (
                 SELECT touched, id, head, head_at, last_message, high AS peer, high_messages AS peer_messages,
                        low_delivered AS delivered, low_read AS read,
                        iif(low = high, low_delivered, high_delivered) AS peer_delivered,
                        iif(low = high, low_read, high_read) AS peer_read
                 FROM conversation WHERE low = ?1 AND touched > ?2 AND touched < ?3
                 UNION ALL
                 SELECT touched, id, head, head_at, last_message, low, low_messages,
                        high_delivered, high_read, low_delivered, low_read
                 FROM conversation WHERE high = ?1 AND low <> ?1 AND touched > ?2 AND touched < ?3
                 ORDER BY touched DESC LIMIT ?4
             ) AS found
             JOIN account ON account.id = peer
             ORDER BY touched DESC",
        )?
        .query_map(
            params![me, integer(window.floor), integer(window.below), integer(limit as u64).saturating_add(1)],
            read_found,
        )?
        .collect()
}

fn read_found(row: &Columns<'_>) -> rusqlite::Result<Found> {
    Ok(Found {
        touched: columns::number(row, 0)?,
        id: row.get(1)?,
        head: columns::seq(row, 2)?,
        at: columns::millis(row, 3)?,
        last_message: columns::seq(row, 4)?,
        peer: row.get(5)?,
        peer_messages: columns::number(row, 6)?,
        mine: columns::marks(row, 7)?,
        theirs: columns::marks(row, 9)?,
        username: columns::username(row, 11)?,
        name: row.get(12)?,
        last_seen: columns::optional_millis(row, 13)?,
    })
}

fn row(connection: &Connection, me: i64, username: &Username, found: Found) -> rusqlite::Result<Row> {
    let unread = match found.peer == me {
        true => 0,
        false => unread(connection, me, &found)?,
    };
    let name_of = |author| if author == me { username } else { &found.username }.clone();
    let last = last_message(connection, found.id, found.last_message, name_of)?;
    Ok(Row {
        peer: found.username,
        name: found.name,
        head: found.head,
        at: found.at,
        unread,
        mine: found.mine,
        theirs: found.theirs,
        last_seen: found.last_seen,
        last,
    })
}

/// The peer's messages up to the head, less those up to one's own mark, less those above it that were deleted.
fn unread(connection: &Connection, me: i64, found: &Found) -> rusqlite::Result<u64> {
    if found.mine.read >= found.head {
        return Ok(0);
    }
    let read = integer(found.mine.read.0);
    let seen = connection
        .prepare_cached(
            "SELECT iif(?3 < ?4, low_messages, high_messages) FROM entry WHERE conversation = ?1 AND seq = ?2",
        )?
        .query_row([found.id, read, found.peer, me], |row| columns::number(row, 0))
        .optional()?
        .unwrap_or(0);
    let deleted = connection
        .prepare_cached(
            "SELECT count(*) FROM entry WHERE conversation = ?1 AND author = ?2 AND target > ?3 AND kind = 2",
        )?
        .query_row([found.id, found.peer, read], |row| columns::number(row, 0))?;
    Ok(found.peer_messages.saturating_sub(seen).saturating_sub(deleted))
}

fn last_message(
    connection: &Connection,
    conversation: i64,
    seq: Seq,
    name_of: impl Fn(i64) -> Username,
) -> rusqlite::Result<Option<Entry>> {
    let place = [conversation, integer(seq.0)];
    let message = connection
        .prepare_cached(concat!("SELECT ", entry_columns!(), " FROM entry WHERE conversation = ?1 AND seq = ?2"))?
        .query_row(place, |row| columns::entry(row, name_of))
        .optional()?;
    let Some(mut message) = message else {
        return Ok(None);
    };
    let edited: Option<Option<String>> = connection
        .prepare_cached(
            "SELECT text FROM entry WHERE conversation = ?1 AND target = ?2 AND kind = 1 ORDER BY seq DESC LIMIT 1",
        )?
        .query_row(place, |row| row.get(0))
        .optional()?;
    if let (Some(text), Kind::Message { body, .. }) = (edited, &mut message.kind) {
        *body = text;
    }
    Ok(Some(message))
}
