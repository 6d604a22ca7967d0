//! Files sent over HTTP: confirmed, written while one watches, called off.

use std::io::Write;

use attest::{
    cli::keys::reseal,
    platform::{config::Config, vault::Key},
    words::Role,
};
use chrono::TimeDelta;
use insta::assert_snapshot;
use serde_json::{Value, json};

use crate::support::{App, Caller, text};

/// A school with a course, and who keeps its records.
pub struct School {
    pub app: App,
    pub organisation: Value,
    pub teacher: Caller,
}

impl School {
    pub async fn open() -> Self {
        let app = App::start().await;
        let organisation = app.organisation("Fjordkurs AS", "310000000", &["provider"]).await;
        let teacher = app.member(&organisation, Role::CourseAdministrator).await;
        let course = json!({ "code": "T4", "title": { "nb": "Truck", "en": "Truck" } });
        teacher.post("/v1/courses", course).await.expect(201);
        Self { app, organisation, teacher }
    }

    pub fn imports(&self) -> String {
        format!("/v1/organisations/{}/imports/completions", text(&self.organisation["id"]))
    }

    pub fn import(&self, import: &Value) -> String {
        format!("{}/{}", self.imports(), text(&import["id"]))
    }

    /// Sends a file and lets it begin with the mapping below.
    pub async fn started(&self, file: &str) -> Value {
        let sent = self.teacher.post_file(&self.imports(), "text/csv", file).await.expect(201);
        let start = json!({ "mapping": mapping() });
        self.teacher.post(&format!("{}/start", self.import(&sent)), start).await.expect(200)
    }

    /// Sends a file and carries it through.
    pub async fn imported(&self, file: &str) -> Value {
        let started = self.started(file).await;
        self.app.run_imports();
        self.teacher.get(&self.import(&started)).await.expect(200)
    }

    pub async fn results(&self, import: &Value, query: &str) -> String {
        let path = format!("{}/results?format=ndjson&{query}", self.import(import));
        let reply = self.teacher.get(&path).await;
        assert_eq!(reply.status, 200, "{reply}");
        let short = |line: &str| {
            let row: Value = serde_json::from_str(line).expect("an object");
            let codes: Vec<String> =
                row["errors"].as_array().expect("errors").iter().map(|e| text(&e["code"])).collect();
            format!("{} {} {}", row["line"], text(&row["outcome"]), codes.join(" ")).trim().to_owned()
        };
        reply.text.lines().map(short).collect::<Vec<_>>().join("\n")
    }

    /// The names behind the completions the school has.
    pub async fn names(&self) -> String {
        let path =
            format!("/v1/organisations/{}/completions?capacity=provider&limit=500", text(&self.organisation["id"]));
        let listed = self.teacher.get(&path).await.expect(200);
        let items = listed["items"].as_array().expect("items").clone();
        let line = |one: &Value| format!("{} {}", text(&one["person"]["name"]), text(&one["outcome"]));
        let mut lines: Vec<_> = items.iter().map(line).collect();
        lines.sort();
        lines.join("\n")
    }
}

pub fn mapping() -> Value {
    json!({
        "source": "skole",
        "key": "{nr}",
        "fields": {
            "person_reference": "ref",
            "name": "navn",
            "course": { "constant": "T4" },
            "outcome": { "column": "resultat", "map": { "Bestått": "passed", "Ikke bestått": "failed" } },
            "on": "dato",
        }
    })
}

pub const FILE: &str = "nr,ref,navn,resultat,dato\n\
    1,F-1,Anna Ødegård,Bestått,2026-02-01\n\
    2,F-2,Odd Berg,Kanskje,2026-02-01\n\
    3,F-3,Åse-Marie Vik,Ikke bestått,2026-02-02\n";

pub fn rows(count: usize) -> String {
    let mut file = "nr,ref,navn,resultat,dato\n".to_owned();
    for n in 0..count {
        file.push_str(&format!("{n},F-{n},Person {n},Bestått,2026-02-01\n"));
    }
    file
}

