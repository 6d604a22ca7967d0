//! A small world: a school, two employers, a body with a scheme, and somebody who takes courses.

use attest::{catalogue, words::Role};
use serde_json::{Value, json};

use super::{App, Caller, Reply};

pub const CRANE: &str = "310000019";
pub const BUILDER: &str = "310000027";

/// A server with organisations in it. The school has a course that leads to T4, one for hot work, and one that leads to
/// nothing; the body has the hot work scheme.
pub struct World {
    pub app: App,
    pub school: Value,
    pub crane: Value,
    pub builder: Value,
    pub body: Value,
    /// A course administrator of the school.
    pub teacher: Caller,
    /// HR of the crane company.
    pub hr: Caller,
    /// HR of the builder.
    pub other_hr: Caller,
    /// The competence T4.
    pub t4: Value,
    /// The course that leads to T4.
    pub truck: Value,
    /// The course that leads to the hot work competence.
    pub hot_work: Value,
    /// A course that leads to no competence.
    pub hydraulics: Value,
    /// The hot work scheme.
    pub scheme: Value,
}

impl World {
    pub async fn start() -> Self {
        Self::over(App::start().await).await
    }

    /// The same, over a server that was started otherwise.
    pub async fn over(app: App) -> Self {
        app.write(catalogue::load).await;
        let school = app.organisation("Fjordkurs AS", "310000000", &["provider"]).await;
        let crane = app.organisation("Bergen Kran AS", CRANE, &["employer"]).await;
        let builder = app.organisation("Nordlys Bygg AS", BUILDER, &["employer"]).await;
        let body = app.organisation("Varmesikker", "310000043", &["certifying_body"]).await;
        let teacher = app.member(&school, Role::CourseAdministrator).await;
        let hr = app.member(&crane, Role::Hr).await;
        let other_hr = app.member(&builder, Role::Hr).await;
        let t4 = competence(&app, "T4").await;
        let hot = competence(&app, "VARME-ARBEIDER").await;
        let course = |code: &str, competence: Value| {
            let title = json!({ "nb": format!("Kurs {code}"), "en": format!("Course {code}") });
            let body = json!({ "code": code, "title": title, "competence": competence });
            let teacher = teacher.clone();
            async move { teacher.post("/v1/courses", body).await.expect(201)["id"].clone() }
        };
        let truck = course("TRUCK", t4.clone()).await;
        let hot_work = course("VARME", hot).await;
        let hydraulics = course("HYD", Value::Null).await;
        let scheme = give_scheme(&app, "VARME-ARBEIDER", &body).await;
        app.run_jobs().await;
        Self { app, school, crane, builder, body, teacher, hr, other_hr, t4, truck, hot_work, hydraulics, scheme }
    }

    /// A person with an account: the Anna whom [`Self::completion`] is about.
    pub async fn anna(&self) -> Caller {
        self.app.person("Anna Ødegård", "anna@example.no", "1991-05-17").await
    }

    /// Anna, who has claimed all there is about her.
    pub async fn anna_who_claimed(&self) -> Caller {
        let anna = self.anna().await;
        anna.post_nothing("/v1/me/claims").await.expect(200);
        self.app.run_jobs().await;
        anna
    }

    /// A completion of Anna's, with some fields changed; null takes a field away.
    pub fn completion(&self, changes: Value) -> Value {
        let mut body = json!({
            "person_reference": "F-001", "name": "Anna Ødegård", "email": "anna@example.no",
            "birth_date": "1991-05-17", "course": self.truck, "outcome": "passed", "on": "2026-03-01",
        });
        for (name, value) in changes.as_object().expect("an object") {
            body[name] = value.clone();
        }
        body
    }

    /// Records a completion of Anna's, with some fields changed.
    pub async fn try_recording(&self, changes: Value) -> Reply {
        self.teacher.post(&of(&self.school, "completions"), self.completion(changes)).await
    }

    /// The same, successfully: the completion.
    pub async fn record(&self, changes: Value) -> Value {
        self.try_recording(changes).await.expect(201)
    }

    /// A card at the crane company; the person.
    pub async fn card(&self, card: Value) -> Value {
        self.hr.post(&of(&self.crane, "persons"), card).await.expect(201)["person"].clone()
    }

