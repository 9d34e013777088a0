//! How the words of the protocol stand in columns, and back. Numbers of the wire end at 2^53 - 1, so they fit; what a
//! caller makes up above that is taken as the largest.

use rusqlite::{Row, types::Type};

use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::{Id, Millis, Seq, Username},
    },
    server::store::Marks,
};

pub const MESSAGE: i64 = 0;
pub const EDIT: i64 = 1;
pub const DELETION: i64 = 2;
pub const REACTION: i64 = 3;

pub fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub fn number(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    let integer: i64 = row.get(column)?;
    u64::try_from(integer).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, integer))
}

pub fn seq(row: &Row<'_>, column: usize) -> rusqlite::Result<Seq> {
    number(row, column).map(Seq)
}

pub fn millis(row: &Row<'_>, column: usize) -> rusqlite::Result<Millis> {
    number(row, column).map(Millis)
}

pub fn optional_millis(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Millis>> {
    let integer: Option<i64> = row.get(column)?;
    integer.map(|_| millis(row, column)).transpose()
}

/// `delivered`, and `read` in the column after it.
pub fn marks(row: &Row<'_>, column: usize) -> rusqlite::Result<Marks> {
    Ok(Marks { delivered: seq(row, column)?, read: seq(row, column + 1)? })
}

pub fn username(row: &Row<'_>, column: usize) -> rusqlite::Result<Username> {
    let text = row.get_ref(column)?.as_str()?;
    Ok(Username::from_canonical(text))
}

pub fn id(row: &Row<'_>, column: usize) -> rusqlite::Result<Id> {
    let text = row.get_ref(column)?.as_str()?;
    Id::new(text).ok_or_else(|| unreadable(column, format!("{text:?} is no id")))
}

/// An entry's kind as `kind`, `target` and `text`.
pub fn of_kind(kind: &Kind) -> (i64, Option<Seq>, Option<&str>) {
    match kind {
        Kind::Message { body, reply_to } => (MESSAGE, *reply_to, body.as_deref()),
        Kind::Edit { of, body } => (EDIT, Some(*of), body.as_deref()),
        Kind::Deletion { of } => (DELETION, Some(*of), None),
        Kind::Reaction { of, emoji } => (REACTION, Some(*of), emoji.as_deref()),
    }
}

/// The columns that `entry` reads, in its order.
macro_rules! entry_columns {
    () => {
        "seq, at, author, id, kind, target, text"
    };
}
pub(super) use entry_columns;

/// Reads an entry; `name_of` knows the two authors there can be.
pub fn entry(row: &Row<'_>, name_of: impl Fn(i64) -> Username) -> rusqlite::Result<Entry> {
    Ok(Entry { seq: seq(row, 0)?, at: millis(row, 1)?, from: name_of(row.get(2)?), id: id(row, 3)?, kind: kind(row)? })
}

fn kind(row: &Row<'_>) -> rusqlite::Result<Kind> {
    let target: Option<i64> = row.get(5)?;
    let target = target.map(|_| seq(row, 5)).transpose()?;
    let of = || target.ok_or_else(|| unreadable(5, "a target is missing".to_owned()));
    let text = row.get(6)?;
    match row.get(4)? {
        MESSAGE => Ok(Kind::Message { body: text, reply_to: target }),
        EDIT => Ok(Kind::Edit { of: of()?, body: text }),
        DELETION => Ok(Kind::Deletion { of: of()? }),
        REACTION => Ok(Kind::Reaction { of: of()?, emoji: text }),
        other => Err(unreadable(4, format!("{other} is no kind"))),
    }
}

fn unreadable(column: usize, why: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(column, Type::Text, why.into())
}
