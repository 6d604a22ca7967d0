//! Verification where there is no network: a file and a signed snapshot say what a certificate is worth, and of both every changed
//! byte shows.

use std::fs;

use attest::{
    certificates::{
        keys::{SigningKey, store::make_first},
        snapshot::{self, Asked, NotVerified, judging::Verified, reading::Refused},
    },
    cli::{self, Attest, Command},
    completions::erasing::{Because, erase},
    platform::{
        db::{run::prelude::*, schema::organisations},
        vault::sha256,
    },
    words::{Identifier, OrganisationId, RecordId},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use clap::Parser;
use serde_json::Value;

use super::{
    administrator, certificate, course_that_lasts,
    credentials::{credential, credentials},
    issue, under,
};
use crate::support::{World, json, of, text};

const SNAPSHOT: &str = "/v1/verify/snapshot";

/// A snapshot as anyone downloads it.
async fn downloaded(world: &World) -> Vec<u8> {
    let reply = world.app.nobody().get(SNAPSHOT).await;
    assert_eq!(reply.status.as_u16(), 200, "{reply}");
    reply.bytes
}

/// The key its publisher names.
async fn key(world: &World) -> String {
    let reply = world.app.nobody().get("/v1/verify/snapshot/key").await;
    assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    text(&reply.expect(200)["key"])
}

fn look(world: &World, file: impl AsRef<[u8]>, mut by: &[u8], asked: Asked<'_>) -> Result<Verified, NotVerified> {
    snapshot::verify(file.as_ref(), &mut by, asked, world.app.clock.now())
}

/// What each credential of a file is worth by a snapshot.
fn verdicts(world: &World, file: impl AsRef<[u8]>, by: &[u8]) -> Vec<&'static str> {
    let verified = look(world, file, by, Asked::default()).expect("verified");
    verified.credentials.iter().map(|one| one.verdict.word()).collect()
}

fn worth(world: &World, file: &Value, by: &[u8]) -> &'static str {
    let verdicts = verdicts(world, file.to_string(), by);
    assert_eq!(verdicts.len(), 1);
    verdicts[0]
}

/// Why a snapshot is refused, whatever the file is.
fn refused(world: &World, by: &[u8]) -> Refused {
    match look(world, "nothing that could be verified", by, Asked::default()) {
        Err(NotVerified::Snapshot(refused)) => refused,
        other => panic!("not refused: {other:?}"),
    }
}

/// A credential of Anna's as a token.
async fn token(world: &World, issued: &Value, signed: &Value) -> String {
    let anna = world.anna_who_claimed().await;
    let id = text(&signed["id"]).replace("urn:uuid:", "");
    let reply = anna.get(&format!("/v1/me/certificates/{}/credentials/{id}/token", text(&issued["id"]))).await;
    assert_eq!(reply.status.as_u16(), 200, "{reply}");
    reply.text
}

/// The lines of a snapshot but for the last.
fn lines(snapshot: &[u8]) -> Vec<Value> {
    let text = std::str::from_utf8(snapshot).expect("a text");
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert!(lines.pop().is_some_and(|end| end["end"].is_object()));
    lines
}

