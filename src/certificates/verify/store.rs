//! What codes lead to, and how often somebody looked.

use std::collections::{BTreeSet, HashMap};

use super::Vouched;
use crate::{
    certificates::{
        Facts,
        ends::{self, Ends},
        store::{History, histories, thawed},
    },
    law::{calendar::oslo_day, standing::Standing},
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{
                certificate_lines, certificate_versions, certificates, competence_extensions as extensions,
                organisations, verification_codes, verification_counts,
            },
        },
        problem::Problem,
    },
    words::*,
};

/// By the ledger's key: the hash must be the same after a restore.
pub(super) fn code_hash(tx: &Tx<'_>, code: VerificationCode) -> String {
    tx.vault().ledger_hash(&["verification code", &code.to_string()])
}

/// Gives a version of a certificate its code.
///
/// # Errors
/// The database's.
pub fn insert_code(
    tx: &mut Tx<'_>,
    code: VerificationCode,
    issuer: OrganisationId,
    certificate: CertificateId,
    version: i64,
) -> Result<(), Error> {
    let hash = code_hash(tx, code);
    diesel::insert_into(verification_codes::table)
        .values((
            (verification_codes::hash.eq(hash), verification_codes::issuer.eq(issuer)),
            (verification_codes::certificate.eq(certificate), verification_codes::version.eq(version)),
        ))
        .execute(tx.conn())?;
    Ok(())
}

/// What a code leads to.
pub struct Coded {
    /// The certificate; nothing if it is gone.
    pub certificate: Option<CertificateId>,
    /// The issuer, as it is called today.
    pub issuer: (String, String),
    /// What was issued, if it is still there and its issuer stands for it.
    pub issued: Option<Issued>,
    /// The day it was revoked, if that is known of something nothing else is said of.
    pub revoked_on: Option<Day>,
}

/// What was issued under a code.
pub struct Issued {
    /// What it says.
    pub facts: Facts,
    /// When that really ends.
    pub ends: Ends,
    /// What bears on what it is worth.
    pub standing: Standing,
    /// Who stands for it beside the issuer.
    pub vouched: Vec<Vouched>,
}

/// A code's hash and certificate, whether something may have moved its last day, and whether its issuer stands for it and it
/// is whole; its issuer, what its version says and when it was finished, when the next one was; the mark of one that is gone.
type Row = (
    (String, Option<CertificateId>, bool, Option<Day>),
    (String, String),
    Option<(String, Option<Instant>)>,
    Option<Instant>,
    (Option<Day>, Option<Day>, Option<Day>),
);

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
    // What took the place of this version, once it could be handed out.
    let later = diesel::alias!(certificate_versions as later);
    let the_next = later.on(later
        .field(versions::certificate)
        .nullable()
        .eq(verification_codes::certificate)
        .and(later.field(versions::version).eq(verification_codes::version + 1)));
    // Asked here so that hardly any code needs another question.
    let may_have_moved = certificate_lines::table
        .left_join(extensions::table.on(extensions::competence.nullable().eq(certificate_lines::competence)))
        .filter(certificate_lines::certificate.nullable().eq(verification_codes::certificate))
        .filter(certificate_lines::version.eq(verification_codes::version))
        .filter(certificate_lines::employer.is_not_null().or(extensions::position.nullable().is_not_null()));
    let itself = certificates::table.on(certificates::id.nullable().eq(verification_codes::certificate));
    let rows = verification_codes::table
        .inner_join(organisations::table.on(organisations::id.eq(verification_codes::issuer)))
        .left_join(itself)
        .left_join(version_of_code)
        .left_join(the_next)
        .filter(verification_codes::hash.among_texts(asked))
        .select((
            (
                verification_codes::hash,
                verification_codes::certificate,
                diesel::dsl::exists(may_have_moved),
                certificates::unconfirmed_on.nullable(),
            ),
            (organisations::name, organisations::number),
            (versions::facts, versions::issued_at).nullable(),
            later.field(versions::issued_at).nullable(),
            (verification_codes::revoked_on, verification_codes::revoked_until, verification_codes::kept_until),
        ))
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    let ids: Vec<CertificateId> = rows.iter().filter_map(|row| row.0.1).collect();
    let moved: Vec<CertificateId> = rows.iter().filter(|row| row.0.2).filter_map(|row| row.0.1).collect();
    let mut ends = if moved.is_empty() { HashMap::new() } else { ends::store::ends(tx, &moved)? };
    let histories = histories(tx, &ids)?;
    let (mut found, today) = (HashMap::new(), tx.today());
    for ((hash, certificate, _, unconfirmed_on), issuer, frozen, replaced_at, mark) in rows {
        let Some(code) = hashes.get(&hash) else { continue };
        let history = certificate.and_then(|id| histories.get(&id)).cloned().unwrap_or_default();
        let (issued, revoked_on) = match (frozen, certificate) {
            // On its way: nobody has been given the code.
            (Some((_, None)), _) => continue,
            (Some((facts, Some(_))), Some(id)) if unconfirmed_on.is_none() => {
                let ends = ends.remove(&id).unwrap_or_default();
                (Some(issued(thawed(&facts)?, ends, replaced_at.map(oslo_day), history)), None)
            }
            // Somebody else keeps it, and its issuer has nothing to say of it but what had been said.
            (Some(_), _) => (None, history.revoked_on(today)),
            (None, _) => match marked(mark, today) {
                Some(revoked_on) => (None, revoked_on),
                None => continue,
            },
        };
        found.insert(*code, Coded { certificate, issuer, issued, revoked_on });
    }
    Ok(found)
}

