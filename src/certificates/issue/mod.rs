//! Issues certificates in steps that can be taken up again, because a file cannot join a transaction and a number must not
//! be held while a page is drawn: a short transaction freezes the facts and takes the number ([`begin`]); the document is
//! drawn and stored outside; another short transaction says that it is issued ([`finish`]). Whatever is broken off between
//! them is finished later ([`resume`]), so numbers have no gaps.

pub mod store;

use std::collections::BTreeSet;

use chrono::TimeDelta;

use self::store::{New, Unfinished};
use super::{
    Certificate, Draft, DraftLine, Facts, Lasts, Line, Look,
    actions::IssueCertificates,
    credential::{Address, Marks, of_line, proof, whole_seconds},
    document::{Pictures, pdf},
    keys::{self, SigningKey},
    last_day,
    letters::{News, tell},
    store::standing,
    verify::url,
};
use crate::{
    access::{Action, Permit},
    documents::{self, Kept, Stored},
    law::{calendar::days_after, validity::Basis},
    platform::{
        audit,
        blocking::off_the_loop,
        db::{Error, Tx},
        http::House,
        problem::{Findings, Kind, Problem},
        vault::{fill_random, sha256},
    },
    words::*,
};

/// A certificate that was begun, or was there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Begun {
    /// Which.
    pub id: CertificateId,
    /// The version that is to be finished.
    pub version: i64,
}

/// Freezes what a certificate says and gives it its number and code. For the same completions in the same versions there
/// is one certificate: asked again, it is that one. Whoever gathered the facts holds the person.
///
/// # Errors
/// The database's.
pub fn begin(tx: &mut Tx<'_>, permit: &Permit<IssueCertificates>, draft: &Draft) -> Result<Begun, Problem> {
    let about = about(&draft.lines);
    if let Some((id, version)) = store::about(tx, draft.issuer.id, &about)? {
        must_not_have_ended(standing(tx, id)?.on(tx.today()))?;
        return Ok(Begun { id, version });
    }
    let completions = draft.lines.iter().map(|line| line.completion).collect();
    if store::of_completions(tx, draft.issuer.id, &completions)?.is_some() {
        return Err(Problem::at("/completions", Fault::CertifiedBefore));
    }
    let (id, issued_on) = (tx.new_id(), tx.today());
    let (lines, renews) = dated(tx, draft)?;
    // Last, because from here on every other issue of this issuer waits for the commit.
    let serial = store::next_number(tx, draft.issuer.id, issued_on.year())?;
    let number = format!("{}-{}-{serial:06}", draft.prefix, issued_on.year());
    let facts = frozen(draft, number, issued_on, lines);
    let new = New { id, draft, about: &about, renews, facts: &facts };
    store::insert(tx, permit, &new, new_code())?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(Begun { id, version: 1 })
}

/// Replaces what a certificate says: it keeps its number and its first day, and gets a new code. The old code answers that
/// it was replaced, and by what is not said.
///
/// # Errors
/// The database's.
pub fn correct(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    before: &Certificate,
    draft: &Draft,
    reason: &str,
) -> Result<Begun, Problem> {
    must_not_have_ended(before.status)?;
    let id = before.id;
    let (mut lines, _) = dated(tx, draft)?;
    // What has not changed lasts as long as it did: a new name must not bring a new rule with it.
    for (line, old) in lines.iter_mut().zip(&before.facts.lines) {
        if (line.on, code_of(line)) == (old.on, code_of(old)) {
            line.valid_until = old.valid_until;
        }
    }
    let facts = frozen(draft, before.facts.number.clone(), before.facts.issued_on, lines);
    if facts == before.facts {
        return Ok(Begun { id, version: before.version });
    }
    let (about, version) = (about(&draft.lines), before.version + 1);
    let new = New { id, draft, about: &about, renews: before.renews, facts: &facts };
    store::replace(tx, permit, &new, version, new_code(), reason)?;
    audit::note(tx, permit, Some(id.uuid()), Some(serde_json::json!({ "version": version })))?;
    Ok(Begun { id, version })
}

/// Issues a certificate once more under another code, because the old one has been called revoked and it was wrong.
///
/// # Errors
/// The database's.
pub fn anew<A: Action>(tx: &mut Tx<'_>, permit: &Permit<A>, id: CertificateId) -> Result<Begun, Problem> {
    let version = store::repeat(tx, permit.done_by(), id, new_code())?;
    Ok(Begun { id, version })
}

fn code_of(line: &Line) -> Option<&str> {
    line.competence.as_ref().map(|competence| competence.code.as_str())
}

/// What was revoked or given back is not handed out again, and not corrected either.
fn must_not_have_ended(status: CertificateStatus) -> Result<(), Problem> {
    match status {
        CertificateStatus::Revoked | CertificateStatus::Surrendered => {
            Err(Problem::at("", Fault::NotInThisState { status: status.code() }))
        }
        _ => Ok(()),
    }
}

