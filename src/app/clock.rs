//! Times as people read them. The server does not know where its reader lives, so it writes UTC in numbers that every
//! language reads; the hydrated page lets the browser write them in its language and its reader's zone. Both keep the exact
//! time in `datetime`.

use leptos::prelude::*;

use crate::{browser, protocol::ids::Millis, words::Words};

pub const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How much of a time is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// 08:41
    Clock,
    /// 08:41 today, else the weekday within a week, else 14 Nov
    Short,
    /// Wednesday 18 November, and today by its name
    Day,
    /// 08:41 today, else Thu 21:10 within a week, else 14 Nov
    Seen,
}

/// What a browser writes of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Clock,
    Weekday,
    Date,
    DateOfYear,
    Day,
    DayOfYear,
}

/// Where one stands in time and space when one reads.
#[derive(Clone, Copy)]
pub struct Reader {
    /// The local day, counted since 1970.
    pub today: u64,
    /// Whether the page is hydrated, and so knows the reader's zone.
    pub is_local: bool,
    pub words: Words,
}

/// A year, a month from 1, a day from 1.
type Date = (u64, u64, u64);

/// The civil date of a count of days since 1970 (Howard Hinnant's algorithm, for dates from 1970 on).
fn civil(days: u64) -> Date {
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let day_of_era = shifted % 146_097;
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

/// RFC 3339, for `datetime`.
pub fn machine(at: Millis) -> String {
    let (year, month, day) = civil(at.0 / DAY_MS);
    let minutes = at.0 % DAY_MS / 60_000;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}Z", minutes / 60, minutes % 60)
}

/// The days since 1970 that this time falls on, where the reader lives.
pub fn day(at: Millis, is_local: bool) -> u64 {
    let offset = if is_local { browser::offset_minutes(at) } else { 0 };
    at.0.saturating_add_signed(offset * 60_000) / DAY_MS
}

/// A time in words.
pub fn words(at: Millis, detail: Detail, reader: Reader) -> String {
    if detail == Detail::Clock {
        return clock(at, reader.is_local);
    }
    let (day, today) = (day(at, reader.is_local), reader.today);
    let is_today = day == today;
    if is_today && detail != Detail::Day {
        return clock(at, reader.is_local);
    }
    if !reader.is_local {
        return machine(at)[..10].to_owned();
    }
    let is_of_this_year = civil(today).0 == civil(day).0;
    if detail == Detail::Day {
        return match today.checked_sub(day) {
            Some(0) => reader.words.today(&browser::written(at, Form::Day)),
            Some(1) => reader.words.yesterday(&browser::written(at, Form::Day)),
            _ if is_of_this_year => browser::written(at, Form::Day),
            _ => browser::written(at, Form::DayOfYear),
        };
    }
    if day < today && today - day < 7 {
        let weekday = browser::written(at, Form::Weekday);
        return if detail == Detail::Seen { weekday + " " + &clock(at, true) } else { weekday };
    }
    browser::written(at, if is_of_this_year { Form::Date } else { Form::DateOfYear })
}

fn clock(at: Millis, is_local: bool) -> String {
    if is_local { browser::written(at, Form::Clock) } else { machine(at)[11..16].to_owned() }
}

/// A time in words, and exactly for machines.
pub fn time(at: Millis, detail: Detail, reader: Reader) -> impl IntoView {
    view! { <time datetime=machine(at)>{words(at, detail, reader)}</time> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Language;

    const FRIDAY: Millis = Millis(1_795_164_060_000);
    const ON_THE_SERVER: Reader = Reader { today: FRIDAY.0 / DAY_MS, is_local: false, words: Words(Language::English) };

    #[test]
    fn a_time_is_written_for_machines() {
        assert_eq!(machine(FRIDAY), "2026-11-20T08:41Z");
        assert_eq!(machine(Millis(0)), "1970-01-01T00:00Z");
        assert_eq!(machine(Millis(951_782_400_000)), "2000-02-29T00:00Z");
    }

    #[test]
    fn the_server_writes_numbers() {
        let earlier = |days: u64| Millis(FRIDAY.0 - days * DAY_MS);
        assert_eq!(words(earlier(0), Detail::Short, ON_THE_SERVER), "08:41");
        assert_eq!(words(earlier(1), Detail::Clock, ON_THE_SERVER), "08:41");
        assert_eq!(words(earlier(1), Detail::Short, ON_THE_SERVER), "2026-11-19");
        assert_eq!(words(earlier(0), Detail::Day, ON_THE_SERVER), "2026-11-20");
    }
}
