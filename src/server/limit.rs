//! Token buckets, one a key: how often an account may write, how often an address may try to sign in.
//! In memory and of this process; what is counted here is a brake, never a record.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Mutex, PoisonError},
};

use crate::protocol::ids::Millis;

/// Above this many keys those that are full again are forgotten, which changes nothing for anyone.
const MOST_KEYS: usize = 10_000;

pub struct Buckets<K> {
    per_second: f64,
    burst: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

#[derive(Clone, Copy)]
struct Bucket {
    tokens: f64,
    at: Millis,
}

impl<K: Eq + Hash> Buckets<K> {
    pub fn new(per_second: f64, burst: f64) -> Self {
        Self { per_second, burst, buckets: Mutex::default() }
    }

    /// Whether a token could be taken now; where not, in how many milliseconds.
    pub fn check(&self, key: &K, now: Millis) -> Result<(), u64> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let tokens = buckets.get_mut(key).map_or(self.burst, |bucket| {
            // Counted on from now, so that a clock that was put back is not waited for.
            *bucket = Bucket { tokens: self.filled(*bucket, now), at: now };
            bucket.tokens
        });
        if tokens >= 1.0 {
            return Ok(());
        }
        Err(((1.0 - tokens) / self.per_second * 1000.0).ceil() as u64)
    }

    /// Takes a token, as `check` allows; what is overdrawn by a race is paid back by waiting longer.
    pub fn take(&self, key: K, now: Millis) {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_KEYS {
            buckets.retain(|_, bucket| self.filled(*bucket, now) < self.burst);
        }
        let full = Bucket { tokens: self.burst, at: now };
        let bucket = buckets.entry(key).or_insert(full);
        *bucket = Bucket { tokens: self.filled(*bucket, now) - 1.0, at: now };
    }

    fn filled(&self, bucket: Bucket, now: Millis) -> f64 {
        let seconds = now.since(bucket.at) as f64 / 1000.0;
        (bucket.tokens + seconds * self.per_second).min(self.burst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_is_allowed_and_then_the_rate() {
        let buckets = Buckets::new(10.0, 3.0);
        let start = Millis(1_000);
        for _ in 0..3 {
            assert_eq!(buckets.check(&"ann", start), Ok(()));
            buckets.take("ann", start);
        }
        assert_eq!(buckets.check(&"ann", start), Err(100));
        assert_eq!(buckets.check(&"bob", start), Ok(()));
        assert_eq!(buckets.check(&"ann", start.plus(100)), Ok(()));
    }

    #[test]
    fn a_clock_that_is_put_back_keeps_nobody_waiting() {
        let buckets = Buckets::new(10.0, 1.0);
        let start = Millis(3_600_000);
        buckets.take("ann", start);
        assert_eq!(buckets.check(&"ann", Millis(0)), Err(100));
        assert_eq!(buckets.check(&"ann", Millis(100)), Ok(()));
    }

    #[test]
    fn forgetting_gives_nobody_a_token() {
        let buckets = Buckets::new(1.0, 1.0);
        buckets.take(0, Millis(0));
        for key in 1..=MOST_KEYS {
            buckets.take(key, Millis(0));
        }
        assert!(buckets.check(&0, Millis(1)).is_err());
    }
}
