//! Erased means gone: from every row, and on SQLite from every byte of every file.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use attest::words::*;
use serde_json::Value;

use super::{correct, end};
use crate::{
    certificates::{administrator, issue, pictures::picture, under},
    support::{CRANE, World, json, of, text},
};

/// Values nothing else has.
const VALUES: [&str; 9] = [
    "Sjeldnenavn",
    "helteget-postkasse",
    "1947-07-13",
    "Ref-Fjordkurs-77",
    "Prikkfritt 98,7",
    "Rettet-etter-klage",
    "Gruppe-Lillebror",
    "Nytt-navn-paa-beviset",
    "+4799887766",
];

/// Somebody with a record at school, employer and body, each with a card, with corrections, certificates and photos.
async fn somebody(world: &World) -> Vec<Value> {
    let record = |course: Value, on: &'static str| {
        world.record(json!({
            "person_reference": "Ref-Fjordkurs-77", "name": "Sjeldnenavn Helteget",
            "email": "helteget-postkasse@example.no", "birth_date": "1947-07-13", "course": course, "on": on,
            "ordered_by": CRANE, "result": "Prikkfritt 98,7", "hours": 31.75, "run": "Gruppe-Lillebror",
        }))
    };
    let completions = vec![
        record(world.hot_work.clone(), "2026-03-01").await,
        record(world.hydraulics.clone(), "2026-02-01").await,
        record(world.hydraulics.clone(), "2026-01-01").await,
    ];
    let school = |rest: &str| of(&world.school, rest);
    let corrected = correct(world, &completions[0], json!({ "reason": "Rettet-etter-klage", "hours": 32.5 }));
    corrected.await.ok();
    let issued = issue(world, &[&completions[1], &completions[2]]).await;
    issue(world, &[&completions[0]]).await;
    let card = school(&format!("persons/{}", text(&completions[0]["person"]["id"])));
    let etag = world.teacher.get(&card).await.etag();
    world.teacher.patch(&card, &etag, json!({ "mobile": "+4799887766" })).await.expect(200);
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    let said = json!({ "reason": "Nytt-navn-paa-beviset", "language": "en" });
    teacher.post(&under(world, &issued, "/corrections"), said).await.expect(201);
    let revocation = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    administrator(world).await.post(&under(world, &issued, "/revocation"), revocation).await.expect(200);
    world.teacher.put_file(&format!("{card}/photo"), "image/png", picture(300, 400, [9; 3])).await.expect(200);
    world.app.mails().await;
    completions
}

/// Where some of the values are: tables by their rows, files by their bytes.
fn found(world: &World) -> Vec<String> {
    let rows = world.app.every_row();
    let in_rows = VALUES.iter().filter(|value| rows.contains(*value)).map(|value| format!("{value} in a row"));
    let mut found: Vec<String> = in_rows.collect();
    search(world.app.folder(), &mut found);
    found
}

fn search(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            search(&path, found);
            continue;
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        let is_in = |value: &&&str| bytes.windows(value.len()).any(|window| window == value.as_bytes());
        found.extend(VALUES.iter().filter(is_in).map(|value| format!("{value} in {}", path.display())));
    }
}

#[actix_web::test]
async fn nothing_of_somebody_is_left_in_any_row_or_byte_once_nobody_holds_anything() {
    let world = World::start().await;
    let completions = somebody(&world).await;
    for value in VALUES {
        let place = format!("{value} in a row");
        assert!(found(&world).contains(&place), "the search finds {value} while it is there");
    }
    let files = super::files(&world).await;
    assert!(files >= 4, "{files} files");
    let mut whose = Vec::new();
    for completion in &completions {
        whose.push((completion, &world.school, Ground::Delivered));
        whose.push((completion, &world.crane, Ground::OrderedOffered));
    }
    end(&world, &whose).await;
    assert!(!found(&world).is_empty(), "the body still knows who it is");
    let rest = end(&world, &[(&completions[0], &world.body, Ground::Scheme)]).await;
    assert_eq!((rest.cards.len(), rest.persons.len()), (1, 1));
    // The log is emptied right after the commit.
    let patience = Instant::now() + Duration::from_secs(10);
    while !found(&world).is_empty() && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(found(&world), Vec::<String>::new());
    assert_eq!(super::files(&world).await, 0);
}
