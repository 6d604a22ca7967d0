//! Legal holds: set, reviewed, lifted, and asked before anything goes.

use std::{collections::BTreeSet, sync::mpsc, time::Duration};

use attest::{
    platform::{
        db::{run::prelude::*, schema::custodies},
        problem::Problem,
    },
    records::ending::store::under_hold as held,
    words::*,
};
use chrono::TimeDelta;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{CRANE, Caller, World, national_identity_number, of, text};

const NOBODY: &str = "019cadf2-0000-7000-8000-00000000ffff";

/// Anna has taken a course that the crane company ordered, and one that is the school's alone.
struct Case {
    world: World,
    /// The privacy officer of the crane company.
    officer: Caller,
    /// What the company ordered.
    ordered: Value,
    /// What it knows nothing of.
    private: Value,
}

impl Case {
    async fn open() -> Self {
        let world = World::start().await;
        let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
        let ordered = world.record(json!({ "ordered_by": CRANE })).await;
        let private = world.record(json!({ "course": world.hydraulics })).await;
        world.app.run_jobs().await;
        Self { world, officer, ordered, private }
    }

    fn holds(&self) -> String {
        of(&self.world.crane, "legal-holds")
    }

    /// Anna, as the company's card of her has it.
    fn anna(&self) -> &Value {
        &self.ordered["person"]["id"]
    }

    /// Moves the clock on; by then somebody else answers the persons.
    async fn later(&mut self, days: i64) {
        self.world.app.later(TimeDelta::days(days));
        self.officer = self.world.app.member(&self.world.crane, Role::PrivacyOfficer).await;
    }

    /// A hold on what the company ordered, with some fields changed; null takes a field away.
    fn on_the_record(&self, changes: Value) -> Value {
        let mut body = json!({
            "record": self.ordered["id"], "reason": "accident", "owner": self.officer.person, "review_on": "2026-09-01",
        });
        for (name, value) in changes.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    }

    /// A hold on everything the company holds about Anna.
    fn on_everything(&self) -> Value {
        self.on_the_record(json!({ "record": null, "person": self.anna() }))
    }

    async fn set(&self, body: Value) -> Value {
        self.officer.post(&self.holds(), body).await.expect(201)
    }

    async fn findings(&self, body: Value) -> Vec<String> {
        let reply = self.officer.post(&self.holds(), body).await;
        assert_eq!(reply.status.as_u16(), 422, "{reply}");
        reply.findings()
    }

    fn one(&self, hold: &Value) -> String {
        format!("{}/{}", self.holds(), text(&hold["id"]))
    }

    /// The ids of the holds a query finds.
    async fn found(&self, query: &str) -> Vec<String> {
        let listed = self.officer.get(&format!("{}?{query}", self.holds())).await.expect(200);
        listed["items"].as_array().expect("items").iter().map(|one| text(&one["id"])).collect()
    }

    /// Which of these completions lie under a hold, at the crane company and at the school.
    async fn held(&self, completions: &[&Value]) -> Vec<String> {
        let (crane, school) = (id::<OrganisationId>(&self.world.crane["id"]), id(&self.world.school["id"]));
        let of = |one: &&Value| (id::<RecordId>(&one["id"]), id::<PersonId>(&one["person"]["id"]));
        let kept: Vec<_> = completions.iter().map(of).collect();
        let asked = kept.iter().flat_map(|(record, person)| [crane, school].map(|by| (*record, *person, by))).collect();
        let found: BTreeSet<_> = self.world.app.write(move |tx| ask(tx, asked)).await;
        let at = |by: &OrganisationId| if *by == crane { "crane" } else { "school" };
        let place = |record: &RecordId| kept.iter().position(|(id, _)| id == record).expect("asked for");
        let mut lines: Vec<_> = found.iter().map(|(record, by)| format!("{} {}", place(record), at(by))).collect();
        lines.sort();
        lines
    }
}

type Asked = Vec<(RecordId, PersonId, OrganisationId)>;

