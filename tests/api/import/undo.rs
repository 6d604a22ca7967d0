//! Taking back what an import wrote.

use attest::{
    completions::hand_overs,
    people::claims::claim_by_invitation,
    words::{CardId, RecordId, Role},
};
use chrono::TimeDelta;
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::http::{FILE, School};
use crate::support::{of, text};

async fn undone(school: &School, import: &Value) -> Value {
    let undoing = school.teacher.post_nothing(&format!("{}/undo", school.import(import))).await.expect(200);
    assert_eq!(text(&undoing["state"]), "undoing");
    school.app.run_imports();
    school.teacher.get(&school.import(import)).await.expect(200)
}

#[actix_web::test]
async fn what_a_batch_recorded_is_gone_with_the_cards_that_came_with_it() {
    let school = School::open().await;
    let before = school.app.count("cards");
    let import = school.imported(FILE).await;
    assert_eq!(school.app.count("completions"), 2);
    let done = undone(&school, &import).await;
    assert_eq!(text(&done["state"]), "undone");
    assert_eq!(done["undoing"], json!({ "undone": 2, "restored": 0, "kept": 0 }));
    for table in ["records", "completions", "completion_versions", "custodies", "import_rows"] {
        assert_eq!(school.app.count(table), 0, "{table}");
    }
    assert_eq!(school.app.count("cards"), before);
    assert_eq!(school.results(&import, "step=undo").await.lines().count(), 2);
    let twice = school.teacher.post_nothing(&format!("{}/undo", school.import(&import))).await;
    assert_eq!((twice.status.as_u16(), twice.problem()), (409, "not-now"));
    let again = school.imported(FILE).await;
    assert_eq!(again["rows"]["recorded"], 2, "the file can be imported again");
}

#[actix_web::test]
async fn a_claimed_card_goes_with_the_batch_it_came_with_and_the_claim_stays() {
    let school = School::open().await;
    let import = school.imported(FILE).await;
    let anna = school.app.person("Anna Ødegård", "anna@example.no", "1991-05-17").await;
    let person = anna.person.expect("a person");
    school
        .app
        .write(move |tx| {
            use attest::platform::db::{Error, run::prelude::*, schema::cards};
            let hers = cards::table.filter(cards::external_reference.eq("F-1")).select(cards::id);
            let card: CardId = hers.first(tx.conn()).map_err(Error::from)?;
            claim_by_invitation(tx, person, card)
        })
        .await;
    school.app.run_jobs().await;
    let done = undone(&school, &import).await;
    assert_eq!(done["undoing"], json!({ "undone": 2, "restored": 0, "kept": 0 }));
    let claims = anna.get("/v1/me/claims").await.expect(200)["items"].clone();
    assert_eq!((claims.as_array().map(Vec::len), &claims[0]["holder"]), (Some(1), &json!("Fjordkurs AS")));
    assert_eq!(anna.get("/v1/me/completions").await.expect(200)["items"], json!([]));
}

