//! Counts the inputs of the tables. When the last table is done they are printed, for `make soak` to sum up.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::support::trial::figures;

/// How many tests go over a table.
pub const TABLES: usize = 13;

static INPUTS: AtomicUsize = AtomicUsize::new(0);
static FAILURES: AtomicUsize = AtomicUsize::new(0);
static DONE: AtomicUsize = AtomicUsize::new(0);

/// One table, for as long as it is gone over.
#[derive(Default)]
pub struct Tried {
    inputs: usize,
}

impl Tried {
    pub fn one(&mut self) {
        self.inputs += 1;
    }
}

impl Drop for Tried {
    fn drop(&mut self) {
        INPUTS.fetch_add(self.inputs, Ordering::SeqCst);
        if thread::panicking() {
            FAILURES.fetch_add(1, Ordering::SeqCst);
        }
        if DONE.fetch_add(1, Ordering::SeqCst) + 1 == TABLES {
            let (inputs, failures) = (INPUTS.load(Ordering::SeqCst), FAILURES.load(Ordering::SeqCst));
            let line = format!("{{\"hostile\":{{\"inputs\":{inputs},\"failures\":{failures}}}}}");
            figures(&line);
        }
    }
}
