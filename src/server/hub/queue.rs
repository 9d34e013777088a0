//! What waits for one connection: the hub offers frames, the connection's task takes them. Empty it holds no memory to
//! speak of, for most connections have nothing waiting most of the time.

use std::{
    collections::VecDeque,
    future::poll_fn,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Poll, Waker},
};

use axum::extract::ws::Utf8Bytes;

/// The most frames that wait for one connection; one more closes it with 4508.
pub const FRAMES: usize = 256;
/// The most bytes that wait for one connection; more closes it with 4508.
pub const BYTES: usize = 1024 * 1024;
/// Room for so many frames is kept when a queue runs empty, and more is given back.
const KEPT: usize = 4;

#[derive(Default)]
struct Waiting {
    frames: VecDeque<Utf8Bytes>,
    bytes: usize,
    /// The connection's task, while it waits for a frame.
    reader: Option<Waker>,
}

impl Waiting {
    fn take(&mut self) -> Option<Utf8Bytes> {
        let frame = self.frames.pop_front()?;
        self.bytes -= frame.len();
        if self.frames.is_empty() {
            self.frames.shrink_to(KEPT);
        }
        Some(frame)
    }
}

type Shared = Arc<Mutex<Waiting>>;

fn lock(shared: &Shared) -> MutexGuard<'_, Waiting> {
    // Nothing under this lock leaves the queue half changed.
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The end of a queue that the hub holds.
pub struct Offers(Shared);

/// The end of a queue that its connection holds. Bounded by `FRAMES` and `BYTES`.
pub struct Queue(Shared);

/// The two ends of an empty queue.
pub fn new() -> (Offers, Queue) {
    let shared = Shared::default();
    (Offers(Arc::clone(&shared)), Queue(shared))
}

impl Offers {
    /// Puts a frame behind those that wait; false where there is no room for it. Never waits.
    pub fn offer(&self, frame: Utf8Bytes) -> bool {
        let mut waiting = lock(&self.0);
        if waiting.frames.len() >= FRAMES || waiting.bytes + frame.len() > BYTES {
            return false;
        }
        waiting.bytes += frame.len();
        waiting.frames.push_back(frame);
        let reader = waiting.reader.take();
        drop(waiting);
        if let Some(reader) = reader {
            reader.wake();
        }
        true
    }
}

impl Queue {
    /// The next frame; pending while there is none. Cancel safe.
    pub async fn next(&mut self) -> Utf8Bytes {
        poll_fn(|context| {
            let mut waiting = lock(&self.0);
            match waiting.take() {
                Some(frame) => Poll::Ready(frame),
                None => {
                    waiting.reader = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }

    /// The next frame, if one waits.
    pub fn try_next(&mut self) -> Option<Utf8Bytes> {
        lock(&self.0).take()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, poll};

    use super::*;

    fn frame(length: usize) -> Utf8Bytes {
        "x".repeat(length).into()
    }

    #[test]
    fn frames_are_taken_in_the_order_in_which_they_were_offered() {
        let (offers, mut queue) = new();
        for length in 1..=3 {
            assert!(offers.offer(frame(length)));
        }
        let taken: Vec<usize> = std::iter::from_fn(|| queue.try_next()).map(|frame| frame.len()).collect();
        assert_eq!(taken, [1, 2, 3]);
    }

    #[test]
    fn one_frame_too_many_is_refused_until_one_is_taken() {
        let (offers, mut queue) = new();
        assert!((0..FRAMES).all(|_| offers.offer(frame(1))));
        assert!(!offers.offer(frame(1)));
        assert!(queue.try_next().is_some());
        assert!(offers.offer(frame(1)));
    }

    #[test]
    fn one_byte_too_many_is_refused_until_some_are_taken() {
        let (offers, mut queue) = new();
        assert!(offers.offer(frame(BYTES)));
        assert!(!offers.offer(frame(1)));
        assert!(queue.try_next().is_some());
        assert!(offers.offer(frame(BYTES)));
    }

    #[tokio::test]
    async fn who_waits_is_woken_by_the_first_frame_and_finds_the_others_behind_it() {
        let (offers, mut queue) = new();
        {
            let mut next = std::pin::pin!(queue.next());
            assert!(poll!(next.as_mut()).is_pending());
            assert!(offers.offer(frame(1)) && offers.offer(frame(2)));
            assert_eq!(next.await.len(), 1);
        }
        assert_eq!(queue.next().now_or_never().map(|frame| frame.len()), Some(2));
        assert!(queue.next().now_or_never().is_none());
    }

    #[tokio::test]
    async fn a_wait_that_is_given_up_loses_no_frame() {
        let (offers, mut queue) = new();
        {
            let mut next = std::pin::pin!(queue.next());
            assert!(poll!(next.as_mut()).is_pending());
            assert!(offers.offer(frame(7)));
        }
        assert_eq!(queue.next().await.len(), 7);
    }
}
