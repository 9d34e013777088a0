//! What one connection has told of each conversation, and what it must still ask for: it is to tell every message of the other
//! person once, in order.
//!
//! It is a client of our wire that lives in the server. What comes live is a hint and the log is the truth: what stands above
//! is told, what stands below is passed over, and a hole asks `history`. Frames in, steps out; it does nothing by itself.

use std::collections::{BTreeSet, HashMap};

use super::Step;
use crate::protocol::{
    client::{self, ClientFrame},
    entry::{Entry, Kind},
    ids::{Id, Millis, Seq, Username},
    limits,
    server::{History, Inbox},
};

/// How many places above a hole are remembered before the log is asked.
const MOST_AHEAD: usize = 64;

/// A message to be told.
pub struct Message {
    pub id: Id,
    pub from: Username,
    pub peer: Username,
    pub body: String,
    /// By the server's clock.
    pub at: Millis,
    /// Whether it comes from the log and not live.
    pub is_missed: bool,
}

/// How far one conversation was told.
#[derive(Default)]
struct Told {
    /// All up to here.
    upto: Seq,
    /// And these, which stand above a hole.
    ahead: BTreeSet<Seq>,
}

impl Told {
    fn take(&mut self, seq: Seq) {
        if seq > self.upto {
            self.ahead.insert(seq);
        }
        while self.ahead.remove(&self.upto.next()) {
            self.upto = self.upto.next();
        }
    }

    fn take_all(&mut self, upto: Seq) {
        self.upto = self.upto.max(upto);
        self.ahead = self.ahead.split_off(&self.upto.next());
        self.take(self.upto);
    }
}

pub struct Follow {
    you: Username,
    /// Every conversation, or those that were added.
    follows_all: bool,
    told: HashMap<Username, Told>,
    /// Who was added and is not followed yet.
    added: Vec<Username>,
    /// The account's own marks of conversations that are not followed.
    delivered: HashMap<Username, Seq>,
    /// Of the last inbox that was read to its end; before it, nobody knows what was missed.
    since: Option<String>,
    is_known: bool,
}

impl Follow {
    pub fn nobody(you: Username) -> Self {
        Self {
            you,
            follows_all: false,
            told: HashMap::new(),
            added: Vec::new(),
            delivered: HashMap::new(),
            since: None,
            is_known: false,
        }
    }

    /// Follows every conversation from where the account's marks stand.
    pub fn everybody(&mut self) -> Vec<Step> {
        *self = Self { follows_all: true, ..Self::nobody(self.you.clone()) };
        self.catch_up()
    }

    /// Follows the conversation with `peer`, too.
    pub fn add(&mut self, peer: &Username) -> Vec<Step> {
        if self.told.contains_key(peer) || self.added.contains(peer) {
            return Vec::new();
        }
        self.added.push(peer.clone());
        self.catch_up()
    }

    /// Does not follow `peer`: there is nobody of that name.
    pub fn drop(&mut self, peer: &Username) {
        self.told.remove(peer);
    }

    /// The next inbox tells of every conversation: what an earlier one told of could not be had.
    pub fn forget_since(&mut self) {
        self.since = None;
    }

    /// Asks what changed.
    pub fn catch_up(&self) -> Vec<Step> {
        let is_any = self.follows_all || !self.added.is_empty() || !self.told.is_empty();
        let inbox = client::Inbox { id: echo(), since: self.since.clone() };
        if is_any { vec![Step::Do(ClientFrame::Inbox(inbox))] } else { Vec::new() }
    }

    pub fn inbox(&mut self, inbox: Inbox) -> Vec<Step> {
        let mut steps = Vec::new();
        for row in inbox.conversations {
            if self.follows_all && !self.told.contains_key(&row.peer) {
                self.told.insert(row.peer.clone(), Told { upto: row.delivered, ..Told::default() });
            }
            match self.told.get(&row.peer) {
                Some(told) if row.head > told.upto => steps.push(ask(&row.peer, told.upto)),
                Some(_) => {}
                None => {
                    self.delivered.insert(row.peer, row.delivered);
                }
            }
        }
        self.since = Some(inbox.since);
        self.is_known |= !inbox.more;
        if inbox.more {
            steps.extend(self.catch_up());
            return steps;
        }
        for peer in std::mem::take(&mut self.added) {
            let upto = self.delivered.remove(&peer).unwrap_or_default();
            steps.push(ask(&peer, upto));
            self.told.insert(peer, Told { upto, ..Told::default() });
        }
        steps
    }

