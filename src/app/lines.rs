//! What stands in the timeline, line by line: the rows that `chat` makes, and the days between them.

use std::collections::{HashMap, hash_map::Entry};

use super::clock;
use crate::{
    chat::{MessageRow, Row, Rows},
    protocol::ids::{Millis, Seq},
};

/// At most so many lines stand in the document.
const MOST: usize = 300;

/// A line of the list: a row, or the day that the next rows are of.
#[derive(Clone, PartialEq)]
pub enum Line {
    Day(Millis, u64),
    Row(Row),
}

impl Line {
    pub fn key(&self) -> String {
        match self {
            Self::Day(_, day) => format!("day-{day}"),
            Self::Row(row) => row.key(),
        }
    }

    fn seq(&self) -> Option<Seq> {
        match self {
            Self::Row(Row::Message(message)) => message.seq,
            _ => None,
        }
    }
}

/// The lines, and where each stands.
#[derive(Clone, Default, PartialEq)]
pub struct Lines {
    pub list: Vec<Line>,
    places: HashMap<String, usize>,
    /// More is held in front of these, or behind them.
    pub has_before: bool,
    pub has_after: bool,
}

impl Lines {
    /// Puts a day before the first message of each, where its reader lives. A message under a day joins nothing above it.
    pub fn new(mut rows: Rows, is_local: bool) -> Self {
        let cut = first_that_fits(&rows.rows, is_local);
        let mut lines = Self { has_before: rows.has_before || cut > 0, has_after: rows.has_after, ..Self::default() };
        let mut last_day = None;
        for mut row in rows.rows.drain(cut..) {
            if let Row::Message(message) = &mut row {
                let day = clock::day(message.at, is_local);
                if last_day != Some(day) {
                    message.is_joined = false;
                    lines.push(Line::Day(message.at, day));
                    last_day = Some(day);
                }
            }
            lines.push(Line::Row(row));
        }
        lines
    }

    fn push(&mut self, line: Line) {
        // A key that came twice would break the list for good; the first one stays.
        if let Entry::Vacant(place) = self.places.entry(line.key()) {
            place.insert(self.list.len());
            self.list.push(line);
        }
    }

    pub fn message(&self, key: &str) -> Option<MessageRow> {
        match self.list.get(*self.places.get(key)?) {
            Some(Line::Row(Row::Message(message))) => Some(message.clone()),
            _ => None,
        }
    }

    /// The message is here, and so is what stands right before it.
    pub fn has(&self, seq: Seq) -> bool {
        let mut messages = self.list.iter().filter_map(Line::seq);
        let is_first = messages.next() == Some(seq);
        if is_first { !self.has_before } else { messages.any(|other| other == seq) }
    }

    /// The last message that the log has.
    pub fn last(&self) -> Option<Seq> {
        self.list.iter().rev().find_map(Line::seq)
    }

    /// The last line, where nothing is held behind it.
    pub fn newest(&self) -> Option<String> {
        self.list.last().filter(|_| !self.has_after).map(Line::key)
    }

    /// Whether something came behind what was the newest: that is what a listener wants to hear.
    pub fn adds_to(&self, newest: Option<&str>) -> bool {
        let is_there = newest.is_some_and(|newest| self.places.contains_key(newest));
        is_there && !self.has_after && self.newest().as_deref() != newest
    }
}

/// Where to begin so that the rows and their days are not more than fit.
fn first_that_fits(rows: &[Row], is_local: bool) -> usize {
    let mut room = MOST;
    let mut last_day = None;
    for (index, row) in rows.iter().enumerate().rev() {
        let mut lines = 1;
        if let Row::Message(message) = row {
            let day = Some(clock::day(message.at, is_local));
            lines += usize::from(day != last_day);
            last_day = day;
        }
        if lines > room {
            return index + 1;
        }
        room -= lines;
    }
    0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        chat::By,
        protocol::ids::{Id, Millis},
    };

    const DAY: u64 = 24 * 60 * 60 * 1000;

    fn message(seq: u64, at: u64) -> Row {
        Row::Message(MessageRow {
            id: Id::new(&format!("id-{seq}")).unwrap(),
            seq: Some(Seq(seq)),
            at: Millis(at),
            by: By::Peer,
            body: Some("hi".into()),
            is_edited: false,
            reply_to: None,
            reactions: Vec::new(),
            status: None,
            refusal: None,
            is_joined: true,
            is_new: false,
        })
    }

    fn lines(rows: Vec<Row>) -> Lines {
        Lines::new(Rows { rows, has_before: false, has_after: false }, false)
    }

    #[test]
    fn a_day_stands_before_its_first_message() {
        let lines = lines(vec![message(1, DAY - 1), message(2, DAY), message(3, DAY + 1)]);
        let keys: Vec<_> = lines.list.iter().map(Line::key).collect();
        assert_eq!(keys, ["day-0", "id-1", "day-1", "id-2", "id-3"]);
        assert!(!lines.message("id-2").unwrap().is_joined);
        assert!(lines.message("id-3").unwrap().is_joined);
    }

    #[test]
    fn a_key_stands_once() {
        assert_eq!(lines(vec![message(1, 0), message(1, 0)]).list.len(), 2);
    }

    #[test]
    fn days_count_among_the_lines_that_fit() {
        let daily: Vec<Row> = (1..=200).map(|seq| message(seq, seq * DAY)).collect();
        let lines = lines(daily);
        assert_eq!(lines.list.len(), MOST);
        assert_eq!(lines.list.first().map(Line::key).as_deref(), Some("day-51"));
        assert_eq!(lines.last(), Some(Seq(200)));
        assert!(lines.has_before);
    }

    #[test]
    fn only_what_comes_behind_the_newest_adds_to_the_lines() {
        let two = lines(vec![message(2, 0), message(3, 0)]);
        let newest = two.newest();
        assert!(lines(vec![message(2, 0), message(3, 0), message(4, 0)]).adds_to(newest.as_deref()));
        assert!(lines(vec![message(3, 0), message(4, 0)]).adds_to(newest.as_deref()));
        assert!(!lines(vec![message(1, 0), message(2, 0), message(3, 0)]).adds_to(newest.as_deref()));
        assert!(!two.adds_to(None));
        let elsewhere = Lines { has_after: true, ..lines(vec![message(3, 0), message(4, 0)]) };
        assert!(!elsewhere.adds_to(newest.as_deref()));
    }
}
