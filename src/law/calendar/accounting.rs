//! The ends of years: of the calendar year, and of an accounting year that may deviate from it (bokføringsloven § 13 counts
//! from its end; regnskapsloven § 1-7 allows the deviation).

use chrono::{Datelike, NaiveDate};

use super::end_of_month;
use crate::words::Day;

/// The last day of the calendar year a day lies in.
pub fn year_end(day: Day) -> Day {
    AccountingYear::CALENDAR.end(day)
}

/// When somebody's accounting year ends: with one of the twelve months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountingYear {
    last_month: u32,
}

impl AccountingYear {
    /// The accounting year that is the calendar year.
    pub const CALENDAR: Self = Self { last_month: 12 };

    /// The accounting year whose last month is this, from 1 to 12.
    pub fn ending_in(month: u8) -> Option<Self> {
        (1..=12).contains(&month).then_some(Self { last_month: month.into() })
    }

    /// The last day of the accounting year a day lies in.
    pub fn end(self, day: Day) -> Day {
        let year = if day.date().month() <= self.last_month { day.year() } else { day.year() + 1 };
        NaiveDate::from_ymd_opt(year, self.last_month, 1).map_or(day, |first| end_of_month(Day::new(first)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn an_accounting_year_ends_with_its_last_month() {
        for (last_month, on, end) in [
            (12, "2026-03-03", "2026-12-31"),
            (12, "2026-12-31", "2026-12-31"),
            (6, "2026-06-30", "2026-06-30"),
            (6, "2026-07-01", "2027-06-30"),
            (2, "2027-03-01", "2028-02-29"),
            (2, "2028-02-29", "2028-02-29"),
            (8, "2026-03-03", "2026-08-31"),
            (1, "2026-02-01", "2027-01-31"),
        ] {
            let year = AccountingYear::ending_in(last_month).expect("a month");
            assert_eq!(year.end(day(on)), day(end), "{last_month} {on}");
        }
        assert_eq!(year_end(day("2026-06-10")), day("2026-12-31"));
    }

    #[test]
    fn there_are_twelve_months() {
        assert_eq!((AccountingYear::ending_in(0), AccountingYear::ending_in(13)), (None, None));
        assert_eq!(AccountingYear::ending_in(12), Some(AccountingYear::CALENDAR));
    }

    proptest! {
        #[test]
        fn a_day_lies_less_than_a_year_before_the_end_of_its_year(days in 0..80_000_i64, last_month in 1..=12_u8) {
            let on = Day::new(*day("1990-01-01").date() + chrono::TimeDelta::days(days));
            let year = AccountingYear::ending_in(last_month).expect("a month");
            let end = year.end(on);
            prop_assert!(on <= end && end.date().signed_duration_since(*on.date()).num_days() < 366);
            prop_assert_eq!(year.end(end), end);
        }
    }
}