    pub fn history(&mut self, history: History) -> Vec<Step> {
        let History { peer, entries, complete, .. } = history;
        let Some(told) = self.told.get_mut(&peer) else { return Vec::new() };
        let before = told.upto;
        let mut steps = Vec::new();
        for entry in entries {
            // One's own are never replayed.
            let is_news = entry.seq > told.upto && entry.from != self.you;
            let seq = entry.seq;
            steps.extend(message(&peer, entry, true).filter(|_| is_news).map(Step::Tell));
            told.take_all(seq);
        }
        if told.upto > before {
            steps.push(deliver(&peer, told.upto));
        }
        if !complete {
            steps.push(ask(&peer, told.upto));
        }
        steps
    }

    /// News of an entry.
    pub fn entry(&mut self, peer: Username, entry: Entry) -> Vec<Step> {
        if self.follows_all && !self.told.contains_key(&peer) {
            if !self.is_known {
                return self.catch_up();
            }
            // It began after the inbox was read.
            self.told.insert(peer.clone(), Told::default());
        }
        let Some(told) = self.told.get_mut(&peer) else { return Vec::new() };
        if entry.seq <= told.upto || told.ahead.contains(&entry.seq) {
            return Vec::new();
        }
        if entry.seq > told.upto.next() {
            return vec![ask(&peer, told.upto)];
        }
        told.take(entry.seq);
        let is_theirs = entry.from != self.you;
        let mark = deliver(&peer, told.upto);
        let mut steps: Vec<Step> = message(&peer, entry, false).map(Step::Tell).into_iter().collect();
        if is_theirs {
            steps.push(mark);
        }
        steps
    }

    /// This connection's own message was told, when it was sent.
    pub fn sent(&mut self, peer: &Username, seq: Seq) -> Vec<Step> {
        let Some(told) = self.told.get_mut(peer) else { return Vec::new() };
        told.take(seq);
        if told.ahead.len() > MOST_AHEAD { vec![ask(peer, told.upto)] } else { Vec::new() }
    }
}

/// Nobody reads the id of what the server asks of itself.
fn echo() -> Id {
    Id::new("dialect").expect("it is short and plain")
}

fn ask(peer: &Username, after: Seq) -> Step {
    let (before, limit) = (None, Some(Seq(limits::PAGE)));
    Step::Do(ClientFrame::History(client::History {
        id: echo(),
        peer: peer.to_string(),
        before,
        after: Some(after),
        limit,
    }))
}

fn deliver(peer: &Username, seq: Seq) -> Step {
    Step::Do(ClientFrame::Delivered(client::Mark { peer: peer.to_string(), seq }))
}

