//! What stands between SQLite and the files of one folder: each change goes through to the real file and into the `Disk`
//! that remembers. At moments that the seed chose it keeps what the disk was then, while the store runs on: a power cut.
//! It can also hold whoever writes, so that what is queued meanwhile becomes one batch, the same in each run.

use std::{
    ffi::c_int,
    sync::{Condvar, Mutex, MutexGuard},
    time::Duration,
};

use rusqlite::ffi;

use super::{chance::Chance, disk::Disk};

/// How long a fact is waited for before the test is broken.
const PATIENCE: Duration = Duration::from_secs(60);

/// How many tries there were, and how many of them had been answered.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moment {
    pub tried: usize,
    pub answered: usize,
}

/// A disk at the moment at which its power went.
pub struct Cut {
    /// What the server was doing.
    pub during: &'static str,
    pub before_operation: u64,
    pub moment: Moment,
    pub disk: Disk,
}

pub struct Recorder {
    state: Mutex<State>,
    /// Said after each change of `state` that somebody may wait for.
    turned: Condvar,
}

struct State {
    disk: Disk,
    moment: Moment,
    operations: u64,
    chance: Chance,
    during: &'static str,
    every: u64,
    next: u64,
    wanted: usize,
    cuts: Vec<Cut>,
    is_gate_closed: bool,
    is_held: bool,
}

impl Recorder {
    pub fn new(chance: Chance, disk: Disk) -> Self {
        let state = State {
            disk,
            moment: Moment::default(),
            operations: 0,
            chance,
            during: "",
            every: 1,
            next: 0,
            wanted: 0,
            cuts: Vec::new(),
            is_gate_closed: false,
            is_held: false,
        };
        Self { state: Mutex::new(state), turned: Condvar::new() }
    }

    /// Cuts the power so many times during what comes now, about every so many operations.
    pub fn cut(&self, during: &'static str, times: usize, every: u64) {
        let mut state = self.lock();
        state.during = during;
        state.wanted = times;
        state.every = every;
        state.plan_next();
    }

    pub fn at(&self, moment: Moment) {
        self.lock().moment = moment;
    }

    /// The disk as it is now.
    pub fn disk(&self) -> Disk {
        self.lock().disk.clone()
    }

    pub fn take_cuts(&self) -> Vec<Cut> {
        std::mem::take(&mut self.lock().cuts)
    }

    /// Carries an operation out, and remembers it where it was done.
    pub fn operate(&self, real: impl FnOnce() -> c_int, remember: impl FnOnce(&mut Disk)) -> c_int {
        let mut state = self.lock();
        while state.is_gate_closed {
            state.is_held = true;
            self.turned.notify_all();
            state = self.wait(state);
        }
        state.is_held = false;
        state.operations += 1;
        if state.wanted > 0 && state.operations >= state.next {
            let (before_operation, moment, disk) = (state.operations, state.moment, state.disk.clone());
            let during = state.during;
            state.cuts.push(Cut { during, before_operation, moment, disk });
            state.wanted -= 1;
            state.plan_next();
        }
        let code = real();
        if code == ffi::SQLITE_OK {
            remember(&mut state.disk);
        }
        self.turned.notify_all();
        code
    }

    /// Lets nobody write from now on.
    pub fn close_gate(&self) {
        self.lock().is_gate_closed = true;
    }

    /// Waits until somebody stands at the gate.
    pub fn until_held(&self) {
        let mut state = self.lock();
        while !state.is_held {
            state = self.wait(state);
        }
    }

    pub fn open_gate(&self) {
        self.lock().is_gate_closed = false;
        self.turned.notify_all();
    }

    pub fn until(&self, is_so: impl Fn(&Disk) -> bool) {
        let mut state = self.lock();
        while !is_so(&state.disk) {
            state = self.wait(state);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("nobody panics while holding it")
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>) -> MutexGuard<'a, State> {
        let (state, patience) = self.turned.wait_timeout(state, PATIENCE).expect("nobody panics while holding it");
        assert!(!patience.timed_out(), "what was waited for did not come");
        state
    }
}

impl State {
    fn plan_next(&mut self) {
        self.next = self.operations + 1 + self.chance.below(2 * self.every);
    }
}
