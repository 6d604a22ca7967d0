//! How long a competence lasts. The rule is data of the competence; the day is computed from it once, when a certificate is
//! issued, and kept. Expiry is not retention: what has expired still documents training.

use serde::{Deserialize, Serialize};

use super::calendar::{end_of_month, months_after, months_before};
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

/// What bears on how long a competence lasts after one completion of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case {
    /// The day it was completed.
    pub completed: Day,
    /// What the completion builds on, if anything.
    pub on: Basis,
    /// The last day of the employment it is bound to, if that has ended or its end is known.
    pub employed_until: Option<Day>,
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
    /// The last day on which the competence is valid; `None` for life.
    pub fn until(&self, case: &Case) -> Option<Day> {
        if let Basis::Adds { until } = case.on {
            return until;
        }
        match *self {
            Self::Never => None,
            Self::After { months } => Some(months_after(case.completed, months)),
            Self::EndOfMonthAfter { months, .. } => Some(end_of_month(months_after(case.completed, months))),
            Self::WhileEmployed { months } => {
                let longest = months_after(case.completed, months);
                Some(case.employed_until.map_or(longest, |ended| ended.min(longest)))
            }
            Self::RenewalWindow { months, window_months } => {
                Some(months_after(anniversary(case, window_months).unwrap_or(case.completed), months))
            }
        }
    }

    /// Is a repetition enough to renew it, or must the whole course be taken again?
    pub fn repetition_is_enough(&self, former: &Former, completed: Day) -> bool {
        match *self {
            Self::EndOfMonthAfter { reinstatement_months: Some(months), .. } => {
                completed <= months_after(former.completed, months)
            }
            _ => true,
        }
    }
}

/// The old expiry, if the renewal came in the window before it. An authority that extends what expires lets people come
/// later, and the new period still counts from the old day (ADR M324).
fn anniversary(case: &Case, window_months: u16) -> Option<Day> {
    let Basis::Renews(former) = case.on else { return None };
    let old = former.until?;
    let closes = former.extended_until.map_or(old, |extended| extended.max(old));
    (months_before(old, window_months) <= case.completed && case.completed <= closes).then_some(old)
}

/// An authority moves the expiry of everything that ends in a period, as in 2020.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The first expiry it moves.
    pub from: Day,
    /// The last expiry it moves.
    pub to: Day,
    /// The day it moves them to.
    pub until: Day,
}

/// The day an authority moved an expiry to, if one did. Nobody loses by an extension, and two do not add up.
pub fn extended(until: Day, extensions: &[Extension]) -> Option<Day> {
    let bearing = extensions.iter().filter(|one| one.from <= until && until <= one.to && until < one.until);
    bearing.map(|one| one.until).max()
}

/// A rule and the first day it is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Version {
    /// Completions from this day on go by it.
    pub from: Day,
    /// The rule.
    pub rule: ExpiryRule,
}

