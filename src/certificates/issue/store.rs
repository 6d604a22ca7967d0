//! What is being issued: the numbers, what is frozen, and what is still to be finished.

use std::collections::BTreeSet;

use crate::{
    access::Permit,
    certificates::{
        Asked, Draft, Facts,
        actions::IssueCertificates,
        credential::{self, Address, Marks},
        ends::{self, End},
        keys::{self, SigningKey},
        status::Mark,
        store::{completions_of, current, current_lines, frozen, histories, thawed},
        verify::store::insert_code,
    },
    documents::{self, Kept},
    law::validity::Former,
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{certificate_lines, certificate_numbers, certificate_versions, certificates},
        },
        fixed,
        problem::Problem,
    },
    words::*,
};

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
        .filter(certificates::keeper.eq(issuer))
        .filter(certificates::about.eq(about))
        .select((certificates::id, certificates::version))
        .first(tx.conn())
        .optional()?)
}

/// Which version of a certificate is current.
///
/// # Errors
/// 404.
pub fn version(tx: &mut Tx<'_>, id: CertificateId) -> Result<i64, Error> {
    Ok(certificates::table.filter(certificates::id.eq(id)).select(certificates::version).first(tx.conn())?)
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
            (certificates::issuer.eq(new.draft.issuer.id), certificates::keeper.eq(new.draft.issuer.id)),
            certificates::number.eq(&new.facts.number),
            certificates::kind.eq(new.facts.kind),
            certificates::about.eq(new.about),
            certificates::renews.eq(new.renews),
            certificates::version.eq(1),
            certificates::created_at.eq(now),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    let version = Version {
        id: new.id,
        number: 1,
        issuer: new.draft.issuer.id,
        signs: new.facts.issuer.id,
        code,
        reason: None,
        asked: new.draft.asked,
    };
    insert_version(tx, permit.done_by(), &version, Says::of(new)?, lines_of(new))
}

