//! The holder's photo, the issuer's logo and its colour.

use std::io::Cursor;

use actix_web::http::Method;
use attest::words::Role;
use chrono::TimeDelta;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;

use super::{Register, under, verify};
use crate::support::{Caller, Reply, World, json, of, text};

pub(crate) fn picture(width: u32, height: u32, colour: [u8; 3]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::from_pixel(width, height, Rgb(colour)).write_to(&mut bytes, ImageFormat::Png).expect("written");
    bytes.into_inner()
}

/// How many pictures a PDF holds.
fn pictures_in(pdf: &Reply) -> usize {
    pdf.bytes.windows(14).filter(|window| window == b"/Subtype/Image").count()
}

async fn put_logo(world: &World, caller: &Caller, file: Vec<u8>) -> Reply {
    caller.put_file(&of(&world.school, "issuing/logo"), "image/png", file).await
}

async fn pdf(world: &World, certificate: &Value) -> Reply {
    world.teacher.get(&under(world, certificate, "/pdf")).await
}

#[actix_web::test]
async fn logo_and_colour_stand_on_what_is_issued_from_then_on() {
    let world = World::start().await;
    let administrator = world.app.member(&world.school, Role::Administrator).await;
    let plain = super::certificate(&world).await;
    let before = pdf(&world, &plain).await;
    put_logo(&world, &administrator, picture(700, 120, [122, 31, 31])).await.expect(204);
    let settings = of(&world.school, "issuing");
    let etag = world.teacher.get(&settings).await.etag();
    let choice = json!({ "prefix": "FK", "colour": "#7A1F1F" }).to_string();
    let put = administrator.with_header("if-match", &etag);
    let chosen = put.call(Method::PUT, &settings, Some(("application/json", choice))).await.expect(200);
    assert_eq!((&chosen["colour"], &chosen["has_logo"]), (&json!("#7a1f1f"), &json!(true)));

    let other = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    let with_logo = super::issue(&world, &[&other]).await;
    assert_eq!(with_logo["facts"]["look"]["colour"], "#7a1f1f");
    let drawn = pdf(&world, &with_logo).await;
    assert_eq!((pictures_in(&before), pictures_in(&drawn)), (0, 1));

    // A new logo, or none, changes nothing that was issued; the file of the old one stays as long as it is needed.
    put_logo(&world, &administrator, picture(50, 50, [0; 3])).await.expect(204);
    administrator.delete(&of(&world.school, "issuing/logo")).await.expect(204);
    assert_eq!(world.teacher.get(&of(&world.school, "issuing/logo")).await.status, 404);
    assert_eq!(pdf(&world, &plain).await.bytes, before.bytes);
    assert_eq!(pdf(&world, &with_logo).await.bytes, drawn.bytes);
    assert_eq!(world.app.count("documents"), 3, "two certificates and the logo of one");
}

#[actix_web::test]
async fn a_logo_that_is_none_and_a_colour_nobody_can_read_are_refused_with_the_reason() {
    let world = World::start().await;
    let administrator = world.app.member(&world.school, Role::Administrator).await;
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    for (file, says) in [(svg, "JPEG, PNG"), (Vec::new(), "JPEG, PNG"), (b"MZ\x90\0".to_vec(), "JPEG, PNG")] {
        let refused = put_logo(&world, &administrator, file).await;
        assert_eq!(refused.findings(), [" file"]);
        assert!(text(&refused.body["errors"][0]["detail"]).contains(says), "{}", refused.body);
    }
    assert_eq!(put_logo(&world, &administrator, vec![0xff; 11 * 1024 * 1024]).await.problem(), "file-too-large");
    assert_eq!(put_logo(&world, &world.teacher, picture(50, 50, [0; 3])).await.status, 403);
    assert_eq!(put_logo(&world, &world.hr, Vec::new()).await.status, 404);
    let etag = world.teacher.get(&of(&world.school, "issuing")).await.etag();
    for (colour, finding) in [("#ffff00", "/colour too_pale"), ("red", "/colour not_a_colour")] {
        let choice = json!({ "prefix": "FK", "colour": colour }).to_string();
        let put = administrator.with_header("if-match", &etag);
        let refused = put.call(Method::PUT, &of(&world.school, "issuing"), Some(("application/json", choice))).await;
        assert_eq!(refused.findings(), [finding]);
    }
    assert_eq!(world.app.count("documents"), 0);
}

fn photo_of(world: &World, completion: &Value) -> String {
    of(&world.school, &format!("persons/{}/photo", text(&completion["person"]["id"])))
}

