//! Documents in storage that speaks S3: several instances share them, and nobody loses a certificate while it is away.

use attest::{certificates::issue::resume, platform::problem::Kind};

use super::{certificate, under};
use crate::support::{App, Bucket, World, json, of, text};

async fn world_over(bucket: &Bucket) -> World {
    let place = bucket.place();
    World::over(App::start_with(|config| config.documents = place).await).await
}

#[actix_web::test]
async fn a_document_in_a_bucket_lies_encrypted_under_its_id_and_every_instance_reads_it() {
    let bucket = Bucket::start();
    let world = world_over(&bucket).await;
    let issued = certificate(&world).await;
    assert!(!world.app.folder().join("documents").exists(), "nothing lies in the folder");
    let files = bucket.files();
    assert_eq!(files.len(), 1);
    let (name, lies) = files.first_key_value().expect("one");
    let id = name.rsplit('/').next().expect("a name");
    assert_eq!(*name, format!("of/attest/{}/{}/{id}", &id[28..30], &id[30..]));
    assert!(world.app.dump("documents").to_lowercase().replace('-', "").contains(id), "the name is the id");
    for open in ["%PDF", "Anna", "degård", "FA-2026"] {
        assert!(!lies.windows(open.len()).any(|window| window == open.as_bytes()), "{open} lies open");
    }

    let path = under(&world, &issued, "/pdf");
    let here = world.teacher.get(&path).await;
    assert_eq!(here.header("content-type"), Some("application/pdf"));
    assert!(here.bytes.starts_with(b"%PDF-1.7") && here.bytes.len() < lies.len());
    let token = world.teacher.token.clone().expect("signed in");
    let there = world.app.another_instance().await.with_token(&token).get(&path).await;
    assert_eq!(there.bytes, here.bytes);
}

#[actix_web::test]
async fn while_the_storage_is_away_documents_are_too_and_what_was_begun_is_finished_later_under_its_number() {
    let bucket = Bucket::start();
    let world = world_over(&bucket).await;
    let before = certificate(&world).await;
    bucket.is_away(true);
    let refused = world.teacher.get(&under(&world, &before, "/pdf")).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (503, "unavailable"));
    assert_eq!(refused.header("retry-after"), Some("5"));

    let completion = world.record(json!({ "course": world.hydraulics, "on": "2026-02-27" })).await;
    let (path, asked) = (of(&world.school, "certificates"), json!({ "completions": [completion["id"]] }));
    assert_eq!(world.teacher.post(&path, asked.clone()).await.problem(), "unavailable");
    let list = world.teacher.get(&path).await.expect(200);
    let begun = list["items"].as_array().expect("a list").iter().find(|one| one["issued_at"].is_null()).expect("one");
    assert_eq!(text(&begun["facts"]["number"]), "FA-2026-000002");

    world.app.later(chrono::TimeDelta::minutes(2));
    let house = &world.app.server.house;
    assert_eq!(resume(house).await.map_err(|problem| problem.kind), Err(Kind::Unavailable));
    bucket.is_away(false);
    assert_eq!(resume(house).await.expect("all is well"), 1);
    assert_eq!(world.app.mails().await.len(), 1, "the holder is told once");
    let issued = world.teacher.post(&path, asked).await.expect(201);
    assert_eq!((&issued["facts"], &issued["code"]), (&begun["facts"], &begun["code"]));
    assert!(world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes.starts_with(b"%PDF"));
    assert!(world.teacher.get(&under(&world, &before, "/pdf")).await.bytes.starts_with(b"%PDF"));
    assert_eq!((bucket.files().len(), world.app.count("documents")), (2, 2));
}

#[actix_web::test]
async fn a_document_that_is_gone_is_a_fault_of_ours_and_not_asked_for_again() {
    let bucket = Bucket::start();
    let world = world_over(&bucket).await;
    let issued = certificate(&world).await;
    let document = bucket.files().into_keys().next().expect("one");
    let id = document.rsplit('/').next().expect("a name").parse().expect("an id");
    world.app.server.house.files.remove(id).await.expect("removed");
    let asked = bucket.asked();
    assert_eq!(world.teacher.get(&under(&world, &issued, "/pdf")).await.problem(), "internal");
    assert_eq!(bucket.asked(), asked + 1);
}

#[actix_web::test]
async fn a_server_starts_while_its_storage_cannot_be_reached_and_says_so_to_who_needs_it() {
    let nobody_listens = Bucket::start().place();
    let app = App::start_with(|config| config.documents = nobody_listens).await;
    let world = World::over(app).await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let asked = json!({ "completions": [completion["id"]] });
    let refused = world.teacher.post(&of(&world.school, "certificates"), asked).await;
    assert_eq!((refused.status.as_u16(), refused.problem()), (503, "unavailable"));
}