/// Replaces what a certificate says by another version, which is still to be finished.
///
/// # Errors
/// The database's.
pub fn replace(
    tx: &mut Tx<'_>,
    permit: &Permit<IssueCertificates>,
    new: &New<'_>,
    number: i64,
    code: VerificationCode,
    reason: &str,
) -> Result<(), Problem> {
    diesel::update(certificates::table.filter(certificates::id.eq(new.id)))
        .set((
            certificates::about.eq(new.about),
            certificates::kind.eq(new.facts.kind),
            certificates::version.eq(number),
            // It is about all it says again.
            certificates::narrowed_on.eq(None::<Day>),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    let version = Version {
        id: new.id,
        number,
        issuer: new.draft.issuer.id,
        signs: new.facts.issuer.id,
        code,
        reason: Some(reason),
        asked: new.draft.asked,
    };
    insert_version(tx, permit.done_by(), &version, Says::of(new)?, lines_of(new))
}

/// Issues what a certificate says once more, word for word, under another code: a version that is still to be finished.
///
/// # Errors
/// The database's.
pub fn repeat(
    tx: &mut Tx<'_>,
    done_by: (DoneBy, Option<uuid::Uuid>),
    id: CertificateId,
    code: VerificationCode,
) -> Result<i64, Problem> {
    use certificate_versions as versions;
    let (issuer, before, says) = certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .select((
            certificates::issuer,
            certificates::version,
            (versions::facts, versions::issued_on, versions::valid_until, versions::photo, versions::logo),
        ))
        .first::<(OrganisationId, i64, Says)>(tx.conn())
        .map_err(Error::from)?;
    let lines = certificates::table
        .inner_join(current_lines())
        .filter(certificates::id.eq(id))
        .order(certificate_lines::position)
        .select((
            certificate_lines::completion,
            certificate_lines::completion_version,
            certificate_lines::competence,
            certificate_lines::completed,
            certificate_lines::valid_until,
            certificate_lines::scheme,
            certificate_lines::employer,
        ))
        .load::<AboutLine>(tx.conn())
        .map_err(Error::from)?;
    let number = before + 1;
    diesel::update(certificates::table.filter(certificates::id.eq(id)))
        .set(certificates::version.eq(number))
        .execute(tx.conn())
        .map_err(Error::from)?;
    let signs = thawed(&says.facts)?.issuer.id;
    let version = Version { id, number, issuer, signs, code, reason: None, asked: Asked::ALONE };
    insert_version(tx, done_by, &version, says, lines)?;
    Ok(number)
}

/// Which version of what.
#[derive(Clone, Copy)]
struct Version<'a> {
    id: CertificateId,
    number: i64,
    issuer: OrganisationId,
    /// Whom the document names: a successor corrects in its own name.
    signs: OrganisationId,
    code: VerificationCode,
    reason: Option<&'a str>,
    asked: Asked,
}

/// What a version says, frozen.
#[derive(Queryable)]
struct Says {
    facts: String,
    issued_on: Day,
    valid_until: Option<Day>,
    photo: Option<DocumentId>,
    logo: Option<DocumentId>,
}

impl Says {
    fn of(new: &New<'_>) -> Result<Self, Problem> {
        let Facts { issued_on, valid_until, .. } = *new.facts;
        let id = |picture: &Option<Kept>| picture.as_ref().map(|kept| kept.id);
        let (photo, logo) = (id(&new.draft.photo), id(&new.draft.logo));
        Ok(Self { facts: frozen(new.facts)?, issued_on, valid_until, photo, logo })
    }
}

/// Which completion a line is about.
#[derive(Queryable, Insertable)]
#[diesel(table_name = certificate_lines, treat_none_as_default_value = false)]
struct AboutLine {
    completion: RecordId,
    completion_version: i64,
    competence: Option<CompetenceId>,
    completed: Option<Day>,
    valid_until: Option<Day>,
    scheme: Option<SchemeId>,
    employer: Option<OrganisationId>,
}

fn lines_of(new: &New<'_>) -> Vec<AboutLine> {
    let both = new.draft.lines.iter().zip(&new.facts.lines);
    both.map(|(line, says)| AboutLine {
        completion: line.completion,
        completion_version: line.completion_version,
        competence: line.competence,
        completed: says.on,
        valid_until: says.valid_until,
        scheme: line.scheme,
        employer: line.lasts.as_ref().and_then(|lasts| lasts.employer),
    })
    .collect()
}

#[derive(Insertable)]
#[diesel(table_name = certificate_lines, treat_none_as_default_value = false)]
struct NewLine {
    certificate: CertificateId,
    version: i64,
    position: i16,
    #[diesel(embed)]
    about: AboutLine,
}

fn insert_version(
    tx: &mut Tx<'_>,
    (done_by, doer): (DoneBy, Option<uuid::Uuid>),
    version: &Version<'_>,
    says: Says,
    lines: Vec<AboutLine>,
) -> Result<(), Problem> {
    use certificate_versions as versions;
    let (now, Version { id, number, issuer, signs, code, reason, asked }) = (tx.now(), *version);
    diesel::insert_into(versions::table)
        .values((
            (versions::certificate.eq(id), versions::version.eq(number), versions::code.eq(code.to_string())),
            (versions::facts.eq(says.facts), versions::issued_on.eq(says.issued_on)),
            (versions::valid_until.eq(says.valid_until), versions::made_at.eq(now)),
            (versions::photo.eq(says.photo), versions::logo.eq(says.logo)),
            (versions::done_by.eq(done_by), versions::doer.eq(doer.map(AnyId::from_uuid))),
            (versions::reason.eq(reason), versions::batch.eq(asked.batch), versions::letter.eq(asked.letter)),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    let completions: Vec<RecordId> = lines.iter().map(|line| line.completion).collect();
    let new = |(position, about): (i16, AboutLine)| NewLine { certificate: id, version: number, position, about };
    let rows: Vec<NewLine> = (0_i16..).zip(lines).map(new).collect();
    crate::insert_many!(tx, certificate_lines::table, rows)?;
    let marked = marked(tx, id, number)?;
    credential::store::insert(tx, signs, (id, number), &completions, marked)?;
    Ok(insert_code(tx, code, issuer, id, number)?)
}

/// What became of the versions before, and has not ended with them: whoever is suspended is not reinstated by a correction.
fn marked(tx: &mut Tx<'_>, id: CertificateId, number: i64) -> Result<Option<Mark>, Problem> {
    if number == 1 {
        return Ok(None);
    }
    let history = histories(tx, &[id])?.remove(&id).unwrap_or_default();
    let standing = history.standing(tx.today(), None);
    let is_over = !standing.admits(CertificateAct::Surrendered);
    let is_suspended = standing.admits(CertificateAct::Reinstated);
    Ok(if is_over { Some(Mark::Revoked) } else { is_suspended.then_some(Mark::Suspended) })
}

/// How far back to look for what is renewed; who is certified more often in one competence has the latest among them.
const FORMERS: i64 = 20;

/// The issuer's last certificate of a competence that a new completion builds on.
pub struct Before {
    /// Which.
    pub certificate: CertificateId,
    /// The day that was completed.
    pub completed: Day,
    /// When it ends.
    pub end: End,
}

impl From<Before> for Former {
    fn from(before: Before) -> Self {
        let extended_until = before.end.extension.map(|extension| extension.until);
        Self { completed: before.completed, until: before.end.frozen, extended_until }
    }
}

/// What a new completion builds on: the issuer's last certificate of one of these competences for the same person, completed
/// before a day, that has not been revoked and is not about the completions that are being certified.
///
/// # Errors
/// The database's.
pub fn former(
    tx: &mut Tx<'_>,
    draft: &Draft,
    family: &BTreeSet<CompetenceId>,
    before: Day,
) -> Result<Option<Before>, Error> {
    use certificate_lines as lines;
    let rows = certificates::table
        .inner_join(current_lines())
        .filter(certificates::person.eq(draft.person))
        .filter(certificates::keeper.eq(draft.issuer.id))
        .filter(certificates::unconfirmed_on.is_null())
        .filter(certificates::kind.eq(DocumentKind::Certificate))
        .filter(lines::competence.assume_not_null().among(family))
        .filter(lines::completed.lt(before))
        .order((lines::completed.desc(), certificates::id.desc()))
        .limit(FORMERS)
        .select((certificates::id, lines::position, lines::completion, lines::completed.assume_not_null()))
        .load::<(CertificateId, i16, RecordId, Day)>(tx.conn())?;
    let is_new = |completion: &RecordId| draft.lines.iter().any(|line| line.completion == *completion);
    let rows: Vec<_> = rows.into_iter().filter(|(.., completion, _)| !is_new(completion)).collect();
    let ids: Vec<CertificateId> = rows.iter().map(|row| row.0).collect();
    let (histories, today) = (histories(tx, &ids)?, tx.today());
    let is_revoked = |id: &CertificateId| histories.get(id).is_some_and(|history| history.is_revoked(today));
    let Some((certificate, position, _, completed)) = rows.into_iter().find(|(id, ..)| !is_revoked(id)) else {
        return Ok(None);
    };
    let ends = ends::store::ends(tx, &[certificate])?.remove(&certificate).unwrap_or_default();
    Ok(ends.line(position).map(|end| Before { certificate, completed, end: end.clone() }))
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
        .filter(certificates::keeper.eq(issuer))
        .filter(certificates::narrowed_on.is_null())
        .filter(certificate_lines::completion.eq(first))
        .select(certificates::id)
        .load::<CertificateId>(tx.conn())?;
    let same = |about: Vec<RecordId>| about.into_iter().collect::<BTreeSet<_>>() == *completions;
    Ok(completions_of(tx, &candidates)?.into_iter().find_map(|(id, about)| same(about).then_some(id)))
}

/// A version of a certificate that is on its way.
pub struct Unfinished {
    /// Whom it is about.
    pub person: PersonId,
    /// What it says.
    pub facts: Facts,
    /// The same as it is written down.
    pub written: String,
    /// Its code.
    pub code: String,
    /// Is its holder to be written to?
    pub letter: bool,
    /// The holder's photo, if it bears one.
    pub photo: Option<Kept>,
    /// The issuer's logo, if it bears one.
    pub logo: Option<Kept>,
    /// Where its issuer is known.
    pub issuer: Address,
    /// What its issuer signs with; nothing if there is nothing to sign, because it was begun when nothing was.
    pub key: Option<SigningKey>,
    /// What its credentials are made of, by the place of their lines.
    pub credentials: Vec<(i16, RecordId, Marks)>,
}

/// Whose a version is, and when it was begun; what it says, its code, and whether somebody is written to; its pictures.
type OnItsWay = ((PersonId, Instant), (String, String, bool), (Option<DocumentId>, Option<DocumentId>));

/// A version that is still to be finished; nothing if it is finished.
///
/// # Errors
/// The database's.
pub fn unfinished(
    tx: &mut Tx<'_>,
    id: CertificateId,
    version: i64,
    public_url: &str,
) -> Result<Option<Unfinished>, Problem> {
    use certificate_versions as versions;
    let row = versions::table
        .inner_join(certificates::table.on(certificates::id.eq(versions::certificate)))
        .filter(versions::certificate.eq(id))
        .filter(versions::version.eq(version))
        .filter(versions::issued_at.is_null())
        .select((
            (certificates::person, versions::made_at),
            (versions::facts, versions::code, versions::letter),
            (versions::photo, versions::logo),
        ))
        .first::<OnItsWay>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    let Some(((person, made_at), (written, code, letter), (photo, logo))) = row else { return Ok(None) };
    let mut kept = |id: Option<DocumentId>| id.map(|id| documents::store::kept(tx, id)).transpose();
    let (photo, logo) = (kept(photo)?, kept(logo)?);
    let facts = thawed(&written)?;
    let address = keys::store::address(tx, public_url, facts.issuer.id)?;
    let credentials = credential::store::marks(tx, &address, (id, version), made_at)?;
    let key = (!credentials.is_empty()).then(|| keys::store::in_use(tx, &address, facts.issuer.id)).transpose()?;
    Ok(Some(Unfinished { person, facts, written, code, letter, photo, logo, issuer: address, key, credentials }))
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

/// How much of a batch is still to be finished.
///
/// # Errors
/// The database's.
pub fn on_their_way(tx: &mut Tx<'_>, batch: CertificateBatchId) -> Result<i64, Error> {
    use certificate_versions as versions;
    let left = versions::table.filter(versions::issued_at.is_null()).filter(versions::batch.eq(batch));
    Ok(left.count().get_result(tx.conn())?)
}

/// Those of these completions that the issuer has certified.
///
/// # Errors
/// The database's.
pub fn certified(tx: &mut Tx<'_>, issuer: OrganisationId, ids: &[RecordId]) -> Result<BTreeSet<RecordId>, Error> {
    use certificate_lines as lines;
    let found = lines::table
        .inner_join(certificates::table.on(certificates::id.eq(lines::certificate)))
        .filter(lines::completion.among(ids))
        .filter(certificates::keeper.eq(issuer))
        .select(lines::completion);
    Ok(found.load(tx.conn())?.into_iter().collect())
}

/// The photo the current version of a certificate bears, if it bears one.
///
/// # Errors
/// 404.
pub fn photo(tx: &mut Tx<'_>, id: CertificateId) -> Result<Option<Kept>, Error> {
    let photo = certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .select(certificate_versions::photo)
        .first::<Option<DocumentId>>(tx.conn())?;
    photo.map(|photo| documents::store::kept(tx, photo)).transpose()
}

/// Where certificates say that they are verified, if it is elsewhere than here. Until the first has been issued it is here.
///
/// # Errors
/// The database's.
pub fn other_address(tx: &mut Tx<'_>, public_url: &str) -> Result<Option<String>, Error> {
    let is_free = certificates::table.select(certificates::id).first::<CertificateId>(tx.conn()).optional()?.is_none()
        && !keys::store::are_any(tx)?;
    match fixed::said(tx, keys::store::ADDRESS)? {
        Some(said) if !is_free => return Ok((said != public_url).then_some(said)),
        _ => fixed::say(tx, keys::store::ADDRESS, public_url)?,
    }
    Ok(None)
}

/// Says that a version is finished, with its document; false if somebody else was first, or if it says something else than was
/// `written` when the document was drawn.
///
/// # Errors
/// The database's.
pub fn finish(
    tx: &mut Tx<'_>,
    (id, version): (CertificateId, i64),
    written: &str,
    document: DocumentId,
    credentials: &[(RecordId, String)],
) -> Result<bool, Error> {
    use certificate_versions as versions;
    let now = tx.now();
    let mine = versions::table
        .filter(versions::certificate.eq(id))
        .filter(versions::version.eq(version))
        .filter(versions::facts.eq(written))
        .filter(versions::issued_at.is_null());
    let finished =
        diesel::update(mine).set((versions::document.eq(document), versions::issued_at.eq(now))).execute(tx.conn())?;
    if finished == 1 {
        credential::store::keep(tx, (id, version), credentials)?;
    }
    // A first version makes no answer untrue: nobody has been given its code.
    if version > 1 {
        credential::store::replace(tx, id, version)?;
        tx.outdate();
    }
    Ok(finished == 1)
}
