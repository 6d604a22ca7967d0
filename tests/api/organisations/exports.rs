//! Exports: the same as the list, as a file; for spreadsheets and for machines.

use attest::{
    access::Actor,
    completions::{
        self, OrderedBy,
        actions::RecordCompletions,
        facts::Knowledge,
        record::{Recording, record},
    },
    platform::{
        db::{run::prelude::*, schema::custodies},
        sheet::plain,
    },
    words::*,
};
use insta::assert_snapshot;
use serde_json::Value;

use crate::support::{CRANE, Caller, World, json, of, text};

/// Two whole pages of an export and a beginning of the third.
const MANY: usize = 1_201;
const A_PAGE: usize = 500;

fn id<I: std::str::FromStr>(value: &Value) -> I
where
    I::Err: std::fmt::Debug,
{
    text(value).parse().expect("an id")
}

/// So many completions of Anna's, ordered by the crane company she works for.
async fn many(world: &World, count: usize) {
    world.anna_works_for_crane(Value::Null).await;
    let first = world.record(json!({ "ordered_by": CRANE, "orderer_reference": "BK-001" })).await;
    let (school, crane): (OrganisationId, OrganisationId) = (id(&world.school["id"]), id(&world.crane["id"]));
    let (person, competence): (PersonId, CompetenceId) = (id(&first["person"]["id"]), id(&world.t4));
    let recording = move |n: usize| Recording {
        person,
        competence: Some(competence),
        course: None,
        event: None,
        content: completions::Content {
            outcome: Outcome::Passed,
            on: Some("2026-02-01".parse().expect("a day")),
            hours: Some(7.5),
            result: None,
            run: Some(format!("run {n}")),
            ordered_by: OrderedBy::Organisation(crane),
        },
    };
    world
        .app
        .write(move |tx| {
            let permit = tx.permit(&Actor::Console, RecordCompletions { organisation: school })?;
            let recordings: Vec<Recording> = (1..count).map(recording).collect();
            record(tx, &permit, &mut Knowledge::default(), &recordings, None)?;
            Ok(())
        })
        .await;
    world.app.run_jobs().await;
}

