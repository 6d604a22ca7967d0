//! What is decided about everything that is kept of some completions: the law is asked about each controller's hold by
//! itself, with everything that bears on it, in the transaction that shows it or carries it out.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    carrying::{Would, would},
    cases::{self, OpenCase},
    erasures::awaited,
    said,
};
use crate::{
    certificates,
    completions::{
        facts::{Knowledge, Situation},
        keeping,
        store::{situations, titles},
    },
    law::{
        calendar::days_after,
        custody::Custody,
        decision::{Decided, Decision, Kept, can_release, decide},
        pack::Choice,
        periods::{Case, Periods, periods},
        schedule::Rule,
    },
    platform::{db::Tx, problem::Problem},
    records::{self, Ending, OwnCustody, Party, packs, schedule},
    requirements,
    words::*,
};

/// One controller's hold on one completion, and what bears on its end.
#[derive(Clone, Debug)]
pub struct Open {
    /// What the completion says, as far as custody is concerned.
    pub situation: Situation,
    /// What it is called.
    pub title: Said,
    /// Who holds it, and why.
    pub own: OwnCustody,
    /// What would lose its proof.
    pub consequences: Vec<Consequence>,
    /// What the person has asked a human there about it, and nobody has decided yet.
    pub cases: Vec<OpenCase>,
    rule: &'static Rule,
    case: Case,
    periods: Periods,
    held: bool,
    /// How many days its controller lets a person take back what was confirmed.
    cooling_off_days: u16,
    /// The day on which it goes because the person has confirmed it.
    goes_on: Option<Day>,
}

/// Something that loses its proof when something is erased.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Consequence {
    /// For programs: `certificate` or `requirement`.
    pub code: &'static str,
    /// The certificate that is no longer confirmed.
    pub certificate: Option<CertificateId>,
    /// Whose certificate it is, or who requires it.
    pub organisation: Party,
    /// For people.
    pub says: Said,
}

impl Open {
    /// What is decided when this happens on a day.
    pub fn decide(&self, trigger: Trigger, today: Day) -> Decision<'_> {
        let kept = Kept {
            rule: self.rule,
            terms: self.rule.terms(self.case.circumstances()),
            periods: &self.periods,
            held: self.held,
            // Whoever lets go has it ended in the same transaction: what is still there was not let go of.
            released: false,
            // Nothing here rests on a consent.
            withdrawn: false,
            choice: self.case.choice(),
            proves: !self.consequences.is_empty(),
            built_on: false,
            reduced: self.own.content == Content::of(&[Part::Fact]),
        };
        decide(&kept, trigger, today)
    }

    /// The same if its controller's pack chose this.
    pub fn under(&self, choice: Choice) -> Self {
        let case = self.case.clone().chosen(choice);
        let periods = periods(self.rule, &case);
        Self { case, periods, ..self.clone() }
    }

    /// The day on which it goes without anybody asking; nothing if that is not known.
    pub fn erase_on(&self) -> Option<Day> {
        self.periods.erase_on()
    }

    /// The day until which it would wait if the person asked for its erasure, or waits already; nothing if it would go at once,
    /// or stay.
    pub fn waits_until(&self, today: Day) -> Option<Day> {
        let goes = would(self, Trigger::Request, today) != Would::Stay;
        let lets_take_back = self.cooling_off_days > 0;
        let day = self.goes_on.or_else(|| lets_take_back.then(|| days_after(today, self.cooling_off_days)));
        day.filter(|_| goes)
    }

    /// The custody it is about.
    pub fn ending(&self) -> Ending {
        Ending { record: self.situation.record, controller: self.own.controller.id, ground: self.own.ground }
    }

    /// The kind of case that asking for erasure on a day leads to, and the one that is open already.
    pub fn leads_to(&self, today: Day) -> (Option<CaseKind>, Option<&OpenCase>) {
        let kind = self.decide(Trigger::Request, today).action.opens();
        (kind, kind.and_then(|kind| self.case(kind)))
    }

    /// The open case of a kind.
    pub fn case(&self, kind: CaseKind) -> Option<&OpenCase> {
        self.cases.iter().find(|one| one.kind == kind)
    }

    /// Why its controller cannot let it go unasked today, if it cannot.
    pub fn refusal_of_release(&self, today: Day) -> Option<Fault> {
        let own = || can_release(self.rule.terms(self.case.circumstances()), self.own.ground);
        self.refusal(today).or_else(|| (!own()).then_some(Fault::KeptForThePerson))
    }

    /// Why it cannot go, if a provision or a hold keeps it.
    pub fn refusal(&self, today: Day) -> Option<Fault> {
        let decision = self.decide(Trigger::Release, today);
        said::refusal(&decision, &self.own.controller.name, self.rule, &self.periods)
    }

    /// As the person reads it: what would follow from asking today.
    pub fn shown(&self, today: Day) -> KeptBy {
        let decision = self.decide(Trigger::Request, today);
        let (kind, open) = self.leads_to(today);
        let controller = &self.own.controller.name;
        KeptBy {
            custody: self.own.clone(),
            name: self.rule.name.clone(),
            says: match (open, self.waits_until(today)) {
                (Some(case), _) => said::waiting(controller, case.kind, case.due_on),
                (None, Some(day)) if self.goes_on.is_some() => said::waits(controller, day),
                (None, Some(day)) => said::would_wait(&decision, controller, day),
                (None, None) => said::decision(&decision, controller, self.rule, &self.periods),
            },
            waits_until: self.waits_until(today),
            opens: kind.filter(|_| open.is_none()),
            cases: self.cases.clone(),
            decision: decision.under(self.rule, &self.own.schedule_version),
            erase_on: self.erase_on(),
            review_on: self.periods.review_on,
            early_release: self.rule.terms(self.case.circumstances()).early_release.clone(),
            consequences: self.consequences.clone(),
        }
    }
}

