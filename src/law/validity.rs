//! How long a competence lasts. The rule is data of the competence; the day is computed from it once, when a certificate is
//! issued, and kept. Expiry is not retention: what has expired still documents training.

use serde::{Deserialize, Serialize};

use super::calendar::{days_after, end_of_month, months_after, months_before};
use crate::words::Day;

/// The expiry rule of a competence. Months are calendar months.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum ExpiryRule {
    /// It lasts for life.
    Never,
    /// It ends so many months after the completion.
    After {
        /// Months.
        months: u16,
    },
    /// It ends on the last day of the month, so many months after the completion (GSK).
    EndOfMonthAfter {
        /// Months.
        months: u16,
        /// Within so many months after the last completion a repetition is enough.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reinstatement_months: Option<u16>,
    },
    /// It ends with the employment, and at most so many months after the issue (HMS card).
    WhileEmployed {
        /// Months.
        months: u16,
    },
    /// Renewed inside the window it counts from the old expiry, earlier from the new completion (YSK, ADR).
    RenewalWindow {
        /// Months.
        months: u16,
        /// Length of the window before the expiry, in months.
        window_months: u16,
    },
}

/// What a completion builds on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Nothing: it is the first.
    First,
    /// It renews what was there before.
    Renews(Former),
    /// It adds a specialisation to what lasts until a day, and shares that day (ADR 8.2.2.8.2).
    Adds {
        /// The expiry of what it is added to; `None` if that lasts for life.
        until: Option<Day>,
    },
}

/// What a renewal renews.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Former {
    /// The day it was completed.
    pub completed: Day,
    /// The day its rule gave; `None` if it lasts for life.
    pub until: Option<Day>,
    /// The day an authority moved that to, if one did.
    pub extended_until: Option<Day>,
}

impl ExpiryRule {
    /// The last day on which a competence completed on a day is valid; `None` for life. What is bound to an employment
    /// lasts at most as long, and ends with the employment ([`moved`]).
    pub fn until(&self, completed: Day, on: Basis) -> Option<Day> {
        if let Basis::Adds { until } = on {
            return until;
        }
        match *self {
            Self::Never => None,
            Self::After { months } | Self::WhileEmployed { months } => Some(months_after(completed, months)),
            Self::EndOfMonthAfter { months, .. } => Some(end_of_month(months_after(completed, months))),
            Self::RenewalWindow { months, window_months } => {
                Some(months_after(anniversary(completed, on, window_months).unwrap_or(completed), months))
            }
        }
    }

    /// Is a repetition enough to renew it, or must the whole course be taken again?
    pub fn repetition_is_enough(&self, former: &Former, completed: Day) -> bool {
        self.last_repetition(former.completed).is_none_or(|last| completed <= last)
    }

    /// The last day on which a repetition of what was completed on a day is enough; `None` if there is none.
    pub fn last_repetition(&self, former: Day) -> Option<Day> {
        match *self {
            Self::EndOfMonthAfter { reinstatement_months: Some(months), .. } => Some(months_after(former, months)),
            _ => None,
        }
    }
}

/// The old expiry, if the renewal came in the window before it. An authority that extends what expires lets people come
/// later, and the new period still counts from the old day (ADR M324).
fn anniversary(completed: Day, on: Basis, window_months: u16) -> Option<Day> {
    let Basis::Renews(former) = on else { return None };
    let old = former.until?;
    let closes = former.extended_until.map_or(old, |extended| extended.max(old));
    (months_before(old, window_months) <= completed && completed <= closes).then_some(old)
}

/// An authority moves the last day of everything that ends in a period, as in 2020.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ExpiryExtension)]
pub struct Extension {
    /// The first last day it moves.
    pub from: Day,
    /// The last one it moves.
    pub to: Day,
    /// The day it moves them to.
    pub until: Day,
    /// Where the authority said so.
    pub citation: String,
}

/// What moves a last day, if something does. Nobody loses by an extension, and two do not add up.
pub fn extended(until: Day, extensions: &[Extension]) -> Option<&Extension> {
    let bearing = extensions.iter().filter(|one| one.from <= until && until <= one.to && until < one.until);
    bearing.max_by_key(|one| one.until)
}

