//! Questions about one conversation: its log, page by page, and whether there is one.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use super::{
    columns::{self, entry_columns, integer},
    failure::Outcome,
};
use crate::{
    protocol::{
        entry::Entry,
        ids::{MAX_NUMBER, Seq, Username},
    },
    server::store::{Error, History, Page},
};

pub fn history(
    connection: &Connection,
    username: &Username,
    peer: &Username,
    page: Page,
    limit: u64,
) -> Outcome<History> {
    let one = person(connection, username)?.ok_or(Error::NotFound)?;
    let other = person(connection, peer)?.ok_or(Error::UnknownPeer)?;
    let Some((conversation, head)) = conversation(connection, one, other)? else {
        return Ok(History { entries: Vec::new(), head: Seq(0), is_complete: true });
    };
    let name_of = |author| if author == one { username } else { peer }.clone();
    let entries = match page {
        Page::After(seq) => after(connection, conversation, seq, limit, name_of)?,
        Page::Before(seq) => before(connection, conversation, seq, limit, name_of)?,
        Page::Newest => before(connection, conversation, Seq(MAX_NUMBER), limit, name_of)?,
    };
    let is_complete = match page {
        Page::After(_) => entries.last().is_none_or(|last| last.seq == head),
        Page::Before(_) | Page::Newest => entries.first().is_none_or(|first| first.seq == Seq(1)),
    };
    Ok(History { entries, head, is_complete })
}

pub fn peers(connection: &Connection, username: &Username) -> Outcome<Vec<Username>> {
    let peers = connection
        .prepare_cached(
            "SELECT peer.username FROM account AS me
             JOIN conversation ON conversation.low = me.id AND conversation.high <> me.id
             JOIN account AS peer ON peer.id = conversation.high
             WHERE me.username = ?1
             UNION ALL
             SELECT peer.username FROM account AS me
             JOIN conversation ON conversation.high = me.id AND conversation.low <> me.id
             JOIN account AS peer ON peer.id = conversation.low
             WHERE me.username = ?1",
        )?
        .query_map([username.as_str()], |row| columns::username(row, 0))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(peers)
}

pub fn converse(connection: &Connection, username: &Username, peer: &Username) -> Outcome<bool> {
    let Some(one) = person(connection, username)? else {
        return Ok(false);
    };
    let Some(other) = person(connection, peer)? else {
        return Ok(false);
    };
    Ok(conversation(connection, one, other)?.is_some())
}

pub fn person(connection: &Connection, username: &Username) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("SELECT id FROM account WHERE username = ?1")?
        .query_row([username.as_str()], |row| row.get(0))
        .optional()
}

fn conversation(connection: &Connection, one: i64, other: i64) -> rusqlite::Result<Option<(i64, Seq)>> {
    connection
        .prepare_cached("SELECT id, head FROM conversation WHERE low = ?1 AND high = ?2")?
        .query_row([one.min(other), one.max(other)], |row| Ok((row.get(0)?, columns::seq(row, 1)?)))
        .optional()
}

fn after(
    connection: &Connection,
    conversation: i64,
    seq: Seq,
    limit: u64,
    name_of: impl Fn(i64) -> Username,
) -> rusqlite::Result<Vec<Entry>> {
    let statement = connection.prepare_cached(concat!(
        "SELECT ",
        entry_columns!(),
        " FROM entry WHERE conversation = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3"
    ))?;
    entries(statement, conversation, seq, limit, name_of)
}

fn before(
    connection: &Connection,
    conversation: i64,
    seq: Seq,
    limit: u64,
    name_of: impl Fn(i64) -> Username,
) -> rusqlite::Result<Vec<Entry>> {
    let statement = connection.prepare_cached(concat!(
        "SELECT ",
        entry_columns!(),
        " FROM entry WHERE conversation = ?1 AND seq < ?2 ORDER BY seq DESC LIMIT ?3"
    ))?;
    let mut entries = entries(statement, conversation, seq, limit, name_of)?;
    entries.reverse();
    Ok(entries)
}

fn entries(
    mut statement: CachedStatement<'_>,
    conversation: i64,
    seq: Seq,
    limit: u64,
    name_of: impl Fn(i64) -> Username,
) -> rusqlite::Result<Vec<Entry>> {
    statement
        .query_map(params![conversation, integer(seq.0), integer(limit)], |row| columns::entry(row, &name_of))?
        .collect()
}
