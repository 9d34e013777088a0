//! Accounts and sessions. The first half writes, on the writer's connection; the second half asks.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    cache::Cache,
    columns::{self, EDIT, MESSAGE, integer},
    failure::Outcome,
    invites,
};
use crate::{
    protocol::ids::{Id, Millis, Username},
    server::store::{Account, Error, NewAccount, Session, SessionKey, SessionKind},
};

pub fn register(connection: &Connection, account: &NewAccount) -> Outcome<()> {
    if let Some(key) = account.invite {
        invites::find(connection, key, account.at)?;
    }
    let rows = connection
        .prepare_cached(
            "INSERT INTO account (username, skeleton, name, password, created) VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            account.username.as_str(),
            account.skeleton,
            account.name,
            account.password,
            integer(account.at.0),
        ])?;
    one_or(rows, Error::Conflict)?;
    if let Some(key) = account.invite {
        invites::use_up(connection, key)?;
    }
    Ok(())
}

pub fn open_session(connection: &Connection, cache: &mut Cache, session: &Session) -> Outcome<()> {
    let account = cache.open_account(connection, &session.username)?.ok_or(Error::NotFound)?;
    let rows = connection
        .prepare_cached(
            "INSERT INTO session (key, public, account, kind, label, created, used) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            session.key.0,
            session.public.as_str(),
            account.id,
            of_session_kind(session.kind),
            session.label,
            integer(session.created.0),
            integer(session.used.0),
        ])?;
    one_or(rows, Error::Conflict)
}

pub fn touch_session(connection: &Connection, key: SessionKey, at: Millis) -> Outcome<()> {
    connection
        .prepare_cached("UPDATE session SET used = ?2 WHERE key = ?1 AND used < ?2")?
        .execute(params![key.0, integer(at.0)])?;
    Ok(())
}

pub fn end_session(connection: &Connection, username: &Username, public: &Id) -> Outcome<SessionKey> {
    let key = connection
        .prepare_cached(
            "DELETE FROM session
             WHERE public = ?2 AND account = (SELECT id FROM account WHERE username = ?1)
             RETURNING key",
        )?
        .query_row([username.as_str(), public.as_str()], |row| row.get(0))
        .optional()?;
    Ok(key.map(SessionKey).ok_or(Error::NotFound)?)
}

pub fn end_sessions(
    connection: &Connection,
    cache: &mut Cache,
    username: &Username,
    except: Option<SessionKey>,
) -> Outcome<Vec<SessionKey>> {
    let account = cache.open_account(connection, username)?.ok_or(Error::NotFound)?;
    let keys = connection
        .prepare_cached("DELETE FROM session WHERE account = ?1 AND key IS NOT ?2 RETURNING key")?
        .query_map(params![account.id, except.map(|key| key.0)], |row| Ok(SessionKey(row.get(0)?)))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(keys)
}

pub fn rename(connection: &Connection, cache: &mut Cache, username: &Username, name: &str) -> Outcome<()> {
    let account = cache.open_account(connection, username)?.ok_or(Error::NotFound)?;
    connection.prepare_cached("UPDATE account SET name = ?2 WHERE id = ?1")?.execute(params![account.id, name])?;
    Ok(())
}

pub fn set_password(
    connection: &Connection,
    cache: &mut Cache,
    username: &Username,
    password: &str,
    except: Option<SessionKey>,
) -> Outcome<Vec<SessionKey>> {
    let ended = end_sessions(connection, cache, username, except)?;
    connection
        .prepare_cached("UPDATE account SET password = ?2 WHERE username = ?1")?
        .execute([username.as_str(), password])?;
    Ok(ended)
}

pub fn close(connection: &Connection, cache: &mut Cache, username: &Username, at: Millis) -> Outcome<Vec<SessionKey>> {
    let ended = end_sessions(connection, cache, username, None)?;
    connection
        .prepare_cached("UPDATE account SET closed = ?2, password = '' WHERE username = ?1")?
        .execute(params![username.as_str(), integer(at.0)])?;
    connection
        .prepare_cached(
            "UPDATE entry SET text = NULL
             WHERE kind IN (?2, ?3) AND conversation =
                   (SELECT conversation.id FROM conversation JOIN account ON account.id = low
                    WHERE low = high AND username = ?1)",
        )?
        .execute(params![username.as_str(), MESSAGE, EDIT])?;
    cache.close(username);
    Ok(ended)
}

pub fn saw(connection: &Connection, username: &Username, at: Millis) -> Outcome<()> {
    connection
        .prepare_cached("UPDATE account SET last_seen = ?2 WHERE username = ?1 AND coalesce(last_seen, -1) < ?2")?
        .execute(params![username.as_str(), integer(at.0)])?;
    Ok(())
}

pub fn account(connection: &Connection, username: &Username) -> Outcome<Account> {
    let account = connection
        .prepare_cached("SELECT name, password, closed IS NOT NULL, last_seen FROM account WHERE username = ?1")?
        .query_row([username.as_str()], |row| {
            Ok(Account {
                username: username.clone(),
                name: row.get(0)?,
                password: row.get(1)?,
                is_closed: row.get(2)?,
                last_seen: columns::optional_millis(row, 3)?,
            })
        })
        .optional()?;
    Ok(account.ok_or(Error::NotFound)?)
}

pub fn session(connection: &Connection, key: SessionKey) -> Outcome<Session> {
    let session = connection
        .prepare_cached(
            "SELECT key, public, username, name, kind, label, session.created, used
             FROM session JOIN account ON account.id = session.account
             WHERE key = ?1 AND closed IS NULL",
        )?
        .query_row([key.0], read_session)
        .optional()?;
    Ok(session.ok_or(Error::NotFound)?)
}

pub fn sessions(connection: &Connection, username: &Username) -> Outcome<Vec<Session>> {
    let sessions = connection
        .prepare_cached(
            "SELECT key, public, username, name, kind, label, session.created, used
             FROM session JOIN account ON account.id = session.account
             WHERE username = ?1
             ORDER BY used DESC, session.created DESC",
        )?
        .query_map([username.as_str()], read_session)?
        .collect::<rusqlite::Result<_>>()?;
    Ok(sessions)
}

pub fn read_session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        key: SessionKey(row.get(0)?),
        public: columns::id(row, 1)?,
        username: columns::username(row, 2)?,
        name: row.get(3)?,
        kind: session_kind(row.get(4)?),
        label: row.get(5)?,
        created: columns::millis(row, 6)?,
        used: columns::millis(row, 7)?,
    })
}

fn of_session_kind(kind: SessionKind) -> i64 {
    match kind {
        SessionKind::Browser => 0,
        SessionKind::Program => 1,
    }
}

fn session_kind(column: i64) -> SessionKind {
    match column {
        0 => SessionKind::Browser,
        _ => SessionKind::Program,
    }
}

fn one_or(rows: usize, refusal: Error) -> Outcome<()> {
    if rows == 1 { Ok(()) } else { Err(refusal.into()) }
}
