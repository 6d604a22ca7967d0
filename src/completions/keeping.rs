//! Until when each holder of a completion keeps it: gathers what the schedule counts from, as far as it is known, for many
//! completions at once. What is not known leaves the end undecided, and its holder is asked.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::LazyLock,
};

use super::facts::{Knowledge, Situation};
use crate::{
    certificates::store::Proof,
    law::{
        custody::Custody,
        periods::{Case, periods},
        schedule::{Category, Rule},
        succession::predecessors,
        validity::Basis,
    },
    organisations::{
        self,
        staff::store::{Period, employed},
    },
    people,
    platform::db::{Error, Tx},
    records::{
        Holding,
        packs::{self, Packs},
        schedule,
    },
    words::*,
};

/// What the terms of each rule count from.
static ANCHORS: LazyLock<BTreeMap<Category, BTreeSet<Anchor>>> = LazyLock::new(|| {
    let anchors = |rule: &Rule| (rule.id.clone(), rule.anchors());
    schedule().rules().map(anchors).collect()
});

/// The categories whose terms count from what certificates say.
pub fn by_certificates() -> impl Iterator<Item = &'static str> {
    let counts = |category: &&Category| CERTIFIED.iter().any(|anchor| counts_from(category, *anchor));
    ANCHORS.keys().filter(counts).map(Category::code)
}

/// The categories whose terms count from the end of an employment.
pub fn by_employment() -> impl Iterator<Item = &'static str> {
    ANCHORS.keys().filter(|category| counts_from(category, Anchor::RelationEnd)).map(Category::code)
}

/// What a certificate says.
const CERTIFIED: [Anchor; 2] = [Anchor::Issued, Anchor::ValidUntil];

fn counts_from(category: &Category, anchor: Anchor) -> bool {
    ANCHORS.get(category).is_some_and(|anchors| anchors.contains(&anchor))
}

/// What is known about some completions that bears on how long they are kept.
#[derive(Default)]
struct Known {
    dissolved: HashMap<OrganisationId, Day>,
    /// By whom the facts name and who keeps it now: everyone who kept it before.
    predecessors: HashMap<(OrganisationId, OrganisationId), BTreeSet<OrganisationId>>,
    employed: HashMap<(PersonId, OrganisationId), Vec<Period>>,
    born: HashMap<(PersonId, OrganisationId), Day>,
    proofs: HashMap<RecordId, Vec<Proof>>,
    packs: Packs,
}

/// A completion, and who holds it.
pub type Held<'a> = (&'a Situation, Vec<Custody>);

/// The custodies of completions with their periods. Of completions that are new there are no certificates to be asked for.
///
/// # Errors
/// The database's.
pub fn holdings(
    tx: &mut Tx<'_>,
    knowledge: &mut Knowledge,
    held: Vec<Held<'_>>,
    are_new: bool,
) -> Result<Vec<Vec<Holding>>, Error> {
    let cases = cases(tx, knowledge, &held, are_new)?;
    let holding = |(custody, case): (Custody, Case)| {
        let rule = schedule().rule(custody.category.code()).ok_or(Error::NoRow)?;
        Ok(Holding { periods: periods(rule, &case), custody })
    };
    let both = held.into_iter().zip(cases);
    both.map(|((_, custodies), cases)| custodies.into_iter().zip(cases).map(holding).collect()).collect()
}

/// What bears on how long each of these custodies is kept.
///
/// # Errors
/// The database's.
pub fn cases(
    tx: &mut Tx<'_>,
    knowledge: &mut Knowledge,
    held: &[Held<'_>],
    are_new: bool,
) -> Result<Vec<Vec<Case>>, Error> {
    let known = known(tx, knowledge, held, are_new)?;
    let mut cases = Vec::with_capacity(held.len());
    for (situation, custodies) in held {
        let mut of = Vec::with_capacity(custodies.len());
        for custody in custodies {
            of.push(case(tx, knowledge, situation, custody, &known)?);
        }
        cases.push(of);
    }
    Ok(cases)
}

/// Asks for everything at once, and for nothing that no rule counts from.
fn known(tx: &mut Tx<'_>, knowledge: &mut Knowledge, held: &[Held<'_>], are_new: bool) -> Result<Known, Error> {
    let successions = knowledge.successions(tx)?;
    let all = || held.iter().flat_map(|(_, custodies)| custodies);
    let taken_over = all().filter_map(|one| Some(((one.came_from?, one.controller), predecessors(one, successions))));
    let mut known = Known { predecessors: taken_over.collect(), ..Known::default() };
    let those_who = |anchor| {
        held.iter()
            .flat_map(|(one, custodies)| custodies.iter().map(move |custody| (*one, custody)))
            .filter(move |(_, custody)| counts_from(&custody.category, anchor))
    };
    let related = those_who(Anchor::RelationEnd)
        .flat_map(|(one, custody)| known.holders(custody).map(|employer| (one.person, employer)))
        .collect();
    let existing = all().flat_map(|custody| known.holders(custody)).collect();
    let aged: BTreeSet<_> = those_who(Anchor::Birth)
        .flat_map(|(one, custody)| [custody.controller, one.recorder].map(|holder| (one.person, holder)))
        .collect();
    let proven: BTreeSet<RecordId> =
        CERTIFIED.into_iter().flat_map(those_who).map(|(one, _)| one.record).filter(|_| !are_new).collect();
    known.dissolved = organisations::store::dissolved(tx, &existing)?;
    known.packs = packs::store::all_in_force(tx, &all().map(|custody| custody.controller).collect())?;
    known.employed = employed(tx, &related)?;
    known.born = people::store::birth_dates(tx, &aged)?;
    known.proofs = crate::certificates::store::proofs(tx, &proven)?;
    Ok(known)
}

