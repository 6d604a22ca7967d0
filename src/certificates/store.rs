//! Certificates as they were frozen, and what was done since.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Act, Certificate, Facts, actions::*, ends, verify};
use crate::{
    access::Permit,
    law::standing::{Renewal, Standing, is_revoked},
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{certificate_acts, certificate_lines, certificate_versions, certificates, organisations, persons},
        },
        http::{Listed, Page},
        problem::{Kind, Problem},
    },
    records::Party,
    words::*,
};

#[diesel::dsl::auto_type]
pub(super) fn current_lines() -> _ {
    certificate_lines::table.on(certificate_lines::certificate
        .eq(certificates::id)
        .and(certificate_lines::version.eq(certificates::version)))
}

/// What is written down of what a certificate says.
pub(super) fn frozen(facts: &Facts) -> Result<String, Problem> {
    serde_json::to_string(facts).map_err(Problem::internal)
}

/// What was written down.
pub(super) fn thawed(facts: &str) -> Result<Facts, Problem> {
    serde_json::from_str(facts).map_err(Problem::internal)
}

type Row = ((CertificateId, PersonId, Option<CertificateId>, i64, Option<Day>), (String, String, Option<Instant>));

#[diesel::dsl::auto_type]
pub(super) fn current() -> _ {
    certificate_versions::table.on(certificate_versions::certificate
        .eq(certificates::id)
        .and(certificate_versions::version.eq(certificates::version)))
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        (
            certificates::id,
            certificates::person,
            certificates::renews,
            certificates::version,
            certificates::unconfirmed_on,
        ),
        (certificate_versions::code, certificate_versions::facts, certificate_versions::issued_at),
    )
}

/// A page of what an organisation stands for: it issued it, or took it over from who did.
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
        .filter(certificates::keeper.eq(permit.action().organisation))
        .filter(certificates::unconfirmed_on.is_null())
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

/// One certificate an organisation stands for.
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
        .filter(certificates::keeper.eq(issuer))
        .filter(certificates::unconfirmed_on.is_null())
        .select(columns())
        .first::<Row>(tx.conn())
        .map_err(Error::from)?;
    only(rendered(tx, vec![row], public_url)?)
}

/// These certificates, whoever issued them, in their order.
///
/// # Errors
/// The database's.
pub fn these(tx: &mut Tx<'_>, ids: &[CertificateId], public_url: &str) -> Result<Vec<Certificate>, Problem> {
    let rows = certificates::table
        .inner_join(current())
        .filter(certificates::id.among(ids))
        .order(certificates::id)
        .select(columns())
        .load::<Row>(tx.conn())
        .map_err(Error::from)?;
    rendered(tx, rows, public_url)
}

/// A certificate, whoever issued it.
///
/// # Errors
/// 404.
pub(super) fn issued_by_id(tx: &mut Tx<'_>, id: CertificateId, public_url: &str) -> Result<Certificate, Problem> {
    only(these(tx, &[id], public_url)?)
}

/// The finished certificates about a completion, each with all the completions it is about.
///
/// # Errors
/// The database's.
pub fn about_completion(
    tx: &mut Tx<'_>,
    completion: RecordId,
) -> Result<BTreeMap<CertificateId, Vec<RecordId>>, Error> {
    let ids: Vec<CertificateId> = certificates::table
        .inner_join(current_lines())
        .inner_join(current())
        .filter(certificate_lines::completion.eq(completion))
        .filter(certificate_versions::issued_at.is_not_null())
        .select(certificates::id)
        .load(tx.conn())?;
    completions_of(tx, &ids)
}

