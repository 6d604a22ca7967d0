//! The retention schedule: for each category of what is kept about people, why, on which basis, under which provision, and
//! until when; and the matrix from documentation class and ground to a category.
//!
//! What the law orders ([`Terms::must_keep`]), what a controller or a scheme wants ([`Terms::may_keep`]) and what must be gone
//! ([`Terms::most`]) are three different things. It is data, and what is here has been checked: see [`Schedule::read`].

mod checks;
mod form;
mod reading;

pub use reading::Wrong;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::words::*;

/// The schedule this program ships with.
pub const SHIPPED: &str = include_str!("../schedule.toml");

/// A category of the schedule: its rule's id, as `RS09`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(as = RetentionCategory)]
pub struct Category(String);

impl Category {
    /// The id of the rule.
    pub fn code(&self) -> &str {
        &self.0
    }
}

/// The retention schedule.
#[derive(Clone, Debug)]
pub struct Schedule {
    version: String,
    cells: BTreeMap<(Class, Ground, bool), Category>,
    rules: BTreeMap<Category, Rule>,
}

/// What holds for one category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionRule)]
pub struct Rule {
    /// Its id.
    pub id: Category,
    /// Is anything of the kind stored? Some kinds have their rule before they have their room.
    pub stored: bool,
    /// What it is.
    pub name: Said,
    /// What it is for.
    pub purpose: Said,
    /// Why it is kept so long and no longer: one honest sentence or two.
    pub why: Said,
    /// The articles of the GDPR it rests on. With none it may not be kept at all.
    pub basis: Vec<LegalBasis>,
    /// The provisions that bear on keeping it.
    pub provisions: Vec<Provision>,
    /// Whom the provisions that order it bind.
    pub obliged: Vec<RetentionParty>,
    /// For how long, and what then.
    pub terms: Terms,
    /// Where something else holds: the first that fits.
    pub variants: Vec<Variant>,
}

/// A provision that bears on keeping something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionProvision)]
pub struct Provision {
    /// Where it stands.
    pub citation: String,
    /// How it bears on it.
    pub bearing: Bearing,
    /// Is it Norwegian law itself? The GDPR is by personopplysningsloven § 1.
    pub national: bool,
    /// Since when, as cited.
    pub valid_from: Day,
    /// Until when, if it is no longer in force.
    pub valid_to: Option<Day>,
}

/// For how long something is kept, and what follows when somebody asks or when its time is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionTerms)]
pub struct Terms {
    /// How long a provision orders it to be kept. The order is the law's; who chose the number, `source` says.
    pub must_keep: Option<End>,
    /// How long the controller or the scheme wants it, open to objection (GDPR art. 21).
    pub may_keep: Option<End>,
    /// The last day it may be there at all.
    pub most: Option<End>,
    /// When a human looks whether it is still needed.
    pub review: Option<Review>,
    /// What follows when the person asks for erasure.
    pub on_request: OnRequest,
    /// What follows when its time is over.
    pub at_end: AtEnd,
    /// Who can let it go before. With nobody here, nobody.
    pub early_release: Vec<RetentionParty>,
}

/// Other terms under a circumstance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionVariant)]
pub struct Variant {
    /// The circumstance.
    pub when: Circumstance,
    /// The terms.
    pub terms: Terms,
}

/// Where a period ends, and who says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionEnd)]
pub struct End {
    /// Who says so.
    pub source: EndSource,
    /// Where.
    pub length: Length,
}

/// How long something lasts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = RetentionLength)]
pub enum Length {
    /// As long as nobody asks for its end.
    Asked,
    /// For good.
    Ever,
    /// Until a moment.
    Until {
        /// The moment.
        moment: Moment,
        /// The moment that counts where the first is not known, or will never be.
        otherwise: Option<Moment>,
    },
    /// Until the first of several moments.
    Earliest {
        /// The moments.
        moments: Vec<Moment>,
    },
    /// Until the last of several moments.
    Latest {
        /// The moments.
        moments: Vec<Moment>,
    },
    /// Until the person turns so old, and at least so long after the issue.
    Age {
        /// The age.
        years: u16,
        /// Years after the issue, at least.
        at_least_years: u16,
        /// Years after the issue, where the birth date is not known.
        unknown_years: u16,
    },
}

/// A day that follows from another. It is the last day of a period; the day it counts from is not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = RetentionMoment)]
pub struct Moment {
    /// What it counts from.
    pub anchor: Anchor,
    /// Months after it.
    pub months: u16,
    /// And then to the end of the calendar year?
    pub year_end: bool,
    /// And then so many days.
    pub days: u16,
    /// And then so many working days, Saturdays among them.
    pub working_days: u16,
    /// May a scheme give a number of months of its own?
    pub scheme_window: bool,
}

/// When a human looks whether something is still needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[schema(as = RetentionReview)]
pub enum Review {
    /// Again and again.
    Every {
        /// Months after the last review.
        months: u16,
        /// What the first one counts from.
        after: Anchor,
    },
    /// Once its time is over, before it goes.
    AtEnd,
}

impl Schedule {
    /// The version every custody names.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The category of one cell.
    pub fn category(&self, class: Class, ground: Ground, certified: bool) -> &Category {
        self.cells.get(&(class, ground, certified)).expect("reading it made sure that every cell is filled")
    }

    /// The grounds on which something of a category is held.
    pub fn grounds<'a>(&'a self, category: &'a Category) -> impl Iterator<Item = Ground> + 'a {
        self.cells.iter().filter(move |(_, of)| *of == category).map(|((_, ground, _), _)| *ground)
    }

