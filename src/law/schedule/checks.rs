//! What must hold within a rule, besides its form.

use std::collections::BTreeSet;

use chrono::Datelike;

use super::{
    Bearing, End, Length, Rule, Terms,
    reading::{Place, Places, Reading, TermsPlaces},
};
use crate::{
    law::periods::Case,
    words::{Day, OnRequest, Said},
};

/// Notes all that is wrong with a rule.
pub(super) fn rule(reading: &mut Reading<'_>, rule: &Rule, places: &Places) {
    let id = rule.id.code();
    let mut wrong = |at: &Place, reason: String| reading.wrong(at, Some(id), reason);
    if !is_an_id(id) {
        wrong(&places.id, "an id is RS and two digits".to_owned());
    }
    for (what, text, at) in [
        ("name", &rule.name, &places.name),
        ("purpose", &rule.purpose, &places.purpose),
        ("why", &rule.why, &places.why),
    ] {
        if is_empty(text) {
            wrong(at, format!("{what} is needed in both languages"));
        }
    }
    // GDPR art. 6(3): another law must say which duty or which task.
    for basis in rule.basis.iter().filter(|basis| basis.needs_a_national_provision()) {
        if !rule.provisions.iter().any(|provision| provision.national) {
            wrong(&places.id, format!("it rests on {basis} and cites no national provision"));
        }
    }
    for (terms, places) in rule.all_terms().zip(&places.terms) {
        terms_of(rule, terms, places, &mut wrong);
    }
}

fn terms_of(rule: &Rule, terms: &Terms, places: &TermsPlaces, wrong: &mut impl FnMut(&Place, String)) {
    if terms.must_keep.is_some() {
        if !rule.provisions.iter().any(|provision| provision.bearing == Bearing::Orders) {
            wrong(&places.must_keep, "it must be kept and no provision orders it".to_owned());
        }
        if rule.obliged.is_empty() {
            wrong(&places.must_keep, "it must be kept and nobody is obliged".to_owned());
        }
    }
    let nobody_keeps = terms.must_keep.is_none() && terms.may_keep.is_none();
    if nobody_keeps && terms.most.is_none() {
        wrong(&places.all, "it has no end".to_owned());
    }
    if nobody_keeps && terms.on_request == OnRequest::Keep {
        wrong(&places.all, "it is kept against a request and nothing orders or wants it".to_owned());
    }
    let is_endless = |end: &Option<End>| end.as_ref().is_some_and(|end| end.length == Length::Ever);
    if [&terms.must_keep, &terms.may_keep, &terms.most].into_iter().any(is_endless) && terms.review.is_none() {
        wrong(&places.all, "what is kept for good is reviewed".to_owned());
    }
    for (name, end, at) in
        [("must_keep", &terms.must_keep, &places.must_keep), ("may_keep", &terms.may_keep, &places.may_keep)]
    {
        if let (Some(end), Some(most)) = (end, &terms.most)
            && may_end_after(&end.length, &most.length)
        {
            wrong(at, format!("{name} can end after most"));
        }
    }
}

fn is_an_id(id: &str) -> bool {
    id.strip_prefix("RS").is_some_and(|number| number.len() == 2 && number.bytes().all(|digit| digit.is_ascii_digit()))
}

fn is_empty(text: &Said) -> bool {
    text.nb.trim().is_empty() || text.en.trim().is_empty()
}

/// Can the one end after the other? They can be compared where they count from the same things, or one from nothing: then
/// every day of a leap year is tried, which meets the ends of all months and of the year.
fn may_end_after(one: &Length, other: &Length) -> bool {
    let (anchors, others) = (one.anchors(), other.anchors());
    if anchors != others && !anchors.is_empty() && !others.is_empty() {
        return false;
    }
    let until = |length: &Length, day: Day| {
        let all = anchors.union(&others);
        let case = all.fold(Case::default(), |case, anchor| case.on(*anchor, day));
        length.until(&case, &mut BTreeSet::new())
    };
    leap_year().any(|day| until(one, day) > until(other, day))
}

fn leap_year() -> impl Iterator<Item = Day> {
    let first = chrono::NaiveDate::from_ymd_opt(2024, 1, 1).unwrap_or_default();
    first.iter_days().take_while(|date| date.year() == 2024).map(Day::new)
}
