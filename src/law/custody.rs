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
    /// The register that certifies it, if a register is to and the recorder has chosen one.
    pub register: Option<OrganisationId>,
    /// Has the person accepted it into the portfolio?
    pub in_portfolio: bool,
    /// The employers the person has handed it over to.
    pub handed_over_to: BTreeSet<OrganisationId>,
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
    /// Whom the facts name, if its controller has taken it over.
    pub came_from: Option<OrganisationId>,
}

/// The custodies that follow from the facts, sorted by controller and ground.
pub fn custodies(facts: &Facts, schedule: &Schedule) -> Vec<Custody> {
    let mut held = vec![(facts.recorder, Ground::Delivered)];
    held.extend(facts.ordered_by.as_ref().and_then(|orderer| orders(orderer, facts)));
    held.extend(facts.scheme_body.map(|body| (body, Ground::Scheme)));
    // A register is independent of the provider (forskrift om administrative ordninger § 8-2).
    held.extend(
        facts.register.filter(|register| *register != facts.recorder).map(|register| (register, Ground::Register)),
    );
    held.extend(facts.in_portfolio.then_some((OPERATOR, Ground::Portfolio)));
    held.extend(facts.handed_over_to.iter().map(|employer| (*employer, Ground::HandedOver)));
    held.sort();
    held.into_iter()
        .map(|(controller, ground)| {
            let certified = ground == Ground::Delivered && facts.recorder_certified;
            Custody {
                controller,
                ground,
                content: content(ground),
                category: schedule.category(facts.class, ground, certified).clone(),
                came_from: None,
            }
        })
        .collect()
}

