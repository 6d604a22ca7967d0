//! What is left when custodies end: of a record the parts that somebody still holds, of a certificate what its issuer still
//! stands for, of its code a mark. Whether a custody may end is not asked here.

use super::{
    custody::Custody,
    periods::{Case, periods},
    schedule::Schedule,
};
use crate::words::{Anchor, Circumstance, Content, Day, Ground, OrganisationId, Part};

/// The parts of a record that somebody still holds. What is in none of these is erased although the record lives (GDPR art.
/// 5(1)(c)); a record nobody holds goes.
pub fn left<'a>(custodies: impl IntoIterator<Item = &'a Custody>) -> Content {
    custodies.into_iter().fold(Content::NOTHING, |all, one| all.and(one.content))
}

/// Does somebody who was shown a record hear that it was erased or reduced (GDPR art. 19)? Whoever did it, each on a ground,
/// need not be told by itself. What a person kept in a portfolio was shown to nobody from there, so its end is news only with
/// the record's.
pub fn is_told(
    shown_to: OrganisationId,
    done_by: impl IntoIterator<Item = (OrganisationId, Ground)>,
    is_gone: bool,
) -> bool {
    done_by.into_iter().any(|(controller, ground)| controller != shown_to && (is_gone || ground != Ground::Portfolio))
}

/// What becomes of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Its issuer holds something of what it is about, and stands for it.
    Stays,
    /// Somebody else must be able to show it; its issuer confirms it no longer.
    Unconfirmed,
    /// Nobody holds the document of anything it is about.
    Goes,
}

/// What becomes of an issuer's certificate, by the custodies that are left of all it is about. It lives as long as somebody
/// holds the document of one of its completions; its issuer stands for it as long as that is the issuer, as whom it issued
/// it.
pub fn fate<'a>(issuer: OrganisationId, custodies: impl IntoIterator<Item = &'a Custody>) -> Fate {
    let mut holders = custodies.into_iter().filter(|one| one.content.holds(Part::Document)).peekable();
    if holders.peek().is_none() {
        Fate::Goes
    } else if holders.any(|one| one.controller == issuer && issues(one.ground)) {
        Fate::Stays
    } else {
        Fate::Unconfirmed
    }
}

/// Is this a ground on which certificates are issued? Whoever only had the course ordered has the document to show it.
pub fn issues(ground: Ground) -> bool {
    matches!(ground, Ground::Delivered | Ground::Register | Ground::Scheme)
}

/// What is said of the code of a certificate that is gone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The last day on which it is said that it was revoked.
    pub revoked_until: Option<Day>,
    /// The last day on which it is told from a code nobody was given.
    pub kept_until: Day,
}

