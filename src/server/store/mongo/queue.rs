//! The writes of one node, in order. Drafts and marks of one conversation are written one after the other, as they came;
//! several drafts that wait together are told to the inboxes as one change. Conversations do not wait for each other.
//!
//! What is queued is written even where nobody waits for the answer any more.

use std::{
    collections::{HashMap, VecDeque, hash_map::Entry},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::oneshot;

use super::{collections::Collections, documents::Pair};
use crate::{
    protocol::ids::Username,
    server::store::{Appended, Draft, Error, Marks, Result},
};

/// How many drafts and marks may wait at one node.
const MOST: usize = 10_000;
/// How many drafts are settled together.
const GROUP: usize = 64;

enum Job {
    Append(Draft, Answer<Appended>),
    Advance(Username, Username, Marks, Answer<Option<Marks>>),
}

type Answer<T> = oneshot::Sender<Result<T>>;

pub struct Queue {
    collections: Collections,
    /// What waits, for each conversation that somebody writes.
    waiting: Mutex<HashMap<Pair, VecDeque<Job>>>,
    count: AtomicUsize,
}

impl Queue {
    pub fn new(collections: Collections) -> Self {
        Self { collections, waiting: Mutex::default(), count: AtomicUsize::new(0) }
    }

    /// Queued at the first poll.
    pub async fn append(self: &Arc<Self>, draft: Draft) -> Result<Appended> {
        let pair = Pair::new(&draft.author, &draft.peer);
        self.ask(pair, |answer| Job::Append(draft, answer)).await
    }

    /// Queued at the first poll.
    pub async fn advance(
        self: &Arc<Self>,
        username: &Username,
        peer: &Username,
        marks: Marks,
    ) -> Result<Option<Marks>> {
        let job = |answer| Job::Advance(username.clone(), peer.clone(), marks, answer);
        self.ask(Pair::new(username, peer), job).await
    }

    async fn ask<T>(self: &Arc<Self>, pair: Pair, job: impl FnOnce(Answer<T>) -> Job) -> Result<T> {
        if self.count.fetch_add(1, Ordering::Relaxed) >= MOST {
            self.count.fetch_sub(1, Ordering::Relaxed);
            return Err(Error::Busy);
        }
        let (answer, answered) = oneshot::channel();
        self.push(pair, job(answer));
        // Dropped without an answer: the writing task panicked.
        answered.await.unwrap_or(Err(Error::UnknownOutcome))
    }

    fn push(self: &Arc<Self>, pair: Pair, job: Job) {
        match self.waiting().entry(pair) {
            Entry::Occupied(mut jobs) => jobs.get_mut().push_back(job),
            Entry::Vacant(place) => {
                let writing = Writing { queue: Arc::clone(self), pair: place.key().clone() };
                place.insert(VecDeque::from([job]));
                tokio::spawn(writing.run());
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<Pair, VecDeque<Job>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The task that writes one conversation while something waits for it.
struct Writing {
    queue: Arc<Queue>,
    pair: Pair,
}

impl Writing {
    async fn run(self) {
        while let Some(group) = self.next_group() {
            let (mut drafts, mut answers) = (Vec::new(), Vec::new());
            for job in group {
                match job {
                    Job::Append(draft, answer) => {
                        drafts.push(draft);
                        answers.push(answer);
                    }
                    Job::Advance(username, peer, marks, answer) => {
                        self.append(&mut drafts, &mut answers).await;
                        // Whoever asked may have gone.
                        let _ = answer.send(self.queue.collections.advance(&username, &peer, marks).await);
                    }
                }
            }
            self.append(&mut drafts, &mut answers).await;
        }
    }

    /// Writes what was gathered.
    async fn append(&self, drafts: &mut Vec<Draft>, answers: &mut Vec<Answer<Appended>>) {
        if drafts.is_empty() {
            return;
        }
        let outcomes = self.queue.collections.append(&self.pair, &std::mem::take(drafts)).await;
        for (answer, outcome) in answers.drain(..).zip(outcomes) {
            let _ = answer.send(outcome);
        }
    }

    /// `None` once nothing waits: then the next one begins another task.
    fn next_group(&self) -> Option<Vec<Job>> {
        let mut waiting = self.queue.waiting();
        let jobs = waiting.get_mut(&self.pair)?;
        let group: Vec<_> = jobs.drain(..jobs.len().min(GROUP)).collect();
        if group.is_empty() {
            waiting.remove(&self.pair);
            return None;
        }
        self.queue.count.fetch_sub(group.len(), Ordering::Relaxed);
        Some(group)
    }
}

impl Drop for Writing {
    /// Where the task panicked, what waits is answered by being dropped, and the next one finds the way free.
    fn drop(&mut self) {
        // Else the way was left free, and may be another task's by now.
        if std::thread::panicking()
            && let Some(left) = self.queue.waiting().remove(&self.pair)
        {
            self.queue.count.fetch_sub(left.len(), Ordering::Relaxed);
        }
    }
}
