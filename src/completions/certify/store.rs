//! Completions, as far as a certificate needs them.

use std::collections::HashMap;

use crate::{
    completions::{
        Content,
        store::{ContentRow, content, content_columns, current},
    },
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{completions, records},
    },
    words::*,
};

/// A completion that may become a line of a certificate.
pub struct Certifiable {
    /// Which.
    pub id: RecordId,
    /// Its current version.
    pub version: i64,
    /// Whom it is about.
    pub person: PersonId,
    /// The competence.
    pub competence: Option<CompetenceId>,
    /// The course.
    pub course: Option<CourseId>,
    /// What it says.
    pub content: Content,
}

type Row = ((RecordId, i64, PersonId, Option<CompetenceId>, Option<CourseId>), ContentRow);

/// Those of these completions that the organisation recorded.
///
/// # Errors
/// The database's.
pub fn certifiable(
    tx: &mut Tx<'_>,
    recorder: OrganisationId,
    ids: &[RecordId],
) -> Result<HashMap<RecordId, Certifiable>, Error> {
    let rows = completions::table
        .inner_join(records::table.on(records::id.eq(completions::record)))
        .inner_join(current())
        .filter(completions::record.among(ids))
        .filter(completions::recorder.eq(recorder))
        .select((
            (completions::record, completions::version, records::person, completions::competence, completions::course),
            content_columns(),
        ))
        .load::<Row>(tx.conn())?;
    let one = |((id, version, person, competence, course), said): Row| {
        (id, Certifiable { id, version, person, competence, course, content: content(said) })
    };
    Ok(rows.into_iter().map(one).collect())
}
