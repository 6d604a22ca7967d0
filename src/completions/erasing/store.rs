//! The rows of completions that go or are narrowed.

use std::collections::{BTreeSet, HashMap};

use diesel::dsl::{exists, not};

use crate::{
    completions::store::current,
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{
            accounts, awaited_endings, cards, certificates, claims, completion_versions, completions, disclosures,
            employments, erasures, hand_overs, import_rows, memberships, persons, photos, portfolio, privacy_cases,
            records, to_certify,
        },
    },
    records::{Ended, Ending, ledger::Happening},
    words::*,
};

/// What these completions were about and when, as far as that is known.
///
/// # Errors
/// The database's.
pub(super) fn happenings(tx: &mut Tx<'_>, ids: &BTreeSet<RecordId>) -> Result<HashMap<RecordId, Happening>, Error> {
    let rows = completions::table
        .inner_join(current())
        .filter(completions::record.among(ids))
        .select((completions::record, completions::competence, completions::course, completion_versions::on_day))
        .load::<(RecordId, Option<CompetenceId>, Option<CourseId>, Option<Day>)>(tx.conn())?;
    let happening = |(id, competence, course, on): (_, Option<CompetenceId>, Option<CourseId>, Option<Day>)| {
        let subject = competence.map(|id| id.to_string()).or(course.map(|id| id.to_string()))?;
        Some((id, Happening { subject, on: on? }))
    };
    Ok(rows.into_iter().filter_map(happening).collect())
}

/// Takes completions out of portfolios.
///
/// # Errors
/// The database's.
pub(super) fn take_out_of_portfolios(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<(), Error> {
    diesel::delete(portfolio::table.filter(portfolio::record.among(ids))).execute(tx.conn())?;
    Ok(())
}

/// Whoever let go of completions neither certifies them any more nor knows the rows they came from.
///
/// # Errors
/// The database's.
pub(in crate::completions) fn forget_what_was_to_come(
    tx: &mut Tx<'_>,
    controller: OrganisationId,
    ids: &BTreeSet<RecordId>,
) -> Result<(), Error> {
    let wishes = to_certify::table.filter(to_certify::completion.among(ids)).filter(to_certify::issuer.eq(controller));
    diesel::delete(wishes).execute(tx.conn())?;
    let rows =
        import_rows::table.filter(import_rows::completion.among(ids)).filter(import_rows::organisation.eq(controller));
    diesel::delete(rows).execute(tx.conn())?;
    Ok(())
}

/// Takes a part out of all versions of completions. Why something was corrected is how it came about: evidence.
///
/// # Errors
/// The database's.
pub(super) fn narrow(tx: &mut Tx<'_>, ids: &[RecordId], part: Part) -> Result<(), Error> {
    use completion_versions as versions;
    let all = versions::table.filter(versions::completion.among(ids));
    match part {
        Part::Result => diesel::update(all).set(versions::result.eq(None::<String>)).execute(tx.conn())?,
        Part::Hours => diesel::update(all).set(versions::hours.eq(None::<f64>)).execute(tx.conn())?,
        Part::Evidence => diesel::update(all).set(versions::reason.eq(None::<String>)).execute(tx.conn())?,
        // The fact is the record itself; documents are the certificates about it.
        Part::Fact | Part::Document => 0,
    };
    tx.erased();
    Ok(())
}

/// Notes that what persons were told would stay, or wait, has gone. The erasures on whose receipts it stood; whether anything is
/// left of one is asked later, because another transaction may end the last of it at the same time.
///
/// # Errors
/// The database's.
pub(super) fn no_longer_awaited(tx: &mut Tx<'_>, ended: &[Ended]) -> Result<BTreeSet<ErasureId>, Error> {
    use awaited_endings as awaited;
    let gone: BTreeSet<Ending> = ended.iter().map(Ending::from).collect();
    let ids: BTreeSet<RecordId> = gone.iter().map(|one| one.record).collect();
    let rows = awaited::table
        .filter(awaited::record.among(&ids))
        .filter(awaited::gone_on.is_null())
        .select((awaited::record, awaited::controller, awaited::ground, awaited::holder, awaited::erasure))
        .load::<(RecordId, OrganisationId, Ground, OrganisationId, ErasureId)>(tx.conn())?;
    let (today, mut lapsed) = (tx.today(), BTreeSet::new());
    for (record, controller, ground, holder, erasure) in rows {
        if gone.contains(&Ending { record, controller: holder, ground }) {
            let row = awaited::table.find((record, controller, ground));
            let since = (awaited::gone_on.eq(today), awaited::goes_on.eq(None::<Day>));
            diesel::update(row).set(since).execute(tx.conn())?;
            lapsed.insert(erasure);
        }
    }
    Ok(lapsed)
}

/// Erases what completions say, and where that came from.
///
/// # Errors
/// The database's.
pub(super) fn erase(tx: &mut Tx<'_>, ids: &[RecordId]) -> Result<(), Error> {
    diesel::delete(import_rows::table.filter(import_rows::completion.among(ids))).execute(tx.conn())?;
    diesel::delete(portfolio::table.filter(portfolio::record.among(ids))).execute(tx.conn())?;
    diesel::delete(hand_overs::table.filter(hand_overs::record.among(ids))).execute(tx.conn())?;
    diesel::delete(completion_versions::table.filter(completion_versions::completion.among(ids))).execute(tx.conn())?;
    diesel::delete(completions::table.filter(completions::record.among(ids))).execute(tx.conn())?;
    tx.erased();
    Ok(())
}

/// Forgets those of these persons nothing refers to any more: no card, record, certificate, photo, account, link, role,
/// employment, disclosure, receipt or case. Whoever calls holds the persons.
///
/// # Errors
/// The database's.
pub fn forget_persons(tx: &mut Tx<'_>, people: &BTreeSet<PersonId>) -> Result<Vec<PersonId>, Error> {
    let others = diesel::alias!(persons as others);
    let known_together =
        others.filter(others.field(persons::same_as).eq(persons::id)).filter(others.field(persons::id).ne(persons::id));
    let forgotten: Vec<PersonId> = persons::table
        .filter(persons::id.among(people))
        .filter(not(exists(records::table.filter(records::person.eq(persons::id)))))
        .filter(not(exists(cards::table.filter(cards::person.eq(persons::id)))))
        .filter(not(exists(disclosures::table.filter(disclosures::person.eq(persons::id)))))
        .filter(not(exists(employments::table.filter(employments::person.eq(persons::id)))))
        .filter(not(exists(memberships::table.filter(memberships::person.eq(persons::id)))))
        .filter(not(exists(accounts::table.filter(accounts::person.eq(persons::id)))))
        .filter(not(exists(claims::table.filter(claims::person.eq(persons::id)))))
        .filter(not(exists(claims::table.filter(claims::claimed.eq(persons::id)))))
        .filter(not(exists(certificates::table.filter(certificates::person.eq(persons::id)))))
        .filter(not(exists(photos::table.filter(photos::person.eq(persons::id)))))
        .filter(not(exists(erasures::table.filter(erasures::person.eq(persons::id)))))
        .filter(not(exists(privacy_cases::table.filter(privacy_cases::person.eq(persons::id)))))
        .filter(not(exists(known_together)))
        .order(persons::id)
        .select(persons::id)
        .load(tx.conn())?;
    diesel::delete(persons::table.filter(persons::id.among(&forgotten))).execute(tx.conn())?;
    Ok(forgotten)
}
