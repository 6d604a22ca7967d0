//! The portable form: signed once, verified by anyone without asking here, and never called back but by its status list.

use std::io::Read;

use attest::{
    certificates::{
        credential::{
            hashed,
            proof::{Unproven, check},
        },
        keys::{PublicKey, tokens::PublicTokenKey},
        status::is_set,
    },
    platform::{
        db::{Error, Tx, run::prelude::*, schema::issuer_keys},
        linked_data,
    },
    words::Role,
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{administrator, certificate, course_that_lasts, issue, under};
use crate::support::{World, json, of, text};

const ESCO: &str = "http://data.europa.eu/esco/skill/a0f7e0b6-1d5d-4a53-a4d6-9d0d4c7c0d3f";

/// The credentials of a certificate, for its issuer.
pub(crate) async fn credentials(world: &World, certificate: &Value) -> Vec<Value> {
    let listed = world.teacher.get(&under(world, certificate, "/credentials")).await.expect(200);
    listed["items"].as_array().expect("a list").iter().map(|item| item["credential"].clone()).collect()
}

/// The only credential of a certificate.
pub(crate) async fn credential(world: &World, certificate: &Value) -> Value {
    let mut all = credentials(world, certificate).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// A path at the issuer that a credential names.
fn at_issuer(credential: &Value, rest: &str) -> String {
    let did = text(&credential["issuer"]["id"]);
    format!("/o/{}/{rest}", did.rsplit(':').next().expect("an organisation"))
}

/// The keys a credential's issuer publishes.
pub(crate) async fn keys(world: &World, credential: &Value) -> Vec<PublicKey> {
    let document = world.app.nobody().get(&at_issuer(credential, "did.json")).await.expect(200);
    let did = text(&credential["issuer"]["id"]);
    assert_eq!(text(&document["id"]), did);
    let listed = document["verificationMethod"].as_array().expect("a list");
    let said: Vec<Value> = listed.iter().map(|method| method["id"].clone()).collect();
    assert_eq!(document["assertionMethod"], Value::Array(said));
    let proving = listed.iter().filter(|method| method["type"] == "Multikey");
    proving.map(|method| PublicKey::parse(&did, &text(&method["publicKeyMultibase"])).expect("a key")).collect()
}

/// Does a credential not hold, and is that for the time being?
pub(crate) async fn status(world: &World, credential: &Value) -> (bool, bool) {
    let entry = &credential["credentialStatus"];
    let place: usize = text(&entry["statusListIndex"]).parse().expect("a number");
    let address = text(&entry["statusListCredential"]);
    let path = &address[address.find("/o/").expect("a path")..];
    let mut set = Vec::new();
    for (rest, purpose) in [("", "revocation"), ("/suspension", "suspension")] {
        let list = world.app.nobody().get(&format!("{path}{rest}")).await;
        assert_eq!(list.header("content-type"), Some("application/vc"));
        assert_eq!(list.header("access-control-allow-origin"), Some("*"));
        let list = list.expect(200);
        assert_eq!(text(&list["id"]), format!("{address}{rest}"));
        assert_eq!(text(&list["credentialSubject"]["statusPurpose"]), purpose);
        check(&list, &keys(world, credential).await).expect("signed by the issuer");
        set.push(is_set(&text(&list["credentialSubject"]["encodedList"]), place).expect("a place"));
    }
    (set[0], set[1])
}

#[actix_web::test]
async fn a_certificate_is_taken_along_as_a_credential_that_anyone_verifies() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let completion = world.record(json!({ "course": course, "hours": 7.5, "result": "A" })).await;
    let course = format!("/v1/courses/{}", text(&course));
    let etag = world.teacher.get(&course).await.etag();
    world.teacher.patch(&course, &etag, json!({ "esco": ESCO })).await.expect(200);
    let issued = issue(&world, &[&completion]).await;
    let signed = credential(&world, &issued).await;
    let proof = check(&signed, &keys(&world, &signed).await).expect("proven");
    assert_eq!(proof.cryptosuite, "eddsa-rdfc-2022");
    assert_eq!(signed["proof"].as_array().map(Vec::len), Some(1));

    let subject = &signed["credentialSubject"];
    assert_eq!(subject["achievement"]["name"], "Hydraulikk");
    assert_eq!(subject["licenseNumber"], issued["facts"]["number"]);
    let skill = &subject["achievement"]["alignment"][0];
    assert_eq!((&skill["targetUrl"], &skill["targetName"]), (&json!(ESCO), &json!("Hydraulikk trinn 1")));
    assert_eq!(subject["result"][0]["value"], "A");
    // 1 March 2029 is the last day, and ends at midnight in Oslo.
    assert_eq!(
        (&signed["validFrom"], &signed["validUntil"]),
        (&json!("2026-03-02T09:00:00Z"), &json!("2029-03-01T22:59:59Z"))
    );
    assert_eq!(subject["activityEndDate"], "2026-03-01T00:00:00+01:00", "whoever reads only the text sees the day");
    let identity = &subject["identifier"][0];
    assert_eq!(text(&identity["identityHash"]), hashed("Anna Ødegård", &text(&identity["salt"])));
    let written = signed.to_string();
    assert_eq!(
        signed["@context"].as_array().expect("a list").iter().filter_map(Value::as_str).collect::<Vec<_>>(),
        [linked_data::CREDENTIALS, linked_data::OPEN_BADGES, linked_data::EXTENSIONS],
        "in this order",
    );
    assert!(signed["credentialStatus"]["statusListIndex"].is_string());
    for secret in
        ["Anna", "Ødegård", "anna@example.no", "1991", "0517", "1705", &text(&issued["code"]), &text(&issued["person"])]
    {
        assert!(!written.contains(secret), "{secret} is in it");
    }

    let anna = world.anna_who_claimed().await;
    let own = anna.get(&format!("/v1/me/certificates/{}/credentials", text(&issued["id"]))).await.expect(200);
    assert_eq!(own["items"][0]["credential"], signed);
    let one = format!("/v1/me/certificates/{}/credentials/{}", text(&issued["id"]), text(&own["items"][0]["id"]));
    let file = anna.get(&one).await;
    assert_eq!(file.header("content-type"), Some("application/vc"));
    assert_eq!(file.expect(200), signed);
}

#[actix_web::test]
async fn the_document_carries_the_same_credential() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes;
    let carried: Vec<Value> = streams(&pdf).iter().filter_map(|bytes| serde_json::from_slice(bytes).ok()).collect();
    assert_eq!(carried, [signed]);
    let text = String::from_utf8_lossy(&pdf);
    for says in ["/AFRelationship/Source", "application#2Fvc", "<pdfaid:part>3"] {
        assert!(text.contains(says), "no {says}");
    }
}

