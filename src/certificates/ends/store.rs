//! The lines of certificates, and what has moved their last days.

use std::collections::{BTreeSet, HashMap};

use super::{End, Ends};
use crate::{
    catalogue,
    certificates::store::current_lines,
    law::validity::{employed_until, extended},
    organisations,
    platform::db::{
        Error, Tx,
        among::Among,
        run::prelude::*,
        schema::{certificate_lines as lines, certificates},
    },
    words::*,
};

/// A line that proves a competence: its certificate, whom it is about, its place; what it proves, when that was completed,
/// until when, and the employer it is bound to.
type Row = ((CertificateId, PersonId, i16), (CompetenceId, Option<Day>, Option<Day>, Option<OrganisationId>));

/// When what these certificates prove really ends.
///
/// # Errors
/// The database's.
pub fn ends(tx: &mut Tx<'_>, ids: &[CertificateId]) -> Result<HashMap<CertificateId, Ends>, Error> {
    let rows = certificates::table
        .inner_join(current_lines())
        .filter(certificates::id.among(ids))
        .filter(lines::competence.is_not_null())
        .order((certificates::id, lines::position))
        .select((
            (certificates::id, certificates::person, lines::position),
            (lines::competence.assume_not_null(), lines::completed, lines::valid_until, lines::employer),
        ))
        .load::<Row>(tx.conn())?;
    let competences: BTreeSet<CompetenceId> = rows.iter().map(|(_, (competence, ..))| *competence).collect();
    let extensions = catalogue::extensions_of(tx, &competences.into_iter().collect::<Vec<_>>())?;
    let bound = rows.iter().filter_map(|((_, person, _), (.., employer))| Some((*person, (*employer)?)));
    let employed = organisations::staff::store::employed(tx, &bound.collect())?;
    let mut of = HashMap::<_, Ends>::new();
    for ((id, person, position), (competence, completed, frozen, employer)) in rows {
        let bearing = extensions.get(&competence).map_or(&[][..], Vec::as_slice);
        let extension = frozen.and_then(|until| extended(until, bearing)).cloned();
        let periods = employer.and_then(|employer| employed.get(&(person, employer)));
        let employed_until = periods.zip(completed).and_then(|(periods, on)| employed_until(periods, on));
        let line = usize::try_from(position).unwrap_or_default();
        of.entry(id).or_default().0.push(End { line, frozen, extension, employed_until });
    }
    Ok(of)
}
