//! Gathers the facts that bear on who holds a completion, once per batch and not once per row, and asks the law.

use std::collections::{BTreeSet, HashMap, hash_map::Entry};

use super::{
    Content,
    erasing::{Because, erase, put_right, settle},
    keeping, store,
};
use crate::{
    catalogue::{self, IssuingRules},
    law::{
        custody::{Custody, Facts, Orderer, custodies},
        issuing,
        succession::{Succession, holders},
        validity::ExpiryRule,
    },
    organisations,
    platform::{
        db::{Error, Tx},
        problem::Problem,
    },
    records::{
        self,
        ending::{self, store::EndedBefore},
        schedule,
        store::{Held, Stored},
        succession,
    },
    requirements,
    words::*,
};

/// A completion, as far as custody is concerned.
#[derive(Clone, Debug)]
pub struct Situation {
    /// The completion.
    pub record: RecordId,
    /// Whom it is about.
    pub person: PersonId,
    /// Who recorded it.
    pub recorder: OrganisationId,
    /// The competence, if it is about one.
    pub competence: Option<CompetenceId>,
    /// What the current version says.
    pub content: Content,
    /// Has the person accepted it into the portfolio?
    pub in_portfolio: bool,
    /// The employers the person has handed it over to.
    pub handed_over_to: BTreeSet<OrganisationId>,
    /// The day it was recorded.
    pub recorded_on: Day,
}

/// What bears on the completions an organisation recorded.
struct Recorder {
    views: organisations::store::EmployerViews,
    certifications: Vec<organisations::Certification>,
    registers: Vec<organisations::RegisterChoice>,
}

/// What bears on the completions of a competence.
#[derive(Clone, Copy)]
struct Competence {
    class: Class,
    scheme: Option<SchemeId>,
    scheme_body: Option<OrganisationId>,
    issued_by: IssuedBy,
}

/// What has been looked up so far.
#[derive(Default)]
pub struct Knowledge {
    competences: HashMap<CompetenceId, Competence>,
    recorders: HashMap<OrganisationId, Recorder>,
    capacities: HashMap<OrganisationId, BTreeSet<Capacity>>,
    requirements: HashMap<(OrganisationId, CompetenceId), Vec<requirements::store::Demanded>>,
    certifying: HashMap<CourseId, Option<Day>>,
    expiries: HashMap<CompetenceId, IssuingRules>,
    successions: Option<Vec<Succession>>,
}

impl Knowledge {
    /// Everyone who holds a completion.
    ///
    /// # Errors
    /// The database's.
    pub fn custodies(&mut self, tx: &mut Tx<'_>, situation: &Situation) -> Result<Vec<Custody>, Error> {
        Ok(custodies(&self.facts(tx, situation)?, schedule()))
    }

    /// Every succession there is.
    ///
    /// # Errors
    /// The database's.
    pub fn successions(&mut self, tx: &mut Tx<'_>) -> Result<&[Succession], Error> {
        Ok(match &mut self.successions {
            Some(known) => known,
            place => place.insert(succession::store::successions(tx)?),
        })
    }