impl Known {
    /// Who keeps it, and everyone who did before.
    fn holders(&self, custody: &Custody) -> impl Iterator<Item = OrganisationId> {
        let before = custody.came_from.and_then(|from| self.predecessors.get(&(from, custody.controller)));
        [custody.controller].into_iter().chain(before.into_iter().flatten().copied())
    }
}

fn case(
    tx: &mut Tx<'_>,
    knowledge: &mut Knowledge,
    one: &Situation,
    custody: &Custody,
    known: &Known,
) -> Result<Case, Error> {
    let completed = one.content.on.unwrap_or(one.recorded_on);
    let own = known.proofs.get(&one.record).into_iter().flatten().filter(|proof| proof.keeper == custody.controller);
    let issued = own.map(|proof| proof.issued_on).max().unwrap_or(one.recorded_on);
    let mut case = Case::default()
        .on(Anchor::Recorded, one.recorded_on)
        .on(Anchor::Completed, completed)
        .on(Anchor::Issued, issued)
        // The account is there, and in use.
        .not_yet(Anchor::Deregistered)
        .not_yet(Anchor::LastActivity)
        .chosen(known.packs.choice(custody.controller, custody.category.code()));
    // The holder's own card; it gets one from the recorder's, which may be gone since.
    let born = [custody.controller, one.recorder].map(|holder| known.born.get(&(one.person, holder)));
    if let Some(born) = born.into_iter().flatten().next() {
        case = case.on(Anchor::Birth, *born);
    }
    // An employment goes on with the successor, if it goes on.
    let employers = || known.holders(custody);
    let employed = employers().flat_map(|employer| known.employed.get(&(one.person, employer)).into_iter().flatten());
    case = relation_end(case, &employed.copied().collect::<Vec<_>>(), completed);
    if let Some(on) = known.dissolved.get(&custody.controller) {
        case = case.on(Anchor::Dissolved, *on).under(Circumstance::Dissolved);
    }
    // Nobody works for an employer that is no more: what is not known to have ended before ended with it.
    let ended = employers().filter_map(|employer| known.dissolved.get(&employer)).max();
    if let Some(on) = ended.filter(|_| !case.knows(Anchor::RelationEnd)) {
        case = case.on(Anchor::RelationEnd, *on);
    }
    if counts_from(&custody.category, Anchor::ValidUntil) {
        case = validity(tx, knowledge, one, known, case)?;
    }
    Ok(case)
}

/// The end of the last employment; who is employed now has none yet. Of one that had ended before the completion it says
/// nothing: the employment it was ordered for is not known yet.
fn relation_end(case: Case, periods: &[Period], completed: Day) -> Case {
    if periods.is_empty() {
        return case;
    }
    let ends: Option<Vec<Day>> = periods.iter().map(|(_, to)| *to).collect();
    match ends.and_then(|ends| ends.into_iter().max()) {
        Some(last) if last < completed => case,
        Some(last) => case.on(Anchor::RelationEnd, last),
        None => case.not_yet(Anchor::RelationEnd),
    }
}

/// As the last certificate says, whoever issued it, or as the competence's rule gives.
fn validity(
    tx: &mut Tx<'_>,
    knowledge: &mut Knowledge,
    one: &Situation,
    known: &Known,
    case: Case,
) -> Result<Case, Error> {
    let certified = known.proofs.get(&one.record).and_then(|proofs| proofs.iter().max_by_key(|proof| proof.issued_on));
    let until = match (certified, one.competence, one.content.on) {
        (Some(proof), ..) => Some(proof.valid_until),
        (None, Some(competence), Some(on)) => Some(knowledge.expiry(tx, competence, on)?.until(on, Basis::First)),
        _ => None,
    };
    let today = tx.today();
    Ok(match until {
        Some(Some(day)) if today <= day => case.on(Anchor::ValidUntil, day).under(Circumstance::Valid),
        Some(Some(day)) => case.on(Anchor::ValidUntil, day),
        Some(None) => case.not_yet(Anchor::ValidUntil).under(Circumstance::Valid),
        None => case,
    })
}
