//! The tables as records, and back, for moving to another store and from one.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    accounts, append,
    cache::Cache,
    columns::{self, integer},
    failure::Outcome,
    invites, read,
};
use crate::{
    protocol::{entry::Entry, ids::Username},
    server::store::{
        Draft, Error, Page, Session, SessionKey,
        archive::{AccountRecord, ConversationRecord, Cursor, People, Records},
    },
};

pub fn read(connection: &Connection, after: Cursor, limit: u64) -> Outcome<Records> {
    Ok(match after {
        Cursor::Accounts(after) => Records::Accounts(accounts(connection, after.as_ref(), limit)?),
        Cursor::Entries(people, after) => {
            let [one, other] = &people;
            let history = read::history(connection, one, other, Page::After(after), limit)?;
            Records::Entries(people, history.entries)
        }
        Cursor::Conversations(after) => Records::Conversations(conversations(connection, after.as_ref(), limit)?),
        Cursor::Sessions(after) => Records::Sessions(sessions(connection, after, limit)?),
        Cursor::Invites(after) => Records::Invites(invites::page(connection, after, limit)?),
    })
}

fn accounts(connection: &Connection, after: Option<&Username>, limit: u64) -> rusqlite::Result<Vec<AccountRecord>> {
    connection
        .prepare_cached(
            "SELECT username, skeleton, name, password, created, closed, last_seen FROM account
             WHERE username > ?1 ORDER BY username LIMIT ?2",
        )?
        .query_map(params![after.map_or("", Username::as_str), integer(limit)], |row| {
            Ok(AccountRecord {
                username: columns::username(row, 0)?,
                skeleton: row.get(1)?,
                name: row.get(2)?,
                password: row.get(3)?,
                created: columns::millis(row, 4)?,
                closed: columns::optional_millis(row, 5)?,
                last_seen: columns::optional_millis(row, 6)?,
            })
        })?
        .collect()
}

fn sessions(connection: &Connection, after: Option<SessionKey>, limit: u64) -> rusqlite::Result<Vec<Session>> {
    let after: &[u8] = after.as_ref().map_or(&[], |key| &key.0);
    connection
        .prepare_cached(
            "SELECT key, public, username, '', kind, label, session.created, used
             FROM session JOIN account ON account.id = account
             WHERE key > ?1 ORDER BY key LIMIT ?2",
        )?
        .query_map(params![after, integer(limit)], accounts::read_session)?
        .collect()
}

fn conversations(
    connection: &Connection,
    after: Option<&People>,
    limit: u64,
) -> rusqlite::Result<Vec<ConversationRecord>> {
    connection
        .prepare_cached(
            "SELECT one, other, one_delivered, one_read, other_delivered, other_read, touched
             FROM (
                 SELECT low.username AS one, high.username AS other, low_delivered AS one_delivered,
                        low_read AS one_read, high_delivered AS other_delivered, high_read AS other_read, touched
                 FROM conversation
                 JOIN account AS low ON low.id = low JOIN account AS high ON high.id = high
                 WHERE low.username <= high.username
                 UNION ALL
                 SELECT high.username, low.username, high_delivered, high_read, low_delivered, low_read, touched
                 FROM conversation
                 JOIN account AS low ON low.id = low JOIN account AS high ON high.id = high
                 WHERE low.username > high.username
             )
             WHERE (one, other) > (?1, ?2) ORDER BY one, other LIMIT ?3",
        )?
        .query_map(
            params![
                after.map_or("", |[one, _]| one.as_str()),
                after.map_or("", |[_, other]| other.as_str()),
                integer(limit)
            ],
            read_conversation,
        )?
        .collect()
}

fn read_conversation(row: &Row<'_>) -> rusqlite::Result<ConversationRecord> {
    Ok(ConversationRecord {
        people: [columns::username(row, 0)?, columns::username(row, 1)?],
        marks: [columns::marks(row, 2)?, columns::marks(row, 4)?],
        touched: columns::number(row, 6)?,
    })
}

