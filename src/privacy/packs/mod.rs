//! An organisation's pack: by rule of the schedule, whether a human there answers requests and how long its own wish lasts; and
//! how long what a person confirmed can be taken back. What a choice would change is seen first, and exactly that is applied.

pub mod actions;
pub mod routes;

use std::{collections::BTreeMap, ops::AddAssign};

use serde::Serialize;
use utoipa::ToSchema;

use self::{actions::ChoosePack, routes::NewPack};
use super::decisions::{Open, open};
use crate::{
    access::{Action, Actor, Permit},
    law::{
        pack::{Choice, Fixed, Pack, most_months, rules},
        schedule::{Category, Rule},
    },
    platform::{
        audit,
        db::Tx,
        http::House,
        jobs,
        problem::{Findings, Kind, Problem},
        vault::sha256,
    },
    records::{
        packs::{
            PackChanged,
            store::{self, Chosen},
        },
        schedule,
    },
    words::*,
};

/// The most days an organisation can let a person take back what was confirmed.
pub const MOST_COOLING_OFF_DAYS: i64 = 14;

/// What an organisation chooses inside the schedule's limits.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrganisationPack {
    /// How many days what a person confirmed waits, and can be taken back.
    pub cooling_off_days: u16,
    /// Each rule under which organisations hold something.
    pub rules: Vec<PackRule>,
    /// Counts the choices; 0 until somebody has chosen.
    pub version: i64,
    /// When it was chosen.
    pub chosen_at: Option<Instant>,
    /// By whom; null if that was a program.
    pub chosen_by: Option<PersonId>,
}

/// What an organisation chooses under one rule.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackRule {
    /// The rule.
    pub rule: Category,
    /// What its category is called.
    pub name: Said,
    /// What is chosen.
    #[serde(flatten)]
    pub choice: Choice,
    /// The most months that can be chosen; null if how long is not the organisation's to choose.
    pub most_months: Option<u16>,
}

impl From<Chosen> for OrganisationPack {
    fn from(chosen: Chosen) -> Self {
        let Chosen { version, pack, at, by } = chosen;
        let one = |rule: &Rule| PackRule {
            rule: rule.id.clone(),
            name: rule.name.clone(),
            choice: pack.choice(rule.id.code()),
            most_months: most_months(rule).ok(),
        };
        Self {
            cooling_off_days: pack.cooling_off_days,
            rules: rules(schedule()).map(one).collect(),
            version,
            chosen_at: at,
            chosen_by: by,
        }
    }
}

/// What another pack would change today. Nothing has changed yet.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackPreview {
    /// What is applied: it stands for everything below.
    pub preview: String,
    /// The day it was made for.
    pub on: Day,
    /// What would become of what the organisation holds.
    #[serde(flatten)]
    pub effects: Effects,
}

/// What would become of what an organisation holds under another pack, counted by what is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = PackEffects)]
pub struct Effects {
    /// How many would become due for erasure sooner.
    pub sooner: usize,
    /// How many of these at once.
    pub at_once: usize,
    /// The first day on which one of these would be due; null if none would be.
    pub first_due_on: Option<Day>,
    /// How many would become due later.
    pub later: usize,
    /// For how many a request for erasure would be referred to a human, and is answered at once today.
    pub referred: usize,
    /// For how many a request would be answered at once, and is referred to a human today.
    pub answered: usize,
}

impl AddAssign for Effects {
    fn add_assign(&mut self, more: Self) {
        self.sooner += more.sooner;
        self.at_once += more.at_once;
        self.first_due_on = self.first_due_on.into_iter().chain(more.first_due_on).min();
        self.later += more.later;
        self.referred += more.referred;
        self.answered += more.answered;
    }
}

impl Effects {
    /// What would become of one hold if its controller chose this.
    fn of(one: &Open, choice: Choice, today: Day) -> Self {
        let other = one.under(choice);
        let (now, then) = (one.erase_on(), other.erase_on());
        let is_sooner = then.is_some_and(|day| now.is_none_or(|now| day < now));
        let is_later = now.is_some_and(|day| then.is_none_or(|then| day < then));
        let is_referred = |one: &Open| one.decide(Trigger::Request, today).action == DecisionAction::Refer;
        Self {
            sooner: usize::from(is_sooner),
            at_once: usize::from(is_sooner && then.is_some_and(|day| day <= today)),
            first_due_on: then.filter(|_| is_sooner),
            later: usize::from(is_later),
            referred: usize::from(!is_referred(one) && is_referred(&other)),
            answered: usize::from(is_referred(one) && !is_referred(&other)),
        }
    }
}

impl NewPack {
    /// The pack, if it stays inside the schedule's limits.
    ///
    /// # Errors
    /// `Taken` for a rule that is named twice; `LengthFixed` and `BeyondTheLimit` for a length nobody can choose.
    fn checked(&self) -> Result<Pack, Problem> {
        let (mut choices, mut findings) = (BTreeMap::new(), Findings::default());
        for (n, one) in self.rules.0.iter().enumerate() {
            let may_keep = one.may_keep.and_then(|months| u16::try_from(months.0).ok());
            if let Some(fault) = may_keep.and_then(|months| beyond(one.rule.0, months)) {
                findings.add(&format!("/pack/rules/{n}/may_keep"), fault);
            }
            let choice = Choice { answers: one.answers.0, may_keep };
            if choices.insert(one.rule.0.id.code().to_owned(), choice).is_some() {
                findings.add(&format!("/pack/rules/{n}/rule"), Fault::Taken);
            }
        }
        findings.check()?;
        let cooling_off_days = u16::try_from(self.cooling_off_days.0).map_err(Problem::internal)?;
        Ok(Pack { cooling_off_days, choices })
    }
}