fn frozen(draft: &Draft, number: String, issued_on: Day, lines: Vec<Line>) -> Facts {
    Facts {
        number,
        kind: draft.kind,
        language: draft.language,
        issuer: draft.issuer.clone(),
        signatory: draft.signatory.clone(),
        holder: draft.holder.clone(),
        issued_on,
        valid_until: last_day(&lines),
        lines,
        look: Look {
            photo: draft.photo.as_ref().map(|photo| photo.sha256.clone()),
            logo: draft.logo.as_ref().map(|logo| logo.sha256.clone()),
            colour: draft.colour.clone(),
        },
    }
}

/// The lines with their last days, and the certificate that all of them renew, if it is one.
fn dated(tx: &mut Tx<'_>, draft: &Draft) -> Result<(Vec<Line>, Option<CertificateId>), Problem> {
    let mut lines: Vec<Line> = draft.lines.iter().map(|line| line.says.clone()).collect();
    let (mut renewed, mut findings) = (BTreeSet::new(), Findings::default());
    // What is added to something comes after it, because it shares its last day.
    let (first, added): (Vec<usize>, Vec<usize>) = (0..lines.len()).partition(|n| !adds(&draft.lines[*n]));
    for n in first.into_iter().chain(added) {
        let (Some(lasts), Some(completed)) = (&draft.lines[n].lasts, lines[n].on) else {
            renewed.insert(None);
            continue;
        };
        let former = store::former(tx, draft, &lasts.family, completed)?;
        renewed.insert(former.as_ref().map(|former| former.certificate));
        let last = former.as_ref().and_then(|former| lasts.rule.last_repetition(former.completed));
        if let Some(last) = last.filter(|last| lasts.is_repetition && *last < completed) {
            findings.add(&format!("/completions/{n}"), Fault::RepetitionTooLate { last });
        }
        let on = match added_to(tx, draft, &lines, lasts, completed)? {
            Some(until) => Basis::Adds { until },
            None => former.map_or(Basis::First, |former| Basis::Renews(former.into())),
        };
        lines[n].valid_until = lasts.rule.until(completed, on);
    }
    findings.check()?;
    let only = if renewed.len() == 1 { renewed.pop_first().flatten() } else { None };
    let Some(old) = only else { return Ok((lines, None)) };
    // Who renews a part still needs the old one for the rest.
    let proven: BTreeSet<_> =
        draft.lines.iter().filter_map(|line| line.lasts.as_ref()).flat_map(|lasts| &lasts.family).collect();
    let renews = store::competences(tx, old)?.iter().all(|old| old.is_some_and(|old| proven.contains(&old)));
    Ok((lines, renews.then_some(old)))
}

fn adds(line: &DraftLine) -> bool {
    line.lasts.as_ref().is_some_and(|lasts| lasts.adds_to.is_some())
}

/// The last day of what something is added to, if that is valid on the day: on the same document, or on the issuer's last
/// one.
fn added_to(
    tx: &mut Tx<'_>,
    draft: &Draft,
    lines: &[Line],
    lasts: &Lasts,
    completed: Day,
) -> Result<Option<Option<Day>>, Error> {
    let Some(base) = lasts.adds_to else { return Ok(None) };
    let beside = draft.lines.iter().zip(lines).find(|(line, _)| line.competence == Some(base));
    let until = match beside {
        Some((_, says)) => Some(says.valid_until),
        None => store::former(tx, draft, &[base].into(), days_after(completed, 1))?.map(|former| former.end.until()),
    };
    Ok(until.filter(|until| until.is_none_or(|until| completed <= until)))
}

/// A hash of which completions in which versions: the same in whatever order they were named.
fn about(lines: &[DraftLine]) -> String {
    let said: BTreeSet<_> =
        lines.iter().map(|line| format!("{} {}", line.completion, line.completion_version)).collect();
    sha256(said.into_iter().collect::<Vec<_>>().join("\n").as_bytes())
}

fn new_code() -> VerificationCode {
    let mut bits = [0; 16];
    fill_random(&mut bits);
    VerificationCode::from_random(u128::from_be_bytes(bits))
}