fn ask(tx: &mut attest::platform::db::Tx<'_>, kept: Asked) -> Result<BTreeSet<(RecordId, OrganisationId)>, Problem> {
    let people: Vec<_> = kept.iter().map(|(_, person, _)| *person).collect();
    tx.lock_persons(&people)?;
    Ok(held(tx, &kept)?)
}

fn id<I: Identifier + std::str::FromStr>(value: &Value) -> I {
    text(value).parse().unwrap_or_else(|_| panic!("an id, not {value}"))
}

#[actix_web::test]
async fn a_hold_lies_on_one_record_or_on_all_about_a_person() {
    let case = Case::open().await;
    let made = case.officer.post(&case.holds(), case.on_the_record(json!({ "reference": " A-2026/114 " }))).await;
    assert_eq!((made.status.as_u16(), made.etag().as_str()), (201, "\"1\""));
    let hold = &made.body;
    assert_eq!(made.header("location"), Some(case.one(hold).as_str()));
    assert_eq!((&hold["record"], &hold["person"]), (&case.ordered["id"], case.anna()));
    let officer = json!(case.officer.person);
    assert_eq!((&hold["owner"], &hold["owner_is_member"], &hold["set_by"]), (&officer, &json!(true), &officer));
    let rest =
        ["reason", "reference", "review_on", "set_at", "lifted_at", "lifted_by"].map(|name| hold[name].to_string());
    assert_snapshot!(rest.join(" "), @r#""accident" "A-2026/114" "2026-09-01" "2026-03-02T09:00:00.000000Z" null null"#);
    let shown = case.officer.get(&case.one(hold)).await;
    assert_eq!((shown.etag().as_str(), &shown.body), ("\"1\"", hold));

    let wide = case.set(case.on_everything()).await;
    assert_eq!((&wide["record"], &wide["person"]), (&Value::Null, case.anna()));
    assert_eq!(case.found("").await, [text(&hold["id"]), text(&wide["id"])]);
}

#[actix_web::test]
async fn what_a_hold_needs_is_asked_for_field_by_field() {
    let case = Case::open().await;
    let bare = json!({ "record": case.ordered["id"] });
    assert_eq!(case.findings(bare).await, ["/owner required", "/reason required", "/review_on required"]);
    assert_eq!(case.findings(case.on_the_record(json!({ "reason": "because" }))).await, ["/reason not_in_list"]);
    for (person, record) in [(Value::Null, Value::Null), (case.anna().clone(), case.ordered["id"].clone())] {
        let body = case.on_the_record(json!({ "person": person, "record": record }));
        assert_eq!(case.findings(body).await, ["/person one_of"]);
    }
    let wrong = json!({ "record": NOBODY, "owner": NOBODY, "review_on": "2026-03-01" });
    let all = ["/owner unknown", "/record unknown", "/review_on in_the_past"];
    assert_eq!(case.findings(case.on_the_record(wrong)).await, all);
    let late = case.on_the_record(json!({ "review_on": "2027-03-03" }));
    assert_eq!(case.findings(late).await, ["/review_on too_far_ahead"]);
    assert_eq!(case.found("").await, Vec::<String>::new());
    for day in ["2026-03-02", "2027-03-02"] {
        case.set(case.on_the_record(json!({ "review_on": day }))).await;
    }
}

#[actix_web::test]
async fn nothing_is_held_that_the_organisation_does_not_hold() {
    let case = Case::open().await;
    let private = case.on_the_record(json!({ "record": case.private["id"] }));
    assert_eq!(case.findings(private).await, ["/record unknown"], "the school's alone");
    let card = json!({ "name": "Odd" });
    let theirs = case.world.other_hr.post(&of(&case.world.builder, "persons"), card).await.expect(201);
    let stranger = case.on_the_record(json!({ "record": null, "person": theirs["person"] }));
    assert_eq!(case.findings(stranger).await, ["/person unknown"]);
}

#[actix_web::test]
async fn who_answers_for_a_hold_is_a_member_today() {
    let case = Case::open().await;
    let elsewhere = case.world.app.member(&case.world.builder, Role::PrivacyOfficer).await;
    let with = |owner: &Caller| case.on_the_record(json!({ "owner": owner.person }));
    assert_eq!(case.findings(with(&elsewhere)).await, ["/owner unknown"]);
    let herself = case.on_the_record(json!({ "owner": case.anna() }));
    assert_eq!(case.findings(herself).await, ["/owner unknown"]);

    let hold = case.set(with(&case.world.hr)).await;
    let administrator = case.world.app.member(&case.world.crane, Role::Administrator).await;
    let members = administrator.get(&of(&case.world.crane, "memberships")).await.expect(200);
    let members = members["items"].as_array().expect("items");
    let hr = members.iter().find(|one| one["person"] == json!(case.world.hr.person)).expect("a member");
    let membership = of(&case.world.crane, &format!("memberships/{}", text(&hr["id"])));
    administrator.delete(&membership).await.expect(204);
    let shown = case.officer.get(&case.one(&hold)).await.expect(200);
    assert_eq!((&shown["owner"], &shown["owner_is_member"]), (&json!(case.world.hr.person), &json!(false)));
    assert_eq!(case.held(&[&case.ordered]).await, ["0 crane"], "it holds all the same");
    assert_eq!(case.findings(with(&case.world.hr)).await, ["/owner unknown"]);
    let taken_over = json!({ "owner": case.officer.person });
    let changed = case.officer.patch(&case.one(&hold), "\"1\"", taken_over).await.expect(200);
    assert_eq!(changed["owner_is_member"], true);
}

#[actix_web::test]
async fn a_national_identity_number_is_no_reference() {
    let case = Case::open().await;
    let number = national_identity_number();
    let body = case.on_the_record(json!({ "reference": format!("sak {number}") }));
    assert_eq!(case.findings(body).await, ["/reference national_identity_number"]);
    let hold = case.set(case.on_the_record(json!({}))).await;
    let changed = case.officer.patch(&case.one(&hold), "\"1\"", json!({ "reference": number })).await;
    assert_eq!(changed.findings(), ["/reference national_identity_number"]);
}

#[actix_web::test]
async fn only_privacy_officers_know_of_the_holds_and_only_of_their_own() {
    let case = Case::open().await;
    let hold = case.set(case.on_the_record(json!({}))).await;
    let administrator = case.world.app.member(&case.world.crane, Role::Administrator).await;
    for member in [&administrator, &case.world.hr] {
        member.get(&case.holds()).await.expect(403);
        member.get(&case.one(&hold)).await.expect(403);
        member.post(&case.holds(), case.on_everything()).await.expect(403);
        member.delete(&case.one(&hold)).await.expect(403);
    }
    let neighbour = case.world.app.member(&case.world.builder, Role::PrivacyOfficer).await;
    neighbour.get(&case.holds()).await.expect(404);
    neighbour.post(&case.holds(), case.on_everything()).await.expect(404);
    let as_theirs = of(&case.world.builder, &format!("legal-holds/{}", text(&hold["id"])));
    neighbour.get(&as_theirs).await.expect(404);
    neighbour.patch(&as_theirs, "\"1\"", json!({})).await.expect(404);
    neighbour.delete(&as_theirs).await.expect(404);
    assert_eq!(case.found("open=true").await, [text(&hold["id"])]);
}

#[actix_web::test]
async fn a_repeated_request_sets_one_hold() {
    let case = Case::open().await;
    let officer = case.officer.with_header("idempotency-key", "hold-1");
    let made = officer.post(&case.holds(), case.on_the_record(json!({}))).await.expect(201);
    case.world.app.later(TimeDelta::minutes(10));
    let again = officer.post(&case.holds(), case.on_the_record(json!({}))).await.expect(201);
    assert_eq!(again, made);
    officer.post(&case.holds(), case.on_everything()).await.expect(422);
    assert_eq!(case.world.app.count("legal_holds"), 1);
}

#[actix_web::test]
async fn a_review_moves_the_day_by_twelve_months_at_most() {
    let mut case = Case::open().await;
    let hold = case.set(case.on_the_record(json!({ "reference": "A-1" }))).await;
    let one = case.one(&hold);
    case.officer.call(actix_web::http::Method::PATCH, &one, Some(("application/json", "{}".into()))).await.expect(428);
    case.later(100).await;
    let next = case.officer.patch(&one, "\"1\"", json!({ "review_on": "2027-06-10" })).await;
    assert_eq!((next.etag().as_str(), &next.body["review_on"]), ("\"2\"", &json!("2027-06-10")));
    assert_eq!(next.body["reference"], "A-1", "what is left out stays");
    case.officer.patch(&one, "\"1\"", json!({ "reference": null })).await.expect(412);
    let late = case.officer.patch(&one, "\"2\"", json!({ "review_on": "2027-06-11" })).await;
    assert_eq!(late.findings(), ["/review_on too_far_ahead"]);
    let wrong = json!({ "review_on": "2026-06-09", "owner": NOBODY });
    let wrong = case.officer.patch(&one, "\"2\"", wrong).await;
    assert_eq!(wrong.findings(), ["/owner unknown", "/review_on in_the_past"]);
    let cleared = case.officer.patch(&one, "\"2\"", json!({ "reference": null })).await.expect(200);
    assert_eq!((&cleared["reference"], &cleared["version"]), (&Value::Null, &json!(3)));
    // The day has come and gone: that stops nothing but silence.
    case.later(500).await;
    assert_eq!(case.held(&[&case.ordered]).await, ["0 crane"]);
    let unread = case.officer.patch(&one, "\"3\"", json!({ "reference": "A-2" })).await.expect(200);
    assert_eq!(unread["review_on"], "2027-06-10", "who changes something else has not reviewed it");
}

#[actix_web::test]
async fn a_hold_that_is_lifted_stays_to_be_read_and_holds_nothing() {
    let case = Case::open().await;
    let hold = case.set(case.on_the_record(json!({}))).await;
    let one = case.one(&hold);
    assert_eq!(case.held(&[&case.ordered]).await, ["0 crane"]);
    case.world.app.later(TimeDelta::minutes(10));
    case.officer.delete(&one).await.expect(204);
    case.world.app.run_jobs().await;
    assert_eq!(case.held(&[&case.ordered]).await, Vec::<String>::new());
    let shown = case.officer.get(&one).await;
    assert_eq!((shown.etag().as_str(), &shown.body["lifted_by"]), ("\"2\"", &json!(case.officer.person)));
    assert_eq!(shown.body["lifted_at"], "2026-03-02T09:10:00.000000Z");
    let twice = case.officer.delete(&one).await;
    assert_eq!((twice.status.as_u16(), twice.problem()), (409, "not-now"));
    let late = case.officer.patch(&one, "\"2\"", json!({ "reference": "A-1" })).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "not-now"));
    let anew = case.set(case.on_the_record(json!({ "reason": "appeal" }))).await;
    assert_eq!(case.found("open=true").await, [text(&anew["id"])]);
    assert_eq!(case.found("open=false").await, [text(&hold["id"])]);
    assert_eq!(case.held(&[&case.ordered]).await, ["0 crane"]);
}

