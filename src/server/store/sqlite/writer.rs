//! The one thread that writes. It waits for a request, takes all that are queued behind it into the same transaction,
//! commits, and only then answers them all: one flush of the disk serves everybody who was waiting for one.
//! A refusal concerns its own request; a broken statement rolls the whole batch back and nothing of it was written; a
//! failed COMMIT may have written everything, so nobody is told anything and the process stops.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender, TrySendError},
    },
    thread::JoinHandle,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode};
use tokio::sync::{Notify, oneshot};

use super::{
    accounts, append, archive,
    cache::Cache,
    failure::{Failure, Outcome},
    invites, marks,
    request::{Request, Said},
    wipe::Wipe,
};
use crate::{
    protocol::entry::Kind,
    server::{
        fault,
        store::{Draft, Error, Result},
    },
};

/// How many requests may wait. When it is full, the next is refused as `Busy`, and nothing was written for it.
const QUEUE: usize = 4_096;
/// How many requests one commit holds at most; the others wait for the next. More would make the first of them wait
/// longer and hardly save anything.
const BATCH: usize = 1_024;
/// How often an idle thread looks whether another process has written.
const LOOK: Duration = Duration::from_millis(250);
/// EX_IOERR of sysexits.h.
const EXIT_UNKNOWN_COMMIT: i32 = 74;

/// The way to the thread. Dropping it lets the thread finish what is queued, and waits for that.
pub struct Writer {
    queue: Option<SyncSender<Work>>,
    thread: Option<JoinHandle<()>>,
    /// Written by the thread after each batch: whether the last one could be stored.
    is_well: Arc<AtomicBool>,
    written_elsewhere: Arc<Notify>,
}

struct Work {
    request: Request,
    answer: oneshot::Sender<Result<Said>>,
}

impl Writer {
    pub fn start(connection: Connection) -> io::Result<Self> {
        let (queue, requests) = mpsc::sync_channel(QUEUE);
        let is_well = Arc::new(AtomicBool::new(true));
        let written_elsewhere = Arc::new(Notify::new());
        let thread = Thread {
            connection,
            requests,
            cache: Cache::default(),
            is_well: Arc::clone(&is_well),
            written_elsewhere: Arc::clone(&written_elsewhere),
            wipe: Wipe::new(),
        };
        let thread = std::thread::Builder::new().name("store-writer".to_owned()).spawn(move || thread.run())?;
        Ok(Self { queue: Some(queue), thread: Some(thread), is_well, written_elsewhere })
    }

    /// Waits until another process has written since this was asked last.
    pub async fn written_elsewhere(&self) {
        self.written_elsewhere.notified().await;
    }

    pub fn is_well(&self) -> bool {
        self.is_well.load(Ordering::Relaxed)
    }

    /// Queues a request when first polled, so that requests are written in the order in which they were first polled.
    pub async fn ask(&self, request: Request) -> Result<Said> {
        let (answer, said) = oneshot::channel();
        let queue = self.queue.as_ref().ok_or(Error::Unavailable)?;
        queue.try_send(Work { request, answer }).map_err(|refused| match refused {
            TrySendError::Full(_) => Error::Busy,
            TrySendError::Disconnected(_) => Error::Unavailable,
        })?;
        said.await.unwrap_or(Err(Error::UnknownOutcome))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.queue.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the writing thread panicked");
        }
    }
}

struct Thread {
    connection: Connection,
    requests: Receiver<Work>,
    cache: Cache,
    is_well: Arc<AtomicBool>,
    written_elsewhere: Arc<Notify>,
    wipe: Wipe,
}

impl Thread {
    fn run(mut self) {
        loop {
            match self.wait() {
                Ok(first) => {
                    self.wipe.put_off();
                    let mut batch = vec![first];
                    batch.extend(self.requests.try_iter().take(BATCH - 1));
                    self.serve(batch);
                    self.wipe.when_late(&self.connection);
                }
                Err(RecvTimeoutError::Timeout) => self.look_around(),
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.wipe.at_the_end(&self.connection);
    }

    fn wait(&self) -> std::result::Result<Work, RecvTimeoutError> {
        self.requests.recv_timeout(LOOK)
    }

    /// What is done while there is nothing to write.
    fn look_around(&mut self) {
        match self.cache.begin(&self.connection) {
            Ok(true) => self.written_elsewhere.notify_one(),
            Ok(false) => {}
            Err(cause) => tracing::warn!(%cause, "it cannot be seen whether somebody else has written to the database"),
        }
        self.wipe.when_idle(&self.connection);
    }

    /// Writes a batch, then answers it. Whoever gets no answer hears that the outcome is unknown.
    fn serve(&mut self, batch: Vec<Work>) {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.transact(&batch)));
        let is_well = matches!(outcome, Ok(Ok(_)));
        self.is_well.store(is_well, Ordering::Relaxed);
        if !is_well {
            self.roll_back();
        }
        match outcome {
            Ok(Ok(said)) => {
                for (work, said) in batch.into_iter().zip(said) {
                    // An asker who went away is not told; the retry will be.
                    let _ = work.answer.send(said);
                }
                if fault::is_mutant("sent-before-commit") {
                    std::thread::park_timeout(fault::DAWDLE);
                    let _ = self.commit();
                }
            }
            Ok(Err(cause)) => {
                tracing::error!(%cause, requests = batch.len(), "nothing could be written");
                for work in batch {
                    let _ = work.answer.send(Err(Error::Unavailable));
                }
            }
            Err(_) => tracing::error!(requests = batch.len(), "the writing thread panicked"),
        }
    }