pub fn put(connection: &Connection, cache: &mut Cache, records: &Records) -> Outcome<()> {
    match records {
        Records::Accounts(accounts) => accounts.iter().try_for_each(|account| put_account(connection, account)),
        Records::Entries(people, entries) => put_entries(connection, cache, people, entries),
        Records::Conversations(conversations) => {
            // What is remembered would be written over it.
            cache.write_back(connection)?;
            cache.forget();
            conversations.iter().try_for_each(|conversation| put_conversation(connection, conversation))
        }
        Records::Sessions(sessions) => sessions.iter().try_for_each(|session| put_session(connection, cache, session)),
        Records::Invites(invites) => invites.iter().try_for_each(|invite| invites::put(connection, cache, invite)),
    }
}

fn put_account(connection: &Connection, account: &AccountRecord) -> Outcome<()> {
    connection
        .prepare_cached(
            "INSERT INTO account (username, skeleton, name, password, created, closed, last_seen)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT (username) DO UPDATE SET skeleton = ?2, name = ?3, password = ?4, created = ?5, closed = ?6,
                                                  last_seen = ?7",
        )?
        .execute(params![
            account.username.as_str(),
            account.skeleton,
            account.name,
            account.password,
            integer(account.created.0),
            account.closed.map(|at| integer(at.0)),
            account.last_seen.map(|at| integer(at.0)),
        ])?;
    Ok(())
}

fn put_entries(connection: &Connection, cache: &mut Cache, people: &People, entries: &[Entry]) -> Outcome<()> {
    let [one, other] = people;
    let id_of =
        |cache: &mut Cache, username| -> Outcome<_> { Ok(cache.person(connection, username)?.ok_or(Error::NotFound)?) };
    let (first, second) = (id_of(cache, one)?, id_of(cache, other)?);
    let known = match cache.conversation(connection, first.id, second.id)? {
        Some(known) => known,
        None => cache.start_conversation(connection, first.id, second.id)?,
    };
    for entry in entries {
        let (author, peer) = if entry.from == *one { (first, other) } else { (second, one) };
        let draft = Draft {
            author: entry.from.clone(),
            peer: peer.clone(),
            id: entry.id.clone(),
            kind: entry.kind.clone(),
            now: entry.at,
        };
        let before = cache.get(known);
        if before.head.next() != entry.seq || before.head_at > entry.at {
            return Err(Error::Conflict.into());
        }
        append::write(connection, cache, known, author, &draft)?.ok_or(Error::Conflict)?;
    }
    Ok(())
}

fn put_conversation(connection: &Connection, conversation: &ConversationRecord) -> Outcome<()> {
    let [one, other] = &conversation.people;
    let [first, second] = conversation.marks;
    let rows = connection
        .prepare_cached(
            "UPDATE conversation
             SET low_delivered = iif(low = one.id, ?3, ?5), low_read = iif(low = one.id, ?4, ?6),
                 high_delivered = iif(low = one.id, ?5, ?3), high_read = iif(low = one.id, ?6, ?4), touched = ?7
             FROM account AS one, account AS other
             WHERE one.username = ?1 AND other.username = ?2
               AND low = min(one.id, other.id) AND high = max(one.id, other.id)",
        )?
        .execute(params![
            one.as_str(),
            other.as_str(),
            integer(first.delivered.0),
            integer(first.read.0),
            integer(second.delivered.0),
            integer(second.read.0),
            integer(conversation.touched),
        ])?;
    if rows == 1 { Ok(()) } else { Err(Error::NotFound.into()) }
}

fn put_session(connection: &Connection, cache: &mut Cache, session: &Session) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM session WHERE key = ?1")?.execute([session.key.0])?;
    accounts::open_session(connection, cache, session)
}

pub fn filled_from(connection: &Connection) -> Outcome<Option<String>> {
    Ok(connection.query_row("SELECT value FROM meta WHERE key = 'filled-from'", [], |row| row.get(0)).optional()?)
}

/// `None`: from none any more.
pub fn note_source(connection: &Connection, source: Option<&str>) -> Outcome<()> {
    match source {
        Some(source) => connection.execute("INSERT INTO meta (key, value) VALUES ('filled-from', ?1)", [source])?,
        None => connection.execute("DELETE FROM meta WHERE key = 'filled-from'", [])?,
    };
    Ok(())
}
