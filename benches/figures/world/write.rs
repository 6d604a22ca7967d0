//! The rows of a world, thing by thing.

use std::collections::{BTreeSet, HashSet};

use attest::{records::schedule, words::*};
use chrono::TimeDelta;
use uuid::Uuid;

use super::{
    ACCOUNTS, COURSES, Chance, Company, Done, EMPLOYERS, Human, LARGEST, Of, Owner, PROVIDERS, REQUIRED, TEAMS,
    TEN_YEARS, World, begins, course, day, employer, millis, names, organisation, provider, rows::*, team,
};

/// Of so many completions one was imported, one is in the audit, one was shown.
const ONE_IN: u64 = 10;
/// Who looks after the staff of the largest employer, and works there.
pub(super) const STAFF_OFFICER: u64 = 0;

impl World {
    pub(super) fn write_organisations(&self, trays: &mut Trays) {
        let (at, from) = (begins(), day(begins()));
        for n in 0..PROVIDERS + EMPLOYERS {
            let company = company(n);
            let mut chance = Chance::of(Of::Organisation, n);
            trays.organisations.push(Organisation {
                id: company.id,
                number: company.number,
                name: names::company(&mut chance),
                employer_view: EmployerView::Record,
                created_at: at,
                version: 1,
            });
            let capacity = if n < PROVIDERS { Capacity::Provider } else { Capacity::Employer };
            trays.capacities.push(Acts { organisation: company.id, capacity, from_day: from });
        }
        (0..PROVIDERS).for_each(|n| self.write_provider(n, trays));
        (0..EMPLOYERS).for_each(|n| self.write_employer(n, trays));
    }

    fn write_provider(&self, n: u64, trays: &mut Trays) {
        let at = begins();
        for (place, taught) in (0..COURSES).zip(&self.catalogue) {
            trays.courses.push(Course {
                id: course(n, place),
                provider: provider(n),
                code: format!("K{place:02}"),
                competence: Some(taught.competence),
                title_nb: format!("Kurs {place}"),
                sensitive: false,
                created_at: at,
                version: 1,
            });
        }
        trays.import_batches.push(Batch {
            id: batch(n),
            organisation: provider(n),
            source: "old system",
            file_hash: String::new(),
            done_by: DoneBy::Console,
            started_at: at,
            read: 0,
            recorded: 0,
            changed: 0,
            unchanged: 0,
            refused: 0,
        });
        trays.api_clients.push(client(
            n,
            provider(n),
            vec![Scope::CompletionsRead, Scope::CompletionsWrite, Scope::CertificatesWrite],
        ));
    }

    fn write_employer(&self, n: u64, trays: &mut Trays) {
        let (at, id) = (begins(), employer(n));
        for place in 0..TEAMS {
            let name = format!("Avdeling {place}");
            trays.teams.push(Team { id: team(n, place), organisation: id, name, created_at: at, version: 1 });
        }
        for (place, taught) in (0..REQUIRED).zip(&self.catalogue) {
            trays.requirements.push(Requirement {
                id: Chance::of(Of::Course, (n + 1) << 32 | place).id(at),
                organisation: id,
                competence: taught.competence,
                from_day: day(at),
                created_at: at,
                version: 1,
            });
        }
    }

    pub(super) fn write_human(&self, n: u64, trays: &mut Trays) {
        let human = self.human(n);
        let at = begins().plus(millis(n));
        let mut chance = Chance::of(Of::Card, n);
        let portrait = Portrait::of(n, &mut chance);
        let owner = n.is_multiple_of(ACCOUNTS).then(|| self.owner_of(n));
        if let Some(owner) = &owner {
            portrait.account(owner, &mut chance, trays);
        }
        let same_as = owner.map_or(human.person, |owner| owner.person);
        trays.persons.push(Person { id: human.person, same_as, created_at: at });
        portrait.card(human.person, Some(provider(human.providers[0])), &mut chance, trays);
        portrait.card(human.person, Some(provider(human.providers[1])), &mut chance, trays);
        if let Some(owner) = owner {
            trays.claims.push(Claim {
                id: chance.id(at),
                person: owner.person,
                claimed: human.person,
                claimed_by: ClaimedBy::EmailAndBirthDate,
                made_at: at,
                holder: provider(human.providers[0]),
            });
        }
        let bodies: BTreeSet<_> = self.catalogue.iter().filter_map(|one| one.body).collect();
        for body in bodies.into_iter().filter(|_| human.follows_scheme) {
            portrait.card(human.person, Some(body), &mut chance, trays);
        }
        if let Some(employed) = human.employer {
            portrait.card(human.person, Some(employer(employed)), &mut chance, trays);
            self.write_employment(&human, employed, &mut chance, trays);
        }
    }

