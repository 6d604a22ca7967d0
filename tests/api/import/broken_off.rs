//! Servers, clients and databases that are gone in the middle: nothing half stays, and what was begun goes on.

use std::io::{self, Read};

use attest::{
    access::Actor,
    imports::{
        actions::ImportRows,
        pieces,
        reading::{mapping::Mapping, rows::Rows},
        run::{Stopped, run},
        store::{self, NewImport},
        work::{do_what_waits, take_stock},
    },
    platform::{
        db::Error,
        problem::{Kind, Problem},
    },
    words::{BatchId, ImportState, ImportSubject, Lang},
};
use chrono::TimeDelta;
use serde_json::json;

use super::http::{FILE, School, mapping, rows};
use crate::support::text;

impl School {
    fn rows_of(&self) -> ImportRows {
        let organisation = text(&self.organisation["id"]).parse().expect("an id");
        ImportRows { organisation, subject: ImportSubject::Completions }
    }

    /// A file whose sending broke off after its first piece.
    async fn half_sent(&self) -> BatchId {
        let rows = self.rows_of();
        let sent = self.app.write(move |tx| {
            let new = NewImport {
                source: "skole".into(),
                state: ImportState::Receiving,
                lang: Lang::Nb,
                file_hash: String::new(),
                size: 0,
                dry_run: false,
            };
            let permit = tx.permit(&Actor::Console, rows)?;
            let (batch, _) = store::begin(tx, &permit, &new)?;
            pieces::seal(tx, batch, 0, FILE.as_bytes())?;
            Ok::<_, Problem>(batch)
        });
        sent.await
    }

    fn files(&self) -> (usize, usize) {
        (self.app.count("imports"), self.app.count("import_pieces"))
    }
}

fn usable() -> Mapping {
    Mapping::from_json(ImportSubject::Completions, mapping().as_object().expect("an object")).expect("usable")
}

/// The beginning of a file, and then no database.
struct Gone;

impl Read for Gone {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other(Error::Unavailable("it was killed")))
    }
}

#[actix_web::test]
async fn a_database_that_is_gone_for_a_moment_is_not_the_end_of_the_file() {
    let school = School::open().await;
    let file = rows(500);
    let started = school.started(&file).await;
    let taken = school.app.write(|tx| Ok(store::take(tx)?)).await.expect("it waits");
    let (beginning, _) = file.split_at(file.len() * 2 / 3);
    let breaking = Rows::open(&usable(), beginning.as_bytes().chain(Gone)).expect("it fits");
    let stopped = run(school.app.db(), &taken.order, breaking, |_, _| true);
    assert!(matches!(stopped, Err(Stopped::Problem(problem)) if problem.kind == Kind::Unavailable));
    let shown = school.teacher.get(&school.import(&started)).await.expect(200);
    assert_eq!((&shown["state"], &shown["rows"]["refused"]), (&json!("running"), &json!(0)));
    school.app.later(TimeDelta::minutes(1));
    school.app.run_imports();
    let done = school.teacher.get(&school.import(&started)).await.expect(200);
    assert_eq!((&done["state"], &done["rows"]["recorded"]), (&json!("finished"), &json!(500)));
    assert_eq!(school.results(&done, "").await.lines().count(), 500);
}

#[actix_web::test]
async fn a_database_that_is_gone_while_the_rows_before_are_passed_is_not_the_end_either() {
    let school = School::open().await;
    let file = rows(500);
    school.started(&file).await;
    let mut taken = school.app.write(|tx| Ok(store::take(tx)?)).await.expect("it waits");
    taken.order.so_far.read = 400;
    let (beginning, _) = file.split_at(file.len() / 2);
    let breaking = Rows::open(&usable(), beginning.as_bytes().chain(Gone)).expect("it fits");
    let stopped = run(school.app.db(), &taken.order, breaking, |_, _| true);
    assert!(matches!(stopped, Err(Stopped::Problem(problem)) if problem.kind == Kind::Unavailable));
}

#[actix_web::test]
async fn a_server_that_starts_alone_goes_on_at_once_and_one_of_several_when_the_lease_is_over() {
    let school = School::open().await;
    let started = school.started(FILE).await;
    school.app.write(|tx| Ok(store::take(tx)?)).await.expect("it waits, and its worker is killed");
    school.half_sent().await;
    take_stock(school.app.db()).await.expect("the database is there");
    if !school.app.on_sqlite() {
        assert_eq!(do_what_waits(school.app.db()).expect("taken"), 0, "another instance may be at work");
        assert_eq!(school.files(), (2, 2));
        school.app.later(TimeDelta::seconds(16));
    }
    school.app.run_imports();
    let shown = school.teacher.get(&school.import(&started)).await.expect(200);
    assert_eq!(text(&shown["state"]), "finished");
    if school.app.on_sqlite() {
        assert_eq!(school.files(), (1, 0), "nobody can be sending the half file any more");
    }
}

#[actix_web::test]
async fn a_half_file_goes_when_nobody_has_added_to_it_for_some_minutes() {
    let school = School::open().await;
    school.half_sent().await;
    school.app.later(TimeDelta::minutes(2));
    school.app.write(|tx| Ok(store::end_broken_off(tx)?)).await;
    assert_eq!(school.files(), (1, 1), "a line may be slow");
    school.app.later(TimeDelta::minutes(1));
    school.app.write(|tx| Ok(store::end_broken_off(tx)?)).await;
    assert_eq!(school.files(), (0, 0));
}

#[actix_web::test]
async fn what_is_called_off_while_it_is_sent_does_not_wait_for_a_mapping() {
    let school = School::open().await;
    let half = school.half_sent().await;
    let path = format!("{}/{half}/cancellation", school.imports());
    school.teacher.post_nothing(&path).await.expect(200);
    let received = school.app.db().write_here(move |tx| store::received(tx, half, "hash"));
    assert!(matches!(received, Err(Error::NoRow)), "{received:?}");
}