    /// The category a stored code names. One of another version stays as it is, so that the difference shows.
    pub fn known_category(&self, code: &str) -> Category {
        Category(code.to_owned())
    }

    /// All rules, by their ids.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules.values()
    }

    /// The rule of a category; `None` for a category of another version.
    pub fn rule(&self, category: &str) -> Option<&Rule> {
        self.rules.get(&Category(category.to_owned()))
    }

    /// What a category is for; `None` for a category of another version.
    pub fn purpose(&self, category: &str) -> Option<&Said> {
        self.rule(category).map(|rule| &rule.purpose)
    }
}

impl Rule {
    /// The terms that hold under these circumstances.
    pub fn terms(&self, circumstances: &BTreeSet<Circumstance>) -> &Terms {
        let variant = self.variants.iter().find(|variant| circumstances.contains(&variant.when));
        variant.map_or(&self.terms, |variant| &variant.terms)
    }

    /// What any of its periods counts from, or waits for.
    pub fn anchors(&self) -> BTreeSet<Anchor> {
        let ends = self.all_terms().flat_map(|terms| [&terms.must_keep, &terms.may_keep, &terms.most]).flatten();
        let reviews = self.all_terms().filter_map(|terms| match terms.review {
            Some(Review::Every { after, .. }) => Some(after),
            _ => None,
        });
        ends.flat_map(|end| end.length.anchors()).chain(reviews).collect()
    }

    /// The usual terms and those of each variant.
    pub fn all_terms(&self) -> impl Iterator<Item = &Terms> {
        std::iter::once(&self.terms).chain(self.variants.iter().map(|variant| &variant.terms))
    }
}

impl Length {
    /// May a scheme give a number of months of its own?
    pub fn has_scheme_window(&self) -> bool {
        matches!(self, Self::Until { moment, .. } if moment.scheme_window)
    }

    /// What it counts from, or waits for.
    pub fn anchors(&self) -> BTreeSet<Anchor> {
        match self {
            Self::Asked | Self::Ever => BTreeSet::new(),
            Self::Until { moment, otherwise } => [moment].into_iter().chain(otherwise).map(|one| one.anchor).collect(),
            Self::Earliest { moments } | Self::Latest { moments } => moments.iter().map(|one| one.anchor).collect(),
            Self::Age { .. } => BTreeSet::from([Anchor::Birth, Anchor::Issued]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped() -> Schedule {
        Schedule::read(SHIPPED).unwrap_or_else(|wrong| panic!("{wrong:#?}"))
    }

    #[test]
    fn the_shipped_schedule_has_a_rule_for_each_of_the_forty_eight_categories() {
        let schedule = shipped();
        let ids: Vec<String> = schedule.rules().map(|rule| rule.id.code().to_owned()).collect();
        let expected: Vec<String> = (1..=48).map(|n| format!("RS{n:02}")).collect();
        assert_eq!(ids, expected);
    }

    /// Everything else is a wish, open to objection, and never worded as the law's order.
    #[test]
    fn only_what_a_provision_orders_must_be_kept() {
        let schedule = shipped();
        let kept = schedule.rules().filter(|rule| rule.all_terms().any(|terms| terms.must_keep.is_some()));
        let ids: Vec<&str> = kept.map(|rule| rule.id.code()).collect();
        assert_eq!(ids, ["RS09", "RS10", "RS21", "RS24", "RS31", "RS33"]);
    }

    #[test]
    fn who_keeps_against_a_request_has_an_order_or_a_wish_and_who_erases_at_once_has_no_order() {
        for rule in shipped().rules() {
            for terms in rule.all_terms() {
                let keeps = terms.must_keep.is_some() || terms.may_keep.is_some();
                assert!(terms.on_request != OnRequest::Keep || keeps, "{}", rule.id.code());
                assert!(terms.must_keep.is_none() || terms.on_request == OnRequest::Keep, "{}", rule.id.code());
            }
        }
    }

    #[test]
    fn everything_has_an_end_or_a_review() {
        for rule in shipped().rules() {
            for terms in rule.all_terms() {
                let ends = terms.most.is_some() || terms.review.is_some() || terms.must_keep.is_some();
                assert!(ends, "{}", rule.id.code());
            }
        }
    }

    #[test]
    fn a_variant_holds_under_its_circumstance_only_and_the_first_that_fits_counts() {
        let schedule = shipped();
        let exposure = schedule.rule("RS33").expect("a rule");
        let years = |circumstances: &[Circumstance]| {
            let terms = exposure.terms(&circumstances.iter().copied().collect());
            match terms.must_keep.as_ref().map(|end| &end.length) {
                Some(Length::Until { moment, .. }) => moment.months / 12,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(years(&[]), 60);
        assert_eq!(years(&[Circumstance::Unpaid]), 60);
        assert_eq!(years(&[Circumstance::Reprotoxic]), 5);
        assert_eq!(years(&[Circumstance::Biological]), 10);
        assert_eq!(years(&[Circumstance::Biological, Circumstance::BiologicalLate]), 40);
    }

    #[test]
    fn every_cell_of_the_matrix_leads_to_a_rule_of_what_is_stored() {
        let schedule = shipped();
        for class in Class::ALL {
            for ground in Ground::ALL {
                for certified in [true, false] {
                    let category = schedule.category(*class, *ground, certified);
                    assert!(schedule.rule(category.code()).is_some_and(|rule| rule.stored), "{}", category.code());
                }
            }
        }
        assert_eq!(schedule.rule("RS99"), None);
    }
}
