//! What a person hands over to an employer: seen first, confirmed, and then the employer's to keep; and nothing else.

use attest::{privacy::sweep::daily, words::Role};
use futures_util::future::join_all;
use serde_json::Value;

use crate::support::{CRANE, Caller, Reply, World, json, of, text};

/// What the organisation would hold of a completion.
pub async fn plan(person: &Caller, completion: &str, to: &str) -> Reply {
    person.get(&format!("/v1/me/completions/{completion}/hand-overs/{to}/plan")).await
}

/// Confirms a plan.
pub async fn confirm(person: &Caller, completion: &str, to: &str, plan: &Value) -> Reply {
    let path = format!("/v1/me/completions/{completion}/hand-overs/{to}");
    person.post(&path, json!({ "plan": plan["plan"] })).await
}

/// Anna paid for her own truck course, and works for the crane company since, which requires it of everyone.
struct Hired {
    world: World,
    anna: Caller,
    job: Value,
    /// The truck course.
    own: Value,
    /// A course nobody asks for.
    private: Value,
}

impl Hired {
    async fn start() -> Self {
        let world = World::start().await;
        let job = world.anna_works_for_crane(Value::Null).await;
        world.crane_requires_t4().await;
        let own = world.record(json!({ "ordered_by": "person", "result": "A" })).await;
        let private = world.record(json!({ "ordered_by": "person", "course": world.hydraulics })).await;
        let anna = world.anna_who_claimed().await;
        Self { world, anna, job, own, private }
    }

    async fn plan(&self, completion: &Value, to: &Value) -> Reply {
        plan(&self.anna, &text(&completion["id"]), &text(&to["id"])).await
    }

    async fn confirm(&self, completion: &Value, plan: &Value) -> Reply {
        confirm(&self.anna, &text(&completion["id"]), &text(&self.world.crane["id"]), plan).await
    }

    /// Looks and confirms at once.
    async fn hand_over(&self, completion: &Value) -> Value {
        let seen = self.plan(completion, &self.world.crane).await.expect(200);
        self.confirm(completion, &seen).await.expect(201)
    }

    async fn seen(&self) -> Vec<String> {
        self.world.seen(&self.world.hr, &self.world.crane, "employer").await
    }

    /// The answer to a plan that is refused: status, problem, findings.
    async fn refused(&self, completion: &Value) -> (u16, String, Vec<String>) {
        let reply = self.plan(completion, &self.world.crane).await;
        (reply.status.as_u16(), reply.problem().to_owned(), reply.findings())
    }

    async fn works_until(&self, day: &str) {
        let path = of(&self.world.crane, &format!("employments/{}", text(&self.job["id"])));
        let etag = format!("\"{}\"", self.job["version"]);
        self.world.hr.patch(&path, &etag, json!({ "to": day })).await.expect(200);
        self.world.app.run_jobs().await;
    }

    /// Undoes the claim of what a holder knows.
    async fn is_not_who(&self, holder: &str) {
        let claims = self.anna.get("/v1/me/claims").await.expect(200);
        let all = claims["items"].as_array().expect("claims");
        let wrong = all.iter().find(|one| one["holder"] == holder).expect("claimed");
        self.anna.delete(&format!("/v1/me/claims/{}", text(&wrong["id"]))).await.expect(204);
        self.world.app.run_jobs().await;
    }
}

fn conflict(fault: &str) -> (u16, String, Vec<String>) {
    (409, "conflict".into(), vec![format!(" {fault}")])
}

fn invalid(fault: &str) -> (u16, String, Vec<String>) {
    (422, "invalid".into(), vec![format!(" {fault}")])
}

