//! What the store holds, by each way to look at it: the whole logs over the wire from either side, and the rows of the
//! SQLite file itself. The one place of the tests that knows how the server keeps them: an answer could hide a second row.

use std::{collections::BTreeMap, path::Path};

use rusqlite::{Connection, OpenFlags, Row};
use serde_json::Value;

use super::entry::{Entry, Kind, Words};
use crate::support::{
    PATIENCE,
    server::{Account, Server},
    socket::{Socket, row_of},
};

/// Two people, the smaller name first; one of them twice in notes to oneself.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    pub low: String,
    pub high: String,
}

impl Pair {
    pub fn of(one: &str, other: &str) -> Self {
        let (low, high) = if one <= other { (one, other) } else { (other, one) };
        Self { low: low.to_owned(), high: high.to_owned() }
    }
}

/// Delivered and read.
pub type Marks = (u64, u64);

#[derive(Clone, Debug, Default)]
pub struct Log {
    pub entries: Vec<Entry>,
    /// Whose marks stand where; empty where this view does not tell.
    pub marks: BTreeMap<String, Marks>,
}

/// One view of the store.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Who looked, for the words of a failure.
    pub view: String,
    pub logs: BTreeMap<Pair, Log>,
}

impl Stored {
    pub fn new(view: &str) -> Self {
        Self { view: view.to_owned(), logs: BTreeMap::new() }
    }

    /// A whole log that was read over the wire.
    pub fn with(mut self, pair: Pair, log: &[Value]) -> Self {
        self.logs.entry(pair).or_default().entries.extend(log.iter().map(Entry::read));
        self
    }

    /// The row of an `inbox`, as this person sees it.
    pub fn with_marks(mut self, person: &str, row: &Value) -> Self {
        let peer = row["peer"].as_str().expect("a row names a peer");
        let number = |field: &str| row[field].as_u64().unwrap_or_else(|| panic!("no {field} in {row}"));
        let log = self.logs.entry(Pair::of(person, peer)).or_default();
        log.marks.insert(person.to_owned(), (number("delivered"), number("read")));
        if peer != person {
            log.marks.insert(peer.to_owned(), (number("peer_delivered"), number("peer_read")));
        }
        self
    }

    /// One side's whole log of a conversation, and the marks that it is told.
    pub async fn over_the_wire(server: &Server, account: &Account, peer: &str) -> Self {
        let mut socket = Socket::open(server, account).await;
        let (log, inbox) = (socket.log(peer).await, socket.inbox(None).await);
        let stored = Self::new(&account.name).with(Pair::of(&account.name, peer), &log);
        match row_of(&inbox, peer) {
            Some(row) => stored.with_marks(&account.name, &row),
            None => stored,
        }
    }

    /// Straight from the file, by a connection of one's own. While no server runs this would recover the log of the
    /// database in its place: only beside one.
    pub fn in_file(data: &Path) -> rusqlite::Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(data.join("duologue.db"), flags)?;
        connection.pragma_update(None, "query_only", true)?;
        connection.busy_timeout(PATIENCE)?;
        let mut stored = Self::new("the file");
        stored.read_entries(&connection)?;
        stored.read_marks(&connection)?;
        Ok(stored)
    }

    fn read_entries(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare(
            "SELECT low.username, high.username, entry.seq, entry.at, author.username, entry.id, entry.kind, entry.target,
                    entry.text
             FROM entry
             JOIN conversation ON conversation.id = entry.conversation
             JOIN account AS low ON low.id = conversation.low
             JOIN account AS high ON high.id = conversation.high
             JOIN account AS author ON author.id = entry.author
             ORDER BY entry.conversation, entry.seq",
        )?;
        let rows = statement.query_map([], |row| Ok((pair(row)?, entry(row)?)))?;
        for row in rows {
            let (pair, entry) = row?;
            self.logs.entry(pair).or_default().entries.push(entry);
        }
        Ok(())
    }

    fn read_marks(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut statement = connection.prepare(
            "SELECT low.username, high.username, low_delivered, low_read, high_delivered, high_read
             FROM conversation
             JOIN account AS low ON low.id = conversation.low
             JOIN account AS high ON high.id = conversation.high",
        )?;
        let rows = statement.query_map([], |row| {
            let number = |column: usize| row.get::<_, i64>(column).map(i64::unsigned_abs);
            let (low, high): (String, String) = (row.get(0)?, row.get(1)?);
            Ok(((low, (number(2)?, number(3)?)), (high, (number(4)?, number(5)?))))
        })?;
        for row in rows {
            let (low, high) = row?;
            let marks = &mut self.logs.entry(Pair::of(&low.0, &high.0)).or_default().marks;
            // In notes to oneself the low side is the one in use. Low is a smaller number there, and not a name.
            marks.extend([high, low]);
        }
        Ok(())
    }
}

fn pair(row: &Row<'_>) -> rusqlite::Result<Pair> {
    Ok(Pair::of(&row.get::<_, String>(0)?, &row.get::<_, String>(1)?))
}

fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let kind = match row.get(6)? {
        0 => Kind::Message,
        1 => Kind::Edit,
        2 => Kind::Deletion,
        3 => Kind::Reaction,
        other => panic!("{other} is no kind"),
    };
    let target: Option<i64> = row.get(7)?;
    let text: Option<String> = row.get(8)?;
    Ok(Entry {
        seq: row.get::<_, i64>(2)?.unsigned_abs(),
        at: row.get::<_, i64>(3)?.unsigned_abs(),
        from: row.get(4)?,
        id: row.get(5)?,
        words: Words::new(kind, target.map(i64::unsigned_abs), text.as_deref()),
    })
}