#[actix_web::test]
async fn a_file_is_sent_confirmed_written_and_every_row_accounted_for() {
    let school = School::open().await;
    let sent = school.teacher.post_file(&school.imports(), "text/csv", FILE).await.expect(201);
    assert_eq!((&sent["state"], &sent["size"]), (&json!("proposed"), &json!(FILE.len())));
    assert!(school.names().await.is_empty(), "nothing is written before it is confirmed");
    let started =
        school.teacher.post(&format!("{}/start", school.import(&sent)), json!({ "mapping": mapping() })).await;
    assert_eq!(text(&started.expect(200)["state"]), "waiting");
    school.app.run_imports();
    let done = school.teacher.get(&school.import(&sent)).await.expect(200);
    assert_eq!(text(&done["state"]), "finished");
    assert_eq!(done["rows"], json!({ "read": 3, "recorded": 2, "changed": 0, "unchanged": 0, "refused": 1 }));
    assert_eq!(done["position"], done["size"]);
    assert_snapshot!(school.results(&done, "").await, @r"
    2 recorded
    3 refused not_in_map
    4 recorded
    ");
    assert_eq!(school.results(&done, "outcome=refused").await, "3 refused not_in_map");
    assert_snapshot!(school.names().await, @r"
    Anna Ødegård passed
    Åse-Marie Vik failed
    ");
    assert_eq!(school.app.count("import_pieces"), 0, "the file is gone when it has been read");
}

#[actix_web::test]
async fn results_open_in_a_spreadsheet() {
    let school = School::open().await;
    let done = school.imported(FILE).await;
    let reply = school.teacher.get(&format!("{}/results?outcome=refused", school.import(&done))).await;
    assert!(reply.header("content-disposition").is_some_and(|value| value.contains(".csv")));
    assert_snapshot!(reply.text.trim_start_matches('\u{feff}'), @r"
    line;outcome;record;column;code;detail
    3;refused;;resultat;not_in_map;Tilordningsfilen sier ikke hva denne verdien betyr. Legg den til i map for kolonnen, eller rett raden.
    ");
}

#[actix_web::test]
async fn the_second_file_of_a_source_begins_at_once_with_the_mapping_of_the_first() {
    let school = School::open().await;
    school.imported(FILE).await;
    let path = format!("{}?source=skole&start=true", school.imports());
    let again = school.teacher.post_file(&path, "text/csv", FILE.replace("Kanskje", "Bestått")).await.expect(201);
    assert_eq!(text(&again["state"]), "waiting");
    school.app.run_imports();
    let done = school.teacher.get(&school.import(&again)).await.expect(200);
    assert_eq!(done["rows"], json!({ "read": 3, "recorded": 1, "changed": 0, "unchanged": 2, "refused": 0 }));
    let unknown = format!("{}?source=annen&start=true", school.imports());
    let other = school.teacher.post_file(&unknown, "text/csv", FILE).await.expect(201);
    assert_eq!(text(&other["state"]), "proposed", "nobody has said what its columns mean");
}

#[actix_web::test]
async fn a_mapping_that_does_not_fit_is_refused_before_anything_is_written() {
    let school = School::open().await;
    let sent = school.teacher.post_file(&school.imports(), "text/csv", FILE).await.expect(201);
    let start = format!("{}/start", school.import(&sent));
    let mut other = mapping();
    other["fields"]["on"] = json!("fullført");
    let reply = school.teacher.post(&start, json!({ "mapping": other })).await;
    assert_eq!((reply.status.as_u16(), reply.findings()), (422, vec![" file".to_owned()]));
    other["fields"]["grade"] = json!("dato");
    other["key"] = json!("{nr");
    let reply = school.teacher.post(&start, json!({ "mapping": other })).await;
    assert_eq!(reply.findings(), ["/mapping/fields/grade mapping", "/mapping/key mapping"]);
    let shown = school.teacher.get(&school.import(&sent)).await.expect(200);
    assert_eq!(text(&shown["state"]), "proposed", "it can still be confirmed rightly");
}

#[actix_web::test]
async fn what_is_called_off_stops_and_keeps_what_was_written() {
    let school = School::open().await;
    let started = school.started(FILE).await;
    let cancelled = school.teacher.post_nothing(&format!("{}/cancellation", school.import(&started))).await.expect(200);
    assert_eq!(text(&cancelled["state"]), "cancelled");
    school.app.run_imports();
    assert!(school.names().await.is_empty());
    assert_eq!(school.app.count("import_pieces"), 0);
    let again = school.teacher.post_nothing(&format!("{}/cancellation", school.import(&started))).await;
    assert_eq!((again.status.as_u16(), again.problem()), (409, "not-now"));
}

#[actix_web::test]
async fn an_import_ends_when_more_rows_are_refused_than_its_order_allows() {
    let school = School::open().await;
    let file = rows(450).replace("Bestått", "Kanskje");
    let sent = school.teacher.post_file(&school.imports(), "text/csv", file).await.expect(201);
    let start = json!({ "mapping": mapping(), "refused_at_most": 10 });
    school.teacher.post(&format!("{}/start", school.import(&sent)), start).await.expect(200);
    school.app.run_imports();
    let stopped = school.teacher.get(&school.import(&sent)).await.expect(200);
    assert_eq!((&stopped["state"], &stopped["stopped_because"]), (&json!("stopped"), &json!("too_many_refused")));
    assert_eq!(stopped["rows"]["read"], 50, "it is looked at every 50 rows");
}

#[actix_web::test]
async fn a_dry_run_reports_every_row_and_writes_none() {
    let school = School::open().await;
    let sent = school.teacher.post_file(&school.imports(), "text/csv", FILE).await.expect(201);
    let start = json!({ "mapping": mapping(), "dry_run": true });
    school.teacher.post(&format!("{}/start", school.import(&sent)), start).await.expect(200);
    school.app.run_imports();
    let done = school.teacher.get(&school.import(&sent)).await.expect(200);
    assert_eq!(done["rows"]["recorded"], 2);
    assert_eq!(done["undo_until"], Value::Null, "there is nothing to undo");
    assert!(school.names().await.is_empty());
}

#[actix_web::test]
async fn the_same_file_under_the_same_key_is_one_import() {
    let school = School::open().await;
    let teacher = school.teacher.with_header("idempotency-key", "monday");
    let one = teacher.post_file(&school.imports(), "text/csv", FILE).await.expect(201);
    let same = teacher.post_file(&school.imports(), "text/csv", FILE).await.expect(201);
    assert_eq!(one["id"], same["id"]);
    let other = teacher.post_file(&school.imports(), "text/csv", FILE.replace("Odd", "Ola")).await;
    assert_eq!((other.status.as_u16(), other.problem()), (422, "idempotency-key-reused"));
    let listed = school.teacher.get(&school.imports()).await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1), "what was not taken is gone");
}

#[actix_web::test]
async fn an_import_that_lost_its_worker_goes_on_where_it_was() {
    let school = School::open().await;
    let started = school.started(&rows(500)).await;
    let taken = school.app.write(|tx| Ok(attest::imports::store::take(tx)?)).await.expect("it waits");
    let mapping = attest::imports::reading::mapping::Mapping::from_json(
        attest::words::ImportSubject::Completions,
        mapping().as_object().expect("an object"),
    )
    .expect("usable");
    let file = rows(500);
    let open = || attest::imports::reading::rows::Rows::open(&mapping, file.as_bytes()).expect("it fits");
    let killed = attest::imports::run::run(school.app.db(), &taken.order, open(), |_, _| false);
    assert!(killed.is_err(), "the worker is gone after the first rows");
    school.app.run_imports();
    let shown = school.teacher.get(&school.import(&started)).await.expect(200);
    assert_eq!((&shown["state"], &shown["rows"]["read"]), (&json!("running"), &json!(50)), "it may only be slow");
    school.app.later(TimeDelta::minutes(2));
    school.app.run_imports();
    let shown = school.teacher.get(&school.import(&started)).await.expect(200);
    assert_eq!(text(&shown["state"]), "finished");
    assert_eq!(shown["rows"]["recorded"], 500);
    let late = attest::imports::run::run(school.app.db(), &taken.order, open(), |_, _| true);
    assert!(matches!(late, Err(attest::imports::run::Stopped::Interrupted)), "who comes back late writes nothing");
    assert_eq!(school.results(&shown, "").await.lines().count(), 500, "each row is accounted for once");
    assert_eq!(school.app.count("completions"), 500);
}

#[actix_web::test]
async fn rows_are_known_again_and_waiting_files_open_after_the_master_key_was_exchanged_twice() {
    let mut school = School::open().await;
    assert_eq!(school.imported(&rows(30)).await["rows"]["recorded"], 30);
    for _ in 0..2 {
        let started = school.started(&rows(31)).await;
        let old = school.app.server.house.config.master_key.clone();
        let both = |config: &mut Config| {
            config.former_master_key = Some(old);
            config.master_key = Key::generate();
        };
        school.app.restart_with(both).await;
        reseal(school.app.db()).expect("sealed anew");
        school.app.restart_with(|config| config.former_master_key = None).await;
        school.teacher = school.app.again(&school.teacher);
        school.app.run_imports();
        let shown = school.teacher.get(&school.import(&started)).await.expect(200);
        assert_eq!((&shown["state"], &shown["rows"]["read"]), (&json!("finished"), &json!(31)));
        assert_eq!(school.app.count("completions"), 31);
    }
}

#[actix_web::test]
async fn an_import_goes_on_after_signing_out_and_ends_when_the_role_is_gone() {
    let school = School::open().await;
    school.started(FILE).await;
    school.teacher.delete("/v1/sessions/current").await.expect(204);
    school.app.run_imports();
    assert_eq!(school.app.count("completions"), 2, "signing out calls nothing off");

    let school = School::open().await;
    let started = school.started(FILE).await;
    let administrator = school.app.member(&school.organisation, Role::Administrator).await;
    let members = format!("/v1/organisations/{}/memberships", text(&school.organisation["id"]));
    let listed = administrator.get(&members).await.expect(200);
    let own = listed["items"].as_array().expect("items").iter().find(|m| text(&m["role"]) == "course_administrator");
    let own = own.expect("the teacher").clone();
    let etag = format!("\"{}\"", own["version"].as_i64().unwrap_or(1));
    let caller = administrator.with_header("if-match", &etag);
    caller.delete(&format!("{members}/{}", text(&own["id"]))).await.expect(204);
    school.app.run_imports();
    let shown = administrator.get(&school.import(&started)).await.expect(200);
    assert_eq!((&shown["state"], &shown["stopped_because"]), (&json!("stopped"), &json!("not_allowed")));
    assert_eq!(school.app.count("completions"), 0);
}

#[actix_web::test]
async fn files_that_are_too_large_packed_or_unpacked_leave_nothing_behind() {
    let school = School::open().await;
    let large = vec![b'x'; 17 * 1024 * 1024];
    let reply = school.teacher.post_file(&school.imports(), "text/csv", large).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (413, "file-too-large"));
    let packing = school.teacher.with_header("content-encoding", "gzip");
    let reply = packing.post_file(&school.imports(), "text/csv", packed(&vec![b'x'; 300 * 1024 * 1024])).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (413, "file-too-large"));
    let reply = packing.post_file(&school.imports(), "text/csv", "not packed at all").await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (415, "file-type"));
    let reply = school.teacher.post_file(&school.imports(), "application/pdf", FILE).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (415, "file-type"));
    assert_eq!((school.app.count("imports"), school.app.count("import_pieces")), (0, 0));
    let sent = packing.post_file(&school.imports(), "text/csv", packed(FILE.as_bytes())).await.expect(201);
    assert_eq!(sent["size"], json!(FILE.len()));
}

