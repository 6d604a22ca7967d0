//! Which completions a fact bears on, a portion at a time.

use crate::{
    completions::store::current,
    platform::db::{
        Error, Tx,
        run::prelude::*,
        schema::{competences, completion_versions, completions, persons, records},
    },
    words::*,
};

/// Some of many completions: those after one, in the order of their ids.
#[derive(Clone, Copy, Debug)]
pub(super) struct Portion {
    /// The last of the portion before.
    pub after: RecordId,
    /// How many.
    pub at_most: i64,
}

/// A portion of what a query finds, by the column of the ids that its index is sorted by.
macro_rules! portion {
    ($tx:expr, $portion:expr, $query:expr, $id:expr) => {{
        let Portion { after, at_most } = $portion;
        Ok($query.filter($id.gt(after)).order($id).limit(at_most).select($id).load($tx.conn())?)
    }};
}

/// Of a competence, ordered by an organisation.
///
/// # Errors
/// The database's.
pub(super) fn ordered(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    competence: CompetenceId,
    portion: Portion,
) -> Result<Vec<RecordId>, Error> {
    let ordered = completions::table
        .inner_join(current())
        .filter(completion_versions::ordered_by.eq(organisation))
        .filter(completions::competence.eq(competence));
    portion!(tx, portion, ordered, completion_versions::completion)
}

/// Ordered by an organisation, now or in an earlier version.
///
/// # Errors
/// The database's.
pub(super) fn ordered_by(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    portion: Portion,
) -> Result<Vec<RecordId>, Error> {
    let ordered = completion_versions::table.filter(completion_versions::ordered_by.eq(organisation));
    portion!(tx, portion, ordered, completion_versions::completion)
}

/// Of a person, under any claimed id, ordered by an organisation.
///
/// # Errors
/// The database's.
pub(super) fn ordered_for(
    tx: &mut Tx<'_>,
    organisation: OrganisationId,
    person: PersonId,
    portion: Portion,
) -> Result<Vec<RecordId>, Error> {
    let Some(same_as) = same_as(tx, person)? else { return Ok(Vec::new()) };
    let ordered = completions::table
        .inner_join(records::table.on(records::id.eq(completions::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .inner_join(current())
        .filter(persons::same_as.eq(same_as))
        .filter(completion_versions::ordered_by.eq(organisation));
    portion!(tx, portion, ordered, completions::record)
}

/// Of a person, under any claimed id, ordered by any organisation.
///
/// # Errors
/// The database's.
pub(super) fn ordered_about(tx: &mut Tx<'_>, person: PersonId, portion: Portion) -> Result<Vec<RecordId>, Error> {
    let Some(same_as) = same_as(tx, person)? else { return Ok(Vec::new()) };
    let ordered = completions::table
        .inner_join(records::table.on(records::id.eq(completions::record)))
        .inner_join(persons::table.on(persons::id.eq(records::person)))
        .inner_join(current())
        .filter(persons::same_as.eq(same_as))
        .filter(completion_versions::ordered_by.is_not_null());
    portion!(tx, portion, ordered, completions::record)
}

/// Of a competence.
///
/// # Errors
/// The database's.
pub(super) fn about(tx: &mut Tx<'_>, competence: CompetenceId, portion: Portion) -> Result<Vec<RecordId>, Error> {
    portion!(tx, portion, completions::table.filter(completions::competence.eq(competence)), completions::record)
}

/// Of a scheme's competences.
///
/// # Errors
/// The database's.
pub(super) fn in_scheme(tx: &mut Tx<'_>, scheme: SchemeId, portion: Portion) -> Result<Vec<RecordId>, Error> {
    let in_scheme = completions::table
        .inner_join(competences::table.on(completions::competence.eq(competences::id.nullable())))
        .filter(competences::scheme.eq(scheme));
    portion!(tx, portion, in_scheme, completions::record)
}

/// Recorded by a provider.
///
/// # Errors
/// The database's.
pub(super) fn recorded_by(tx: &mut Tx<'_>, recorder: OrganisationId, portion: Portion) -> Result<Vec<RecordId>, Error> {
    portion!(tx, portion, completions::table.filter(completions::recorder.eq(recorder)), completions::record)
}

fn same_as(tx: &mut Tx<'_>, person: PersonId) -> Result<Option<PersonId>, Error> {
    Ok(persons::table.filter(persons::id.eq(person)).select(persons::same_as).first(tx.conn()).optional()?)
}