/// An organisation that is an employer holds what it ordered as an employer; one that is only a client holds it for its
/// gates. With the provider's view `invoice` another employer gets the order and nothing of the record; a company
/// that trains its own people has nobody to hide it from.
fn orders(orderer: &Orderer, facts: &Facts) -> Option<(OrganisationId, Ground)> {
    let ground = if orderer.capacities.contains(&Capacity::Employer) {
        let is_another = orderer.organisation != facts.recorder;
        if is_another && facts.employer_view == EmployerView::Invoice {
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

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, sync::LazyLock};

    use proptest::{collection::btree_set, option, prelude::*, sample::select};
    use uuid::Uuid;

    use super::*;
    use crate::{
        law::schedule::SHIPPED,
        words::{Identifier, Word},
    };

    fn schedule() -> &'static Schedule {
        static SCHEDULE: LazyLock<Schedule> =
            LazyLock::new(|| Schedule::read(SHIPPED).expect("the schedule reads and is whole"));
        &SCHEDULE
    }

    fn organisation(n: u128) -> OrganisationId {
        OrganisationId::from_uuid(Uuid::from_u128(0x7000_8000_0000_0000_1000 + n))
    }

    const SCHOOL: u128 = 1;
    const CRANE: u128 = 2;
    const HARBOUR: u128 = 3;
    const BODY: u128 = 4;

    /// A provider without certification recorded something nobody ordered.
    fn recorded(class: Class) -> Facts {
        Facts {
            class,
            recorder: organisation(SCHOOL),
            recorder_certified: false,
            employer_view: EmployerView::Record,
            ordered_by: None,
            scheme_body: None,
            register: None,
            in_portfolio: false,
            handed_over_to: BTreeSet::new(),
        }
    }

    fn ordered(by: u128, capacities: &[Capacity], required: bool) -> Option<Orderer> {
        Some(Orderer { organisation: organisation(by), capacities: capacities.iter().copied().collect(), required })
    }

    /// `controller ground category`, one custody each.
    fn held(facts: &Facts) -> Vec<String> {
        let named = |id| match (1..=4).find(|n| organisation(*n) == id) {
            Some(SCHOOL) => "school",
            Some(CRANE) => "crane",
            Some(HARBOUR) => "harbour",
            Some(_) => "body",
            None if id == OPERATOR => "operator",
            None => "nobody known",
        };
        custodies(facts, schedule())
            .iter()
            .map(|one| format!("{} {} {}", named(one.controller), one.ground, one.category.code()))
            .collect()
    }

    #[test]
    fn the_provider_holds_what_it_recorded_under_the_category_of_its_class_and_certification() {
        for (class, without, with) in [
            (Class::Certified, "RS11", "RS09"),
            (Class::Documented, "RS11", "RS11"),
            (Class::Scheme, "RS11", "RS11"),
            (Class::Education, "RS21", "RS21"),
            (Class::None, "RS11", "RS11"),
        ] {
            for (recorder_certified, category) in [(false, without), (true, with)] {
                let facts = Facts { recorder_certified, ..recorded(class) };
                assert_eq!(held(&facts), [format!("school delivered {category}")], "{class} {recorder_certified}");
            }
        }
    }

    #[test]
    fn an_employer_holds_what_it_ordered_and_the_class_says_under_what() {
        for (class, category) in [
            (Class::Certified, "RS10"),
            (Class::Documented, "RS10"),
            (Class::Scheme, "RS12"),
            (Class::Education, "RS12"),
            (Class::None, "RS12"),
        ] {
            for (required, ground) in [(true, "ordered_required"), (false, "ordered_offered")] {
                let ordered_by = ordered(CRANE, &[Capacity::Employer], required);
                let facts = Facts { ordered_by, ..recorded(class) };
                assert_eq!(held(&facts)[1..], [format!("crane {ground} {category}")], "{class} {required}");
            }
        }
    }

    #[test]
    fn who_holds_a_completion_besides_its_provider() {
        use Capacity::{Client, Employer, Provider};
        let certified = || recorded(Class::Certified);
        let invoice = || Facts { employer_view: EmployerView::Invoice, ..certified() };
        let body = Some(organisation(BODY));
        let cases: [(&str, Facts, &[&str]); 16] = [
            ("nobody ordered it", certified(), &[]),
            (
                "a client ordered it for its gates",
                Facts { ordered_by: ordered(HARBOUR, &[Client], false), ..certified() },
                &["harbour client RS13"],
            ),
            (
                "a client's requirement makes it no employer",
                Facts { ordered_by: ordered(HARBOUR, &[Client], true), ..certified() },
                &["harbour client RS13"],
            ),
            (
                "one that is both orders as the employer",
                Facts { ordered_by: ordered(CRANE, &[Client, Employer], true), ..certified() },
                &["crane ordered_required RS10"],
            ),
            (
                "one that is neither gets nothing by ordering",
                Facts { ordered_by: ordered(CRANE, &[Provider], true), ..certified() },
                &[],
            ),
            (
                "the provider shows employers the invoice",
                Facts { ordered_by: ordered(CRANE, &[Employer], true), ..invoice() },
                &[],
            ),
            (
                "one that is both gets the invoice too, and no gate around it",
                Facts { ordered_by: ordered(CRANE, &[Client, Employer], false), ..invoice() },
                &[],
            ),
            (
                "the invoice is about employers, not about gates",
                Facts { ordered_by: ordered(HARBOUR, &[Client], false), ..invoice() },
                &["harbour client RS13"],
            ),
            (
                "a company trains its own people",
                Facts { ordered_by: ordered(SCHOOL, &[Provider, Employer], true), ..certified() },
                &["school ordered_required RS10"],
            ),
            (
                "the competence belongs to a scheme",
                Facts { scheme_body: body, ..recorded(Class::Scheme) },
                &["body scheme RS15"],
            ),
            (
                "the body runs the course itself",
                Facts { scheme_body: Some(organisation(SCHOOL)), ..recorded(Class::Scheme) },
                &["school scheme RS15"],
            ),
            ("a register certifies it", Facts { register: body, ..certified() }, &["body register RS09"]),
            (
                "a register does not certify what it taught",
                Facts { register: Some(organisation(SCHOOL)), ..certified() },
                &[],
            ),
            (
                "the person keeps it",
                Facts { in_portfolio: true, ..recorded(Class::None) },
                &["operator portfolio RS14"],
            ),
            (
                "the person hands it over to an employer, whatever the provider shows employers",
                Facts { handed_over_to: [organisation(CRANE)].into(), ..invoice() },
                &["crane handed_over RS10"],
            ),
            (
                "the person hands over what no law asks for",
                Facts { handed_over_to: [organisation(CRANE), organisation(HARBOUR)].into(), ..recorded(Class::None) },
                &["crane handed_over RS12", "harbour handed_over RS12"],
            ),
        ];
        for (name, facts, others) in cases {
            let mut all = held(&facts);
            let own = all.iter().position(|one| one.starts_with("school delivered")).expect("the provider holds it");
            all.remove(own);
            assert_eq!(all, others, "{name}");
        }
    }

    #[test]
    fn each_ground_holds_the_parts_it_needs_and_no_more() {
        let parts = |ground| content(ground).parts().map(Part::code).collect::<Vec<_>>().join(" ");
        for (ground, expected) in [
            (Ground::Delivered, "fact result hours document evidence"),
            (Ground::OrderedRequired, "fact result hours document"),
            (Ground::OrderedOffered, "fact result hours document"),
            (Ground::Scheme, "fact result document"),
            (Ground::Client, "fact"),
            (Ground::HiredIn, "fact document"),
            (Ground::HandedOver, "fact result hours document"),
            (Ground::Portfolio, "fact result hours document evidence"),
        ] {
            assert_eq!(parts(ground), expected, "{ground}");
        }
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        let organisations = || (1..=4_u128).prop_map(organisation);
        let orderer = (organisations(), btree_set(select(Capacity::ALL), 0..=6), any::<bool>())
            .prop_map(|(organisation, capacities, required)| Orderer { organisation, capacities, required });
        (
            select(Class::ALL),
            organisations(),
            any::<bool>(),
            select(EmployerView::ALL),
            option::of(orderer),
            (option::of(organisations()), option::of(organisations())),
            (any::<bool>(), btree_set(organisations(), 0..=2)),
        )
            .prop_map(|(class, recorder, recorder_certified, employer_view, ordered_by, others, by_person)| {
                let (scheme_body, register) = others;
                let (in_portfolio, handed_over_to) = by_person;
                Facts {
                    class,
                    recorder,
                    recorder_certified,
                    employer_view,
                    ordered_by,
                    scheme_body,
                    register,
                    in_portfolio,
                    handed_over_to,
                }
            })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn custodies_are_sorted_and_one_per_controller_and_ground(facts in any_facts()) {
            let held = custodies(&facts, schedule());
            prop_assert!(held.is_sorted());
            let keys: HashSet<_> = held.iter().map(|one| (one.controller, one.ground)).collect();
            prop_assert_eq!(keys.len(), held.len());
        }

        #[test]
        fn the_provider_always_holds_and_the_fact_is_always_held(facts in any_facts()) {
            let held = custodies(&facts, schedule());
            prop_assert!(held.iter().any(|one| one.controller == facts.recorder && one.ground == Ground::Delivered));
            prop_assert!(held.iter().all(|one| one.content.holds(Part::Fact)));
        }

        #[test]
        fn nobody_holds_what_it_neither_recorded_nor_ordered_nor_owns_the_scheme_of_nor_was_handed(facts in any_facts()) {
            for one in custodies(&facts, schedule()) {
                let entitled = match one.ground {
                    Ground::Delivered => Some(facts.recorder),
                    Ground::OrderedRequired | Ground::OrderedOffered | Ground::Client => {
                        facts.ordered_by.as_ref().map(|orderer| orderer.organisation)
                    }
                    Ground::Scheme => facts.scheme_body,
                    Ground::Portfolio => facts.in_portfolio.then_some(OPERATOR),
                    Ground::Register => facts.register.filter(|register| *register != facts.recorder),
                    Ground::HandedOver => facts.handed_over_to.get(&one.controller).copied(),
                    Ground::HiredIn | Ground::Uploaded => None,
                };
                prop_assert_eq!(entitled, Some(one.controller), "{}", one.ground);
            }
        }

        #[test]
        fn what_the_orderer_can_act_as_otherwise_changes_nothing(facts in any_facts()) {
            let mut other = facts.clone();
            if let Some(orderer) = &mut other.ordered_by {
                orderer.capacities.retain(|capacity| matches!(capacity, Capacity::Employer | Capacity::Client));
            }
            prop_assert_eq!(custodies(&facts, schedule()), custodies(&other, schedule()));
        }

        /// One ground ends or begins without touching the others: the facts bear on one ground each.
        #[test]
        fn each_fact_bears_on_its_own_ground_alone(facts in any_facts()) {
            let alone = |facts: Facts, except: fn(Ground) -> bool| -> Vec<Custody> {
                custodies(&facts, schedule()).into_iter().filter(|one| !except(one.ground)).collect()
            };
            let is_order = |ground| matches!(ground, Ground::OrderedRequired | Ground::OrderedOffered | Ground::Client);
            for (other, except) in [
                (Facts { in_portfolio: !facts.in_portfolio, ..facts.clone() }, (|g| g == Ground::Portfolio) as fn(Ground) -> bool),
                (Facts { handed_over_to: BTreeSet::new(), ..facts.clone() }, |g| g == Ground::HandedOver),
                (Facts { scheme_body: None, ..facts.clone() }, |g| g == Ground::Scheme),
                (Facts { recorder_certified: !facts.recorder_certified, ..facts.clone() }, |g| g == Ground::Delivered),
                (Facts { ordered_by: None, ..facts.clone() }, is_order),
            ] {
                prop_assert_eq!(alone(facts.clone(), except), alone(other, except));
            }
        }
    }
}
