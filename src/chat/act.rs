//! What the person does, and what the world does to the page.

use super::{
    Chat, Turn,
    effect::Effect,
    event::{Event, Refusal, Waiting, What},
    known::{Known, REMEMBERED},
    marks::COALESCE_MS,
    outbox,
};
use crate::protocol::{
    client::{ClientFrame, Typing},
    code::ErrorCode,
    ids::{Id, Seq, Username},
};

impl Chat {
    pub(super) fn act(&mut self, event: Event, turn: &mut Turn) {
        let now = turn.now;
        match event {
            // `apply` passes frames on to `receive`, and the alarm has no meaning but that time has passed.
            Event::Frame(_) | Event::Woke | Event::Hidden => {}
            Event::Restored(waiting) => {
                let left = self.undone(waiting, turn);
                turn.effects.extend(self.outbox.restore(left, now).into_iter().map(Effect::Keep));
            }
            Event::OutboxChanged(waiting) => {
                let shared = self.undone(waiting, turn);
                self.outbox.merge(shared, now);
            }
            Event::Kept(id) => self.outbox.kept(&id),
            Event::SocketOpened => self.link.opened(),
            Event::SocketClosed { code } => {
                self.link.closed(code, now, turn.random, &mut turn.effects);
            }
            Event::Session(is_signed_in) => self.link.session(is_signed_in, &mut turn.effects),
            Event::Online => self.link.online(now, &mut turn.effects),
            Event::Offline => self.link.offline(now, turn.random, &mut turn.effects),
            Event::Visible { hidden_for_ms } => {
                self.link.visible(hidden_for_ms, now, &mut turn.effects);
            }
            Event::RetryNow => self.link.retry_now(now, &mut turn.effects),
            Event::Sender(is_sender) => self.is_sender = is_sender,
            Event::Recalled { peer, known } => self.recalled(&peer, known, turn),
            Event::Opened(peer) => self.enter(peer, turn),
            Event::Left => self.leave(turn),
            Event::Write { id, peer, what } => self.write(id, peer, what, turn),
            Event::Amend { id, body } => {
                let amended = self.may_take_back(&id).then(|| self.outbox.amend(&id, body)).flatten();
                turn.effects.extend(amended.map(Effect::Keep));
            }
            Event::TryAgain(id) => self.try_again(&id, turn),
            Event::Discard(id) => self.discard(&id, turn),
            Event::Typing { peer, on } => self.types(&peer, on, turn),
            Event::LoadOlder(peer) => {
                if let Some(conversation) = self.conversations.get_mut(&peer) {
                    conversation.load_older();
                }
            }
            Event::LoadUntil { peer, seq } => {
                if let Some(open) = self.open.as_mut().filter(|open| open.peer == peer) {
                    open.sought = Some(seq);
                }
            }
            Event::FillGap { peer, after } => {
                if let Some(conversation) = self.conversations.get_mut(&peer) {
                    conversation.asks.gap = Some(after);
                }
            }
            Event::Saw { peer, seq } => self.saw(&peer, seq, turn),
            Event::Stored => self.stored(turn),
        }
    }

    /// Work that is stored, less what is known to be done.
    fn undone(&mut self, mut waiting: Vec<Waiting>, turn: &mut Turn) -> Vec<Waiting> {
        waiting.retain(|waiting| {
            let conversation = self.conversations.get(&waiting.peer);
            let timeline = conversation.and_then(|conversation| conversation.timeline.as_ref());
            let is_done = timeline.is_some_and(|timeline| timeline.seq_of(&self.you.username, &waiting.id).is_some());
            if is_done {
                turn.effects.push(Effect::Forget(waiting.id.clone()));
            }
            !is_done
        });
        waiting
    }

    fn enter(&mut self, peer: Username, turn: &mut Turn) {
        self.tell_off(Some(&peer), turn);
        self.open(peer.clone());
        let conversation = self.conversations.entry(peer.clone()).or_default();
        if conversation.begin() {
            turn.effects.push(Effect::Recall { peer });
        }
        // Somebody may have taken the name since the last look.
        if conversation.is_unknown {
            conversation.is_unknown = false;
            conversation.asks.wants_newest = true;
        }
    }

    fn recalled(&mut self, peer: &Username, known: Option<Known>, turn: &mut Turn) {
        let entries = known.map(|known| known.entries).unwrap_or_default();
        for entry in &entries {
            self.settle(entry, turn);
        }
        if let Some(conversation) = self.conversations.get_mut(peer) {
            conversation.recall(entries);
        }
    }

