//! Certificates: what was frozen, what was done since, and the numbers.

use std::collections::{BTreeSet, HashMap};

use super::{Act, Certificate, Draft, Facts, Issuing, actions::*};
use crate::{
    access::Permit,
    law::{
        standing::{Renewal, Standing},
        validity::Former,
    },
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                certificate_acts, certificate_lines, certificate_numbers, certificate_versions, certificates, issuing,
                organisations, persons, verification_codes, verification_counts,
            },
        },
        http::{Listed, Page},
        problem::{Kind, Problem},
    },
    words::*,
};

/// How an organisation issues. Until it has chosen, its numbers begin with the first letters of its name.
///
/// # Errors
/// The database's.
pub fn issuing(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Issuing, Error> {
    let chosen = issuing::table
        .filter(issuing::organisation.eq(organisation))
        .select((issuing::prefix, issuing::signatory, issuing::version))
        .first::<(String, Option<String>, i64)>(tx.conn())
        .optional()?;
    if let Some((prefix, signatory, version)) = chosen {
        return Ok(Issuing { prefix, signatory, version });
    }
    let name = organisations::table
        .filter(organisations::id.eq(organisation))
        .select(organisations::name)
        .first::<String>(tx.conn())?;
    Ok(Issuing { prefix: first_letters(&name), signatory: None, version: 0 })
}

/// Fjordkurs AS: `FA`. A number is read aloud and typed, so letters outside A to Z are left out.
fn first_letters(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(char::is_ascii_alphabetic));
    let letters: String = letters.take(4).map(|letter| letter.to_ascii_uppercase()).collect();
    if letters.is_empty() { "A".into() } else { letters }
}

/// Chooses how an organisation issues.
///
/// # Errors
/// 412 if somebody else chose since.
pub fn choose_issuing(
    tx: &mut Tx<'_>,
    permit: &Permit<ChooseIssuing>,
    prefix: &str,
    signatory: Option<&str>,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
) -> Result<Issuing, Problem> {
    let organisation = permit.action().organisation;
    let before = issuing(tx, organisation)?;
    expected(before.version)?;
    let version = before.version + 1;
    let chosen = (issuing::prefix.eq(prefix), issuing::signatory.eq(signatory), issuing::version.eq(version));
    let written = if before.version == 0 {
        diesel::insert_into(issuing::table)
            .values((issuing::organisation.eq(organisation), chosen))
            .on_conflict_do_nothing()
            .execute(tx.conn())
    } else {
        let unchanged =
            issuing::table.filter(issuing::organisation.eq(organisation)).filter(issuing::version.eq(before.version));
        diesel::update(unchanged).set(chosen).execute(tx.conn())
    };
    if written.map_err(Error::from)? == 0 {
        return Err(Kind::Stale.into());
    }
    crate::platform::audit::note(tx, permit, Some(organisation.uuid()), None)?;
    Ok(Issuing { prefix: prefix.to_owned(), signatory: signatory.map(str::to_owned), version })
}

/// The next number of an issuer in a year. Whoever asks holds the issuer's row until the commit, so numbers have no gaps;
/// it is asked last, so that nobody waits longer than for a commit.
///
/// # Errors
/// The database's.
pub fn next_number(tx: &mut Tx<'_>, issuer: OrganisationId, year: i32) -> Result<i64, Error> {
    use certificate_numbers as numbers;
    let first = (numbers::issuer.eq(issuer), numbers::year.eq(i64::from(year)), numbers::last.eq(1));
    Ok(diesel::insert_into(numbers::table)
        .values(first)
        .on_conflict((numbers::issuer, numbers::year))
        .do_update()
        .set(numbers::last.eq(numbers::last + 1))
        .returning(numbers::last)
        .get_result::<i64>(tx.conn())?)
}

/// A certificate that is to be, with everything that was worked out.
pub struct New<'a> {
    /// Its id.
    pub id: CertificateId,
    /// What it is made from.
    pub draft: &'a Draft,
    /// A hash of the completions it is about, and their versions.
    pub about: &'a str,
    /// The certificate it renews.
    pub renews: Option<CertificateId>,
    /// What it says.
    pub facts: &'a Facts,
}