/// The day on which something ends that was to end on a day: an authority may have moved that, and what is bound to an
/// employment ends with it at the latest.
pub fn moved(until: Option<Day>, extension: Option<&Extension>, employed_until: Option<Day>) -> Option<Day> {
    let late = until.map(|until| extension.map_or(until, |extension| extension.until));
    [late, employed_until].into_iter().flatten().min()
}

/// The last day of the employment somebody was in on a day, or entered next; `None` while it lasts, or if nothing is known of
/// one. Periods that follow on each other are one employment; who comes back later begins another.
pub fn employed_until(periods: &[(Day, Option<Day>)], on: Day) -> Option<Day> {
    let mut periods = periods.to_vec();
    periods.sort_unstable();
    let mut ended: Option<Day> = None;
    for (from, to) in periods {
        if ended.is_some_and(|ended| on <= ended && days_after(ended, 1) < from) {
            break;
        }
        ended = ended.max(Some(to?));
    }
    ended.filter(|ended| on <= *ended)
}

/// Of what several competences end with, the last: for life if any of them is.
pub fn longest(ends: impl Iterator<Item = Option<Day>>) -> Option<Day> {
    ends.reduce(|longest, end| Some(longest?.max(end?))).flatten()
}

/// From a day on a competence lasts otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[schema(as = ExpiryChange)]
pub struct Change {
    /// Completions from this day on go by it.
    pub from: Day,
    /// The rule.
    pub expiry: ExpiryRule,
}

