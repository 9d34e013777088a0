//! What a run wants of its writers, and how far they are.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use tokio::sync::Notify;

pub struct Load {
    wanted: usize,
    answered: AtomicUsize,
    enough: Notify,
    is_over: AtomicBool,
    is_ordered: AtomicBool,
}

impl Load {
    /// Until so many messages were answered for the first time.
    pub fn new(wanted: usize) -> Self {
        let load = Self {
            wanted,
            answered: AtomicUsize::new(0),
            enough: Notify::new(),
            is_over: AtomicBool::new(false),
            is_ordered: AtomicBool::new(false),
        };
        if wanted == 0 {
            load.enough.notify_one();
        }
        load
    }

    pub fn counts(&self) {
        if self.answered.fetch_add(1, Ordering::Relaxed) + 1 == self.wanted {
            self.enough.notify_one();
        }
    }

    pub fn answered(&self) -> usize {
        self.answered.load(Ordering::Relaxed)
    }

    /// Waits until there are as many as were wanted.
    pub async fn enough(&self) {
        self.enough.notified().await;
    }

    /// Writers finish what they have begun, and keep their lines.
    pub fn finish(&self) {
        self.is_over.store(true, Ordering::Relaxed);
    }

    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }

    /// The server is about to be told to end, and says so to its clients.
    pub fn is_to_end_in_order(&self) {
        self.is_ordered.store(true, Ordering::Relaxed);
    }

    pub fn is_ordered(&self) -> bool {
        self.is_ordered.load(Ordering::Relaxed)
    }
}
