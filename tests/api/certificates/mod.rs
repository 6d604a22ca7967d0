//! Certificates: issued once, frozen, verified by anyone, ended and never taken away.

mod batches;
mod bodies;
#[cfg(feature = "s3")]
mod bucket;
pub(crate) mod credentials;
mod documents;
mod ending;
mod files;
mod held;
mod issuing;
mod keys;
mod lasting;
mod pages;
pub(crate) mod pictures;
mod registers;
mod snapshots;
mod verifying;

use actix_web::http::Method;
use attest::words::Role;
use serde_json::Value;

use crate::support::{Caller, Reply, World, json, of, text};

/// Asks for a certificate of these completions.
async fn ask(world: &World, completions: &[&Value]) -> Reply {
    let ids: Vec<&Value> = completions.iter().map(|completion| &completion["id"]).collect();
    let reply = world.teacher.post(&of(&world.school, "certificates"), json!({ "completions": ids })).await;
    world.app.mails().await;
    reply
}

/// The same, successfully: the certificate.
pub(crate) async fn issue(world: &World, completions: &[&Value]) -> Value {
    ask(world, completions).await.expect(201)
}

/// A certificate of Anna's for a course that leads to no competence.
async fn certificate(world: &World) -> Value {
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    issue(world, &[&completion]).await
}

/// What anyone sees of a certificate.
pub(crate) async fn verify(world: &World, certificate: &Value) -> Value {
    world.app.nobody().get(&format!("/v1/verify/{}", text(&certificate["code"]))).await.expect(200)
}

/// The same, on a day.
pub(crate) async fn verify_on(world: &World, certificate: &Value, day: &str) -> Value {
    world.app.nobody().get(&format!("/v1/verify/{}?on={day}", text(&certificate["code"]))).await.expect(200)
}

/// A path under a certificate of the school's.
pub(crate) fn under(world: &World, certificate: &Value, rest: &str) -> String {
    of(&world.school, &format!("certificates/{}{rest}", text(&certificate["id"])))
}

/// A register that certifies what the school may not, and one of its administrators. It has said who signs.
struct Register {
    id: Value,
    keeper: Caller,
}

impl Register {
    async fn of(world: &World) -> Self {
        let register = world.app.organisation("Nordregisteret AS", "310000086", &["register"]).await;
        let keeper = world.app.member(&register, Role::Administrator).await;
        let choice = json!({ "prefix": "NR", "signatory": "Kari Nordmann, daglig leder" }).to_string();
        let put = keeper.with_header("if-match", "\"0\"");
        put.call(Method::PUT, &of(&register, "issuing"), Some(("application/json", choice))).await.expect(200);
        let choice = json!({ "from": "2026-01-01", "register": "310000086" });
        administrator(world).await.post(&of(&world.school, "registers"), choice).await.expect(200);
        world.app.run_jobs().await;
        Self { id: register, keeper }
    }

    async fn ask(&self, world: &World, completion: &Value) -> Reply {
        let asked = json!({ "completions": [completion["id"]] });
        let reply = self.keeper.post(&of(&self.id, "certificates"), asked).await;
        world.app.mails().await;
        reply
    }

    fn photo(&self, completion: &Value) -> String {
        of(&self.id, &format!("persons/{}/photo", text(&completion["person"]["id"])))
    }
}

pub(crate) async fn administrator(world: &World) -> Caller {
    world.app.member(&world.school, Role::Administrator).await
}

/// A competence of the school's own that lasts three years, and a course that leads to it; the course.
pub(crate) async fn course_that_lasts(world: &World) -> Value {
    let new = json!({
        "code": "HYD-1", "name": { "nb": "Hydraulikk", "en": "Hydraulics" }, "class": "none",
        "expiry": { "kind": "after", "months": 36 },
    });
    let competence = world.teacher.post("/v1/competences", new).await.expect(201)["id"].clone();
    let title = json!({ "nb": "Hydraulikk trinn 1", "en": "Hydraulics 1" });
    let course = json!({ "code": "HYD-K1", "title": title, "competence": competence });
    world.teacher.post("/v1/courses", course).await.expect(201)["id"].clone()
}
