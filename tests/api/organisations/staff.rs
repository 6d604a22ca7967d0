//! Teams, employments and requirements.

use attest::words::Role;
use serde_json::Value;

use crate::support::{World, json, of, text};

const NOBODY: &str = "019cadf2-0000-7000-8000-00000000ffff";

#[actix_web::test]
async fn a_team_is_named_once_renamed_and_removed_when_nothing_refers_to_it() {
    let world = World::start().await;
    let teams = of(&world.crane, "teams");
    let made = world.hr.post(&teams, json!({ "name": "Tårnkran" })).await;
    assert_eq!((made.status.as_u16(), made.etag().as_str()), (201, "\"1\""));
    assert_eq!(world.hr.post(&teams, json!({ "name": "Tårnkran" })).await.findings(), ["/name taken"]);
    let one = made.header("location").map_or_else(String::new, str::to_owned);
    assert_eq!(world.hr.patch(&one, "\"1\"", json!({ "name": "Verksted" })).await.etag(), "\"2\"");
    world.hr.patch(&one, "\"1\"", json!({ "name": "Kai" })).await.expect(412);
    world.hr.post(&teams, json!({ "name": "Kai" })).await.expect(201);
    assert_eq!(world.hr.patch(&one, "\"2\"", json!({ "name": "Kai" })).await.findings(), ["/name taken"]);
    world.other_hr.delete(&one).await.expect(404);
    world.hr.delete(&one).await.expect(204);
    world.hr.delete(&one).await.expect(404);
    assert_eq!(world.hr.get(&teams).await.ok()["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_team_that_is_used_stays() {
    let world = World::start().await;
    let (worked, led, demanded) = (world.team("A").await, world.team("B").await, world.team("C").await);
    world.anna_works_for_crane(worked.clone()).await;
    let crane = text(&world.crane["id"]).parse().expect("an id");
    world.app.member_of(crane, Role::Manager, Some(text(&led).parse().expect("an id"))).await;
    let demand = json!({ "competence": world.t4, "team": demanded, "from": "2026-01-01" });
    world.hr.post(&of(&world.crane, "requirements"), demand).await.expect(201);
    world.app.run_jobs().await;
    for team in [worked, led, demanded] {
        let reply = world.hr.delete(&of(&world.crane, &format!("teams/{}", text(&team)))).await;
        assert_eq!((reply.status.as_u16(), reply.problem()), (409, "in-use"));
    }
}

#[actix_web::test]
async fn an_employment_names_an_own_card_and_an_own_team() {
    let world = World::start().await;
    let path = of(&world.crane, "employments");
    let theirs = world.other_hr.post(&of(&world.builder, "persons"), json!({ "name": "Odd" })).await.expect(201);
    let their_team = world.other_hr.post(&of(&world.builder, "teams"), json!({ "name": "B" })).await.expect(201);
    let wrong = json!({ "person": theirs["person"], "team": their_team["id"], "from": "2026-01-01" });
    assert_eq!(world.hr.post(&path, wrong).await.findings(), ["/person unknown", "/team unknown"]);
    let person = world.card(json!({ "name": "Åse" })).await;
    let backwards = json!({ "person": person, "from": "2026-01-02", "to": "2026-01-01" });
    assert_eq!(world.hr.post(&path, backwards).await.findings(), ["/to ends_before_it_begins"]);
    assert_eq!(world.hr.post(&path, json!({})).await.findings(), ["/from required", "/person required"]);

    let made = world.employ(&person, Value::Null).await;
    let one = format!("{path}/{}", text(&made["id"]));
    assert_eq!((&made["name"], &made["to"]), (&json!("Åse"), &Value::Null));
    let before = json!({ "to": "2019-12-31" });
    assert_eq!(world.hr.patch(&one, "\"1\"", before).await.findings(), ["/to ends_before_it_begins"]);
    assert_eq!(world.hr.patch(&one, "\"1\"", json!({ "team": NOBODY })).await.findings(), ["/team unknown"]);
    world.hr.patch(&one, "\"7\"", json!({})).await.expect(412);
    let ended = world.hr.patch(&one, "\"1\"", json!({ "to": "2026-03-01" })).await;
    assert_eq!((ended.etag().as_str(), &ended.body["to"]), ("\"2\"", &json!("2026-03-01")));
    let again = world.hr.patch(&one, "\"2\"", json!({ "to": null })).await.expect(200);
    assert_eq!(again["to"], Value::Null);
    world.app.run_jobs().await;
    world.other_hr.patch(&one, "\"3\"", json!({})).await.expect(404);
    world.other_hr.get(&path).await.expect(404);
    assert_eq!(world.hr.get(&path).await.ok()["items"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn a_requirement_names_a_competence_and_an_own_team() {
    let world = World::start().await;
    let path = of(&world.crane, "requirements");
    let wrong = json!({ "competence": NOBODY, "team": NOBODY, "from": "2026-01-01" });
    assert_eq!(world.hr.post(&path, wrong).await.findings(), ["/competence unknown", "/team unknown"]);
    let backwards = json!({ "competence": world.t4, "from": "2026-01-02", "to": "2026-01-01" });
    assert_eq!(world.hr.post(&path, backwards).await.findings(), ["/to ends_before_it_begins"]);
    assert_eq!(world.hr.post(&path, json!({})).await.findings(), ["/competence required", "/from required"]);
    world.teacher.post(&path, json!({ "competence": world.t4, "from": "2026-01-01" })).await.expect(404);

    let made = world.hr.post(&path, json!({ "competence": world.t4, "from": "2026-01-01" })).await;
    assert_eq!((made.status.as_u16(), made.etag().as_str()), (201, "\"1\""));
    let one = made.header("location").map_or_else(String::new, str::to_owned);
    assert_eq!(
        world.hr.patch(&one, "\"1\"", json!({ "to": "2025-12-31" })).await.findings(),
        ["/to ends_before_it_begins"]
    );
    assert_eq!(world.hr.patch(&one, "\"1\"", json!({ "to": "2026-12-31" })).await.etag(), "\"2\"");
    world.hr.patch(&one, "\"1\"", json!({ "to": null })).await.expect(412);
    world
        .hr
        .patch(&path.replace("requirements", &format!("requirements/{NOBODY}")), "\"1\"", json!({}))
        .await
        .expect(404);
    world.app.run_jobs().await;
    assert_eq!(world.hr.get(&path).await.ok()["items"][0]["to"], "2026-12-31");
}

#[actix_web::test]
async fn a_requirement_of_a_team_reaches_who_was_in_the_team_that_day_and_ends_with_its_last() {
    let world = World::start().await;
    let team = world.team("Tårnkran").await;
    let employment = world.anna_works_for_crane(team.clone()).await;
    let by_crane = json!({ "ordered_by": crate::support::CRANE, "orderer_reference": "BK-001" });
    let made = world.record(by_crane).await;
    let anna = world.anna_who_claimed().await;
    let demand = json!({ "competence": world.t4, "team": team, "from": "2026-01-01" });
    let required = world.hr.post(&of(&world.crane, "requirements"), demand).await.expect(201);
    world.app.run_jobs().await;
    assert_eq!(world.held_by(&anna, &made).await[0], "Bergen Kran AS: ordered_required");

    let work = of(&world.crane, &format!("employments/{}", text(&employment["id"])));
    world.hr.patch(&work, "\"1\"", json!({ "team": null })).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.held_by(&anna, &made).await[0], "Bergen Kran AS: ordered_offered");
    world.hr.patch(&work, "\"2\"", json!({ "team": team })).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.held_by(&anna, &made).await[0], "Bergen Kran AS: ordered_required");
    let one = of(&world.crane, &format!("requirements/{}", text(&required["id"])));
    world.hr.patch(&one, "\"1\"", json!({ "to": "2026-02-28" })).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(world.held_by(&anna, &made).await[0], "Bergen Kran AS: ordered_offered");
}
