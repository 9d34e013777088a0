//! What the server says. Nothing in a frame can make the page panic, whatever order frames come in.

use super::{
    Chat, Turn,
    asks::Direction,
    effect::Effect,
    marks::COALESCE_MS,
    timeline::{Absorbed, is_message},
};
use crate::protocol::{
    code::ErrorCode,
    entry::Entry,
    ids::{Millis, Username},
    limits::TYPING_SHOWN_MS,
    server::{History, Inbox, Receipt, Refused, Sent, ServerFrame, Welcome},
};

/// How long a question rests that was refused for a passing reason, or whose answer did not help.
const REST_MS: u64 = 5_000;

impl Chat {
    pub(super) fn receive(&mut self, frame: ServerFrame, turn: &mut Turn) {
        if let ServerFrame::Welcome(welcome) = frame {
            return self.welcome(welcome, turn);
        }
        // The rest means nothing without a welcome: it would be from a socket that was given up.
        if !self.link.is_connected() {
            return;
        }
        self.link.heard(turn.now);
        match frame {
            ServerFrame::Welcome(_) | ServerFrame::Pong { .. } => {}
            ServerFrame::Sent(sent) => self.sent(sent, turn),
            ServerFrame::Entry { peer, entry } => self.live(&peer, entry, turn),
            ServerFrame::Receipt(receipt) => self.receipt(&receipt, turn),
            ServerFrame::Typing { peer, on } => {
                if let Some(conversation) = self.conversations.get_mut(&peer) {
                    conversation.typing_until = on.then(|| turn.now.plus(TYPING_SHOWN_MS));
                }
            }
            ServerFrame::Presence(presence) => {
                let conversation = self.conversations.get_mut(&presence.peer);
                if let Some(row) = conversation.and_then(|conversation| conversation.row.as_mut()) {
                    row.online = presence.online;
                    row.last_seen = presence.last_seen;
                }
            }
            ServerFrame::History(page) => self.history(page, turn),
            ServerFrame::Inbox(inbox) => self.inbox(inbox, turn),
            ServerFrame::Resync { within_ms } => {
                let moment = (turn.random)() % within_ms.saturating_add(1).max(1);
                self.inbox.ask_at(turn.now.plus(moment));
            }
            ServerFrame::Error(refused) => self.refused(refused, turn),
        }
    }

    fn welcome(&mut self, welcome: Welcome, turn: &mut Turn) {
        // The cookie of another account: its socket must never carry this person's outbox.
        if welcome.you.username != self.you.username {
            return self.link.disown(&mut turn.effects);
        }
        self.you = welcome.you;
        self.link.welcomed(turn.now);
        // What was under way on an earlier line is lost, also where nobody said that that one has ended.
        self.lose();
        for conversation in self.conversations.values_mut() {
            conversation.asks.wants_check = conversation.timeline.is_some();
        }
    }

    fn sent(&mut self, sent: Sent, turn: &mut Turn) {
        let Some(waiting) = self.outbox.remove(&sent.id) else {
            // Another tab forgot it: the log has it.
            match self.conversations.get_mut(&sent.peer) {
                Some(conversation) if conversation.timeline.is_some() => conversation.asks.wants_check = true,
                _ => self.inbox.is_wanted = true,
            }
            return;
        };
        turn.effects.push(Effect::Forget(sent.id.clone()));
        let entry = Entry {
            seq: sent.seq,
            at: sent.at,
            from: self.you.username.clone(),
            id: sent.id,
            kind: waiting.what.kind(),
        };
        self.take(&sent.peer, entry, turn);
    }

    fn live(&mut self, peer: &Username, entry: Entry, turn: &mut Turn) {
        self.settle(&entry, turn);
        let conversation = self.conversations.entry(peer.clone()).or_default();
        if entry.from == *peer && is_message(&entry) {
            conversation.typing_until = None;
        }
        if let Some(timeline) = &mut conversation.timeline
            && timeline.get(entry.seq).is_none()
        {
            timeline.freshen(entry.id.clone());
        }
        if self.is_sender
            && *peer != self.you.username
            && let Some((name, text)) = conversation.ring(peer, &entry)
        {
            turn.effects.push(Effect::Ring { peer: peer.clone(), name, text });
        }
        self.take(peer, entry, turn);
    }

    /// A new entry, from wherever: into the row, and into the timeline where one is kept.
    fn take(&mut self, peer: &Username, entry: Entry, turn: &mut Turn) {
        let you = &self.you.username;
        let conversation = self.conversations.entry(peer.clone()).or_default();
        conversation.is_unknown = false;
        if self.inbox.asked.is_some() && !conversation.keep_recent(entry.clone()) {
            self.inbox.is_wanted = true;
        }
        self.inbox.is_wanted |= conversation.follow(you, &entry);
        conversation.begin_row(you, peer, &entry);
        turn.changed.insert(peer.clone());
        if conversation.hold(entry) == Absorbed::Contradicts {
            return self.start_over(peer);
        }
        conversation.recount(you);
    }