    /// `Err` means that nothing of the batch was written.
    fn transact(&mut self, batch: &[Work]) -> rusqlite::Result<Vec<Result<Said>>> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
        if self.cache.begin(&self.connection)? {
            self.written_elsewhere.notify_one();
        }
        let mut answers = Vec::with_capacity(batch.len());
        let mut has_erased = false;
        for work in batch {
            answers.push(match self.apply(&work.request) {
                Ok(said) => Ok(said),
                Err(Failure::Refused(refusal)) => Err(refusal),
                Err(Failure::Broken(cause)) => return Err(cause),
            });
            has_erased |= erases(&work.request);
        }
        self.cache.write_back(&self.connection)?;
        if !fault::is_mutant("sent-before-commit") {
            self.commit()?;
        }
        obey_fault(batch);
        if has_erased {
            self.wipe.owe();
        }
        Ok(answers)
    }

    fn apply(&mut self, request: &Request) -> Outcome<Said> {
        let connection = &self.connection;
        let cache = &mut self.cache;
        match request {
            Request::Append(draft) => append::append(connection, cache, draft).map(Said::Appended),
            Request::Advance(username, peer, marks) => {
                marks::advance(connection, cache, username, peer, *marks).map(Said::Raised)
            }
            Request::Register(account) => done(accounts::register(connection, account)),
            Request::Invite(invite, most) => done(invites::invite(connection, cache, invite, *most)),
            Request::OpenSession(session) => done(accounts::open_session(connection, cache, session)),
            Request::TouchSession(key, at) => done(accounts::touch_session(connection, *key, *at)),
            Request::EndSession(username, public) => {
                accounts::end_session(connection, username, public).map(Said::Ended)
            }
            Request::EndSessions(username, except) => {
                accounts::end_sessions(connection, cache, username, *except).map(Said::AllEnded)
            }
            Request::Rename(username, name) => done(accounts::rename(connection, cache, username, name)),
            Request::SetPassword(username, password, except) => {
                accounts::set_password(connection, cache, username, password, *except).map(Said::AllEnded)
            }
            Request::Close(username, at) => accounts::close(connection, cache, username, *at).map(Said::AllEnded),
            Request::Saw(username, at) => done(accounts::saw(connection, username, *at)),
            Request::Put(records) => done(archive::put(connection, cache, records)),
            Request::NoteSource(source) => done(archive::note_source(connection, source.as_deref())),
            Request::Probe => done(probe(connection)),
        }
    }

    fn commit(&self) -> rusqlite::Result<()> {
        let Err(cause) = self.connection.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([])) else {
            return Ok(());
        };
        // A full disk shows when the log is written, up to its last frame, which alone makes the rest count. What comes
        // after that is flushing, and fails otherwise. So this one failure is known to have written nothing.
        if cause.sqlite_error_code() == Some(ErrorCode::DiskFull) {
            return Err(cause);
        }
        tracing::error!(%cause, "a commit failed and may or may not have been written; stopping, so that a restart finds out");
        std::process::exit(EXIT_UNKNOWN_COMMIT);
    }

    fn roll_back(&mut self) {
        self.cache.forget();
        // Some failures have rolled back by themselves.
        if !self.connection.is_autocommit()
            && let Err(cause) = self.connection.execute_batch("ROLLBACK")
        {
            tracing::error!(%cause, "a transaction could not be rolled back");
        }
    }
}

/// For the test that kills a server between commit and answer.
fn obey_fault(batch: &[Work]) {
    for work in batch {
        if let Request::Append(Draft { kind: Kind::Message { body, .. }, .. }) = &work.request {
            fault::exit_after_commit(body.as_deref());
        }
    }
}

/// Whether it takes words away, which must then leave the log too.
fn erases(request: &Request) -> bool {
    match request {
        Request::Append(draft) => matches!(draft.kind, Kind::Deletion { .. }),
        Request::Close(..) => true,
        _ => false,
    }
}

fn done(outcome: Outcome<()>) -> Outcome<Said> {
    outcome.map(|()| Said::Done)
}

fn probe(connection: &Connection) -> Outcome<()> {
    connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'probe'", [])?;
    Ok(())
}
