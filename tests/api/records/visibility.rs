//! One rule, two forms: `access::sees` decides about one record, a fragment of SQL scopes lists. Over random worlds both
//! agree with each other and with what the API answers, for every viewer and every record.

use std::collections::{BTreeMap, BTreeSet};

use actix_web::{http::Method, rt::System};
use attest::{
    access::{Actor, Caller as Who, Holding, Membership, Ties, Viewer, Work, opens, sees},
    platform::db::{
        Tx,
        run::prelude::*,
        schema::{
            api_clients, competences, completion_versions, completions, custodies, employments, hand_overs,
            memberships, persons, records, restricted_custodies,
        },
    },
    records::store::seen_by,
    words::*,
};
use proptest::{prelude::*, sample::Index};

use super::world::{Built, World, any_world, appoint, email};
use crate::{
    privacy::hand_overs::{confirm, plan},
    support::{App, Caller, text},
};

type EmploymentRow = (OrganisationId, PersonId, Option<TeamId>, Day, Option<Day>);
type MembershipRow = (PersonId, OrganisationId, Role, Option<TeamId>, Option<Instant>);

/// Everything that bears on sight, table by table, past the product's own questions.
struct Facts {
    today: Day,
    custodies: Vec<(RecordId, OrganisationId, Ground)>,
    contested: BTreeSet<(RecordId, OrganisationId, Ground)>,
    records: BTreeMap<RecordId, PersonId>,
    classes: BTreeMap<RecordId, Class>,
    handed_over: BTreeSet<(RecordId, OrganisationId)>,
    same_as: BTreeMap<PersonId, PersonId>,
    employments: Vec<EmploymentRow>,
    memberships: Vec<MembershipRow>,
    clients: BTreeMap<ClientId, (OrganisationId, String)>,
    orderers: BTreeMap<RecordId, Option<OrganisationId>>,
}

impl Facts {
    fn load(tx: &mut Tx<'_>) -> QueryResult<Self> {
        let today = tx.today();
        let conn = tx.conn();
        let versions: Vec<(RecordId, i64, Option<OrganisationId>)> = completion_versions::table
            .select((completion_versions::completion, completion_versions::version, completion_versions::ordered_by))
            .load(conn)?;
        let current: Vec<(RecordId, i64)> =
            completions::table.select((completions::record, completions::version)).load(conn)?;
        let classes: Vec<(RecordId, Class)> = completions::table
            .inner_join(competences::table.on(completions::competence.eq(competences::id.nullable())))
            .select((completions::record, competences::class))
            .load(conn)?;
        let handed_over: Vec<(RecordId, OrganisationId)> =
            hand_overs::table.select((hand_overs::record, hand_overs::organisation)).load(conn)?;
        let clients: Vec<(ClientId, OrganisationId, String)> =
            api_clients::table.select((api_clients::id, api_clients::organisation, api_clients::scopes)).load(conn)?;
        let records: Vec<(RecordId, PersonId)> = records::table.select((records::id, records::person)).load(conn)?;
        let same_as: Vec<(PersonId, PersonId)> = persons::table.select((persons::id, persons::same_as)).load(conn)?;
        Ok(Self {
            today,
            custodies: custodies::table
                .select((custodies::record, custodies::controller, custodies::ground))
                .load(conn)?,
            contested: restricted_custodies::table
                .select((restricted_custodies::record, restricted_custodies::controller, restricted_custodies::ground))
                .load::<(RecordId, OrganisationId, Ground)>(conn)?
                .into_iter()
                .collect(),
            records: records.into_iter().collect(),
            classes: classes.into_iter().collect(),
            handed_over: handed_over.into_iter().collect(),
            same_as: same_as.into_iter().collect(),
            employments: employments::table
                .select((
                    employments::organisation,
                    employments::person,
                    employments::team,
                    employments::from_day,
                    employments::to_day,
                ))
                .load(conn)?,
            memberships: memberships::table
                .select((
                    memberships::person,
                    memberships::organisation,
                    memberships::role,
                    memberships::team,
                    memberships::ended_at,
                ))
                .load(conn)?,
            clients: clients.into_iter().map(|(id, of, scopes)| (id, (of, scopes))).collect(),
            orderers: versions
                .into_iter()
                .filter(|(id, version, _)| current.contains(&(*id, *version)))
                .map(|(id, _, orderer)| (id, orderer))
                .collect(),
        })
    }

    fn ties(&self, viewing: &Viewing) -> Ties {
        let who = match viewing.who {
            Eyes::Person(person) => Who::Person(person),
            Eyes::Client(client) => {
                let (organisation, scopes) = &self.clients[&client];
                Who::Client { organisation: *organisation, scopes: Scopes::parse(scopes).expect("known scopes") }
            }
        };
        let mut ties = Ties::none(who);
        if let Eyes::Person(person) = viewing.who {
            let held = self.memberships.iter().filter(|row| row.0 == person && row.4.is_none());
            let memberships = held.map(|(_, organisation, role, team, _)| Membership {
                organisation: *organisation,
                role: *role,
                team: *team,
            });
            ties.memberships = memberships.collect();
        }
        ties
    }

