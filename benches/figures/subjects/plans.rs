//! How each statement of the product is carried out once there is much to go through: every request path is walked, its
//! statements are overheard, and the database is asked for its plan. No table that grows may be read from end to end.

use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
};

use attest::{
    access::Actor,
    app::App,
    catalogue::CompetenceChanged,
    certificates::issue,
    completions::certify::batches,
    identity::housekeeping,
    organisations::{OrganisationChanged, staff::EmploymentChanged},
    people::ClaimChanged,
    platform::{
        db::{Connection, connection::Purpose, run::prelude::*, schema::*},
        feed, jobs,
    },
    requirements::RequirementChanged,
    words::*,
};
use diesel::{
    connection::{Instrumentation, InstrumentationEvent, SimpleConnection, set_default_instrumentation},
    sql_query,
    sql_types::Text,
};
use serde_json::{Value, json};

use super::importing::import;
use crate::{
    Failure,
    load::{Line, get, post},
    options::Options,
    place::Place,
    report::{Figure, Goal},
    serving,
    world::{LARGEST, PROVIDERS, World, code, company, course, employer, provider, recorder, reference},
};

/// Tables with a row for every person, record, look or change.
const GROWING: [&str; 40] = [
    "persons",
    "staff",
    "held",
    "cards",
    "card_emails",
    "claims",
    "accounts",
    "account_emails",
    "sign_ins",
    "refresh_tokens",
    "memberships",
    "employments",
    "records",
    "completions",
    "completion_versions",
    "custodies",
    "portfolio",
    "disclosures",
    "disclosure_records",
    "import_rows",
    "import_batches",
    "feed",
    "imports",
    "audit",
    "idempotency_keys",
    "invitations",
    "certificates",
    "certificate_versions",
    "later",
    "certificate_lines",
    "certificate_acts",
    "certificate_batches",
    "to_certify",
    "verification_codes",
    "verification_counts",
    "documents",
    "photos",
    "erasure_ledger",
    "erasure_hashes",
    "ended_custodies",
];

/// An index of only what is open, which is all that is read.
const ONLY_WHAT_IS_OPEN: &str = "USING INDEX certificate_batches_open";

static OVERHEARD: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

struct Listener;

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        let InstrumentationEvent::StartQuery { query, .. } = event else { return };
        let said = query.to_string();
        let statement = said.split(" -- binds: ").next().unwrap_or_default().trim();
        let is_about_rows = ["SELECT", "UPDATE", "DELETE", "INSERT"].iter().any(|verb| statement.starts_with(verb));
        // Asking for one of none is `1=0`, and reads nothing.
        if is_about_rows && !statement.contains("pg_advisory") && !statement.contains("(1=0)") {
            OVERHEARD.lock().unwrap_or_else(PoisonError::into_inner).insert(statement.to_owned());
        }
    }
}

/// Walks every path of a world and asks for the plans.
pub fn measure(place: &Place, world: &World, _: &Options) -> Result<Vec<Figure>, Failure> {
    set_default_instrumentation(|| Some(Box::new(Listener)))?;
    let walked = walk(place, world);
    set_default_instrumentation(|| None)?;
    walked?;
    let statements = std::mem::take(&mut *OVERHEARD.lock().unwrap_or_else(PoisonError::into_inner));
    let mut conn = place.location.open(Purpose::Write)?;
    let large = large(&mut conn)?;
    let mut slow = 0;
    for statement in &statements {
        // A plan for tables of a few rows says nothing: there it only matters whether some index would do.
        let chosen = plan(&mut conn, statement, true)?;
        let possible = plan(&mut conn, statement, false)?;
        if reads_to_the_end(&chosen, &large) || reads_to_the_end(&possible, &GROWING) {
            slow += 1;
            eprintln!("\n{statement}\n    {}", chosen.join("\n    "));
        }
    }
    Ok(vec![Figure {
        what: "statements that read a growing table to its end".into(),
        database: place.name(),
        ours: slow.to_string(),
        floor: format!("of {}", statements.len()),
        ratio: Some(f64::from(slow)),
        goal: Goal::AtMost(0.0),
    }])
}

