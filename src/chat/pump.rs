//! What is due: after every event the page looks at what it wants and what the time allows, and asks, sends, says.
//!
//! Wishes are state, not queued commands, so that a lost link, a spurious alarm or a repeated event can neither lose
//! one nor double it.

use super::{Chat, Turn, asks::Direction, conversation::Conversation, effect::Effect};
use crate::protocol::{
    client::{ClientFrame, History, Inbox, Mark},
    ids::{Millis, Seq, Username},
    limits::{DEFAULT_PAGE, PAGE},
};

/// Catching up takes the largest pages that there are.
const CATCH_UP: Seq = Seq(PAGE);
const SCREENFUL: Seq = Seq(DEFAULT_PAGE);

impl Chat {
    pub(super) fn pump(&mut self, turn: &mut Turn) {
        self.watch_link(turn);
        for conversation in self.conversations.values_mut() {
            conversation.typing_until.take_if(|until| *until <= turn.now);
        }
        if self.link.is_connected() {
            // Another tab sent or dropped it: the log tells which.
            self.inbox.is_wanted |= self.outbox.drop_vanished(turn.now);
            self.ask_inbox(turn);
            self.ask_history(turn);
            self.send(turn);
            self.say_marks(turn);
        }
        self.remember(turn);
        self.set_alarm(turn);
    }

    fn watch_link(&mut self, turn: &mut Turn) {
        let was_connected = self.link.is_connected();
        if was_connected && self.outbox.is_overdue(turn.now) {
            self.link.reconnect(turn.now, &mut turn.effects);
        }
        self.link.tick(turn.now, turn.random, &mut turn.effects);
        if was_connected && !self.link.is_connected() {
            self.lose();
        }
    }

    fn ask_inbox(&mut self, turn: &mut Turn) {
        if !self.inbox.should_ask(turn.now) {
            return;
        }
        let Some(id) = self.question() else { return };
        let since = self.inbox.ask(id.clone());
        turn.effects.push(Effect::Transmit(ClientFrame::Inbox(Inbox { id, since })));
    }

    fn ask_history(&mut self, turn: &mut Turn) {
        self.seek();
        if self.inbox.is_synced {
            self.conversations.values_mut().for_each(Conversation::skip_ahead);
        }
        let peers: Vec<Username> = self.conversations.keys().cloned().collect();
        for peer in peers {
            for direction in [Direction::Newest, Direction::After, Direction::Before] {
                self.ask_one_history(&peer, direction, turn);
            }
        }
    }

    fn seek(&mut self) {
        if let Some(open) = &mut self.open
            && let Some(conversation) = self.conversations.get_mut(&open.peer)
        {
            open.sought.take_if(|seq| !conversation.seek(*seq));
        }
    }

    fn ask_one_history(&mut self, peer: &Username, direction: Direction, turn: &mut Turn) {
        // The first inbox of a connection tells which logs are worth asking for.
        if direction == Direction::After && !self.inbox.is_synced {
            return;
        }
        let is_seeking = self.is_seeking(peer.as_str());
        let questions = self.questions;
        let Some(id) = self.question() else { return };
        let conversation = self.conversations.get_mut(peer);
        let asked = conversation.and_then(|conversation| conversation.ask(direction, &id, turn.now));
        let Some(from) = asked else {
            self.questions = questions;
            return;
        };
        turn.effects.push(Effect::Transmit(ClientFrame::History(History {
            id,
            peer: peer.to_string(),
            before: from.filter(|_| direction == Direction::Before),
            after: from.filter(|_| direction == Direction::After),
            limit: Some(match direction {
                Direction::After => CATCH_UP,
                Direction::Before if is_seeking => CATCH_UP,
                Direction::Newest | Direction::Before => SCREENFUL,
            }),
        })));
    }

    fn send(&mut self, turn: &mut Turn) {
        if !self.is_sender {
            return;
        }
        for waiting in self.outbox.depart(turn.now) {
            turn.effects.push(Effect::Transmit(waiting.frame()));
        }
    }

    fn say_marks(&mut self, turn: &mut Turn) {
        for (peer, conversation) in &mut self.conversations {
            if conversation.marks.due.take_if(|due| *due <= turn.now).is_none() {
                continue;
            }
            let mark = |seq| Mark { peer: peer.to_string(), seq };
            let read = conversation.row.as_ref().map_or(Seq(0), |row| row.read);
            if let Some(read) = conversation.marks.owed_read(read) {
                conversation.marks.say_read(read);
                turn.effects.push(Effect::Transmit(ClientFrame::Read(mark(read))));
                self.inbox.is_wanted |= !conversation.is_unread_exact();
            }
            // In the middle of catching up there is a better mark to come.
            let is_settled = self.inbox.is_synced && !conversation.is_catching_up();
            if let Some(delivered) = conversation.marks.owed_delivered().filter(|_| is_settled) {
                conversation.marks.say_delivered(delivered);
                turn.effects.push(Effect::Transmit(ClientFrame::Delivered(mark(delivered))));
            }
        }
        self.ask_inbox(turn);
    }

    fn remember(&mut self, turn: &mut Turn) {
        for peer in std::mem::take(&mut turn.changed) {
            if let Some(conversation) = self.conversations.get_mut(&peer) {
                conversation.marks.remember(conversation.known_up_to());
                turn.effects.push(Effect::Remember { peer });
            }
        }
    }

    /// Everything due by now has been looked at, so that only later moments matter.
    fn set_alarm(&mut self, turn: &mut Turn) {
        let now = turn.now;
        let mut moments: Vec<Option<Millis>> = vec![self.link.deadline(now)];
        if self.link.is_connected() {
            moments.extend([self.outbox.deadline(now), self.inbox.at]);
        }
        for conversation in self.conversations.values() {
            moments.push(conversation.typing_until);
            if self.link.is_connected() {
                moments.extend([conversation.marks.due, conversation.asks.rests_until]);
            }
        }
        let next = moments.into_iter().flatten().filter(|moment| *moment > now).min();
        if next != self.alarm
            && let Some(moment) = next
        {
            self.alarm = next;
            turn.effects.push(Effect::Wake(moment));
        }
    }
}