/// A snapshot that somebody has put together with a key of their own.
fn signed_by(seed: u8, lines: &[Value]) -> Vec<u8> {
    let key = SigningKey::from_seed("", &[seed; 32]).expect("a key");
    let before: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let hash = sha256(before.as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(key.sign(format!("attest snapshot 1 {hash}").as_bytes()));
    let end =
        format!("{{\"end\":{{\"sha256\":\"{hash}\",\"key\":\"{}\",\"signature\":\"{signature}\"}}}}\n", key.name());
    format!("{before}{end}").into_bytes()
}

#[actix_web::test]
async fn a_certificate_is_verified_without_a_network_in_every_form_it_has() {
    let world = World::start().await;
    let course = course_that_lasts(&world).await;
    let completion = world.record(json!({ "course": course, "result": "A" })).await;
    let issued = issue(&world, &[&completion]).await;
    let signed = credential(&world, &issued).await;
    let token = token(&world, &issued, &signed).await;
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes;
    let (by, key) = (downloaded(&world).await, key(&world).await);
    for (file, is_document) in [(signed.to_string().into_bytes(), false), (token.into_bytes(), false), (pdf, true)] {
        let asked = Asked { key: Some(&key), holder: Some("Anna Ødegård") };
        let verified = look(&world, file, &by, asked).expect("verified");
        assert_eq!((verified.holds, verified.is_document, verified.credentials.len()), (true, is_document, 1));
        let made = &verified.snapshot;
        assert_eq!((made.key.as_str(), made.key_was_given, made.age_seconds), (key.as_str(), true, 0));
        let states = verified.credentials[0].states.as_ref().expect("signed");
        assert_eq!((states.issuer.as_str(), states.name.as_str()), ("Fjordkurs AS", "Hydraulikk"));
        assert_eq!(
            (json!(states.number), json!(states.issuer_id)),
            (issued["facts"]["number"].clone(), signed["issuer"]["id"].clone())
        );
        assert_eq!(states.valid_until.map(|at| at.to_string()).as_deref(), Some("2029-03-01T22:59:59.000000Z"));
        assert_eq!(states.results, ["A"]);
    }
    let another = Asked { key: None, holder: Some("Berit Vik") };
    let verified = look(&world, signed.to_string(), &by, another).expect("verified");
    assert_eq!((verified.holds, verified.credentials[0].verdict.word()), (false, "about somebody else"));
}

#[actix_web::test]
async fn each_credential_of_a_document_is_judged_by_itself() {
    let world = World::start().await;
    let first = world.record(json!({ "course": course_that_lasts(&world).await })).await;
    let second = world.record(json!({ "course": world.hydraulics })).await;
    let issued = issue(&world, &[&first, &second]).await;
    assert_eq!(credentials(&world, &issued).await.len(), 2);
    let pdf = world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes;
    let by = downloaded(&world).await;
    assert_eq!(verdicts(&world, &pdf, &by), ["holds", "holds"]);
    // Of a credential that lasts three years and a course that lasts for ever, one is over.
    world.app.on("2029-03-02");
    let mut all = verdicts(&world, &pdf, &by);
    all.sort_unstable();
    assert_eq!(all, ["expired", "holds"]);
}

#[actix_web::test]
async fn what_becomes_of_a_certificate_is_in_the_next_snapshot_and_the_one_before_says_how_old_it_is() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let issued = issue(&world, &[&completion]).await;
    let (signed, pdf) =
        (credential(&world, &issued).await, world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes);
    let token = token(&world, &issued, &signed).await;
    let administrator = administrator(&world).await;
    let first = downloaded(&world).await;
    let every = |by: &[u8]| {
        let [document, one, token] =
            [&pdf[..], signed.to_string().as_bytes(), token.as_bytes()].map(|file| verdicts(&world, file, by)[0]);
        assert!(document == one && one == token, "{document}, {one}, {token}");
        one
    };
    assert_eq!(every(&first), "holds");
    let suspension = under(&world, &issued, "/suspension");
    administrator.post(&suspension, json!({ "reason": "under_review" })).await.expect(200);
    assert_eq!(every(&downloaded(&world).await), "suspended");
    administrator.delete(&suspension).await.expect(200);
    assert_eq!(every(&downloaded(&world).await), "holds");
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    administrator.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    let second = downloaded(&world).await;
    assert_eq!(every(&second), "revoked");
    world.app.mails().await;

    world.app.later(TimeDelta::days(3));
    assert_eq!(every(&first), "holds", "what was revoked since is not in it");
    let verified = look(&world, &pdf, &first, Asked::default()).expect("verified");
    assert_eq!((verified.snapshot.age_seconds, verified.snapshot.age().as_str()), (3 * 24 * 60 * 60, "3 days ago"));
}

#[actix_web::test]
async fn what_was_erased_or_replaced_holds_no_longer() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": world.hydraulics })).await;
    let issued = issue(&world, &[&completion]).await;
    let before = credential(&world, &issued).await;
    let teacher = world.teacher.with_header("if-match", "\"1\"");
    let said = json!({ "reason": "På engelsk", "language": "en" });
    teacher.post(&under(&world, &issued, "/corrections"), said).await.expect(201);
    world.app.mails().await;
    let after = credential(&world, &issued).await;
    let by = downloaded(&world).await;
    assert_eq!([&before, &after].map(|one| worth(&world, one, &by)), ["revoked", "holds"]);
    let record: RecordId = text(&completion["id"]).parse().expect("an id");
    world
        .app
        .write(move |tx| {
            erase(tx, &[record], Because::Decided)?;
            Ok(())
        })
        .await;
    world.app.mails().await;
    let by = downloaded(&world).await;
    assert_eq!([&before, &after].map(|one| worth(&world, one, &by)), ["revoked", "revoked"]);
}