/// `SCAN table …` in SQLite, `Seq Scan on table …` in PostgreSQL.
fn reads_to_the_end(plan: &[String], tables: &[impl AsRef<str>]) -> bool {
    plan.iter().filter(|step| !step.ends_with(ONLY_WHAT_IS_OPEN)).any(|step| {
        let named = step.split_once("SCAN ").or_else(|| step.split_once("Seq Scan on "));
        let table = named.and_then(|(_, rest)| rest.split_whitespace().next());
        table.is_some_and(|table| tables.iter().any(|one| one.as_ref() == table))
    })
}

/// The tables that PostgreSQL knows to be large; SQLite is told so about all of them.
fn large(conn: &mut Connection) -> Result<Vec<String>, Failure> {
    #[derive(QueryableByName)]
    struct Table {
        #[diesel(sql_type = Text)]
        name: String,
    }
    if let Connection::Sqlite(_) = conn {
        return Ok(GROWING.map(str::to_owned).to_vec());
    }
    let known = "SELECT relname::text AS name FROM pg_class WHERE relkind = 'r' AND reltuples >= 5000
                 AND relnamespace = current_schema()::regnamespace";
    Ok(sql_query(known).load::<Table>(conn)?.into_iter().map(|table| table.name).collect())
}

/// The plan; with `freely` false PostgreSQL reads a table to its end only where it has no other way.
fn plan(conn: &mut Connection, statement: &str, freely: bool) -> Result<Vec<String>, Failure> {
    #[derive(QueryableByName)]
    struct Step {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
        text: String,
    }
    match conn {
        Connection::Sqlite(conn) => {
            let steps: Vec<Step> =
                diesel::RunQueryDsl::load(sql_query(format!("EXPLAIN QUERY PLAN {statement}")), conn)?;
            Ok(steps.into_iter().map(|step| step.detail).collect())
        }
        Connection::Postgres(conn) => {
            let count = (1..).take_while(|n| statement.contains(&format!("${n}"))).count();
            let nothing = vec!["NULL"; count].join(", ");
            let given = if count == 0 { String::new() } else { format!("({nothing})") };
            conn.batch_execute(&format!("SET enable_seqscan = {freely}; PREPARE asked AS {statement}"))?;
            let lines: Vec<Line> = diesel::RunQueryDsl::load(sql_query(format!("EXPLAIN EXECUTE asked{given}")), conn)?;
            conn.batch_execute("DEALLOCATE asked")?;
            Ok(lines.into_iter().map(|line| line.text).collect())
        }
    }
}

/// A provider and an employer few have heard of: what follows a change of theirs is done soon.
const SMALL_PROVIDER: u64 = PROVIDERS - 20;
const SMALL_EMPLOYER: u64 = 1_500;

fn walk(place: &Place, world: &World) -> Result<(), Failure> {
    let app = place.app()?;
    let product = serving::product(&app)?;
    let mut line = Line::open(product.address)?;
    as_oneself(&app, world, &mut line)?;
    as_employer(&app, world, &mut line)?;
    as_provider(&app, world, &mut line)?;
    as_anybody(&app, place, &mut line)?;
    as_issuer(&app, place, world, &mut line)?;
    as_verifier(world, &mut line)?;
    drop(product);
    import(&app.house.db, 300, 400)?;
    follow(&app, world)
}

fn json_of(line: &mut Line, path: &str, token: &str) -> Result<Value, Failure> {
    Ok(serde_json::from_slice(line.ask(&get(path, token))?)?)
}

fn as_oneself(app: &App, world: &World, line: &mut Line) -> Result<(), Failure> {
    let owner = world.owner(1);
    let actor = Actor::Account { account: owner.account, sign_in: owner.sign_in };
    let token = app.tokens.issue(actor, app.house.db.clock().now())?;
    for path in ["/v1/me", "/v1/me/claims", "/v1/me/disclosures", "/v1/me/memberships"] {
        json_of(line, path, &token)?;
    }
    let own = json_of(line, "/v1/me/completions?limit=2", &token)?;
    if let Some(id) = own["items"][0]["id"].as_str() {
        json_of(line, &format!("/v1/me/completions/{id}"), &token)?;
    }
    line.ask(&post("/v1/me/claims", &token, &json!({})))?;
    json_of(line, "/v1/me/certificates?limit=2", &token)?;
    Ok(())
}

