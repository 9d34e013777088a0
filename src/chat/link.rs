//! The one line to the server: when to open it, when to give it up, when to come back.
//!
//! It knows close codes, back-off and pings, and nothing of what the frames say. It never opens a second line, and it
//! never trusts an open one that has been silent for too long. All waiting is a deadline, looked at by `tick`.

use super::effect::Effect;
use crate::protocol::{
    client::{ClientFrame, Ping},
    code::CloseCode,
    ids::Millis,
    limits::PING_EVERY_MS,
};

const FIRST_BACKOFF_MS: u64 = 500;
const LONGEST_BACKOFF_MS: u64 = 30_000;
/// Within this time everybody comes back after a restart of the server.
const RESTART_SPREAD_MS: u64 = 1_000;
const FLOODED_MS: u64 = 60_000;
/// Longer without a welcome means that the attempt hangs.
const ATTEMPT_MS: u64 = 10_000;
/// After this long out of sight the link is made anew, whatever the socket claims.
const LONG_HIDDEN_MS: u64 = 30_000;
/// The network changed under an open socket: it has this long to prove that it lives.
const PROBE_MS: u64 = 3_000;
const BANNER_AFTER_MS: u64 = 5_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Connecting,
    Connected,
    Waiting {
        until: Millis,
    },
    /// Too many connections of this account: until the person wants this page back.
    Elsewhere,
    Stopped(CloseCode),
    SignedOut,
}

#[derive(Debug)]
pub struct Link {
    state: State,
    backoff_ms: u64,
    /// Since when there has been no link; `None` while there is one, and before the first event.
    lost: Option<Millis>,
    has_asked_session: bool,
}

#[derive(Debug)]
enum State {
    Idle,
    Connecting { since: Millis, is_open: bool },
    Connected(Pulse),
    Waiting { until: Millis, is_held: bool },
    Elsewhere,
    Stopped(CloseCode),
    SignedOut,
}

#[derive(Debug)]
struct Pulse {
    heard: Millis,
    pinged: Millis,
    /// The first ping since a frame came. A throttled tab pings late; silence counts only after a question.
    asked: Option<Millis>,
    probe_until: Option<Millis>,
}

impl Pulse {
    fn dies_at(&self) -> Option<Millis> {
        let unanswered = self.asked.map(|asked| asked.plus(PING_EVERY_MS).max(self.heard.plus(2 * PING_EVERY_MS)));
        unanswered.into_iter().chain(self.probe_until).min()
    }
}

impl Link {
    pub fn new() -> Self {
        Self { state: State::Idle, backoff_ms: FIRST_BACKOFF_MS, lost: None, has_asked_session: false }
    }

    pub fn phase(&self) -> Phase {
        match self.state {
            State::Idle | State::Connecting { .. } => Phase::Connecting,
            State::Connected(_) => Phase::Connected,
            State::Waiting { until, .. } => Phase::Waiting { until },
            State::Elsewhere => Phase::Elsewhere,
            State::Stopped(code) => Phase::Stopped(code),
            State::SignedOut => Phase::SignedOut,
        }
    }

    pub fn is_connected(&self) -> bool {
        matches!(self.state, State::Connected(_))
    }

    pub fn shows_banner(&self, now: Millis) -> bool {
        match self.state {
            State::Elsewhere | State::Stopped(_) => true,
            State::SignedOut => false,
            _ => self.lost.is_some_and(|lost| lost.plus(BANNER_AFTER_MS) <= now),
        }
    }

    /// The first event of a page opens its link.
    pub fn start(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        if matches!(self.state, State::Idle) {
            self.connect(now, effects);
        }
    }

    pub fn opened(&mut self) {
        if let State::Connecting { is_open, .. } = &mut self.state {
            *is_open = true;
        }
    }

    pub fn welcomed(&mut self, now: Millis) {
        self.state = State::Connected(Pulse { heard: now, pinged: now, asked: None, probe_until: None });
        self.backoff_ms = FIRST_BACKOFF_MS;
        self.lost = None;
        self.has_asked_session = false;
    }

    pub fn heard(&mut self, now: Millis) {
        if let State::Connected(pulse) = &mut self.state {
            pulse.heard = now;
            pulse.asked = None;
            pulse.probe_until = None;
        }
    }

    pub fn closed(
        &mut self,
        code: Option<u16>,
        now: Millis,
        random: &mut dyn FnMut() -> u64,
        effects: &mut Vec<Effect>,
    ) {
        let was_open = match self.state {
            State::Connecting { is_open, .. } => is_open,
            State::Connected(_) => true,
            // A socket that was given up already has nothing to say.
            _ => return,
        };
        self.lost.get_or_insert(now);
        match code.and_then(CloseCode::from_number) {
            Some(CloseCode::SessionEnded) => self.sign_out(effects),
            Some(CloseCode::TooManyConnections) => self.state = State::Elsewhere,
            Some(code @ CloseCode::BadFrames) => self.state = State::Stopped(code),
            Some(CloseCode::Flooding) => self.wait(now.plus(FLOODED_MS), true),
            Some(CloseCode::TooSlow) => self.connect(now, effects),
            Some(CloseCode::GoingAway) => {
                self.wait(now.plus(random() % (RESTART_SPREAD_MS + 1)), false);
            }
            _ => {
                // A refused upgrade and a dead network look alike to a page; only the session tells them apart.
                if !was_open && !self.has_asked_session {
                    self.has_asked_session = true;
                    effects.push(Effect::AskSession);
                }
                self.back_off(now, random);
            }
        }
    }

