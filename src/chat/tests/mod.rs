//! A page, played without a browser: Ann's, with Bob on the other side. Each file tests one side of what she can see.

mod effects;
mod fold;
mod line;
mod list;
mod marking;
mod races;
mod recalling;
mod ringing;
mod sending;
mod syncing;
mod timeline_rows;
mod window;

use self::effects::{frames, histories, inboxes, transmitted};
use super::{Chat, Effect, Event, Known, MessageRow, Row, What, event::Waiting, rows::Rows};
use crate::protocol::{
    client::{self, ClientFrame},
    code::ErrorCode,
    entry::{Entry, Kind},
    ids::{Id, Millis, Seq, Username},
    limits::Limits,
    server::{self, History, Inbox, Receipt, Refused, Sent, ServerFrame, Welcome, You},
};

pub const START: Millis = Millis(1_790_000_000_000);

pub fn name(text: &str) -> Username {
    Username::from_canonical(text)
}

pub fn bob() -> Username {
    name("bob")
}

pub fn id(text: &str) -> Id {
    Id::new(text).unwrap()
}

pub fn ann() -> You {
    You { username: name("ann"), name: "Ann".into() }
}

/// Entry `seq`, a second after the one before, with an id made of author and number.
pub fn entry(seq: u64, from: &str, kind: Kind) -> Entry {
    Entry { seq: Seq(seq), at: START.plus(seq * 1000), from: name(from), id: id(&format!("{from}-{seq}")), kind }
}

pub fn message(seq: u64, from: &str, body: &str) -> Entry {
    let body = Some(body.to_owned());
    entry(seq, from, Kind::Message { body, reply_to: None })
}

pub fn edit(seq: u64, from: &str, of: u64, body: &str) -> Entry {
    let body = Some(body.to_owned());
    entry(seq, from, Kind::Edit { of: Seq(of), body })
}

pub fn deletion(seq: u64, from: &str, of: u64) -> Entry {
    entry(seq, from, Kind::Deletion { of: Seq(of) })
}

pub fn reaction(seq: u64, from: &str, of: u64, emoji: Option<&str>) -> Entry {
    let emoji = emoji.map(str::to_owned);
    entry(seq, from, Kind::Reaction { of: Seq(of), emoji })
}

/// Messages by Bob, numbered as given.
pub fn messages(numbers: std::ops::RangeInclusive<u64>) -> Vec<Entry> {
    numbers.map(|seq| message(seq, "bob", &format!("m{seq}"))).collect()
}

pub fn row(peer: &str, head: u64) -> server::Conversation {
    server::Conversation {
        peer: name(peer),
        name: peer.to_uppercase(),
        head: Seq(head),
        at: START.plus(head * 1000),
        unread: 0,
        delivered: Seq(head),
        read: Seq(head),
        peer_delivered: Seq(0),
        peer_read: Seq(0),
        online: false,
        last_seen: None,
        last: (head > 0).then(|| message(head, peer, &format!("m{head}"))),
    }
}

pub fn page_of(id: Id, entries: Vec<Entry>, head: u64, complete: bool) -> ServerFrame {
    ServerFrame::History(History { id, peer: bob(), entries, head: Seq(head), complete })
}

pub struct Page {
    pub chat: Chat,
    pub now: Millis,
    pub random: u64,
}

impl Page {
    pub fn with(inbox: Vec<server::Conversation>) -> Self {
        Self::of(Chat::new(ann(), inbox, "s0".into(), None))
    }

    /// Bob's conversation is on screen, all of `entries` loaded, everything read.
    pub fn open(entries: Vec<Entry>) -> Self {
        let head = entries.last().map_or(0, |entry| entry.seq.0);
        Self::open_row(row("bob", head), entries)
    }

    pub fn open_row(row: server::Conversation, entries: Vec<Entry>) -> Self {
        let history = History {
            id: id("r"),
            peer: bob(),
            head: row.head,
            complete: entries.first().is_none_or(|entry| entry.seq == Seq(1)),
            entries,
        };
        Self::of(Chat::new(ann(), vec![row], "s0".into(), Some(history)))
    }

    fn of(chat: Chat) -> Self {
        Self { chat, now: START, random: 0 }
    }

    pub fn on(&mut self, event: Event) -> Vec<Effect> {
        let random = self.random;
        self.chat.apply(event, self.now, &mut || random)
    }

    pub fn hears(&mut self, frame: ServerFrame) -> Vec<Effect> {
        self.on(Event::Frame(frame))
    }

    pub fn after(&mut self, milliseconds: u64) -> Vec<Effect> {
        self.now = self.now.plus(milliseconds);
        self.on(Event::Woke)
    }

