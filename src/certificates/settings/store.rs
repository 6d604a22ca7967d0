//! How an organisation issues.

use super::Issuing;
use crate::{
    access::Permit,
    certificates::actions::ChooseIssuing,
    platform::{
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{issuing, organisations},
        },
        problem::{Kind, Problem},
    },
    words::*,
};

/// How an organisation issues. Until it has chosen, its numbers begin with the first letters of its name.
///
/// # Errors
/// The database's.
pub fn issuing(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Issuing, Error> {
    let chosen = issuing::table
        .filter(issuing::organisation.eq(organisation))
        .select((issuing::prefix, issuing::signatory, issuing::version))
        .first::<(String, Option<String>, i64)>(tx.conn())
        .optional()?;
    if let Some((prefix, signatory, version)) = chosen {
        return Ok(Issuing { prefix, signatory, version });
    }
    let name = organisations::table
        .filter(organisations::id.eq(organisation))
        .select(organisations::name)
        .first::<String>(tx.conn())?;
    Ok(Issuing { prefix: first_letters(&name), signatory: None, version: 0 })
}

/// Fjordkurs AS: `FA`. A number is read aloud and typed, so letters outside A to Z are left out.
fn first_letters(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(char::is_ascii_alphabetic));
    let letters: String = letters.take(4).map(|letter| letter.to_ascii_uppercase()).collect();
    if letters.is_empty() { "A".into() } else { letters }
}

/// Chooses how an organisation issues.
///
/// # Errors
/// 412 if somebody else chose since.
pub fn choose_issuing(
    tx: &mut Tx<'_>,
    permit: &Permit<ChooseIssuing>,
    prefix: &str,
    signatory: Option<&str>,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
) -> Result<Issuing, Problem> {
    let organisation = permit.action().organisation;
    let before = issuing(tx, organisation)?;
    expected(before.version)?;
    let version = before.version + 1;
    let chosen = (issuing::prefix.eq(prefix), issuing::signatory.eq(signatory), issuing::version.eq(version));
    let written = if before.version == 0 {
        diesel::insert_into(issuing::table)
            .values((issuing::organisation.eq(organisation), chosen))
            .on_conflict_do_nothing()
            .execute(tx.conn())
    } else {
        let unchanged =
            issuing::table.filter(issuing::organisation.eq(organisation)).filter(issuing::version.eq(before.version));
        diesel::update(unchanged).set(chosen).execute(tx.conn())
    };
    if written.map_err(Error::from)? == 0 {
        return Err(Kind::Stale.into());
    }
    crate::platform::audit::note(tx, permit, Some(organisation.uuid()), None)?;
    Ok(Issuing { prefix: prefix.to_owned(), signatory: signatory.map(str::to_owned), version })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_read_from_the_name() {
        for (name, expected) in
            [("Fjordkurs AS", "FA"), ("Øvre Årdal Kurs og Opplæring i Dybden AS", "VRKO"), ("ÅØ", "A"), ("3T", "T")]
        {
            assert_eq!(first_letters(name), expected, "{name}");
        }
    }
}
