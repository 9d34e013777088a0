//! What the writer knows without asking: who is who, and where each conversation stands. It is the truth as long as
//! nobody else writes, so it is thrown away whenever another process did and whenever a transaction was rolled back.
//! Changes to a conversation are made here and written back once, before the commit.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::columns::{self, integer};
use crate::{
    protocol::ids::{Millis, Seq, Username},
    server::store::Marks,
};

/// How many accounts and how many conversations are remembered; when one is full, all are forgotten and read again as
/// they are needed.
const REMEMBERED: usize = 100_000;

#[derive(Clone, Copy)]
pub struct Person {
    pub id: i64,
    pub is_closed: bool,
}

/// Which of a conversation's two columns is a person's. In notes to oneself it is always the low one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Low = 0,
    High = 1,
}

pub struct Conversation {
    pub id: i64,
    low: i64,
    pub head: Seq,
    pub head_at: Millis,
    pub last_message: Seq,
    /// Of the low and the high side.
    pub messages: [u64; 2],
    pub marks: [Marks; 2],
    is_changed: bool,
}

impl Conversation {
    fn new(id: i64, low: i64) -> Self {
        Self {
            id,
            low,
            head: Seq(0),
            head_at: Millis(0),
            last_message: Seq(0),
            messages: [0; 2],
            marks: [Marks::default(); 2],
            is_changed: false,
        }
    }

    pub fn side_of(&self, person: i64) -> Side {
        if person == self.low { Side::Low } else { Side::High }
    }
}

/// A conversation's place in the cache; good until the batch ends.
#[derive(Clone, Copy)]
pub struct Known(usize);

#[derive(Default)]
pub struct Cache {
    people: HashMap<Username, Person>,
    places: HashMap<(i64, i64), Known>,
    conversations: Vec<Conversation>,
    changed: Vec<Known>,
    /// The highest `touched` there is, once it was asked for.
    touched: Option<u64>,
    data_version: Option<i64>,
}

impl Cache {
    /// To be called once a transaction has begun, or between two: forgets everything where another process has written since,
    /// and says whether one has.
    pub fn begin(&mut self, connection: &Connection) -> rusqlite::Result<bool> {
        let version: i64 = connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        let is_changed = self.data_version.replace(version).is_some_and(|before| before != version);
        if is_changed || self.people.len() >= REMEMBERED || self.conversations.len() >= REMEMBERED {
            self.forget();
        }
        Ok(is_changed)
    }

    /// What is in the database, not which version of it.
    pub fn forget(&mut self) {
        *self = Self { data_version: self.data_version, ..Self::default() };
    }

    pub fn person(&mut self, connection: &Connection, username: &Username) -> rusqlite::Result<Option<Person>> {
        if let Some(person) = self.people.get(username) {
            return Ok(Some(*person));
        }
        let person = connection
            .prepare_cached("SELECT id, closed IS NOT NULL FROM account WHERE username = ?1")?
            .query_row([username.as_str()], |row| Ok(Person { id: row.get(0)?, is_closed: row.get(1)? }))
            .optional()?;
        // Names that are nobody's are not remembered: they may be somebody's tomorrow.
        if let Some(person) = person {
            self.people.insert(username.clone(), person);
        }
        Ok(person)
    }

    /// The person of this name, unless the account is closed.
    pub fn open_account(&mut self, connection: &Connection, username: &Username) -> rusqlite::Result<Option<Person>> {
        Ok(self.person(connection, username)?.filter(|person| !person.is_closed))
    }

    /// That an account is closed, from its closing on.
    pub fn close(&mut self, username: &Username) {
        if let Some(person) = self.people.get_mut(username) {
            person.is_closed = true;
        }
    }

    pub fn conversation(&mut self, connection: &Connection, one: i64, other: i64) -> rusqlite::Result<Option<Known>> {
        let pair = (one.min(other), one.max(other));
        if let Some(known) = self.places.get(&pair) {
            return Ok(Some(*known));
        }
        let conversation = connection
            .prepare_cached(
                "SELECT id, low, head, head_at, last_message, low_messages, high_messages,
                        low_delivered, low_read, high_delivered, high_read
                 FROM conversation WHERE low = ?1 AND high = ?2",
            )?
            .query_row([pair.0, pair.1], read_conversation)
            .optional()?;
        Ok(conversation.map(|conversation| self.remember(pair, conversation)))
    }

    /// Makes the conversation of two who have none.
    pub fn start_conversation(&mut self, connection: &Connection, one: i64, other: i64) -> rusqlite::Result<Known> {
        let (low, high) = (one.min(other), one.max(other));
        connection
            .prepare_cached(
                "INSERT INTO conversation (low, high, head, head_at, last_message, low_messages, high_messages,
                                           low_delivered, low_read, high_delivered, high_read, touched)
                 VALUES (?1, ?2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
            )?
            .execute([low, high])?;
        let conversation = Conversation::new(connection.last_insert_rowid(), low);
        Ok(self.remember((low, high), conversation))
    }

    fn remember(&mut self, pair: (i64, i64), conversation: Conversation) -> Known {
        let known = Known(self.conversations.len());
        self.conversations.push(conversation);
        self.places.insert(pair, known);
        known
    }

    pub fn get(&self, known: Known) -> &Conversation {
        &self.conversations[known.0]
    }

    /// The conversation to be changed. It will be written back, and counts as changed for the inbox.
    pub fn change(&mut self, known: Known) -> &mut Conversation {
        let conversation = &mut self.conversations[known.0];
        if !conversation.is_changed {
            conversation.is_changed = true;
            self.changed.push(known);
        }
        conversation
    }

    /// Writes what changed, each conversation under a `touched` of its own.
    pub fn write_back(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.changed.is_empty() {
            return Ok(());
        }
        let mut touched = self.highest_touched(connection)?;
        let mut update = connection.prepare_cached(
            "UPDATE conversation
             SET head = ?2, head_at = ?3, last_message = ?4, low_messages = ?5, high_messages = ?6,
                 low_delivered = ?7, low_read = ?8, high_delivered = ?9, high_read = ?10, touched = ?11
             WHERE id = ?1",
        )?;
        for known in self.changed.drain(..) {
            touched += 1;
            let conversation = &mut self.conversations[known.0];
            conversation.is_changed = false;
            let [low, high] = conversation.marks;
            update.execute(params![
                conversation.id,
                integer(conversation.head.0),
                integer(conversation.head_at.0),
                integer(conversation.last_message.0),
                integer(conversation.messages[0]),
                integer(conversation.messages[1]),
                integer(low.delivered.0),
                integer(low.read.0),
                integer(high.delivered.0),
                integer(high.read.0),
                integer(touched),
            ])?;
        }
        self.touched = Some(touched);
        Ok(())
    }

    fn highest_touched(&self, connection: &Connection) -> rusqlite::Result<u64> {
        match self.touched {
            Some(touched) => Ok(touched),
            None => connection
                .query_row("SELECT coalesce(max(touched), 0) FROM conversation", [], |row| columns::number(row, 0)),
        }
    }
}

fn read_conversation(row: &Row<'_>) -> rusqlite::Result<Conversation> {
    Ok(Conversation {
        id: row.get(0)?,
        low: row.get(1)?,
        head: columns::seq(row, 2)?,
        head_at: columns::millis(row, 3)?,
        last_message: columns::seq(row, 4)?,
        messages: [columns::number(row, 5)?, columns::number(row, 6)?],
        marks: [columns::marks(row, 7)?, columns::marks(row, 9)?],
        is_changed: false,
    })
}