#[actix_web::test]
async fn what_a_batch_changed_says_again_what_it_said_and_the_file_can_be_read_again() {
    let school = School::open().await;
    school.imported(FILE).await;
    let wrong = FILE.replace("Ikke bestått", "Bestått");
    let import = school.imported(&wrong).await;
    assert_eq!(import["rows"]["changed"], 1);
    let done = undone(&school, &import).await;
    assert_eq!(done["undoing"], json!({ "undone": 0, "restored": 1, "kept": 0 }));
    assert_snapshot!(school.names().await, @r"
    Anna Ødegård passed
    Åse-Marie Vik failed
    ");
    assert_eq!(school.imported(FILE).await["rows"]["unchanged"], 2);
    assert_eq!(school.imported(&wrong).await["rows"]["changed"], 1, "what was undone can be done again");
}

#[actix_web::test]
async fn what_something_builds_on_is_kept_and_reported() {
    let school = School::open().await;
    let import = school.imported(FILE).await;
    let completions = format!("/v1/organisations/{}/completions", text(&school.organisation["id"]));
    let listed = school.teacher.get(&format!("{completions}?capacity=provider")).await.expect(200);
    let corrected = &listed["items"][0];
    let body = json!({ "result": "4", "reason": "Karakteren manglet" });
    let path = format!("{completions}/{}/versions", text(&corrected["id"]));
    school.teacher.with_header("if-match", "\"1\"").post(&path, body).await.expect(200);
    let done = undone(&school, &import).await;
    assert_eq!(done["undoing"], json!({ "undone": 1, "restored": 0, "kept": 1 }));
    assert!(school.results(&import, "step=undo&outcome=kept").await.ends_with("kept changed_since"));
    assert_eq!(school.app.count("completions"), 1);
}

#[actix_web::test]
async fn what_lies_under_a_hold_is_kept_as_it_may_be_the_evidence() {
    let school = School::open().await;
    let officer = school.app.member(&school.organisation, Role::PrivacyOfficer).await;
    let import = school.imported(FILE).await;
    let listed = school.teacher.get(&of(&school.organisation, "completions?capacity=provider")).await.expect(200);
    let held = listed["items"][0]["id"].clone();
    let hold = json!({ "record": held, "reason": "dispute", "owner": officer.person, "review_on": "2026-09-01" });
    officer.post(&of(&school.organisation, "legal-holds"), hold).await.expect(201);
    let done = undone(&school, &import).await;
    assert_eq!(done["undoing"], json!({ "undone": 1, "restored": 0, "kept": 1 }));
    assert!(school.results(&import, "step=undo").await.contains("under_hold"));
}

#[actix_web::test]
async fn what_a_certificate_was_issued_for_is_kept_and_the_rest_goes() {
    let school = School::open().await;
    let import = school.imported(FILE).await;
    let of_school = |rest: &str| format!("/v1/organisations/{}/{rest}", text(&school.organisation["id"]));
    let listed = school.teacher.get(&of_school("completions?capacity=provider")).await.expect(200);
    let passed = listed["items"].as_array().expect("items").iter().find(|one| one["outcome"] == "passed");
    let asked = json!({ "completions": [passed.expect("one passed")["id"]] });
    let issued = school.teacher.post(&of_school("certificates"), asked).await.expect(201);
    school.app.mails().await;
    let done = undone(&school, &import).await;
    assert_eq!(done["undoing"], json!({ "undone": 1, "restored": 0, "kept": 1 }));
    assert!(school.results(&import, "step=undo").await.contains("certified"));
    let code = format!("/v1/verify/{}", text(&issued["code"]));
    assert_eq!(school.app.nobody().get(&code).await.expect(200)["status"], "valid");
}

#[actix_web::test]
async fn what_the_person_handed_over_is_kept_and_reported() {
    let school = School::open().await;
    let import = school.imported(FILE).await;
    let listed = school.teacher.get(&of(&school.organisation, "completions?capacity=provider")).await.expect(200);
    let given: RecordId = text(&listed["items"][0]["id"]).parse().expect("an id");
    let to = text(&school.organisation["id"]).parse().expect("an id");
    school.app.write(move |tx| Ok(hand_overs::store::insert(tx, given, to)?)).await;
    let done = undone(&school, &import).await;
    assert_eq!(done["undoing"], json!({ "undone": 1, "restored": 0, "kept": 1 }));
    assert!(school.results(&import, "step=undo").await.contains("handed_over"));
}

#[actix_web::test]
async fn after_thirty_days_it_is_too_late() {
    let school = School::open().await;
    let import = school.imported(FILE).await;
    school.app.later(TimeDelta::days(31));
    let teacher = school.app.member(&school.organisation, attest::words::Role::CourseAdministrator).await;
    let late = teacher.post_nothing(&format!("{}/undo", school.import(&import))).await;
    assert_eq!((late.status.as_u16(), late.problem()), (409, "undo-too-late"));
    assert_eq!(school.app.count("completions"), 2);
}

#[actix_web::test]
async fn the_values_of_what_was_undone_are_gone_from_the_files_too() {
    let school = School::open().await;
    let file = FILE.replace("Anna Ødegård", "Sjeldnenavn Helteget");
    let import = school.imported(&file).await;
    undone(&school, &import).await;
    assert!(!school.app.everything_stored().contains("Sjeldnenavn"));
    if school.app.on_sqlite() {
        for entry in std::fs::read_dir(school.app.folder()).expect("the folder is there") {
            let bytes = std::fs::read(entry.expect("readable").path()).unwrap_or_default();
            assert!(!bytes.windows(11).any(|window| window == b"Sjeldnenavn"));
        }
    }
}