    /// At the largest employer nobody has left yet, and one looks after the staff.
    fn write_employment(&self, human: &Human, employed: u64, chance: &mut Chance, trays: &mut Trays) {
        let at = begins().plus(millis(human.n));
        let has_left = employed != LARGEST && chance.is_within(15);
        trays.employments.push(Employment {
            id: chance.id(at),
            organisation: employer(employed),
            person: human.person,
            team: Some(team(employed, chance.below(TEAMS))),
            from_day: day(begins()),
            to_day: has_left.then(|| day(begins().plus(TEN_YEARS / 2))),
            created_at: at,
            version: 1,
        });
        if human.n != STAFF_OFFICER {
            return;
        }
        trays.memberships.push(Membership {
            id: chance.id(at),
            organisation: employer(employed),
            person: self.owner_of(human.n).person,
            role: Role::Hr,
            created_at: at,
        });
    }
}

/// An organisation's API client.
pub(super) fn client(n: u64, organisation: OrganisationId, scopes: Vec<Scope>) -> Client {
    Client {
        id: recorder(n),
        organisation,
        name: "Kurssystem",
        scopes: Scopes::of(scopes).to_string(),
        secret_hash: String::new(),
        created_at: begins(),
        version: 1,
    }
}

/// The API client that records for a provider.
pub fn recorder(n: u64) -> ClientId {
    Chance::of(Of::Caller, n).id(begins())
}

fn batch(n: u64) -> BatchId {
    Chance::of(Of::Account, n).id(begins())
}

pub fn company(n: u64) -> Company {
    let numbers = (n * 2..).filter_map(names::organisation_number);
    let number = numbers.into_iter().next().unwrap_or_default();
    Company { id: organisation(n), number }
}

/// What every card of one person says.
struct Portrait {
    n: u64,
    name: String,
    email: String,
    born: Day,
}

impl Portrait {
    fn of(n: u64, chance: &mut Chance) -> Self {
        let born = begins().plus(TimeDelta::days(-7000 - i64::try_from(chance.below(15_000)).unwrap_or(0)));
        Self { n, name: names::person(chance), email: format!("person{n}@example.no"), born: day(born) }
    }

    /// The person they signed up as, with the own card and a sign-in that is still open.
    fn account(&self, owner: &Owner, chance: &mut Chance, trays: &mut Trays) {
        let at = begins().plus(millis(self.n));
        trays.persons.push(Person { id: owner.person, same_as: owner.person, created_at: at });
        self.card(owner.person, None, chance, trays);
        trays.accounts.push(Account {
            id: owner.account,
            person: owner.person,
            password_hash: "nobody signs in with this",
            locale: "nb",
            created_at: at,
            version: 1,
        });
        trays.account_emails.push(AccountEmail {
            email_key: self.email.clone(),
            email: self.email.clone(),
            account: owner.account,
            verified_at: at,
        });
        trays.sign_ins.push(SignIn {
            id: owner.sign_in,
            account: owner.account,
            created_at: at,
            last_used_at: at,
            expires_at: at.plus(TEN_YEARS * 3),
        });
    }

    fn card(&self, person: PersonId, holder: Option<OrganisationId>, chance: &mut Chance, trays: &mut Trays) -> CardId {
        let at = begins().plus(millis(self.n));
        let id = chance.id(at);
        trays.cards.push(Card {
            id,
            person,
            holder,
            external_reference: holder.map(|_| reference(self.n)),
            name: Some(self.name.clone()),
            birth_date: Some(self.born),
            source: "import",
            created_at: at,
            version: 1,
        });
        trays.card_emails.push(CardEmail { card: id, email_key: self.email.clone(), email: self.email.clone() });
        id
    }
}

/// By what a holder knows a person.
pub fn reference(n: u64) -> String {
    format!("R{n}")
}

/// What must be remembered from one completion to the next.
#[derive(Default)]
pub(super) struct Memory {
    events: i64,
    /// Who was shown to an employer on the day in hand: a second time the same day is the same row.
    shown: (Option<Day>, HashSet<PersonId>),
}

impl Memory {
    fn is_first_that_day(&mut self, person: PersonId, day: Day) -> bool {
        if self.shown.0 != Some(day) {
            self.shown = (Some(day), HashSet::new());
        }
        self.shown.1.insert(person)
    }
}

/// A completion with everything that hangs on it.
pub(super) fn write_done(n: u64, done: &Done, memory: &mut Memory, trays: &mut Trays) {
    let recorder = provider(done.recorder);
    trays.records.push(Record {
        id: done.id,
        kind: RecordKind::Completion,
        person: done.human.person,
        created_at: done.at,
    });
    trays.completions.push(Completion {
        record: done.id,
        recorder,
        competence: Some(done.taught.competence),
        course: done.course,
        event: None,
        version: 1,
    });
    write_version(done, trays);
    for one in &done.custodies {
        trays.custodies.push(Custody {
            record: done.id,
            controller: one.controller,
            ground: one.ground,
            capacity: one.ground.capacity(),
            content: one.content,
            category: one.category.code().to_owned(),
            schedule_version: schedule().version(),
            since: done.at,
        });
    }
    if done.in_portfolio {
        trays.portfolio.push(Kept { record: done.id, accepted_at: done.at });
    }
    if let Some(body) = done.custodies.iter().find(|one| one.ground == Ground::Scheme) {
        memory.events += 1;
        trays.feed.push(Event {
            id: Chance::of(Of::Disclosure, n).id(done.at),
            number: Some(memory.events),
            kind: "custody_arose",
            audience: body.controller,
            scheme: done.taught.scheme,
            record: done.id,
            at: done.at,
        });
    }
    if n.is_multiple_of(ONE_IN) {
        write_traces(n, done, memory, trays);
    }
}

