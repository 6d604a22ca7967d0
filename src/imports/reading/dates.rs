//! Days as other systems write them, by strftime formats. Not a guesser: a day is read by the formats
//! the mapping names and by no others, because 03/04/2026 means two different days.

use std::fmt::Write;

use chrono::format::{Item, Numeric, StrftimeItems};
use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};

/// How days are written where a mapping names no format.
pub const ISO: &str = "%Y-%m-%d";

/// chrono reads `24-01-05` by `%Y-%m-%d` as the year 24. Nobody alive was born before 1900, and a
/// later century is as surely a slip.
const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// The first format that fits wins; `None` where none does, or the day does not exist (31 June).
#[must_use]
pub fn day(text: &str, formats: &[String]) -> Option<NaiveDate> {
    formats
        .iter()
        .find_map(|format| NaiveDate::parse_from_str(text, format).ok().filter(|day| YEARS.contains(&day.year())))
}

/// The last day of 2026 in this format; `None` where the format is not one, or cannot tell one day
/// from another (`%d.%m`).
#[must_use]
pub fn example(format: &str) -> Option<String> {
    let moment = example_moment();
    let mut text = String::new();
    write!(text, "{}", moment.format(format)).ok()?;
    let read_back = NaiveDate::parse_from_str(&text, format).ok()?;
    (read_back == moment.date_naive()).then_some(text)
}

/// Whether the format leaves the century to guessing (`%y`).
#[must_use]
pub fn hides_the_century(format: &str) -> bool {
    let items: Vec<Item> = StrftimeItems::new(format).collect();
    let says =
        |wanted: &[Numeric]| items.iter().any(|item| matches!(item, Item::Numeric(found, _) if wanted.contains(found)));
    says(&[Numeric::YearMod100]) && !says(&[Numeric::YearDiv100, Numeric::Year])
}

/// A moment and not a bare day, so that formats with a time of day and an offset can be tried too.
fn example_moment() -> DateTime<FixedOffset> {
    DateTime::parse_from_rfc3339("2026-12-31T23:00:00+01:00").expect("a well-formed constant")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, formats: &[&str]) -> Option<String> {
        let formats: Vec<String> = formats.iter().map(|&format| format.into()).collect();
        day(text, &formats).map(|day| day.to_string())
    }

    #[test]
    fn days_that_do_not_exist_are_no_days() {
        for (text, format) in [
            ("31/06/2012", "%d/%m/%Y"),
            ("2026-02-30", ISO),
            ("29.02.2025", "%d.%m.%Y"),
            ("29.02.1900", "%d.%m.%Y"),
            ("2026-13-01", ISO),
            ("2026-00-10", ISO),
            ("00.01.2026", "%d.%m.%Y"),
            ("24-01-05", ISO),
            ("0026-01-05", ISO),
            ("+20260-01-05", ISO),
            ("2026-01-05 ", ISO),
            ("2026-01-05x", ISO),
            ("", ISO),
            ("45292", ISO),
        ] {
            assert_eq!(read(text, &[format]), None, "{text}");
        }
    }

    #[test]
    fn the_first_format_that_fits_wins() {
        let us_then_eu = ["%m/%d/%Y", "%d/%m/%Y"];
        assert_eq!(read("03/04/2026", &us_then_eu).as_deref(), Some("2026-03-04"));
        assert_eq!(read("31/04/2026", &us_then_eu), None);
        assert_eq!(read("31/05/2026", &us_then_eu).as_deref(), Some("2026-05-31"));
        assert_eq!(read("29.2.2024", &["%d.%m.%Y"]).as_deref(), Some("2024-02-29"));
    }

    #[test]
    fn a_time_of_day_may_follow_the_day() {
        assert_eq!(read("2026-05-31T23:30:00+02:00", &["%Y-%m-%dT%H:%M:%S%:z"]).as_deref(), Some("2026-05-31"));
    }

    #[test]
    fn only_formats_that_name_a_whole_day_have_an_example() {
        assert_eq!(example("%d.%m.%Y").as_deref(), Some("31.12.2026"));
        assert_eq!(example("%Y-%m-%dT%H:%M:%S%:z").as_deref(), Some("2026-12-31T23:00:00+01:00"));
        for format in ["", "%d.%m", "%Y", "%Q", "dd.mm.yyyy", "%H:%M"] {
            assert_eq!(example(format), None, "{format}");
        }
    }

    #[test]
    fn a_year_of_two_digits_hides_the_century() {
        assert!(hides_the_century("%d.%m.%y"));
        assert!(hides_the_century("%D"));
        assert!(!hides_the_century("%d.%m.%Y"));
    }
}
