//! Good rows, broken rows, rows read again.

use attest::{
    imports::reading::{
        mapping::{Mapping, Subject},
        propose::propose,
    },
    words::Role,
};
use insta::assert_snapshot;
use serde_json::{Value, json};

use super::{Office, counts};
use crate::support::{CRANE, national_identity_number, of, text};

const MAPPING: &str = r#"
source = "skole"
key = "{nr}"

[fields]
person_reference = "ref"
name = "navn"
email = "epost"
birth_date = { column = "født", formats = ["%d.%m.%Y"] }
course = "kurs"
outcome = { column = "resultat", map = { "Bestått" = "passed", "Ikke bestått" = "failed", "Trukket" = "withdrawn" } }
on = { column = "dato", formats = ["%Y-%m-%d"] }
ordered_by = "bestiller"
orderer_reference = "ansattnr"
"#;
const HEADER: &str = "nr,ref,navn,epost,født,kurs,resultat,dato,bestiller,ansattnr\n";

async fn office() -> Office {
    Office::with(MAPPING, &["T4", "HMS"]).await
}

fn file(rows: &[&str]) -> String {
    format!("{HEADER}{}", rows.join("\n"))
}

const ANNA: &str = "1,F-001,Anna Ødegård,anna@example.no,17.05.1991,T4,Bestått,2026-02-01,,";

