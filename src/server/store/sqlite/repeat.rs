//! Whether a draft was written before. The database is asked only where an insert found the id taken or the draft would
//! be refused: a first send, which is nearly all of them, pays nothing for this.

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    columns::{self, DELETION, EDIT, MESSAGE, integer},
    failure::Outcome,
};
use crate::{
    protocol::entry::Kind,
    server::store::{Appended, Draft, Error},
};

/// The place of the draft where it was written before, `None` where its id is free, refused with `Conflict` where the
/// id stands for other content.
pub fn find(connection: &Connection, draft: &Draft) -> Outcome<Option<Appended>> {
    let mut statement = connection.prepare_cached(
        "SELECT entry.seq, entry.at, entry.kind, entry.target, entry.text, peer.username
         FROM entry
         JOIN account AS author ON author.id = entry.author
         JOIN conversation ON conversation.id = entry.conversation
         JOIN account AS peer ON peer.id = iif(conversation.low = author.id, conversation.high, conversation.low)
         WHERE entry.id = ?1 AND author.username = ?2",
    )?;
    let found = statement
        .query_row(params![draft.id.as_str(), draft.author.as_str()], |row| {
            let appended = Appended { seq: columns::seq(row, 0)?, at: columns::millis(row, 1)?, is_new: false };
            let is_same = row.get_ref(5)?.as_str()? == draft.peer.as_str()
                && is_same_kind(&draft.kind, row.get(2)?, row.get(3)?, row.get_ref(4)?.as_str_or_null()?);
            Ok((appended, is_same))
        })
        .optional()?;
    match found {
        None => Ok(None),
        Some((appended, true)) => Ok(Some(appended)),
        Some((_, false)) => Err(Error::Conflict.into()),
    }
}

fn is_same_kind(drafted: &Kind, kind: i64, target: Option<i64>, text: Option<&str>) -> bool {
    let (drafted_kind, drafted_target, drafted_text) = columns::of_kind(drafted);
    // A body that is null was erased; it is no longer known what it said.
    let is_erased = text.is_none() && matches!(kind, MESSAGE | EDIT);
    drafted_kind == kind
        && drafted_target.map(|seq| integer(seq.0)) == target
        && (is_erased || kind == DELETION || drafted_text == text)
}