#[actix_web::test]
async fn what_is_newer_than_the_snapshot_is_not_said_to_hold() {
    let world = World::start().await;
    let empty = downloaded(&world).await;
    let first = credential(&world, &certificate(&world).await).await;
    let by = downloaded(&world).await;
    world.app.later(TimeDelta::minutes(5));
    let completion = world.record(json!({ "course": world.hydraulics, "on": "2026-02-01" })).await;
    let second = credential(&world, &issue(&world, &[&completion]).await).await;
    assert_eq!(worth(&world, &first, &empty), "unknown issuer");
    assert_eq!(worth(&world, &first, &by), "holds");
    // The list is there, and had nobody at the place when it was made.
    assert_eq!(worth(&world, &second, &by), "status not known");
    assert_eq!(worth(&world, &second, &downloaded(&world).await), "holds");
    let without: Vec<Value> = lines(&by).into_iter().filter(|line| line["list"].is_null()).collect();
    assert_eq!(worth(&world, &first, &signed_by(7, &without)), "status not known");
    // A key that is newer than the snapshot is none of those it knows.
    administrator(&world).await.post_nothing(&of(&world.school, "issuer-keys")).await.expect(201);
    let completion = world.record(json!({ "course": world.hydraulics, "on": "2026-02-02" })).await;
    let third = credential(&world, &issue(&world, &[&completion]).await).await;
    assert_eq!(worth(&world, &third, &by), "not the issuer's");
    let newest = downloaded(&world).await;
    assert_eq!([&first, &second, &third].map(|one| worth(&world, one, &newest)), ["holds"; 3]);
}

#[actix_web::test]
async fn a_snapshot_that_was_touched_anywhere_is_refused_before_anything_is_said() {
    let world = World::start().await;
    let signed = credential(&world, &certificate(&world).await).await;
    let (by, key) = (downloaded(&world).await, key(&world).await);
    let no_file = look(&world, "nothing", &by, Asked::default());
    assert!(matches!(no_file, Err(NotVerified::File(_))), "the snapshot is sound: {no_file:?}");
    for place in 0..by.len() {
        for bit in [0x01, 0x20] {
            let mut changed = by.clone();
            changed[place] ^= bit;
            let verified = look(&world, "nothing", &changed, Asked::default());
            assert!(matches!(verified, Err(NotVerified::Snapshot(_))), "byte {place} of {}: {verified:?}", by.len());
        }
    }
    for length in (0..by.len()).step_by(37).chain([by.len() - 1]) {
        let refused = refused(&world, &by[..length]);
        assert!(matches!(refused, Refused::CutOff | Refused::None), "{length} bytes: {refused}");
    }
    let with = |more: &[u8]| [&by[..], more].concat();
    assert!(matches!(refused(&world, &with(b"\n")), Refused::GoesOn));
    assert!(matches!(refused(&world, &with(&by)), Refused::GoesOn));
    for nothing in ["", "{}", "{}\n", "[]\n", "%PDF-1.7\n", "{\"attest_snapshot\":\"1\"}\n"] {
        assert!(matches!(refused(&world, nothing.as_bytes()), Refused::None), "{nothing}");
    }
    let mut all = lines(&by);
    let without = signed_by(7, &all[..all.len() - 1]);
    let asked = Asked { key: Some(&key), holder: None };
    let verified = look(&world, "nothing", &without, asked);
    assert!(matches!(verified, Err(NotVerified::Snapshot(Refused::AnotherKey(_)))), "{verified:?}");
    let verified = look(&world, "nothing", &by, Asked { key: Some("z6Mk"), holder: None });
    assert!(matches!(verified, Err(NotVerified::Snapshot(Refused::NoKey))), "{verified:?}");
    let mut twice = all.clone();
    twice.push(twice[1].clone());
    let verified = look(&world, signed.to_string(), &signed_by(7, &twice), Asked::default());
    assert!(matches!(verified, Err(NotVerified::Snapshot(Refused::Malformed(5)))), "{verified:?}");
    all[0]["attest_snapshot"] = json!(2);
    assert!(matches!(refused(&world, &signed_by(7, &all)), Refused::UnknownVersion(2)));
    let long = [&by[..by.iter().position(|byte| *byte == b'\n').expect("a line") + 1], &vec![b' '; 2_000_000]].concat();
    assert!(matches!(refused(&world, &long), Refused::TooLong(2)));
}

