//! Certificates of the first completions, one each, as issuing leaves them behind; their documents are not drawn.

use attest::{
    certificates::{Facts, Holder, Issuer, Line, Look, Subject},
    platform::vault::Vault,
    words::*,
};

use super::{Chance, Done, Of, TEN_YEARS, day, names, organisation, rows::*, write::company};

/// So many of a hundred have been revoked.
const REVOKED: u64 = 2;
/// One of so many renews the one before it, which nothing here asks to be the same person's.
const RENEWS_ONE_IN: u64 = 20;

/// The code of the n-th certificate.
pub fn code(n: u64) -> VerificationCode {
    let mut chance = Chance::of(Of::Certificate, n);
    VerificationCode::from_random(u128::from(chance.next()) << 64 | u128::from(chance.next()))
}

fn certificate(n: u64) -> CertificateId {
    Chance::of(Of::Certificate, n).id(super::begins().plus(super::millis(n)))
}

/// The certificate of a completion.
pub(super) fn write_certificate(n: u64, done: &Done, vault: &Vault, trays: &mut Trays) {
    let (id, issuer, at) = (certificate(n), organisation(done.recorder), done.at);
    let facts = facts(n, done);
    let (issued_on, valid_until, number) = (facts.issued_on, facts.valid_until, facts.number.clone());
    let (mut chance, code) = (Chance::of(Of::Certificate, n), code(n).to_string());
    trays.certificates.push(Certificate {
        id,
        person: done.human.person,
        issuer,
        keeper: issuer,
        number,
        kind: DocumentKind::Certificate,
        about: chance.hash(),
        renews: (n % RENEWS_ONE_IN == RENEWS_ONE_IN - 1).then(|| certificate(n - 1)),
        version: 1,
        created_at: at,
    });
    trays.verification_codes.push(Code {
        hash: vault.ledger_hash(&["verification code", &code]),
        issuer,
        certificate: Some(id),
        version: 1,
    });
    trays.certificate_versions.push(CertificateVersion {
        certificate: id,
        version: 1,
        code,
        facts: serde_json::to_string(&facts).expect("facts can be written"),
        issued_on,
        valid_until,
        issued_at: Some(at),
        made_at: at,
        done_by: DoneBy::Client,
        doer: None,
        letter: true,
    });
    trays.certificate_lines.push(CertificateLine {
        certificate: id,
        version: 1,
        position: 0,
        completion: done.id,
        completion_version: 1,
        competence: Some(done.taught.competence),
        completed: done.content.on,
        valid_until,
    });
    if chance.is_within(REVOKED) {
        let (act, by) = (CertificateAct::Revoked, DoneBy::Account);
        let acted = CertificateActed { id: chance.id(at), certificate: id, act, on_day: day(at), done_by: by, at };
        trays.certificate_acts.push(acted);
    }
}

fn facts(n: u64, done: &Done) -> Facts {
    let mut chance = Chance::of(Of::Card, done.human.n);
    let (company, issued_on) = (company(done.recorder), day(done.at));
    let name = names::company(&mut Chance::of(Of::Organisation, done.recorder));
    let subject = |code: &str, nb: &str, en: &str| {
        Some(Subject { code: code.into(), name: Said { nb: nb.into(), en: en.into() }, esco: None })
    };
    let valid_until = Some(day(done.at.plus(TEN_YEARS * 2)));
    let line = Line {
        competence: subject("G4", "Fører av bro- og traverskran", "Operator of overhead travelling cranes"),
        course: subject("K00", "Sikkerhetsopplæring for fører av kran", "Safety training for operators of cranes"),
        provider: name.clone(),
        provisions: vec!["forskrift om utførelse av arbeid § 10-3".into()],
        outcome: Outcome::Passed,
        on: done.content.on,
        hours: done.content.hours,
        result: None,
        valid_until,
        employer: None,
    };
    Facts {
        number: format!("{}-{}-{n:07}", company.number, issued_on.year()),
        kind: DocumentKind::Certificate,
        language: Lang::Nb,
        issuer: Issuer { id: company.id, name, number: company.number },
        signatory: Some("Kari Bakke".into()),
        holder: Holder { name: names::person(&mut chance), birth_date: None },
        issued_on,
        valid_until,
        lines: vec![line],
        look: Look::default(),
    }
}