fn as_employer(app: &App, world: &World, line: &mut Line) -> Result<(), Failure> {
    let officer = world.staff_officer();
    let actor = Actor::Account { account: officer.account, sign_in: officer.sign_in };
    let token = app.tokens.issue(actor, app.house.db.clock().now())?;
    let own = format!("/v1/organisations/{}", employer(LARGEST));
    let held = json_of(line, &format!("{own}/completions?capacity=employer"), &token)?;
    narrowed(line, &own, "employer", &held, &token)?;
    let cards = json_of(line, &format!("{own}/persons"), &token)?;
    let cursor = cards["next"].as_str().unwrap_or_default();
    let person = cards["items"][0]["person"].as_str().unwrap_or_default();
    for path in [
        "",
        "/employments",
        "/teams",
        "/requirements",
        &format!("/persons?cursor={cursor}"),
        &format!("/persons/{person}"),
    ] {
        json_of(line, &format!("{own}{path}"), &token)?;
    }
    line.ask(&post(&format!("{own}/persons/search"), &token, &json!({ "email": "person10@example.no" })))?;
    Ok(())
}

/// The list by person and by competence, and one of it.
fn narrowed(line: &mut Line, own: &str, capacity: &str, held: &Value, token: &str) -> Result<(), Failure> {
    let first = &held["items"][0];
    let of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (person, competence, id) = (of(&first["person"]["id"]), of(&first["competence"]["id"]), of(&first["id"]));
    for path in [
        format!("completions?capacity={capacity}&cursor={}", of(&held["next"])),
        format!("completions?capacity={capacity}&person={person}"),
        format!("completions?capacity={capacity}&competence={competence}"),
        format!("completions/{id}?capacity={capacity}"),
    ] {
        json_of(line, &format!("{own}/{path}"), token)?;
    }
    Ok(())
}

fn as_provider(app: &App, world: &World, line: &mut Line) -> Result<(), Failure> {
    let token = app.tokens.issue(Actor::Client(recorder(0)), app.house.db.clock().now())?;
    let own = format!("/v1/organisations/{}", provider(0));
    let held = json_of(line, &format!("{own}/completions?capacity=provider"), &token)?;
    narrowed(line, &own, "provider", &held, &token)?;
    let known = (0..world.people()).map(|n| world.human(n)).find(|human| human.usual_provider() == 0);
    let known = known.map_or(0, |human| human.n);
    let done = json!({ "course": course(0, 0), "outcome": "passed", "on": "2026-03-02" });
    let number = company(PROVIDERS).number;
    for who in [
        json!({ "person_reference": reference(known), "ordered_by": "person" }),
        json!({ "name": "Kari Bakke", "email": "kari.bakke@example.no", "birth_date": "1980-01-01", "ordered_by": number }),
        json!({ "name": "Kari Berg", "orderer_reference": reference(10), "ordered_by": number }),
    ] {
        let mut body = done.clone();
        body.as_object_mut().into_iter().for_each(|all| all.extend(who.as_object().cloned().unwrap_or_default()));
        line.ask(&post(&format!("{own}/completions"), &token, &body))?;
    }
    Ok(())
}

fn as_anybody(app: &App, place: &Place, line: &mut Line) -> Result<(), Failure> {
    line.ask(&get("/readyz", ""))?;
    for path in ["/v1/competences", "/v1/courses", "/v1/schemes"] {
        json_of(line, path, "")?;
    }
    json_of(line, &format!("/v1/courses?provider={}", provider(0)), "")?;
    let mut conn = place.location.open(Purpose::Read)?;
    let (scheme, body): (SchemeId, Option<OrganisationId>) =
        schemes::table.order(schemes::code).select((schemes::id, schemes::body)).first(&mut conn)?;
    let client =
        api_clients::table.filter(api_clients::organisation.eq(body.unwrap_or(OPERATOR))).select(api_clients::id);
    let token = app.tokens.issue(Actor::Client(client.first(&mut conn)?), app.house.db.clock().now())?;
    json_of(line, &format!("/v1/schemes/{scheme}/holders?since=5"), &token)?;
    Ok(())
}