#[actix_web::test]
async fn holds_are_listed_by_person_by_day_of_review_and_page_by_page() {
    let mut case = Case::open().await;
    let soon = text(&case.set(case.on_the_record(json!({ "review_on": "2026-03-10" }))).await["id"]);
    let late = text(&case.set(case.on_the_record(json!({ "review_on": "2026-12-01" }))).await["id"]);
    let other = case.world.card(json!({ "name": "Odd" })).await;
    let odd = case.on_the_record(json!({ "record": null, "person": other, "review_on": "2026-03-09" }));
    let lifted = case.set(odd).await;
    case.officer.delete(&case.one(&lifted)).await.expect(204);
    case.world.app.run_jobs().await;
    let lifted = text(&lifted["id"]);

    let anna = text(case.anna());
    assert_eq!(case.found(&format!("person={anna}")).await, [soon.as_str(), late.as_str()]);
    assert_eq!(case.found(&format!("person={}", text(&other))).await, [lifted.as_str()]);
    assert_eq!(case.found(&format!("person={NOBODY}")).await, Vec::<String>::new());
    assert_eq!(case.found("due=true").await, Vec::<String>::new());
    case.later(8).await;
    assert_eq!(case.found("due=true").await, [soon.as_str()], "on its day, and no lifted one");
    assert_eq!(case.found("due=false").await, [late.as_str(), lifted.as_str()]);
    assert_eq!(case.found("due=false&open=true").await, [late.as_str()]);

    let mut walked = Vec::new();
    let mut path = format!("{}?limit=1", case.holds());
    loop {
        let page = case.officer.get(&path).await.expect(200);
        walked.extend(page["items"].as_array().expect("items").iter().map(|one| text(&one["id"])));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("{}?limit=1&cursor={next}", case.holds());
    }
    assert_eq!(walked, [soon, late, lifted]);
    let wrong = case.officer.get(&format!("{}?open=maybe", case.holds())).await;
    assert_eq!(wrong.findings(), ["?open not_in_list"]);
}

