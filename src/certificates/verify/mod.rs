//! What anyone learns who holds a code: what was issued, to whom, by whom, and what it is worth. Not the grade, not the day
//! of birth, not why something ended.

pub mod cache;
pub mod file;
pub mod lookups;
pub mod store;

use std::{collections::BTreeSet, sync::Arc};

use serde::Serialize;
use utoipa::ToSchema;

use self::{
    cache::{Answers, Kept},
    lookups::Lookups,
    store::{Coded, Issued},
};
use super::{Facts, Line, Subject, ends::Moved};
use crate::{
    law::calendar,
    platform::{
        db::{Db, Tx},
        problem::Problem,
    },
    words::*,
};

/// What a code is worth.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = CodeVerification)]
pub struct Verification {
    /// In a word.
    pub status: CertificateStatus,
    /// In a sentence.
    pub says: Said,
    /// The day that was asked about.
    pub on: Day,
    /// Who issued it; null if nobody did.
    pub issuer: Option<NamedIssuer>,
    /// What was issued; null where that is nobody's business any more.
    pub certificate: Option<Proven>,
    /// Who stands for it beside its issuer: the bodies of the schemes it belongs to.
    pub vouched: Vec<Vouched>,
}

/// A body of a scheme that stands for a certificate.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Vouched {
    /// Did it confirm, or countersign?
    pub act: CertificateAct,
    /// The body, as it is called today.
    pub by: String,
    /// The day.
    pub on: Day,
}

/// An issuer, as it is called today.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NamedIssuer {
    /// Its name.
    pub name: String,
    /// Its organisation number.
    pub number: String,
}

/// What a certificate says to anyone.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Proven {
    /// Its number.
    pub number: String,
    /// Whether it proves or confirms.
    pub kind: DocumentKind,
    /// The holder's name.
    pub holder: String,
    /// The issuer, as it was called then.
    pub issuer: String,
    /// The day it was issued.
    pub issued_on: Day,
    /// The last day of what it proves as things are today; null for life.
    pub valid_until: Option<Day>,
    /// What it proves.
    pub lines: Vec<ProvenLine>,
}

/// One competence or course.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProvenLine {
    /// The competence.
    pub competence: Option<Subject>,
    /// The course.
    pub course: Option<Subject>,
    /// Who held the course.
    pub provider: String,
    /// Was it passed, or only attended?
    pub outcome: Outcome,
    /// The day it was completed.
    pub on: Option<Day>,
    /// The last day it is valid as things are today; null for life.
    pub valid_until: Option<Day>,
    /// Where an authority moved that day, if one did.
    pub extended_by: Option<String>,
    /// The employer, if it is valid no longer than the employment lasts.
    pub employer: Option<String>,
    /// Was its last day before the day that was asked about?
    pub expired: bool,
}

/// Where a code is verified.
pub fn url(public_url: &str, code: &str) -> String {
    format!("{public_url}/v/{code}")
}

/// What a code turned out to be.
#[derive(Debug)]
pub struct Verified {
    /// The certificate somebody looked at; nothing if there is none.
    pub certificate: Option<CertificateId>,
    /// What is answered.
    pub answer: Verification,
}

/// What these codes are worth today, or were on another day, in their order.
///
/// # Errors
/// The database's.
pub fn verify(tx: &mut Tx<'_>, codes: &[VerificationCode], on: Option<Day>) -> Result<Vec<Verified>, Problem> {
    let (coded, on) = (store::coded(tx, codes)?, on.unwrap_or(tx.today()));
    let verified = |code| {
        let found = coded.get(code);
        Verified { certificate: found.and_then(|coded| coded.certificate), answer: answer(found, on) }
    };
    Ok(codes.iter().map(verified).collect())
}

/// Verifies codes for somebody, and counts that somebody looked.
///
/// # Errors
/// The database's.
pub async fn look(
    db: &Db,
    lookups: &Lookups,
    codes: Vec<VerificationCode>,
    on: Option<Day>,
) -> Result<Vec<Verification>, Problem> {
    let verified = db.read(move |tx| verify(tx, &codes, on)).await?;
    let today = calendar::oslo_day(db.clock().now());
    // Who names a code twice has looked once.
    let looked_at: BTreeSet<CertificateId> = verified.iter().filter_map(|one| one.certificate).collect();
    looked_at.into_iter().for_each(|id| lookups.count(id, today));
    Ok(verified.into_iter().map(|one| one.answer).collect())
}

/// Verifies a code as of today for somebody, and counts that somebody looked; from memory, if somebody else has just done so.
///
/// # Errors
/// The database's.
pub async fn look_today(
    db: &Db,
    lookups: &Lookups,
    answers: &Answers,
    code: VerificationCode,
) -> Result<Arc<Kept>, Problem> {
    // Asked before reading: what becomes outdated meanwhile is not kept as if it were true.
    let (now, outdated) = (db.clock().now(), db.outdated());
    let found = match answers.kept(code, now, outdated) {
        Some(kept) => kept,
        None => {
            let read = db.read(move |tx| Ok::<_, Problem>((tx.now(), verify(tx, &[code], None)?)));
            let (read_at, verified) = read.await?;
            let one = verified.into_iter().next().ok_or_else(|| Problem::internal("one asked, none answered"))?;
            let read = Arc::new(Kept::new(one, read_at, outdated)?);
            answers.keep(code, read.clone());
            read
        }
    };
    if let Some(certificate) = found.verified.certificate {
        lookups.count(certificate, found.verified.answer.on);
    }
    Ok(found)
}

