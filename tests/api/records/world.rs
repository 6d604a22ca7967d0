//! Random worlds: a fixed cast of organisations, and everything between them left to chance. A world is plain data, so a
//! failing one shrinks; `build` makes it true in a database.

use std::collections::{BTreeMap, BTreeSet};

use attest::{
    access::Actor,
    catalogue::{self, courses, schemes},
    completions,
    identity::{actions::CreateClient, clients},
    organisations::{self, actions::*, staff},
    people,
    platform::{
        db::{Error, Tx, run::prelude::*, schema::memberships},
        input::{Field, Reading},
        problem::Problem,
    },
    requirements,
    words::*,
};
use proptest::{
    collection::vec,
    option,
    prelude::*,
    sample::{Index, select},
};
use serde_json::{Value, json};

use crate::support::App;

const CAST: [(&str, &str, &[&str]); 8] = [
    ("310000000", "Fjordkurs AS", &["provider"]),
    ("310000019", "Dalkurs AS", &["provider"]),
    ("310000027", "Bergen Kran AS", &["employer"]),
    ("310000035", "Nordlys Bygg AS", &["employer", "provider"]),
    ("310000043", "Vestlandet Verft AS", &["employer", "client"]),
    ("310000078", "Havna KF", &["client"]),
    ("974760673", "Varmesikker", &["certifying_body"]),
    ("310000086", "Nordregisteret AS", &["register"]),
];
/// The first is certified.
const PROVIDERS: [usize; 3] = [0, 1, 3];
const EMPLOYERS: [usize; 3] = [2, 3, 4];
const BODY: usize = 6;
const REGISTER: usize = 7;
const COMPETENCES: [&str; 3] = ["T4", "FSE", "VARME-ARBEIDER"];

/// An employment as it lies around today.
#[derive(Clone, Copy, Debug)]
pub enum When {
    Long,
    LastDay,
    FirstDay,
    EndedYesterday,
    BeginsTomorrow,
}

impl When {
    fn days(self) -> (&'static str, Option<&'static str>) {
        match self {
            When::Long => ("2020-01-01", None),
            When::LastDay => ("2020-01-01", Some("2026-03-02")),
            When::FirstDay => ("2026-03-02", None),
            When::EndedYesterday => ("2020-01-01", Some("2026-03-01")),
            When::BeginsTomorrow => ("2026-03-03", None),
        }
    }
}