/// Draws the document of a version, stores it, and says that it is issued. Fine if that has been done: of two that do it at
/// once, one's document is kept. What turns out to say less by then is drawn again as what was broken off is.
///
/// # Errors
/// The database's, the storage's.
pub async fn finish(house: &House, begun: Begun) -> Result<(), Problem> {
    let Begun { id, version } = begun;
    let public_url = house.config.public_url.clone();
    let read = house.db.read(move |tx| store::unfinished(tx, id, version, &public_url));
    let Some(unfinished) = read.await? else { return Ok(()) };
    let address = url(&house.config.public_url, &unfinished.code);
    let Unfinished { person, facts, written, code, letter, photo, logo, issuer, key, credentials } = unfinished;
    let (photo, logo) = (bytes(house, photo).await?, bytes(house, logo).await?);
    let drawing = off_the_loop(move || {
        let pictures = Pictures::read(photo, logo)?;
        let signed = signed(&facts, &issuer, key.as_ref(), &credentials)?;
        let texts: Vec<&str> = signed.iter().map(|(_, text)| text.as_str()).collect();
        Ok::<_, Problem>((pdf(&facts, &pictures, &code, &address, &texts)?, facts, signed))
    });
    let (pdf, facts, signed) = drawing.await.map_err(Problem::internal)??;
    let stored = documents::put(house, "application/pdf", pdf).await?;
    let (document, public_url) = (stored.id(), house.config.public_url.clone());
    let outcome = house.db.write(move |tx| match name(tx, begun, person, &written, &stored, (&signed, &public_url)) {
        Ok(true) if letter => tell(tx, person, &facts, News::Issued, &public_url).map_err(Undone::surely),
        Ok(true) => Ok(()),
        Ok(false) => Err(Undone::Surely(None)),
        Err(error) => Err(Undone::surely(error)),
    });
    match outcome.await {
        Ok(()) => Ok(()),
        Err(Undone::Perhaps(problem)) => Err(problem),
        Err(Undone::Surely(problem)) => {
            documents::discard(house, [document]).await;
            problem.map_or(Ok(()), Err)
        }
    }
}

async fn bytes(house: &House, kept: Option<Kept>) -> Result<Option<Vec<u8>>, Problem> {
    match kept {
        Some(kept) => Ok(Some(documents::get(house, kept).await?)),
        None => Ok(None),
    }
}

/// Names the document of a version and says that it is issued; false if somebody else has, or if it says less by now than the
/// document shows.
fn name(
    tx: &mut Tx<'_>,
    Begun { id, version }: Begun,
    person: PersonId,
    written: &str,
    stored: &Stored,
    (signed, public_url): (&[(RecordId, String)], &str),
) -> Result<bool, Error> {
    // Whoever erases holds the person, too, and takes the rows in another order.
    tx.lock_persons(&[person])?;
    keys::store::fix_address(tx, public_url)?;
    documents::store::keep(tx, stored)?;
    store::finish(tx, (id, version), written, stored.id(), signed)
}

/// The credentials of a version, signed, with the completions they are about. The same facts are the same bytes.
fn signed(
    facts: &Facts,
    issuer: &Address,
    key: Option<&SigningKey>,
    credentials: &[(i16, RecordId, Marks)],
) -> Result<Vec<(RecordId, String)>, Problem> {
    let Some(key) = key else { return Ok(Vec::new()) };
    let mut all = Vec::with_capacity(credentials.len());
    for (position, completion, marks) in credentials {
        let line = usize::try_from(*position).ok().and_then(|position| facts.lines.get(position));
        let line = line.ok_or_else(|| Problem::internal("a credential about no line"))?;
        let credential = of_line(facts, line, issuer, marks);
        let created = whole_seconds(marks.made_at);
        all.push((*completion, proof::written(credential, |one| &mut one.proof, key, created)?));
    }
    Ok(all)
}

/// How a transaction that was to name a document ended.
enum Undone {
    /// It was rolled back, so nobody names the document: because of a problem, or because somebody else finished first.
    Surely(Option<Problem>),
    /// Its commit was not heard of, so the document may be named.
    Perhaps(Problem),
}

impl Undone {
    fn surely(error: Error) -> Self {
        Self::Surely(Some(error.into()))
    }
}

impl From<Error> for Undone {
    fn from(error: Error) -> Self {
        Self::Perhaps(error.into())
    }
}

/// What was begun so long ago that whoever began it is gone.
const ABANDONED: TimeDelta = TimeDelta::minutes(1);

/// Finishes what was broken off; how many were.
///
/// # Errors
/// The database's; the storage's if it is away, because it is so for all of them.
pub async fn resume(house: &House) -> Result<usize, Problem> {
    finish_begun_before(house, house.db.clock().now().plus(-ABANDONED)).await
}

/// As [`resume`], for a server that has just started: if nobody else can be at work on its database, whatever was begun was
/// broken off.
///
/// # Errors
/// As [`resume`].
pub async fn resume_at_start(house: &House) -> Result<usize, Problem> {
    if house.db.is_served_by_one() {
        finish_begun_before(house, house.db.clock().now()).await
    } else {
        resume(house).await
    }
}

async fn finish_begun_before(house: &House, before: Instant) -> Result<usize, Problem> {
    let (mut from, mut finished) = (Instant::new(chrono::DateTime::UNIX_EPOCH), 0);
    loop {
        let left = house.db.read(move |tx| store::left_unfinished(tx, from, before)).await?;
        let Some((.., last)) = left.last() else { return Ok(finished) };
        from = *last;
        for (id, version, _) in left {
            match finish(house, Begun { id, version }).await {
                Ok(()) => finished += 1,
                // What is away is so for the others too, and to wait for it once is enough.
                Err(problem) if problem.kind == Kind::Unavailable => return Err(problem),
                // It is tried again in a minute; the others do not wait for it.
                Err(problem) => {
                    tracing::warn!(certificate = %id, cause = problem.cause, "a certificate was not finished");
                }
            }
        }
    }
}