/// The certificate of an issuer about the same completions in the same versions, and which version of it is current.
///
/// # Errors
/// The database's.
pub fn about(tx: &mut Tx<'_>, issuer: OrganisationId, about: &str) -> Result<Option<(CertificateId, i64)>, Error> {
    Ok(certificates::table
        .filter(certificates::issuer.eq(issuer))
        .filter(certificates::about.eq(about))
        .select((certificates::id, certificates::version))
        .first(tx.conn())
        .optional()?)
}

/// Inserts a certificate with its first version, which is still to be finished.
///
/// # Errors
/// The database's.
pub fn insert(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    new: &New<'_>,
    code: VerificationCode,
) -> Result<(), Problem> {
    let now = tx.now();
    diesel::insert_into(certificates::table)
        .values((
            certificates::id.eq(new.id),
            certificates::person.eq(new.draft.person),
            certificates::issuer.eq(new.draft.issuer.id),
            certificates::number.eq(&new.facts.number),
            certificates::kind.eq(new.facts.kind),
            certificates::about.eq(new.about),
            certificates::renews.eq(new.renews),
            certificates::version.eq(1),
            certificates::created_at.eq(now),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    insert_version(tx, permit, new, 1, code, None)
}

/// Replaces what a certificate says by another version, which is still to be finished.
///
/// # Errors
/// The database's.
pub fn replace(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    new: &New<'_>,
    version: i64,
    code: VerificationCode,
    reason: &str,
) -> Result<(), Problem> {
    diesel::update(certificates::table.filter(certificates::id.eq(new.id)))
        .set((
            certificates::about.eq(new.about),
            certificates::kind.eq(new.facts.kind),
            certificates::version.eq(version),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    insert_version(tx, permit, new, version, code, Some(reason))
}

/// Issues what a certificate says once more, word for word, under another code: a version that is still to be finished.
///
/// # Errors
/// The database's.
pub fn repeat(
    tx: &mut Tx<'_>,
    (done_by, doer): (DoneBy, Option<uuid::Uuid>),
    id: CertificateId,
    code: VerificationCode,
) -> Result<i64, Error> {
    use certificate_lines as lines;
    use certificate_versions as versions;
    let (now, hash) = (tx.now(), code_hash(tx, code));
    let (issuer, before, (facts, issued_on, valid_until)) = certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .select((
            certificates::issuer,
            certificates::version,
            (versions::facts, versions::issued_on, versions::valid_until),
        ))
        .first::<(OrganisationId, i64, (String, Day, Option<Day>))>(tx.conn())?;
    let version = before + 1;
    diesel::insert_into(versions::table)
        .values((
            (versions::certificate.eq(id), versions::version.eq(version), versions::code.eq(code.to_string())),
            (versions::facts.eq(facts), versions::issued_on.eq(issued_on), versions::valid_until.eq(valid_until)),
            (versions::made_at.eq(now), versions::done_by.eq(done_by), versions::doer.eq(doer.map(AnyId::from_uuid))),
        ))
        .execute(tx.conn())?;
    type Line = (i16, RecordId, i64, Option<CompetenceId>, Option<Day>, Option<Day>);
    let said = lines::table.filter(lines::certificate.eq(id)).filter(lines::version.eq(before)).select((
        lines::position,
        lines::completion,
        lines::completion_version,
        lines::competence,
        lines::completed,
        lines::valid_until,
    ));
    for (position, completion, completion_version, competence, completed, until) in said.load::<Line>(tx.conn())? {
        diesel::insert_into(lines::table)
            .values((
                (lines::certificate.eq(id), lines::version.eq(version), lines::position.eq(position)),
                (lines::completion.eq(completion), lines::completion_version.eq(completion_version)),
                (lines::competence.eq(competence), lines::completed.eq(completed), lines::valid_until.eq(until)),
            ))
            .execute(tx.conn())?;
    }
    diesel::insert_into(verification_codes::table)
        .values((
            (verification_codes::hash.eq(hash), verification_codes::issuer.eq(issuer)),
            (verification_codes::certificate.eq(id), verification_codes::version.eq(version)),
        ))
        .execute(tx.conn())?;
    diesel::update(certificates::table.filter(certificates::id.eq(id)))
        .set(certificates::version.eq(version))
        .execute(tx.conn())?;
    Ok(version)
}

fn insert_version(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    new: &New<'_>,
    version: i64,
    code: VerificationCode,
    reason: Option<&str>,
) -> Result<(), Problem> {
    use certificate_versions as versions;
    let (now, (done_by, doer)) = (tx.now(), permit.done_by());
    let facts = serde_json::to_string(new.facts).map_err(Problem::internal)?;
    diesel::insert_into(versions::table)
        .values((
            (versions::certificate.eq(new.id), versions::version.eq(version), versions::code.eq(code.to_string())),
            (versions::facts.eq(facts), versions::issued_on.eq(new.facts.issued_on)),
            (versions::valid_until.eq(new.facts.valid_until), versions::made_at.eq(now)),
            (versions::done_by.eq(done_by), versions::doer.eq(doer.map(AnyId::from_uuid))),
            versions::reason.eq(reason),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    for ((position, line), says) in (0_i16..).zip(&new.draft.lines).zip(&new.facts.lines) {
        use certificate_lines as lines;
        diesel::insert_into(lines::table)
            .values((
                (lines::certificate.eq(new.id), lines::version.eq(version), lines::position.eq(position)),
                (lines::completion.eq(line.completion), lines::completion_version.eq(line.completion_version)),
                (lines::competence.eq(line.competence), lines::completed.eq(says.on)),
                lines::valid_until.eq(says.valid_until),
            ))
            .execute(tx.conn())
            .map_err(Error::from)?;
    }
    let hash = code_hash(tx, code);
    diesel::insert_into(verification_codes::table)
        .values((
            (verification_codes::hash.eq(hash), verification_codes::issuer.eq(new.draft.issuer.id)),
            (verification_codes::certificate.eq(new.id), verification_codes::version.eq(version)),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    Ok(())
}

/// By the ledger's key: the hash must be the same after a restore.
fn code_hash(tx: &Tx<'_>, code: VerificationCode) -> String {
    tx.vault().ledger_hash(&["verification code", &code.to_string()])
}

/// How far back to look for what is renewed; who is certified more often in one competence has the latest among them.
const FORMERS: i64 = 20;

/// What a new completion of a competence builds on: the issuer's last certificate of it for the same person that has not
/// been revoked, and is not about the completions that are being certified.
///
/// # Errors
/// The database's.
pub fn former(
    tx: &mut Tx<'_>,
    draft: &Draft,
    competence: CompetenceId,
    before: Day,
) -> Result<Option<(CertificateId, Former)>, Error> {
    use certificate_lines as lines;
    let rows = certificates::table
        .inner_join(current_lines())
        .filter(certificates::person.eq(draft.person))
        .filter(certificates::issuer.eq(draft.issuer.id))
        .filter(certificates::kind.eq(DocumentKind::Certificate))
        .filter(lines::competence.eq(competence))
        .filter(lines::completed.lt(before))
        .order((lines::completed.desc(), certificates::id.desc()))
        .limit(FORMERS)
        .select((certificates::id, lines::completion, lines::completed.assume_not_null(), lines::valid_until))
        .load::<(CertificateId, RecordId, Day, Option<Day>)>(tx.conn())?;
    let is_new = |completion: &RecordId| draft.lines.iter().any(|line| line.completion == *completion);
    let rows: Vec<_> = rows.into_iter().filter(|(_, completion, ..)| !is_new(completion)).collect();
    let ids: Vec<CertificateId> = rows.iter().map(|row| row.0).collect();
    let (standings, today) = (standings(tx, &ids)?, tx.today());
    let is_revoked =
        |id: &CertificateId| standings.get(id).is_some_and(|one| one.on(today) == CertificateStatus::Revoked);
    let found = rows.into_iter().find(|(id, ..)| !is_revoked(id));
    Ok(found.map(|(id, _, completed, until)| (id, Former { completed, until, extended_until: None })))
}

/// The competences a certificate proves.
///
/// # Errors
/// The database's.
pub fn competences(tx: &mut Tx<'_>, id: CertificateId) -> Result<BTreeSet<Option<CompetenceId>>, Error> {
    let proven = certificates::table
        .inner_join(current_lines())
        .filter(certificates::id.eq(id))
        .select(certificate_lines::competence);
    Ok(proven.load(tx.conn())?.into_iter().collect())
}

#[diesel::dsl::auto_type]
fn current_lines() -> _ {
    certificate_lines::table.on(certificate_lines::certificate
        .eq(certificates::id)
        .and(certificate_lines::version.eq(certificates::version)))
}

/// Is there a certificate about a completion?
///
/// # Errors
/// The database's.
pub fn is_certified(tx: &mut Tx<'_>, completion: RecordId) -> Result<bool, Error> {
    use certificate_lines as lines;
    let found = lines::table.filter(lines::completion.eq(completion)).select(lines::certificate);
    Ok(found.first::<CertificateId>(tx.conn()).optional()?.is_some())
}

/// The certificate of an issuer about exactly these completions, whatever they said when it was issued.
///
/// # Errors
/// The database's.
pub fn of_completions(
    tx: &mut Tx<'_>,
    issuer: OrganisationId,
    completions: &BTreeSet<RecordId>,
) -> Result<Option<CertificateId>, Error> {
    let Some(first) = completions.first() else { return Ok(None) };
    let candidates = certificates::table
        .inner_join(current_lines())
        .filter(certificates::issuer.eq(issuer))
        .filter(certificate_lines::completion.eq(first))
        .select(certificates::id)
        .load::<CertificateId>(tx.conn())?;
    let mut lines = HashMap::<CertificateId, BTreeSet<RecordId>>::new();
    let all = certificates::table
        .inner_join(current_lines())
        .filter(certificates::id.among(&candidates))
        .select((certificates::id, certificate_lines::completion))
        .load::<(CertificateId, RecordId)>(tx.conn())?;
    for (id, completion) in all {
        lines.entry(id).or_default().insert(completion);
    }
    Ok(lines.into_iter().find(|(_, about)| about == completions).map(|(id, _)| id))
}

/// A version of a certificate that is on its way.
pub struct Unfinished {
    /// Whom it is about.
    pub person: PersonId,
    /// What it says.
    pub facts: Facts,
    /// Its code.
    pub code: String,
}

/// A version that is still to be finished; nothing if it is finished.
///
/// # Errors
/// The database's.
pub fn unfinished(tx: &mut Tx<'_>, id: CertificateId, version: i64) -> Result<Option<Unfinished>, Problem> {
    use certificate_versions as versions;
    let row = versions::table
        .inner_join(certificates::table.on(certificates::id.eq(versions::certificate)))
        .filter(versions::certificate.eq(id))
        .filter(versions::version.eq(version))
        .filter(versions::issued_at.is_null())
        .select((certificates::person, versions::facts, versions::code))
        .first::<(PersonId, String, String)>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    row.map(|(person, facts, code)| Ok(Unfinished { person, facts: thawed(&facts)?, code })).transpose()
}

/// Versions that were begun before an instant and never finished, from an instant on.
///
/// # Errors
/// The database's.
pub fn left_unfinished(
    tx: &mut Tx<'_>,
    from: Instant,
    before: Instant,
) -> Result<Vec<(CertificateId, i64, Instant)>, Error> {
    use certificate_versions as versions;
    Ok(versions::table
        .filter(versions::issued_at.is_null())
        .filter(versions::made_at.gt(from))
        .filter(versions::made_at.lt(before))
        .order(versions::made_at)
        .limit(100)
        .select((versions::certificate, versions::version, versions::made_at))
        .load(tx.conn())?)
}

/// Says that a version is finished, with its document; false if somebody else was first.
///
/// # Errors
/// The database's.
pub fn finish(tx: &mut Tx<'_>, id: CertificateId, version: i64, document: DocumentId) -> Result<bool, Error> {
    use certificate_versions as versions;
    let now = tx.now();
    let mine = versions::table
        .filter(versions::certificate.eq(id))
        .filter(versions::version.eq(version))
        .filter(versions::issued_at.is_null());
    let finished =
        diesel::update(mine).set((versions::document.eq(document), versions::issued_at.eq(now))).execute(tx.conn())?;
    Ok(finished == 1)
}

fn thawed(facts: &str) -> Result<Facts, Problem> {
    serde_json::from_str(facts).map_err(Problem::internal)
}

type Row =
    ((CertificateId, PersonId, Option<CertificateId>, i64), (String, String, Option<Instant>, Option<DocumentId>));

#[diesel::dsl::auto_type]
fn current() -> _ {
    certificate_versions::table.on(certificate_versions::certificate
        .eq(certificates::id)
        .and(certificate_versions::version.eq(certificates::version)))
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        (certificates::id, certificates::person, certificates::renews, certificates::version),
        (
            certificate_versions::code,
            certificate_versions::facts,
            certificate_versions::issued_at,
            certificate_versions::document,
        ),
    )
}

/// A page of what an organisation issued.
///
/// # Errors
/// The database's.
pub fn issued(
    tx: &mut Tx<'_>,
    permit: &Permit<ReadCertificates>,
    person: Option<PersonId>,
    page: &Page<CertificateId>,
    public_url: &str,
) -> Result<Listed<Certificate>, Problem> {
    let after = page.after.unwrap_or(CertificateId::nil());
    let issued = certificates::table
        .inner_join(current())
        .filter(certificates::issuer.eq(permit.action().organisation))
        .filter(certificates::id.gt(after))
        .order(certificates::id)
        .limit(page.fetch())
        .select(columns());
    // Two statements, so that one person's are found by the person and not among all.
    let rows: Vec<Row> = match person {
        Some(person) => issued.filter(certificates::person.eq(person)).load(tx.conn()),
        None => issued.load(tx.conn()),
    }
    .map_err(Error::from)?;
    let Listed { items, next } = page.listed(rows, |row| row.0.0);
    Ok(Listed { items: rendered(tx, items, public_url)?, next })
}

/// One certificate an organisation issued.
///
/// # Errors
/// 404.
pub fn issued_one(
    tx: &mut Tx<'_>,
    issuer: OrganisationId,
    id: CertificateId,
    public_url: &str,
) -> Result<Certificate, Problem> {
    let row = certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .filter(certificates::issuer.eq(issuer))
        .select(columns())
        .first::<Row>(tx.conn())
        .map_err(Error::from)?;
    only(rendered(tx, vec![row], public_url)?)
}

/// A page of a person's own certificates, under every id the person has claimed.
///
/// # Errors
/// The database's.
pub fn own(
    tx: &mut Tx<'_>,
    person: PersonId,
    page: &Page<CertificateId>,
    public_url: &str,
) -> Result<Listed<Certificate>, Problem> {
    let rows = persons::table
        .inner_join(certificates::table.on(certificates::person.eq(persons::id)))
        .inner_join(current())
        .filter(persons::same_as.eq(person))
        .filter(certificates::id.gt(page.after.unwrap_or(CertificateId::nil())))
        .order(certificates::id)
        .limit(page.fetch())
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    let Listed { items, next } = page.listed(rows, |row| row.0.0);
    let items = rendered(tx, items, public_url)?;
    Ok(Listed { items: with_lookups(tx, items)?, next })
}

/// One of a person's own certificates.
///
/// # Errors
/// 404.
pub fn own_one(tx: &mut Tx<'_>, person: PersonId, id: CertificateId, public_url: &str) -> Result<Certificate, Problem> {
    let row = persons::table
        .inner_join(certificates::table.on(certificates::person.eq(persons::id)))
        .inner_join(current())
        .filter(persons::same_as.eq(person))
        .filter(certificates::id.eq(id))
        .select(columns())
        .first::<Row>(tx.conn())
        .map_err(Error::from)?;
    let one = rendered(tx, vec![row], public_url)?;
    only(with_lookups(tx, one)?)
}

fn only(mut certificates: Vec<Certificate>) -> Result<Certificate, Problem> {
    certificates.pop().ok_or_else(|| Kind::NotFound.into())
}

/// The document of a certificate's current version; nothing while it is on its way.
///
/// # Errors
/// The database's.
pub fn document(tx: &mut Tx<'_>, id: CertificateId) -> Result<Option<DocumentId>, Error> {
    Ok(certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .select(certificate_versions::document)
        .first::<Option<DocumentId>>(tx.conn())
        .optional()?
        .flatten())
}

fn rendered(tx: &mut Tx<'_>, rows: Vec<Row>, public_url: &str) -> Result<Vec<Certificate>, Problem> {
    let ids: Vec<CertificateId> = rows.iter().map(|row| row.0.0).collect();
    let (mut acts, standings, today) = (acts(tx, &ids)?, standings(tx, &ids)?, tx.today());
    rows.into_iter()
        .map(|((id, person, renews, version), (code, facts, issued_at, _))| {
            Ok(Certificate {
                id,
                status: standings.get(&id).map_or(CertificateStatus::Unknown, |standing| standing.on(today)),
                facts: thawed(&facts)?,
                person,
                verify_url: super::verify::url(public_url, &code),
                code,
                renews,
                acts: acts.remove(&id).unwrap_or_default(),
                lookups: None,
                issued_at,
                version,
            })
        })
        .collect()
}

/// The same with how often each was looked up, for the holder.
fn with_lookups(tx: &mut Tx<'_>, mut certificates: Vec<Certificate>) -> Result<Vec<Certificate>, Problem> {
    use verification_counts as counts;
    let ids: Vec<CertificateId> = certificates.iter().map(|one| one.id).collect();
    let rows = counts::table
        .filter(counts::certificate.among(&ids))
        .select((counts::certificate, counts::count))
        .load::<(CertificateId, i64)>(tx.conn())
        .map_err(Error::from)?;
    let mut totals = HashMap::<CertificateId, i64>::new();
    rows.into_iter().for_each(|(id, count)| *totals.entry(id).or_default() += count);
    certificates.iter_mut().for_each(|one| one.lookups = Some(totals.get(&one.id).copied().unwrap_or(0)));
    Ok(certificates)
}

/// Adds to how often certificates were looked up, by day. Those that are gone are passed over.
///
/// # Errors
/// The database's.
pub fn count_lookups(tx: &mut Tx<'_>, looked: &HashMap<(CertificateId, Day), i64>) -> Result<(), Error> {
    use verification_counts as counts;
    let ids: BTreeSet<CertificateId> = looked.keys().map(|(id, _)| *id).collect();
    let there = certificates::table.filter(certificates::id.among(&ids)).select(certificates::id);
    let there: BTreeSet<CertificateId> = there.load(tx.conn())?.into_iter().collect();
    // In one order everywhere, so that two instances that count at once do not wait for each other.
    let mut looked: Vec<_> = looked.iter().filter(|((id, _), _)| there.contains(id)).collect();
    looked.sort();
    for ((certificate, day), count) in looked {
        diesel::insert_into(counts::table)
            .values((counts::certificate.eq(certificate), counts::day.eq(day), counts::count.eq(count)))
            .on_conflict((counts::certificate, counts::day))
            .do_update()
            .set(counts::count.eq(counts::count + *count))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// What was done to these certificates, from the first to the last.
fn acts(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<HashMap<CertificateId, Vec<Act>>, Error> {
    let rows = certificate_acts::table
        .filter(certificate_acts::certificate.among(ids))
        .order((certificate_acts::certificate, certificate_acts::id))
        .select((
            certificate_acts::certificate,
            certificate_acts::act,
            certificate_acts::on_day,
            certificate_acts::reason,
        ))
        .load::<(CertificateId, CertificateAct, Day, Option<EndReason>)>(tx.conn())?;
    let mut of = HashMap::<_, Vec<_>>::new();
    for (certificate, act, on, reason) in rows {
        of.entry(certificate).or_default().push(Act { act, on, reason });
    }
    Ok(of)
}

/// What bears on what the current versions of these certificates are worth.
///
/// # Errors
/// The database's.
pub fn standings(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<HashMap<CertificateId, Standing>, Error> {
    let (mut acts, mut renewals) = (acts(tx, ids)?, renewals(tx, ids)?);
    let rows = certificates::table
        .inner_join(current())
        .filter(certificates::id.among(ids))
        .select((certificates::id, certificate_versions::issued_on, certificate_versions::valid_until))
        .load::<(CertificateId, Day, Option<Day>)>(tx.conn())?;
    let standing = |(id, issued, until): (CertificateId, Day, Option<Day>)| {
        let acts = dated(acts.remove(&id).unwrap_or_default());
        let renewals = renewals.remove(&id).unwrap_or_default();
        (id, Standing { issued, until, acts, replaced: None, renewals, erased: false })
    };
    Ok(rows.into_iter().map(standing).collect())
}

fn dated(acts: Vec<Act>) -> Vec<(Day, CertificateAct)> {
    acts.into_iter().map(|act| (act.on, act.act)).collect()
}

/// The finished certificates that renew each of these.
fn renewals(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<HashMap<CertificateId, Vec<Renewal>>, Error> {
    let first = certificate_versions::table.on(certificate_versions::certificate
        .eq(certificates::id)
        .and(certificate_versions::version.eq(1))
        .and(certificate_versions::issued_at.is_not_null()));
    let rows = certificates::table
        .inner_join(first)
        .filter(certificates::renews.assume_not_null().among(ids))
        .select((certificates::renews.assume_not_null(), certificates::id, certificate_versions::issued_on))
        .load::<(CertificateId, CertificateId, Day)>(tx.conn())?;
    let newer: Vec<CertificateId> = rows.iter().map(|(_, newer, _)| *newer).collect();
    let mut done = acts(tx, &newer)?;
    let mut renewals = HashMap::<_, Vec<_>>::new();
    for (old, newer, issued) in rows {
        let acts = dated(done.remove(&newer).unwrap_or_default());
        renewals.entry(old).or_default().push(Renewal { issued, acts });
    }
    Ok(renewals)
}

/// Writes down that something was done to a certificate.
///
/// # Errors
/// The database's.
pub fn act(
    tx: &mut Tx<'_>,
    id: CertificateId,
    by: (DoneBy, Option<uuid::Uuid>, Option<OrganisationId>),
    act: CertificateAct,
    reason: Option<EndReason>,
    heard_on: Option<Day>,
) -> Result<(), Error> {
    let (act_id, today, now): (CertificateActId, _, _) = (tx.new_id(), tx.today(), tx.now());
    let (done_by, doer, organisation) = by;
    diesel::insert_into(certificate_acts::table)
        .values((
            (certificate_acts::id.eq(act_id), certificate_acts::certificate.eq(id), certificate_acts::act.eq(act)),
            (certificate_acts::on_day.eq(today), certificate_acts::reason.eq(reason)),
            (certificate_acts::heard_on.eq(heard_on), certificate_acts::done_by.eq(done_by)),
            (certificate_acts::doer.eq(doer.map(AnyId::from_uuid)), certificate_acts::organisation.eq(organisation)),
            certificate_acts::at.eq(now),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// Whom a certificate is about.
///
/// # Errors
/// 404.
pub fn person(tx: &mut Tx<'_>, id: CertificateId) -> Result<PersonId, Error> {
    Ok(certificates::table.filter(certificates::id.eq(id)).select(certificates::person).first(tx.conn())?)
}

/// The completions a certificate is about, in its current version, in their order.
///
/// # Errors
/// The database's.
pub fn completions(tx: &mut Tx<'_>, id: CertificateId) -> Result<Vec<RecordId>, Error> {
    use certificate_lines as lines;
    Ok(certificates::table
        .inner_join(current_lines())
        .filter(certificates::id.eq(id))
        .order(lines::position)
        .select(lines::completion)
        .load(tx.conn())?)
}

/// What a code leads to.
pub struct Coded {
    /// The certificate; nothing if it is gone.
    pub certificate: Option<CertificateId>,
    /// The issuer, as it is called today.
    pub issuer: (String, String),
    /// What was issued, if it is still there and finished.
    pub issued: Option<(Facts, Standing)>,
}

/// What these codes lead to; a code nobody was given is not in the answer.
///
/// # Errors
/// The database's.
pub fn coded(tx: &mut Tx<'_>, codes: &[VerificationCode]) -> Result<HashMap<VerificationCode, Coded>, Problem> {
    use certificate_versions as versions;
    let hashes: HashMap<String, VerificationCode> = codes.iter().map(|code| (code_hash(tx, *code), *code)).collect();
    let asked: Vec<&str> = hashes.keys().map(String::as_str).collect();
    let version_of_code = versions::table.on(versions::certificate
        .nullable()
        .eq(verification_codes::certificate)
        .and(versions::version.eq(verification_codes::version)));
    let rows = verification_codes::table
        .inner_join(organisations::table.on(organisations::id.eq(verification_codes::issuer)))
        .left_join(version_of_code)
        .filter(verification_codes::hash.among_texts(asked))
        .select((
            (verification_codes::hash, verification_codes::certificate, verification_codes::version),
            (organisations::name, organisations::number),
            (versions::facts, versions::issued_at).nullable(),
        ))
        .load::<((String, Option<CertificateId>, i64), (String, String), Option<(String, Option<Instant>)>)>(tx.conn())
        .map_err(Error::from)?;
    let ids: Vec<CertificateId> = rows.iter().filter_map(|row| row.0.1).collect();
    let standings = standings(tx, &ids)?;
    let mut newer = newer_versions(tx, &ids)?;
    let mut found = HashMap::new();
    for ((hash, certificate, version), issuer, frozen) in rows {
        let Some(code) = hashes.get(&hash) else { continue };
        let standing = certificate.and_then(|id| standings.get(&id).cloned());
        let issued = match (frozen, standing) {
            (Some((facts, Some(_))), Some(standing)) => {
                let facts = thawed(&facts)?;
                let replaced = certificate.and_then(|id| newer.remove(&(id, version + 1)));
                let (issued, until) = (facts.issued_on, facts.valid_until);
                Some((facts, Standing { issued, until, replaced, ..standing }))
            }
            // On its way: nobody has been given the code.
            (Some((_, None)), _) => continue,
            _ => None,
        };
        found.insert(*code, Coded { certificate, issuer, issued });
    }
    Ok(found)
}

/// The day each later version of these took the place of the one before it: not before it could be handed out.
fn newer_versions(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<HashMap<(CertificateId, i64), Day>, Error> {
    use certificate_versions as versions;
    let rows = versions::table
        .filter(versions::certificate.among(ids))
        .filter(versions::version.gt(1))
        .filter(versions::issued_at.is_not_null())
        .select((versions::certificate, versions::version, versions::issued_at.assume_not_null()))
        .load::<(CertificateId, i64, Instant)>(tx.conn())?;
    Ok(rows.into_iter().map(|(id, version, at)| ((id, version), crate::law::calendar::oslo_day(at))).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_from_the_name() {
        for (name, expected) in
            [("Fjordkurs AS", "FA"), ("Øvre Årdal Kurs og Opplæring i Dybden AS", "VRKO"), ("ÅØ", "A"), ("3T", "T")]
        {
            assert_eq!(first_letters(name), expected, "{name}");
        }
    }
}
