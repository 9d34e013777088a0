//! Times as people read them. The server does not know where its reader lives, so it writes UTC; the hydrated page
//! writes local time in the reader's zone. Both keep the exact time in `datetime`.

use leptos::prelude::*;

use super::live::Live;
use crate::{browser, protocol::ids::Millis};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How much of a time is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// 08:41
    Clock,
    /// 08:41 today, else the weekday within a week, else 14 Nov
    Short,
    /// Wednesday, 18 November
    Day,
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

const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];
const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// A time in words.
pub fn words(at: Millis, now: Millis, detail: Detail, is_local: bool) -> String {
    let offset = if is_local { browser::offset_minutes(at) } else { 0 };
    let minutes = at.0.saturating_add_signed(offset * 60_000) / 60_000;
    let clock = || format!("{:02}:{:02}", minutes / 60 % 24, minutes % 60);
    let (day, today) = (day(at, is_local), day(now, is_local));
    let (year, month, number) = civil(day);
    let month = MONTHS[usize::try_from(month - 1).unwrap_or(0)];
    let weekday = WEEKDAYS[usize::try_from(day % 7).unwrap_or(0)];
    let of_year = if civil(today).0 == year { String::new() } else { format!(" {year}") };
    match detail {
        Detail::Clock => clock(),
        Detail::Short if day == today => clock(),
        Detail::Short if day < today && today - day < 7 => weekday[..3].to_owned(),
        Detail::Short => format!("{number} {}{of_year}", &month[..3]),
        Detail::Day if day == today => format!("Today, {weekday} {number} {month}"),
        Detail::Day if day + 1 == today => format!("Yesterday, {weekday} {number} {month}"),
        Detail::Day => format!("{weekday}, {number} {month}{of_year}"),
    }
}

#[component]
pub fn Time(#[prop(into)] at: Signal<Millis>, detail: Detail) -> impl IntoView {
    let live = Live::here();
    view! {
        <time datetime=move || machine(at.get())>{move || words(at.get(), live.now(), detail, live.is_local())}</time>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRIDAY: Millis = Millis(1_795_164_060_000);

    #[test]
    fn a_time_is_written_for_machines() {
        assert_eq!(machine(FRIDAY), "2026-11-20T08:41Z");
        assert_eq!(machine(Millis(0)), "1970-01-01T00:00Z");
        assert_eq!(machine(Millis(951_782_400_000)), "2000-02-29T00:00Z");
    }

    #[test]
    fn the_nearer_the_shorter() {
        let short = |days: u64| words(Millis(FRIDAY.0 - days * DAY_MS), FRIDAY, Detail::Short, false);
        assert_eq!(short(0), "08:41");
        assert_eq!(short(1), "Thu");
        assert_eq!(short(6), "Sat");
        assert_eq!(short(7), "13 Nov");
        assert_eq!(short(400), "16 Oct 2025");
    }

    #[test]
    fn a_day_has_its_name() {
        let named = |days: u64| words(Millis(FRIDAY.0 - days * DAY_MS), FRIDAY, Detail::Day, false);
        assert_eq!(named(0), "Today, Friday 20 November");
        assert_eq!(named(1), "Yesterday, Thursday 19 November");
        assert_eq!(named(2), "Wednesday, 18 November");
    }
}