/// The compressed streams of a PDF.
fn streams(pdf: &[u8]) -> Vec<Vec<u8>> {
    const BEGINS: &[u8] = b"stream\n";
    let places = (0..pdf.len()).filter(|n| pdf[*n..].starts_with(BEGINS) && !pdf[..*n].ends_with(b"end"));
    let unpacked = |place: usize| {
        let mut bytes = Vec::new();
        flate2::read::ZlibDecoder::new(&pdf[place + BEGINS.len()..]).read_to_end(&mut bytes).ok().map(|_| bytes)
    };
    places.filter_map(unpacked).collect()
}

#[actix_web::test]
async fn whatever_is_changed_shows() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let keys = keys(&world, &signed).await;
    let changes: [fn(&mut Value); 6] = [
        |one| one["credentialSubject"]["achievement"]["name"] = "Kran".into(),
        |one| one["credentialSubject"]["licenseNumber"] = "FA-2026-000002".into(),
        |one| one["validFrom"] = "2025-03-02T11:00:00Z".into(),
        |one| one["credentialStatus"]["statusListIndex"] = "1".into(),
        |one| one["proof"][0]["created"] = "2025-03-02T11:00:00Z".into(),
        |one| drop(one["credentialSubject"].as_object_mut().expect("an object").remove("identifier")),
    ];
    for (n, change) in changes.iter().enumerate() {
        let mut changed = signed.clone();
        change(&mut changed);
        assert_eq!(check(&changed, &keys), Err(Unproven::Changed), "change {n}");
    }
    let mut another = signed.clone();
    another["proof"][0]["verificationMethod"] =
        "did:web:elsewhere.example#z6MkjZRZv3aez3r18pB1RBFJR1kwUVJ5jHt92JmQwXbd5hwi".into();
    assert!(matches!(check(&another, &keys), Err(Unproven::NotTheIssuer(_))));
    for (suite, expected) in [("ecdsa-rdfc-2019", true), ("eddsa-jcs-2022", true)] {
        let mut another = signed.clone();
        another["proof"][0]["cryptosuite"] = suite.into();
        assert_eq!(matches!(check(&another, &keys), Err(Unproven::UnknownSuite(_))), expected, "{suite}");
    }
    let mut twice = signed.clone();
    let proof = twice["proof"][0].clone();
    twice["proof"].as_array_mut().expect("a list").push(proof);
    assert_eq!(check(&twice, &keys), Err(Unproven::NoProof));
}