    /// One's own entry is the proof that it was stored, by whichever way it came.
    pub(super) fn settle(&mut self, entry: &Entry, turn: &mut Turn) {
        if entry.from == self.you.username && self.outbox.remove(&entry.id).is_some() {
            turn.effects.push(Effect::Forget(entry.id.clone()));
        }
    }

    fn receipt(&mut self, receipt: &Receipt, turn: &mut Turn) {
        let you = &self.you.username;
        let Some(conversation) = self.conversations.get_mut(&receipt.peer) else {
            return;
        };
        if receipt.by == *you {
            conversation.marks.hear_own(receipt.delivered, receipt.read);
            conversation.raise_read(you, receipt.read);
            self.inbox.is_wanted |= !conversation.is_unread_exact();
        } else {
            conversation.marks.hear_peer(receipt.delivered, receipt.read);
            conversation.show_marks();
        }
        turn.changed.insert(receipt.peer.clone());
    }

    fn history(&mut self, page: History, turn: &mut Turn) {
        let answered = self.conversations.iter_mut().find_map(|(peer, conversation)| {
            let (direction, ask) = conversation.asks.answer(&page.id)?;
            Some((peer.clone(), direction, ask))
        });
        let Some((peer, direction, ask)) = answered else {
            return;
        };
        if direction == Direction::After && page.head < ask.held {
            return self.start_over(&peer);
        }
        for entry in &page.entries {
            self.settle(entry, turn);
        }
        let you = &self.you.username;
        let Some(conversation) = self.conversations.get_mut(&peer) else {
            return;
        };
        conversation.is_unknown = false;
        for entry in &page.entries {
            self.inbox.is_wanted |= conversation.follow(you, entry);
        }
        let held = conversation.held();
        let is_another_log = !conversation.add_page(direction, page);
        let is_in_vain = conversation.held() == held;
        conversation.recount(you);
        if direction == Direction::After && conversation.is_stuck_at(ask.from) {
            conversation.asks.rests_until = Some(turn.now.plus(REST_MS));
            // The row promised more than the log has. Only a whole new inbox can tell who is right.
            self.inbox.since.clear();
            self.inbox.is_wanted = true;
        }
        // A page without anything new would be asked for without end.
        if let Some(open) = self.open.as_mut().filter(|open| is_in_vain && open.peer == peer) {
            open.sought.take_if(|seq| (direction == Direction::Before) == (*seq < ask.from));
        }
        turn.changed.insert(peer.clone());
        if is_another_log {
            self.start_over(&peer);
        }
    }

    /// What was held is not what the server has. Unsent work stays; the rest is asked again from nothing.
    fn start_over(&mut self, peer: &Username) {
        if let Some(conversation) = self.conversations.get_mut(peer) {
            conversation.start_over();
        }
        self.inbox.since.clear();
        self.inbox.asked = None;
        self.inbox.is_wanted = true;
    }

    fn inbox(&mut self, inbox: Inbox, turn: &mut Turn) {
        if self.inbox.asked.as_ref() != Some(&inbox.id) {
            return;
        }
        let you = self.you.username.clone();
        for row in inbox.conversations {
            let peer = row.peer.clone();
            let conversation = self.conversations.entry(peer.clone()).or_default();
            self.inbox.is_wanted |= conversation.replace_row(&you, row);
            turn.changed.insert(peer);
        }
        if !self.inbox.answered(inbox.since, inbox.more) {
            return;
        }
        for (peer, conversation) in &mut self.conversations {
            conversation.forget_recent();
            if *peer != you && conversation.owes_marks() {
                turn.changed.insert(peer.clone());
                conversation.marks.due.get_or_insert(turn.now.plus(COALESCE_MS));
            }
        }
    }

    fn refused(&mut self, refused: Refused, turn: &mut Turn) {
        let again = turn.now.plus(refused.retry_after_ms.unwrap_or(REST_MS));
        let Some(id) = refused.id else {
            if refused.code.is_passing() {
                self.say_marks_again(again);
            }
            return;
        };
        if self.outbox.contains(&id) {
            if self.outbox.is_fulfilled(&id, refused.code) {
                self.outbox.remove(&id);
                turn.effects.push(Effect::Forget(id));
            } else if refused.code.is_passing() {
                self.outbox.rest(&id, refused.retry_after_ms, turn.now, turn.random);
            } else if let Some(waiting) = self.outbox.refuse(&id, refused.code) {
                turn.effects.push(Effect::Keep(waiting));
            }
            return;
        }
        if self.inbox.asked.as_ref() == Some(&id) {
            self.inbox.asked = None;
            return self.inbox.ask_at(again);
        }
        for conversation in self.conversations.values_mut() {
            let Some((direction, _)) = conversation.asks.answer(&id) else {
                continue;
            };
            if refused.code == ErrorCode::UnknownPeer {
                conversation.is_unknown = true;
            } else {
                conversation.asks.ask_again(direction, again);
            }
        }
    }

    /// Marks have no id, so an answer without one does not tell which of them was not kept.
    fn say_marks_again(&mut self, at: Millis) {
        for (peer, conversation) in &mut self.conversations {
            conversation.marks.unsay();
            if *peer != self.you.username && conversation.owes_marks() {
                conversation.marks.due.get_or_insert(at);
            }
        }
    }
}