/// Who keeps a record, why, and what would follow if the person asked for its erasure today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct KeptBy {
    /// Who holds what, and why.
    #[serde(flatten)]
    pub custody: OwnCustody,
    /// What the category is called.
    pub name: Said,
    /// What would follow.
    pub decision: Decided,
    /// The same in plain words.
    pub says: Said,
    /// The day on which it would go if you confirmed it today, or goes because you have: until then you can take it back. Null
    /// if it would go at once, or stay.
    pub waits_until: Option<Day>,
    /// The kind of case that asking for erasure would open with the controller; null if it would open none.
    pub opens: Option<CaseKind>,
    /// What you have asked a human there about it, and nobody has decided yet.
    pub cases: Vec<OpenCase>,
    /// The day on which it goes without anybody asking; null if that is not known.
    pub erase_on: Option<Day>,
    /// The day on which a human looks whether it is still needed.
    pub review_on: Option<Day>,
    /// Who can let it go before; with nobody here, nobody.
    pub early_release: Vec<RetentionParty>,
    /// What would lose its proof.
    pub consequences: Vec<Consequence>,
}

/// Everyone's hold on these completions, by completion, controller and ground.
///
/// # Errors
/// The database's.
pub fn open(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<Vec<Open>, Problem> {
    let (situations, own) = (situations(tx, ids)?, records::store::own_custodies(tx, ids)?);
    opened(tx, &situations, own)
}

/// What an employer would hold of a completion if its person handed it over.
///
/// # Errors
/// The database's.
pub fn if_handed_over(tx: &mut Tx<'_>, mut situation: Situation, to: &Party) -> Result<Open, Problem> {
    situation.handed_over_to.insert(to.id);
    let custodies = Knowledge::default().custodies(tx, &situation)?;
    let its_own = custodies.iter().filter(|one| (one.controller, one.ground) == (to.id, Ground::HandedOver));
    let own = its_own.map(|one| OwnCustody::from_now(one, to.clone(), tx.now())).collect();
    let own = HashMap::from([(situation.record, own)]);
    let opened = opened(tx, &[situation], own)?.pop();
    opened.ok_or_else(|| Problem::internal("handed over, and not held"))
}

/// What bears on the end of these holds.
fn opened(
    tx: &mut Tx<'_>,
    situations: &[Situation],
    mut own: HashMap<RecordId, Vec<OwnCustody>>,
) -> Result<Vec<Open>, Problem> {
    let ids: Vec<RecordId> = situations.iter().map(|one| one.record).collect();
    let titles = titles(tx, &ids)?;
    let held: Vec<(&Situation, Vec<Custody>)> = situations
        .iter()
        .map(|one| (one, own.get(&one.record).into_iter().flatten().map(as_law_sees_it).collect()))
        .collect();
    let counted = keeping::cases(tx, &mut Knowledge::default(), &held, false)?;
    let losing = losing(tx, situations)?;
    let kept: Vec<(RecordId, PersonId, OrganisationId)> = held
        .iter()
        .flat_map(|(one, custodies)| custodies.iter().map(|custody| (one.record, one.person, custody.controller)))
        .collect();
    let on_hold = records::ending::store::under_hold(tx, &kept)?;
    let mut asked = cases::store::open_about(tx, &ids)?;
    let awaited: BTreeMap<Ending, awaited::Awaited> =
        awaited::store::about(tx, &ids)?.into_values().map(|one| (one.now, one)).collect();
    let packs = packs::store::all_in_force(tx, &kept.iter().map(|(.., controller)| *controller).collect())?;
    let mut all = Vec::new();
    for (situation, cases) in situations.iter().zip(counted) {
        let custodies = own.remove(&situation.record).unwrap_or_default();
        let title = titles.get(&situation.record).cloned().unwrap_or_else(said::untitled);
        for (own, case) in custodies.into_iter().zip(cases) {
            let rule = schedule().rule(&own.category).ok_or_else(|| Problem::internal("a category without a rule"))?;
            let consequences = losing.of(situation, &own);
            let (periods, held) = (periods(rule, &case), on_hold.contains(&(situation.record, own.controller.id)));
            let cooling_off_days = packs.cooling_off_days(own.controller.id);
            let ending = Ending { record: situation.record, controller: own.controller.id, ground: own.ground };
            let one = Open {
                situation: situation.clone(),
                title: title.clone(),
                own,
                consequences,
                cases: asked.remove(&ending).unwrap_or_default(),
                rule,
                case,
                periods,
                held,
                cooling_off_days,
                goes_on: awaited.get(&ending).and_then(|one| one.goes_on),
            };
            all.push(one);
        }
    }
    all.sort_by_key(|one| (one.situation.record, one.own.controller.id, one.own.ground));
    Ok(all)
}

fn as_law_sees_it(own: &OwnCustody) -> Custody {
    let category = schedule().known_category(&own.category);
    let came_from = own.came_from.as_ref().map(|from| from.id);
    Custody { controller: own.controller.id, ground: own.ground, content: own.content, category, came_from }
}

/// What proves something by these completions.
struct Losing {
    certificates: HashMap<RecordId, Vec<certificates::store::Confirmed>>,
    requirements: HashMap<CompetenceId, Vec<requirements::store::Employer>>,
}

fn losing(tx: &mut Tx<'_>, situations: &[Situation]) -> Result<Losing, Problem> {
    let ids: BTreeSet<RecordId> = situations.iter().map(|one| one.record).collect();
    let people: BTreeSet<PersonId> = situations.iter().map(|one| one.person).collect();
    let competences: BTreeSet<CompetenceId> = situations.iter().filter_map(|one| one.competence).collect();
    Ok(Losing {
        certificates: certificates::store::standing_about(tx, &ids)?,
        requirements: requirements::store::demanded_of(tx, &people, &competences)?,
    })
}

impl Losing {
    /// A certificate is confirmed by its issuer, and a requirement is met by what the employer holds.
    fn of(&self, situation: &Situation, own: &OwnCustody) -> Vec<Consequence> {
        let certificates = self.certificates.get(&situation.record).into_iter().flatten();
        let issued = certificates.filter(|one| one.keeper.id == own.controller.id).map(|one| Consequence {
            code: "certificate",
            certificate: Some(one.id),
            organisation: one.keeper.clone(),
            says: said::unconfirmed(&one.number, &one.keeper.name),
        });
        let required = situation.competence.and_then(|competence| self.requirements.get(&competence));
        let demanded = required.into_iter().flatten().filter(|(id, _)| *id == own.controller.id);
        let demanded = demanded.map(|(id, name)| Consequence {
            code: "requirement",
            certificate: None,
            organisation: Party { id: *id, name: name.clone() },
            says: said::unmet(name),
        });
        issued.chain(demanded).collect()
    }
}
