//! Writing an entry. The insert comes first and decides: its unique indexes hold the promises, and the head that the
//! writer remembers only spares it the question. Everything is checked before the first write, so that a refusal leaves
//! the transaction as it was for the others in it.

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    cache::{Cache, Known, Person},
    columns::{self, MESSAGE, integer},
    failure::{Failure, Outcome},
    repeat,
};
use crate::{
    protocol::{
        entry::Kind,
        ids::{Millis, Seq},
    },
    server::{
        fault,
        store::{Appended, Draft, Error},
    },
};

pub fn append(connection: &Connection, cache: &mut Cache, draft: &Draft) -> Outcome<Appended> {
    let obstacle = match insert(connection, cache, draft) {
        Ok(Some(appended)) => return Ok(appended),
        // The id should be taken. Should it not be, the seq was: the head that is remembered is wrong, and a broken
        // transaction makes the writer forget it.
        Ok(None) => Failure::Broken(rusqlite::Error::StatementChangedRows(0)),
        Err(Failure::Refused(refusal)) => Failure::Refused(refusal),
        Err(broken) => return Err(broken),
    };
    // A repeat is answered whatever would be said of the draft today: its target may be deleted by now.
    repeat::find(connection, draft)?.ok_or(obstacle)
}

/// `None` where the unique indexes refuse the entry; nothing was written then.
fn insert(connection: &Connection, cache: &mut Cache, draft: &Draft) -> Outcome<Option<Appended>> {
    let author = cache.open_account(connection, &draft.author)?.ok_or(Error::NotFound)?;
    let peer = cache.person(connection, &draft.peer)?.ok_or(Error::UnknownPeer)?;
    if peer.is_closed && !matches!(draft.kind, Kind::Deletion { .. }) {
        return Err(Error::NotAvailable.into());
    }
    let known = match cache.conversation(connection, author.id, peer.id)? {
        Some(known) => known,
        None => {
            let (_, target, _) = columns::of_kind(&draft.kind);
            if target.is_some() {
                return Err(Error::NotFound.into());
            }
            // A conversation must not come to be by a send that then proves to be a repeat.
            if repeat::find(connection, draft)?.is_some() {
                return Ok(None);
            }
            cache.start_conversation(connection, author.id, peer.id)?
        }
    };
    check_target(connection, cache.get(known).id, author, &draft.kind)?;
    write(connection, cache, known, author, draft)
}

fn check_target(connection: &Connection, conversation: i64, author: Person, kind: &Kind) -> Outcome<()> {
    let (_, Some(target), _) = columns::of_kind(kind) else {
        return Ok(());
    };
    let (writer, is_erased): (i64, bool) = connection
        .prepare_cached("SELECT author, text IS NULL FROM entry WHERE conversation = ?1 AND seq = ?2 AND kind = ?3")?
        .query_row(params![conversation, integer(target.0), MESSAGE], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?
        .ok_or(Error::NotFound)?;
    let is_for_its_author = matches!(kind, Kind::Edit { .. } | Kind::Deletion { .. });
    if is_for_its_author && writer != author.id {
        return Err(Error::NotYours.into());
    }
    if is_erased && !matches!(kind, Kind::Message { .. }) {
        return Err(Error::Gone.into());
    }
    Ok(())
}

/// Writes the next entry of a conversation; `None` where the author has used its id up.
pub fn write(
    connection: &Connection,
    cache: &mut Cache,
    known: Known,
    author: Person,
    draft: &Draft,
) -> Outcome<Option<Appended>> {
    let conversation = cache.get(known);
    let seq = conversation.head.next();
    let at = draft.now.max(conversation.head_at);
    let is_message = matches!(draft.kind, Kind::Message { .. });
    let mut messages = conversation.messages;
    if is_message {
        messages[conversation.side_of(author.id) as usize] += 1;
    }
    let id = conversation.id;
    if fault::is_mutant("counter-first") {
        cache.change(known).head = seq;
    }
    if !insert_row(connection, id, seq, at, author, messages, draft)? {
        let taken = Appended { seq, at, is_new: false };
        return Ok(fault::is_mutant("sent-on-duplicate").then_some(taken));
    }
    if let Kind::Deletion { of } = draft.kind {
        erase(connection, id, of)?;
    }
    let conversation = cache.change(known);
    conversation.head = seq;
    conversation.head_at = at;
    conversation.messages = messages;
    if is_message {
        conversation.last_message = seq;
    }
    Ok(Some(Appended { seq, at, is_new: true }))
}

fn insert_row(
    connection: &Connection,
    conversation: i64,
    seq: Seq,
    at: Millis,
    author: Person,
    messages: [u64; 2],
    draft: &Draft,
) -> rusqlite::Result<bool> {
    let (kind, target, text) = columns::of_kind(&draft.kind);
    let rows = connection
        .prepare_cached(
            "INSERT INTO entry (conversation, seq, at, author, id, kind, target, text, low_messages, high_messages)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
             ON CONFLICT DO NOTHING",
        )?
        .execute(params![
            conversation,
            integer(seq.0),
            integer(at.0),
            author.id,
            draft.id.as_str(),
            kind,
            target.map(|target| integer(target.0)),
            text,
            integer(messages[0]),
            integer(messages[1]),
        ])?;
    Ok(rows == 1)
}

/// Empties a message and its edits.
fn erase(connection: &Connection, conversation: i64, message: Seq) -> rusqlite::Result<()> {
    let place = [conversation, integer(message.0)];
    connection.prepare_cached("UPDATE entry SET text = NULL WHERE conversation = ?1 AND seq = ?2")?.execute(place)?;
    connection
        .prepare_cached("UPDATE entry SET text = NULL WHERE conversation = ?1 AND target = ?2 AND kind = 1")?
        .execute(place)?;
    Ok(())
}