    /// Is a completion of this course to be certified by itself?
    ///
    /// # Errors
    /// The database's.
    pub fn certifies(&mut self, tx: &mut Tx<'_>, course: Option<CourseId>, content: &Content) -> Result<bool, Error> {
        let (Some(course), Some(on)) = (course, content.on) else { return Ok(false) };
        if !issuing::is_documented(content.outcome) {
            return Ok(false);
        }
        let from = match self.certifying.entry(course) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => *place.insert(catalogue::certifies_from(tx, course)?),
        };
        Ok(from.is_some_and(|from| from <= on))
    }

    /// Only passed carries a competence, so only then do its class and its scheme bear on the record: an attempt that
    /// failed documents no training and is no business of a scheme's.
    fn facts(&mut self, tx: &mut Tx<'_>, situation: &Situation) -> Result<Facts, Error> {
        let content = &situation.content;
        let carried = situation.competence.filter(|_| content.outcome.carries_competence());
        let known = carried.map(|competence| self.competence(tx, competence)).transpose()?;
        let ordered_by = match content.ordered_by.organisation() {
            Some(organisation) => Some(Orderer {
                organisation,
                capacities: self.capacities(tx, organisation)?.clone(),
                required: self.required(tx, organisation, situation)?,
            }),
            None => None,
        };
        let recorder = self.recorder(tx, situation.recorder)?;
        let covers = |one: &organisations::Certification, competence, on| {
            one.competences.contains(&competence) && one.from <= on && one.to.is_none_or(|to| on <= to)
        };
        let recorder_certified = match (carried, content.on) {
            (Some(competence), Some(on)) => recorder.certifications.iter().any(|one| covers(one, competence, on)),
            _ => false,
        };
        let is_for_a_register = known.is_some_and(|known| known.issued_by == IssuedBy::Register);
        let register = content.on.filter(|_| is_for_a_register).and_then(|on| chosen(&recorder.registers, on));
        Ok(Facts {
            class: known.map_or(Class::None, |known| known.class),
            recorder: situation.recorder,
            recorder_certified,
            employer_view: recorder.views.on(situation.recorded_on),
            ordered_by,
            scheme_body: known.and_then(|known| known.scheme_body),
            register,
            in_portfolio: situation.in_portfolio,
            handed_over_to: employers_among(tx, situation)?,
        })
    }

    /// How long a completion of a competence on a day lasts.
    ///
    /// # Errors
    /// The database's.
    pub fn expiry(&mut self, tx: &mut Tx<'_>, competence: CompetenceId, on: Day) -> Result<ExpiryRule, Error> {
        let rules = match self.expiries.entry(competence) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let found = catalogue::issuing_rules(tx, &[competence]);
                let found = found.map_err(Problem::into_error)?.remove(&competence);
                place.insert(found.ok_or(Error::NoRow)?)
            }
        };
        Ok(rules.expiry_on(on))
    }

    fn scheme(&mut self, tx: &mut Tx<'_>, situation: &Situation) -> Result<Option<SchemeId>, Error> {
        let known = situation.competence.map(|competence| self.competence(tx, competence)).transpose()?;
        Ok(known.and_then(|known| known.scheme))
    }

    fn competence(&mut self, tx: &mut Tx<'_>, id: CompetenceId) -> Result<Competence, Error> {
        Ok(match self.competences.entry(id) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(place) => {
                let catalogue::CompetenceFacts { class, scheme, scheme_body, issued_by, .. } =
                    catalogue::competence_facts(tx, id)?;
                *place.insert(Competence { class, scheme, scheme_body, issued_by })
            }
        })
    }

    fn recorder(&mut self, tx: &mut Tx<'_>, id: OrganisationId) -> Result<&Recorder, Error> {
        Ok(match self.recorders.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let views = organisations::store::employer_views(tx, id)?;
                let certifications = organisations::store::certifications_of(tx, id)?;
                let registers = organisations::registers::store::registers_of(tx, id)?;
                place.insert(Recorder { views, certifications, registers })
            }
        })
    }

    fn capacities(&mut self, tx: &mut Tx<'_>, id: OrganisationId) -> Result<&BTreeSet<Capacity>, Error> {
        Ok(match self.capacities.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(organisations::store::acted_as(tx, id)?),
        })
    }

    /// A demand on everyone reaches whomever the organisation ordered it for; one on a team reaches those who were in the
    /// team that day.
    fn required(
        &mut self,
        tx: &mut Tx<'_>,
        organisation: OrganisationId,
        situation: &Situation,
    ) -> Result<bool, Error> {
        let (Some(competence), Some(on)) = (situation.competence, situation.content.on) else { return Ok(false) };
        let demanded = match self.requirements.entry((organisation, competence)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(requirements::store::for_competence(tx, organisation, competence)?),
        };
        let in_force: Vec<Option<TeamId>> = demanded
            .iter()
            .filter(|(_, from, to)| *from <= on && to.is_none_or(|to| on <= to))
            .map(|(team, ..)| *team)
            .collect();
        if in_force.is_empty() || in_force.contains(&None) {
            return Ok(!in_force.is_empty());
        }
        let teams = organisations::staff::store::teams_on(tx, organisation, situation.person, on)?;
        Ok(in_force.into_iter().flatten().any(|team| teams.contains(&team)))
    }
}

