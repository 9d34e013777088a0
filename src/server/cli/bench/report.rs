//! What was measured, for machines and for people.

use std::time::Duration;

use serde::Serialize;

/// A figure that could not be measured is null.
#[derive(Debug, Default, Serialize)]
pub struct Report {
    pub mode: &'static str,
    /// chat and idle: delivered; burst: taken, while nobody reads.
    pub messages_per_s: f64,
    /// Of the server, for each message that was delivered or taken.
    pub cpu_us_per_message: Option<f64>,
    /// chat and idle: from writing a message until the other has it; burst: until one who comes back has all.
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    /// Of the server, for each connection that was opened.
    pub bytes_per_connection: Option<u64>,
    /// Answered with `sent`, and not seen by the other.
    pub lost: u64,
    /// Seen more often than once.
    pub repeated: u64,
    pub messages: u64,
    pub connections: usize,
    /// Refused by the server.
    pub refused: u64,
    /// idle: of the same pair before the others came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p99_ms_alone: Option<f64>,
}

impl Report {
    pub fn with_times(self, mut times: Vec<u64>) -> Self {
        times.sort_unstable();
        let [p50_ms, p99_ms, p999_ms] = [0.5, 0.99, 0.999].map(|share| percentile(&times, share));
        Self { p50_ms, p99_ms, p999_ms, ..self }
    }

    pub fn print(&self) {
        let line = serde_json::to_string(self).expect("a report has no map whose keys are no strings");
        println!("{line}");
        let none = || "not seen".to_owned();
        let times = |name: &'static str, ms: f64| (name, format!("{ms:.3} ms"));
        let mut rows = vec![
            ("mode", self.mode.to_owned()),
            ("messages a second", format!("{:.0}", self.messages_per_s)),
            ("CPU a message", self.cpu_us_per_message.map_or_else(none, |us| format!("{us:.2} µs"))),
            times("p50", self.p50_ms),
            times("p99", self.p99_ms),
            times("p99.9", self.p999_ms),
            ("memory a connection", self.bytes_per_connection.map_or_else(none, |bytes| format!("{bytes} bytes"))),
            ("messages", self.messages.to_string()),
            ("connections", self.connections.to_string()),
            ("refused", self.refused.to_string()),
            ("lost", self.lost.to_string()),
            ("repeated", self.repeated.to_string()),
        ];
        rows.extend(self.p99_ms_alone.map(|ms| times("p99 without the others", ms)));
        for (name, figure) in rows {
            eprintln!("{name:<24}{figure:>16}");
        }
    }
}

/// The time, of sorted ones in nanoseconds, that a share of all does not exceed, in milliseconds.
pub fn percentile(sorted: &[u64], share: f64) -> f64 {
    let place = (sorted.len() as f64 * share).ceil() as usize;
    let nanos = sorted.get(place.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(0);
    nanos as f64 / 1e6
}

pub fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentile_is_a_time_that_was_measured() {
        let times: Vec<u64> = (1..=1000).map(|ms| ms * 1_000_000).collect();
        assert_eq!([0.5, 0.99, 0.999, 1.0].map(|share| percentile(&times, share)), [500.0, 990.0, 999.0, 1000.0]);
        assert_eq!(percentile(&[7_000_000], 0.5), 7.0);
        assert_eq!(percentile(&[], 0.99), 0.0);
    }
}
