//! Which completions a fact bears on, a portion at a time.

use std::collections::BTreeSet;

use diesel::dsl::exists;

use crate::{
    completions::store::current,
    platform::db::{
        Error, Tx,
        run::prelude::*,
        schema::{competences, completion_versions, completions, custodies, hand_overs, persons, records},
    },
    words::*,
};

/// How many completions are held again in one transaction.
const TOGETHER: i64 = 200;

/// The portion after an id of what a query finds, by the column of the ids that its index is sorted by.
macro_rules! portion {
    ($tx:expr, $after:expr, $query:expr, $id:expr) => {
        Ok($query.filter($id.gt($after)).order($id).limit(TOGETHER).select($id).load($tx.conn())?)
    };
}

/// Of a competence, ordered by an organisation.
///
/// # Errors
/// The database's.
pub(super) fn ordered(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    competence: CompetenceId,
    after: RecordId,
) -> Result<Vec<RecordId>, Error> {
    let ordered = completions::table
        .inner_join(current())
        .filter(completion_versions::ordered_by.eq(organisation))
        .filter(completions::competence.eq(competence));
    portion!(tx, after, ordered, completion_versions::completion)
}

/// Ordered by an organisation, now or in an earlier version.
///
/// # Errors
/// The database's.
pub(super) fn ordered_by(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    after: RecordId,
) -> Result<Vec<RecordId>, Error> {
    let ordered = completion_versions::table.filter(completion_versions::ordered_by.eq(organisation));
    portion!(tx, after, ordered, completion_versions::completion)
}

/// Of a person, under any claimed id, ordered by an organisation or handed over to it.
///
/// # Errors
/// The database's.
pub(super) fn held_as_employer(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    after: RecordId,
) -> Result<Vec<RecordId>, Error> {
    let Some(same_as) = same_as(tx, person)? else { return Ok(Vec::new()) };
    let handed_over = handed_over().filter(hand_overs::organisation.eq(organisation));
    let held = of_person(same_as).filter(completion_versions::ordered_by.eq(organisation).or(exists(handed_over)));
    portion!(tx, after, held, completions::record)
}

/// Of a person, under any claimed id, ordered by any organisation or handed over to any.
///
/// # Errors
/// The database's.
pub(super) fn held_by_others(tx: &mut Tx<'_>, person: PersonId, after: RecordId) -> Result<Vec<RecordId>, Error> {
    let Some(same_as) = same_as(tx, person)? else { return Ok(Vec::new()) };
    let held = of_person(same_as).filter(completion_versions::ordered_by.is_not_null().or(exists(handed_over())));
    portion!(tx, after, held, completions::record)
}

/// Of a person, under any claimed id.
///
/// # Errors
/// The database's.
pub(super) fn of(tx: &mut Tx<'_>, person: PersonId, after: RecordId) -> Result<Vec<RecordId>, Error> {
    let Some(same_as) = same_as(tx, person)? else { return Ok(Vec::new()) };
    portion!(tx, after, of_person(same_as), completions::record)
}

/// Of a competence.
///
/// # Errors
/// The database's.
pub(super) fn about(tx: &mut Tx<'_>, competence: CompetenceId, after: RecordId) -> Result<Vec<RecordId>, Error> {
    portion!(tx, after, completions::table.filter(completions::competence.eq(competence)), completions::record)
}

/// Of a scheme's competences.
///
/// # Errors
/// The database's.
pub(super) fn in_scheme(tx: &mut Tx<'_>, scheme: SchemeId, after: RecordId) -> Result<Vec<RecordId>, Error> {
    let in_scheme = completions::table
        .inner_join(competences::table.on(completions::competence.eq(competences::id.nullable())))
        .filter(competences::scheme.eq(scheme));
    portion!(tx, after, in_scheme, completions::record)
}

/// Recorded by a provider.
///
/// # Errors
/// The database's.
pub(super) fn recorded_by(tx: &mut Tx<'_>, recorder: OrganisationId, after: RecordId) -> Result<Vec<RecordId>, Error> {
    portion!(tx, after, completions::table.filter(completions::recorder.eq(recorder)), completions::record)
}

/// Held by an organisation, in whatever capacity.
///
/// # Errors
/// The database's.
pub(super) fn held_by(tx: &mut Tx<'_>, controller: OrganisationId, after: RecordId) -> Result<Vec<RecordId>, Error> {
    let mut held = BTreeSet::new();
    for capacity in Capacity::ALL {
        let of_it =
            custodies::table.filter(custodies::controller.eq(controller)).filter(custodies::capacity.eq(capacity));
        let portion: Result<Vec<RecordId>, Error> = portion!(tx, after, of_it, custodies::record);
        held.extend(portion?);
    }
    // Each portion is whole up to its own end only.
    let together = usize::try_from(TOGETHER).unwrap_or(usize::MAX);
    Ok(held.into_iter().take(together).collect())
}

/// Held by successors of whom the facts name.
///
/// # Errors
/// The database's.
pub(super) fn taken_over_from(tx: &mut Tx<'_>, first: OrganisationId, after: RecordId) -> Result<Vec<RecordId>, Error> {
    let ids: Result<Vec<RecordId>, Error> =
        portion!(tx, after, custodies::table.filter(custodies::came_from.eq(first)), custodies::record);
    let mut ids = ids?;
    ids.dedup();
    Ok(ids)
}

/// What a person took part in under any claimed id, as it stands.
#[diesel::dsl::auto_type]
fn of_person(same_as: PersonId) -> _ {
    completions::table
        .inner_join(records::table.on(records::id.eq(completions::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .inner_join(current())
        .filter(persons::same_as.eq(same_as))
}

/// That the completion in question was handed over.
#[diesel::dsl::auto_type]
fn handed_over() -> _ {
    hand_overs::table.filter(hand_overs::record.eq(completions::record))
}

fn same_as(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, Error> {
    Ok(persons::table.filter(persons::id.eq(person)).select(persons::same_as).first(tx.conn()).optional()?)
}