#[actix_web::test]
async fn whoever_signs_a_snapshot_cannot_change_an_issuers_list() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let clean = lines(&downloaded(&world).await);
    let reason = json!({ "reason": "basis_withdrawn", "heard_on": "2026-03-01" });
    administrator(&world).await.post(&under(&world, &issued, "/revocation"), reason).await.expect(200);
    world.app.mails().await;
    let by = downloaded(&world).await;
    assert_eq!(worth(&world, &signed, &by), "revoked");
    // Anybody can sign a snapshot; only a key that is known vouches for it.
    let verified = look(&world, signed.to_string(), &signed_by(7, &clean), Asked::default()).expect("verified");
    assert_eq!((verified.holds, verified.snapshot.key_was_given), (true, false));
    let mut forged = lines(&by);
    for (line, before) in forged.iter_mut().zip(&clean).filter(|(line, _)| line["list"].is_object()) {
        line["list"]["credentialSubject"] = before["list"]["credentialSubject"].clone();
    }
    let verified = look(&world, signed.to_string(), &signed_by(7, &forged), Asked::default());
    assert!(matches!(verified, Err(NotVerified::Snapshot(Refused::NotTheIssuers(_)))), "{verified:?}");
    // Nor is a list another's, or the one beside it.
    let mut swapped = lines(&by);
    let lists: Vec<usize> = (0..swapped.len()).filter(|n| swapped[*n]["list"].is_object()).collect();
    let [revocations, suspensions] = lists[..] else { panic!("two lists") };
    let beside = swapped[suspensions]["list"].clone();
    swapped[revocations]["list"] = beside;
    swapped.remove(suspensions);
    assert_eq!(worth(&world, &signed, &signed_by(7, &swapped)), "status not known");
}

#[actix_web::test]
async fn nothing_is_believed_of_a_credential_that_its_issuer_did_not_sign() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let by = downloaded(&world).await;
    type Change = fn(&mut Value);
    let cases: [(&str, Change); 11] = [
        ("changed", |one| one["credentialSubject"]["achievement"]["name"] = "Kranfører".into()),
        ("changed", |one| one["validUntil"] = "2099-01-01T00:00:00Z".into()),
        ("changed", |one| one["credentialStatus"]["statusListIndex"] = "1".into()),
        ("unknown issuer", |one| one["issuer"]["id"] = "did:web:elsewhere.example:o:1".into()),
        ("not the issuer's", |one| one["proof"][0]["verificationMethod"] = "did:web:elsewhere.example#z6Mk".into()),
        ("unknown proof", |one| one["proof"][0]["cryptosuite"] = "ecdsa-sd-2023".into()),
        ("not readable", |one| one["@context"][2] = "https://example.org/remote".into()),
        ("not readable", |one| one["colour"] = "red".into()),
        ("not readable", |one| one["validUntil"] = "soon".into()),
        ("not readable", |one| one["credentialStatus"]["statusPurpose"] = "message".into()),
        ("not readable", |one| drop(one.as_object_mut().expect("an object").remove("proof"))),
    ];
    for (n, (expected, change)) in cases.into_iter().enumerate() {
        let mut changed = signed.clone();
        change(&mut changed);
        let verified = look(&world, changed.to_string(), &by, Asked::default()).expect("verified");
        let one = &verified.credentials[0];
        assert_eq!((one.verdict.word(), verified.holds, one.states.is_none()), (expected, false, true), "change {n}");
    }
    // The key of tokens was made after the snapshot.
    let token = token(&world, &issued, &signed).await;
    assert_eq!(verdicts(&world, token, &by), ["not the issuer's"]);
}

