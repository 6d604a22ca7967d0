//! Norwegian public holidays and working days.
//!
//! The holidays are those of lov 24 February 1995 no. 12 § 2 and, for 1 and 17 May, lov 26 April 1947 no. 1, as they stand
//! today, for every year. They are a set: 17 May can be Whit Sunday, Whit Monday or Ascension, and 1 May can be Ascension.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};

use super::days_after;
use crate::words::Day;

/// The holidays with a date of their own: New Year's Day, 1 May, 17 May, Christmas Day and the day after. The day before
/// Christmas and the last of the year are none.
const FIXED: [(u32, u32); 5] = [(1, 1), (5, 1), (5, 17), (12, 25), (12, 26)];

/// Days from Easter Sunday: Maundy Thursday, Good Friday, Easter Sunday and Monday, Ascension, Whit Sunday and Monday.
const AROUND_EASTER: [i64; 7] = [-3, -2, 0, 1, 39, 49, 50];

/// Which days of a week are working days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WorkingWeek {
    /// Without Saturdays (Regulation 1182/71 art. 2(2)).
    MondayToFriday,
    /// With Saturdays (as in ferieloven § 5): the stricter reading where something must be gone in time.
    MondayToSaturday,
}

/// Easter Sunday of a year (the Gregorian computus of Meeus, Jones and Butcher); `None` beyond the calendar's ends.
pub fn easter_sunday(year: i32) -> Option<Day> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let leaps_left_out = century.div_euclid(4);
    let moon_correction = (century - (century + 8).div_euclid(25) + 1).div_euclid(3);
    let full_moon = (19 * golden + century - leaps_left_out - moon_correction + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * century.rem_euclid(4) + 2 * of_century.div_euclid(4) - full_moon - of_century.rem_euclid(4))
            .rem_euclid(7);
    let late_moon = (golden + 11 * full_moon + 22 * to_sunday).div_euclid(451);
    let since_march = u32::try_from(full_moon + to_sunday - 7 * late_moon + 114).ok()?;
    NaiveDate::from_ymd_opt(year, since_march / 31, since_march % 31 + 1).map(Day::new)
}

/// The public holidays of a year: twelve days, or eleven where two of them meet.
pub fn holidays(year: i32) -> BTreeSet<Day> {
    let fixed = FIXED.iter().filter_map(|(month, day)| NaiveDate::from_ymd_opt(year, *month, *day));
    let easter = easter_sunday(year);
    let movable = AROUND_EASTER.iter().filter_map(|days| easter?.date().checked_add_signed(TimeDelta::days(*days)));
    fixed.chain(movable).map(Day::new).collect()
}

/// Is it a public holiday? Sundays are asked for elsewhere.
pub fn is_holiday(day: Day) -> bool {
    let date = day.date();
    let from_easter = easter_sunday(day.year()).map(|easter| date.signed_duration_since(*easter.date()).num_days());
    FIXED.contains(&(date.month(), date.day())) || from_easter.is_some_and(|days| AROUND_EASTER.contains(&days))
}

impl WorkingWeek {
    /// Is it a working day of this week? A holiday and a Sunday never are.
    pub fn works_on(self, day: Day) -> bool {
        let rests = match day.date().weekday() {
            Weekday::Sun => true,
            Weekday::Sat => self == Self::MondayToFriday,
            _ => false,
        };
        !rests && !is_holiday(day)
    }

    /// The last of so many working days after a day, which is not counted itself. With none it is the day itself.
    pub fn days_after(self, day: Day, days: u16) -> Day {
        (0..days).fold(day, |day, _| self.on_or_after(days_after(day, 1)))
    }