/// The rule a completion goes by: the latest that was in force on its day. Before the first version, the first.
pub fn in_force(versions: &[Version], completed: Day) -> Option<ExpiryRule> {
    let begun = versions.iter().filter(|version| version.from <= completed).max_by_key(|version| version.from);
    begun.or_else(|| versions.iter().min_by_key(|version| version.from)).map(|version| version.rule)
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

    fn first(completed: &str) -> Case {
        Case { completed: day(completed), on: Basis::First, employed_until: None }
    }

    /// A renewal of what was completed five years before its expiry.
    fn renewal(completed: &str, old: &str, extended: Option<&str>) -> Case {
        let former =
            Former { completed: months_before(day(old), 60), until: Some(day(old)), extended_until: extended.map(day) };
        Case { completed: day(completed), on: Basis::Renews(former), employed_until: None }
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
            assert_eq!(rule.until(&first(completed)), until.map(day), "{rule:?} {completed}");
        }
    }

    #[test]
    fn a_card_ends_with_the_employment_and_at_the_latest_with_its_months() {
        for (ended, until) in [("2027-06-30", "2027-06-30"), ("2028-11-22", "2028-11-22"), ("2030-01-01", "2028-11-22")]
        {
            let case = Case { employed_until: Some(day(ended)), ..first("2026-11-22") };
            assert_eq!(HMS.until(&case), Some(day(until)), "{ended}");
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
            let case = renewal(completed, old, None);
            assert_eq!(rule.until(&case), Some(day(until)), "{rule:?} {completed}, before {old}");
        }
    }

    #[test]
    fn a_specialisation_shares_the_expiry_of_what_it_is_added_to() {
        let adds = |until| Case { on: Basis::Adds { until }, ..first("2026-04-01") };
        assert_eq!(ADR.until(&adds(Some(day("2028-01-15")))), Some(day("2028-01-15")));
        assert_eq!(ExpiryRule::Never.until(&adds(None)), None);
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
        let m324 = Extension { from: day("2020-03-01"), to: day("2020-11-01"), until: day("2020-11-30") };
        for (until, moved) in [
            ("2020-02-29", None),
            ("2020-03-01", Some("2020-11-30")),
            ("2020-11-01", Some("2020-11-30")),
            ("2020-11-02", None),
        ] {
            assert_eq!(extended(day(until), &[m324]), moved.map(day), "{until}");
        }
        let late = renewal("2020-11-15", "2020-04-20", Some("2020-11-30"));
        assert_eq!(ADR.until(&late), Some(day("2025-04-20")));
        let too_late = renewal("2020-12-01", "2020-04-20", Some("2020-11-30"));
        assert_eq!(ADR.until(&too_late), Some(day("2025-12-01")));
    }

    #[test]
    fn of_two_extensions_the_longer_stands() {
        let until = |until| Extension { from: day("2020-03-01"), to: day("2020-11-01"), until: day(until) };
        assert_eq!(extended(day("2020-03-05"), &[until("2020-11-30"), until("2020-09-01")]), Some(day("2020-11-30")));
        assert_eq!(extended(day("2020-10-05"), &[until("2020-09-01")]), None);
    }

    #[test]
    fn a_completion_goes_by_the_rule_of_its_day() {
        let (old, new) = (ExpiryRule::After { months: 60 }, ExpiryRule::After { months: 36 });
        let versions = [Version { from: day("2026-01-01"), rule: new }, Version { from: day("2015-01-01"), rule: old }];
        for (completed, rule) in
            [("2014-12-31", old), ("2015-01-01", old), ("2025-12-31", old), ("2026-01-01", new), ("2027-01-01", new)]
        {
            assert_eq!(in_force(&versions, day(completed)), Some(rule), "{completed}");
        }
        assert_eq!(in_force(&[], day("2026-01-01")), None);
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
            let case = Case { completed, on: Basis::First, employed_until: None };
            prop_assert!(rule.until(&case).is_none_or(|until| until >= completed));
        }

        #[test]
        fn who_completes_later_is_never_valid_shorter(rule in any_rule(), one in any_day(), other in any_day()) {
            let (early, late) = (one.min(other), one.max(other));
            let until = |completed| rule.until(&Case { completed, on: Basis::First, employed_until: None });
            prop_assert!(until(early) <= until(late));
        }

        #[test]
        fn renewing_never_shortens_what_is_there(rule in any_rule(), completed in any_day(), days in 0..20_000_i64) {
            let until = rule.until(&Case { completed, on: Basis::First, employed_until: None });
            let again = Day::new(*completed.date() + chrono::TimeDelta::days(days));
            let former = Former { completed, until, extended_until: None };
            let renewed = rule.until(&Case { completed: again, on: Basis::Renews(former), employed_until: None });
            prop_assert!(renewed >= until);
        }

        #[test]
        fn in_the_window_the_day_of_renewal_does_not_matter(completed in any_day(), days in 0..180_i64) {
            let until = YSK.until(&Case { completed, on: Basis::First, employed_until: None }).expect("it ends");
            let again = Day::new(*until.date() - chrono::TimeDelta::days(days));
            let former = Former { completed, until: Some(until), extended_until: None };
            let renewed = YSK.until(&Case { completed: again, on: Basis::Renews(former), employed_until: None });
            prop_assert_eq!(renewed, Some(months_after(until, 60)));
        }
    }
}