/// The rule a completion of a day goes by: the latest change that was in force, or what held before the first.
pub fn in_force(first: ExpiryRule, changes: &[Change], completed: Day) -> ExpiryRule {
    let begun = changes.iter().filter(|change| change.from <= completed).max_by_key(|change| change.from);
    begun.map_or(first, |change| change.expiry)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const GSK: ExpiryRule = ExpiryRule::EndOfMonthAfter { months: 48, reinstatement_months: Some(96) };
    const HOT_WORK: ExpiryRule = ExpiryRule::After { months: 60 };
    const FSE: ExpiryRule = ExpiryRule::After { months: 12 };
    const HMS: ExpiryRule = ExpiryRule::WhileEmployed { months: 24 };
    const YSK: ExpiryRule = ExpiryRule::RenewalWindow { months: 60, window_months: 6 };
    const ADR: ExpiryRule = ExpiryRule::RenewalWindow { months: 60, window_months: 12 };

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    /// A renewal of what was completed five years before its expiry.
    fn renewal(old: &str, extended: Option<&str>) -> Basis {
        let (completed, until) = (months_before(day(old), 60), Some(day(old)));
        Basis::Renews(Former { completed, until, extended_until: extended.map(day) })
    }

    #[test]
    fn a_first_completion_lasts_as_its_rule_says() {
        for (rule, completed, until) in [
            (ExpiryRule::Never, "2026-03-01", None),
            (HOT_WORK, "2026-03-01", Some("2031-03-01")),
            (HOT_WORK, "2024-02-29", Some("2029-02-28")),
            (FSE, "2024-02-29", Some("2025-02-28")),
            (GSK, "2022-05-03", Some("2026-05-31")),
            (GSK, "2024-02-29", Some("2028-02-29")),
            (GSK, "2025-02-01", Some("2029-02-28")),
            (HMS, "2026-11-22", Some("2028-11-22")),
            (YSK, "2026-01-31", Some("2031-01-31")),
            (ADR, "2026-01-31", Some("2031-01-31")),
        ] {
            assert_eq!(rule.until(day(completed), Basis::First), until.map(day), "{rule:?} {completed}");
        }
    }

    #[test]
    fn a_card_ends_with_the_employment_and_at_the_latest_with_its_months() {
        let longest = HMS.until(day("2026-11-22"), Basis::First);
        assert_eq!(moved(longest, None, None), Some(day("2028-11-22")));
        for (ended, until) in [("2027-06-30", "2027-06-30"), ("2028-11-22", "2028-11-22"), ("2030-01-01", "2028-11-22")]
        {
            assert_eq!(moved(longest, None, Some(day(ended))), Some(day(until)), "{ended}");
        }
        // No authority keeps an employment alive.
        let extension = extension("2028-11-01", "2028-11-30", "2029-03-01");
        assert_eq!(moved(longest, Some(&extension), None), Some(day("2029-03-01")));
        assert_eq!(moved(longest, Some(&extension), Some(day("2027-06-30"))), Some(day("2027-06-30")));
    }

    #[test]
    fn who_comes_back_after_a_break_begins_another_employment() {
        let known = |periods: &[(&str, Option<&str>)]| {
            let periods: Vec<_> = periods.iter().map(|(from, to)| (day(from), to.map(day))).collect();
            employed_until(&periods, day("2026-03-01")).map(|day| day.to_string())
        };
        for (periods, until) in [
            (vec![], None),
            (vec![("2020-01-01", None)], None),
            (vec![("2020-01-01", Some("2027-06-30"))], Some("2027-06-30")),
            // Another team from the next day on, in whatever order that is known.
            (vec![("2027-07-01", Some("2027-12-31")), ("2020-01-01", Some("2027-06-30"))], Some("2027-12-31")),
            (vec![("2020-01-01", Some("2027-06-30")), ("2027-07-01", None)], None),
            (vec![("2020-01-01", Some("2027-06-30")), ("2027-07-02", None)], Some("2027-06-30")),
            // Trained before the first day of work, and after an earlier employment.
            (vec![("2026-03-15", Some("2026-08-31"))], Some("2026-08-31")),
            (vec![("2015-01-01", Some("2016-01-01")), ("2026-03-15", None)], None),
            (vec![("2015-01-01", Some("2016-01-01"))], None),
        ] {
            assert_eq!(known(&periods).as_deref(), until, "{periods:?}");
        }
    }

    #[test]
    fn a_renewal_keeps_the_anniversary_inside_the_window_only() {
        for (rule, completed, old, until) in [
            // YSK: within the last six months.
            (YSK, "2026-03-09", "2026-09-10", "2031-03-09"),
            (YSK, "2026-03-10", "2026-09-10", "2031-09-10"),
            (YSK, "2026-09-10", "2026-09-10", "2031-09-10"),
            (YSK, "2026-09-11", "2026-09-10", "2031-09-11"),
            // ADR: within the last twelve.
            (ADR, "2025-09-09", "2026-09-10", "2030-09-09"),
            (ADR, "2025-09-10", "2026-09-10", "2031-09-10"),
            // A window that begins on a day its month does not have begins on the month's last.
            (YSK, "2026-02-27", "2026-08-31", "2031-02-27"),
            (YSK, "2026-02-28", "2026-08-31", "2031-08-31"),
            (ADR, "2027-02-28", "2028-02-29", "2033-02-28"),
        ] {
            let on = renewal(old, None);
            assert_eq!(rule.until(day(completed), on), Some(day(until)), "{rule:?} {completed}, before {old}");
        }
    }

    #[test]
    fn a_specialisation_shares_the_expiry_of_what_it_is_added_to() {
        let adds = |rule: ExpiryRule, until| rule.until(day("2026-04-01"), Basis::Adds { until });
        assert_eq!(adds(ADR, Some(day("2028-01-15"))), Some(day("2028-01-15")));
        assert_eq!(adds(ExpiryRule::Never, None), None);
    }

    #[test]
    fn after_eight_years_a_repetition_is_not_enough() {
        let former = Former { completed: day("2018-05-03"), until: Some(day("2022-05-31")), extended_until: None };
        assert!(GSK.repetition_is_enough(&former, day("2026-05-03")));
        assert!(!GSK.repetition_is_enough(&former, day("2026-05-04")));
        assert!(HOT_WORK.repetition_is_enough(&former, day("2040-01-01")));
    }

    #[test]
    fn an_authority_moves_what_expires_and_the_new_period_counts_from_the_old_day() {
        // ADR M324: what expired from 1 March to 1 November 2020 was valid until 30 November.
        let m324 = [extension("2020-03-01", "2020-11-01", "2020-11-30")];
        for (until, moved) in [
            ("2020-02-29", None),
            ("2020-03-01", Some("2020-11-30")),
            ("2020-11-01", Some("2020-11-30")),
            ("2020-11-02", None),
        ] {
            assert_eq!(extended(day(until), &m324).map(|one| one.until), moved.map(day), "{until}");
        }
        let on = renewal("2020-04-20", Some("2020-11-30"));
        assert_eq!(ADR.until(day("2020-11-15"), on), Some(day("2025-04-20")));
        assert_eq!(ADR.until(day("2020-12-01"), on), Some(day("2025-12-01")));
    }

    #[test]
    fn of_two_extensions_the_longer_stands() {
        let [long, short] = ["2020-11-30", "2020-09-01"].map(|until| extension("2020-03-01", "2020-11-01", until));
        assert_eq!(extended(day("2020-03-05"), &[long.clone(), short.clone()]), Some(&long));
        assert_eq!(extended(day("2020-10-05"), &[short]), None);
    }

    #[test]
    fn several_competences_end_with_the_last_of_them() {
        let (early, late) = (Some(day("2027-01-01")), Some(day("2028-01-01")));
        for (ends, last) in [(vec![], None), (vec![early, late], late), (vec![late, None, early], None)] {
            assert_eq!(longest(ends.iter().copied()), last, "{ends:?}");
        }
    }

    #[test]
    fn a_completion_goes_by_the_rule_of_its_day() {
        let [oldest, old, new] = [120, 60, 36].map(|months| ExpiryRule::After { months });
        let change = |from, expiry| Change { from: day(from), expiry };
        let changes = [change("2026-01-01", new), change("2015-01-01", old)];
        for (completed, rule) in
            [("2014-12-31", oldest), ("2015-01-01", old), ("2025-12-31", old), ("2026-01-01", new), ("2027-01-01", new)]
        {
            assert_eq!(in_force(oldest, &changes, day(completed)), rule, "{completed}");
        }
        assert_eq!(in_force(oldest, &[], day("2026-01-01")), oldest);
    }

    fn extension(from: &str, to: &str, until: &str) -> Extension {
        Extension { from: day(from), to: day(to), until: day(until), citation: "ADR M324".into() }
    }

    fn any_day() -> impl Strategy<Value = Day> {
        (0..80_000_i64).prop_map(|days| Day::new(*day("1990-01-01").date() + chrono::TimeDelta::days(days)))
    }

    fn any_rule() -> impl Strategy<Value = ExpiryRule> {
        prop_oneof![
            Just(ExpiryRule::Never),
            (1..=600_u16).prop_map(|months| ExpiryRule::After { months }),
            (1..=600_u16).prop_map(|months| ExpiryRule::EndOfMonthAfter {
                months,
                reinstatement_months: Some(months.saturating_mul(2))
            }),
            (1..=600_u16).prop_map(|months| ExpiryRule::WhileEmployed { months }),
            (2..=600_u16, 1..=600_u16).prop_map(|(months, window)| ExpiryRule::RenewalWindow {
                months,
                window_months: window.min(months - 1)
            }),
        ]
    }

    proptest! {
        #[test]
        fn nothing_ends_before_it_begins(rule in any_rule(), completed in any_day()) {
            prop_assert!(rule.until(completed, Basis::First).is_none_or(|until| until >= completed));
        }

        #[test]
        fn who_completes_later_is_never_valid_shorter(rule in any_rule(), one in any_day(), other in any_day()) {
            let (early, late) = (one.min(other), one.max(other));
            prop_assert!(rule.until(early, Basis::First) <= rule.until(late, Basis::First));
        }

        #[test]
        fn renewing_never_shortens_what_is_there(rule in any_rule(), completed in any_day(), days in 0..20_000_i64) {
            let until = rule.until(completed, Basis::First);
            let again = Day::new(*completed.date() + chrono::TimeDelta::days(days));
            let former = Former { completed, until, extended_until: None };
            prop_assert!(rule.until(again, Basis::Renews(former)) >= until);
        }

        #[test]
        fn in_the_window_the_day_of_renewal_does_not_matter(completed in any_day(), days in 0..180_i64) {
            let until = YSK.until(completed, Basis::First).expect("it ends");
            let again = Day::new(*until.date() - chrono::TimeDelta::days(days));
            let former = Former { completed, until: Some(until), extended_until: None };
            prop_assert_eq!(YSK.until(again, Basis::Renews(former)), Some(months_after(until, 60)));
        }
    }
}