    /// The day itself if it is a working day, else the next one.
    pub fn on_or_after(self, day: Day) -> Day {
        let mut days = std::iter::successors(Some(day), |day| day.date().succ_opt().map(Day::new));
        days.find(|day| self.works_on(*day)).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn easter(year: i32) -> Day {
        easter_sunday(year).expect("in the calendar")
    }

    /// Every year a rule may meet, and some.
    const YEARS: std::ops::RangeInclusive<i32> = 1990..=2200;

    #[test]
    fn the_movable_holidays_of_seven_years() {
        for (year, movable) in [
            (2025, ["04-17", "04-18", "04-20", "04-21", "05-29", "06-08", "06-09"]),
            (2026, ["04-02", "04-03", "04-05", "04-06", "05-14", "05-24", "05-25"]),
            (2027, ["03-25", "03-26", "03-28", "03-29", "05-06", "05-16", "05-17"]),
            (2028, ["04-13", "04-14", "04-16", "04-17", "05-25", "06-04", "06-05"]),
            (2029, ["03-29", "03-30", "04-01", "04-02", "05-10", "05-20", "05-21"]),
            (2030, ["04-18", "04-19", "04-21", "04-22", "05-30", "06-09", "06-10"]),
            (2031, ["04-10", "04-11", "04-13", "04-14", "05-22", "06-01", "06-02"]),
        ] {
            let fixed = ["01-01", "05-01", "05-17", "12-25", "12-26"];
            let expected: BTreeSet<Day> =
                movable.iter().chain(&fixed).map(|rest| day(&format!("{year}-{rest}"))).collect();
            assert_eq!(holidays(year), expected, "{year}");
        }
    }

    #[test]
    fn what_is_near_a_holiday_is_none() {
        for text in ["2026-12-24", "2026-12-31", "2026-04-04", "2026-05-23", "2026-03-29", "2026-04-01", "2026-05-26"] {
            assert!(!is_holiday(day(text)), "{text}");
        }
    }

    #[test]
    fn easter_is_a_sunday_between_22_march_and_25_april_in_every_year() {
        for year in YEARS {
            let easter = easter(year);
            assert_eq!(easter.date().weekday(), Weekday::Sun, "{year}");
            assert!(day(&format!("{year}-03-22")) <= easter && easter <= day(&format!("{year}-04-25")), "{easter}");
        }
        let known = [
            (1990, "1990-04-15"),
            (2008, "2008-03-23"),
            (2038, "2038-04-25"),
            (2100, "2100-03-28"),
            (2200, "2200-04-06"),
        ];
        for (year, on) in known {
            assert_eq!(easter(year), day(on));
        }
    }

    /// The church's own way to it: the Sunday after the full moon by the epact, on or after 21 March.
    #[test]
    fn easter_is_the_sunday_after_the_full_moon_of_the_tables() {
        for year in YEARS {
            let (golden, century) = (year % 19 + 1, year / 100 + 1);
            let epact = (11 * golden + 20 + (8 * century + 5) / 25 - 5 - (3 * century / 4 - 12)).rem_euclid(30);
            let epact = if (epact == 25 && golden > 11) || epact == 24 { epact + 1 } else { epact };
            let moon = if 44 - epact < 21 { 74 - epact } else { 44 - epact };
            let moon = days_after(day(&format!("{year}-03-01")), u16::try_from(moon - 1).expect("in spring"));
            let sunday = (1..=7).map(|days| days_after(moon, days)).find(|day| day.date().weekday() == Weekday::Sun);
            assert_eq!(Some(easter(year)), sunday, "{year}");
        }
    }

    #[test]
    fn a_year_has_twelve_holidays_or_eleven_where_two_meet() {
        let meeting: Vec<i32> = YEARS.filter(|year| holidays(*year).len() != 12).collect();
        assert!(meeting.iter().all(|year| holidays(*year).len() == 11));
        assert!([2008, 2027, 2032].iter().all(|year| meeting.contains(year)), "{meeting:?}");
        // 17 May 2027 is Whit Monday, 17 May 2032 Whit Monday again, 1 May 2008 Ascension, 17 May 2012 Ascension.
        for (easter_of, days, on) in
            [(2027, 50, "2027-05-17"), (2032, 50, "2032-05-17"), (2008, 39, "2008-05-01"), (2012, 39, "2012-05-17")]
        {
            assert_eq!(days_after(easter(easter_of), days), day(on));
        }
    }

    #[test]
    fn the_set_and_the_question_agree_on_every_day() {
        for year in YEARS {
            let set = holidays(year);
            let days = day(&format!("{year}-01-01")).date().iter_days().take_while(|date| date.year() == year);
            for date in days.map(Day::new) {
                assert_eq!(is_holiday(date), set.contains(&date), "{date}");
                assert!(!(is_holiday(date) && WorkingWeek::MondayToSaturday.works_on(date)), "{date}");
                assert!(!WorkingWeek::MondayToFriday.works_on(date) || WorkingWeek::MondayToSaturday.works_on(date));
            }
        }
    }

    #[test]
    fn ten_working_days_end_as_the_table_says() {
        for (upload, without_saturdays, with_saturdays) in [
            ("2026-01-02", "2026-01-16", "2026-01-14"),
            ("2026-03-30", "2026-04-16", "2026-04-14"),
            ("2026-04-02", "2026-04-20", "2026-04-16"),
            ("2026-04-30", "2026-05-18", "2026-05-13"),
            ("2026-05-08", "2026-05-26", "2026-05-21"),
            ("2025-12-18", "2026-01-06", "2026-01-02"),
            ("2027-03-19", "2027-04-07", "2027-04-03"),
        ] {
            assert_eq!(WorkingWeek::MondayToFriday.days_after(day(upload), 10), day(without_saturdays), "{upload}");
            assert_eq!(WorkingWeek::MondayToSaturday.days_after(day(upload), 10), day(with_saturdays), "{upload}");
        }
    }

    #[test]
    fn beyond_the_calendar_there_are_no_holidays() {
        assert_eq!(easter_sunday(i32::MAX), None);
        assert_eq!(holidays(i32::MIN).len(), 0);
        let last = Day::new(NaiveDate::MAX);
        assert_eq!(WorkingWeek::MondayToFriday.days_after(last, 3), last);
    }
}
