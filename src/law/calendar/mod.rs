//! Legal days. All legal days are Europe/Oslo dates.
//!
//! * here: the day of an instant, birthdays, months and years;
//! * [`holidays`]: public holidays and working days;
//! * [`periods`]: when a period ends, when an answer is due;
//! * [`accounting`]: the ends of calendar and accounting years.

pub mod accounting;
pub mod holidays;
pub mod periods;

use chrono::{Datelike, Days, Months, NaiveDate, NaiveTime};

use crate::words::{Day, Instant};

/// The day it is in Oslo at this instant.
pub fn oslo_day(at: Instant) -> Day {
    Day::new(at.utc().with_timezone(&chrono_tz::Europe::Oslo).date_naive())
}

/// The instant at which a day begins in Oslo. The clock is changed at two in the morning, so each day has one midnight.
pub fn begins(day: Day) -> Instant {
    let midnight = day.date().and_time(NaiveTime::MIN);
    let local = midnight.and_local_timezone(chrono_tz::Europe::Oslo).earliest();
    Instant::new(local.map_or_else(|| midnight.and_utc(), |local| local.to_utc()))
}

/// The beginning of a day in Oslo as a timestamp with Oslo's offset (RFC 3339), so that whoever reads only the text sees the day.
pub fn written_with_offset(day: Day) -> String {
    begins(day).utc().with_timezone(&chrono_tz::Europe::Oslo).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
}

/// Age in whole years on a day. Who is born on 29 February turns a year older on 1 March in other years, the stricter
/// reading.
pub fn age_on(born: Day, today: Day) -> i32 {
    let (born, today) = (born.date(), today.date());
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i32::from(!had_birthday)
}

/// The day on which somebody turns so old: the first on which [`age_on`] says so. Who is born on 29 February turns a year
/// older on 1 March in other years, so what is kept until a birthday is kept until then.
pub fn birthday(born: Day, age: u16) -> Day {
    let same_date = months_after(born, age.saturating_mul(12));
    if age_on(born, same_date) < i32::from(age) { days_after(same_date, 1) } else { same_date }
}

/// The day so many days later. The day itself is not counted (Regulation 1182/71, FOR-1992-12-04-910, art. 3(1)).
pub fn days_after(day: Day, days: u16) -> Day {
    moved(day, day.date().checked_add_days(Days::new(days.into())))
}

/// The day so many days earlier.
pub fn days_before(day: Day, days: u16) -> Day {
    moved(day, day.date().checked_sub_days(Days::new(days.into())))
}

/// The day so many calendar months later (Regulation 1182/71 art. 3(2)(c); domstolloven § 148). Where that month has no such day it is the month's last.
pub fn months_after(day: Day, months: u16) -> Day {
    moved(day, day.date().checked_add_months(Months::new(months.into())))
}

/// The day so many calendar months earlier. Where that month has no such day it is the month's last.
pub fn months_before(day: Day, months: u16) -> Day {
    moved(day, day.date().checked_sub_months(Months::new(months.into())))
}

/// The last day of the month a day lies in.
pub fn end_of_month(day: Day) -> Day {
    let days = u32::from(day.date().num_days_in_month());
    moved(day, day.date().with_day(days))
}

/// The calendar ends a quarter of a million years away: a day there stays where it is.
fn moved(day: Day, to: Option<NaiveDate>) -> Day {
    to.map_or(day, Day::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn at(text: &str) -> Instant {
        Instant::parse(text).expect("an instant")
    }

    #[test]
    fn a_day_begins_at_its_midnight_in_oslo_also_where_the_clock_is_changed() {
        for (on, begins_at) in [
            ("2026-02-01", "2026-01-31T23:00:00Z"),
            ("2026-03-29", "2026-03-28T23:00:00Z"),
            ("2026-03-30", "2026-03-29T22:00:00Z"),
            ("2026-10-25", "2026-10-24T22:00:00Z"),
        ] {
            assert_eq!((begins(day(on)), oslo_day(begins(day(on)))), (at(begins_at), day(on)));
        }
    }

    #[test]
    fn midnight_in_oslo_turns_the_day_in_winter_and_in_summer() {
        for (instant, oslo) in [
            ("2026-01-31T22:59:59Z", "2026-01-31"),
            ("2026-01-31T23:00:00Z", "2026-02-01"),
            ("2026-06-30T21:59:59Z", "2026-06-30"),
            ("2026-06-30T22:00:00Z", "2026-07-01"),
        ] {
            assert_eq!(oslo_day(at(instant)), day(oslo), "{instant}");
        }
    }

    #[test]
    fn the_birthday_gate_opens_on_the_birthday_and_for_leap_day_children_on_the_first_of_march() {
        assert_eq!(age_on(day("2010-11-22"), day("2025-11-21")), 14);
        assert_eq!(age_on(day("2010-11-22"), day("2025-11-22")), 15);
        assert_eq!(age_on(day("2012-02-29"), day("2027-02-28")), 14);
        assert_eq!(age_on(day("2012-02-29"), day("2027-03-01")), 15);
    }

    #[test]
    fn a_birthday_is_the_first_day_of_that_age() {
        for (born, age, on) in [
            ("2010-11-22", 15, "2025-11-22"),
            ("1960-02-29", 75, "2035-03-01"),
            ("1960-02-29", 76, "2036-02-29"),
            ("1960-02-28", 75, "2035-02-28"),
            ("1960-12-31", 0, "1960-12-31"),
        ] {
            let on = day(on);
            assert_eq!(birthday(day(born), age), on, "{born}, {age}");
            let before = Day::new(on.date().pred_opt().expect("a day before"));
            assert_eq!((age_on(day(born), before), age_on(day(born), on)), (i32::from(age) - 1, age.into()), "{born}");
        }
    }

    #[test]
    fn three_years_after_a_leap_day_is_the_last_of_february() {
        assert_eq!(months_after(day("2024-02-29"), 36), day("2027-02-28"));
        assert_eq!(months_after(day("2025-11-21"), 36), day("2028-11-21"));
        assert_eq!(days_after(day("2031-12-31"), 30), day("2032-01-30"));
    }

    #[test]
    fn the_calendar_has_an_end_and_nothing_breaks_there() {
        let last = Day::new(NaiveDate::MAX);
        assert_eq!((days_after(last, 1), months_after(last, 1), end_of_month(last)), (last, last, last));
        assert_eq!(birthday(last, u16::MAX), last);
    }

    #[test]
    fn months_end_where_their_month_ends() {
        for (from, months, to) in [
            ("2024-02-29", 12, "2025-02-28"),
            ("2024-02-29", 48, "2028-02-29"),
            ("2026-01-31", 1, "2026-02-28"),
            ("2026-08-31", 6, "2027-02-28"),
            ("2026-03-15", 60, "2031-03-15"),
            ("2026-12-31", 0, "2026-12-31"),
        ] {
            assert_eq!(months_after(day(from), months), day(to), "{from} + {months}");
        }
        assert_eq!(months_before(day("2026-08-31"), 6), day("2026-02-28"));
        assert_eq!(months_before(day("2028-03-29"), 1), day("2028-02-29"));
        assert_eq!(end_of_month(day("2028-02-01")), day("2028-02-29"));
        assert_eq!(end_of_month(day("2026-12-31")), day("2026-12-31"));
    }
}
