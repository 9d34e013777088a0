//! What is tried on a store under test, what it answered, and doing it again.

use crate::{
    protocol::{
        entry::{Entry, Kind},
        ids::{Millis, Seq, Username},
    },
    server::store::{Appended, Draft, Error, Marks, NewAccount, Result, Session, Store},
};

pub enum Deed {
    Register(NewAccount),
    SignIn(Session),
    Write(Draft),
    Raise { username: Username, peer: Username, marks: Marks },
}

#[derive(Clone, Copy, Debug)]
pub enum Answer {
    Done,
    Written(Appended),
    Raised(Option<Marks>),
}

pub struct Try {
    pub deed: Deed,
    /// As long as the power stayed, everything was answered at last.
    pub answer: Answer,
}

impl Deed {
    pub async fn is_done(&self, store: &impl Store) -> Result<Answer> {
        match self {
            Self::Register(account) => store.register(account.clone()).await.map(|()| Answer::Done),
            Self::SignIn(session) => store.open_session(session.clone()).await.map(|()| Answer::Done),
            Self::Write(draft) => store.append(draft.clone()).await.map(Answer::Written),
            Self::Raise { username, peer, marks } => store.advance(username, peer, *marks).await.map(Answer::Raised),
        }
    }

    /// The same, where it may have been done before: an account or session that is there is a conflict.
    pub async fn is_repeated(&self, store: &impl Store) -> Result<Answer> {
        match self.is_done(store).await {
            Err(Error::Conflict) if matches!(self, Self::Register(_) | Self::SignIn(_)) => Ok(Answer::Done),
            answer => answer,
        }
    }

    /// The draft, where it belongs to the conversation of these two.
    pub fn of(&self, pair: [&str; 2]) -> Option<&Draft> {
        let Self::Write(draft) = self else { return None };
        let people = [draft.author.as_str(), draft.peer.as_str()];
        (people == pair || people == [pair[1], pair[0]]).then_some(draft)
    }
}

/// The log that these drafts make, in this order.
pub fn log_of(drafts: &[&Draft]) -> Vec<Entry> {
    let mut log: Vec<Entry> = Vec::new();
    for draft in drafts {
        let at = log.last().map_or(Millis(0), |entry| entry.at).max(draft.now);
        if let Kind::Deletion { of } = draft.kind {
            erase(&mut log, of);
        }
        let seq = Seq(log.len() as u64 + 1);
        log.push(Entry { seq, at, from: draft.author.clone(), id: draft.id.clone(), kind: draft.kind.clone() });
    }
    log
}

fn erase(log: &mut [Entry], message: Seq) {
    for entry in log {
        match &mut entry.kind {
            Kind::Message { body, .. } if entry.seq == message => *body = None,
            Kind::Edit { of, body } if *of == message => *body = None,
            _ => {}
        }
    }
}
