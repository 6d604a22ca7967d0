//! Verification by file: whoever is handed a document or a credential learns whether it is what was issued.

use attest::certificates::verify::file::{Known, Sent, answer, examine};
use serde_json::Value;

use super::{administrator, certificate, credentials::credential, issue, under};
use crate::support::{Reply, World, json, text};

const PDF: &str = "application/pdf";
const CREDENTIAL: &str = "application/vc";

async fn sent(world: &World, media_type: &str, file: impl Into<Vec<u8>>) -> Reply {
    world.app.nobody().post_file("/v1/verify/file", media_type, file).await
}

/// What is said of a file, and of the certificate it belongs to.
fn seen(reply: Reply) -> (String, Option<String>) {
    let body = reply.expect(200);
    (text(&body["verdict"]), body["verification"]["status"].as_str().map(str::to_owned))
}

fn is(verdict: &str, status: &str) -> (String, Option<String>) {
    (verdict.into(), Some(status.into()))
}

#[actix_web::test]
async fn what_was_issued_is_recognised_in_either_form_and_shows_its_facts() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes;
    let body = sent(&world, PDF, pdf).await.expect(200);
    assert_eq!((text(&body["verdict"]), &body["differs_at"]), ("as_issued".into(), &json!([])));
    assert_eq!(body["verification"]["certificate"]["holder"], "Anna Ødegård");
    let file = world.teacher.get(&under(&world, &issued, "/credentials")).await;
    let signed = file.text.split_once("\"credential\":").expect("listed").1;
    let mut texts = serde_json::Deserializer::from_str(signed).into_iter::<Box<serde_json::value::RawValue>>();
    let signed = texts.next().expect("one").expect("JSON").get().to_owned();
    assert_eq!(seen(sent(&world, CREDENTIAL, signed.clone()).await), is("as_issued", "valid"));
    let written: Value = serde_json::from_str(&signed).expect("JSON");
    let pretty = serde_json::to_string_pretty(&written).expect("JSON");
    assert_eq!(seen(sent(&world, "application/json", pretty).await), is("rewritten", "valid"));
}

#[actix_web::test]
async fn one_changed_byte_shows_wherever_it_is() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes.to_vec();
    for place in (0..8).chain((8..pdf.len()).step_by(pdf.len() / 40)) {
        let mut changed = pdf.clone();
        changed[place] ^= 1;
        let reply = sent(&world, PDF, changed).await;
        if place < 5 {
            assert_eq!(reply.findings(), [" not_a_certificate"], "it is no PDF any more");
            continue;
        }
        let verdict = text(&reply.expect(200)["verdict"]);
        let shows = ["page_differs", "facts_differ", "nothing_in_it", "not_the_issuers", "not_readable"];
        assert!(shows.contains(&verdict.as_str()), "byte {place}: {verdict}");
    }
    let signed = credential(&world, &issued).await.to_string();
    for place in (1..signed.len()).step_by(signed.len() / 60) {
        let mut changed = signed.clone().into_bytes();
        changed[place] ^= 1;
        let reply = sent(&world, CREDENTIAL, changed).await;
        let what = format!("byte {place}: {}", reply.text);
        if reply.status == 200 {
            let verdict = text(&reply.expect(200)["verdict"]);
            assert!(!["as_issued", "rewritten", "no_longer_confirmed"].contains(&verdict.as_str()), "{what}");
        } else {
            assert_eq!(reply.status.as_u16(), 422, "{what}");
        }
    }
}

#[actix_web::test]
#[ignore = "takes long in a debug build"]
async fn every_single_byte_that_is_changed_shows() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes.to_vec();
    let signed = credential(&world, &issued).await.to_string().into_bytes();
    for file in [pdf, signed] {
        for place in 0..file.len() {
            let mut changed = file.clone();
            changed[place] ^= 1;
            let Ok(sent) = Sent::read(&changed) else { continue };
            let known = world.app.db().read_here(|tx| Known::read(tx, &sent, None, "https://attest.example.no"));
            let Ok(examined) = examine(&sent, &known.expect("read")) else { continue };
            let verdict = text(&serde_json::to_value(answer(examined, None)).expect("JSON")["verdict"]);
            let shows = !["as_issued", "rewritten", "no_longer_confirmed"].contains(&verdict.as_str());
            assert!(shows, "byte {place} of {}: {verdict}", file.len());
        }
    }
}

#[actix_web::test]
async fn a_changed_fact_is_named_and_a_changed_page_is_told_apart_from_it() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let mut changed = credential(&world, &issued).await;
    changed["credentialSubject"]["achievement"]["name"] = "Kranfører".into();
    changed["validUntil"] = "2099-01-01T00:00:00Z".into();
    let body = sent(&world, CREDENTIAL, changed.to_string()).await.expect(200);
    assert_eq!(body["verdict"], "facts_differ");
    assert_eq!(body["differs_at"], json!(["/credentialSubject/achievement/name", "/validUntil"]));
    assert_eq!(body["verification"]["certificate"]["holder"], "Anna Ødegård");
    let mut page = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes.to_vec();
    page.extend_from_slice(b"\n% another page");
    assert_eq!(seen(sent(&world, PDF, page).await), is("page_differs", "valid"));
}