fn issued(facts: Facts, ends: Ends, replaced: Option<Day>, history: History) -> Issued {
    let standing = Standing { replaced, ..history.standing(facts.issued_on, ends.of_all(&facts)) };
    Issued { facts, ends, standing, vouched: vouched(history) }
}

/// What the mark of an erased certificate says on a day: when it had been revoked, if that is still said; nothing at all once
/// the mark has run out.
fn marked(
    (revoked_on, revoked_until, kept_until): (Option<Day>, Option<Day>, Option<Day>),
    today: Day,
) -> Option<Option<Day>> {
    let runs = |until: Option<Day>| until.is_none_or(|until| today <= until);
    runs(kept_until).then(|| revoked_on.filter(|_| runs(revoked_until)))
}

/// How many are forgotten in one transaction.
const TOGETHER: i64 = 500;

/// Forgets the marks that have run out: from then on their codes are as those nobody was given.
///
/// # Errors
/// The database's.
pub fn housekeeping(tx: &mut Tx<'_>) -> Result<(), Error> {
    use verification_codes as codes;
    let today = tx.today();
    let old: Vec<String> =
        codes::table.filter(codes::kept_until.lt(today)).limit(TOGETHER).select(codes::hash).load(tx.conn())?;
    let gone = codes::table.filter(codes::hash.among_texts(old.iter().map(String::as_str)));
    diesel::delete(gone).execute(tx.conn())?;
    Ok(())
}

fn vouched(history: History) -> Vec<Vouched> {
    let vouching = history.acts.into_iter().filter(|act| act.act.vouches());
    vouching.filter_map(|act| Some(Vouched { act: act.act, by: act.by?.name, on: act.on })).collect()
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

/// How often each of these was looked up, in all.
///
/// # Errors
/// The database's.
pub fn lookups(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<HashMap<CertificateId, i64>, Error> {
    use verification_counts as counts;
    let rows = counts::table
        .filter(counts::certificate.among(ids))
        .select((counts::certificate, counts::count))
        .load::<(CertificateId, i64)>(tx.conn())?;
    let mut totals = HashMap::<CertificateId, i64>::new();
    rows.into_iter().for_each(|(id, count)| *totals.entry(id).or_default() += count);
    Ok(totals)
}