/// Why so many months cannot be chosen under a rule, if they cannot.
fn beyond(rule: &Rule, months: u16) -> Option<Fault> {
    let name = rule.id.code().to_owned();
    let fixed = |nb: &str, en: &str| Fault::LengthFixed { rule: name.clone(), nb: nb.into(), en: en.into() };
    match most_months(rule) {
        Ok(most) => (months > most).then(|| Fault::BeyondTheLimit { rule: name, most: most.into() }),
        Err(Fixed::NoWish) => Some(fixed(
            "loven setter den, og den kan verken forkortes eller forlenges",
            "the law sets it, and it can be neither shortened nor lengthened",
        )),
        Err(Fixed::Persons) => Some(fixed(
            "dette er personens bevis, og blir til personen ber om sletting",
            "this is the person's proof, and stays until the person asks for its erasure",
        )),
        Err(Fixed::Scheme) => Some(fixed("ordningens regler sier det", "the rules of the scheme say it")),
    }
}

/// What is chosen, and what that would change.
struct Seen {
    before: Chosen,
    on: Day,
    effects: Effects,
}

impl Seen {
    /// The text that stands for what was seen, so that nothing has to be kept for it: the choice, what it replaces, and what would
    /// go at once. How much else there is changes with every completion that is recorded.
    fn token(&self, organisation: OrganisationId, pack: &Pack) -> String {
        let said = format!(
            "{organisation} {} {} {} {pack:?} {} {:?}",
            self.on,
            schedule().version(),
            self.before.version,
            self.effects.at_once,
            self.effects.first_due_on,
        );
        sha256(said.as_bytes())
    }
}

/// Looks at what a pack would change, some of what the organisation holds in each transaction: only what lies under rules
/// that it changes.
async fn look<A>(
    house: &House,
    actor: Actor,
    action: fn(OrganisationId) -> A,
    of: OrganisationId,
    pack: &Pack,
) -> Result<Seen, Problem>
where
    A: Action + Send + 'static,
{
    let before = house.db.read(move |tx| {
        tx.permit(&actor, action(of))?;
        Ok::<_, Problem>((store::in_force(tx, of)?, tx.today()))
    });
    let (before, on) = before.await?;
    let changed: Vec<String> = pack.differs_from(&before.pack).into_iter().map(str::to_owned).collect();
    let mut effects = Effects::default();
    for capacity in Capacity::ALL {
        let mut next = Some(RecordId::nil()).filter(|_| !changed.is_empty());
        while let Some(after) = next {
            let (rules, pack) = (changed.clone(), pack.clone());
            let some = house.db.read(move |tx| some_effects(tx, (of, *capacity), &rules, &pack, after));
            let (more, last) = some.await?;
            effects += more;
            next = last;
        }
    }
    Ok(Seen { before, on, effects })
}

fn some_effects(
    tx: &mut Tx<'_>,
    (organisation, capacity): (OrganisationId, Capacity),
    rules: &[String],
    pack: &Pack,
    after: RecordId,
) -> Result<(Effects, Option<RecordId>), Problem> {
    let ids = store::held_under(tx, (organisation, capacity), rules, after)?;
    let today = tx.today();
    let mut effects = Effects::default();
    let is_it = |one: &&Open| (one.own.controller.id, one.own.capacity) == (organisation, capacity);
    for one in open(tx, &ids)?.iter().filter(is_it).filter(|one| rules.contains(&one.own.category)) {
        effects += Effects::of(one, pack.choice(&one.own.category), today);
    }
    Ok((effects, ids.last().copied()))
}

/// Chooses a pack. Until when everything under the rules it changes is kept is worked out again by a job, some at a time; what
/// goes is decided on its day anyway.
///
/// # Errors
/// `PreviewChanged` if somebody chose another pack since this was seen.
fn choose(tx: &mut Tx<'_>, permit: &Permit<ChoosePack>, seen: &Seen, pack: &Pack) -> Result<Chosen, Problem> {
    let organisation = permit.action().organisation;
    let (version, rules) = (seen.before.version + 1, pack.differs_from(&seen.before.pack));
    let written = store::choose(tx, organisation, version, pack, permit.person().ok());
    // Of two who choose at once, the later finds the version taken.
    written.map_err(|error| Problem::from(error).if_taken(Kind::PreviewChanged.into()))?;
    let rules: Vec<String> = rules.into_iter().map(str::to_owned).collect();
    audit::note(
        tx,
        permit,
        Some(organisation.uuid()),
        Some(serde_json::json!({ "version": version, "rules": rules })),
    )?;
    if !rules.is_empty() {
        jobs::enqueue(tx, &PackChanged { organisation, rules })?;
    }
    Ok(store::in_force(tx, organisation)?)
}