/// A person with an account; whether they claim their records and keep the first in the portfolio, and whether they hand over
/// to their employers what these require.
#[derive(Clone, Copy, Debug)]
pub struct Human {
    pub has_account: bool,
    pub keeps: bool,
    pub gives: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Employed {
    human: usize,
    employer: usize,
    team: Option<usize>,
    when: When,
}

#[derive(Clone, Copy, Debug)]
pub struct Demanded {
    employer: usize,
    competence: usize,
    team: Option<usize>,
}

#[derive(Clone, Copy, Debug)]
pub enum Orderer {
    Unstated,
    Person,
    Organisation(usize),
}

#[derive(Clone, Copy, Debug)]
pub struct Done {
    human: usize,
    provider: usize,
    /// One past the end is a course of the provider's own that leads to none.
    competence: usize,
    outcome: Outcome,
    on: &'static str,
    orderer: Orderer,
}

/// A role held, or held once.
#[derive(Clone, Copy, Debug)]
pub struct Post {
    organisation: usize,
    role: Role,
    team: Option<usize>,
    ended: bool,
}

/// Somebody with roles: one of the humans, or a stranger to all of them.
#[derive(Clone, Debug)]
pub struct Member {
    pub human: Option<usize>,
    pub posts: Vec<Post>,
}

#[derive(Clone, Debug)]
pub struct World {
    pub humans: Vec<Human>,
    pub employments: Vec<Employed>,
    pub requirements: Vec<Demanded>,
    pub completions: Vec<Done>,
    pub members: Vec<Member>,
    pub clients: Vec<(usize, Vec<Scope>)>,
    /// Do the providers show employers the invoice only?
    pub invoices: [bool; 3],
    /// Of what is held in the end, what somebody objects to.
    pub contested: Vec<Index>,
}

fn any_role() -> impl Strategy<Value = Role> {
    // The roles that see something come up more often than those that see nothing yet.
    prop_oneof![
        5 => select(&[Role::Hr, Role::Manager, Role::SafetyRepresentative, Role::PrivacyOfficer][..]),
        2 => select(&[Role::Administrator, Role::CourseAdministrator, Role::SchemeOfficer][..]),
        1 => select(&[Role::Instructor, Role::Gatekeeper][..]),
    ]
}

fn any_post() -> impl Strategy<Value = Post> {
    (0..CAST.len(), any_role(), option::of(0..2_usize), prop::bool::weighted(0.1)).prop_map(
        |(organisation, role, team, ended)| {
            let of_a_team = [Role::Manager, Role::SafetyRepresentative].contains(&role);
            let team = team.filter(|_| of_a_team && EMPLOYERS.contains(&organisation));
            Post { organisation, role, team, ended }
        },
    )
}

pub fn any_world() -> impl Strategy<Value = World> {
    let human = any::<[bool; 3]>().prop_map(|[has_account, keeps, gives]| Human { has_account, keeps, gives });
    let when = select(
        &[When::Long, When::Long, When::LastDay, When::FirstDay, When::EndedYesterday, When::BeginsTomorrow][..],
    );
    let employed = (0..8_usize, select(&EMPLOYERS[..]), option::of(0..2_usize), when)
        .prop_map(|(human, employer, team, when)| Employed { human, employer, team, when });
    let demanded = (select(&EMPLOYERS[..]), 0..COMPETENCES.len(), option::of(0..2_usize))
        .prop_map(|(employer, competence, team)| Demanded { employer, competence, team });
    let orderer = prop_oneof![
        1 => Just(Orderer::Unstated),
        1 => Just(Orderer::Person),
        5 => (1..CAST.len()).prop_map(Orderer::Organisation),
    ];
    let done = (
        0..8_usize,
        select(&PROVIDERS[..]),
        0..=COMPETENCES.len(),
        prop_oneof![3 => Just(Outcome::Passed), 2 => select(Outcome::ALL)],
        select(&["2019-06-01", "2024-03-12", "2026-03-02"][..]),
        orderer,
    )
        .prop_map(|(human, provider, competence, outcome, on, orderer)| Done {
            human,
            provider,
            competence,
            outcome,
            on,
            orderer,
        });
    let member =
        (option::weighted(0.3, 0..8_usize), vec(any_post(), 0..3)).prop_map(|(human, posts)| Member { human, posts });
    (
        vec(human, 4..8),
        vec(employed, 0..12),
        vec(demanded, 0..5),
        vec(done, 1..14),
        vec(member, 4..12),
        vec((0..CAST.len(), prop::sample::subsequence(Scope::ALL, 1..=Scope::ALL.len())), 2..6),
        any::<[bool; 3]>(),
        vec(any::<Index>(), 0..4),
    )
        .prop_map(|(humans, employments, requirements, completions, members, clients, invoices, contested)| {
            World { humans, employments, requirements, completions, members, clients, invoices, contested }
        })
}

/// The ids of what was built.
#[derive(Clone, Debug)]
pub struct Built {
    pub organisations: Vec<OrganisationId>,
    pub teams: BTreeMap<(usize, usize), TeamId>,
    pub clients: Vec<ClientId>,
}

const ACTOR: Actor = Actor::Console;

pub fn read<T: Field>(tx: &Tx<'_>, json: &Value) -> Result<T, Problem> {
    Ok(T::read(json, &Reading { today: tx.today() })?)
}

pub fn email(human: usize) -> String {
    format!("deltaker{human}@example.no")
}

pub const BORN: &str = "1990-05-17";

impl World {
    /// Humans are named by any number; this is whom it names here.
    pub fn human(&self, n: usize) -> usize {
        n % self.humans.len()
    }

    /// Those whom an employer here has a card of.
    pub fn employed(&self) -> BTreeSet<usize> {
        self.employments.iter().map(|one| self.human(one.human)).collect()
    }

    pub async fn build(&self, app: &App) -> Built {
        let world = self.clone();
        app.write(move |tx| world.build_in(tx)).await
    }