#[actix_web::test]
async fn what_becomes_of_a_certificate_is_set_in_its_issuers_lists() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let administrator = administrator(&world).await;
    let signed = credential(&world, &issued).await;
    assert_eq!(status(&world, &signed).await, (false, false));
    let suspension = under(&world, &issued, "/suspension");
    administrator.post(&suspension, json!({ "reason": "under_review" })).await.expect(200);
    assert_eq!(status(&world, &signed).await, (true, true));
    administrator.delete(&suspension).await.expect(200);
    assert_eq!(status(&world, &signed).await, (false, false));
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    let revocation = under(&world, &issued, "/revocation");
    administrator.post(&revocation, reason).await.expect(200);
    assert_eq!(status(&world, &signed).await, (true, false));
    // What was revoked wrongly is issued anew; the credential that was called revoked stays so.
    world.app.later(chrono::TimeDelta::minutes(5));
    administrator.delete(&revocation).await.expect(200);
    let anew = credential(&world, &issued).await;
    assert_eq!((status(&world, &signed).await, status(&world, &anew).await), ((true, false), (false, false)));
    assert_eq!((&anew["id"], &anew["validFrom"]), (&signed["id"], &json!("2026-03-02T09:05:00Z")));
    assert_ne!(
        anew["credentialSubject"]["id"], signed["credentialSubject"]["id"],
        "nobody is followed from one to the next"
    );
    world.app.mails().await;
}

#[actix_web::test]
async fn a_correction_keeps_the_credentials_id_and_ends_the_one_before() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let before = credential(&world, &issued).await;
    world.app.later(chrono::TimeDelta::minutes(5));
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    let said = json!({ "reason": "På engelsk", "language": "en" });
    teacher.post(&under(&world, &issued, "/corrections"), said).await.expect(201);
    let after = credential(&world, &issued).await;
    assert_eq!(after["id"], before["id"]);
    assert!(text(&after["validFrom"]) > text(&before["validFrom"]));
    assert_eq!((status(&world, &before).await, status(&world, &after).await), ((true, false), (false, false)));
    world.app.mails().await;
}

#[actix_web::test]
async fn what_is_suspended_stays_so_when_it_is_corrected_and_holds_again_with_the_certificate() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let administrator = administrator(&world).await;
    let suspension = under(&world, &issued, "/suspension");
    administrator.post(&suspension, json!({ "reason": "under_review" })).await.expect(200);
    let before = credential(&world, &issued).await;
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    let said = json!({ "reason": "På engelsk", "language": "en" });
    teacher.post(&under(&world, &issued, "/corrections"), said).await.expect(201);
    let after = credential(&world, &issued).await;
    assert_eq!((status(&world, &before).await, status(&world, &after).await), ((true, false), (true, true)));
    administrator.delete(&suspension).await.expect(200);
    assert_eq!((status(&world, &before).await, status(&world, &after).await), ((true, false), (false, false)));
    world.app.mails().await;
}

