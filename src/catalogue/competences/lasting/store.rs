//! Changes of rules, and extensions.

use std::collections::BTreeMap;

use super::Lasting;
use crate::{
    catalogue::competences::routes::{NewChange, NewExtension},
    law::validity::{Change, Extension},
    platform::{
        db::{
            Error, Tx,
            among::Among,
            run::prelude::*,
            schema::{competence_expiries as expiries, competence_extensions as extensions},
        },
        problem::Problem,
    },
    words::*,
};

/// What bears on how long each of these lasts; nothing for those that only have their rule.
///
/// # Errors
/// The database's.
pub fn lasting(tx: &mut Tx<'_>, ids: &[CompetenceId]) -> Result<BTreeMap<CompetenceId, Lasting>, Problem> {
    let mut of = BTreeMap::<_, Lasting>::new();
    let changes = expiries::table
        .filter(expiries::competence.among(ids))
        .order((expiries::competence, expiries::from_day))
        .select((expiries::competence, expiries::from_day, expiries::expiry))
        .load::<(CompetenceId, Day, String)>(tx.conn())
        .map_err(Error::from)?;
    for (competence, from, expiry) in changes {
        let expiry = serde_json::from_str(&expiry).map_err(Problem::internal)?;
        of.entry(competence).or_default().changes.push(Change { from, expiry });
    }
    for (competence, extensions) in extensions_of(tx, ids)? {
        of.entry(competence).or_default().extensions = extensions;
    }
    Ok(of)
}

/// The last days of these that an authority moved.
///
/// # Errors
/// The database's.
pub fn extensions_of(tx: &mut Tx<'_>, ids: &[CompetenceId]) -> Result<BTreeMap<CompetenceId, Vec<Extension>>, Error> {
    let rows = extensions::table
        .filter(extensions::competence.among(ids))
        .order((extensions::competence, extensions::position))
        .select((
            extensions::competence,
            (extensions::first_day, extensions::last_day, extensions::until_day),
            extensions::citation,
        ))
        .load::<(CompetenceId, (Day, Day, Day), String)>(tx.conn())?;
    let mut of = BTreeMap::<_, Vec<_>>::new();
    for (competence, (from, to, until), citation) in rows {
        of.entry(competence).or_default().push(Extension { from, to, until, citation });
    }
    Ok(of)
}

/// Replaces from which days on a competence lasts otherwise.
///
/// # Errors
/// The database's.
pub fn set_changes(tx: &mut Tx<'_>, competence: CompetenceId, changes: &[NewChange]) -> Result<(), Problem> {
    let held = expiries::table.filter(expiries::competence.eq(competence));
    diesel::delete(held).execute(tx.conn()).map_err(Error::from)?;
    for change in changes {
        let expiry = serde_json::to_string(&change.expiry).map_err(Problem::internal)?;
        diesel::insert_into(expiries::table)
            .values((
                expiries::competence.eq(competence),
                expiries::from_day.eq(change.from),
                expiries::expiry.eq(expiry),
            ))
            .execute(tx.conn())
            .map_err(Error::from)?;
    }
    Ok(())
}

/// Replaces which last days of a competence an authority moved. What was verified before may be worth something else now.
///
/// # Errors
/// The database's.
pub fn set_extensions(tx: &mut Tx<'_>, competence: CompetenceId, new: &[NewExtension]) -> Result<(), Error> {
    diesel::delete(extensions::table.filter(extensions::competence.eq(competence))).execute(tx.conn())?;
    for (position, new) in (0_i16..).zip(new) {
        diesel::insert_into(extensions::table)
            .values((
                (extensions::competence.eq(competence), extensions::position.eq(position)),
                (extensions::first_day.eq(new.from), extensions::last_day.eq(new.to)),
                (extensions::until_day.eq(new.until), extensions::citation.eq(new.citation.as_str())),
            ))
            .execute(tx.conn())?;
    }
    tx.outdate();
    Ok(())
}