fn answer(coded: Option<&Coded>, on: Day) -> Verification {
    let Some(Coded { issuer: (name, number), issued, revoked_on, .. }) = coded else {
        return Verification {
            status: CertificateStatus::Unknown,
            says: said(CertificateStatus::Unknown),
            on,
            issuer: None,
            certificate: None,
            vouched: Vec::new(),
        };
    };
    let (status, certificate, vouched) = match issued {
        // Erasing does not wash away a revocation.
        None if revoked_on.is_some_and(|day| day <= on) => (CertificateStatus::Revoked, None, Vec::new()),
        None => (CertificateStatus::Erased, None, Vec::new()),
        Some(Issued { facts, ends, standing, vouched }) => {
            // A version that was replaced may show a name or a gender marker its holder has left behind: it shows nothing
            // any more, whatever became of it before or after.
            let status = standing.on(on);
            let shown = standing.replaced.is_none() && shows_facts(status);
            let stands = shown && status != CertificateStatus::Revoked;
            let vouched = vouched.iter().filter(|one| stands && one.on <= on).cloned().collect();
            let proven = || proven(facts.clone(), ends.of_all(facts), &ends.moved(), on);
            (status, shown.then(proven), vouched)
        }
    };
    let says = match &certificate {
        Some(proven) if status == CertificateStatus::Valid => said_of_valid(proven),
        _ => said(status),
    };
    Verification {
        status,
        says,
        on,
        issuer: Some(NamedIssuer { name: name.clone(), number: number.clone() }),
        certificate,
        vouched,
    }
}

fn shows_facts(status: CertificateStatus) -> bool {
    !matches!(status, CertificateStatus::Erased | CertificateStatus::Replaced | CertificateStatus::Unknown)
}

/// What anyone is told of a certificate on a day, which ends when it really ends.
pub(super) fn proven(facts: Facts, valid_until: Option<Day>, moved: &[Moved], on: Day) -> Proven {
    let line = |(n, line): (usize, Line)| {
        let moved = moved.iter().find(|moved| moved.line == n);
        let until = moved.map(|moved| moved.until).or(line.valid_until);
        ProvenLine {
            competence: line.competence,
            course: line.course,
            provider: line.provider,
            // With distinction is a grade, and no business of those who verify.
            outcome: if line.outcome == Outcome::Distinction { Outcome::Passed } else { line.outcome },
            on: line.on,
            valid_until: until,
            extended_by: moved.and_then(|moved| moved.citation.clone()),
            employer: line.employer,
            expired: until.is_some_and(|until| until < on),
        }
    };
    Proven {
        number: facts.number,
        kind: facts.kind,
        holder: facts.holder.name,
        issuer: facts.issuer.name,
        issued_on: facts.issued_on,
        valid_until,
        lines: facts.lines.into_iter().enumerate().map(line).collect(),
    }
}

/// What holds, said so that nobody takes it for more than it is.
fn said_of_valid(proven: &Proven) -> Said {
    let (nb, en) = match proven.kind {
        DocumentKind::Confirmation => (
            "Kursbekreftelsen er ekte. Den bekrefter deltakelse og er ikke et kompetansebevis.",
            "The course confirmation is genuine. It confirms that the course was taken and is no certificate of competence.",
        ),
        DocumentKind::Certificate if proven.lines.iter().any(|line| line.expired) => (
            "Beviset er gyldig, men noe av det er utløpt. Se nedenfor.",
            "The certificate is valid, but some of it has expired. See below.",
        ),
        DocumentKind::Certificate => return said(CertificateStatus::Valid),
    };
    Said { nb: nb.into(), en: en.into() }
}

/// A status as a sentence, for people who have never heard of it.
pub fn said(status: CertificateStatus) -> Said {
    let (nb, en) = match status {
        CertificateStatus::Erased => (
            "Det er utstedt et bevis med denne koden. Utstederen bekrefter det ikke lenger. Det betyr ikke at beviset er \
             falskt eller at opplæringen mangler.",
            "A certificate with this code was issued. Its issuer no longer confirms it. That does not mean that the \
             certificate is false or that the training is missing.",
        ),
        CertificateStatus::Revoked => {
            ("Beviset er trukket tilbake og gjelder ikke.", "The certificate has been withdrawn and is not valid.")
        }
        CertificateStatus::Suspended => (
            "Beviset er satt ut av kraft inntil videre. Spør utstederen.",
            "The certificate is suspended for the time being. Ask the issuer.",
        ),
        CertificateStatus::Surrendered => (
            "Innehaveren har levert beviset tilbake. Det gjelder ikke.",
            "The holder has given the certificate back. It is not valid.",
        ),
        CertificateStatus::Replaced => (
            "Beviset er erstattet av et nytt, med en annen kode. Be innehaveren om det nye.",
            "The certificate has been replaced by another, with another code. Ask the holder for it.",
        ),
        CertificateStatus::Superseded => (
            "Beviset er fornyet. Det nye har en annen kode; be innehaveren om det.",
            "The certificate has been renewed. The new one has another code; ask the holder for it.",
        ),
        CertificateStatus::Expired => ("Beviset er utløpt.", "The certificate has expired."),
        CertificateStatus::Valid => ("Beviset er gyldig.", "The certificate is valid."),
        CertificateStatus::Unknown => (
            "Det er ikke utstedt noe bevis med denne koden her, eller ikke før denne dagen.",
            "No certificate with this code was issued here, or not by that day.",
        ),
    };
    Said { nb: nb.into(), en: en.into() }
}
