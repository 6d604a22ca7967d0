//! What a safety representative reads: the statutory training of those the representative stands for, passed or not.

use actix_web::http::Method;
use attest::words::{Role, TeamId};
use serde_json::Value;

use crate::{
    certificates::issue,
    support::{CRANE, Caller, World, json, of, text},
};

/// Anna works for the crane company in one team and Bjørn in another. It ordered truck courses for both.
struct Yard {
    world: World,
    towers: Value,
    shed: Value,
    job: Value,
    passed: Value,
    failed: Value,
    bjorns: Value,
}

impl Yard {
    async fn open() -> Self {
        let world = World::start().await;
        let (towers, shed) = (world.team("Tårnkran").await, world.team("Verksted").await);
        let job = world.anna_works_for_crane(towers.clone()).await;
        let bjorn = world.card(json!({ "external_reference": "BK-002", "name": "Bjørn Dahl" })).await;
        world.employ(&bjorn, shed.clone()).await;
        let passed = world.record(ordered(json!({ "result": "A", "hours": 32, "on": "2026-02-01" }))).await;
        let failed = json!({ "outcome": "failed", "result": "F", "hours": 30, "on": "2026-01-15" });
        let failed = world.record(ordered(failed)).await;
        let bjorns = json!({
            "person_reference": "F-002", "name": "Bjørn Dahl", "email": "bjorn@example.no", "birth_date": "1980-01-01",
            "ordered_by": CRANE, "orderer_reference": "BK-002",
        });
        let bjorns = world.record(bjorns).await;
        Self { world, towers, shed, job, passed, failed, bjorns }
    }

    async fn member(&self, role: Role, team: Option<&Value>) -> Caller {
        let team = team.map(|team| text(team).parse::<TeamId>().expect("an id"));
        self.world.app.member_of(text(&self.world.crane["id"]).parse().expect("an id"), role, team).await
    }

    fn one(&self, completion: &Value) -> String {
        of(&self.world.crane, &format!("completions/{}?capacity=employer", text(&completion["id"])))
    }

    async fn seen(&self, viewer: &Caller) -> Vec<String> {
        self.world.seen(viewer, &self.world.crane, "employer").await
    }
}

fn ordered(mut changes: Value) -> Value {
    changes["ordered_by"] = json!(CRANE);
    changes["orderer_reference"] = json!("BK-001");
    changes
}

fn ids(all: &[&Value]) -> Vec<String> {
    all.iter().map(|one| text(&one["id"])).collect()
}

#[actix_web::test]
async fn a_representative_reads_the_statutory_training_of_the_own_team_passed_or_not_and_the_person_reads_that() {
    let yard = Yard::open().await;
    let (world, representative) = (&yard.world, yard.member(Role::SafetyRepresentative, Some(&yard.towers)).await);
    assert_eq!(yard.seen(&representative).await, ids(&[&yard.passed, &yard.failed]));
    for (completion, outcome) in [(&yard.passed, "passed"), (&yard.failed, "failed")] {
        let shown = representative.get(&yard.one(completion)).await.expect(200);
        assert_eq!(
            (&shown["outcome"], &shown["competence"]["code"], &shown["person"]["name"]),
            (&json!(outcome), &json!("T4"), &json!("Anna Ødegård"))
        );
        assert_eq!((&shown["result"], &shown["hours"]), (&Value::Null, &Value::Null), "how well is nobody's business");
    }
    representative.get(&yard.one(&yard.bjorns)).await.expect(404);

    // What no law has the employer show, and what it does not hold.
    let policy = ordered(json!({ "course": world.hydraulics }));
    let scheme = ordered(json!({ "course": world.hot_work }));
    for other in [policy, scheme, json!({ "ordered_by": "person" })] {
        let other = world.record(other).await;
        representative.get(&yard.one(&other)).await.expect(404);
    }
    assert_eq!(yard.seen(&representative).await.len(), 2);
    let exported = representative.get(&of(&world.crane, "exports/completions?capacity=employer&format=ndjson")).await;
    let lines = String::from_utf8(exported.bytes).expect("text").lines().count();
    assert_eq!((exported.status.as_u16(), lines), (200, 2), "a file holds what the list does");
    for capacity in ["provider", "register"] {
        representative.get(&of(&world.crane, &format!("completions?capacity={capacity}"))).await.expect(403);
    }

    let anna = world.anna_who_claimed().await;
    let log = anna.get("/v1/me/disclosures").await.expect(200);
    assert_eq!(
        (&log["items"][0]["organisation"]["name"], &log["items"][0]["records"]),
        (&json!("Bergen Kran AS"), &json!([yard.passed["id"], yard.failed["id"]]))
    );
    assert!(!log.to_string().contains(&representative.person.expect("a person").to_string()), "never the employee");
}

