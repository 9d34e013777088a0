//! How much is too much on one connection: frames a second, and frames that cannot be read.

use std::{collections::VecDeque, time::Duration};

use tokio::time::Instant;

/// Frames of any kind in one second, where limits are on.
const FRAMES: u32 = 200;
/// Pings and pongs in one second, always: each costs an answer.
const CONTROLS: u32 = 20;
/// For so many seconds in a row.
const SECONDS: u32 = 5;
/// The bad frame that closes, within a minute.
const BAD_FRAMES: usize = 5;
const MINUTE: Duration = Duration::from_secs(60);

pub struct Flood {
    is_limited: bool,
    frames: Streak,
    controls: Streak,
}

impl Flood {
    pub fn new(is_limited: bool) -> Self {
        Self { is_limited, frames: Streak::default(), controls: Streak::default() }
    }

    /// Counts a frame. True once there were too many a second for too many seconds in a row.
    pub fn is_over(&mut self, is_control: bool, now: Instant) -> bool {
        (is_control && self.controls.is_over(CONTROLS, now)) || (self.is_limited && self.frames.is_over(FRAMES, now))
    }
}

/// Seconds in a row that held more than allowed.
#[derive(Default)]
struct Streak {
    second: Option<Instant>,
    count: u32,
    seconds: u32,
}

impl Streak {
    fn is_over(&mut self, allowed: u32, now: Instant) -> bool {
        let elapsed = self.second.map_or(Duration::MAX, |second| now - second);
        if elapsed >= Duration::from_secs(1) {
            let goes_on = self.count > allowed && elapsed < Duration::from_secs(2);
            self.seconds = if goes_on { self.seconds + 1 } else { 0 };
            self.second = Some(now);
            self.count = 0;
        }
        self.count += 1;
        self.count > allowed && self.seconds + 1 >= SECONDS
    }
}

/// The times of the last bad frames.
#[derive(Default)]
pub struct BadFrames(VecDeque<Instant>);

impl BadFrames {
    /// Counts a bad frame. True at the fifth within a minute.
    pub fn is_over(&mut self, now: Instant) -> bool {
        self.0.retain(|at| now - *at < MINUTE);
        self.0.push_back(now);
        self.0.len() >= BAD_FRAMES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn send(flood: &mut Flood, start: Instant, second: u64, count: u32, is_control: bool) -> bool {
        let now = start + Duration::from_secs(second);
        (0..count).any(|_| flood.is_over(is_control, now))
    }

    #[test]
    fn a_burst_is_no_flood() {
        let mut flood = Flood::new(true);
        let start = Instant::now();
        assert!(!send(&mut flood, start, 0, 10_000, false));
        assert!(!send(&mut flood, start, 1, 10, false));
    }

    #[test]
    fn five_full_seconds_in_a_row_are_a_flood() {
        let mut flood = Flood::new(true);
        let start = Instant::now();
        for second in 0..4 {
            assert!(!send(&mut flood, start, second, FRAMES + 1, false), "{second}");
        }
        assert!(send(&mut flood, start, 4, FRAMES + 1, false));
    }

    #[test]
    fn without_limits_only_pings_are_counted() {
        let mut flood = Flood::new(false);
        let start = Instant::now();
        assert!(!(0..10).any(|second| send(&mut flood, start, second, FRAMES + 1, false)));
        assert!((10..20).any(|second| send(&mut flood, start, second, CONTROLS + 1, true)));
    }

    #[test]
    fn a_pause_ends_the_count() {
        let mut flood = Flood::new(true);
        let start = Instant::now();
        for second in [0, 1, 2, 3, 8, 9, 10, 11] {
            assert!(!send(&mut flood, start, second, FRAMES + 1, false), "{second}");
        }
    }

    #[test]
    fn the_fifth_bad_frame_within_a_minute_is_one_too_many() {
        let mut bad_frames = BadFrames::default();
        let start = Instant::now();
        for second in [0, 20, 40, 59] {
            assert!(!bad_frames.is_over(start + Duration::from_secs(second)));
        }
        assert!(!bad_frames.is_over(start + Duration::from_secs(60)));
        assert!(bad_frames.is_over(start + Duration::from_secs(61)));
    }
}