    fn build_in(&self, tx: &mut Tx<'_>) -> Result<Built, Problem> {
        catalogue::load(tx)?;
        let organisations = CAST.iter().map(|(number, name, acts_as)| organisation(tx, number, name, acts_as));
        let organisations = organisations.collect::<Result<Vec<_>, _>>()?;
        let competences = COMPETENCES.iter().map(|code| national(tx, code)).collect::<Result<Vec<_>, _>>()?;
        certify(tx, organisations[PROVIDERS[0]], &competences[..2])?;
        give_scheme(tx, organisations[BODY])?;
        let mut courses = BTreeMap::new();
        for (at, invoice) in PROVIDERS.into_iter().zip(self.invoices) {
            courses.insert(at, own_course(tx, organisations[at])?);
            if invoice {
                show_invoice_only(tx, organisations[at])?;
            }
            // From the middle of what is done, so that some of it is the register's and some is not.
            choose_register(tx, organisations[at], "2025-06-01", CAST[REGISTER].0)?;
        }
        let mut teams = BTreeMap::new();
        for at in EMPLOYERS {
            for n in 0..2 {
                teams.insert((at, n), team(tx, organisations[at], &format!("Lag {n}"))?);
            }
        }
        for one in &self.requirements {
            let team = one.team.map(|n| teams[&(one.employer, n)]);
            require(tx, organisations[one.employer], competences[one.competence], team)?;
        }
        let mut known = BTreeMap::new();
        for one in &self.employments {
            let (human, employer) = (self.human(one.human), organisations[one.employer]);
            let person = match known.get(&(human, one.employer)) {
                Some(person) => *person,
                None => card(tx, employer, &format!("A-{human}"), &email(human))?,
            };
            known.insert((human, one.employer), person);
            let (from, to) = one.when.days();
            employ(tx, employer, person, one.team.map(|n| teams[&(one.employer, n)]), from, to)?;
        }
        for one in &self.completions {
            let human = self.human(one.human);
            let mut new = json!({
                "person_reference": format!("F-{human}"), "name": format!("Deltaker {human}"),
                "email": email(human), "birth_date": BORN, "outcome": one.outcome, "on": one.on,
                "result": "B", "hours": 7.5,
            });
            match competences.get(one.competence) {
                Some(competence) => new["competence"] = json!(competence),
                None => new["course"] = json!(courses[&one.provider]),
            }
            match one.orderer {
                Orderer::Unstated => {}
                Orderer::Person => new["ordered_by"] = json!("person"),
                Orderer::Organisation(at) => new["ordered_by"] = json!(CAST[at].0),
            }
            match record(tx, organisations[one.provider], &new) {
                // Two cards of one human at the orderer: refused rather than guessed.
                Err(problem) if problem.findings.iter().any(|found| found.fault == Fault::Ambiguous) => {}
                other => drop(other?),
            }
        }
        let mut clients = Vec::new();
        for (at, scopes) in &self.clients {
            clients.push(client(tx, organisations[*at], scopes)?);
        }
        Ok(Built { organisations, teams, clients })
    }
}

/// Gives a member the posts, and ends those that are over, also those of a last administrator.
pub fn appoint(tx: &mut Tx<'_>, built: &Built, person: PersonId, posts: &[Post]) -> Result<(), Problem> {
    for post in posts {
        let organisation = built.organisations[post.organisation];
        let team = post.team.map(|n| built.teams[&(post.organisation, n)]);
        let id = organisations::store::join(tx, organisation, person, post.role, team)?;
        if post.ended {
            let now = tx.now();
            let row = memberships::table.filter(memberships::id.eq(id));
            diesel::update(row).set(memberships::ended_at.eq(Some(now))).execute(tx.conn()).map_err(Error::from)?;
        }
    }
    Ok(())
}

pub fn organisation(tx: &mut Tx<'_>, number: &str, name: &str, capacities: &[&str]) -> Result<OrganisationId, Problem> {
    let permit = tx.permit(&ACTOR, CreateOrganisation)?;
    let new = read(tx, &json!({ "number": number, "name": name, "capacities": capacities }))?;
    organisations::store::create(tx, &permit, &new)
}

pub fn national(tx: &mut Tx<'_>, code: &str) -> Result<CompetenceId, Problem> {
    Ok(catalogue::competence_by_code(tx, None, code)?.expect("in the starter catalogue"))
}

pub fn certify(tx: &mut Tx<'_>, provider: OrganisationId, covered: &[CompetenceId]) -> Result<(), Problem> {
    let permit = tx.permit(&ACTOR, GrantCapacity { organisation: provider })?;
    let new = read(tx, &json!({ "number": "S-0001", "competences": covered, "from": "2015-01-01" }))?;
    organisations::store::certify(tx, &permit, &new).map(drop)
}

pub fn choose_register(tx: &mut Tx<'_>, provider: OrganisationId, from: &str, number: &str) -> Result<(), Problem> {
    let permit = tx.permit(&ACTOR, ChooseRegister { organisation: provider })?;
    let from = from.parse().expect("a day");
    organisations::registers::store::choose(tx, &permit, from, Some(number)).map(drop)
}

pub fn give_scheme(tx: &mut Tx<'_>, body: OrganisationId) -> Result<(), Problem> {
    let scheme = schemes::store::by_code(tx)?["VARME-ARBEIDER"];
    let permit = tx.permit(&ACTOR, schemes::actions::ChangeScheme { scheme })?;
    let change = read(tx, &json!({ "body": body }))?;
    schemes::store::change(tx, &permit, change).map(drop)
}

fn own_course(tx: &mut Tx<'_>, provider: OrganisationId) -> Result<CourseId, Problem> {
    let permit = tx.permit(&ACTOR, courses::actions::AddCourse { acting: Some(provider) })?;
    let title = json!({ "nb": "Hydraulikk", "en": "Hydraulics" });
    let new = read(tx, &json!({ "code": "HYD-1", "title": title, "workload_hours": 24 }))?;
    courses::store::add(tx, &permit, &new)
}

pub fn show_invoice_only(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<(), Problem> {
    let permit = tx.permit(&ACTOR, ChangeOrganisation { organisation })?;
    let change = read(tx, &json!({ "employer_view": "invoice" }))?;
    organisations::store::change(tx, &permit, change).map(drop)
}

pub fn team(tx: &mut Tx<'_>, organisation: OrganisationId, name: &str) -> Result<TeamId, Problem> {
    let permit = tx.permit(&ACTOR, ChangeTeams { organisation })?;
    let new = read(tx, &json!({ "name": name }))?;
    staff::store::create_team(tx, &permit, &new)
}

pub fn require(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    competence: CompetenceId,
    team: Option<TeamId>,
) -> Result<(), Problem> {
    let permit = tx.permit(&ACTOR, requirements::actions::SetRequirements { organisation })?;
    let new = read(tx, &json!({ "competence": competence, "team": team, "from": "2020-01-01" }))?;
    requirements::store::set(tx, &permit, &new).map(drop)
}

pub fn card(tx: &mut Tx<'_>, organisation: OrganisationId, reference: &str, email: &str) -> Result<PersonId, Problem> {
    let permit = tx.permit(&ACTOR, people::actions::WriteCards { organisation })?;
    let new = json!({ "external_reference": reference, "name": "Åse", "emails": [email], "birth_date": BORN });
    let new = read(tx, &new)?;
    people::store::create(tx, &permit, new)
}

pub fn employ(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    team: Option<TeamId>,
    from: &str,
    to: Option<&str>,
) -> Result<(), Problem> {
    let permit = tx.permit(&ACTOR, ChangeEmployments { organisation })?;
    let new = read(tx, &json!({ "person": person, "team": team, "from": from, "to": to }))?;
    staff::store::employ(tx, &permit, &new).map(drop)
}

pub fn record(tx: &mut Tx<'_>, organisation: OrganisationId, new: &Value) -> Result<RecordId, Problem> {
    let permit = tx.permit(&ACTOR, completions::actions::RecordCompletions { organisation })?;
    let new = read(tx, new)?;
    completions::routes::record_one(tx, &permit, &new)
}

fn client(tx: &mut Tx<'_>, organisation: OrganisationId, scopes: &[Scope]) -> Result<ClientId, Problem> {
    let permit = tx.permit(&ACTOR, CreateClient { organisation })?;
    let new = read(tx, &json!({ "name": "Kobling", "scopes": scopes }))?;
    clients::store::create(tx, &permit, &new, "secret")
}
