//! The way of one node to the store that all share. It takes time, and is bad: calls are refused before they are made, or
//! made and their outcome lost. What is on its way to the log goes on without whoever asked for it, and, where the node
//! ends meanwhile, with it or not.
//!
//! Writes of one conversation reach the log in the order in which they were asked for at this node.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::oneshot;

use super::{
    fate::{Fate, Happening, Life, SharedFate},
    mutant::Mutant,
};
use crate::{
    protocol::ids::{Id, Millis, Seq, Username},
    server::store::{
        Account, Appended, Draft, Error, History, Inbox, Invite, InviteKey, Marks, NewAccount, Page, Result, Session,
        SessionKey, Store, calls::with_calls, memory::Memory,
    },
};

pub struct Depot {
    pub fate: SharedFate,
    pub memory: Arc<Memory>,
    pub node: usize,
    pub life: Life,
}

/// How much later than its outcome a write may land; the longest is near to what is waited for.
const LATE_MS: [(u64, u64); 3] = [(0, 100), (100, 8_000), (8_000, 58_000)];

type Answer<T> = Option<oneshot::Sender<Result<T>>>;

/// A write on its way to the log.
pub struct Commit {
    node: usize,
    life: Life,
    /// It has left its node, and is written even where that ends.
    is_away: bool,
    write: Write,
}

enum Write {
    /// Under a number that was taken before, by the mistake that does so.
    Append {
        draft: Draft,
        counted: Option<Seq>,
        answer: Answer<Appended>,
    },
    Advance {
        username: Username,
        peer: Username,
        marks: Marks,
        answer: Answer<Option<Marks>>,
    },
}

/// What becomes of a write.
enum Way {
    Refused(Error),
    /// Never written, and nobody can tell.
    Vanishes,
    /// Written, and its outcome lost.
    Lost,
    /// The same, and not written until everybody has been told that nobody knows: by then others may be in front.
    Late,
    Made,
}

impl Write {
    fn pair(&self) -> (Username, Username) {
        let (one, other) = match self {
            Self::Append { draft, .. } => (&draft.author, &draft.peer),
            Self::Advance { username, peer, .. } => (username, peer),
        };
        (one.min(other).clone(), one.max(other).clone())
    }

    fn fail(&mut self, error: Error) {
        match self {
            Self::Append { answer, .. } => reply(answer.take(), Err(error)),
            Self::Advance { answer, .. } => reply(answer.take(), Err(error)),
        }
    }

    fn forget_answer(&mut self) -> Box<dyn FnOnce() + Send> {
        match self {
            Self::Append { answer, .. } => {
                let answer = answer.take();
                Box::new(move || reply(answer, Err(Error::UnknownOutcome)))
            }
            Self::Advance { answer, .. } => {
                let answer = answer.take();
                Box::new(move || reply(answer, Err(Error::UnknownOutcome)))
            }
        }
    }
}

fn reply<T>(answer: Answer<T>, outcome: Result<T>) {
    if let Some(answer) = answer {
        // Whoever asked may be gone.
        let _ = answer.send(outcome);
    }
}

impl Fate {
    fn store_fault(&mut self, node: usize, life: Life) -> Option<Error> {
        if !self.is_alive(node, life) || self.trouble.is_store_down {
            return Some(Error::Unavailable);
        }
        if self.dice.is_within(self.trouble.store_refuses) {
            return Some(if self.dice.is_within(50) { Error::Busy } else { Error::Unavailable });
        }
        None
    }

    fn way(&mut self, node: usize, life: Life) -> Way {
        if let Some(error) = self.store_fault(node, life) {
            return Way::Refused(error);
        }
        if !self.dice.is_within(self.trouble.store_forgets) {
            return Way::Made;
        }
        match self.dice.index(5) {
            0 | 1 => Way::Vanishes,
            2 => Way::Late,
            _ => Way::Lost,
        }
    }

    /// Puts a write on its way.
    fn write(&mut self, node: usize, life: Life, mut write: Write) {
        let way = self.way(node, life);
        match way {
            Way::Refused(error) => return write.fail(error),
            Way::Vanishes => {
                let delay = self.dice.within(self.trouble.store_delay);
                return self.plan(delay, Happening::Answers(write.forget_answer()));
            }
            Way::Late => {
                let delay = self.dice.within(self.trouble.store_delay);
                self.plan(delay, Happening::Answers(write.forget_answer()));
                let late = LATE_MS[self.dice.index(LATE_MS.len())];
                let later = delay + self.dice.within(late);
                // Where its node ends meanwhile nobody is left who knows of it.
                return self.plan(later, Happening::Commits(Box::new(Commit { node, life, is_away: false, write })));
            }
            Way::Lost => {}
            Way::Made => self.mistake(&mut write),
        }
        let delay = self.dice.within(self.trouble.store_delay);
        let (low, high) = write.pair();
        let now = self.now();
        let place = self.queues.entry((node, low, high)).or_default();
        let at = (now + delay).max(*place);
        *place = at;
        let lost = matches!(way, Way::Lost).then(|| write.forget_answer());
        // A store of one machine ends with its only node.
        let is_away = self.dice.is_within(50) && self.nodes.len() > 1;
        self.plan_at(at, Happening::Commits(Box::new(Commit { node, life, is_away, write })));
        if let Some(answer) = lost {
            // Not before it is written: an adapter asks the log before it gives up.
            let later = at + self.dice.within(self.trouble.store_delay);
            self.plan_at(later, Happening::Answers(answer));
        }
    }

