//! `createTime` of the channel dialect: milliseconds, or a text that JavaScript's `Date` reads as ISO 8601 (ECMA-262,
//! section 21.4.1.32).

use jiff::{
    Timestamp,
    civil::{Date, DateTime},
    tz::TimeZone,
};
use serde_json::Value;

/// In bytes; no date needs more, and what is read is remembered.
const LONGEST: usize = 64;

/// The point in time that a client named; `None` where it named none.
pub fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => {
            let milliseconds = number.as_i64().or_else(|| number.as_f64().map(|float| float as i64))?;
            Timestamp::from_millisecond(milliseconds).ok()
        }
        Value::String(text) if text.len() <= LONGEST => read_text(text.trim()),
        _ => None,
    }
}

/// A date alone is of UTC, and with a time but no offset it is of the local zone: so JavaScript reads them.
fn read_text(text: &str) -> Option<Timestamp> {
    if !text.contains(['T', 't', ' ']) {
        let whole = match text.trim_start_matches(['+', '-']).matches('-').count() {
            0 => format!("{text}-01-01"),
            1 => format!("{text}-01"),
            _ => text.to_owned(),
        };
        return Some(whole.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp());
    }
    let local = || Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::system()).ok()?.timestamp());
    text.parse::<Timestamp>().ok().or_else(local)
}

/// Hours and minutes on the server's own clock.
pub fn clock(moment: Timestamp) -> String {
    moment.to_zoned(TimeZone::system()).strftime("%H:%M").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn milliseconds(value: Value) -> Option<i64> {
        read(&value).map(Timestamp::as_millisecond)
    }

    #[test]
    fn what_javascript_reads_is_read() {
        let noon = Some(1_790_000_000_000);
        for value in [
            json!(1_790_000_000_000_u64),
            json!(1_790_000_000_000.7),
            json!("2026-09-21T14:13:20.000Z"),
            json!("2026-09-21T14:13:20Z"),
            json!("2026-09-21T16:13:20+02:00"),
            json!("+002026-09-21T14:13:20Z"),
        ] {
            assert_eq!(milliseconds(value.clone()), noon, "{value}");
        }
        assert_eq!(milliseconds(json!(0)), Some(0));
        assert_eq!(milliseconds(json!(-1000)), Some(-1000));
    }

    #[test]
    fn a_date_alone_is_of_utc() {
        for value in ["1970-01-01", "1970-01", "1970"] {
            assert_eq!(milliseconds(json!(value)), Some(0), "{value}");
        }
    }

    #[test]
    fn a_time_without_an_offset_is_of_the_local_zone() {
        for value in ["2026-09-21T14:13:20", "2026-09-21T14:13", "2026-09-21 14:13:20.5"] {
            assert_eq!(clock(read(&json!(value)).expect(value)), "14:13", "{value}");
        }
    }

    #[test]
    fn what_is_no_time_is_none() {
        for value in [
            json!("soon"),
            json!(""),
            json!("2026-13-01"),
            json!("2026-02-30T00:00Z"),
            json!("1790000000000"),
            json!(format!("{:>80}", "2026-09-21")),
            json!(1e300),
            json!(null),
            json!({}),
            json!([0]),
            json!(true),
        ] {
            assert_eq!(read(&value), None, "{value}");
        }
    }
}
