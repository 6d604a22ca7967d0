//! Staff from a file: cards, employments, teams.

use attest::words::Role;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{App, Caller, text};

struct Employer {
    app: App,
    organisation: Value,
    hr: Caller,
}

const FILE: &str = "ansattnr;navn;epost;født;mobil;stilling;avdeling;fra;til\r\n\
    17;Åse-Marie Ødegård;ase@example.no;1990-05-17;+4790000001;Kranfører;Kran;2026-01-01;\r\n\
    18;Odd Berg;;;;;Kran;2026-01-01;\r\n\
    19;Kari Vik;;;;;Verksted;2026-02-01;2026-01-01\r\n";

fn mapping() -> Value {
    json!({
        "source": "hr",
        "key": "{ansattnr}",
        "file": { "delimiter": ";" },
        "fields": {
            "person_reference": "ansattnr",
            "name": "navn",
            "email": "epost",
            "birth_date": "født",
            "mobile": "mobil",
            "position": "stilling",
            "team": "avdeling",
            "from": "fra",
            "to": "til",
        }
    })
}

impl Employer {
    async fn open() -> Self {
        let app = App::start().await;
        let organisation = app.organisation("Kranvakt AS", "310000019", &["employer"]).await;
        let hr = app.member(&organisation, Role::Hr).await;
        Self { app, organisation, hr }
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/organisations/{}/{rest}", text(&self.organisation["id"]))
    }

    async fn imported(&self, file: &str) -> Value {
        let sent = self.hr.post_file(&self.path("imports/staff"), "text/csv", file).await.expect(201);
        let import = self.path(&format!("imports/staff/{}", text(&sent["id"])));
        self.hr.post(&format!("{import}/start"), json!({ "mapping": mapping() })).await.expect(200);
        self.app.run_imports();
        self.app.run_jobs().await;
        self.hr.get(&import).await.expect(200)
    }

    async fn undone(&self, import: &str) -> Value {
        let path = self.path(&format!("imports/staff/{import}"));
        self.hr.post_nothing(&format!("{path}/undo")).await.expect(200);
        self.app.run_imports();
        self.app.run_jobs().await;
        self.hr.get(&path).await.expect(200)
    }

    async fn staff(&self) -> String {
        let teams = self.hr.get(&self.path("teams")).await.expect(200);
        let name_of = |id: &Value| {
            let found = teams["items"].as_array().expect("items").iter().find(|team| team["id"] == *id);
            found.map_or_else(|| "-".to_owned(), |team| text(&team["name"]))
        };
        let listed = self.hr.get(&self.path("employments")).await.expect(200);
        let line = |one: &Value| {
            let to = one["to"].as_str().unwrap_or("-");
            format!("{} {} {} {to}", text(&one["name"]), name_of(&one["team"]), text(&one["from"]))
        };
        let mut lines: Vec<_> = listed["items"].as_array().expect("items").iter().map(line).collect();
        lines.sort();
        lines.join("\n")
    }
}