    fn holdings(&self, record: RecordId) -> Vec<Holding> {
        let held = self.custodies.iter().filter(|row| row.0 == record);
        let statutory = matches!(self.classes.get(&record), Some(Class::Certified | Class::Documented));
        let holding = |row: &(RecordId, OrganisationId, Ground)| Holding {
            controller: row.1,
            ground: row.2,
            contested: self.contested.contains(row),
            statutory,
        };
        held.map(holding).collect()
    }

    fn work(&self, record: RecordId) -> Vec<Work> {
        let person = self.same_as[&self.records[&record]];
        let covers_today = |from: Day, to: Option<Day>| from <= self.today && to.is_none_or(|to| self.today <= to);
        let theirs = self.employments.iter().filter(|row| self.same_as[&row.1] == person && covers_today(row.3, row.4));
        theirs.map(|(employer, _, team, ..)| Work { employer: *employer, team: *team }).collect()
    }

    fn seen(&self, viewer: &Viewer) -> Vec<RecordId> {
        let all = self.records.keys().copied();
        all.filter(|record| sees(viewer, &self.holdings(*record), &self.work(*record)).is_some()).collect()
    }
}

#[derive(Clone, Copy, Debug)]
enum Eyes {
    Person(PersonId),
    Client(ClientId),
}

/// Somebody who may see something, and calls.
struct Viewing {
    who: Eyes,
    caller: Caller,
}

/// Everybody in a world who can call: members, humans with accounts, API clients. The humans claim, keep and hand over.
async fn everybody(app: &App, world: &World, built: &Built) -> Vec<Viewing> {
    let mut humans = BTreeMap::new();
    for (n, human) in world.humans.iter().enumerate().filter(|(_, human)| human.has_account) {
        let caller = app.person("Deltaker", &email(n), super::world::BORN).await;
        caller.call(Method::POST, "/v1/me/claims", None).await.ok();
        let own = caller.get("/v1/me/completions").await.ok();
        if let (true, Some(id)) = (human.keeps, own["items"][0]["id"].as_str()) {
            caller.call(Method::PUT, &format!("/v1/me/completions/{id}/portfolio"), None).await.expect(204);
        }
        for one in own["items"].as_array().expect("items").iter().filter(|_| human.gives) {
            for employer in built.organisations.iter().map(OrganisationId::to_string) {
                let seen = plan(&caller, &text(&one["id"]), &employer).await;
                if seen.status.as_u16() == 200 {
                    confirm(&caller, &text(&one["id"]), &employer, &seen.body).await.expect(201);
                }
            }
        }
        humans.insert(n, caller);
    }
    let mut viewings = Vec::new();
    for (n, member) in world.members.iter().enumerate() {
        let caller = match member.human.and_then(|human| humans.get(&world.human(human))) {
            Some(caller) => caller.clone(),
            None => app.person("Medlem", &format!("medlem{n}@example.no"), "1980-01-01").await,
        };
        let (person, posts, made) = (caller.person.expect("a person"), member.posts.clone(), built.clone());
        app.write(move |tx| appoint(tx, &made, person, &posts)).await;
        viewings.push(Viewing { who: Eyes::Person(person), caller });
    }
    viewings.extend(humans.into_values().map(|caller| {
        let who = Eyes::Person(caller.person.expect("a person"));
        Viewing { who, caller }
    }));
    for client in &built.clients {
        let token = app.server.tokens.issue(Actor::Client(*client), app.clock.now()).expect("a token");
        viewings.push(Viewing { who: Eyes::Client(*client), caller: app.nobody().with_token(&token) });
    }
    app.run_jobs().await;
    viewings
}