/// As a program that issues, and as the administrator who ends.
fn as_issuer(app: &App, place: &Place, world: &World, line: &mut Line) -> Result<(), Failure> {
    let now = app.house.db.clock().now();
    let token = app.tokens.issue(Actor::Client(recorder(0)), now)?;
    let own = format!("/v1/organisations/{}", provider(0));
    let issued = world
        .not_certified(0)
        .take(500)
        .find_map(|one| {
            let asked = post(&format!("{own}/certificates"), &token, &json!({ "completions": [one] }));
            line.ask(&asked).ok().and_then(|answer| serde_json::from_slice::<Value>(answer).ok())
        })
        .ok_or("nothing could be certified")?;
    let (id, person) = (issued["id"].as_str().unwrap_or_default(), issued["person"].as_str().unwrap_or_default());
    let list = json_of(line, &format!("{own}/certificates?limit=2"), &token)?;
    let cursor = list["next"].as_str().unwrap_or_default();
    for path in [format!("?cursor={cursor}"), format!("?person={person}"), format!("/{id}")] {
        json_of(line, &format!("{own}/certificates{path}"), &token)?;
    }
    line.ask(&get(&format!("{own}/certificates/{id}/pdf"), &token))?;
    let batch = line.ask(&post(&format!("{own}/certificate-batches"), &token, &json!({ "from": "2016-01-01" })))?;
    let batch = serde_json::from_slice::<Value>(batch)?["id"].as_str().unwrap_or_default().to_owned();
    actix_web::rt::System::new().block_on(async {
        for _ in 0..3 {
            batches::work::do_some(&app.house).await.map_err(|problem| format!("{problem:?}"))?;
        }
        issue::resume(&app.house).await.map(drop).map_err(|problem| format!("{problem:?}"))
    })?;
    for path in ["certificate-batches", "not-certified", &format!("not-certified?batch={batch}")] {
        json_of(line, &format!("{own}/{path}"), &token)?;
    }
    line.ask(&post(&format!("{own}/certificate-batches/{batch}/cancellation"), &token, &json!({})))?;
    let administrator = administrator(app, place, world)?;
    let suspended = json!({ "reason": "under_review" });
    line.ask(&post(&format!("{own}/certificates/{id}/suspension"), &administrator, &suspended))?;
    Ok(())
}

/// Somebody who from now on is the administrator of the largest provider.
fn administrator(app: &App, place: &Place, world: &World) -> Result<String, Failure> {
    let (owner, now) = (world.owner(2), app.house.db.clock().now());
    let mut conn = place.location.open(Purpose::Write)?;
    diesel::insert_into(memberships::table)
        .values((
            memberships::id.eq(MembershipId::from_uuid(owner.person.uuid())),
            memberships::organisation.eq(provider(0)),
            memberships::person.eq(owner.person),
            memberships::role.eq(Role::Administrator),
            memberships::created_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)?;
    Ok(app.tokens.issue(Actor::Account { account: owner.account, sign_in: owner.sign_in }, now)?)
}

fn as_verifier(world: &World, line: &mut Line) -> Result<(), Failure> {
    let codes: Vec<String> = (0..world.certificates.min(50)).map(|n| code(n).to_string()).collect();
    for code in &codes {
        line.ask(&get(&format!("/v1/verify/{code}"), ""))?;
        line.ask(&get(&format!("/v/{code}"), ""))?;
    }
    line.ask(&post("/v1/verify", "", &json!({ "codes": codes })))?;
    Ok(())
}

/// What is done after a commit, and hourly.
fn follow(app: &App, world: &World) -> Result<(), Failure> {
    let rare = world.rarest();
    let human = world.human(5);
    let (person, claimed) = (world.owner(1).person, human.person);
    app.house.db.write_here(move |tx| {
        let (organisation, employer) = (employer(SMALL_EMPLOYER), employer(human.employer.unwrap_or_default()));
        jobs::enqueue(tx, &OrganisationChanged { organisation: provider(SMALL_PROVIDER) })?;
        jobs::enqueue(tx, &OrganisationChanged { organisation })?;
        jobs::enqueue(tx, &RequirementChanged { organisation, competence: rare })?;
        jobs::enqueue(tx, &EmploymentChanged { employer, person: claimed })?;
        jobs::enqueue(tx, &CompetenceChanged { competence: rare })?;
        jobs::enqueue(tx, &ClaimChanged { person, claimed })
    })?;
    let (db, workers, lookups) = (app.house.db.clone(), app.workers.clone(), app.lookups.clone());
    actix_web::rt::System::new().block_on(async move {
        while jobs::do_what_is_due(&db, &workers).await? > 0 {}
        while db.write(feed::number).await? {}
        db.write(housekeeping).await?;
        lookups.write_down(&db).await?;
        Ok(())
    })
}
