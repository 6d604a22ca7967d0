//! How SQLite goes about its questions, which hangs on what the migrations tell it about the tables.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use attest::{
    access::{Area, Reach, Viewer},
    app::run_clocks,
    completions::erasing::{Because, erase},
    people::store::{by_email_and_birth_date, by_references},
    platform::{
        db::{Error, Tx, run::prelude::*},
        input::{Email, Field, Reading},
    },
    privacy::sweep::daily,
    records::{
        ending::store::under_hold as held,
        store::{seen_by, seen_for_safety},
    },
    words::{Capacity, Identifier, OPERATOR, PersonId, RecordId, Role},
};
use diesel::{
    connection::{Instrumentation, InstrumentationEvent},
    sql_query,
    sql_types::Text,
};
use serde_json::json;

use crate::{
    certificates::issue,
    support::{App, CRANE, World, of, text},
};

fn texts(tx: &mut Tx<'_>, query: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Line {
        #[diesel(sql_type = Text)]
        detail: String,
    }
    let lines: Vec<Line> = sql_query(query).load(tx.conn()).expect("the question can be asked");
    lines.into_iter().map(|line| line.detail).collect()
}

/// Remembers the last statement that was asked.
struct Listener(Arc<Mutex<String>>);

impl Instrumentation for Listener {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let said = query.to_string();
            *self.0.lock().expect("nobody panicked") = said.split(" -- binds: ").next().unwrap_or_default().to_owned();
        }
    }
}

#[actix_web::test]
async fn an_address_is_looked_up_by_the_address_and_not_among_all_cards_of_a_holder() {
    let app = App::start().await;
    if !app.on_sqlite() {
        return;
    }
    let plan = app.db().read_here(|tx| {
        let email = Email::read_text("anna@example.no", &Reading { today: tx.today() }).expect("an address");
        let (heard, born) = (Arc::<Mutex<String>>::default(), tx.today());
        tx.conn().set_instrumentation(Listener(heard.clone()));
        by_email_and_birth_date(tx, OPERATOR, &email, born)?;
        let statement = heard.lock().expect("nobody panicked").clone();
        tx.conn().set_instrumentation(None::<Box<dyn Instrumentation>>);
        Ok::<_, Error>(texts(tx, &format!("EXPLAIN QUERY PLAN {statement}")))
    });
    let plan = plan.expect("read");
    assert!(plan.first().is_some_and(|step| step.contains("card_emails_key (email_key=?)")), "{plan:?}");
}

/// Remembers every statement that was asked.
struct Recorder(Arc<Mutex<Vec<String>>>);

impl Instrumentation for Recorder {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        if let InstrumentationEvent::StartQuery { query, .. } = event {
            let said = query.to_string();
            let statement = said.split(" -- binds: ").next().unwrap_or_default().to_owned();
            self.0.lock().expect("nobody panicked").push(statement);
        }
    }
}

#[actix_web::test]
async fn what_is_not_mail_is_claimed_past_all_the_mail_that_waits() {
    let app = App::start().await;
    if !app.on_sqlite() {
        return;
    }
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let recorder = Recorder(heard.clone());
    app.write(move |tx| {
        tx.conn().set_instrumentation(recorder);
        Ok(())
    })
    .await;
    app.run_jobs().await;
    let heard = std::mem::take(&mut *heard.lock().expect("nobody panicked"));
    let claims: Vec<String> = heard.into_iter().filter(|one| one.starts_with("SELECT `outbox`")).collect();
    let plan = |statement: &String| {
        app.db().read_here(|tx| Ok::<_, Error>(texts(tx, &format!("EXPLAIN QUERY PLAN {statement}")))).expect("read")
    };
    let plans: Vec<String> = claims.iter().map(|claim| plan(claim).join("; ")).collect();
    let by = |index: &str| format!("SEARCH outbox USING INDEX {index} (due_at<?)");
    assert_eq!(plans, [by("outbox_due_but_mail"), by("outbox_due")], "{claims:?}");
}