#[actix_web::test]
async fn a_hold_on_a_record_holds_that_one_at_that_organisation() {
    let case = Case::open().await;
    let second = case.world.record(json!({ "ordered_by": CRANE, "on": "2025-03-01" })).await;
    case.world.app.run_jobs().await;
    case.set(case.on_the_record(json!({}))).await;
    assert_eq!(case.held(&[&case.ordered, &second, &case.private]).await, ["0 crane"]);
    assert_eq!(case.held(&[]).await, Vec::<String>::new());
}

#[actix_web::test]
async fn a_hold_on_a_person_holds_what_comes_later_too_and_restricts_nothing() {
    let case = Case::open().await;
    case.set(case.on_everything()).await;
    let later = case.world.record(json!({ "ordered_by": CRANE, "on": "2026-03-02" })).await;
    let odd = json!({
        "person_reference": "F-002", "name": "Odd", "email": "odd@example.no", "ordered_by": CRANE
    });
    let odd = case.world.record(odd).await;
    case.world.app.run_jobs().await;
    assert_eq!(case.held(&[&case.ordered, &later, &odd]).await, ["0 crane", "1 crane"]);
    assert_eq!(case.world.seen(&case.officer, &case.world.crane, "employer").await.len(), 3);
    let anna = case.world.anna_who_claimed().await;
    assert_eq!(anna.get("/v1/me/completions").await.ok()["items"].as_array().map(Vec::len), Some(3));
}