    fn leave(&mut self, turn: &mut Turn) {
        self.tell_off(None, turn);
        let left = self.open.take().and_then(|open| self.conversations.get_mut(&open.peer));
        if let Some(timeline) = left.and_then(|conversation| conversation.timeline.as_mut()) {
            timeline.rest(REMEMBERED);
        }
    }

    fn write(&mut self, id: Id, peer: Username, mut what: What, turn: &mut Turn) {
        if self.outbox.contains(&id) {
            return;
        }
        let refused = match outbox::check(&mut what) {
            Ok(()) => None,
            // There is nothing that could be shown, or lost.
            Err(ErrorCode::Empty) => return,
            Err(code) => Some(Refusal { code }),
        };
        if matches!(what, What::Message { .. } | What::Edit { .. }) {
            self.types(&peer, false, turn);
        }
        if let Some(conversation) = self.conversations.get_mut(&peer)
            && let Some(timeline) = &mut conversation.timeline
        {
            timeline.freshen(id.clone());
        }
        let written = self.outbox.moment(turn.now);
        let waiting = Waiting { id, peer, what, written, refused };
        turn.effects.push(Effect::Keep(waiting.clone()));
        self.outbox.add(waiting, self.is_sender);
    }

    fn try_again(&mut self, id: &Id, turn: &mut Turn) {
        for id in self.refused_by(id) {
            if let Some(waiting) = self.outbox.try_again(&id) {
                turn.effects.push(Effect::Keep(waiting));
            }
        }
    }

    fn discard(&mut self, id: &Id, turn: &mut Turn) {
        for id in self.refused_by(id) {
            if self.may_take_back(&id) && self.outbox.remove(&id).is_some() {
                turn.effects.push(Effect::Forget(id));
            }
        }
    }

    /// The view knows a refused edit only by the row on which it shows.
    fn refused_by(&self, id: &Id) -> Vec<Id> {
        if self.outbox.contains(id) {
            return vec![id.clone()];
        }
        for (peer, conversation) in &self.conversations {
            let timeline = conversation.timeline.as_ref();
            let entry = timeline.and_then(|timeline| timeline.entries().find(|entry| entry.id == *id));
            if let Some(entry) = entry {
                let refused = self.outbox.refused_about(peer, entry.seq);
                // Ids are unique for their author only: the peer's may be the same by chance or malice.
                if !refused.is_empty() {
                    return refused;
                }
            }
        }
        Vec::new()
    }

    fn types(&mut self, peer: &Username, on: bool, turn: &mut Turn) {
        if !self.link.is_connected() || *peer == self.you.username {
            return;
        }
        if on {
            self.tell_off(Some(peer), turn);
        }
        let is_worth_saying = match on {
            true => self.typing.starts(peer, turn.now),
            false => self.typing.stops(peer),
        };
        if is_worth_saying {
            turn.effects.push(typing(peer, on));
        }
    }

    fn tell_off(&mut self, peer: Option<&Username>, turn: &mut Turn) {
        if let Some(other) = self.typing.moves_on_from(peer) {
            turn.effects.push(typing(&other, false));
        }
    }

    fn saw(&mut self, peer: &Username, seq: Seq, turn: &mut Turn) {
        let you = &self.you.username;
        let Some(conversation) = self.conversations.get_mut(peer).filter(|_| peer != you) else {
            return;
        };
        let timeline = conversation.timeline.as_ref();
        let Some(seen) = timeline.and_then(|timeline| timeline.heard_up_to(you, seq)) else {
            return;
        };
        if conversation.raise_read(you, seen) {
            conversation.marks.due.get_or_insert(turn.now.plus(COALESCE_MS));
            turn.changed.insert(peer.clone());
        }
    }

    fn stored(&mut self, turn: &mut Turn) {
        for (peer, conversation) in &mut self.conversations {
            conversation.marks.store();
            if *peer != self.you.username && conversation.marks.owed_delivered().is_some() {
                conversation.marks.due.get_or_insert(turn.now.plus(COALESCE_MS));
            }
        }
    }
}

fn typing(peer: &Username, on: bool) -> Effect {
    Effect::Transmit(ClientFrame::Typing(Typing { peer: peer.to_string(), on }))
}