/// Those it was handed over to who have employed the person. Who turns out never to have, because the employment or the claim
/// was a mistake, holds nothing by it.
fn employers_among(tx: &mut Tx<'_>, situation: &Situation) -> Result<BTreeSet<OrganisationId>, Error> {
    let to = situation.handed_over_to.iter().map(|to| (situation.person, *to)).collect();
    let employed = organisations::staff::store::employed(tx, &to)?;
    Ok(employed.into_keys().map(|(_, employer)| employer).collect())
}

/// The register chosen for completions of a day: the latest choice from that day or before.
fn chosen(choices: &[organisations::RegisterChoice], on: Day) -> Option<OrganisationId> {
    let latest = choices.iter().filter(|choice| choice.from <= on).max_by_key(|choice| choice.from);
    latest.and_then(|choice| choice.register)
}

/// Works out again who holds these completions. Who has let go of one stays without it; and where its recorder has, what the
/// facts take from the others is taken from the record.
///
/// # Errors
/// The database's.
pub fn hold_again(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<(), Error> {
    let people = store::people_of(tx, ids)?;
    tx.lock_persons(&people)?;
    let mut knowledge = Knowledge::default();
    let situations = store::situations(tx, ids)?;
    let stored = records::store::stored(tx, ids)?;
    let under_hold = under_hold(tx, &situations, &stored)?;
    let before = Before { under_hold, let_go: ending::store::ended_before(tx, ids)?, stored };
    let held = held(tx, &mut knowledge, &situations, Some(&before))?;
    let (held, unheld): (Vec<Held>, Vec<Held>) = held.into_iter().partition(|one| !one.custodies.is_empty());
    let is_delivered = |one: &Held| one.custodies.iter().any(|one| one.custody.ground == Ground::Delivered);
    let released: BTreeSet<RecordId> = held.iter().filter(|one| !is_delivered(one)).map(|one| one.record).collect();
    let lost = records::store::hold(tx, held, &before.stored)?;
    put_right(tx, &lost)?;
    // Files that nobody names any more are swept.
    if !released.is_empty() {
        settle(tx, &released, Because::Decided)?;
    }
    if !unheld.is_empty() {
        let unheld: Vec<RecordId> = unheld.iter().map(|one| one.record).collect();
        erase(tx, &unheld, Because::Decided)?;
    }
    Ok(())
}

/// Works out again who holds those of these completions that somebody keeps by what their certificates say.
///
/// # Errors
/// The database's.
pub fn certified_again(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<(), Error> {
    let kept = records::store::kept_under(tx, ids, keeping::by_certificates())?;
    hold_again(tx, &kept)
}

/// By completion: what stays whatever is asked.
type UnderHold = HashMap<RecordId, Vec<Custody>>;

fn holds(now: &[Custody], custody: &Custody) -> bool {
    now.iter().any(|one| (one.controller, one.ground) == (custody.controller, custody.ground))
}

/// What is held of these completions under a legal hold: it stays, whatever the facts say since.
fn under_hold(tx: &mut Tx<'_>, situations: &[Situation], before: &Stored) -> Result<UnderHold, Error> {
    let people: HashMap<RecordId, PersonId> = situations.iter().map(|one| (one.record, one.person)).collect();
    let whose = |(record, custody): (RecordId, &Custody)| Some((record, *people.get(&record)?, custody.controller));
    let kept: Vec<(RecordId, PersonId, OrganisationId)> = before.custodies().filter_map(whose).collect();
    let held = ending::store::under_hold(tx, &kept)?;
    let mut under_hold = UnderHold::new();
    for (record, custody) in before.custodies().filter(|(record, one)| held.contains(&(*record, one.controller))) {
        under_hold.entry(record).or_default().push(custody.clone());
    }
    Ok(under_hold)
}

/// Stores who holds these completions, which nobody held before.
///
/// # Errors
/// The database's.
pub fn hold_new(tx: &mut Tx<'_>, knowledge: &mut Knowledge, situations: &[Situation]) -> Result<(), Error> {
    let held = held(tx, knowledge, situations, None)?;
    records::store::hold_new(tx, &held)
}

/// What there was before completions are held again.
struct Before {
    stored: Stored,
    under_hold: UnderHold,
    let_go: EndedBefore,
}

impl Before {
    fn has_let_go(&self, record: RecordId, holder: OrganisationId, ground: Ground) -> bool {
        self.let_go.contains(&(record, holder, ground.capacity()))
    }

    /// Who holds what whoever the facts name held, on a ground.
    fn holder_after(&self, record: RecordId, named: OrganisationId, ground: Ground) -> Option<OrganisationId> {
        let of_ground = || self.stored.of(record).filter(|one| one.ground == ground);
        let taken_over = of_ground().find(|one| one.came_from == Some(named));
        taken_over.or_else(|| of_ground().find(|one| one.controller == named)).map(|one| one.controller)
    }
}

/// Who holds what follows from the facts, if it was handed on: whoever has it, because a transfer moves some at a time, and what
/// has moved stays where it went whatever its category becomes. What nobody has is new, and the last one's in that line, unless
/// one of them let go of it: it is not given back because a fact arrives late. What the person hands over to somebody goes there.
fn succeeded(
    custody: Custody,
    situation: &Situation,
    successions: &[Succession],
    before: Option<&Before>,
) -> Option<Custody> {
    let (record, ground, named) = (situation.record, custody.ground, custody.controller);
    let holder = match before.and_then(|before| before.holder_after(record, named, ground)) {
        Some(holder) => holder,
        None => {
            let line = match ground {
                Ground::HandedOver => vec![named],
                _ => holders(&custody, situation.recorded_on, successions),
            };
            if before.is_some_and(|before| line.iter().any(|holder| before.has_let_go(record, *holder, ground))) {
                return None;
            }
            line[line.len() - 1]
        }
    };
    Some(Custody { controller: holder, came_from: (holder != named).then_some(named), ..custody })
}

/// Nothing is asked about what is new: it lies under no hold, and has no certificate.
fn held(
    tx: &mut Tx<'_>,
    knowledge: &mut Knowledge,
    situations: &[Situation],
    before: Option<&Before>,
) -> Result<Vec<Held>, Error> {
    let (mut custodies, mut schemes) = (Vec::with_capacity(situations.len()), Vec::with_capacity(situations.len()));
    for situation in situations {
        let follow = knowledge.custodies(tx, situation)?;
        let successions = knowledge.successions(tx)?;
        let mut now: Vec<Custody> = Vec::with_capacity(follow.len());
        for custody in follow.into_iter().filter_map(|one| succeeded(one, situation, successions, before)) {
            if !holds(&now, &custody) {
                now.push(custody);
            }
        }
        let under_hold = before.and_then(|before| before.under_hold.get(&situation.record));
        for kept in under_hold.into_iter().flatten() {
            if !holds(&now, kept) {
                now.push(kept.clone());
            }
        }
        custodies.push((situation, now));
        schemes.push(knowledge.scheme(tx, situation)?);
    }
    let holdings = keeping::holdings(tx, knowledge, custodies, before.is_none())?;
    let all = situations.iter().zip(schemes).zip(holdings);
    Ok(all
        .map(|((situation, scheme), custodies)| Held {
            record: situation.record,
            person: situation.person,
            recorder: situation.recorder,
            scheme,
            custodies,
        })
        .collect())
}