/// The mark of a certificate that goes on a day: by its last day and the day it was revoked, if it had the one and was the
/// other. Erasing does not wash away a revocation (RS16), and an old print is not said to be invented: the mark answers
/// whoever looks the code up (RS43), and shows that it was erased (RS42); it goes with the later of the two.
pub fn mark(schedule: &Schedule, valid_until: Option<Day>, revoked_on: Option<Day>, erased_on: Day) -> Mark {
    let case = Case::default().under(Circumstance::CertificateMark).on(Anchor::Erased, erased_on);
    let case = match valid_until {
        Some(last) => case.on(Anchor::ValidUntil, last),
        None => case.not_yet(Anchor::ValidUntil),
    };
    let most = |category, case: &Case| schedule.rule(category).and_then(|rule| periods(rule, case).most_until());
    let revoked_until = revoked_on.and_then(|on| most("RS16", &case.clone().on(Anchor::Revoked, on)));
    Mark {
        revoked_until: revoked_until.filter(|last| erased_on <= *last),
        kept_until: most("RS42", &case).max(most("RS43", &case)).unwrap_or(erased_on),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::{collection::vec, option, prelude::*, sample::select};
    use uuid::Uuid;

    use super::*;
    use crate::{
        law::schedule::SHIPPED,
        words::{Identifier, OPERATOR, Word},
    };

    static SCHEDULE: LazyLock<Schedule> = LazyLock::new(|| Schedule::read(SHIPPED).expect("the schedule reads"));

    fn organisation(n: u128) -> OrganisationId {
        OrganisationId::from_uuid(Uuid::from_u128(0x7000_8000_0000_0000_1000 + n))
    }

    fn held(controller: OrganisationId, ground: Ground, parts: &[Part]) -> Custody {
        let category = serde_json::from_str("\"RS11\"").expect("a category");
        Custody { controller, ground, content: Content::of(parts), category, came_from: None }
    }

    fn day(text: &str) -> Day {
        text.parse().expect("a day")
    }

    #[test]
    fn of_a_record_is_left_what_somebody_holds_and_of_a_certificate_what_its_issuer_stands_for() {
        use Part::{Document, Evidence, Fact, Hours, Result};
        let (school, crane, body) = (organisation(1), organisation(2), organisation(3));
        let delivered = || held(school, Ground::Delivered, &[Fact, Result, Hours, Document, Evidence]);
        let ordered = || held(crane, Ground::OrderedRequired, &[Fact, Result, Hours, Document]);
        let scheme = || held(body, Ground::Scheme, &[Fact, Result, Document]);
        let gate = || held(crane, Ground::Client, &[Fact]);
        let own = || held(OPERATOR, Ground::Portfolio, &[Fact, Result, Hours, Document, Evidence]);
        let trained_by_itself = || held(school, Ground::OrderedOffered, &[Fact, Result, Hours, Document]);
        let narrowed = || held(school, Ground::Delivered, &[Fact]);
        let cases: [(&str, Vec<Custody>, &str, Fate); 10] = [
            ("nobody", vec![], "", Fate::Goes),
            ("the issuer", vec![delivered()], "fact result hours document evidence", Fate::Stays),
            ("the issuer and others", vec![delivered(), gate()], "fact result hours document evidence", Fate::Stays),
            ("the employer", vec![ordered()], "fact result hours document", Fate::Unconfirmed),
            ("the body", vec![scheme()], "fact result document", Fate::Unconfirmed),
            ("the employer and the body", vec![ordered(), scheme()], "fact result hours document", Fate::Unconfirmed),
            ("a gate, which needs no document", vec![gate()], "fact", Fate::Goes),
            ("the person", vec![own()], "fact result hours document evidence", Fate::Unconfirmed),
            ("the issuer as employer only", vec![trained_by_itself()], "fact result hours document", Fate::Unconfirmed),
            ("the issuer without the document", vec![narrowed(), gate()], "fact", Fate::Goes),
        ];
        for (who, custodies, parts, expected) in cases {
            let left = left(&custodies).parts().map(Part::code).collect::<Vec<_>>().join(" ");
            assert_eq!((left.as_str(), fate(school, &custodies)), (parts, expected), "{who}");
        }
        assert_eq!(fate(body, &[scheme()]), Fate::Stays, "who issued it as the body stands for it as the body");
    }

    #[test]
    fn a_revocation_outlives_the_certificate_to_the_end_of_its_period_and_an_old_print_is_not_invented() {
        for (valid_until, revoked_on, revoked_until, kept_until) in [
            (None, None, None, "2036-03-02"),
            (Some("2028-03-01"), None, None, "2031-03-01"),
            (Some("2020-01-31"), None, None, "2029-03-02"),
            (None, Some("2025-06-01"), Some("2035-06-01"), "2036-03-02"),
            (None, Some("2015-06-01"), None, "2036-03-02"),
            (Some("2028-03-01"), Some("2025-06-01"), Some("2031-03-01"), "2031-03-01"),
            (Some("2023-03-02"), Some("2022-06-01"), Some("2026-03-02"), "2029-03-02"),
            (Some("2023-03-01"), Some("2022-06-01"), None, "2029-03-02"),
        ] {
            let mark = mark(&SCHEDULE, valid_until.map(day), revoked_on.map(day), day("2026-03-02"));
            let expected = Mark { revoked_until: revoked_until.map(day), kept_until: day(kept_until) };
            assert_eq!(mark, expected, "{valid_until:?} {revoked_on:?}");
        }
    }

    fn any_custody() -> impl Strategy<Value = Custody> {
        let parts = vec(select(Part::ALL), 0..=5);
        ((1..=3_u128).prop_map(organisation), select(Ground::ALL), parts)
            .prop_map(|(controller, ground, parts)| held(controller, ground, &parts))
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn a_custody_that_ends_takes_away_and_never_gives(
            custodies in vec(any_custody(), 1..6),
            ending in any::<prop::sample::Index>(),
        ) {
            let weight = |fate| match fate { Fate::Goes => 0, Fate::Unconfirmed => 1, Fate::Stays => 2 };
            let mut rest = custodies.clone();
            let ended = rest.remove(ending.index(custodies.len()));
            for part in Part::ALL {
                let (before, after) = (left(&custodies).holds(*part), left(&rest).holds(*part));
                prop_assert!(before || !after);
                // What goes was held by who let go, and by nobody else.
                prop_assert!(before == after || ended.content.holds(*part));
            }
            let issuer = organisation(1);
            prop_assert!(weight(fate(issuer, &rest)) <= weight(fate(issuer, &custodies)));
        }

        #[test]
        fn a_certificate_goes_exactly_when_no_document_is_left(custodies in vec(any_custody(), 0..6)) {
            prop_assert_eq!(fate(organisation(1), &custodies) == Fate::Goes, !left(&custodies).holds(Part::Document));
        }

        #[test]
        fn no_mark_ends_before_three_years_and_none_says_revoked_longer_than_it_is_kept(
            last in option::of(0_i64..10_000),
            revoked in option::of(0_i64..5_000),
        ) {
            let erased_on = day("2026-03-02");
            let at = |days: i64| Day::new(*day("2012-06-15").date() + chrono::TimeDelta::days(days));
            let revoked_on = revoked.map(at).filter(|on| *on <= erased_on);
            let mark = mark(&SCHEDULE, last.map(at), revoked_on, erased_on);
            prop_assert!(mark.kept_until >= day("2029-03-02"));
            prop_assert!(mark.revoked_until.is_none_or(|last| erased_on <= last && last <= mark.kept_until));
        }
    }
}