#[actix_web::test]
async fn when_somebody_has_left_the_representative_sees_nothing_of_it_any_more() {
    let yard = Yard::open().await;
    let representative = yard.member(Role::SafetyRepresentative, Some(&yard.towers)).await;
    let job = of(&yard.world.crane, &format!("employments/{}", text(&yard.job["id"])));
    yard.world.hr.patch(&job, "\"1\"", json!({ "to": "2026-03-01" })).await.expect(200);
    yard.world.app.run_jobs().await;
    assert_eq!(yard.seen(&representative).await, Vec::<String>::new());
    representative.get(&yard.one(&yard.passed)).await.expect(404);
}

#[actix_web::test]
async fn a_representative_without_a_team_stands_for_everybody() {
    let yard = Yard::open().await;
    let representative = yard.member(Role::SafetyRepresentative, None).await;
    assert_eq!(yard.seen(&representative).await, ids(&[&yard.passed, &yard.failed, &yard.bjorns]));
}

#[actix_web::test]
async fn who_also_leads_a_team_sees_all_of_that_and_the_statutory_training_of_the_other() {
    let yard = Yard::open().await;
    let (world, both) = (&yard.world, yard.member(Role::Manager, Some(&yard.shed)).await);
    let (person, crane) = (both.person.expect("a person"), text(&world.crane["id"]).parse().expect("an id"));
    let towers = text(&yard.towers).parse().expect("an id");
    let join = attest::organisations::store::join;
    world.app.write(move |tx| Ok(join(tx, crane, person, Role::SafetyRepresentative, Some(towers))?)).await;
    let led = json!({
        "person_reference": "F-002", "ordered_by": CRANE, "orderer_reference": "BK-002", "course": world.hydraulics,
        "result": "B", "name": null, "email": null, "birth_date": null,
    });
    let led = world.record(led).await;
    let policy = world.record(ordered(json!({ "course": world.hydraulics }))).await;
    assert_eq!(yard.seen(&both).await, ids(&[&yard.passed, &yard.failed, &yard.bjorns, &led]));
    assert_eq!(both.get(&yard.one(&led)).await.expect(200)["result"], "B", "a manager sees what the employer holds");
    assert_eq!(both.get(&yard.one(&yard.passed)).await.expect(200)["result"], Value::Null);
    both.get(&yard.one(&policy)).await.expect(404);

    // The wider role wins.
    world.app.write(move |tx| Ok(join(tx, crane, person, Role::Hr, None)?)).await;
    assert_eq!(both.get(&yard.one(&yard.passed)).await.expect(200)["result"], "A");
    both.get(&yard.one(&policy)).await.expect(200);
}

#[actix_web::test]
async fn the_document_is_what_must_be_available_to_a_representative() {
    let yard = Yard::open().await;
    let certificate = issue(&yard.world, &[&yard.passed]).await;
    let representative = yard.member(Role::SafetyRepresentative, Some(&yard.towers)).await;
    let path = format!("completions/{}/certificates", text(&yard.passed["id"]));
    let listed = representative.get(&of(&yard.world.crane, &format!("{path}?capacity=employer"))).await.expect(200);
    assert_eq!(listed["items"][0]["id"], certificate["id"]);
    let others = yard.member(Role::SafetyRepresentative, Some(&yard.shed)).await;
    others.get(&of(&yard.world.crane, &format!("{path}?capacity=employer"))).await.expect(404);
}

#[actix_web::test]
async fn a_representative_is_invited_for_a_team_or_for_everybody_and_can_write_nothing() {
    let yard = Yard::open().await;
    let (world, administrator) = (&yard.world, yard.member(Role::Administrator, None).await);
    for team in [&yard.towers, &Value::Null] {
        let invitation = json!({ "email": "verneombud@example.no", "role": "safety_representative", "team": team });
        let made = administrator.post(&of(&world.crane, "invitations"), invitation).await.expect(201);
        assert_eq!(&made["team"], team);
    }
    world.app.mails().await;
    let nowhere = json!({ "email": "v@example.no", "role": "safety_representative", "team": world.crane["id"] });
    let refused = administrator.post(&of(&world.crane, "invitations"), nowhere).await;
    assert_eq!(refused.findings(), ["/team unknown"]);
    let representative = yard.member(Role::SafetyRepresentative, Some(&yard.towers)).await;
    for rest in ["employments", "requirements", "persons", "teams", "legal-holds"] {
        representative.get(&of(&world.crane, rest)).await.expect(403);
    }
    let versions = of(&world.crane, &format!("completions/{}/versions", text(&yard.passed["id"])));
    let change = ("application/json", json!({ "reason": "x" }).to_string());
    representative.with_header("if-match", "\"1\"").call(Method::POST, &versions, Some(change)).await.expect(403);
}
