//! A world to measure in: so many completions over ten years, a fifth as many people, few large providers and employers
//! and a long tail of small ones. Every row follows from its number, so nothing has to be remembered while it is made.

mod certificates;
mod chance;
mod fill;
mod names;
pub mod rows;
mod write;

use std::collections::BTreeSet;

use attest::{
    completions::{Content, OrderedBy},
    law::custody::{self, Facts},
    records::schedule,
    words::{
        AccountId, Capacity, Class, CompetenceId, CourseId, Day, EmployerView, Instant, OrganisationId, Outcome,
        PersonId, RecordId, SchemeId, SignInId, TeamId,
    },
};
use chrono::{DateTime, TimeDelta};

pub use certificates::code;
pub use chance::{Chance, Of};
pub use write::{audited, company, newcomer, one_more, recorder, reference, remembered};

pub const PROVIDERS: u64 = 200;
pub const EMPLOYERS: u64 = 2_000;
/// The largest employer: every tenth person works there, and takes twice as many courses as others do.
pub const LARGEST: u64 = 0;
const TEAMS: u64 = 4;
/// So many of each provider's courses, from the most popular competence on.
const COURSES: u64 = 12;
/// Every employer requires so many of the most popular competences of everybody.
const REQUIRED: u64 = 3;
/// The first providers are certified.
const CERTIFIED: u64 = 20;
/// Every fifth person has an account.
const ACCOUNTS: u64 = 5;

/// 2016-11-20T08:00:00Z, in seconds.
const BEGINS: i64 = 1_479_628_800;
const TEN_YEARS: TimeDelta = TimeDelta::days(3650);

/// A generated world.
#[derive(Clone)]
pub struct World {
    /// How many completions.
    pub completions: u64,
    /// How many of them have a certificate: the first ones.
    pub certificates: u64,
    catalogue: Vec<Taught>,
}

/// A competence, the most popular first.
#[derive(Clone, Copy)]
struct Taught {
    competence: CompetenceId,
    class: Class,
    scheme: Option<SchemeId>,
    body: Option<OrganisationId>,
}

/// An organisation and its number.
#[derive(Clone)]
pub struct Company {
    pub id: OrganisationId,
    pub number: String,
}

/// Somebody, as far as every row about them agrees.
#[derive(Clone, Copy)]
pub struct Human {
    pub n: u64,
    /// As providers and the employer know them.
    pub person: PersonId,
    pub employer: Option<u64>,
    providers: [u64; 2],
    /// Do they take what certifying bodies ask for?
    follows_scheme: bool,
}

/// The account of somebody who has one, and the person they signed up as.
#[derive(Clone, Copy)]
pub struct Owner {
    pub person: PersonId,
    pub account: AccountId,
    pub sign_in: SignInId,
}

/// A completion with everyone who holds it.
struct Done {
    human: Human,
    id: RecordId,
    at: Instant,
    recorder: u64,
    taught: Taught,
    course: Option<CourseId>,
    content: Content,
    in_portfolio: bool,
    custodies: Vec<custody::Custody>,
}

fn begins() -> Instant {
    Instant::new(DateTime::from_timestamp(BEGINS, 0).unwrap_or_default())
}

fn day(at: Instant) -> Day {
    Day::new(at.utc().date_naive())
}

fn millis(n: u64) -> TimeDelta {
    TimeDelta::milliseconds(i64::try_from(n).unwrap_or(0))
}

/// A provider or, after them, an employer.
fn organisation(n: u64) -> OrganisationId {
    Chance::of(Of::Organisation, n).id(begins().plus(millis(n)))
}

/// The n-th provider.
pub fn provider(n: u64) -> OrganisationId {
    organisation(n)
}

/// The n-th employer, the largest first.
pub fn employer(n: u64) -> OrganisationId {
    organisation(PROVIDERS + n)
}

fn team(employer: u64, n: u64) -> TeamId {
    Chance::of(Of::Organisation, (employer + 1) << 32 | n).id(begins())
}

/// A provider's course.
pub fn course(provider: u64, n: u64) -> CourseId {
    Chance::of(Of::Course, provider * COURSES + n).id(begins())
}

impl Human {
    /// The provider that knows them best: the one their employer goes to.
    pub fn usual_provider(&self) -> u64 {
        self.providers[0]
    }
}

impl World {
    /// Some of the completions of a provider that have no certificate, the latest first.
    pub fn not_certified(&self, of: u64) -> impl Iterator<Item = RecordId> {
        let without = (self.certificates..self.completions).rev().map(|n| self.done(n));
        without.filter(move |done| done.recorder == of && done.course.is_some()).map(|done| done.id)
    }

    /// How many people.
    pub fn people(&self) -> u64 {
        self.completions / 5
    }

    /// How many of them have an account.
    pub fn owners(&self) -> u64 {
        self.people().div_ceil(ACCOUNTS)
    }

    /// The n-th of those with an account.
    pub fn owner(&self, n: u64) -> Owner {
        self.owner_of(n * ACCOUNTS)
    }

    fn owner_of(&self, human: u64) -> Owner {
        let mut chance = Chance::of(Of::OwnPerson, human);
        let at = begins().plus(millis(human));
        Owner { person: chance.id(at), account: chance.id(at), sign_in: chance.id(at) }
    }