#[actix_web::test]
async fn an_employer_gets_what_it_was_handed_as_it_was_told_before_and_nothing_else() {
    let hired = Hired::start().await;
    let Hired { world, anna, own, .. } = &hired;
    let seen = hired.plan(own, &world.crane).await.expect(200);
    let would = &seen["would_hold"];
    assert_eq!(
        (&seen["title"]["en"], &would["controller"]["name"], &would["ground"], &would["category"]),
        (&json!("Truck T4 – counterbalance truck"), &json!("Bergen Kran AS"), &json!("handed_over"), &json!("RS10"))
    );
    assert_eq!(
        (&would["content"], &would["early_release"]),
        (&json!(["fact", "result", "hours", "document"]), &json!(["employer"]))
    );
    let decision = &would["decision"];
    assert_eq!(
        (&decision["action"], &decision["provision"], &decision["waits_for"]),
        (&json!("keep"), &json!("forskrift om utførelse av arbeid § 10-2"), &json!("relation_end"))
    );
    assert!(text(&would["says"]["nb"]).starts_with("Bergen Kran AS må kunne vise denne opplæringen"), "{would}");
    assert!(text(&seen["says"]["en"]).contains("You cannot take it back yourself"), "{seen}");
    assert_eq!((hired.seen().await.len(), world.app.count("hand_overs")), (0, 0), "to look changes nothing");

    let made = hired.confirm(own, &seen).await;
    assert_eq!(made.header("location"), Some(format!("/v1/me/completions/{}", text(&own["id"])).as_str()));
    let made = made.expect(201);
    for said in ["controller", "ground", "content", "category", "decision", "says", "erase_on", "early_release"] {
        assert_eq!(made["holds"][said], would[said], "{said} is what was seen");
    }
    assert_eq!(hired.seen().await, [text(&own["id"])]);
    let one = of(&world.crane, &format!("completions/{}?capacity=employer", text(&own["id"])));
    let shown = world.hr.get(&one).await.expect(200);
    assert_eq!((&shown["ground"], &shown["result"]), (&json!("handed_over"), &json!("A")));
    assert_eq!(shown["person"]["name"], "Anna Ødegård", "the employer has a card of her under this id, too");

    let log = anna.get("/v1/me/disclosures").await.expect(200);
    let sentence = text(&log["items"][0]["sentence"]["nb"]);
    assert!(sentence.ends_with("Oppgitt grunn: du ga den videre."), "{sentence}");
    assert_eq!(world.held_by(anna, own).await, ["Bergen Kran AS: handed_over", "Fjordkurs AS: delivered"]);
    let kept = anna.get("/v1/me/custodies").await.expect(200);
    let about = kept["items"].as_array().expect("items").iter().find(|one| one["record"] == own["id"]).expect("kept");
    assert!(about["kept_by"].as_array().expect("holders").contains(&made["holds"]), "{about}");
}

#[actix_web::test]
async fn what_was_handed_over_stays_whatever_is_required_later_until_its_time_is_over() {
    let hired = Hired::start().await;
    let world = &hired.world;
    hired.hand_over(&hired.own).await;
    let requirements = of(&world.crane, "requirements");
    let listed = world.hr.get(&requirements).await.expect(200);
    let one = format!("{requirements}/{}", text(&listed["items"][0]["id"]));
    world.hr.patch(&one, "\"1\"", json!({ "to": "2026-03-01" })).await.expect(200);
    world.app.run_jobs().await;
    assert_eq!(hired.seen().await, [text(&hired.own["id"])], "nobody requires it any more, and it was given");

    let plan = hired.anna.post("/v1/me/erasure-plan", json!({ "records": [hired.own["id"]] })).await.expect(200);
    let confirmed = json!({ "plan": plan["plan"], "records": [hired.own["id"]] });
    let receipt = hired.anna.post("/v1/me/erasures", confirmed).await.expect(201)["receipt"].clone();
    let names = |list: &Value| -> Vec<String> {
        list.as_array().expect("a list").iter().map(|one| text(&one["controller"]["name"])).collect()
    };
    assert_eq!(
        (names(&receipt["gone"]), names(&receipt["stays"])),
        (vec!["Fjordkurs AS".into()], vec!["Bergen Kran AS".into()])
    );
    assert_eq!(hired.seen().await, [text(&hired.own["id"])]);

    hired.works_until("2026-03-01").await;
    assert_eq!(hired.seen().await, Vec::<String>::new());
    for (day, left) in [("2029-12-31", 1), ("2030-01-01", 0)] {
        world.app.on(day);
        daily(&world.app.server.house).await.expect("swept");
        world.app.mails().await;
        assert_eq!(world.app.count("hand_overs"), left, "{day}");
    }
}