#[actix_web::test]
async fn a_certificate_that_must_bear_a_photo_is_issued_with_it_and_keeps_it() {
    let world = World::start().await;
    let register = Register::of(&world).await;
    let completion = world.record(json!({})).await;
    let refused = register.ask(&world, &completion).await;
    assert_eq!(refused.findings(), ["/completions detail_missing"]);
    let says = text(&refused.body["errors"][0]["detail"]);
    assert!(says.contains("bildet") && says.contains("photo") && says.contains("§ 8-2"), "{says}");

    let path = register.photo(&completion);
    let sent = register.keeper.put_file(&path, "image/png", picture(900, 1200, [200, 150, 120])).await.expect(200);
    assert!(text(&sent["until"]) > text(&sent["sent_at"]));
    let kept = register.keeper.get(&path).await;
    assert!(kept.bytes.starts_with(b"\xff\xd8") && kept.header("content-type") == Some("image/jpeg"));
    let issued = register.ask(&world, &completion).await.expect(201);
    let facts = &issued["facts"];
    assert_eq!((&facts["kind"], &facts["holder"]["birth_date"]), (&json!("certificate"), &json!("1991-05-17")));
    assert!(facts["look"]["photo"].is_string());
    let one = of(&register.id, &format!("certificates/{}", text(&issued["id"])));
    assert_eq!(pictures_in(&register.keeper.get(&format!("{one}/pdf")).await), 1);
    assert_eq!(verify(&world, &issued).await["certificate"]["look"], json!(null), "not for everybody");

    // The photo that waited goes in its time; the certificate has its own, for corrections too.
    world.app.later(TimeDelta::days(31));
    world.app.write(|tx| Ok(attest::certificates::photos::store::housekeeping(tx)?)).await;
    let keeper = world.app.member(&register.id, Role::CourseAdministrator).await;
    assert_eq!(keeper.get(&path).await.status, 404);
    let card = of(&register.id, &format!("persons/{}", text(&completion["person"]["id"])));
    let etag = keeper.get(&card).await.etag();
    keeper.patch(&card, &etag, json!({ "name": "Anna Solheim" })).await.expect(200);
    let correction = keeper.with_header("if-match", "\"1\"");
    let corrected = correction.post(&format!("{one}/corrections"), json!({ "reason": "navn" })).await.expect(201);
    world.app.mails().await;
    assert_eq!(corrected["facts"]["look"], issued["facts"]["look"]);
    assert_eq!(pictures_in(&keeper.get(&format!("{one}/pdf")).await), 1);
}

#[actix_web::test]
async fn a_photo_that_is_not_used_goes_with_its_file() {
    let world = World::start().await;
    let completion = world.record(json!({})).await;
    let path = photo_of(&world, &completion);
    for colour in [[1, 2, 3], [4, 5, 6]] {
        world.teacher.put_file(&path, "image/png", picture(300, 400, colour)).await.expect(200);
        assert_eq!(world.app.count("documents"), 1, "one takes the place of the other");
    }
    world.teacher.delete(&path).await.expect(204);
    world.teacher.delete(&path).await.expect(204);
    world.teacher.put_file(&path, "image/png", picture(300, 400, [7; 3])).await.expect(200);
    world.app.later(TimeDelta::days(31));
    world.app.write(|tx| Ok(attest::certificates::photos::store::housekeeping(tx)?)).await;
    assert_eq!((world.app.count("documents"), world.app.count("photos")), (0, 0));
}

#[actix_web::test]
async fn a_part_to_cut_out_is_whole_and_inside_the_picture() {
    let world = World::start().await;
    let completion = world.record(json!({})).await;
    let path = photo_of(&world, &completion);
    let send = |query: &'static str| {
        let (teacher, path) = (world.teacher.clone(), format!("{path}{query}"));
        async move { teacher.put_file(&path, "image/png", picture(600, 600, [9; 3])).await }
    };
    send("?left=100&top=100&width=300&height=400").await.expect(200);
    assert_eq!(send("?left=100&top=100&width=300").await.findings(), ["?height required"]);
    assert_eq!(send("?top=100&width=300&height=1").await.findings(), ["?left required"]);
    assert_eq!(send("?left=400&top=100&width=300&height=400").await.findings(), [" file"]);
    assert_eq!(send("?left=0&top=0&width=20&height=20").await.findings(), [" file"]);
    let strangers = world.hr.put_file(&path, "image/png", picture(600, 600, [9; 3])).await;
    assert_eq!(strangers.status, 404);
    let nobody = of(&world.school, "persons/019cadf2-1111-7000-8000-00000000ffff/photo");
    assert_eq!(world.teacher.put_file(&nobody, "image/png", picture(600, 600, [9; 3])).await.status, 404);
}