    pub fn welcome(&mut self) -> Vec<Effect> {
        let mut effects = self.on(Event::SocketOpened);
        effects.extend(self.hears(ServerFrame::Welcome(Welcome {
            version: 1,
            you: ann(),
            now: self.now,
            limits: Limits::default(),
        })));
        effects
    }

    /// Started, welcomed, allowed to send, its inbox answered with nothing new and its logs checked.
    pub fn connected(mut self) -> Self {
        self.on(Event::Sender(true));
        self.reconnects();
        self
    }

    pub fn reconnects(&mut self) -> Vec<Effect> {
        let mut effects = self.welcome();
        effects.extend(self.inbox(Vec::new(), &effects));
        for ask in histories(&effects) {
            let head = self.chat.conversations.get(ask.peer.as_str()).unwrap().head();
            if ask.after.is_some() {
                effects.extend(self.hears(page_of(ask.id, Vec::new(), head.0, true)));
            }
        }
        effects.extend(self.on(Event::Stored));
        self.after(200);
        effects
    }

    /// Answers the inbox asked for in `effects`.
    pub fn inbox(&mut self, conversations: Vec<server::Conversation>, effects: &[Effect]) -> Vec<Effect> {
        let Some(ask) = inboxes(effects).pop() else {
            return Vec::new();
        };
        self.hears(ServerFrame::Inbox(Inbox { id: ask.id, conversations, since: "s1".into(), more: false }))
    }

    pub fn live(&mut self, entry: Entry) -> Vec<Effect> {
        self.hears(ServerFrame::Entry { peer: bob(), entry })
    }

    pub fn sent(&mut self, text: &str, seq: u64) -> Vec<Effect> {
        self.hears(ServerFrame::Sent(Sent { id: id(text), peer: bob(), seq: Seq(seq), at: START.plus(seq * 1000) }))
    }

    pub fn receipt(&mut self, by: &str, delivered: u64, read: u64) -> Vec<Effect> {
        self.hears(ServerFrame::Receipt(Receipt {
            peer: bob(),
            by: name(by),
            delivered: Seq(delivered),
            read: Seq(read),
        }))
    }

    pub fn error(&mut self, id: Id, code: ErrorCode, retry_after_ms: Option<u64>) -> Vec<Effect> {
        self.hears(ServerFrame::Error(Refused { id: Some(id), code, message: String::new(), retry_after_ms }))
    }

    pub fn writes(&mut self, text: &str, body: &str) -> Vec<Effect> {
        self.does(text, What::Message { body: body.into(), reply_to: None })
    }

    pub fn does(&mut self, text: &str, what: What) -> Vec<Effect> {
        self.on(Event::Write { id: id(text), peer: bob(), what })
    }

    pub fn opens(&mut self) -> Vec<Effect> {
        let mut effects = self.on(Event::Opened(bob()));
        if effects.contains(&Effect::Recall { peer: bob() }) {
            effects.extend(self.recalls(Vec::new()));
        }
        effects
    }

    /// The browser remembers these entries of Bob's conversation.
    pub fn recalls(&mut self, entries: Vec<Entry>) -> Vec<Effect> {
        self.on(Event::Recalled { peer: bob(), known: Some(Known { conversation: None, entries }) })
    }

    pub fn rows(&self) -> Vec<Row> {
        self.chat.rows("bob", None, usize::MAX).rows
    }

    pub fn message_rows(&self) -> Vec<MessageRow> {
        let rows = self.rows().into_iter();
        rows.filter_map(|row| match row {
            Row::Message(message) => Some(message),
            _ => None,
        })
        .collect()
    }

    pub fn last(&self) -> MessageRow {
        self.message_rows().pop().unwrap()
    }

    /// Bodies in order, `-` for a deleted one, `[n]` for a gap after n, `--n--` for the divider.
    pub fn reads(&self) -> String {
        let words: Vec<String> = self
            .rows()
            .into_iter()
            .map(|row| match row {
                Row::Message(message) => message.body.unwrap_or("-".into()),
                Row::Gap { after } => format!("[{after}]"),
                Row::FirstUnread { count } => format!("--{count}--"),
            })
            .collect();
        words.join(" ")
    }

    pub fn unread(&self) -> u64 {
        self.chat.person("bob").unwrap().unread
    }
}

pub fn code(row: &MessageRow) -> Option<ErrorCode> {
    row.refusal.as_ref().map(|refused| refused.code)
}

pub fn waiting(text: &str, written: u64) -> Waiting {
    Waiting {
        id: id(text),
        peer: bob(),
        what: What::Message { body: text.into(), reply_to: None },
        written: START.plus(written),
        refused: None,
    }
}