#[actix_web::test]
async fn only_what_an_employer_of_today_requires_and_does_not_have_is_handed_over() {
    let hired = Hired::start().await;
    let world = &hired.world;
    let failed = world.record(json!({ "ordered_by": "person", "outcome": "failed", "on": "2026-02-01" })).await;
    let hot = world.record(json!({ "ordered_by": "person", "course": world.hot_work })).await;
    let ordered = world.record(json!({ "ordered_by": CRANE, "on": "2026-01-15" })).await;
    assert_eq!(hired.refused(&hired.private).await, invalid("carries_no_competence"));
    assert_eq!(hired.refused(&failed).await, invalid("carries_no_competence"));
    assert_eq!(hired.refused(&hot).await, invalid("not_required"));
    assert_eq!(hired.refused(&ordered).await, conflict("held_already"));

    // What is not hers, and who is not her employer, are as unknown as what is not there.
    let never = json!({ "id": "019cadf2-0000-7000-8000-00000000ffff" });
    for (completion, to) in
        [(&hired.own, &world.builder), (&hired.own, &world.school), (&hired.own, &never), (&never, &world.crane)]
    {
        hired.plan(completion, to).await.expect(404);
    }
    let other = world.app.person("Bjørn Dahl", "bjorn@example.no", "1980-01-01").await;
    plan(&other, &text(&hired.own["id"]), &text(&world.crane["id"])).await.expect(404);

    let seen = hired.plan(&hired.own, &world.crane).await.expect(200);
    hired.works_until("2026-03-01").await;
    hired.confirm(&hired.own, &seen).await.expect(404);
    assert_eq!(world.app.count("hand_overs"), 0);
}

#[actix_web::test]
async fn what_changed_since_it_was_seen_is_named_and_nothing_is_handed_over() {
    let hired = Hired::start().await;
    let seen = hired.plan(&hired.own, &hired.world.crane).await.expect(200);
    hired.works_until("2026-06-30").await;
    let refused = hired.confirm(&hired.own, &seen).await;
    let named = format!("/records/{}/{} changed_since", text(&hired.own["id"]), text(&hired.world.crane["id"]));
    assert_eq!((refused.status.as_u16(), refused.problem()), (409, "plan-changed"));
    assert_eq!(refused.findings(), ["/plan changed_since".to_owned(), named]);
    for nonsense in ["", "***", "1.***"] {
        let refused = hired.confirm(&hired.own, &json!({ "plan": nonsense })).await;
        assert_eq!(refused.status.as_u16(), 422, "{nonsense}");
    }
    assert_eq!((hired.seen().await.len(), hired.world.app.count("hand_overs")), (0, 0));
    let again = hired.plan(&hired.own, &hired.world.crane).await.expect(200);
    assert_eq!(again["would_hold"]["decision"]["until"], "2026-06-30");
    hired.confirm(&hired.own, &again).await.expect(201);
}

#[actix_web::test]
async fn it_is_handed_over_once_however_often_it_is_confirmed() {
    let hired = Hired::start().await;
    let seen = hired.plan(&hired.own, &hired.world.crane).await.expect(200);
    let both = join_all([hired.confirm(&hired.own, &seen), hired.confirm(&hired.own, &seen)]).await;
    let mut answers: Vec<u16> = both.iter().map(|reply| reply.status.as_u16()).collect();
    answers.sort_unstable();
    assert_eq!(answers, [201, 409]);
    assert_eq!(hired.refused(&hired.own).await, conflict("held_already"));
    assert_eq!(hired.world.app.count("hand_overs"), 1);

    // The same request again, under its key, is answered as before.
    let other = Hired::start().await;
    let seen = other.plan(&other.own, &other.world.crane).await.expect(200);
    let (completion, to) = (text(&other.own["id"]), text(&other.world.crane["id"]));
    let anna = other.anna.with_header("idempotency-key", "one");
    let first = confirm(&anna, &completion, &to, &seen).await.expect(201);
    assert_eq!(confirm(&anna, &completion, &to, &seen).await.expect(201), first);
}