#[actix_web::test]
async fn what_was_given_back_before_it_was_called_revoked_does_not_hold_again_when_that_is_annulled() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let anna = world.anna_who_claimed().await;
    anna.post_nothing(&format!("/v1/me/certificates/{}/surrender", text(&issued["id"]))).await.expect(200);
    let administrator = administrator(&world).await;
    let revocation = under(&world, &issued, "/revocation");
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    administrator.post(&revocation, reason).await.expect(200);
    administrator.delete(&revocation).await.expect(200);
    let anew = credential(&world, &issued).await;
    assert_eq!(status(&world, &anew).await, (true, false));
    world.app.mails().await;
}

#[actix_web::test]
async fn what_was_over_when_it_was_certified_begins_no_later_than_it_ends_and_verifies_as_expired() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let completion = world.record(json!({ "course": course, "on": "2020-01-15" })).await;
    let issued = issue(&world, &[&completion]).await;
    let signed = credential(&world, &issued).await;
    assert_eq!((&signed["validFrom"], &signed["validUntil"]), (&signed["validUntil"], &json!("2023-01-15T22:59:59Z")));
    assert_eq!(signed["proof"][0]["created"], "2026-03-02T09:00:00Z");
    assert!(check(&signed, &keys(&world, &signed).await).is_ok());
    let sent = world.app.nobody().post_file("/v1/verify/file", "application/vc", signed.to_string()).await.expect(200);
    assert_eq!((&sent["verification"]["status"], &sent["about"]), (&json!("expired"), &json!([0])));
    assert_ne!(sent["verdict"], "facts_differ");
}

#[actix_web::test]
async fn what_a_key_signed_verifies_after_it_was_replaced_twice() {
    let world = World::start().await;
    let administrator = administrator(&world).await;
    let path = of(&world.school, "issuer-keys");
    let mut signed = vec![credential(&world, &certificate(&world).await).await];
    for n in 0..2 {
        world.app.later(chrono::TimeDelta::minutes(1));
        assert_eq!(world.teacher.post_nothing(&path).await.problem(), "forbidden");
        let made = administrator.post_nothing(&path).await;
        let location = made.header("location").expect("a location").to_owned();
        let name = text(&made.expect(201)["name"]);
        let key = world.app.nobody().get(&location).await.expect(200);
        assert_eq!((&key["crv"], &key["kid"]), (&json!("Ed25519"), &json!(name)));
        let completion = world.record(json!({ "course": world.hydraulics, "on": format!("2026-02-0{}", n + 1) })).await;
        let issued = issue(&world, &[&completion]).await;
        signed.push(credential(&world, &issued).await);
        assert!(text(&signed[n + 1]["proof"][0]["verificationMethod"]).ends_with(&name));
    }
    let keys = keys(&world, &signed[0]).await;
    assert_eq!(keys.len(), 3);
    let kept = |tx: &mut Tx<'_>| issuer_keys::table.select(issuer_keys::sealed).load(tx.conn()).map_err(Error::from);
    let kept: Vec<String> = world.app.db().read_here(kept).expect("read");
    assert_eq!(kept.iter().filter(|sealed| !sealed.is_empty()).count(), 1, "nobody signs with a retired key again");
    for (n, one) in signed.iter().enumerate() {
        assert!(check(one, &keys).is_ok(), "credential {n}");
        let by = &one["proof"][0]["verificationMethod"];
        assert_eq!(keys.iter().position(|key| json!(key.method()) == *by), Some(n));
    }
    let set = world.app.nobody().get(&at_issuer(&signed[0], "jwks.json")).await;
    assert_eq!(set.header("access-control-allow-origin"), Some("*"));
    assert_eq!(set.expect(200)["keys"].as_array().map(Vec::len), Some(3));
}