/// The document of a certificate, whoever issued it.
///
/// # Errors
/// 404.
pub fn document(tx: &mut Tx<'_>, id: CertificateId) -> Result<Numbered, Error> {
    Ok(certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .select((certificates::number, certificate_versions::document, certificate_versions::issued_at))
        .first(tx.conn())?)
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

/// The number of a certificate, its document, and when it was issued. Before that its document is on its way; if there is none
/// since, it went with something it showed.
pub type Numbered = (String, Option<DocumentId>, Option<Instant>);

/// The document of a certificate an organisation issued and still stands for.
///
/// # Errors
/// 404.
pub fn issued_document(tx: &mut Tx<'_>, issuer: OrganisationId, id: CertificateId) -> Result<Numbered, Error> {
    Ok(certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .filter(certificates::keeper.eq(issuer))
        .filter(certificates::unconfirmed_on.is_null())
        .select((certificates::number, certificate_versions::document, certificate_versions::issued_at))
        .first(tx.conn())?)
}

/// The document of one of a person's own certificates.
///
/// # Errors
/// 404.
pub fn own_document(tx: &mut Tx<'_>, person: PersonId, id: CertificateId) -> Result<Numbered, Error> {
    Ok(persons::table
        .inner_join(certificates::table.on(certificates::person.eq(persons::id)))
        .inner_join(current())
        .filter(persons::same_as.eq(person))
        .filter(certificates::id.eq(id))
        .select((certificates::number, certificate_versions::document, certificate_versions::issued_at))
        .first(tx.conn())?)
}

fn rendered(tx: &mut Tx<'_>, rows: Vec<Row>, public_url: &str) -> Result<Vec<Certificate>, Problem> {
    let ids: Vec<CertificateId> = rows.iter().map(|row| row.0.0).collect();
    let (mut histories, mut ends, today) = (histories(tx, &ids)?, ends::store::ends(tx, &ids)?, tx.today());
    rows.into_iter()
        .map(|((id, person, renews, version, unconfirmed_on), (code, facts, issued_at))| {
            let (history, ends) = (histories.remove(&id).unwrap_or_default(), ends.remove(&id).unwrap_or_default());
            let facts = thawed(&facts)?;
            let valid_until = ends.of_all(&facts);
            Ok(Certificate {
                id,
                status: history.standing(facts.issued_on, valid_until).on(today),
                facts,
                valid_until,
                moved: ends.moved(),
                unconfirmed_on,
                person,
                verify_url: verify::url(public_url, &code),
                code,
                renews,
                acts: history.acts,
                lookups: None,
                issued_at,
                version,
            })
        })
        .collect()
}

/// The same with how often each was looked up, for the holder.
fn with_lookups(tx: &mut Tx<'_>, mut certificates: Vec<Certificate>) -> Result<Vec<Certificate>, Problem> {
    let ids: Vec<CertificateId> = certificates.iter().map(|one| one.id).collect();
    let looked = verify::store::lookups(tx, &ids)?;
    certificates.iter_mut().for_each(|one| one.lookups = Some(looked.get(&one.id).copied().unwrap_or(0)));
    Ok(certificates)
}

/// What was done to these certificates, from the first to the last.
fn acts<'a>(
    tx: &mut Tx<'_>,
    ids: impl Iterator<Item = &'a CertificateId>,
) -> Result<HashMap<CertificateId, Vec<Act>>, Error> {
    type Row = (CertificateId, CertificateAct, Day, Option<EndReason>, Option<(OrganisationId, String)>);
    let rows = certificate_acts::table
        .left_join(organisations::table.on(organisations::id.nullable().eq(certificate_acts::organisation)))
        .filter(certificate_acts::certificate.among(ids))
        .order((certificate_acts::certificate, certificate_acts::id))
        .select((
            certificate_acts::certificate,
            certificate_acts::act,
            certificate_acts::on_day,
            certificate_acts::reason,
            (organisations::id, organisations::name).nullable(),
        ))
        .load::<Row>(tx.conn())?;
    let mut of = HashMap::<_, Vec<_>>::new();
    for (certificate, act, on, reason, by) in rows {
        let by = by.map(|(id, name)| Party { id, name });
        of.entry(certificate).or_default().push(Act { act, on, reason, by });
    }
    Ok(of)
}

/// What was done to a certificate since it was issued, and what was issued in its place.
#[derive(Clone, Debug, Default)]
pub struct History {
    pub(super) acts: Vec<Act>,
    renewals: Vec<Renewal>,
}

impl History {
    /// What bears on what a certificate of these days is worth.
    pub fn standing(&self, issued: Day, until: Option<Day>) -> Standing {
        let (acts, renewals) = (dated(&self.acts), self.renewals.clone());
        Standing { issued, until, acts, replaced: None, renewals, erased: false }
    }

    /// Was it revoked by a day, and is so still?
    pub fn is_revoked(&self, day: Day) -> bool {
        is_revoked(&dated(&self.acts), day)
    }