#[actix_web::test]
async fn a_file_says_what_became_of_its_certificate_and_counts_as_looked_at() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes;
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    administrator(&world).await.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    assert_eq!(seen(sent(&world, PDF, pdf).await), is("as_issued", "revoked"));
    world.app.server.lookups.write_down(world.app.db()).await.expect("written");
    let anna = world.anna_who_claimed().await;
    let own = anna.get(&format!("/v1/me/certificates/{}", text(&issued["id"]))).await.expect(200);
    assert_eq!(own["lookups"], 1);
}

#[actix_web::test]
async fn a_version_that_was_replaced_says_so_and_shows_nothing() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let before = credential(&world, &issued).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes;
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    let said = json!({ "reason": "På engelsk", "language": "en" });
    teacher.post(&under(&world, &issued, "/corrections"), said).await.expect(201);
    world.app.mails().await;
    for (media_type, file) in [(PDF, pdf.to_vec()), (CREDENTIAL, before.to_string().into_bytes())] {
        let body = sent(&world, media_type, file).await.expect(200);
        assert_eq!(body["verification"]["status"], "replaced");
        assert_eq!(body["verification"]["certificate"], json!(null), "an old name is shown to nobody");
    }
    let after = credential(&world, &issued).await.to_string();
    let (verdict, status) = seen(sent(&world, CREDENTIAL, after).await);
    assert_eq!((verdict != "facts_differ", status), (true, Some("valid".into())));
}

#[actix_web::test]
async fn what_is_not_from_here_or_not_readable_is_answered_with_the_reason() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let unknown_id = |mut one: Value| {
        one["id"] = "urn:uuid:00000000-0000-7000-8000-0000000000ff".into();
        one
    };
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 5] = [
        ("not_the_issuers", |_| ()),
        ("not_issued_here", |one| one["issuer"]["id"] = "did:web:elsewhere.example:o:1".into()),
        ("unknown_proof", |one| one["proof"][0]["cryptosuite"] = "ecdsa-sd-2023".into()),
        ("not_readable", |one| one["@context"][3] = "https://example.org/remote".into()),
        ("not_the_issuers", |one| one["proof"][0]["verificationMethod"] = "did:web:elsewhere.example#z6Mk".into()),
    ];
    for (expected, change) in cases {
        let mut changed = unknown_id(signed.clone());
        if expected == "not_readable" {
            changed["@context"].as_array_mut().expect("a list").push(json!(null));
        }
        change(&mut changed);
        let (verdict, status) = seen(sent(&world, CREDENTIAL, changed.to_string()).await);
        assert_eq!((verdict.as_str(), status), (expected, None));
    }
    let nobody = world.app.nobody();
    assert_eq!(seen(sent(&world, PDF, "%PDF-1.7\nnothing").await), ("nothing_in_it".into(), None));
    let encrypted = sent(&world, PDF, "%PDF-1.7\ntrailer << /Encrypt 1 0 R >>").await;
    assert_eq!(encrypted.findings(), [" encrypted_file"]);
    for nothing in ["", "hello", "[]", "{}", "{\"id\":", "\"text\""] {
        assert_eq!(sent(&world, CREDENTIAL, nothing).await.findings(), [" not_a_certificate"], "{nothing}");
    }
    let long = format!("[{}]", "[],".repeat(100_000));
    assert_eq!(sent(&world, CREDENTIAL, long).await.findings(), [" not_a_certificate"]);
    let large = vec![b' '; 10 * 1024 * 1024 + 1];
    assert_eq!(nobody.post_file("/v1/verify/file", PDF, large).await.problem(), "file-too-large");
}

#[actix_web::test]
async fn who_knows_only_the_id_of_a_credential_learns_nothing_of_its_holder() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let did = &signed["issuer"]["id"];
    for guessed in [
        json!({ "@context": [], "id": signed["id"] }),
        json!({ "@context": [], "id": signed["id"], "issuer": { "id": did } }),
        json!({ "@context": [], "id": signed["id"], "issuer": did, "credentialSubject": { "id": signed["id"] } }),
    ] {
        let body = sent(&world, CREDENTIAL, guessed.to_string()).await.expect(200);
        assert_eq!((&body["verification"], &body["differs_at"]), (&json!(null), &json!([])), "{body}");
    }
}

#[actix_web::test]
async fn what_a_code_does_not_tell_is_not_told_to_whoever_guesses_it() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics, "result": "B" })).await;
    let issued = issue(&world, &[&completion]).await;
    let path = format!("/v1/verify/file?code={}", text(&issued["code"]));
    let mut said = Vec::new();
    for grade in ["A", "B", "C"] {
        let guessed = json!({ "@context": [], "credentialSubject": { "result": [{ "value": grade }] } });
        let mut body = world.app.nobody().post_file(&path, CREDENTIAL, guessed.to_string()).await.expect(200);
        assert_eq!((&body["verdict"], &body["verification"]), (&json!("not_readable"), &json!(null)));
        said.push(body["differs_at"].take());
    }
    assert_eq!(said, vec![json!([]); 3]);
}