/// The items of a list, whatever it takes.
async fn listed(caller: &Caller, path: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = caller.get(&format!("{path}&limit=500{cursor}")).await.expect(200);
        items.extend(page["items"].as_array().expect("items").iter().cloned());
        match page["next"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect()
}

/// The cells of a table, read back, without the names of the columns.
fn cells(table: &str) -> Vec<Vec<String>> {
    let body = table.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(body.as_bytes());
    let line = |record: csv::StringRecord| record.iter().map(|cell| plain(cell).to_owned()).collect();
    reader.records().map(|record| line(record.expect("a record"))).collect()
}

#[actix_web::test]
async fn completions_are_a_table_that_norwegian_spreadsheets_open() {
    let world = World::start().await;
    let said = json!({ "hours": 7.5, "result": "7.5", "run": "=1+1", "name": "Åse; \"Æsa\" Ødegård" });
    let made = world.record(said).await;
    let path = of(&world.school, "exports/completions?capacity=provider");
    let reply = world.teacher.get(&path).await;
    assert_eq!(reply.status.as_u16(), 200);
    let header = |name: &str| reply.header(name).unwrap_or_default().to_owned();
    assert_snapshot!(
        ["content-type", "content-disposition", "cache-control", "vary"].map(header).join("\n"), @r#"
    text/csv; charset=utf-8; header=present
    attachment; filename="310000000-completions-2026-03-02.csv"
    no-store
    Authorization, Accept-Language
    "#);
    let ids = [&made["id"], &made["person"]["id"], &world.school["id"]].map(text);
    let shown = ids.iter().zip(["COMPLETION", "PERSON", "SCHOOL"]);
    let shown = shown.fold(reply.text.replace("\r\n", "|\n"), |table, (id, name)| table.replace(id, name));
    assert_snapshot!(shown.trim_start_matches('\u{feff}'), @r#"
    reference;name;competence;competence_name;course;course_title;outcome;on;hours;result;run;recorder_name;ground;recorded_at;version;completion;person;event_id;recorder;ordered_by|
    F-001;"Åse; ""Æsa"" Ødegård";T4;Truck T4 – motvektstruck;TRUCK;Kurs TRUCK;passed;2026-03-01;7,5;7,5;'=1+1;Fjordkurs AS;delivered;2026-03-02T09:00:00.000000Z;1;COMPLETION;PERSON;;SCHOOL;|
    "#);
    let english = world.teacher.with_header("accept-language", "en").get(&path).await;
    assert!(reply.text.contains(";Kurs TRUCK;") && english.text.contains(";Course TRUCK;"));
}

#[actix_web::test]
async fn what_is_sent_page_by_page_is_what_the_list_shows() {
    let world = World::start().await;
    many(&world, MANY).await;
    for (viewer, organisation, capacity) in
        [(&world.teacher, &world.school, "provider"), (&world.hr, &world.crane, "employer")]
    {
        let list = listed(viewer, &of(organisation, &format!("completions?capacity={capacity}"))).await;
        assert_eq!(list.len(), MANY);
        let path = of(organisation, &format!("exports/completions?capacity={capacity}"));
        let lines = viewer.get(&format!("{path}&format=ndjson")).await;
        assert_eq!(lines.header("content-type"), Some("application/x-ndjson"));
        assert_eq!(objects(&lines.text), list);
        let table = cells(&viewer.get(&path).await.text);
        assert_eq!(table.len(), MANY);
        assert_eq!(table.iter().map(|row| row[15].clone()).collect::<Vec<_>>(), ids_of(&list));
    }
}

fn ids_of(list: &[Value]) -> Vec<String> {
    list.iter().map(|item| text(&item["id"])).collect()
}

#[actix_web::test]
async fn what_a_page_discloses_is_written_down_before_the_page_leaves_and_no_more_is() {
    let world = World::start().await;
    many(&world, MANY).await;
    let path = of(&world.crane, "exports/completions?capacity=employer&format=ndjson");
    let mut arriving = world.hr.open(&path).await;
    assert_eq!(world.app.count("disclosure_records"), A_PAGE);
    for expected in [A_PAGE, 2 * A_PAGE, MANY] {
        let piece = arriving.piece().await.expect("a piece").expect("not cut off");
        assert_eq!(piece.lines().count(), expected.min(A_PAGE).min(MANY - (expected - 1) / A_PAGE * A_PAGE));
        assert_eq!(world.app.count("disclosure_records"), expected);
    }
    assert!(arriving.piece().await.is_none());
    let anna = world.anna_who_claimed().await;
    let seen = anna.get("/v1/me/disclosures").await.expect(200);
    assert_eq!(seen["items"][0]["organisation"]["name"], "Bergen Kran AS");
}

#[actix_web::test]
async fn whoever_loses_the_role_meanwhile_gets_a_transfer_that_breaks_off() {
    let world = World::start().await;
    many(&world, MANY).await;
    let crane = id(&world.crane["id"]);
    let leaving = world.app.member_of(crane, Role::Hr, None).await;
    let path = of(&world.crane, "exports/completions?capacity=employer");
    let mut arriving = leaving.open(&path).await;
    assert!(arriving.piece().await.expect("the head").is_ok());
    assert!(arriving.piece().await.expect("a page").is_ok());
    let administrator = world.app.member_of(crane, Role::Administrator, None).await;
    let members = administrator.get(&of(&world.crane, "memberships")).await.expect(200);
    let person = leaving.person.expect("a person").to_string();
    let own = members["items"].as_array().expect("items").iter().find(|member| member["person"] == json!(person));
    let membership = text(&own.expect("a member")["id"]);
    administrator.delete(&of(&world.crane, &format!("memberships/{membership}"))).await.expect(204);
    let ended = arriving.piece().await.expect("not a quiet end");
    assert_eq!(ended, Err("an answer broke off before its end".to_owned()));
    assert_eq!(world.app.count("disclosure_records"), A_PAGE);
}

#[actix_web::test]
async fn an_export_of_nothing_is_the_names_of_the_columns() {
    let world = World::start().await;
    let table = world.teacher.get(&of(&world.school, "exports/completions?capacity=provider")).await;
    assert_eq!((table.status.as_u16(), table.text.lines().count()), (200, 1));
    let lines = world.teacher.get(&of(&world.school, "exports/completions?capacity=provider&format=ndjson")).await;
    assert_eq!((lines.status.as_u16(), lines.text.as_str()), (200, ""));
    let staff = world.hr.get(&of(&world.crane, "exports/staff")).await;
    assert_eq!(staff.text, "\u{feff}reference;name;email;birth_date;mobile;position;team;from;to\r\n");
}

#[actix_web::test]
async fn an_export_narrows_as_the_list_does_and_says_what_it_does_not_know() {
    let world = World::start().await;
    world.record(json!({})).await;
    world.record(json!({ "course": world.hydraulics })).await;
    let path = of(&world.school, "exports/completions?format=ndjson&capacity=provider");
    assert_eq!(objects(&world.teacher.get(&path).await.text).len(), 2);
    let narrow = format!("{path}&competence={}", text(&world.t4));
    assert_eq!(objects(&world.teacher.get(&narrow).await.text).len(), 1);
    let odd = of(&world.school, "exports/completions?format=xlsx&limit=2");
    let reply = world.teacher.get(&odd).await;
    assert_eq!(reply.findings(), ["?capacity required", "?format not_in_list", "?limit unknown_field"]);
}

/// Makes what an organisation holds custodies of the bare fact, without hours and result.
async fn reduce_to_the_fact(world: &World, holder: OrganisationId) {
    let fact = Content::of(&[Part::Fact]);
    let reduce = diesel::update(custodies::table.filter(custodies::controller.eq(holder)));
    world
        .app
        .write(move |tx| {
            reduce.set(custodies::content.eq(fact)).execute(tx.conn()).expect("written");
            Ok(())
        })
        .await;
}

#[actix_web::test]
async fn a_manager_exports_the_own_team_and_what_the_custody_lacks_is_empty() {
    let world = World::start().await;
    let (own, other) = (world.team("Tårnkran").await, world.team("Verksted").await);
    world.anna_works_for_crane(own.clone()).await;
    let by_crane = |reference: &str| {
        json!({ "ordered_by": CRANE, "orderer_reference": reference, "person_reference": reference, "hours": 34,
                "result": "A" })
    };
    let odd = world.card(json!({ "external_reference": "BK-002", "name": "Odd Berg" })).await;
    world.employ(&odd, other).await;
    let of_anna = world.record(by_crane("BK-001")).await;
    let of_odd = json!({ "email": null, "birth_date": null, "name": "Odd Berg" });
    let mut of_odd_body = by_crane("BK-002");
    of_odd_body.as_object_mut().expect("an object").extend(of_odd.as_object().expect("an object").clone());
    world.record(of_odd_body).await;
    world.app.run_jobs().await;
    let crane = id(&world.crane["id"]);
    let manager = world.app.member_of(crane, Role::Manager, Some(id(&own))).await;
    let path = of(&world.crane, "exports/completions?capacity=employer&format=ndjson");
    let seen = objects(&manager.get(&path).await.text);
    assert_eq!(ids_of(&seen), [text(&of_anna["id"])]);
    assert_eq!(objects(&world.hr.get(&path).await.text).len(), 2);
    let list = manager.get(&of(&world.crane, "completions?capacity=employer")).await.expect(200);
    assert_eq!(json!(seen), list["items"]);
    reduce_to_the_fact(&world, crane).await;
    assert_eq!(objects(&manager.get(&path).await.text)[0]["hours"], Value::Null);
    let table = cells(&manager.get(&of(&world.crane, "exports/completions?capacity=employer")).await.text);
    assert_eq!(table[0][7..10], ["2026-03-01", "", ""]);
    manager.get(&of(&world.crane, "exports/staff")).await.expect(403);
}

#[actix_web::test]
async fn the_staff_is_a_table_from_which_it_can_be_made_again() {
    let world = World::start().await;
    let team = world.team("Kai; nord").await;
    let card = json!({
        "external_reference": "007", "name": "Åse-Marie Ødegård", "emails": ["ase@example.no"],
        "birth_date": "1991-05-17", "mobile": "+47 900 00 000", "position": "-fører",
    });
    let person = world.card(card).await;
    world.employ(&person, team).await;
    let bare = world.card(json!({ "name": "Odd" })).await;
    world.employ(&bare, Value::Null).await;
    let reply = world.hr.get(&of(&world.crane, "exports/staff?format=csv")).await;
    assert_eq!(reply.header("content-disposition"), Some("attachment; filename=\"310000019-staff-2026-03-02.csv\""));
    assert_snapshot!(reply.text.trim_start_matches('\u{feff}').replace('\r', ""), @r#"
    reference;name;email;birth_date;mobile;position;team;from;to
    007;Åse-Marie Ødegård;ase@example.no;1991-05-17;'+4790000000;'-fører;"Kai; nord";2020-01-01;
    ;Odd;;;;;;2020-01-01;
    "#);
    let rows = cells(&reply.text);
    assert_eq!(
        rows[0],
        [
            "007",
            "Åse-Marie Ødegård",
            "ase@example.no",
            "1991-05-17",
            "+4790000000",
            "-fører",
            "Kai; nord",
            "2020-01-01",
            ""
        ]
    );
    let lines = objects(&world.hr.get(&of(&world.crane, "exports/staff?format=ndjson")).await.text);
    assert_eq!((&lines[0]["emails"], &lines[0]["team"]), (&json!(["ase@example.no"]), &json!("Kai; nord")));
    assert_eq!(
        (&lines[1]["name"], &lines[1]["reference"], &lines[1]["to"]),
        (&json!("Odd"), &Value::Null, &Value::Null)
    );
}

#[actix_web::test]
async fn an_export_leaves_one_audit_row_with_codes_and_ids_and_counts_as_one_request() {
    let world = World::start().await;
    many(&world, A_PAGE + 1).await;
    let before = world.app.count("audit");
    world.hr.get(&of(&world.crane, "exports/completions?capacity=employer")).await;
    world.hr.get(&of(&world.crane, "exports/staff")).await;
    let audit = world.app.dump("audit").replace('"', "");
    assert_eq!(world.app.count("audit"), before + 2);
    for said in ["export_completions", "capacity:employer", "format:csv", "export_staff"] {
        assert!(audit.contains(said), "{said}");
    }
    assert!(!audit.contains("Anna"));
    let counted = world.app.nobody().get("/metrics").await.text;
    assert!(counted.contains(r#"exports/completions",status="200"} 1"#), "{counted}");
}

#[actix_web::test]
async fn who_may_not_list_may_not_export_and_leaves_no_trace() {
    let world = World::start().await;
    let before = world.app.count("audit");
    let completions = of(&world.crane, "exports/completions?capacity=employer");
    world.other_hr.get(&completions).await.expect(404);
    world.teacher.get(&of(&world.crane, "exports/staff")).await.expect(404);
    world.app.nobody().get(&completions).await.expect(401);
    world.hr.get(&of(&world.crane, "exports/completions?capacity=provider")).await.expect(403);
    assert_eq!(world.app.count("audit"), before);
}