    /// The day it was revoked, if it was by a day and is so still.
    pub fn revoked_on(&self, day: Day) -> Option<Day> {
        let mut acts = self.acts.iter().filter(|act| act.on <= day && self.is_revoked(day));
        acts.rfind(|act| act.act == CertificateAct::Revoked).map(|act| act.on)
    }
}

/// What was done to these certificates since they were issued.
///
/// # Errors
/// The database's.
pub fn histories(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<HashMap<CertificateId, History>, Error> {
    let renewed = renewed(tx, ids)?;
    let newer = renewed.iter().map(|(_, newer, _)| newer);
    let mut acts = acts(tx, ids.iter().chain(newer))?;
    let mut renewals = HashMap::<CertificateId, Vec<Renewal>>::new();
    for (old, newer, issued) in renewed {
        let acts = acts.get(&newer).map_or_else(Vec::new, |acts| dated(acts));
        renewals.entry(old).or_default().push(Renewal { issued, acts });
    }
    let mut history = |id: &CertificateId| History {
        acts: acts.remove(id).unwrap_or_default(),
        renewals: renewals.remove(id).unwrap_or_default(),
    };
    Ok(ids.iter().map(|id| (*id, history(id))).collect())
}

/// What bears on what the current version of a certificate is worth.
///
/// # Errors
/// 404.
pub fn standing(tx: &mut Tx<'_>, id: CertificateId) -> Result<Standing, Problem> {
    let facts = certificates::table
        .inner_join(current())
        .filter(certificates::id.eq(id))
        .select(certificate_versions::facts)
        .first::<String>(tx.conn())
        .map_err(Error::from)?;
    let (facts, history) = (thawed(&facts)?, histories(tx, &[id])?.remove(&id).unwrap_or_default());
    let ends = ends::store::ends(tx, &[id])?.remove(&id).unwrap_or_default();
    Ok(history.standing(facts.issued_on, ends.of_all(&facts)))
}

fn dated(acts: &[Act]) -> Vec<(Day, CertificateAct)> {
    acts.iter().map(|act| (act.on, act.act)).collect()
}

/// The finished certificates that renew some of these: the old one, the new one, and the day that was issued.
fn renewed(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<Vec<(CertificateId, CertificateId, Day)>, Error> {
    let first = certificate_versions::table.on(certificate_versions::certificate
        .eq(certificates::id)
        .and(certificate_versions::version.eq(1))
        .and(certificate_versions::issued_at.is_not_null()));
    Ok(certificates::table
        .inner_join(first)
        .filter(certificates::renews.assume_not_null().among(ids))
        .select((certificates::renews.assume_not_null(), certificates::id, certificate_versions::issued_on))
        .load(tx.conn())?)
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
    tx.outdate();
    Ok(())
}

/// That a certificate about a completion was issued, and how long it lasts as things are today.
#[derive(Clone, Copy, Debug)]
pub struct Proof {
    /// Who stands for it: its issuer, or whoever took over from it.
    pub keeper: OrganisationId,
    /// The day.
    pub issued_on: Day,
    /// The last day of what it proves of the completion; `None` for life.
    pub valid_until: Option<Day>,
}

/// The certificates about these completions that prove a competence and have not been revoked, also those on their way.
///
/// # Errors
/// The database's.
pub fn proofs(tx: &mut Tx<'_>, completions: &BTreeSet<RecordId>) -> Result<HashMap<RecordId, Vec<Proof>>, Error> {
    use certificate_lines as lines;
    type Row = (RecordId, (CertificateId, OrganisationId, i16), Day);
    let mut proofs = HashMap::<_, Vec<_>>::new();
    if completions.is_empty() {
        return Ok(proofs);
    }
    let rows = certificates::table
        .inner_join(current_lines())
        .inner_join(current())
        .filter(lines::completion.among(completions))
        .filter(certificates::kind.eq(DocumentKind::Certificate))
        .select((
            lines::completion,
            (certificates::id, certificates::keeper, lines::position),
            certificate_versions::issued_on,
        ))
        .load::<Row>(tx.conn())?;
    let ids: Vec<CertificateId> = rows.iter().map(|(_, (id, ..), _)| *id).collect();
    let (ends, histories, today) = (ends::store::ends(tx, &ids)?, histories(tx, &ids)?, tx.today());
    for (completion, (id, keeper, position), issued_on) in rows {
        if histories.get(&id).is_some_and(|history| history.is_revoked(today)) {
            continue;
        }
        let valid_until = ends.get(&id).and_then(|ends| ends.line(position)?.until());
        proofs.entry(completion).or_default().push(Proof { keeper, issued_on, valid_until });
    }
    Ok(proofs)
}

/// A successor stands for the certificates about these records that another stood for.
///
/// # Errors
/// The database's.
pub fn take_over(
    tx: &mut Tx<'_>,
    giver: OrganisationId,
    receiver: OrganisationId,
    records: &BTreeSet<RecordId>,
) -> Result<(), Error> {
    if records.is_empty() {
        return Ok(());
    }
    let about = certificate_lines::table
        .filter(certificate_lines::completion.among(records))
        .select(certificate_lines::certificate);
    let kept = certificates::table.filter(certificates::keeper.eq(giver)).filter(certificates::id.eq_any(about));
    diesel::update(kept).set(certificates::keeper.eq(receiver)).execute(tx.conn())?;
    tx.outdate();
    Ok(())
}

/// A certificate that its issuer confirms, or whoever took over from it.
#[derive(Clone, Debug)]
pub struct Confirmed {
    /// Which.
    pub id: CertificateId,
    /// Its number.
    pub number: String,
    /// Who confirms it: its issuer, or whoever took over from it, as it is called today.
    pub keeper: Party,
}

/// The certificates about these completions that can be handed out.
///
/// # Errors
/// The database's.
pub fn standing_about(
    tx: &mut Tx<'_>,
    completions: &BTreeSet<RecordId>,
) -> Result<HashMap<RecordId, Vec<Confirmed>>, Error> {
    let rows = certificates::table
        .inner_join(current_lines())
        .inner_join(current())
        .inner_join(organisations::table.on(organisations::id.eq(certificates::keeper)))
        .filter(certificate_lines::completion.among(completions))
        .filter(certificate_versions::issued_at.is_not_null())
        .order(certificates::id)
        .select((
            certificate_lines::completion,
            (certificates::id, certificates::number),
            (organisations::id, organisations::name),
        ))
        .load::<(RecordId, (CertificateId, String), (OrganisationId, String))>(tx.conn())?;
    let mut of = HashMap::<_, Vec<_>>::new();
    for (completion, (id, number), (keeper, name)) in rows {
        of.entry(completion).or_default().push(Confirmed { id, number, keeper: Party { id: keeper, name } });
    }
    Ok(of)
}

/// A certificate somebody relies on.
#[derive(Clone, Debug)]
pub struct InForce {
    /// Its number.
    pub number: String,
    /// Who stands for it.
    pub keeper: OrganisationId,
}

/// The certificates about a completion on which somebody relies today: those that stand, rest for a while, were renewed by
/// another that stands, or are just being issued.
///
/// # Errors
/// The database's.
pub fn in_force_about(tx: &mut Tx<'_>, completion: RecordId) -> Result<Vec<InForce>, Problem> {
    let about = certificates::table
        .inner_join(current_lines())
        .filter(certificate_lines::completion.eq(completion))
        .order(certificates::id)
        .select((certificates::id, certificates::number, certificates::keeper))
        .load::<(CertificateId, String, OrganisationId)>(tx.conn())
        .map_err(Error::from)?;
    let (today, mut in_force) = (tx.today(), Vec::new());
    for (id, number, keeper) in about {
        use CertificateStatus::{Superseded, Suspended, Valid};
        if matches!(standing(tx, id)?.on(today), Valid | Suspended | Superseded) {
            in_force.push(InForce { number, keeper });
        }
    }
    Ok(in_force)
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
    Ok(completions_of(tx, &[id])?.remove(&id).unwrap_or_default())
}

/// The completions each of these certificates is about, in its current version, in their order.
///
/// # Errors
/// The database's.
pub fn completions_of(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<BTreeMap<CertificateId, Vec<RecordId>>, Error> {
    use certificate_lines as lines;
    let rows = certificates::table
        .inner_join(current_lines())
        .filter(certificates::id.among(ids))
        .order((certificates::id, lines::position))
        .select((certificates::id, lines::completion))
        .load::<(CertificateId, RecordId)>(tx.conn())?;
    let mut of = BTreeMap::<_, Vec<_>>::new();
    rows.into_iter().for_each(|(id, completion)| of.entry(id).or_default().push(completion));
    Ok(of)
}