#[actix_web::test]
async fn a_hold_on_a_person_reaches_every_id_the_person_has_claimed() {
    let case = Case::open().await;
    let card = json!({ "name": "Anna Ødegård", "emails": ["anna@example.no"], "birth_date": "1991-05-17" });
    let colleague = case.world.card(card).await;
    assert_ne!(&colleague, case.anna());
    let hold = case.set(case.on_the_record(json!({ "record": null, "person": colleague }))).await;
    assert_eq!(case.held(&[&case.ordered]).await, Vec::<String>::new(), "nobody knows yet that they are one");
    case.world.anna_who_claimed().await;
    assert_eq!(case.held(&[&case.ordered]).await, ["0 crane"]);
    let anna = text(case.anna());
    assert_eq!(case.found(&format!("person={anna}")).await, [text(&hold["id"])]);
}

#[actix_web::test]
async fn a_hold_on_a_person_goes_on_lying_on_both_when_the_person_turns_out_to_be_two() {
    let case = Case::open().await;
    let card = json!({ "name": "Anna Ødegård", "emails": ["anna@example.no"], "birth_date": "1991-05-17" });
    let colleague = case.world.card(card).await;
    let anna = case.world.anna_who_claimed().await;
    case.set(case.on_the_record(json!({ "record": null, "person": colleague }))).await;
    assert_eq!(case.held(&[&case.ordered]).await, ["0 crane"]);
    let claims = anna.get("/v1/me/claims").await.expect(200)["items"].clone();
    for claim in claims.as_array().expect("claims") {
        anna.delete(&format!("/v1/me/claims/{}", text(&claim["id"]))).await.expect(204);
    }
    case.world.app.run_jobs().await;
    assert_eq!(case.held(&[&case.ordered]).await, ["0 crane"], "the two are not one any more, and it lies on both");
}

