//! The page a QR code leads to.

use super::{administrator, certificate, under};
use crate::support::{Reply, World, json, text};

#[actix_web::test]
async fn who_scans_the_code_reads_what_it_is_worth_in_words_and_as_a_sign() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    assert_eq!(issued["verify_url"], format!("https://attest.example.no/v/{}", text(&issued["code"])));
    let path = format!("/v/{}", text(&issued["code"]));
    let page = world.app.nobody().get(&path).await;
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("public, max-age=60"));
    for says in [
        "class=\"status holds\"",
        "Beviset er gyldig.",
        "Anna Ødegård",
        "Fjordkurs AS (310000000)",
        "Kurs HYD (HYD)",
        "1. mars 2026",
    ] {
        assert!(page.text.contains(says), "no {says} in {page}");
    }
    assert!(!page.text.contains("<script") && !page.text.contains("src=") && !page.text.contains("1991"), "{page}");
    let english = world.app.nobody().get(&format!("{path}?lang=en")).await;
    assert!(english.text.contains("<html lang=\"en\">") && english.text.contains("The certificate is valid."));

    let administrator = administrator(&world).await;
    let reason = json!({ "reason": "issued_in_error", "heard_on": "2026-03-01" });
    administrator.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    let page = world.app.nobody().get(&path).await;
    assert!(page.text.contains("class=\"status ended\"") && page.text.contains("trukket tilbake"), "{page}");
}

#[actix_web::test]
async fn who_types_the_code_is_told_of_a_typo_and_can_try_again() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let nobody = world.app.nobody();
    let form = nobody.get("/v").await;
    assert!(form.text.contains("<label for=\"code\">") && form.text.contains("method=\"get\""), "{form}");
    let code = text(&issued["code"]).to_lowercase();
    assert!(nobody.get(&format!("/v?code={code}&lang=nb")).await.text.contains("Anna Ødegård"));
    for (typed, says) in [
        ("0000000-0000000-0000001", "skrevet feil et sted"),
        ("FA-2026-000001", "21 bokstaver og tall"),
        ("0000000-0000000-0000000", "ikke utstedt noe bevis med denne koden"),
    ] {
        for path in [format!("/v/{typed}"), format!("/v?code={typed}")] {
            let page = nobody.get(&path).await;
            assert!(page.text.contains(says) && page.text.contains("<form"), "{typed}: {page}");
        }
    }
}

/// A form as a browser sends it, with a file in it.
async fn dropped(world: &World, file: &[u8], code: &str) -> Reply {
    let mut form = Vec::new();
    for (disposition, value) in [
        ("name=\"file\"; filename=\"bevis.pdf\"\r\nContent-Type: application/pdf", file),
        ("name=\"code\"", code.as_bytes()),
    ] {
        form.extend_from_slice(format!("--xx\r\nContent-Disposition: form-data; {disposition}\r\n\r\n").as_bytes());
        form.extend_from_slice(value);
        form.extend_from_slice(b"\r\n");
    }
    form.extend_from_slice(b"--xx--\r\n");
    world.app.nobody().post_file("/v?lang=nb", "multipart/form-data; boundary=xx", form).await
}

#[actix_web::test]
async fn who_drops_a_file_on_the_page_reads_what_it_is_and_what_it_is_worth() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes.to_vec();
    let form = world.app.nobody().get("/v").await;
    assert!(form.text.contains("enctype=\"multipart/form-data\"") && form.text.contains("type=\"file\""), "{form}");
    let page = dropped(&world, &pdf, "").await;
    assert_eq!((page.status.as_u16(), page.header("cache-control")), (200, Some("no-store")));
    for says in ["class=\"status holds\"", "nøyaktig det som ble utstedt", "Beviset er gyldig.", "Anna Ødegård"] {
        assert!(page.text.contains(says), "no {says} in {page}");
    }
    let mut changed = pdf.clone();
    changed.extend_from_slice(b"\n% another page");
    let page = dropped(&world, &changed, "").await;
    assert!(page.text.contains("class=\"status ended\"") && page.text.contains("Siden er ikke den"), "{page}");
    let page = dropped(&world, b"%PDF-1.7\na scan", &text(&issued["code"])).await;
    assert!(page.text.contains("Siden er ikke den") && page.text.contains("Anna Ødegård"), "{page}");
    for (file, code, says) in [
        (&b""[..], "", "verken"),
        (b"hello", "", "verken"),
        (b"%PDF-1.7", "nonsense", "21 bokstaver og tall"),
        (&vec![b' '; 10 * 1024 * 1024 + 1], "", "for stor"),
    ] {
        let page = dropped(&world, file, code).await;
        assert!(page.text.contains(says) && page.text.contains("<form"), "{says}: {page}");
    }
    let broken = world.app.nobody().post_file("/v?lang=nb", "multipart/form-data; boundary=xx", "no form").await;
    assert_eq!(broken.problem(), "malformed", "no browser sends that");
}

#[actix_web::test]
async fn a_name_with_markup_in_it_stays_a_name() {
    let world = World::start().await;
    let odd = json!({ "course": world.hydraulics, "name": "<b>Anna</b> & \"Åse\"" });
    let issued = super::issue(&world, &[&world.record(odd).await]).await;
    let page = world.app.nobody().get(&format!("/v/{}", text(&issued["code"]))).await;
    assert!(
        page.text.contains("&lt;b&gt;Anna&lt;/b&gt; &amp; &quot;Åse&quot;") && !page.text.contains("<b>"),
        "{page}"
    );
}

#[actix_web::test]
async fn the_holder_and_nobody_else_sees_how_often_a_certificate_was_looked_up() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let (nobody, code) = (world.app.nobody(), text(&issued["code"]));
    let anna = world.anna_who_claimed().await;
    let own = format!("/v1/me/certificates/{}", text(&issued["id"]));
    assert_eq!(anna.get(&own).await.expect(200)["lookups"], 0);
    nobody.get(&format!("/v/{code}")).await;
    nobody.get(&format!("/v1/verify/{code}")).await;
    nobody.post("/v1/verify", json!({ "codes": [code, "0000000-0000000-0000000"] })).await;
    for expected in [3, 3] {
        world.app.server.lookups.write_down(world.app.db()).await.expect("written");
        assert_eq!(anna.get(&own).await.expect(200)["lookups"], expected);
    }
    nobody.get(&format!("/v/{code}")).await;
    world.app.later(chrono::TimeDelta::days(1));
    nobody.get(&format!("/v/{code}")).await;
    world.app.server.lookups.write_down(world.app.db()).await.expect("written");
    assert_eq!(world.app.count("verification_counts"), 2);
    assert_eq!(issued["lookups"], json!(null));
}