#[actix_web::test]
async fn a_changed_token_shows() {
    let world = World::start().await;
    let issued = certificate(&world).await;
    let signed = credential(&world, &issued).await;
    let token = token(&world, &issued, &signed).await;
    let by = downloaded(&world).await;
    let parts: Vec<&str> = token.split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("JSON")
    };
    let (header, claims) = (read(parts[0]), read(parts[1]));
    let changed = |member: &str, value: Value, of: &Value| {
        let mut other = of.clone();
        other[member] = value;
        URL_SAFE_NO_PAD.encode(other.to_string())
    };
    let worth = |header: &str, claims: &str| verdicts(&world, format!("{header}.{claims}.{}", parts[2]), &by)[0];
    assert_eq!(worth(parts[0], parts[1]), "holds");
    assert_eq!(worth(parts[0], &changed("exp", json!(4_000_000_000_u64), &claims)), "not readable");
    assert_eq!(worth(parts[0], &changed("name", json!("Kranfører"), &claims)), "changed");
    assert_eq!(worth(parts[0], &changed("iss", json!("did:web:elsewhere.example:o:1"), &claims)), "not readable");
    assert_eq!(worth(&changed("alg", json!("none"), &header), parts[1]), "unknown proof");
    assert_eq!(worth(&changed("crit", json!(["b64"]), &header), parts[1]), "unknown proof");
    assert_eq!(
        worth(&changed("kid", json!("https://elsewhere.example/keys/1"), &header), parts[1]),
        "not the issuer's"
    );
    let unsigned = format!("{}.{}.AAAA", parts[0], parts[1]);
    assert_eq!(verdicts(&world, unsigned, &by), ["changed"]);
}