#[actix_web::test]
async fn erasing_reads_no_table_to_its_end() {
    let world = World::start().await;
    if !world.app.on_sqlite() {
        return;
    }
    let in_a_scheme = world.record(json!({ "course": world.hot_work })).await;
    issue(&world, &[&in_a_scheme]).await;
    let ordered = world.record(json!({ "ordered_by": CRANE, "course": world.hydraulics })).await;
    let own = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    issue(&world, &[&ordered, &own]).await;
    let id = |value: &serde_json::Value| text(&value["id"]).parse::<RecordId>().expect("an id");
    let (ordered, own, in_a_scheme) = (id(&ordered), id(&own), id(&in_a_scheme));
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let recorder = Recorder(heard.clone());
    world
        .app
        .write(move |tx| {
            tx.conn().set_instrumentation(recorder);
            // One goes from a certificate about both, then the other with all of it.
            erase(tx, &[own], Because::Decided)?;
            erase(tx, &[ordered, in_a_scheme], Because::Decided)?;
            tx.conn().set_instrumentation(None::<Box<dyn Instrumentation>>);
            Ok(())
        })
        .await;
    assert_eq!(world.app.count("records") + world.app.count("certificates"), 0);
    let heard = std::mem::take(&mut *heard.lock().expect("nobody panicked"));
    let is_about_rows =
        |one: &&String| ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| one.starts_with(verb)) && !one.contains("1=0");
    for statement in heard.iter().filter(is_about_rows) {
        let plan = world
            .app
            .db()
            .read_here(|tx| Ok::<_, Error>(texts(tx, &format!("EXPLAIN QUERY PLAN {statement}"))))
            .expect("read");
        let to_the_end = |step: &&String| step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE");
        assert_eq!(plan.iter().find(to_the_end), None, "{statement}");
    }
    assert!(heard.len() > 50, "{} statements", heard.len());
}

/// What was asked about rows while something was done, and may not be read to its end.
fn asked_about_rows(app: &App, heard: &[String]) -> Vec<(String, Vec<String>)> {
    let is_about_rows =
        |one: &&String| ["SELECT", "UPDATE", "DELETE"].iter().any(|verb| one.starts_with(verb)) && !one.contains("1=0");
    let plan = |one: &String| {
        app.db().read_here(|tx| Ok::<_, Error>(texts(tx, &format!("EXPLAIN QUERY PLAN {one}")))).expect("read")
    };
    heard.iter().filter(is_about_rows).map(|one| (one.clone(), plan(one))).collect()
}

#[actix_web::test]
async fn a_sweep_and_the_clocks_cost_what_is_due_and_not_what_is_stored() {
    let world = World::start().await;
    if !world.app.on_sqlite() {
        return;
    }
    let job = world.anna_works_for_crane(serde_json::Value::Null).await;
    let asked = json!({ "ordered_by": CRANE, "orderer_reference": "BK-001", "course": world.hydraulics });
    world.record(asked).await;
    let path = of(&world.crane, &format!("employments/{}", text(&job["id"])));
    world.hr.patch(&path, "\"1\"", json!({ "to": "2026-03-01" })).await.expect(200);
    world.app.run_jobs().await;
    let (heard, house) = (Arc::<Mutex<Vec<String>>>::default(), &world.app.server.house);
    let recorder = Recorder(heard.clone());
    world
        .app
        .write(move |tx| {
            tx.conn().set_instrumentation(recorder);
            Ok(())
        })
        .await;
    for day in ["2027-03-02", "2030-01-01", "2033-01-02"] {
        world.app.on(day);
        daily(house).await.expect("swept");
        run_clocks(world.app.db()).await.expect("the clocks run");
    }
    let heard = std::mem::take(&mut *heard.lock().expect("nobody panicked"));
    world.app.run_jobs().await;
    assert_eq!((world.app.count("employments"), world.app.count("erasure_ledger")), (0, 0), "all of it had its turn");
    let plans = asked_about_rows(&world.app, &heard);
    let walk = plans.iter().find(|(one, _)| one.contains("`custodies`.`erase_on` <= ")).expect("a walk");
    assert_eq!(
        walk.1,
        ["SEARCH custodies USING COVERING INDEX custodies_due \
          ((erase_on,record,controller,ground)>(?,?,?,?) AND erase_on<?)"],
        "in the order of the index, and from where it was"
    );
    for (statement, plan) in plans {
        let to_the_end = |step: &&String| step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE");
        assert_eq!(plan.iter().find(to_the_end), None, "{statement}");
    }
}