    /// The browser says that there is no network. An open socket may not notice for a long time.
    pub fn offline(&mut self, now: Millis, random: &mut dyn FnMut() -> u64, effects: &mut Vec<Effect>) {
        if matches!(self.state, State::Connecting { .. } | State::Connected(_)) {
            effects.push(Effect::Disconnect);
            self.opened();
            self.closed(None, now, random, effects);
        }
    }

    pub fn session(&mut self, is_signed_in: Option<bool>, effects: &mut Vec<Effect>) {
        match is_signed_in {
            Some(false) if !self.is_connected() => {
                if matches!(self.state, State::Connecting { .. }) {
                    effects.push(Effect::Disconnect);
                }
                self.sign_out(effects);
            }
            // Nobody answered: the question is still open.
            None => self.has_asked_session = false,
            Some(_) => {}
        }
    }

    /// The socket speaks for somebody else, or for nobody.
    pub fn disown(&mut self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Disconnect);
        self.sign_out(effects);
    }

    pub fn online(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        if let State::Connected(pulse) = &mut self.state {
            pulse.asked.get_or_insert(now);
            pulse.pinged = now;
            pulse.probe_until.get_or_insert(now.plus(PROBE_MS));
            effects.push(Effect::Transmit(ClientFrame::Ping(Ping { id: None })));
        }
        self.hurry(now, effects);
    }

    pub fn visible(&mut self, hidden_for_ms: u64, now: Millis, effects: &mut Vec<Effect>) {
        if self.is_connected() && hidden_for_ms >= LONG_HIDDEN_MS {
            self.reconnect(now, effects);
        }
        self.hurry(now, effects);
    }

    pub fn retry_now(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        if matches!(self.state, State::Waiting { .. } | State::Elsewhere | State::Stopped(_)) {
            self.backoff_ms = FIRST_BACKOFF_MS;
            self.has_asked_session = false;
            self.connect(now, effects);
        }
    }

    /// Gives the socket up and opens another at once.
    pub fn reconnect(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        effects.push(Effect::Disconnect);
        self.lost.get_or_insert(now);
        self.connect(now, effects);
    }

    pub fn tick(&mut self, now: Millis, random: &mut dyn FnMut() -> u64, effects: &mut Vec<Effect>) {
        match &mut self.state {
            State::Connecting { since, .. } if since.plus(ATTEMPT_MS) <= now => {
                effects.push(Effect::Disconnect);
                self.back_off(now, random);
            }
            State::Connected(pulse) => {
                if pulse.dies_at().is_some_and(|death| death <= now) {
                    self.reconnect(now, effects);
                } else if pulse.pinged.plus(PING_EVERY_MS) <= now {
                    pulse.pinged = now;
                    pulse.asked.get_or_insert(now);
                    effects.push(Effect::Transmit(ClientFrame::Ping(Ping { id: None })));
                }
            }
            State::Waiting { until, .. } if *until <= now => self.connect(now, effects),
            _ => {}
        }
    }

    pub fn deadline(&self, now: Millis) -> Option<Millis> {
        let of_state = match &self.state {
            State::Connecting { since, .. } => Some(since.plus(ATTEMPT_MS)),
            State::Connected(pulse) => {
                let ping = pulse.pinged.plus(PING_EVERY_MS);
                Some(pulse.dies_at().map_or(ping, |death| death.min(ping)))
            }
            State::Waiting { until, .. } => Some(*until),
            _ => None,
        };
        let banner = self.lost.map(|lost| lost.plus(BANNER_AFTER_MS)).filter(|banner| *banner > now);
        of_state.into_iter().chain(banner).min()
    }

    fn connect(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        self.lost.get_or_insert(now);
        self.state = State::Connecting { since: now, is_open: false };
        effects.push(Effect::Connect);
    }

    /// The world got better: no more waiting, except for a penance.
    fn hurry(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        self.backoff_ms = FIRST_BACKOFF_MS;
        if matches!(self.state, State::Waiting { is_held: false, .. }) {
            self.connect(now, effects);
        }
    }

    fn back_off(&mut self, now: Millis, random: &mut dyn FnMut() -> u64) {
        // At least a moment: nothing rings for a time that has come already.
        self.wait(now.plus((random() % (self.backoff_ms + 1)).max(1)), false);
        self.backoff_ms = (self.backoff_ms * 2).min(LONGEST_BACKOFF_MS);
    }

    fn wait(&mut self, until: Millis, is_held: bool) {
        self.state = State::Waiting { until, is_held };
    }

    fn sign_out(&mut self, effects: &mut Vec<Effect>) {
        self.state = State::SignedOut;
        effects.push(Effect::SignIn);
    }
}
