//! What a certificate is worth on a day: one status, found in a fixed order. Nothing is lost by asking about the past: what
//! happened later does not bear on an earlier day.

use crate::words::{CertificateAct, CertificateStatus, Day};

/// Everything that bears on what one version of a certificate is worth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The day it was issued.
    pub issued: Day,
    /// The last day of what it proves: of several competences the longest. `None` for life.
    pub until: Option<Day>,
    /// What was done to it, from the first to the last.
    pub acts: Vec<(Day, CertificateAct)>,
    /// The day a corrected version took its place.
    pub replaced: Option<Day>,
    /// The newer certificates that renew it.
    pub renewals: Vec<Renewal>,
    /// Is its document gone?
    pub erased: bool,
}

/// A newer certificate that renews another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Renewal {
    /// The day it was issued.
    pub issued: Day,
    /// What was done to it, from the first to the last.
    pub acts: Vec<(Day, CertificateAct)>,
}

impl Renewal {
    /// Does it stand in the place of the old one on a day? One that was issued in error and revoked does not.
    fn stands(&self, day: Day) -> bool {
        self.issued <= day && !is_revoked(&self.acts, day)
    }
}

/// Has a certificate to which this was done been revoked by a day, and not been given back since?
pub fn is_revoked(acts: &[(Day, CertificateAct)], day: Day) -> bool {
    Left::of(until(acts, day)).revoked
}

/// What was done until a day.
fn until(acts: &[(Day, CertificateAct)], day: Day) -> impl Iterator<Item = CertificateAct> {
    acts.iter().filter(move |(when, _)| *when <= day).map(|(_, act)| *act)
}

impl Standing {
    /// The status on a day; unknown before it was issued.
    pub fn on(&self, day: Day) -> CertificateStatus {
        let has_come = |when: Option<Day>| when.is_some_and(|when| when <= day);
        let left = Left::of(until(&self.acts, day));
        if day < self.issued {
            CertificateStatus::Unknown
        } else if left.revoked {
            // Erasing does not wash away a revocation.
            CertificateStatus::Revoked
        } else if self.erased {
            CertificateStatus::Erased
        } else if left.suspended {
            CertificateStatus::Suspended
        } else if left.surrendered {
            CertificateStatus::Surrendered
        } else if has_come(self.replaced) {
            CertificateStatus::Replaced
        } else if self.renewals.iter().any(|renewal| renewal.stands(day)) {
            CertificateStatus::Superseded
        } else if self.until.is_some_and(|until| until < day) {
            CertificateStatus::Expired
        } else {
            CertificateStatus::Valid
        }
    }

    /// May this be done to it now? Nothing is done twice, and nothing is undone that was not done.
    pub fn admits(&self, act: CertificateAct) -> bool {
        let left = Left::of(self.acts.iter().map(|(_, act)| *act));
        let Left { revoked, suspended, surrendered, confirmed, countersigned } = left;
        !self.erased
            && match act {
                CertificateAct::Revoked => !revoked,
                CertificateAct::Annulled => revoked,
                CertificateAct::Suspended => !revoked && !suspended,
                CertificateAct::Reinstated => !revoked && suspended,
                CertificateAct::Surrendered => !revoked && !surrendered,
                CertificateAct::Confirmed => !revoked && !surrendered && !confirmed,
                CertificateAct::Countersigned => !revoked && !surrendered && !countersigned,
            }
    }
}

/// What is left of everything that was done to a certificate.
#[derive(Default)]
struct Left {
    revoked: bool,
    suspended: bool,
    surrendered: bool,
    confirmed: bool,
    countersigned: bool,
}