#[actix_web::test]
async fn a_file_packed_in_several_parts_is_read_to_its_end_and_a_cut_one_is_refused() {
    let school = School::open().await;
    let packing = school.teacher.with_header("content-encoding", "gzip");
    let (one, other) = FILE.as_bytes().split_at(40);
    let parts = [packed(one), packed(other)].concat();
    let sent = packing.post_file(&school.imports(), "text/csv", parts.clone()).await.expect(201);
    assert_eq!(sent["size"], json!(FILE.len()));
    let reply = packing.post_file(&school.imports(), "text/csv", parts[..parts.len() - 5].to_vec()).await;
    assert_eq!((reply.status.as_u16(), reply.problem()), (415, "file-type"));
}

fn packed(plain: &[u8]) -> Vec<u8> {
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer.write_all(plain).expect("packed");
    packer.finish().expect("packed")
}

#[actix_web::test]
async fn neither_a_stranger_nor_another_role_nor_another_subject_sees_an_import() {
    let school = School::open().await;
    let sent = school.teacher.post_file(&school.imports(), "text/csv", FILE).await.expect(201);
    let stranger = school.app.person("Ukjent", "ukjent@example.no", "1990-01-01").await;
    stranger.get(&school.import(&sent)).await.expect(404);
    stranger.post_file(&school.imports(), "text/csv", FILE).await.expect(404);
    let instructor = school.app.member(&school.organisation, Role::Instructor).await;
    instructor.get(&school.import(&sent)).await.expect(403);
    let as_staff = school.import(&sent).replace("/completions/", "/staff/");
    assert!([403, 404, 422].contains(&school.teacher.get(&as_staff).await.status.as_u16()));
    let neighbour = school.app.organisation("Nabo AS", "310000019", &["provider"]).await;
    let their_teacher = school.app.member(&neighbour, Role::CourseAdministrator).await;
    let mine = school.import(&sent).replace(&text(&school.organisation["id"]), &text(&neighbour["id"]));
    their_teacher.get(&mine).await.expect(404);
}

