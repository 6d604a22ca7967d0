//! Legal days. All legal days are Europe/Oslo dates.

use chrono::{Datelike, Months};

use crate::words::{Day, Instant};

/// The day it is in Oslo at this instant.
pub fn oslo_day(at: Instant) -> Day {
    Day::new(at.utc().with_timezone(&chrono_tz::Europe::Oslo).date_naive())
}

/// Age in whole years on a day. Who is born on 29 February turns a year older on 1 March in other years, the stricter
/// reading.
pub fn age_on(born: Day, today: Day) -> i32 {
    let (born, today) = (born.date(), today.date());
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    today.year() - born.year() - i32::from(!had_birthday)
}

/// The day so many calendar months later. Where that month has no such day it is the month's last.
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
fn moved(day: Day, to: Option<chrono::NaiveDate>) -> Day {
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
