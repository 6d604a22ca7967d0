//! Every key that can be exchanged is, and nothing that was issued changes.

use attest::{
    app::{App as Server, open_database},
    cli::keys::reseal,
    identity::tokens::store::rotate,
    platform::{config::Config, ids::Mint, vault::Key},
    words::Role,
};
use image::{ImageFormat, RgbImage};
use serde_json::Value;

use super::{certificate, issue, under};
use crate::support::{World, json, of};

/// What is to stay as it is: each document, and what each code answers.
async fn all(world: &World, certificates: &[Value]) -> Vec<(Vec<u8>, Value)> {
    let mut found = Vec::new();
    for certificate in certificates {
        let pdf = world.teacher.get(&under(world, certificate, "/pdf")).await;
        assert_eq!(pdf.status, 200, "{pdf}");
        found.push((pdf.bytes, super::verify(world, certificate).await));
    }
    found
}

async fn restart(world: &mut World, changes: impl FnOnce(&mut Config)) {
    world.app.restart_with(changes).await;
    world.teacher = world.app.again(&world.teacher);
}

/// Would a server start with these keys?
fn starts(world: &World, changes: impl FnOnce(&mut Config)) -> bool {
    let mut config = Config::clone(&world.app.server.house.config);
    changes(&mut config);
    let db = open_database(&config, world.app.clock.clone(), Mint::random());
    db.is_ok_and(|db| Server::over(db, config).is_ok())
}

#[actix_web::test]
async fn documents_and_codes_are_the_same_to_the_byte_after_every_key_was_exchanged_twice() {
    let mut world = World::start().await;
    let administrator = world.app.member(&world.school, Role::Administrator).await;
    let plain = certificate(&world).await;
    let mut logo = std::io::Cursor::new(Vec::new());
    RgbImage::new(40, 40).write_to(&mut logo, ImageFormat::Png).expect("written");
    let path = of(&world.school, "issuing/logo");
    administrator.put_file(&path, "image/png", logo.into_inner()).await.expect(204);
    let second = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    let with_logo = issue(&world, &[&second]).await;
    let third = world.record(json!({ "course": world.hydraulics, "on": "2026-02-02" })).await;
    // Its letter waits in the outbox while the keys are exchanged.
    let asked = json!({ "completions": [third["id"]] });
    let told = world.teacher.post(&of(&world.school, "certificates"), asked.clone()).await.expect(201);
    let certificates = [plain, with_logo, told];
    let before = all(&world, &certificates).await;

    for round in 0..2 {
        world.app.write(|tx| Ok(rotate(tx)?)).await;
        let (old, new) = (world.app.server.house.config.master_key.clone(), Key::generate());
        assert!(!starts(&world, |config| config.master_key = new.clone()), "nothing opens with another key alone");
        restart(&mut world, |config| {
            config.former_master_key = Some(old);
            config.master_key = new;
        })
        .await;
        assert_eq!(all(&world, &certificates).await, before, "both keys are there");
        let first = reseal(world.app.db()).expect("sealed anew");
        // Three documents and the logo, at least one letter, the signing keys, from the second round on the lasting key.
        assert!(first.anew >= 6 + round && first.unopened == 0, "{first:?}");
        let again = reseal(world.app.db()).expect("sealed anew");
        assert_eq!((again.anew, again.unopened), (0, 0));
        assert!(again.before >= first.anew);
        restart(&mut world, |config| config.former_master_key = None).await;
        assert_eq!(all(&world, &certificates).await, before, "only the new one is");
    }
    assert_eq!(world.app.mails().await.len(), 1, "the letter opened");
    let again = world.teacher.post(&of(&world.school, "certificates"), asked).await.expect(201);
    assert_eq!(again["id"], certificates[2]["id"]);
    certificate(&world).await;
}
