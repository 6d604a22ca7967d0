//! The rows of credentials.

use std::collections::{BTreeSet, HashMap};

use uuid::Builder;

use super::{Address, Credential, Marks, in_hex};
use crate::{
    certificates::{
        keys,
        status::{self, Mark, store::Place},
    },
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{certificate_lines as lines, certificates, credentials, persons},
        },
        problem::Problem,
        vault::fill_random,
    },
    words::*,
};

/// The line of its certificate that a credential is about.
#[diesel::dsl::auto_type]
pub(in crate::certificates) fn its_line() -> _ {
    lines::table.on(lines::certificate
        .eq(credentials::certificate)
        .and(lines::version.eq(credentials::version))
        .and(lines::completion.eq(credentials::completion)))
}

#[derive(Insertable)]
#[diesel(table_name = credentials, treat_none_as_default_value = false)]
struct NewCredential {
    certificate: CertificateId,
    version: i64,
    completion: RecordId,
    id: CredentialId,
    subject: AnyId,
    salt: String,
    list: StatusListId,
    place: i32,
}

/// Gives each completion of a version of a certificate a credential, which is still to be signed: the one it had in the version
/// before, at another place, and marked as that was.
///
/// # Errors
/// The database's.
pub fn insert(
    tx: &mut Tx<'_>,
    issuer: OrganisationId,
    (certificate, version): (CertificateId, i64),
    completions: &[RecordId],
    marked: Option<Mark>,
) -> Result<(), Error> {
    let before: HashMap<RecordId, CredentialId> = credentials::table
        .filter(credentials::certificate.eq(certificate))
        .filter(credentials::version.eq(version - 1))
        .select((credentials::completion, credentials::id))
        .load::<(RecordId, CredentialId)>(tx.conn())?
        .into_iter()
        .collect();
    let places = status::store::take(tx, issuer, completions.len())?;
    keys::store::make_first(tx, issuer)?;
    if let Some(mark) = marked {
        status::store::mark(tx, &places, mark)?;
    }
    let mut rows = Vec::with_capacity(completions.len());
    for (completion, (list, place)) in completions.iter().zip(places) {
        let (mut salt, mut subject) = ([0; 16], [0; 16]);
        fill_random(&mut salt);
        fill_random(&mut subject);
        rows.push(NewCredential {
            certificate,
            version,
            completion: *completion,
            id: before.get(completion).copied().unwrap_or_else(|| tx.new_id()),
            // Not one that says when it was made: it says nothing of whom it is about, or of any other.
            subject: AnyId::from_uuid(Builder::from_random_bytes(subject).into_uuid()),
            salt: in_hex(&salt),
            list,
            place,
        });
    }
    crate::insert_many!(tx, credentials::table, rows)?;
    Ok(())
}

/// What the credentials of a version are made of, in the order of its lines, with the completions they are about.
///
/// # Errors
/// The database's.
pub fn marks(
    tx: &mut Tx<'_>,
    issuer: &Address,
    (certificate, version): (CertificateId, i64),
    made_at: Instant,
) -> Result<Vec<(i16, RecordId, Marks)>, Error> {
    type Row = (i16, RecordId, CredentialId, AnyId, String, (StatusListId, i32));
    let rows = credentials::table
        .inner_join(its_line())
        .filter(credentials::certificate.eq(certificate))
        .filter(credentials::version.eq(version))
        .order(lines::position)
        .select((
            lines::position,
            credentials::completion,
            credentials::id,
            credentials::subject,
            credentials::salt,
            (credentials::list, credentials::place),
        ))
        .load::<Row>(tx.conn())?;
    let marks = |(position, completion, id, subject, salt, (list, place)): Row| {
        let (id, subject) = (id.uuid(), subject.uuid());
        (position, completion, Marks { id, subject, salt, made_at, list: status::url(issuer, list), place })
    };
    Ok(rows.into_iter().map(marks).collect())
}

/// Keeps the signed credentials of a version.
///
/// # Errors
/// The database's.
pub fn keep(
    tx: &mut Tx<'_>,
    (certificate, version): (CertificateId, i64),
    signed: &[(RecordId, String)],
) -> Result<(), Error> {
    for (completion, text) in signed {
        let row = credentials::table.find((certificate, version, *completion));
        diesel::update(row).set(credentials::signed.eq(Some(text))).execute(tx.conn())?;
    }
    Ok(())
}