    /// Anna works for the crane company; the employment.
    pub async fn anna_works_for_crane(&self, team: Value) -> Value {
        let card = json!({
            "external_reference": "BK-001", "name": "Anna Ødegård", "emails": ["anna@example.no"],
            "birth_date": "1991-05-17",
        });
        let person = self.card(card).await;
        self.employ(&person, team).await
    }

    /// Somebody begins to work for the crane company; the employment.
    pub async fn employ(&self, person: &Value, team: Value) -> Value {
        let new = json!({ "person": person, "team": team, "from": "2020-01-01" });
        let made = self.hr.post(&of(&self.crane, "employments"), new).await.expect(201);
        self.app.run_jobs().await;
        made
    }

    /// The crane company demands T4 of everyone.
    pub async fn crane_requires_t4(&self) {
        let new = json!({ "competence": self.t4, "from": "2020-01-01" });
        self.hr.post(&of(&self.crane, "requirements"), new).await.expect(201);
        self.app.run_jobs().await;
    }

    /// A team of the crane company.
    pub async fn team(&self, name: &str) -> Value {
        self.hr.post(&of(&self.crane, "teams"), json!({ "name": name })).await.expect(201)["id"].clone()
    }

    /// What a member of an organisation sees in a capacity.
    pub async fn seen(&self, viewer: &Caller, organisation: &Value, capacity: &str) -> Vec<String> {
        let path = of(organisation, &format!("completions?capacity={capacity}"));
        let listed = viewer.get(&path).await.expect(200);
        listed["items"].as_array().expect("items").iter().map(|item| text(&item["id"])).collect()
    }

    /// Who holds a completion and on which ground, as its person reads it.
    pub async fn held_by(&self, person: &Caller, completion: &Value) -> Vec<String> {
        let path = format!("/v1/me/completions/{}", text(&completion["id"]));
        let shown = person.get(&path).await.expect(200);
        let mut lines: Vec<_> = shown["custodies"]
            .as_array()
            .expect("custodies")
            .iter()
            .map(|one| format!("{}: {}", text(&one["controller"]["name"]), text(&one["ground"])))
            .collect();
        lines.sort();
        lines
    }
}

/// A path below an organisation.
pub fn of(organisation: &Value, rest: &str) -> String {
    format!("/v1/organisations/{}/{rest}", text(&organisation["id"]))
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

async fn competence(app: &App, code: &str) -> Value {
    app.nobody().get(&format!("/v1/competences?code={code}")).await.expect(200)["items"][0]["id"].clone()
}

/// Gives a scheme of the starter catalogue its body; the scheme.
pub async fn give_scheme(app: &App, code: &str, body: &Value) -> Value {
    let operator = app.operator().await;
    let schemes = operator.get("/v1/schemes?limit=100").await.expect(200);
    let hot = schemes["items"].as_array().expect("items").iter().find(|one| one["code"] == code);
    let id = hot.expect("the starter catalogue has it")["id"].clone();
    let path = format!("/v1/schemes/{}", text(&id));
    let etag = operator.get(&path).await.etag();
    operator.patch(&path, &etag, json!({ "body": body["id"] })).await.expect(200);
    id
}

/// A number with right check digits (Skatteetaten's weights), made here and not written down: a written one might be
/// somebody's.
pub fn national_identity_number() -> String {
    let rest = |digits: &[u32], weights: &[u32]| digits.iter().zip(weights).map(|(d, w)| d * w).sum::<u32>() % 11;
    (0..1000_u32)
        .find_map(|tail| {
            let mut digits: Vec<u32> = format!("170591{tail:03}").chars().filter_map(|c| c.to_digit(10)).collect();
            for weights in [&[3, 7, 6, 1, 8, 9, 4, 5, 2][..], &[5, 4, 3, 2, 7, 6, 5, 4, 3, 2][..]] {
                digits.push((11 - rest(&digits, weights)) % 11);
            }
            digits.iter().all(|d| *d < 10).then(|| digits.iter().map(u32::to_string).collect())
        })
        .expect("most counters give one")
}