#[actix_web::test]
async fn what_a_safety_representative_sees_is_found_without_reading_a_table_to_its_end() {
    let world = World::start().await;
    if !world.app.on_sqlite() {
        return;
    }
    let representative = world.app.member(&world.crane, Role::SafetyRepresentative).await;
    let member = representative.person.expect("a person");
    let organisation = text(&world.crane["id"]).parse().expect("an id");
    let reach = Reach::Roles { member, led: BTreeSet::new(), safety: Some(Area::Everyone) };
    let viewer = Viewer { organisation, capacity: Capacity::Employer, reach };
    let heard = Arc::<Mutex<Vec<String>>>::default();
    let asked = world.app.db().read_here(|tx| {
        tx.conn().set_instrumentation(Recorder(heard.clone()));
        seen_by(tx, &viewer)?;
        seen_for_safety(tx, &viewer, &[RecordId::nil()])?;
        tx.conn().set_instrumentation(None::<Box<dyn Instrumentation>>);
        Ok::<_, Error>(())
    });
    asked.expect("read");
    let heard = std::mem::take(&mut *heard.lock().expect("nobody panicked"));
    let plans = asked_about_rows(&world.app, &heard);
    assert_eq!(plans.len(), 2);
    for (statement, plan) in plans {
        let to_the_end = |step: &&String| step.starts_with("SCAN") && !step.contains("VIRTUAL TABLE");
        assert_eq!(plan.iter().find(to_the_end), None, "{statement}");
    }
}

#[actix_web::test]
async fn whether_something_is_held_is_asked_by_the_person_and_not_among_all_holds_of_an_organisation() {
    let app = App::start().await;
    if !app.on_sqlite() {
        return;
    }
    let plan = app.db().read_here(|tx| {
        let heard = Arc::<Mutex<String>>::default();
        tx.conn().set_instrumentation(Listener(heard.clone()));
        held(tx, &[(RecordId::nil(), PersonId::nil(), OPERATOR)])?;
        let statement = heard.lock().expect("nobody panicked").clone();
        tx.conn().set_instrumentation(None::<Box<dyn Instrumentation>>);
        Ok::<_, Error>(texts(tx, &format!("EXPLAIN QUERY PLAN {statement}")).join("; "))
    });
    let plan = plan.expect("read");
    assert!(plan.contains("held_persons USING PRIMARY KEY (person=?)"), "{plan}");
    assert!(!plan.contains("SCAN known") && !plan.contains("SCAN same"), "{plan}");
}

#[actix_web::test]
async fn sqlite_is_told_about_every_index_of_a_table_it_is_told_about() {
    let app = App::start().await;
    if !app.on_sqlite() {
        return;
    }
    let untold = app.db().read_here(|tx| {
        let query = "SELECT name AS detail FROM sqlite_master WHERE type = 'index'
                     AND tbl_name IN (SELECT tbl FROM sqlite_stat1) AND name NOT IN (SELECT idx FROM sqlite_stat1)";
        Ok::<_, Error>((texts(tx, query), texts(tx, "SELECT tbl AS detail FROM sqlite_stat1").len()))
    });
    let (untold, told) = untold.expect("read");
    assert!(untold.is_empty() && told > 50, "{untold:?}: a migration must give their statistics");
}

#[actix_web::test]
async fn sqlite_is_built_so_that_a_statement_with_a_limit_is_planned_once() {
    let app = App::start().await;
    if !app.on_sqlite() {
        return;
    }
    let options = app
        .db()
        .read_here(|tx| Ok::<_, Error>(texts(tx, "SELECT compile_options AS detail FROM pragma_compile_options")));
    let options = options.expect("read");
    assert!(options.iter().any(|option| option == "ENABLE_QPSG"), "{options:?}: see .cargo/config.toml");
}

#[actix_web::test]
async fn one_of_many_is_one_statement_and_takes_every_text_as_it_is() {
    let app = App::start().await;
    let odd = ["O'Brien", "\"17\"", "a\\b", "Ø-1", "[1,2]", "null"];
    let organisation = app.organisation("Kranvakt AS", "310000019", &["employer"]).await;
    let hr = app.member(&organisation, Role::Hr).await;
    for reference in odd {
        let card = json!({ "external_reference": reference, "name": "Odd" });
        hr.post(&of(&organisation, "persons"), card).await.expect(201);
    }
    let holder = text(&organisation["id"]).parse().expect("an id");
    let heard = Arc::<Mutex<String>>::default();
    let found = app.db().read_here(|tx| {
        tx.conn().set_instrumentation(Listener(heard.clone()));
        let mut statements = Vec::new();
        for some in [&odd[..0], &odd[..1], &odd[..]] {
            let found = by_references(tx, holder, some)?;
            assert_eq!(found.len(), some.len(), "each is found, and nothing else");
            statements.push(heard.lock().expect("nobody panicked").clone());
        }
        tx.conn().set_instrumentation(None::<Box<dyn Instrumentation>>);
        Ok::<_, Error>(statements)
    });
    let mut statements = found.expect("read");
    statements.dedup();
    assert_eq!(statements.len(), 1, "{statements:?}");
}