/// A signed credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// Its id.
    pub id: CredentialId,
    /// The competence or the course.
    pub name: String,
    /// The certificate's number.
    pub number: String,
    /// Who issued it.
    pub issuer: String,
    /// What was signed.
    pub text: String,
}

impl Signed {
    /// What its file is called: in ASCII, and once in a package.
    pub fn file(&self) -> String {
        let number: String = self.number.chars().filter(|one| one.is_ascii_alphanumeric() || *one == '-').collect();
        format!("{number}-{}.json", self.id)
    }
}

/// A credential's id and text.
type Row = (CredentialId, String);

fn opened((id, text): Row) -> Result<Signed, Problem> {
    let said: Credential = serde_json::from_str(&text).map_err(Problem::internal)?;
    Ok(Signed { id, name: said.name, number: said.credential_subject.license_number, issuer: said.issuer.name, text })
}

/// The signed credentials of the current version of a certificate, in the order of its lines.
///
/// # Errors
/// The database's.
pub fn signed(tx: &mut Tx<'_>, certificate: CertificateId) -> Result<Vec<Signed>, Problem> {
    let rows = credentials::table
        .inner_join(certificates::table.on(certificates::id.eq(credentials::certificate)))
        .inner_join(its_line())
        .filter(credentials::certificate.eq(certificate))
        .filter(credentials::version.eq(certificates::version))
        .filter(credentials::signed.is_not_null())
        .order(lines::position)
        .select((credentials::id, credentials::signed.assume_not_null()))
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    rows.into_iter().map(opened).collect()
}

/// Every signed credential of a person under all its ids, as its certificates are now.
///
/// # Errors
/// The database's.
pub fn own(tx: &mut Tx<'_>, person: PersonId) -> Result<Vec<Signed>, Problem> {
    let rows = persons::table
        .inner_join(certificates::table.on(certificates::person.eq(persons::id)))
        .inner_join(credentials::table.on(credentials::certificate.eq(certificates::id)))
        .filter(persons::same_as.eq(person))
        .filter(credentials::version.eq(certificates::version))
        .filter(credentials::signed.is_not_null())
        .order(credentials::id)
        .select((credentials::id, credentials::signed.assume_not_null()))
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    rows.into_iter().map(opened).collect()
}

/// Something has become of the credentials of certificates as they are now.
///
/// # Errors
/// The database's.
pub fn mark(tx: &mut Tx<'_>, ids: &[CertificateId], mark: Mark) -> Result<(), Error> {
    let places: Vec<Place> = credentials::table
        .inner_join(certificates::table.on(certificates::id.eq(credentials::certificate)))
        .filter(credentials::certificate.among(ids))
        .filter(credentials::version.eq(certificates::version))
        .select((credentials::list, credentials::place))
        .load(tx.conn())?;
    status::store::mark(tx, &places, mark)
}

/// The versions before one have been replaced by it: their credentials hold no longer.
///
/// # Errors
/// The database's.
pub fn replace(tx: &mut Tx<'_>, certificate: CertificateId, by: i64) -> Result<(), Error> {
    let places: Vec<Place> = credentials::table
        .filter(credentials::certificate.eq(certificate))
        .filter(credentials::version.lt(by))
        .select((credentials::list, credentials::place))
        .load(tx.conn())?;
    status::store::mark(tx, &places, Mark::Revoked)
}

/// Erases the credentials of certificates. What was handed out cannot be called back; it says no longer that it holds.
///
/// # Errors
/// The database's.
pub fn erase(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<(), Error> {
    let places: Vec<Place> = credentials::table
        .filter(credentials::certificate.among(ids))
        .select((credentials::list, credentials::place))
        .load(tx.conn())?;
    status::store::mark(tx, &places, Mark::Revoked)?;
    diesel::delete(credentials::table.filter(credentials::certificate.among(ids))).execute(tx.conn())?;
    Ok(())
}

/// Erases the credentials about records that are gone, as [`erase`] does.
///
/// # Errors
/// The database's.
pub fn erase_about(tx: &mut Tx<'_>, records: &BTreeSet<RecordId>) -> Result<(), Error> {
    let places: Vec<Place> = credentials::table
        .filter(credentials::completion.among(records))
        .select((credentials::list, credentials::place))
        .load(tx.conn())?;
    status::store::mark(tx, &places, Mark::Revoked)?;
    diesel::delete(credentials::table.filter(credentials::completion.among(records))).execute(tx.conn())?;
    Ok(())
}