#[actix_web::test]
async fn broken_rows_are_refused_with_line_column_and_remedy_and_the_good_ones_kept() {
    let office = office().await;
    let number = national_identity_number();
    let with_number = format!("9,F-009,Kari {number},,,T4,Bestått,2026-02-01,,");
    let outcome = office.import(file(&[
        ANNA,
        "2,F-002,Odd,,,T4,Bestått,2025-06-31,,",
        "3,F-003,Odd,,,T4,Kanskje,2026-02-01,,",
        "4,F-004,\u{fffd}se,,,T4,Bestått,2026-02-01,,",
        "5,F-005,Odd,,,T4,Bestått,,,",
        "6,F-006,Odd,,,T4,Bestått,2026-02-01,,,,x",
        "7,F-007,Odd,,,T5,Bestått,2026-02-01,,",
        "8,F-008,Odd,odd,31.12.2030,T4,Bestått,2027-01-01,310000018,",
        &with_number,
        "10,,,,,T4,Bestått,2026-02-01,,",
        "11,F-011,Odd,,,T4,Bestått,2026-02-01,974760673,",
        "12,F-012,Åse-Marie Ødegård,,,T4,Trukket,,,",
    ]));
    assert_eq!(counts(&outcome), (2, 0, 0, 10));
    assert_snapshot!(outcome.lines.join("\n"), @r"
    2 recorded
    3 refused [dato] not_a_date: The date is not in the calendar, or is not written as expected. Write it as 2026-12-31.
    4 refused [resultat] not_in_map: The mapping file does not say what this value means. Add it to the column's map, or correct the row.
    5 refused [navn] damaged_text: Characters in the cell are destroyed, often æ, ø and å. Check encoding under [file]; if it is right, export the file again from the system it comes from.
    6 refused [dato] day_needed: Passed needs the day it happened. Give the field on.
    7 refused [] wrong_number_of_columns: The header has 10 columns, the row has 12. Look for a separator too few or too many; a cell that itself contains the separator must stand in quotation marks.
    8 refused [kurs] unknown: What this refers to does not exist here. Check the value.
    9 refused [epost] not_an_email: This is not an e-mail address. Write it as name@example.com.
    9 refused [født] in_the_future: The day lies in the future. Give a day that has been.
    9 refused [bestiller] not_an_organisation_number: This is not an organisation number: nine digits, the last of them a check digit.
    9 refused [dato] in_the_future: The day lies in the future. Give a day that has been.
    10 refused [navn] national_identity_number: The text seems to hold a national identity number. They are not taken; remove it.
    11 refused [ref] required: This field is needed.
    12 refused [bestiller] unknown: What this refers to does not exist here. Check the value.
    13 recorded
    ");
    assert!(!outcome.lines.join("\n").contains(&number));
    for table in ["cards", "completion_versions", "import_rows", "audit"] {
        assert!(!office.app.dump(table).contains(&number), "{table}");
    }
    assert_eq!(office.app.count("completions"), 2);
    assert!(office.app.dump("cards").contains("Åse-Marie Ødegård"));
    assert!(!office.app.dump("cards").contains("F-007"), "who is refused leaves no card");
}

#[actix_web::test]
async fn a_row_that_says_something_else_becomes_a_new_version() {
    let office = office().await;
    assert_eq!(counts(&office.import(file(&[ANNA]))), (1, 0, 0, 0));
    let failed = ANNA.replace("Bestått", "Ikke bestått");
    assert_eq!(counts(&office.import(file(&[&failed]))), (0, 1, 0, 0));
    assert_eq!(counts(&office.import(file(&[&failed]))), (0, 0, 1, 0));
    assert_eq!((office.app.count("completions"), office.app.count("completion_versions")), (1, 2));
    let elsewhere = failed.replace("T4", "HMS");
    assert_snapshot!(office.import(file(&[&elsewhere])).lines.join("\n"), @"2 refused [kurs] other_subject: The row was about another course or competence before. Give it a new key in the mapping.");
    let too_early = failed.replace("2026-02-01", "1991-05-16").replace("17.05.1991", "");
    assert_eq!(office.import(file(&[&too_early])).lines.len(), 1);
    assert_eq!(office.app.count("completion_versions"), 2, "before the birth date on the card");
}

#[actix_web::test]
async fn another_name_in_the_file_is_no_new_version() {
    let office = office().await;
    office.import(file(&[ANNA]));
    let married = ANNA.replace("Ødegård", "Sæbø");
    assert_eq!(counts(&office.import(file(&[&married]))), (0, 0, 1, 0));
    assert_eq!(office.app.count("completion_versions"), 1);
}

#[actix_web::test]
async fn what_was_corrected_by_hand_is_not_overwritten_by_the_same_file() {
    let office = office().await;
    office.import(file(&[ANNA]));
    let teacher = office.app.member(&office.school, Role::CourseAdministrator).await;
    let listed = teacher.get(&of(&office.school, "completions?capacity=provider")).await.expect(200);
    let id = text(&listed["items"][0]["id"]);
    let correction = json!({ "outcome": "failed", "on": "2026-02-01", "reason": "Feil i listen" });
    let path = of(&office.school, &format!("completions/{id}"));
    teacher.with_header("if-match", "\"1\"").post(&format!("{path}/versions"), correction).await.expect(200);
    assert_eq!(counts(&office.import(file(&[ANNA]))), (0, 0, 1, 0));
    let shown = teacher.get(&format!("{path}?capacity=provider")).await.expect(200);
    assert_eq!((&shown["outcome"], &shown["version"]), (&json!("failed"), &json!(2)));
}

#[actix_web::test]
async fn one_key_twice_in_a_file_is_one_completion() {
    let office = office().await;
    let later = ANNA.replace("2026-02-01", "2026-02-02");
    let outcome = office.import(file(&[ANNA, ANNA, &later, "2,F-002,Odd,,,T4,Trukket,,,", &later]));
    assert_snapshot!(outcome.lines.join("\n"), @r"
    2 recorded
    3 unchanged
    4 changed
    5 recorded
    6 unchanged
    ");
    assert_eq!((office.app.count("completions"), office.app.count("completion_versions")), (2, 3));
}

#[actix_web::test]
async fn one_key_twice_far_apart_is_one_completion() {
    let office = office().await;
    let others: Vec<String> = (2..450).map(|n| format!("{n},F-{n},Odd,,,T4,Trukket,,,")).collect();
    let later = ANNA.replace("2026-02-01", "2026-02-02");
    let mut rows = vec![ANNA];
    rows.extend(others.iter().map(String::as_str));
    rows.extend([ANNA, later.as_str()]);
    assert_eq!(counts(&office.import(file(&rows))), (449, 1, 1, 0));
    assert_eq!(counts(&office.import(file(&rows))), (0, 2, 449, 0), "the file itself goes back and forth");
}

#[actix_web::test]
async fn the_same_person_in_many_rows_is_one_card() {
    let office = office().await;
    let rows = [
        "1,F-001,Anna Ødegård,anna@example.no,17.05.1991,T4,Bestått,2026-02-01,,",
        "2,F-001,Anna Ødegård,,,HMS,Bestått,2026-02-01,,",
        "3,,Anna Ødegård,Anna@example.no,17.05.1991,HMS,Bestått,2026-02-02,,",
    ];
    assert_eq!(counts(&office.import(file(&rows))), (3, 0, 0, 0));
    assert_eq!(office.app.dump("cards").matches("Anna Ødegård").count(), 1);
}

#[actix_web::test]
async fn an_address_and_birth_date_of_two_people_is_reported_in_one_batch_as_across_two() {
    let office = office().await;
    let twins =
        ["1,F-001,Anna,a@example.no,17.05.1991,T4,Trukket,,,", "2,F-002,Berit,a@example.no,17.05.1991,T4,Trukket,,,"];
    let whose = "3,,Hvem,a@example.no,17.05.1991,T4,Trukket,,,";
    let together = office.import(file(&[twins[0], twins[1], whose]));
    assert_snapshot!(together.lines.join("\n"), @r"
    2 recorded
    3 recorded
    4 refused [epost] ambiguous: Several people fit. Give the external reference, so that none is mistaken.
    ");
    let later = office.import(file(&[whose]));
    assert_eq!(counts(&later), (0, 0, 0, 1));
    assert!(!office.app.dump("cards").contains("Hvem"));
}

#[actix_web::test]
async fn an_orderer_holds_what_it_ordered_and_its_own_card_is_found() {
    let office = office().await;
    let crane = office.app.organisation("Bergen Kran AS", CRANE, &["employer"]).await;
    let hr = office.app.member(&crane, Role::Hr).await;
    let card = json!({ "external_reference": "BK-001", "name": "Anna Ødegård" });
    let person = hr.post(&of(&crane, "persons"), card).await.expect(201)["person"].clone();
    hr.post(&of(&crane, "employments"), json!({ "person": person, "from": "2020-01-01" })).await.expect(201);
    office.app.run_jobs().await;
    let rows = [
        format!("1,F-001,Anna,,,T4,Bestått,2026-02-01,{CRANE},BK-001"),
        format!("2,,Anna,,,HMS,Bestått,2026-02-01,{CRANE},BK-001"),
        "3,F-001,Anna,,,HMS,Bestått,2026-02-02,person,".to_owned(),
    ];
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    assert_eq!(counts(&office.import(file(&rows))), (3, 0, 0, 0));
    let seen = hr.get(&of(&crane, "completions?capacity=employer")).await.expect(200);
    let seen = seen["items"].as_array().expect("items");
    assert_eq!(seen.len(), 2);
    for one in seen {
        assert_eq!((&one["person"]["id"], &one["person"]["external_reference"]), (&person, &json!("BK-001")));
    }
    // In a batch of its own the same holds: the school has met the person already.
    let again = format!("4,,Anna,,,HMS,Bestått,2026-02-03,{CRANE},BK-001");
    assert_eq!(counts(&office.import(file(&[&again]))), (1, 0, 0, 0));
    let loose = "5,F-009,Anna,,,HMS,Bestått,2026-02-03,,BK-001";
    assert_eq!(office.import(file(&[loose])).lines, ["2 refused [bestiller] required: This field is needed.",]);
}

#[actix_web::test]
async fn a_file_in_latin_1_is_read_as_what_it_says() {
    let mapping = MAPPING.replace("[fields]", "[file]\nencoding = \"iso-8859-1\"\n\n[fields]");
    let office = Office::with(&mapping, &["T4"]).await;
    let text = file(&["1,F-001,Åse-Marie Ødegård Sæbø,,,T4,Bestått,2026-02-01,,"]);
    let latin: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).expect("of the set")).collect();
    assert_eq!(counts(&office.import(latin)), (1, 0, 0, 0));
    assert!(office.app.dump("cards").contains("Åse-Marie Ødegård Sæbø"));
}

#[actix_web::test]
async fn a_dry_run_tells_what_would_happen_and_changes_nothing() {
    let mut office = office().await;
    office.import(file(&[ANNA]));
    let before = office.rows();
    office.dry_run = true;
    let changed = ANNA.replace("Bestått", "Ikke bestått");
    let outcome = office.import(file(&[&changed, "2,F-002,Odd,,,T4,Trukket,,,", "3,F-003,Odd,,,T5,Trukket,,,"]));
    assert_eq!(counts(&outcome), (1, 1, 0, 1));
    assert_eq!(office.rows(), before);
    office.dry_run = false;
    let outcome = office.import(file(&[&changed, "2,F-002,Odd,,,T4,Trukket,,,", "3,F-003,Odd,,,T5,Trukket,,,"]));
    assert_eq!(counts(&outcome), (1, 1, 0, 1));
}

#[actix_web::test]
async fn a_file_that_does_not_fit_the_mapping_is_not_begun() {
    let office = office().await;
    let before = office.rows();
    assert!(office.try_importing("nr,ref\n1,F-001\n").is_err());
    assert!(office.try_importing("").is_err());
    assert_eq!(office.rows(), before);
    let stranger = Value::String("019cadf2-0000-7000-8000-00000000ffff".into());
    let elsewhere = Office { school: json!({ "id": stranger }), ..office };
    assert!(elsewhere.try_importing(file(&[ANNA])).is_err(), "nobody's organisation");
}

/// A mapping as it is proposed for a file.
fn proposed(file: &str) -> Mapping {
    let proposal = propose(Subject::Completions, file.as_bytes(), true).expect("a file with a header");
    assert_eq!(proposal.open, [], "{:?}", proposal.mapping);
    Mapping::from_json(Subject::Completions, &proposal.mapping).unwrap_or_else(|fault| panic!("{fault}"))
}

#[actix_web::test]
async fn what_is_proposed_for_a_file_imports_it_with_its_hours_whatever_the_format() {
    let mut office = office().await;
    let cells =
        "Deltakernr;Navn;Kurskode;Resultat;Fullført dato;Timer\n17;Åse-Marie Ødegård;T4;Bestått;01.02.2026;7,5\n";
    office.mapping = proposed(cells);
    assert_eq!(office.import(cells).lines, ["2 recorded"]);
    let objects = r#"{"person":{"id":17,"name":"Åse-Marie Ødegård"},"course_code":"HMS","passed":true,"completed_at":"2026-02-01","hours":7.50}
{"person":{"id":18,"name":"Odd"},"course_code":"HMS","passed":true,"completed_at":"2026-02-31","hours":2}"#;
    office.mapping = proposed(objects);
    assert_snapshot!(office.import(objects).lines.join("\n"), @r"
    1 recorded
    2 refused [completed_at] not_a_date: The date is not in the calendar, or is not written as expected. Write it as 2026-12-31.
    ");
    let versions = office.app.dump("completion_versions");
    assert_eq!(versions.matches("7.5").count(), 2, "{versions}");
}