#[actix_web::test]
async fn what_was_sent_and_never_begun_is_deleted_after_a_week() {
    let school = School::open().await;
    let sent = school.teacher.post_file(&school.imports(), "text/csv", FILE).await.expect(201);
    school.app.later(TimeDelta::days(6));
    school.app.write(|tx| Ok(attest::imports::store::housekeeping(tx)?)).await;
    assert_eq!(school.app.count("import_pieces"), 1);
    school.app.later(TimeDelta::days(2));
    school.app.write(|tx| Ok(attest::imports::store::housekeeping(tx)?)).await;
    assert_eq!((school.app.count("imports"), school.app.count("import_pieces")), (0, 0));
    let _ = sent;
}

#[actix_web::test]
async fn what_is_proposed_can_be_confirmed_as_it_is() {
    let school = School::open().await;
    let file = "Ansattnr;Navn;E-post;Kurskode;Resultat;Fullført dato\r\n\
        17;Åse-Marie Ødegård;ase@example.no;T4;Bestått;03.02.2026\r\n\
        18;Odd Berg;odd@example.no;T4;Ikke bestått;28.02.2026\r\n";
    let path = format!("{}?source=personal", school.imports());
    let sent = school.teacher.post_file(&path, "text/csv", file).await.expect(201);
    let proposal = &sent["proposal"];
    assert_eq!(proposal["open"], json!([]), "{proposal:#}");
    assert_eq!(proposal["mapping"]["source"], "personal");
    let first = &proposal["preview"][0];
    assert_eq!((&first["line"], &first["errors"]), (&json!(2), &json!([])));
    assert_eq!(first["values"]["name"], "Åse-Marie Ødegård");
    assert_eq!((&first["values"]["outcome"], &first["values"]["on"]), (&json!("passed"), &json!("2026-02-03")));
    school.teacher.post(&format!("{}/start", school.import(&sent)), json!({})).await.expect(200);
    school.app.run_imports();
    assert_snapshot!(school.names().await, @r"
    Odd Berg failed
    Åse-Marie Ødegård passed
    ");
}

#[actix_web::test]
async fn a_workbook_is_no_table_and_says_how_to_make_one() {
    let school = School::open().await;
    let reply =
        school.teacher.post_file(&school.imports(), "text/csv", b"PK\x03\x04\x14\x00xl/workbook.xml".to_vec()).await;
    assert_eq!(reply.status, 422, "{reply}");
    assert!(text(&reply.body["errors"][0]["detail"]).contains("CSV"), "{reply}");
    assert_eq!(school.app.count("imports"), 0);
}

#[actix_web::test]
async fn two_imports_of_one_file_at_once_record_each_row_once() {
    let school = School::open().await;
    let organisation = text(&school.organisation["id"]).parse().expect("an id");
    let mapping = attest::imports::reading::mapping::Mapping::from_json(
        attest::words::ImportSubject::Completions,
        mapping().as_object().expect("an object"),
    )
    .expect("usable");
    let file = rows(450);
    let command = attest::imports::work::Command {
        actor: attest::access::Actor::Console,
        rows: attest::imports::actions::ImportRows { organisation, subject: attest::words::ImportSubject::Completions },
        file_hash: String::new(),
        size: 0,
        dry_run: false,
        lang: attest::words::Lang::En,
    };
    let db = school.app.db();
    let run = || attest::imports::work::run_here(db, &command, &mapping, file.as_bytes(), |_, _| {}).expect("it runs");
    let (one, other) = std::thread::scope(|scope| {
        let other = scope.spawn(run);
        (run(), other.join().expect("it ends"))
    });
    assert_eq!((one.recorded + other.recorded, one.unchanged + other.unchanged), (450, 450));
    assert_eq!(one.refused + other.refused, 0);
    assert_eq!(school.app.count("completions"), 450);
    assert_eq!(school.app.count("cards"), 450 + 2, "one card each, and the two members' own");
}