    /// The competence fewest have.
    pub fn rarest(&self) -> CompetenceId {
        self.catalogue.last().expect("there is a catalogue").competence
    }

    /// Who sees what the largest employer holds of those who work there.
    pub fn staff_officer(&self) -> Owner {
        self.owner_of(write::STAFF_OFFICER)
    }

    /// The n-th person.
    pub fn human(&self, n: u64) -> Human {
        let mut chance = Chance::of(Of::Person, n);
        let person = chance.id(begins().plus(millis(n)));
        let employed = match n % 10 {
            0 => Some(LARGEST),
            _ => Some(1 + chance.skewed(EMPLOYERS - 1, 2)),
        };
        let first = chance.skewed(PROVIDERS, 3);
        let second = (first + 1 + chance.below(PROVIDERS - 1)) % PROVIDERS;
        Human {
            n,
            person,
            employer: employed.filter(|_| n.is_multiple_of(10) || chance.is_within(75)),
            providers: [first, second],
            follows_scheme: chance.is_within(25),
        }
    }

    /// Someone who took part: the staff of the largest employer often, some others very often.
    fn participant(&self, chance: &mut Chance) -> Human {
        let people = self.people();
        self.human(match chance.below(100) {
            0..22 => chance.below(people / 10) * 10,
            22..30 => chance.below(people / 50) * 50 + 7,
            _ => chance.below(people),
        })
    }

    /// The n-th completion.
    fn done(&self, n: u64) -> Done {
        let mut chance = Chance::of(Of::Completion, n);
        let share = i64::try_from(n * 1_000_000 / self.completions).unwrap_or(0);
        let at = begins().plus(TEN_YEARS * i32::try_from(share).unwrap_or(0) / 1_000_000).plus(millis(n % 1000));
        let id = chance.id(at);
        let human = self.participant(&mut chance);
        let (recorder, ordered_by) = self.arranged(&human, &mut chance);
        let (place, taught) = self.subject(&human, &mut chance);
        let course = (place < COURSES).then(|| course(recorder, place));
        let content = said(day(at), ordered_by, &mut chance);
        let in_portfolio = human.n.is_multiple_of(ACCOUNTS) && chance.is_within(20);
        let facts = self.facts(recorder, &taught, &content, in_portfolio);
        let custodies = custody::custodies(&facts, schedule());
        Done { human, id, at, recorder, taught, course, content, in_portfolio, custodies }
    }

    /// What an employer orders is held by the provider it always goes to.
    fn arranged(&self, human: &Human, chance: &mut Chance) -> (u64, OrderedBy) {
        let share = if human.employer == Some(LARGEST) { 95 } else { 75 };
        match human.employer {
            Some(employed) if chance.is_within(share) => {
                (human.providers[0], OrderedBy::Organisation(employer(employed)))
            }
            _ if chance.is_within(50) => (human.providers[1], OrderedBy::Person),
            _ => (human.providers[1], OrderedBy::Unstated),
        }
    }

    /// A competence by its popularity; those of schemes are for who follows one.
    fn subject(&self, human: &Human, chance: &mut Chance) -> (u64, Taught) {
        let wanted = usize::try_from(chance.skewed(self.catalogue.len() as u64, 2)).unwrap_or(0);
        let open = |(_, taught): &(u64, &Taught)| taught.body.is_none() || human.follows_scheme;
        let mut from_there = (0..).zip(&self.catalogue).cycle().skip(wanted).filter(open);
        let (place, taught) = from_there.next().expect("some competence belongs to no scheme");
        (place, *taught)
    }

    fn facts(&self, recorder: u64, taught: &Taught, content: &Content, in_portfolio: bool) -> Facts {
        let carries = content.outcome.carries_competence();
        let required = self.catalogue.iter().take(usize::try_from(REQUIRED).unwrap_or(0));
        let is_required = required.map(|one| one.competence).any(|one| one == taught.competence);
        Facts {
            class: if carries { taught.class } else { Class::None },
            recorder: provider(recorder),
            recorder_certified: carries && taught.class == Class::Certified && recorder < CERTIFIED,
            employer_view: EmployerView::Record,
            ordered_by: content.ordered_by.organisation().map(|organisation| custody::Orderer {
                organisation,
                capacities: BTreeSet::from([Capacity::Employer]),
                required: is_required,
            }),
            scheme_body: taught.body.filter(|_| carries),
            register: None,
            in_portfolio,
            handed_over_to: BTreeSet::new(),
        }
    }
}

fn said(on: Day, ordered_by: OrderedBy, chance: &mut Chance) -> Content {
    let outcome = match chance.below(100) {
        0..88 => Outcome::Passed,
        88..90 => Outcome::Distinction,
        90..95 => Outcome::Failed,
        95..98 => Outcome::Withdrawn,
        _ => Outcome::Attended,
    };
    Content {
        outcome,
        on: Some(on),
        hours: chance.is_within(60).then(|| (chance.below(80) + 1) as f64 / 2.0),
        result: chance.is_within(10).then(|| (chance.below(5) + 2).to_string()),
        run: chance.is_within(30).then(|| format!("{}-{}", on.year(), chance.below(40) + 1)),
        ordered_by,
    }
}