#[actix_web::test]
async fn the_audit_names_what_was_done_by_ids_and_codes_only() {
    let case = Case::open().await;
    let hold = case.set(case.on_the_record(json!({ "reference": "Fallulykken på kaia" }))).await;
    case.officer.patch(&case.one(&hold), "\"1\"", json!({ "reference": "Kaia igjen" })).await.expect(200);
    case.officer.delete(&case.one(&hold)).await.expect(204);
    case.world.app.run_jobs().await;
    let audit = case.world.app.dump("audit");
    assert_eq!(audit.matches("set_holds").count(), 3, "{audit}");
    assert!(audit.contains("accident") && !audit.contains("kaia") && !audit.contains("Kaia"), "{audit}");
}

/// How long the first of two transactions goes on after the second has begun.
const A_WHILE: Duration = Duration::from_millis(300);

#[actix_web::test]
async fn an_erasure_that_meets_a_hold_being_set_waits_and_sees_it() {
    use attest::{
        access::Actor,
        platform::input::Id,
        privacy::holds::{actions::SetHolds, routes::NewLegalHold, store},
    };
    let case = Case::open().await;
    let (crane, record) = (id::<OrganisationId>(&case.world.crane["id"]), id::<RecordId>(&case.ordered["id"]));
    let (person, owner) = (id::<PersonId>(case.anna()), case.officer.person.expect("a person"));
    let (begun, has_begun) = mpsc::channel();
    let setting = case.world.app.write(move |tx| {
        let permit = tx.permit(&Actor::Console, SetHolds { organisation: crane })?;
        let new = NewLegalHold {
            person: None,
            record: Some(Id(record)),
            reason: attest::platform::input::One(HoldReason::Appeal),
            reference: None,
            owner: Id(owner),
            review_on: tx.today(),
        };
        store::set(tx, &permit, &new)?;
        begun.send(()).expect("somebody waits");
        std::thread::sleep(A_WHILE);
        Ok(())
    });
    let erasing = async {
        tokio::task::spawn_blocking(move || has_begun.recv()).await.expect("waited").expect("begun");
        case.world.app.write(move |tx| ask(tx, vec![(record, person, crane)])).await
    };
    let (_, seen) = futures_util::future::join(setting, erasing).await;
    assert_eq!(seen, BTreeSet::from([(record, crane)]));
}

#[actix_web::test]
async fn a_hold_that_meets_an_erasure_waits_and_finds_nothing_to_lie_on() {
    let case = Case::open().await;
    let (crane, record) = (id::<OrganisationId>(&case.world.crane["id"]), id::<RecordId>(&case.ordered["id"]));
    let person = id::<PersonId>(case.anna());
    let (begun, has_begun) = mpsc::channel();
    let erasing = case.world.app.write(move |tx| {
        assert_eq!(ask(tx, vec![(record, person, crane)])?, BTreeSet::new());
        let mine = custodies::table.filter(custodies::record.eq(record)).filter(custodies::controller.eq(crane));
        diesel::delete(mine).execute(tx.conn()).map_err(attest::platform::db::Error::from)?;
        begun.send(()).expect("somebody waits");
        std::thread::sleep(A_WHILE);
        Ok(())
    });
    let setting = async {
        tokio::task::spawn_blocking(move || has_begun.recv()).await.expect("waited").expect("begun");
        case.findings(case.on_the_record(json!({}))).await
    };
    let (_, findings) = futures_util::future::join(erasing, setting).await;
    assert_eq!(findings, ["/record unknown"]);
}