#[actix_web::test]
async fn who_has_never_issued_anything_has_no_keys_and_nobody_has_anothers_lists() {
    let world = World::start().await;
    let nobody = world.app.nobody();
    let crane = format!("/o/{}", text(&world.crane["id"]));
    for rest in ["did.json", "jwks.json", "keys/z6Mk"] {
        assert_eq!(nobody.get(&format!("{crane}/{rest}")).await.problem(), "not-found", "{rest}");
    }
    let signed = credential(&world, &certificate(&world).await).await;
    let list = text(&signed["credentialStatus"]["statusListCredential"]);
    let id = list.rsplit('/').next().expect("an id");
    assert_eq!(nobody.get(&format!("{crane}/status/{id}")).await.problem(), "not-found");
    assert_eq!(nobody.get(&at_issuer(&signed, "keys/z6Mk")).await.problem(), "not-found");
}

#[actix_web::test]
async fn a_holder_takes_everything_along_in_one_file_with_a_manifest() {
    let world = World::start().await;
    let first = certificate(&world).await;
    let course = course_that_lasts(&world).await;
    let second = issue(&world, &[&world.record(json!({ "course": course })).await]).await;
    let anna = world.anna_who_claimed().await;
    let reply = anna.get("/v1/me/credentials").await;
    assert_eq!(reply.header("content-type"), Some("application/zip"));
    assert_eq!(reply.header("content-disposition"), Some("inline; filename=\"credentials.zip\""));
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(reply.bytes)).expect("a package");
    let mut read =
        |name: &str| -> Value { serde_json::from_reader(zip.by_name(name).expect("in the package")).expect("JSON") };
    let manifest = read("manifest.json");
    let items = manifest["credentials"].as_array().expect("a list");
    let numbers: Vec<&Value> = items.iter().map(|item| &item["certificate"]).collect();
    assert_eq!(numbers, [&first["facts"]["number"], &second["facts"]["number"]]);
    for (item, issued) in items.iter().zip([&first, &second]) {
        assert_eq!(read(&text(&item["file"])), credential(&world, issued).await);
    }
    let stranger = world.app.person("Berit Vik", "berit@example.no", "1988-08-08").await;
    let own = format!("/v1/me/certificates/{}/credentials", text(&first["id"]));
    assert_eq!(stranger.get(&own).await.problem(), "not-found");
    let theirs = world.app.member(&world.crane, Role::Administrator).await;
    assert_eq!(theirs.get(&under(&world, &first, "/credentials")).await.problem(), "not-found");
}

#[actix_web::test]
async fn what_was_handed_out_verifies_at_the_address_it_names_when_the_installation_has_moved() {
    let mut world = World::start().await;
    let before = credential(&world, &certificate(&world).await).await;
    world.app.restart_with(|config| config.public_url = "https://nytt.example.no".into()).await;
    world.teacher = world.app.signed_in_again(&world.app.again(&world.teacher)).await;
    assert!(check(&before, &keys(&world, &before).await).is_ok());
    assert_eq!(status(&world, &before).await, (false, false));
    let completion = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    let after = credential(&world, &issue(&world, &[&completion]).await).await;
    assert_eq!(after["issuer"]["id"], before["issuer"]["id"], "an issuer is known by one name");
    let file = world.app.nobody().post_file("/v1/verify/file", "application/vc", after.to_string()).await;
    assert_ne!(file.expect(200)["verdict"], "facts_differ");
}

/// A token's header and claims, verified by the key that the header names.
async fn read_token(world: &World, token: &str) -> (Value, Value) {
    let (signed, signature) = token.rsplit_once('.').expect("three parts");
    let (header, claims) = signed.split_once('.').expect("three parts");
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
    };
    let header = read(header);
    let url = text(&header["kid"]);
    let jwk = world.app.nobody().get(&url[url.find("/o/").expect("a path")..]).await.expect(200);
    assert_eq!((&jwk["kty"], &jwk["alg"], &header["alg"]), (&json!("RSA"), &json!("RS256"), &json!("RS256")));
    let public = format!("{}.{}", text(&jwk["n"]), text(&jwk["e"]));
    let key = PublicTokenKey::parse(text(&jwk["kid"]), &public).expect("a key");
    assert!(key.verifies(signed.as_bytes(), &URL_SAFE_NO_PAD.decode(signature).expect("base64url")));
    (header, read(claims))
}

