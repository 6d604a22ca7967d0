//! What values look like. A name on a column is a claim; its values confirm it or do not.

use super::super::dates;
use super::names;
use super::sample::Sampled;
use crate::words::{holds_national_identity_number, is_organisation_number};

/// Formats of a day that cannot be confused with one another, in groups of those that can: of each group one is chosen, and
/// of two that read equally many values the first, which has the day before the month.
const DAYS: [&[&str]; 22] = [
    &["%Y-%m-%d"],
    &["%d.%m.%Y"],
    &["%d/%m/%Y", "%m/%d/%Y"],
    &["%d-%m-%Y", "%m-%d-%Y"],
    &["%Y/%m/%d"],
    &["%Y.%m.%d"],
    &["%Y%m%d"],
    &["%Y-%m-%dT%H:%M:%S%.f%:z"],
    &["%Y-%m-%dT%H:%M:%S%.fZ"],
    &["%Y-%m-%dT%H:%M:%S%.f"],
    &["%Y-%m-%d %H:%M:%S%.f%:z"],
    &["%Y-%m-%d %H:%M:%S%.f"],
    &["%Y-%m-%d %H:%M"],
    &["%d.%m.%Y %H:%M:%S"],
    &["%d.%m.%Y %H:%M"],
    &["%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S"],
    &["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"],
    &["%d/%m/%Y, %H:%M", "%m/%d/%Y, %H:%M"],
    &["%d %B %Y"],
    &["%d %B %Y, %H:%M"],
    &["%d %B %Y, %I:%M %p"],
    &["%A, %d %B %Y, %I:%M %p"],
];
/// The same, with the century left to guessing: not for birth dates.
const SHORT_DAYS: [&[&str]; 3] = [&["%d.%m.%y"], &["%d/%m/%y", "%m/%d/%y"], &["%d-%m-%y"]];

/// Whether most values pass; a column without values neither confirms nor denies.
pub fn most(column: &Sampled, pass: impl Fn(&str) -> bool) -> bool {
    let (mut all, mut passed) = (0, 0);
    for value in column.filled() {
        all += 1;
        passed += usize::from(pass(value));
    }
    passed * 5 >= all * 4
}

/// Whether it looks like an e-mail address.
pub fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else {
        return false;
    };
    let plain = !text.contains(|sign: char| sign.is_whitespace() || matches!(sign, ',' | ';')) && !domain.contains('@');
    plain && !local.is_empty() && domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.')
}

/// Whether it is an amount, with a point or a comma.
pub fn is_amount(text: &str) -> bool {
    text.replace(',', ".").parse::<f64>().is_ok_and(f64::is_finite)
}

/// Whether it is an organisation number, however it is spaced.
pub fn is_organisation(text: &str) -> bool {
    is_organisation_number(&text.replace([' ', '\u{a0}'], ""))
}

/// Whether a national identity number stands in it.
pub fn is_personal_number(text: &str) -> bool {
    holds_national_identity_number(text)
}

/// Whether a column is one of national identity numbers, by its name or by a fifth of its values. One number in a remark is
/// that row's fault.
pub fn are_personal_numbers(column: &Sampled) -> bool {
    let (mut all, mut found) = (0, 0);
    for value in column.filled() {
        all += 1;
        found += usize::from(is_personal_number(value));
    }
    names::is_personal_number(&column.name) || (found > 0 && found * 5 >= all)
}

/// Whether it is a day in any format we know.
pub fn is_day(text: &str) -> bool {
    DAYS.iter().copied().flatten().any(|format| reads(text, format))
}

/// The formats that read a column's values; `None` where fewer than half of them are days. No format where there is no value.
pub fn day_formats(column: &Sampled, with_century: bool) -> Option<Vec<String>> {
    let values: Vec<&str> = column.filled().collect();
    let short: &[&[&str]] = if with_century { &[] } else { &SHORT_DAYS };
    let mut left = values.clone();
    let mut formats = Vec::new();
    for group in DAYS.iter().chain(short) {
        let count = |format: &str| left.iter().filter(|value| reads(value, format)).count();
        // Of several with the same count max_by_key takes the last.
        let Some((best, read)) =
            group.iter().rev().map(|&format| (format, count(format))).max_by_key(|&(_, read)| read)
        else {
            continue;
        };
        if read > 0 {
            left.retain(|value| !reads(value, best));
            formats.push(best.to_owned());
        }
    }
    (left.len() * 2 <= values.len()).then_some(formats)
}

fn reads(text: &str, format: &str) -> bool {
    dates::day(text, &[format.to_owned()]).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(values: &[&str]) -> Sampled {
        Sampled { name: "x".into(), usable: true, values: values.iter().map(|&value| value.into()).collect() }
    }

    #[test]
    fn days_are_read_day_first_unless_that_is_impossible() {
        for (values, formats) in [
            (&["2026-01-31", ""][..], &["%Y-%m-%d"][..]),
            (&["01.02.2026", "3.4.2026"], &["%d.%m.%Y"]),
            (&["03/04/2026", "05/06/2026"], &["%d/%m/%Y"]),
            (&["03/04/2026", "05/31/2026"], &["%m/%d/%Y"]),
            (&["23/03/2012", "31/06/2012"], &["%d/%m/%Y"]),
            (&["2026-05-31T10:00:00+02:00", "05/31/2026"], &["%m/%d/%Y", "%Y-%m-%dT%H:%M:%S%.f%:z"]),
            (&["2026-05-31T10:00:00Z", "2026-05-31T10:00:00.123Z"], &["%Y-%m-%dT%H:%M:%S%.fZ"]),
            (&["2026-05-31 10:00"], &["%Y-%m-%d %H:%M"]),
            (&["20260531"], &["%Y%m%d"]),
            (&["31 May 2026", "1 June 2026"], &["%d %B %Y"]),
            (&["Sunday, 31 May 2026, 2:05 PM"], &["%A, %d %B %Y, %I:%M %p"]),
            (&["31.05.26"], &["%d.%m.%y"]),
            (&[], &[]),
        ] {
            let found = day_formats(&column(values), false).unwrap();
            assert_eq!(found, formats, "{values:?}");
            assert!(found.iter().all(|format| dates::example(format).is_some()), "{found:?}");
        }
    }

    #[test]
    fn every_format_can_stand_in_a_mapping() {
        for format in DAYS.iter().copied().flatten().chain(SHORT_DAYS.iter().copied().flatten()) {
            assert!(dates::example(format).is_some(), "{format}");
        }
    }

    #[test]
    fn what_is_mostly_no_day_has_no_format() {
        for values in [&["45292", "45293"][..], &["Pass", "Fail"], &["2026-01-31", "x", "y"], &["240", "2013"]] {
            assert_eq!(day_formats(&column(values), false), None, "{values:?}");
        }
        assert_eq!(day_formats(&column(&["31.05.86"]), true), None, "a birth date needs its century");
    }

    #[test]
    fn addresses_amounts_and_numbers_are_told_apart() {
        assert!(is_email("ada@example.no") && is_email("å.b+c@mail.example.no"));
        for text in
            ["", "ada", "ada@", "@example.no", "a b@example.no", "a@b@example.no", "ada@example", "a@b.no, c@d.no"]
        {
            assert!(!is_email(text), "{text}");
        }
        assert!(is_amount("7,5") && is_amount("8") && !is_amount("7:30") && !is_amount("inf"));
        assert!(is_organisation("974 760 673") && !is_organisation("974760674"));
    }
}