/// The message that an entry is; a dialect has no words for the others.
fn message(peer: &Username, entry: Entry, is_missed: bool) -> Option<Message> {
    let Entry { at, from, id, kind, .. } = entry;
    match kind {
        Kind::Message { body: Some(body), .. } => Some(Message { id, from, peer: peer.clone(), body, at, is_missed }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::server::Conversation;

    fn ann() -> Username {
        Username::from_canonical("ann")
    }

    fn bob() -> Username {
        Username::from_canonical("bob")
    }

    fn entry(seq: u64, from: Username) -> Entry {
        let id = Id::new(&format!("id-{seq}")).unwrap();
        let kind = Kind::Message { body: Some(format!("{seq}")), reply_to: None };
        Entry { seq: Seq(seq), at: Millis(seq), from, id, kind }
    }

    fn inbox(head: u64, delivered: u64) -> Inbox {
        let row = Conversation {
            peer: bob(),
            name: "Bob".into(),
            head: Seq(head),
            at: Millis(0),
            unread: 0,
            delivered: Seq(delivered),
            read: Seq(0),
            peer_delivered: Seq(0),
            peer_read: Seq(0),
            online: false,
            last_seen: None,
            last: None,
        };
        Inbox { id: echo(), conversations: vec![row], since: "later".into(), more: false }
    }

    fn history(entries: Vec<Entry>, complete: bool) -> History {
        let head = Seq(100);
        History { id: echo(), peer: bob(), entries, head, complete }
    }

    /// What the steps tell, ask and mark, in short.
    fn short(steps: &[Step]) -> Vec<String> {
        let short = |step: &Step| match step {
            Step::Tell(message) => format!("tell {}", message.body),
            Step::Do(ClientFrame::History(history)) => format!("ask after {}", history.after.unwrap()),
            Step::Do(ClientFrame::Inbox(inbox)) => format!("inbox {}", inbox.since.as_deref().unwrap_or("whole")),
            Step::Do(ClientFrame::Delivered(mark)) => format!("mark {}", mark.seq),
            _ => "other".to_owned(),
        };
        steps.iter().map(short).collect()
    }

    /// Follows everybody, and was told up to 5.
    fn at_five() -> Follow {
        let mut follow = Follow::nobody(ann());
        assert_eq!(short(&follow.everybody()), ["inbox whole"]);
        assert_eq!(short(&follow.inbox(inbox(5, 5))), [""; 0]);
        follow
    }

    #[test]
    fn the_next_is_told_and_marked_and_an_old_one_passed_over() {
        let mut follow = at_five();
        assert_eq!(short(&follow.entry(bob(), entry(6, bob()))), ["tell 6", "mark 6"]);
        assert_eq!(short(&follow.entry(bob(), entry(6, bob()))), [""; 0]);
        assert_eq!(short(&follow.entry(bob(), entry(7, ann()))), ["tell 7"]);
    }

    #[test]
    fn a_hole_asks_and_its_page_is_told_once() {
        let mut follow = at_five();
        assert_eq!(short(&follow.entry(bob(), entry(8, bob()))), ["ask after 5"]);
        let page = vec![entry(6, bob()), entry(7, ann()), entry(8, bob())];
        assert_eq!(short(&follow.history(history(page, false))), ["tell 6", "tell 8", "mark 8", "ask after 8"]);
        assert_eq!(short(&follow.entry(bob(), entry(7, bob()))), [""; 0]);
    }

    #[test]
    fn what_was_sent_from_here_is_no_hole_for_what_comes_after_it() {
        let mut follow = at_five();
        follow.sent(&bob(), Seq(7));
        assert_eq!(short(&follow.entry(bob(), entry(6, bob()))), ["tell 6", "mark 7"]);
        assert_eq!(short(&follow.entry(bob(), entry(8, bob()))), ["tell 8", "mark 8"]);
    }

    #[test]
    fn what_came_before_the_inbox_was_read_waits_for_it() {
        let mut follow = Follow::nobody(ann());
        follow.everybody();
        assert_eq!(short(&follow.entry(bob(), entry(6, bob()))), ["inbox whole"]);
        assert_eq!(short(&follow.inbox(inbox(6, 4))), ["ask after 4"]);
    }

    #[test]
    fn catching_up_asks_from_the_last_inbox_or_for_all_of_it() {
        let mut follow = at_five();
        assert_eq!(short(&follow.catch_up()), ["inbox later"]);
        follow.forget_since();
        assert_eq!(short(&follow.catch_up()), ["inbox whole"]);
        assert_eq!(short(&follow.inbox(inbox(9, 5))), ["ask after 5"]);
    }

    #[test]
    fn who_follows_nobody_asks_and_tells_nothing() {
        let mut follow = Follow::nobody(ann());
        assert_eq!(short(&follow.catch_up()), [""; 0]);
        assert_eq!(short(&follow.entry(bob(), entry(1, bob()))), [""; 0]);
        assert_eq!(short(&follow.add(&bob())), ["inbox whole"]);
        assert_eq!(short(&follow.inbox(inbox(3, 2))), ["ask after 2"]);
        assert_eq!(short(&follow.add(&bob())), [""; 0]);
    }
}
