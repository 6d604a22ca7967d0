//! Anna works for the crane company, which ordered two courses for her: one a law asks for, and one of its own wish. She has
//! claimed both, and somebody at the company answers the persons.

use attest::words::Role;
use chrono::TimeDelta;
use serde_json::Value;

use crate::support::{CRANE, Caller, Reply, World, json, of, text};

pub struct Asked {
    pub world: World,
    pub anna: Caller,
    /// The privacy officer of the crane company.
    pub officer: Caller,
    /// The truck course.
    pub statutory: Value,
    /// The course no law asks for.
    pub policy: Value,
    job: Value,
}

impl Asked {
    pub async fn start() -> Self {
        let world = World::start().await;
        let officer = world.app.member(&world.crane, Role::PrivacyOfficer).await;
        let anna = world.anna_who_claimed().await;
        let job = world.anna_works_for_crane(Value::Null).await;
        let ordered = |course: &Value| json!({ "course": course, "ordered_by": CRANE, "orderer_reference": "BK-001" });
        let statutory = world.record(ordered(&world.truck)).await;
        let policy = world.record(ordered(&world.hydraulics)).await;
        anna.post_nothing("/v1/me/claims").await.expect(200);
        world.app.run_jobs().await;
        Self { world, anna, officer, statutory, policy, job }
    }

    /// The same, a day after Anna has left: from then on the company keeps what she took by its own wish.
    pub async fn after_anna_left() -> Self {
        let mut asked = Self::start().await;
        let path = of(&asked.world.crane, &format!("employments/{}", text(&asked.job["id"])));
        asked.world.hr.patch(&path, "\"1\"", json!({ "to": "2026-06-10" })).await.expect(200);
        asked.world.app.run_jobs().await;
        asked.later(101).await;
        asked
    }

    /// Moves the clock on by so many days; everybody signs in again.
    pub async fn later(&mut self, days: i64) {
        self.world.app.later(TimeDelta::days(days));
        self.anna = self.world.app.signed_in_again(&self.anna).await;
        self.officer = self.world.app.signed_in_again(&self.officer).await;
    }

    /// Anna asks for the erasure of this, and confirms what follows: the receipt.
    pub async fn erase(&self, record: &Value) -> Value {
        let records = json!([record["id"]]);
        let plan = self.anna.post("/v1/me/erasure-plan", json!({ "records": records })).await.expect(200);
        let confirmed = json!({ "plan": plan["plan"], "records": records });
        self.anna.post("/v1/me/erasures", confirmed).await.expect(201)["receipt"].clone()
    }

    /// Who keeps a record, as Anna reads it, at the crane company.
    pub async fn kept_by_crane(&self, record: &Value) -> Option<Value> {
        let listed = self.anna.get("/v1/me/custodies").await.expect(200);
        let items = listed["items"].as_array().expect("items").clone();
        let kept = items.iter().filter(|one| one["record"] == record["id"]);
        let mut by = kept.flat_map(|one| one["kept_by"].as_array().expect("holders").clone());
        by.find(|one| one["controller"]["id"] == self.world.crane["id"])
    }

    /// What the company's privacy officer sees in its list.
    pub async fn seen(&self) -> Vec<String> {
        self.world.seen(&self.officer, &self.world.crane, "employer").await
    }

    /// One record, as the company's privacy officer opens it.
    pub async fn opened(&self, record: &Value) -> Reply {
        let path = of(&self.world.crane, &format!("completions/{}?capacity=employer", text(&record["id"])));
        self.officer.get(&path).await
    }

    /// Asks a human at the crane company about what it holds because it ordered it.
    pub async fn ask(&self, kind: &str, record: &Value) -> Reply {
        let body = json!({
            "kind": kind, "controller": self.world.crane["id"],
            "custodies": [{ "record": record["id"], "ground": "ordered_offered" }], "reason": "Jeg vil ikke mer",
        });
        self.anna.post("/v1/me/cases", body).await
    }

    /// The place of a case at the company.
    pub fn place(&self, case: &Value) -> String {
        of(&self.world.crane, &format!("privacy-cases/{}", text(&case["id"])))
    }

    /// Somebody there decides a case.
    pub async fn decide(&self, human: &Caller, case: &Value, decision: Value) -> Reply {
        let etag = format!("\"{}\"", human.get(&self.place(case)).await.body["version"]);
        human.with_header("if-match", &etag).post(&format!("{}/decision", self.place(case)), decision).await
    }

    /// A hold on a record at the company.
    pub async fn hold(&self, record: &Value) -> Value {
        let hold = json!({
            "record": record["id"], "reason": "dispute", "owner": self.officer.person, "review_on": "2026-12-01",
        });
        self.officer.post(&of(&self.world.crane, "legal-holds"), hold).await.expect(201)
    }

    /// Lifts it.
    pub async fn lift(&self, hold: &Value) {
        let path = of(&self.world.crane, &format!("legal-holds/{}", text(&hold["id"])));
        self.officer.delete(&path).await.expect(204);
        self.world.app.run_jobs().await;
    }

    /// The subjects of the letters that wait.
    pub async fn letters(&self) -> Vec<String> {
        let mut subjects: Vec<_> = self.world.app.mails().await.into_iter().map(|mail| mail.subject).collect();
        subjects.sort();
        subjects
    }
}
