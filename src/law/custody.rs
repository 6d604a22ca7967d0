//! Who holds a completion, on which ground: `custodies(facts)` is pure, total, and independent of the order in which the
//! facts arrived. It is run again whenever one of them arrives late, as in every import of history.
//!
//! It does not say for how long: that is the schedule's.

use std::collections::BTreeSet;

use super::schedule::{Category, Schedule};
use crate::words::{Capacity, Class, Content, EmployerView, Ground, OPERATOR, OrganisationId, Part};

/// What is known about one completion that bears on who holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The documentation class of its competence; `none` without one.
    pub class: Class,
    /// The provider that recorded it.
    pub recorder: OrganisationId,
    /// Did the recorder's certification cover the competence on the day?
    pub recorder_certified: bool,
    /// What the recorder shows an employer of what it ordered.
    pub employer_view: EmployerView,
    /// The organisation that ordered it, if one did.
    pub ordered_by: Option<Orderer>,
    /// The body of the scheme the competence belongs to.
    pub scheme_body: Option<OrganisationId>,
    /// Has the person accepted it into the portfolio?
    pub in_portfolio: bool,
}

/// The organisation that ordered a completion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Orderer {
    /// Which one: the legal entity, never a sub-unit.
    pub organisation: OrganisationId,
    /// What it can act as.
    pub capacities: BTreeSet<Capacity>,
    /// Did a requirement of its own, in force that day, reach this person and this competence?
    pub required: bool,
}

/// One controller's hold on a record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Custody {
    /// Who holds it.
    pub controller: OrganisationId,
    /// Why.
    pub ground: Ground,
    /// Which parts.
    pub content: Content,
    /// Under which category of the schedule.
    pub category: Category,
}

/// The custodies that follow from the facts, sorted by controller and ground.
pub fn custodies(facts: &Facts, schedule: &Schedule) -> Vec<Custody> {
    let mut held = vec![(facts.recorder, Ground::Delivered)];
    held.extend(facts.ordered_by.as_ref().and_then(|orderer| orders(orderer, facts.employer_view)));
    held.extend(facts.scheme_body.map(|body| (body, Ground::Scheme)));
    held.extend(facts.in_portfolio.then_some((OPERATOR, Ground::Portfolio)));
    held.sort();
    held.into_iter()
        .map(|(controller, ground)| {
            let certified = ground == Ground::Delivered && facts.recorder_certified;
            Custody {
                controller,
                ground,
                content: content(ground),
                category: schedule.category(facts.class, ground, certified).clone(),
            }
        })
        .collect()
}

/// An organisation that is an employer holds what it ordered as an employer; one that is only a client holds it for its
/// gates. With the provider's view `invoice` the employer gets the order and nothing of the record.
fn orders(orderer: &Orderer, view: EmployerView) -> Option<(OrganisationId, Ground)> {
    let ground = if orderer.capacities.contains(&Capacity::Employer) {
        if view == EmployerView::Invoice {
            return None;
        }
        if orderer.required { Ground::OrderedRequired } else { Ground::OrderedOffered }
    } else if orderer.capacities.contains(&Capacity::Client) {
        Ground::Client
    } else {
        return None;
    };
    Some((orderer.organisation, ground))
}

/// The parts a ground needs and no more (art. 5(1)(c)): a gate needs the fact, a hirer fact and document, a scheme its
/// result too.
fn content(ground: Ground) -> Content {
    match ground {
        Ground::Delivered | Ground::Portfolio => {
            Content::of(&[Part::Fact, Part::Result, Part::Hours, Part::Document, Part::Evidence])
        }
        Ground::OrderedRequired | Ground::OrderedOffered | Ground::HandedOver | Ground::Uploaded => {
            Content::of(&[Part::Fact, Part::Result, Part::Hours, Part::Document])
        }
        Ground::Scheme | Ground::Register => Content::of(&[Part::Fact, Part::Result, Part::Document]),
        Ground::HiredIn => Content::of(&[Part::Fact, Part::Document]),
        Ground::Client => Content::of(&[Part::Fact]),
    }
}
