//! The list of people: one line for each conversation, newest first.

use super::{
    conversation::Conversation,
    event::{Waiting, What},
    rows::{By, Status, status_of},
};
use crate::protocol::{
    entry::Kind,
    ids::{Millis, Username},
    server,
};

#[derive(Clone, Debug, PartialEq)]
pub struct Person {
    pub peer: Username,
    pub name: String,
    pub at: Millis,
    pub unread: u64,
    pub online: bool,
    pub last_seen: Option<Millis>,
    pub typing: bool,
    pub preview: Preview,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Preview {
    Nothing,
    Message {
        by: By,
        text: String,
        /// Of own ones.
        status: Option<Status>,
    },
    Deleted {
        by: By,
    },
}

/// `waiting`: what has been written to this person and is not sent, in order.
pub fn person<'a>(
    you: &Username,
    conversation: &Conversation,
    row: &server::Conversation,
    waiting: impl DoubleEndedIterator<Item = &'a Waiting>,
) -> Person {
    let mut person = Person {
        peer: row.peer.clone(),
        name: row.name.clone(),
        at: row.at,
        unread: row.unread,
        online: row.online,
        last_seen: row.last_seen,
        typing: conversation.typing_until.is_some(),
        preview: preview(you, row),
    };
    prefer_unsent(&mut person, waiting);
    person
}

/// A name as it is compared: in small letters, and in the narrow form of those that Chinese and Japanese type wide.
pub fn plain(text: &str) -> String {
    let narrow = |letter| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '\u{3000}' => ' ',
        _ => letter,
    };
    text.chars().map(narrow).collect::<String>().to_lowercase()
}

/// Somebody to whom one has written and with whom nothing is stored yet.
pub fn stranger<'a>(peer: &Username, waiting: impl DoubleEndedIterator<Item = &'a Waiting>) -> Person {
    let mut person = Person {
        peer: peer.clone(),
        name: peer.to_string(),
        at: Millis(0),
        unread: 0,
        online: false,
        last_seen: None,
        typing: false,
        preview: Preview::Nothing,
    };
    prefer_unsent(&mut person, waiting);
    person
}

fn preview(you: &Username, row: &server::Conversation) -> Preview {
    let Some(last) = &row.last else {
        return Preview::Nothing;
    };
    let by = By::author(you, &last.from);
    match &last.kind {
        Kind::Message { body: Some(body), .. } => {
            Preview::Message { by, text: body.clone(), status: (by == By::Me).then(|| status_of(you, row, last.seq)) }
        }
        Kind::Message { body: None, .. } => Preview::Deleted { by },
        _ => Preview::Nothing,
    }
}

fn prefer_unsent<'a>(person: &mut Person, waiting: impl DoubleEndedIterator<Item = &'a Waiting>) {
    let newest = waiting.rev().find_map(|waiting| match &waiting.what {
        What::Message { body, .. } => Some((waiting, body)),
        _ => None,
    });
    if let Some((waiting, body)) = newest {
        person.at = person.at.max(waiting.written);
        person.preview = Preview::Message {
            by: By::Me,
            text: body.clone(),
            status: Some(match waiting.refused {
                Some(_) => Status::Failed,
                None => Status::Waiting,
            }),
        };
    }
}