#[actix_web::test]
async fn a_snapshot_is_of_every_issuer_or_of_one_and_lists_come_after_their_issuer() {
    let world = World::start().await;
    let signed = credential(&world, &certificate(&world).await).await;
    // More than are read together.
    let ids: Vec<OrganisationId> = (0..230).map(|_| OrganisationId::from_uuid(world.app.db().new_uuid())).collect();
    let others = ids.clone();
    world
        .app
        .write(move |tx| {
            let now = tx.now();
            for (n, id) in others.iter().enumerate() {
                let number = format!("{}", 900_000_000 + n);
                diesel::insert_into(organisations::table)
                    .values((
                        (organisations::id.eq(id), organisations::number.eq(number), organisations::version.eq(1_i64)),
                        (organisations::name.eq(format!("Issuer {n}")), organisations::employer_view.eq("record")),
                        organisations::created_at.eq(now),
                    ))
                    .execute(tx.conn())
                    .expect("written");
                make_first(tx, *id)?;
            }
            Ok(())
        })
        .await;
    let reply = world.app.nobody().get(SNAPSHOT).await;
    for (name, value) in [
        ("content-type", "application/x-ndjson"),
        ("content-disposition", "attachment; filename=\"attest-snapshot.ndjson\""),
        ("cache-control", "public, max-age=300"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(reply.header(name), Some(value));
    }
    let all = lines(&reply.bytes);
    assert_eq!((&all[0]["attest_snapshot"], &all[0]["made_at"]), (&json!(1), &json!("2026-03-02T09:00:00.000000Z")));
    let mut names: Vec<&str> = all.iter().filter_map(|line| line["issuer"]["name"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!((names.len(), all.len()), (231, 1 + 231 + 2));
    let at = all.iter().position(|line| line["issuer"]["id"] == signed["issuer"]["id"]).expect("the school");
    let list = text(&signed["credentialStatus"]["statusListCredential"]);
    assert_eq!([1, 2].map(|n| text(&all[at + n]["list"]["id"])), [list.clone(), format!("{list}/suspension")]);
    assert_eq!(worth(&world, &signed, &reply.bytes), "holds");

    let school = text(&world.school["id"]);
    let only = world.app.nobody().get(&format!("{SNAPSHOT}?issuer={school}")).await;
    assert_eq!(lines(&only.bytes).len(), 1 + 1 + 2);
    assert_eq!(worth(&world, &signed, &only.bytes), "holds");
    let another = world.app.nobody().get(&format!("{SNAPSHOT}?issuer={}", ids[7])).await;
    assert_eq!(worth(&world, &signed, &another.bytes), "unknown issuer");
    let never = world.app.nobody().get(&format!("{SNAPSHOT}?issuer={}", text(&world.crane["id"]))).await;
    assert_eq!(never.problem(), "not-found");
    assert_eq!(world.app.nobody().get(&format!("{SNAPSHOT}?issuer=1")).await.findings(), ["?issuer not_an_id"]);
}

#[actix_web::test]
async fn the_key_of_snapshots_stays_when_the_master_key_is_exchanged() {
    let mut world = World::start().await;
    let (before, first) = (key(&world).await, downloaded(&world).await);
    let old = world.app.server.house.config.master_key.clone();
    world
        .app
        .restart_with(|config| {
            config.former_master_key = Some(old);
            config.master_key = attest::platform::vault::Key::generate();
        })
        .await;
    assert_eq!(key(&world).await, before);
    let second = downloaded(&world).await;
    for by in [first, second] {
        let sound = look(&world, "nothing", &by, Asked { key: Some(&before), holder: None });
        assert!(matches!(sound, Err(NotVerified::File(_))), "{sound:?}");
    }
}

/// What the command says of files, and its exit code.
fn run(world: &World, arguments: &[&str]) -> (String, u8) {
    let all = ["attest", "verify"].iter().chain(arguments);
    let Command::Verify(command) = Attest::try_parse_from(all).expect("understood").command else { panic!("verify") };
    match command.verified(world.app.clock.now()) {
        Ok(verified) => (cli::verify::report(&verified), u8::from(!verified.holds)),
        Err(failed) => (failed.to_string(), if matches!(failed, cli::Failed::Usage(_)) { 2 } else { 1 }),
    }
}

#[actix_web::test]
async fn the_command_says_in_words_what_a_file_is_worth_and_in_its_exit_code_whether_all_of_it_holds() {
    let world = World::start().await;
    let completion = world.record(json!({ "course": course_that_lasts(&world).await, "result": "A" })).await;
    let issued = issue(&world, &[&completion]).await;
    let path = |name: &str| world.app.folder().join(name).display().to_string();
    let written = |name: &str, bytes: &[u8]| {
        fs::write(path(name), bytes).expect("written");
        path(name)
    };
    let pdf = written("a.pdf", &world.teacher.get(&under(&world, &issued, "/pdf")).await.bytes);
    let by = downloaded(&world).await;
    let (snapshot, key) = (written("snapshot", &by), key(&world).await);
    world.app.later(TimeDelta::hours(49));

    let number = text(&issued["facts"]["number"]);
    let of = &world.app.server.house.config.public_url;
    let stated = format!(
        "  Hydraulikk (HYD-1), certificate {number}, signed by Fjordkurs AS\n  Kompetansebevis utstedt av Fjordkurs AS. \
         Gjennomført og bestått, Fjordkurs AS, 1. mars 2026.\n  valid from 2 March 2026 until 1 March 2029, result A\n"
    );
    let rest = format!(
        "Only what stands here was signed, and not the page: rely on this where the page says something else.\nall: 1 of 1 \
         hold, by a snapshot of {of} made on 2 March 2026 at 09:00 UTC, 2 days ago; what was revoked since is not in it\n"
    );
    let holds = "holds: Its issuer signed it, and it had not been revoked when the snapshot was made.\n";
    let about = ["--holder", "Anna Ødegård"];
    let (said, code) = run(&world, &[&pdf, "--snapshot", &snapshot, "--key", &key, about[0], about[1]]);
    assert_eq!((said, code), (format!("{holds}{stated}{rest}"), 0));
    let (said, code) = run(&world, &[&pdf, "--snapshot", &snapshot]);
    assert_eq!((said.contains("--holder NAME tells"), code), (true, 0));
    world.app.on("2029-03-02");
    let (said, code) = run(&world, &[&pdf, "--snapshot", &snapshot]);
    assert!(said.starts_with("expired: Its issuer signed it, and its last day is over.\n") && code == 1, "{said}");

    let cut = written("cut", &by[..by.len() - 9]);
    let (said, code) = run(&world, &[&pdf, "--snapshot", &cut]);
    assert_eq!(
        said,
        format!("{cut}: the snapshot is refused: it ends before its signature: it was cut off, download it anew")
    );
    assert_eq!(code, 2);
    let other = written("other", b"hello");
    let nothing = written("nothing.pdf", b"%PDF-1.7\nnothing");
    let encrypted = written("encrypted.pdf", b"%PDF-1.7\ntrailer << /Encrypt 1 0 R >>");
    let large = written("large", &vec![b' '; 10 * 1024 * 1024 + 1]);
    for (file, expected, code) in [
        (&other, "no PDF, no credential and no token", 1),
        (&nothing, "there is no credential in the file", 1),
        (&encrypted, "encrypted", 1),
        (&large, "larger than 10 MiB", 2),
        (&path("missing"), "it cannot be read", 2),
    ] {
        let (said, with) = run(&world, &[file, "--snapshot", &snapshot]);
        assert!(said.contains(expected) && said.starts_with(file.as_str()) && with == code, "{with}: {said}");
    }
    let (said, code) = run(&world, &[&pdf, "--snapshot", &path("missing")]);
    assert!(said.contains("it cannot be read") && code == 2, "{said}");
}