    /// What two of the mistakes do as soon as they are asked.
    fn mistake(&mut self, write: &mut Write) {
        let Write::Append { draft, counted, answer } = write else { return };
        match self.mutant {
            Some(Mutant::SentBeforeCommit) => {
                let repeat = self.memory.find(draft).now_or_never().and_then(Result::ok);
                let seq = self.memory.head(&draft.author, &draft.peer).next();
                let appended = repeat.unwrap_or(Appended { seq, at: draft.now, is_new: true });
                reply(answer.take(), Ok(appended));
            }
            Some(Mutant::CounterFirst) if self.memory.find(draft).now_or_never().is_none_or(|found| found.is_err()) => {
                *counted = Some(self.memory.count(&draft.author, &draft.peer));
            }
            _ => {}
        }
    }

    pub fn commit(&mut self, commit: Commit) {
        let Commit { node, life, is_away, write } = commit;
        if !is_away && !self.is_alive(node, life) {
            return;
        }
        match write {
            Write::Append { draft, counted, answer } => {
                let outcome = self.append(&draft, counted);
                self.note(|| format!("log of node {node}: {} {:?} is {outcome:?}", draft.id, draft.kind));
                self.answer(answer, outcome);
            }
            Write::Advance { username, peer, marks, answer } => {
                let outcome = self.memory.advance(&username, &peer, marks).now_or_never();
                let outcome = outcome.unwrap_or(Err(Error::Internal));
                if let Ok(Some(marks)) = outcome {
                    self.note(|| format!("marks of {username} with {peer}: {marks:?}"));
                    self.records.facts.mark(&username, &peer, marks);
                }
                self.answer(answer, outcome);
            }
        }
    }

    fn append(&self, draft: &Draft, counted: Option<Seq>) -> Result<Appended> {
        let now = |appended: Option<Result<Appended>>| appended.unwrap_or(Err(Error::Internal));
        match (self.mutant, counted) {
            (Some(Mutant::CounterFirst), Some(seq)) => self.memory.append_as(draft.clone(), seq),
            (Some(Mutant::NoUniqueIndex), _) => self.memory.append_anyway(draft.clone()),
            (Some(Mutant::SentOnDuplicate), _)
                if self.memory.find(draft).now_or_never().is_some_and(|it| it.is_ok()) =>
            {
                let seq = self.memory.head(&draft.author, &draft.peer).next();
                Ok(Appended { seq, at: draft.now, is_new: false })
            }
            _ => now(self.memory.append(draft.clone()).now_or_never()),
        }
    }

    fn answer<T: Send + 'static>(&mut self, answer: Answer<T>, outcome: Result<T>) {
        let delay = self.dice.within(self.trouble.store_delay);
        if delay == 0 {
            return reply(answer, outcome);
        }
        self.plan(delay, Happening::Answers(Box::new(move || reply(answer, outcome))));
    }
}

impl Depot {
    /// The way there or back.
    async fn travel(&self, is_there: bool) -> Result<()> {
        let delay = {
            let mut fate = self.fate.lock();
            if is_there && let Some(error) = fate.store_fault(self.node, self.life) {
                return Err(error);
            }
            let delay = fate.trouble.store_delay;
            fate.dice.within(delay)
        };
        if delay > 0 {
            tokio::time::sleep(Duration::from_millis(delay)).await;
        }
        Ok(())
    }
}

macro_rules! by_the_way {
    ($($method:ident($($name:ident: $kind:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl Store for Depot {
            async fn append(&self, draft: Draft) -> Result<Appended> {
                let (answer, answered) = oneshot::channel();
                let write = Write::Append { draft, counted: None, answer: Some(answer) };
                self.fate.lock().write(self.node, self.life, write);
                answered.await.unwrap_or(Err(Error::UnknownOutcome))
            }

            async fn advance(&self, username: &Username, peer: &Username, marks: Marks) -> Result<Option<Marks>> {
                let (answer, answered) = oneshot::channel();
                let (username, peer) = (username.clone(), peer.clone());
                let write = Write::Advance { username, peer, marks, answer: Some(answer) };
                self.fate.lock().write(self.node, self.life, write);
                answered.await.unwrap_or(Err(Error::UnknownOutcome))
            }

            $(async fn $method(&self, $($name: $kind),*) -> Result<$answer> {
                self.travel(true).await?;
                let answer = self.memory.$method($($name),*).await;
                self.travel(false).await?;
                answer
            })*
        }
    };
}

with_calls!(by_the_way {});