impl Left {
    fn of(acts: impl Iterator<Item = CertificateAct>) -> Self {
        acts.fold(Self::default(), |left, act| match act {
            CertificateAct::Revoked => Self { revoked: true, ..left },
            CertificateAct::Annulled => Self { revoked: false, ..left },
            CertificateAct::Suspended => Self { suspended: true, ..left },
            CertificateAct::Reinstated => Self { suspended: false, ..left },
            CertificateAct::Surrendered => Self { surrendered: true, ..left },
            CertificateAct::Confirmed => Self { confirmed: true, ..left },
            CertificateAct::Countersigned => Self { countersigned: true, ..left },
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::words::Word;

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    fn standing() -> Standing {
        Standing {
            issued: day("2026-03-02"),
            until: Some(day("2031-03-01")),
            acts: Vec::new(),
            replaced: None,
            renewals: Vec::new(),
            erased: false,
        }
    }

    #[test]
    fn the_first_status_that_holds_is_the_one() {
        let revoked = (day("2027-01-01"), CertificateAct::Revoked);
        let suspended = (day("2027-01-01"), CertificateAct::Suspended);
        let surrendered = (day("2027-01-01"), CertificateAct::Surrendered);
        let all = Standing {
            acts: vec![surrendered, suspended, revoked],
            replaced: Some(day("2027-01-01")),
            renewals: vec![Renewal { issued: day("2027-01-01"), acts: vec![] }],
            until: Some(day("2026-12-31")),
            ..standing()
        };
        for (what, one, expected) in [
            ("all of them", all.clone(), "revoked"),
            ("all, and erased", Standing { erased: true, ..all.clone() }, "revoked"),
            ("not revoked, erased", Standing { acts: vec![suspended], erased: true, ..all.clone() }, "erased"),
            ("not revoked", Standing { acts: vec![surrendered, suspended], ..all.clone() }, "suspended"),
            ("nor suspended", Standing { acts: vec![surrendered], ..all.clone() }, "surrendered"),
            ("nor surrendered", Standing { acts: vec![], ..all.clone() }, "replaced"),
            ("nor replaced", Standing { acts: vec![], replaced: None, ..all.clone() }, "superseded"),
            ("nor superseded", Standing { acts: vec![], replaced: None, renewals: vec![], ..all }, "expired"),
            ("nothing", standing(), "valid"),
        ] {
            assert_eq!(one.on(day("2027-01-01")).code(), expected, "{what}");
        }
    }

    #[test]
    fn its_last_day_is_still_a_valid_one() {
        let one = standing();
        for (asked, expected) in
            [("2026-03-01", "unknown"), ("2026-03-02", "valid"), ("2031-03-01", "valid"), ("2031-03-02", "expired")]
        {
            assert_eq!(one.on(day(asked)).code(), expected, "{asked}");
        }
        assert_eq!(Standing { until: None, ..one }.on(day("2199-12-31")), CertificateStatus::Valid);
    }

    #[test]
    fn a_suspension_ends_and_the_days_of_it_stay_what_they_were() {
        let acts =
            vec![(day("2027-01-01"), CertificateAct::Suspended), (day("2027-02-01"), CertificateAct::Reinstated)];
        let one = Standing { acts, ..standing() };
        for (asked, expected) in [("2026-12-31", "valid"), ("2027-01-31", "suspended"), ("2027-02-01", "valid")] {
            assert_eq!(one.on(day(asked)).code(), expected, "{asked}");
        }
    }

    #[test]
    fn a_wrong_revocation_is_annulled_and_a_corrected_version_takes_the_place() {
        let acts = vec![(day("2027-01-01"), CertificateAct::Revoked), (day("2027-02-01"), CertificateAct::Annulled)];
        let one = Standing { acts, replaced: Some(day("2027-02-01")), ..standing() };
        assert_eq!(one.on(day("2027-01-15")), CertificateStatus::Revoked);
        assert_eq!(one.on(day("2027-02-01")), CertificateStatus::Replaced);
    }

    #[test]
    fn a_renewal_that_was_revoked_gives_the_old_certificate_its_worth_back() {
        let acts = vec![(day("2027-02-01"), CertificateAct::Revoked), (day("2027-03-01"), CertificateAct::Annulled)];
        let one = Standing { renewals: vec![Renewal { issued: day("2027-01-01"), acts }], ..standing() };
        for (asked, expected) in [
            ("2026-12-31", "valid"),
            ("2027-01-15", "superseded"),
            ("2027-02-15", "valid"),
            ("2027-03-01", "superseded"),
        ] {
            assert_eq!(one.on(day(asked)).code(), expected, "{asked}");
        }
    }

    fn any_act() -> impl Strategy<Value = CertificateAct> {
        (0..CertificateAct::ALL.len()).prop_map(|n| CertificateAct::ALL[n])
    }

    proptest! {
        #[test]
        fn what_is_done_later_changes_no_day_before_it(
            acts in prop::collection::vec((0_i64..1000, any_act()), 0..8),
            asked in 0_i64..1000,
            later in any_act(),
        ) {
            let at = |days: i64| Day::new(*day("2026-03-02").date() + chrono::TimeDelta::days(days));
            let mut acts: Vec<_> = acts.into_iter().map(|(days, act)| (at(days), act)).collect();
            acts.sort_by_key(|(when, _)| *when);
            let before = Standing { acts: acts.clone(), ..standing() };
            acts.push((at(asked + 1), later));
            acts.sort_by_key(|(when, _)| *when);
            let after = Standing { acts, ..standing() };
            prop_assert_eq!(before.on(at(asked)), after.on(at(asked)));
        }

        #[test]
        fn what_is_admitted_changes_the_status_and_is_not_admitted_twice(
            done in prop::collection::vec(any_act(), 0..6),
            act in any_act(),
        ) {
            let mut one = standing();
            for next in done {
                if one.admits(next) {
                    one.acts.push((one.issued, next));
                }
            }
            prop_assume!(one.admits(act));
            one.acts.push((one.issued, act));
            prop_assert!(!one.admits(act));
        }
    }
}