#[actix_web::test]
async fn a_credential_is_a_token_for_whoever_knows_no_linked_data() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let anna = world.anna_who_claimed().await;
    let id = text(&signed["id"]).replace("urn:uuid:", "");
    let path = format!("/v1/me/certificates/{}/credentials/{id}/token", text(&issued["id"]));
    let reply = anna.get(&path).await;
    assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, Some("application/vc+jwt")));
    let (header, mut claims) = read_token(&world, &reply.text).await;
    assert_eq!(header["typ"], "JWT");
    for (claim, said) in [("iss", "/issuer/id"), ("jti", "/id"), ("sub", "/credentialSubject/id")] {
        assert_eq!(claims.as_object_mut().expect("an object").remove(claim).as_ref(), signed.pointer(said), "{claim}");
    }
    assert_eq!(claims.as_object_mut().expect("an object").remove("nbf"), Some(json!(1_772_442_000)));
    let mut without = signed.clone();
    without.as_object_mut().expect("an object").remove("proof");
    assert_eq!(claims, without, "it says what the credential says, and has no other proof");
    assert_eq!(anna.get(&path).await.text, reply.text, "asked again it is the same");

    let sent = |token: String| {
        let nobody = world.app.nobody();
        async move { nobody.post_file("/v1/verify/file", "application/vc+jwt", token).await.expect(200)["verdict"].clone() }
    };
    assert_eq!(sent(reply.text.clone()).await, "as_issued");
    let (said, _) = reply.text.rsplit_once('.').expect("three parts");
    assert_eq!(sent(format!("{said}.AAAA")).await, "not_the_issuers");
    let stranger = world.app.person("Berit Vik", "berit@example.no", "1988-08-08").await;
    assert_eq!(stranger.get(&path).await.problem(), "not-found");
}

#[actix_web::test]
async fn a_status_list_is_a_token_where_the_header_asks_for_one() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let address = text(&signed["credentialStatus"]["statusListCredential"]);
    let path = &address[address.find("/o/").expect("a path")..];
    let place: usize = text(&signed["credentialStatus"]["statusListIndex"]).parse().expect("a number");
    let asking = world.app.nobody().with_header("accept", "text/html, application/vc+jwt;q=0.9");
    for (expected, act) in [(false, None), (true, Some("/revocation"))] {
        if let Some(act) = act {
            let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
            administrator(&world).await.post(&under(&world, &issued, act), reason).await.expect(200);
            world.app.mails().await;
        }
        let reply = asking.get(path).await;
        assert_eq!(reply.header("content-type"), Some("application/vc+jwt"));
        assert_eq!(reply.header("vary"), Some("Accept"));
        let (header, claims) = read_token(&world, &reply.text).await;
        assert_eq!((&header["typ"], &claims["iss"]), (&json!("vc+jwt"), &signed["issuer"]["id"]));
        assert_eq!(is_set(&text(&claims["credentialSubject"]["encodedList"]), place), Some(expected));
    }
    assert_eq!(keys(&world, &signed).await.len(), 1, "the key of tokens makes no proofs");
    let reply = asking.get(&format!("{path}/suspension")).await;
    let (_, claims) = read_token(&world, &reply.text).await;
    assert_eq!(claims["credentialSubject"]["statusPurpose"], "suspension");
    // The next key takes its place, and what the first signed goes on verifying.
    let token = asking.get(path).await.text;
    administrator(&world).await.post_nothing(&of(&world.school, "issuer-keys")).await.expect(201);
    read_token(&world, &token).await;
}
