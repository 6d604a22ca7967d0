//! What follows when custodies end, whoever decided it.

mod bytes;
mod certificates;
mod records;

use attest::{
    completions::erasing::{Because, Ended, Ending, Erasure, end_custodies},
    documents,
    law::erasing::Fate,
    platform::problem::Problem,
    words::*,
};
use serde_json::Value;

use crate::support::{Reply, World, of, text};

/// Whose custody of what: a completion, an organisation and a ground.
type Whose<'a> = (&'a Value, &'a Value, Ground);

fn id<I: std::str::FromStr>(value: &Value) -> I {
    let text = value.as_str().or(value["id"].as_str()).expect("an id");
    text.parse().ok().expect("an id of its kind")
}

/// Ends custodies as whoever decided it would: holds the persons, and discards the files after the commit.
async fn end_because(world: &World, because: Because, whose: &[Whose<'_>]) -> Erasure {
    let endings: Vec<Ending> = whose
        .iter()
        .map(|(completion, controller, ground)| Ending {
            record: id(completion),
            controller: id(controller),
            ground: *ground,
        })
        .collect();
    let erasure = world
        .app
        .write(move |tx| {
            let records: Vec<RecordId> = endings.iter().map(|one| one.record).collect();
            let people = attest::completions::store::people_of(tx, &records)?;
            tx.lock_persons(&people)?;
            Ok::<_, Problem>(end_custodies(tx, &endings, because)?)
        })
        .await;
    documents::discard(&world.app.server.house, erasure.files.clone()).await;
    world.app.run_jobs().await;
    erasure
}

/// Corrects a completion that nobody has corrected.
async fn correct(world: &World, completion: &Value, correction: Value) -> Reply {
    let path = of(&world.school, &format!("completions/{}/versions", text(&completion["id"])));
    world.teacher.with_header("if-match", "\"1\"").post(&path, correction).await
}

async fn end(world: &World, whose: &[Whose<'_>]) -> Erasure {
    end_because(world, Because::Decided, whose).await
}

/// What an erasure says of certificates: number and fate.
fn fates(erasure: &Erasure) -> Vec<(&str, Fate)> {
    erasure.certificates.iter().map(|one| (one.number.as_str(), one.fate)).collect()
}

/// The parts that are left of each record.
fn left(erasure: &Erasure) -> Vec<String> {
    let parts = |content: Content| content.parts().map(Part::code).collect::<Vec<_>>().join(" ");
    erasure.records.iter().map(|one| parts(one.content)).collect()
}

fn grounds(erasure: &Erasure) -> Vec<Ground> {
    erasure.custodies.iter().map(|one: &Ended| one.ground).collect()
}

/// The files that lie in the documents' folder.
async fn files(world: &World) -> usize {
    let mut files = 0;
    for part in 0..=255 {
        files += world.app.server.house.files.list(part).await.expect("listed").len();
    }
    files
}

/// What anyone is told about a code: the status, and whether anything else is shown.
async fn told(world: &World, certificate: &Value) -> (String, bool) {
    let seen = crate::certificates::verify(world, certificate).await;
    (text(&seen["status"]), !seen["certificate"].is_null() || seen["vouched"] != serde_json::json!([]))
}

fn erased() -> (String, bool) {
    ("erased".into(), false)
}

/// An operator's id, as a controller.
fn operator() -> Value {
    Value::from(OPERATOR.to_string())
}