#[actix_web::test]
async fn staff_get_cards_employments_and_teams_and_a_second_reading_changes_nothing() {
    let employer = Employer::open().await;
    let done = employer.imported(FILE).await;
    assert_eq!(done["rows"], json!({ "read": 3, "recorded": 2, "changed": 0, "unchanged": 0, "refused": 1 }));
    assert_snapshot!(employer.staff().await, @r"
    Odd Berg Kran 2026-01-01 -
    Åse-Marie Ødegård Kran 2026-01-01 -
    ");
    let search = json!({ "external_reference": "17" });
    let card = employer.hr.post(&employer.path("persons/search"), search).await.expect(200);
    assert_eq!(card["items"][0]["mobile"], "+4790000001");
    assert_eq!(card["items"][0]["position"], "Kranfører");
    let again = employer.imported(FILE).await;
    assert_eq!(again["rows"], json!({ "read": 3, "recorded": 0, "changed": 0, "unchanged": 2, "refused": 1 }));
    assert_eq!(employer.app.count("teams"), 1, "a row that is refused makes no team");
}

#[actix_web::test]
async fn leaving_somebody_out_ends_nothing_and_a_last_day_does() {
    let employer = Employer::open().await;
    employer.imported(FILE).await;
    let header = FILE.lines().next().expect("a header");
    let done = employer.imported(&format!("{header}\n17;Åse-Marie Ødegård;;;;;Verksted;2026-01-01;2026-06-30\n")).await;
    assert_eq!(done["rows"]["changed"], 1);
    assert_snapshot!(employer.staff().await, @r"
    Odd Berg Kran 2026-01-01 -
    Åse-Marie Ødegård Verksted 2026-01-01 2026-06-30
    ");
}

#[actix_web::test]
async fn an_employment_that_was_entered_by_hand_is_met_and_not_made_twice() {
    let employer = Employer::open().await;
    let card = json!({ "external_reference": "18", "name": "Odd Berg" });
    let person = employer.hr.post(&employer.path("persons"), card).await.expect(201);
    let by_hand = json!({ "person": person["person"], "from": "2026-01-01" });
    employer.hr.post(&employer.path("employments"), by_hand).await.expect(201);
    let done = employer.imported(FILE).await;
    assert_eq!(done["rows"], json!({ "read": 3, "recorded": 1, "changed": 1, "unchanged": 0, "refused": 1 }));
    assert_eq!(employer.app.count("employments"), 2);
    let path = employer.path(&format!("imports/staff/{}/undo", text(&done["id"])));
    employer.hr.post_nothing(&path).await.expect(200);
    employer.app.run_imports();
    employer.app.run_jobs().await;
    assert_snapshot!(employer.staff().await, @"Odd Berg - 2026-01-01 -");
    assert!(
        !employer.app.everything_stored().contains("ase@example.no"),
        "the card came with the import and went with it"
    );
}

/// Two imports of one employee: begun in one, moved to another team in the next.
async fn moved_by_a_second_import(employer: &Employer) -> (String, String) {
    let header = FILE.lines().next().expect("a header");
    let begun = employer.imported(&format!("{header}\n17;Åse-Marie Ødegård;;;;;Kran;2026-01-01;\n")).await;
    let moved = employer.imported(&format!("{header}\n17;Åse-Marie Ødegård;;;;;Verksted;2026-01-01;\n")).await;
    assert_eq!((&begun["rows"]["recorded"], &moved["rows"]["changed"]), (&json!(1), &json!(1)));
    (text(&begun["id"]), text(&moved["id"]))
}

#[actix_web::test]
async fn undoing_an_import_keeps_and_reports_what_a_later_one_changed() {
    let employer = Employer::open().await;
    let (begun, _) = moved_by_a_second_import(&employer).await;
    let undone = employer.undone(&begun).await;
    assert_eq!(undone["undoing"], json!({ "undone": 0, "restored": 0, "kept": 1 }));
    assert_snapshot!(employer.staff().await, @"Åse-Marie Ødegård Verksted 2026-01-01 -");
}

#[actix_web::test]
async fn imports_undone_from_the_last_to_the_first_leave_nothing() {
    let employer = Employer::open().await;
    let (begun, moved) = moved_by_a_second_import(&employer).await;
    let undone = employer.undone(&moved).await;
    assert_eq!(undone["undoing"], json!({ "undone": 0, "restored": 1, "kept": 0 }));
    assert_snapshot!(employer.staff().await, @"Åse-Marie Ødegård Kran 2026-01-01 -");
    let undone = employer.undone(&begun).await;
    assert_eq!(undone["undoing"], json!({ "undone": 1, "restored": 0, "kept": 0 }));
    assert_eq!(employer.app.count("employments") + employer.app.count("import_changes"), 0);
}

#[actix_web::test]
async fn what_was_exported_can_be_imported_and_changes_nothing() {
    let employer = Employer::open().await;
    employer.imported(FILE).await;
    let exported = employer.hr.get(&employer.path("exports/staff?format=csv")).await.text;
    let sent = employer.hr.post_file(&employer.path("imports/staff?source=export"), "text/csv", exported).await;
    let sent = sent.expect(201);
    assert_eq!(sent["proposal"]["open"], json!([]), "{sent:#}");
    assert_eq!(sent["proposal"]["preview"][0]["errors"], json!([]), "{sent:#}");
    let import = employer.path(&format!("imports/staff/{}", text(&sent["id"])));
    employer.hr.post(&format!("{import}/start"), json!({})).await.expect(200);
    let before = employer.staff().await;
    employer.app.run_imports();
    employer.app.run_jobs().await;
    let done = employer.hr.get(&import).await.expect(200);
    assert_eq!(done["rows"], json!({ "read": 2, "recorded": 0, "changed": 0, "unchanged": 2, "refused": 0 }));
    assert_eq!((employer.staff().await, employer.app.count("employments")), (before, 2));
}

#[actix_web::test]
async fn a_course_administrator_cannot_import_staff() {
    let employer = Employer::open().await;
    let other = employer.app.member(&employer.organisation, Role::CourseAdministrator).await;
    other.post_file(&employer.path("imports/staff"), "text/csv", FILE).await.expect(403);
}