#[actix_web::test]
async fn what_no_law_asks_for_the_employer_can_let_go_of_and_then_it_does_not_come_back() {
    let hired = Hired::start().await;
    let world = &hired.world;
    let new = json!({ "code": "ETIKK", "name": { "nb": "Etikk", "en": "Ethics" }, "class": "none", "expiry": { "kind": "after", "months": 36 } });
    let competence = world.teacher.post("/v1/competences", new).await.expect(201)["id"].clone();
    let course = json!({ "code": "ETIKK", "title": { "nb": "Etikk", "en": "Ethics" }, "competence": competence });
    let course = world.teacher.post("/v1/courses", course).await.expect(201)["id"].clone();
    let ethics = world.record(json!({ "ordered_by": "person", "course": course })).await;
    let demand = json!({ "competence": competence, "from": "2026-01-01" });
    world.hr.post(&of(&world.crane, "requirements"), demand).await.expect(201);
    world.app.run_jobs().await;

    let made = hired.hand_over(&ethics).await;
    assert_eq!(
        (&made["holds"]["category"], &made["holds"]["decision"]["action"]),
        (&json!("RS12"), &json!("refer")),
        "a human there answers"
    );
    let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
    let release = json!({ "records": [{ "record": ethics["id"], "ground": "handed_over" }] });
    officer.post(&of(&world.crane, "releases"), release).await.expect(201);
    assert_eq!(world.held_by(&hired.anna, &ethics).await, ["Fjordkurs AS: delivered"]);

    hired.works_until("2026-12-31").await;
    assert_eq!(world.held_by(&hired.anna, &ethics).await, ["Fjordkurs AS: delivered"], "no fact gives it back");
    assert_eq!(hired.refused(&ethics).await, conflict("let_go_before"));
    world.app.mails().await;
}

#[actix_web::test]
async fn who_undoes_the_claim_of_a_record_had_it_not_to_give() {
    let hired = Hired::start().await;
    hired.hand_over(&hired.own).await;
    hired.is_not_who("Fjordkurs AS").await;
    assert_eq!((hired.seen().await.len(), hired.world.app.count("hand_overs")), (0, 0));
    let holders = hired.world.teacher.get(&of(&hired.world.school, "completions?capacity=provider")).await.expect(200);
    assert_eq!(holders["items"].as_array().map(Vec::len), Some(2), "the school has what it recorded");
    assert_eq!(hired.world.app.count("custodies"), 2);
}

#[actix_web::test]
async fn who_undoes_the_claim_of_an_employer_s_card_gave_it_to_a_stranger_who_does_not_keep_it() {
    let hired = Hired::start().await;
    hired.hand_over(&hired.own).await;
    hired.is_not_who("Bergen Kran AS").await;
    assert_eq!(hired.world.held_by(&hired.anna, &hired.own).await, ["Fjordkurs AS: delivered"]);
    assert_eq!(hired.seen().await, Vec::<String>::new());
}

#[actix_web::test]
async fn who_was_handed_something_learns_that_it_was_wrong() {
    let hired = Hired::start().await;
    let world = &hired.world;
    hired.hand_over(&hired.own).await;
    let correction = of(&world.school, &format!("completions/{}/versions", text(&hired.own["id"])));
    let change = json!({ "outcome": "failed", "reason": "feil i listen" });
    world.teacher.with_header("if-match", "\"1\"").post(&correction, change).await.expect(200);
    world.app.run_jobs().await;
    let one = of(&world.crane, &format!("completions/{}?capacity=employer", text(&hired.own["id"])));
    assert_eq!(world.hr.get(&one).await.expect(200)["outcome"], "failed");
}
