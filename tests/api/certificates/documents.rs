//! The document: drawn once, kept encrypted, the same for ever; finished by somebody else if whoever began it was killed.

use attest::{
    certificates::issue::{Begun, finish},
    platform::db::run::prelude::*,
};
use diesel::sql_query;

use super::{certificate, under};
use crate::support::{World, json, of, text};

#[actix_web::test]
async fn the_document_is_a_pdf_for_archives_and_for_those_who_listen() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let reply = world.teacher.get(&under(&world, &issued, "/pdf")).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, Some("application/pdf")));
    assert_eq!(reply.header("content-disposition"), Some("inline; filename=\"FA-2026-000001.pdf\""));
    assert_eq!(reply.header("cache-control"), Some("private, no-store"));
    assert!(reply.bytes.starts_with(b"%PDF-1.7") && reply.bytes.len() < 60_000, "{} bytes", reply.bytes.len());
    for says in ["<pdfaid:part>3", "<pdfaid:conformance>A", "<pdfuaid:part>1", "/GTS_PDFA1", "/MarkInfo", "/Lang"] {
        assert!(reply.text.contains(says), "no {says}");
    }
    let anna = world.anna_who_claimed().await;
    let own = anna.get(&format!("/v1/me/certificates/{}/pdf", text(&issued["id"]))).await;
    assert_eq!(own.bytes, reply.bytes);
}

#[actix_web::test]
async fn a_document_lies_encrypted_and_is_shown_to_nobody_else() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let stored = files(&world.app.folder().join("documents"));
    assert_eq!(stored.len(), 1);
    assert!(!stored[0].starts_with(b"%PDF"));
    let path = under(&world, &issued, "/pdf");
    assert_eq!(world.hr.get(&path).await.problem(), "not-found");
    assert_eq!(world.app.nobody().get(&path).await.problem(), "unauthenticated");
    let stranger = world.app.person("Berit Vik", "berit@example.no", "1988-08-08").await;
    let own = format!("/v1/me/certificates/{}/pdf", text(&issued["id"]));
    assert_eq!(stranger.get(&own).await.problem(), "not-found");
}

fn files(folder: &std::path::Path) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("readable") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(std::fs::read(path).expect("readable"));
        }
    }
    found
}

#[actix_web::test]
async fn what_was_broken_off_before_its_document_was_drawn_is_finished_under_the_same_number() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    // A file where the folder should be: the document cannot be stored, as if the server had been killed.
    let folder = world.app.folder().join("documents");
    std::fs::write(&folder, "").expect("written");
    let asked = json!({ "completions": [completion["id"]] });
    let path = of(&world.school, "certificates");
    assert_eq!(world.teacher.post(&path, asked.clone()).await.status.as_u16(), 500);
    let begun = world.teacher.get(&path).await.expect(200)["items"][0].clone();
    assert_eq!(begun["issued_at"], json!(null));
    assert_eq!(super::verify(&world, &begun).await["status"], "unknown", "nobody has been given the code");
    assert_eq!(world.teacher.get(&under(&world, &begun, "/pdf")).await.problem(), "not-found");

    std::fs::remove_file(&folder).expect("removed");
    let house = &world.app.server.house;
    assert_eq!(attest::certificates::issue::resume(house).await.expect("the database answers"), 0, "too early");
    world.app.later(chrono::TimeDelta::minutes(2));
    assert_eq!(attest::certificates::issue::resume(house).await.expect("the database answers"), 1);
    assert_eq!(world.app.mails().await.len(), 1, "the holder is told once");
    let issued = world.teacher.post(&path, asked).await.expect(201);
    assert_eq!((&issued["facts"], &issued["code"]), (&begun["facts"], &begun["code"]));
    assert_eq!(super::verify(&world, &issued).await["status"], "valid");
    assert!(world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes.starts_with(b"%PDF"));
    assert_eq!((world.app.count("certificates"), world.app.count("documents")), (1, 1));
}

#[actix_web::test]
async fn a_document_whose_transaction_fails_is_removed_at_once() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let rename = |from: &'static str, to: &'static str| {
        world.app.write(move |tx| {
            sql_query(format!("ALTER TABLE {from} RENAME TO {to}")).execute(tx.conn()).expect("renamed");
            Ok(())
        })
    };
    rename("documents", "elsewhere").await;
    let (path, asked) = (of(&world.school, "certificates"), json!({ "completions": [completion["id"]] }));
    assert_eq!(world.teacher.post(&path, asked.clone()).await.problem(), "internal");
    let folder = world.app.folder().join("documents");
    assert!(folder.exists() && files(&folder).is_empty(), "it was written, and is gone");
    rename("elsewhere", "documents").await;
    let begun = world.teacher.get(&path).await.expect(200)["items"][0]["id"].clone();

    // Two at once: one's document is kept.
    let begun = Begun { id: text(&begun).parse().expect("an id"), version: 1 };
    let house = &world.app.server.house;
    let (one, other) = futures_util::future::join(finish(house, begun), finish(house, begun)).await;
    assert_eq!((one, other), (Ok(()), Ok(())));
    assert_eq!((files(&folder).len(), world.app.count("documents")), (1, 1));
    assert_eq!(world.app.mails().await.len(), 1);
    assert_eq!(world.teacher.post(&path, asked).await.status.as_u16(), 201);
}