/// Restricts some of what is held, as open objections do.
fn contest(tx: &mut Tx<'_>, contested: &[Index]) -> QueryResult<()> {
    let since = tx.now();
    let held: Vec<(RecordId, OrganisationId, Ground)> = custodies::table
        .order((custodies::record, custodies::controller, custodies::ground))
        .select((custodies::record, custodies::controller, custodies::ground))
        .load(tx.conn())?;
    if held.is_empty() {
        return Ok(());
    }
    let chosen: BTreeSet<_> = contested.iter().map(|index| held[index.index(held.len())]).collect();
    for (record, controller, ground) in chosen {
        diesel::insert_into(restricted_custodies::table)
            .values((
                restricted_custodies::record.eq(record),
                restricted_custodies::controller.eq(controller),
                restricted_custodies::ground.eq(ground),
                restricted_custodies::since.eq(since),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

#[derive(Default)]
struct Counted {
    seen: usize,
    unseen: usize,
}

async fn check(world: World) -> Counted {
    let app = App::start().await;
    let built = world.build(&app).await;
    let viewings = everybody(&app, &world, &built).await;
    let contested = world.contested.clone();
    app.write(move |tx| {
        contest(tx, &contested).expect("rows can be written");
        Ok(())
    })
    .await;
    let facts = app.write(|tx| Ok(Facts::load(tx).expect("the tables can be read"))).await;
    let mut counted = Counted::default();
    for viewing in &viewings {
        let ties = facts.ties(viewing);
        for organisation in ties.organisations() {
            for capacity in Capacity::ALL.iter().copied() {
                let list = format!("/v1/organisations/{organisation}/completions?capacity={capacity}&limit=200");
                let refused = if HeldAs::from_code(capacity.code()).is_some() { 403 } else { 422 };
                match Viewer::of(&ties, organisation, capacity) {
                    Some(viewer) => look(&app, &facts, viewing, viewer, &list, &mut counted).await,
                    None => {
                        let status = viewing.caller.get(&list).await.status.as_u16();
                        assert_eq!(status, refused, "{:?} {list}", viewing.who)
                    }
                }
            }
        }
        for stranger in built.organisations.iter().filter(|id| !ties.organisations().contains(id)).take(2) {
            let list = format!("/v1/organisations/{stranger}/completions?capacity=provider");
            assert_eq!(viewing.caller.get(&list).await.status.as_u16(), 404, "{:?} {list}", viewing.who);
        }
        own(&facts, viewing).await;
    }
    counted
}

/// What one viewer sees: by the pure rule, by SQL, in the list, and record by record.
async fn look(app: &App, facts: &Facts, viewing: &Viewing, viewer: Viewer, list: &str, counted: &mut Counted) {
    let (organisation, capacity) = (viewer.organisation, viewer.capacity);
    let pure = facts.seen(&viewer);
    let asked = viewer.clone();
    let sql = app.write(move |tx| Ok(seen_by(tx, &asked)?)).await;
    assert_eq!(pure, sql, "the pure rule and the SQL differ for {viewer:?}");

    if HeldAs::from_code(capacity.code()).is_none() {
        // A certifying body reads its feed, field by field; whole records it never gets.
        viewing.caller.get(list).await.expect(422);
        counted.seen += pure.len();
        return;
    }
    let shown = viewing.caller.get(list).await.ok();
    let items = shown["items"].as_array().expect("items");
    let listed: Vec<RecordId> = items.iter().map(|one| id_of(&one["id"])).collect();
    assert_eq!(listed, pure, "the list differs for {viewer:?}");

    let pure: BTreeSet<RecordId> = pure.into_iter().collect();
    for record in facts.records.keys() {
        let path = format!("/v1/organisations/{organisation}/completions/{record}?capacity={capacity}");
        let reply = viewing.caller.get(&path).await;
        let (holdings, work) = (facts.holdings(*record), facts.work(*record));
        let expected = if opens(&viewer, &holdings, &work).is_some() { 200 } else { 404 };
        assert_eq!(reply.status.as_u16(), expected, "{record} for {viewer:?}");
        if expected == 200 {
            let in_capacity =
                |one: &&Holding| one.controller == organisation && one.ground.capacity() == capacity && one.contested;
            assert_eq!(reply.body["contested"], holdings.iter().any(|one| in_capacity(&one)), "{record}");
        }
        if expected == 200 && capacity == Capacity::Employer {
            let otherwise = viewer.but_for_safety();
            let in_full = otherwise.is_none_or(|other| opens(&other, &holdings, &work).is_some());
            for part in ["result", "hours"] {
                assert_eq!(!reply.body[part].is_null(), in_full, "{part} of {record} for {viewer:?}");
            }
        }
        if pure.contains(record) {
            counted.seen += 1;
            let orderer = facts.orderers[record];
            let is_own = orderer == Some(organisation) || facts.handed_over.contains(&(*record, organisation));
            assert!(
                is_own || capacity != Capacity::Employer,
                "{organisation} sees {record} as an employer, ordered by {orderer:?}"
            );
        } else {
            counted.unseen += 1;
        }
    }
}

/// A person reads exactly what is about them, under every id that is theirs; a client is nobody.
async fn own(facts: &Facts, viewing: &Viewing) {
    let reply = viewing.caller.get("/v1/me/completions?limit=200").await;
    let Eyes::Person(person) = viewing.who else {
        return assert_eq!(reply.status.as_u16(), 403, "{reply}");
    };
    let shown = reply.ok();
    let items = shown["items"].as_array().expect("items");
    let listed: Vec<RecordId> = items.iter().map(|one| id_of(&one["id"])).collect();
    let theirs = facts.records.iter().filter(|(_, about)| facts.same_as[about] == person);
    assert_eq!(listed, theirs.map(|(record, _)| *record).collect::<Vec<_>>());
    for one in items {
        let record = id_of(&one["id"]);
        let told = one["custodies"].as_array().expect("custodies").len();
        assert_eq!(told, facts.holdings(record).len(), "the person is told everyone who holds {record}");
    }
}

fn id_of(value: &serde_json::Value) -> RecordId {
    value.as_str().expect("an id").parse().expect("an id")
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 12, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn the_pure_rule_and_the_sql_fragment_agree_for_every_viewer_and_record(world in any_world()) {
        let counted = System::new().block_on(check(world));
        // A world in which nobody sees anything proves nothing; it may happen, but says so.
        prop_assume!(counted.seen > 0 && counted.unseen > 0);
    }
}