/// The rows of one more completion of somebody employed, as recording it writes them: what its employer ordered from the
/// usual provider.
pub fn one_more(n: u64, human: &Human, employed: u64, at: Instant, trays: &mut Trays) -> RecordId {
    let mut chance = Chance::of(Of::Newcomer, n);
    let (id, recorder, employer) = (chance.id(at), provider(human.usual_provider()), employer(employed));
    trays.records.push(Record { id, kind: RecordKind::Completion, person: human.person, created_at: at });
    let course = Some(course(human.usual_provider(), 0));
    trays.completions.push(Completion { record: id, recorder, competence: None, course, event: None, version: 1 });
    trays.completion_versions.push(Version {
        completion: id,
        version: 1,
        outcome: Outcome::Passed,
        on_day: Some(day(at)),
        hours: None,
        result: None,
        run: None,
        ordered_by_person: false,
        ordered_by: Some(employer),
        recorded_at: at,
        done_by: DoneBy::Client,
        doer: None,
        batch: None,
    });
    for (controller, ground) in [(recorder, Ground::Delivered), (employer, Ground::OrderedOffered)] {
        trays.custodies.push(Custody {
            record: id,
            controller,
            ground,
            capacity: ground.capacity(),
            content: Content::of(&[Part::Fact, Part::Result, Part::Hours, Part::Document]),
            category: schedule().category(Class::None, ground, false).code().to_owned(),
            schedule_version: schedule().version(),
            since: at,
        });
    }
    id
}

/// The rows of somebody a provider and an employer get to know.
pub fn newcomer(n: u64, provided: u64, employed: u64, at: Instant, trays: &mut Trays) -> Human {
    let mut chance = Chance::of(Of::Newcomer, n);
    let person = chance.id(at);
    let portrait = Portrait::of(n, &mut chance);
    trays.persons.push(Person { id: person, same_as: person, created_at: at });
    for holder in [provider(provided), employer(employed)] {
        portrait.card(person, Some(holder), &mut chance, trays);
    }
    Human { n, person, employer: Some(employed), providers: [provided, provided], follows_scheme: false }
}

/// The audit row of something done to a record, or of a batch.
pub fn audited(n: u64, at: Instant, subject: Uuid, trays: &mut Trays) {
    let mut chance = Chance::of(Of::Hash, n);
    trays.audit.push(Audited {
        id: chance.id(at),
        at,
        done_by: DoneBy::Client,
        doer: None,
        action: "record_completions",
        organisation: None,
        subject: Some(AnyId::from_uuid(subject)),
        salt: Some(chance.hash()),
        payload: None,
        commitment: chance.hash(),
    });
}

/// What an import remembers of a row.
pub fn remembered(n: u64, provided: u64, record: RecordId, trays: &mut Trays) {
    let mut chance = Chance::of(Of::Hash, n);
    trays.import_rows.push(ImportRow {
        organisation: provider(provided),
        source: "old system",
        row_key: chance.hash(),
        completion: record,
        content_hash: chance.hash(),
        batch: batch(provided),
        line: i64::try_from(n).unwrap_or(0),
    });
}

fn write_version(done: &Done, trays: &mut Trays) {
    let content = &done.content;
    trays.completion_versions.push(Version {
        completion: done.id,
        version: 1,
        outcome: content.outcome,
        on_day: content.on,
        hours: content.hours,
        result: content.result.clone(),
        run: content.run.clone(),
        ordered_by_person: content.ordered_by == attest::completions::OrderedBy::Person,
        ordered_by: content.ordered_by.organisation(),
        recorded_at: done.at,
        done_by: DoneBy::Client,
        doer: Some(AnyId::from_uuid(recorder(done.recorder).uuid())),
        batch: None,
    });
}

/// What using a record leaves behind: in the audit, in the memory of imports, in the log of disclosures.
fn write_traces(n: u64, done: &Done, memory: &mut Memory, trays: &mut Trays) {
    audited(n, done.at, done.id.uuid(), trays);
    remembered(n, done.recorder, done.id, trays);
    let shown = done.custodies.iter().find(|one| one.ground.capacity() == Capacity::Employer);
    let Some(shown) = shown else { return };
    let (organisation, ground, person) = (shown.controller, shown.ground, done.human.person);
    let (at, day) = (done.at, day(done.at));
    if !memory.is_first_that_day(person, day) {
        return;
    }
    trays.disclosures.push(Disclosure { person, organisation, ground, day, count: 1, first_at: at, last_at: at });
    trays.disclosure_records.push(Disclosed { person, organisation, ground, day, record: done.id });
}