#[actix_web::test]
async fn what_can_be_read_in_two_ways_is_not_called_the_same() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let subject = format!("\"credentialSubject\":{}", signed["credentialSubject"]);
    let written = signed.to_string();
    assert!(written.contains(&subject));
    let forged = r#""credentialSubject":{"achievement":{"name":"Kranfører G1"}}"#;
    let twice = written.replace(&subject, &format!("{forged},{subject}"));
    assert_eq!(seen(sent(&world, CREDENTIAL, twice).await), is("not_readable", "valid"));
    // What linked data would leave out of what is signed is not passed over, whatever is signed beside it.
    let mut forged = signed["credentialSubject"].clone();
    forged["id"] = "a b".into();
    forged["achievement"]["name"] = "Kranfører G1".into();
    let mut two = signed.clone();
    two["id"] = "urn:uuid:00000000-0000-7000-8000-0000000000ff".into();
    two["credentialSubject"] = json!([forged, signed["credentialSubject"]]);
    assert_eq!(seen(sent(&world, CREDENTIAL, two.to_string()).await), ("not_readable".into(), None));
}

#[actix_web::test]
async fn what_a_wallet_presents_is_looked_into() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let presented = |one: &Value| {
        json!({ "@context": [], "type": ["VerifiablePresentation"], "verifiableCredential": [one] }).to_string()
    };
    assert_eq!(seen(sent(&world, CREDENTIAL, presented(&signed)).await), is("rewritten", "valid"));
    let mut changed = signed;
    changed["credentialSubject"]["achievement"]["name"] = "Kranfører".into();
    assert_eq!(seen(sent(&world, CREDENTIAL, presented(&changed)).await), is("facts_differ", "valid"));
}

#[actix_web::test]
async fn nothing_is_vouched_for_by_the_code_of_another_certificate_or_by_what_lies_beside_it() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let another = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    let another = issue(&world, &[&another]).await;
    let good = credential(&world, &issued).await;
    let path = format!("/v1/verify/file?code={}", text(&issued["code"]));
    let nobody = world.app.nobody();
    // Signed by the same issuer, and about something else.
    let list = text(&good["credentialStatus"]["statusListCredential"]);
    let list = &list[list.find("/o/").expect("a path")..];
    let token = nobody.with_header("accept", "application/vc+jwt").get(list).await.text;
    let proven = nobody.get(list).await.text;
    for file in [token, proven] {
        let body = nobody.post_file(&path, CREDENTIAL, file).await.expect(200);
        assert!(!["as_issued", "rewritten"].contains(&text(&body["verdict"]).as_str()), "{body}");
        assert_eq!(body["verification"], json!(null));
    }
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    let revoked = credential(&world, &another).await;
    administrator(&world).await.post(&under(&world, &another, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    let presented = |all: &[&Value]| {
        json!({ "@context": [], "type": ["VerifiablePresentation"], "verifiableCredential": all }).to_string()
    };
    for pair in [[&good, &revoked], [&revoked, &good]] {
        assert_eq!(sent(&world, CREDENTIAL, presented(&pair)).await.findings(), [" several_certificates"]);
    }
    for beside in [json!("eyJhbGciOiJSUzI1NiJ9.e30.AAAA"), json!({ "type": ["VerifiableCredential"] })] {
        let (verdict, _) = seen(sent(&world, CREDENTIAL, presented(&[&good, &beside])).await);
        assert_eq!(verdict, "not_readable");
    }
    let many = vec![&good; 41];
    assert_eq!(seen(sent(&world, CREDENTIAL, presented(&many)).await), ("not_readable".into(), None));
}

#[actix_web::test]
async fn a_document_without_a_credential_is_found_by_its_code() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let another =
        issue(&world, &[&world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await]).await;
    let scanned = "%PDF-1.7\na page somebody scanned";
    let with = |code: &str| format!("/v1/verify/file?code={code}");
    let code = text(&issued["code"]);
    let nobody = world.app.nobody();
    let found = nobody.post_file(&with(&code), PDF, scanned).await;
    assert_eq!(seen(found), is("page_differs", "valid"));
    let locked = nobody.post_file(&with(&code), PDF, "%PDF-1.7\ntrailer << /Encrypt 1 0 R >>").await;
    assert_eq!(seen(locked), is("page_differs", "valid"));
    let typed = nobody.post_file(&with("nonsense"), PDF, scanned).await;
    assert_eq!(typed.findings(), ["?code not_a_code"]);
    // What is in the file goes before what somebody says of it.
    let pdf = world.teacher.get(&under(&world, &another, "/pdf")).await.bytes;
    let body = nobody.post_file(&with(&code), PDF, pdf).await.expect(200);
    assert_eq!(body["verification"]["certificate"]["number"], another["facts"]["number"]);
}
