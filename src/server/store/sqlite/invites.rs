//! Invitations. The first half writes, on the writer's connection; the second half asks.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    cache::Cache,
    columns::{self, integer},
    failure::Outcome,
};
use crate::{
    protocol::ids::Millis,
    server::store::{Error, Invite, InviteKey, Inviter},
};

const SETUP: i64 = 0;
const HOST: i64 = 1;
const MEMBER: i64 = 2;

pub fn invite(connection: &Connection, cache: &mut Cache, invite: &Invite, most: usize) -> Outcome<()> {
    connection.prepare_cached("DELETE FROM invite WHERE until <= ?1")?.execute([integer(invite.created.0)])?;
    put(connection, cache, invite)?;
    connection
        .prepare_cached(
            "DELETE FROM invite WHERE key IN (
                 SELECT key FROM invite WHERE account = (SELECT account FROM invite WHERE key = ?1)
                 ORDER BY created DESC, key = ?1 DESC LIMIT -1 OFFSET ?2)",
        )?
        .execute(params![invite.key.0, integer(most as u64)])?;
    Ok(())
}

/// Writes one as it is, over one of the same key.
pub fn put(connection: &Connection, cache: &mut Cache, invite: &Invite) -> Outcome<()> {
    let (kind, account) = match &invite.from {
        Inviter::Setup => (SETUP, None),
        Inviter::Host => (HOST, None),
        Inviter::Member(username) => {
            (MEMBER, Some(cache.open_account(connection, username)?.ok_or(Error::NotFound)?.id))
        }
    };
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO invite (key, kind, account, created, until) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![invite.key.0, kind, account, integer(invite.created.0), integer(invite.until.0)])?;
    Ok(())
}

/// That somebody has registered by it.
pub fn use_up(connection: &Connection, key: InviteKey) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM invite WHERE key = ?1")?.execute([key.0])?;
    Ok(())
}

pub fn find(connection: &Connection, key: InviteKey, now: Millis) -> Outcome<Invite> {
    let invite = connection
        .prepare_cached(
            "SELECT key, kind, username, invite.created, until
             FROM invite LEFT JOIN account ON account.id = account
             WHERE key = ?1 AND until > ?2 AND closed IS NULL
               AND NOT (kind = ?3 AND EXISTS (SELECT 1 FROM account))",
        )?
        .query_row(params![key.0, integer(now.0), SETUP], read_invite)
        .optional()?;
    Ok(invite.ok_or(Error::NotFound)?)
}

pub fn page(connection: &Connection, after: Option<InviteKey>, limit: u64) -> rusqlite::Result<Vec<Invite>> {
    let after: &[u8] = after.as_ref().map_or(&[], |key| &key.0);
    connection
        .prepare_cached(
            "SELECT key, kind, username, invite.created, until
             FROM invite LEFT JOIN account ON account.id = account
             WHERE key > ?1 AND closed IS NULL AND NOT (kind = ?3 AND EXISTS (SELECT 1 FROM account))
             ORDER BY key LIMIT ?2",
        )?
        .query_map(params![after, integer(limit), SETUP], read_invite)?
        .collect()
}

fn read_invite(row: &Row<'_>) -> rusqlite::Result<Invite> {
    let from = match row.get(1)? {
        SETUP => Inviter::Setup,
        HOST => Inviter::Host,
        _ => Inviter::Member(columns::username(row, 2)?),
    };
    Ok(Invite { key: InviteKey(row.get(0)?), from, created: columns::millis(row, 3)?, until: columns::millis(row, 4)? })
}
