//! How an organisation issues.

use super::{Colour, Issuing};
use crate::{
    access::Permit,
    certificates::actions::ChooseIssuing,
    documents,
    platform::{
        audit,
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{certificate_versions, issuing, organisations},
        },
        problem::{Kind, Problem},
    },
    words::*,
};

/// How an organisation issues, with the file of its logo.
#[derive(Clone, Debug, Queryable)]
pub struct Chosen {
    /// What its numbers begin with.
    pub prefix: String,
    /// Who signs for it.
    pub signatory: Option<String>,
    /// The colour of what stands out.
    pub colour: Option<String>,
    /// Its logo.
    pub logo: Option<DocumentId>,
    /// Counts the changes.
    pub version: i64,
}

impl From<Chosen> for Issuing {
    fn from(chosen: Chosen) -> Self {
        let Chosen { prefix, signatory, colour, logo, version } = chosen;
        Self { prefix, signatory, colour, has_logo: logo.is_some(), version }
    }
}

/// How an organisation issues. Until it has chosen, its numbers begin with the first letters of its name.
///
/// # Errors
/// The database's.
pub fn chosen(tx: &mut Tx<'_>, organisation: OrganisationId) -> Result<Chosen, Error> {
    let chosen = issuing::table
        .filter(issuing::organisation.eq(organisation))
        .select((issuing::prefix, issuing::signatory, issuing::colour, issuing::logo, issuing::version))
        .first::<Chosen>(tx.conn())
        .optional()?;
    if let Some(chosen) = chosen {
        return Ok(chosen);
    }
    let name = organisations::table
        .filter(organisations::id.eq(organisation))
        .select(organisations::name)
        .first::<String>(tx.conn())?;
    Ok(Chosen { prefix: first_letters(&name), signatory: None, colour: None, logo: None, version: 0 })
}

/// Fjordkurs AS: `FA`. A number is read aloud and typed, so letters outside A to Z are left out.
fn first_letters(name: &str) -> String {
    let letters = name.split_whitespace().filter_map(|word| word.chars().find(char::is_ascii_alphabetic));
    let letters: String = letters.take(4).map(|letter| letter.to_ascii_uppercase()).collect();
    if letters.is_empty() { "A".into() } else { letters }
}

/// What an organisation says of how it issues.
#[derive(Clone, Copy, Debug)]
pub struct Choice<'a> {
    /// What its numbers begin with.
    pub prefix: &'a str,
    /// Who signs.
    pub signatory: Option<&'a str>,
    /// The colour of what stands out.
    pub colour: Option<Colour>,
}

/// Chooses how an organisation issues; its logo stays.
///
/// # Errors
/// 412 if somebody else chose since.
pub fn choose(
    tx: &mut Tx<'_>,
    permit: &Permit<ChooseIssuing>,
    choice: &Choice<'_>,
    expected: impl FnOnce(i64) -> Result<(), Problem>,
) -> Result<Issuing, Problem> {
    let before = chosen(tx, permit.action().organisation)?;
    expected(before.version)?;
    let Choice { prefix, signatory, colour } = *choice;
    let (signatory, colour) = (signatory.map(str::to_owned), colour.map(|colour| colour.to_string()));
    Ok(write(tx, permit, Chosen { prefix: prefix.to_owned(), signatory, colour, ..before })?.into())
}

/// Puts a logo on what an organisation issues from now on, or takes it away; the file nothing needs any more, if there is
/// one.
///
/// # Errors
/// The database's.
pub fn choose_logo(
    tx: &mut Tx<'_>,
    permit: &Permit<ChooseIssuing>,
    logo: Option<DocumentId>,
) -> Result<Option<DocumentId>, Problem> {
    let before = chosen(tx, permit.action().organisation)?;
    let old = before.logo;
    write(tx, permit, Chosen { logo, ..before })?;
    match old {
        Some(old) if !is_drawn(tx, old)? => {
            documents::store::erase(tx, old)?;
            Ok(Some(old))
        }
        _ => Ok(None),
    }
}

/// Is there a certificate with this logo?
fn is_drawn(tx: &mut Tx<'_>, logo: DocumentId) -> Result<bool, Error> {
    let with = certificate_versions::table.filter(certificate_versions::logo.eq(logo));
    Ok(with.select(certificate_versions::certificate).first::<CertificateId>(tx.conn()).optional()?.is_some())
}

/// Writes down what was chosen over what was read before.
fn write(tx: &mut Tx<'_>, permit: &Permit<ChooseIssuing>, before: Chosen) -> Result<Chosen, Problem> {
    let organisation = permit.action().organisation;
    let chosen = Chosen { version: before.version + 1, ..before };
    let row = (
        issuing::prefix.eq(&chosen.prefix),
        issuing::signatory.eq(&chosen.signatory),
        issuing::colour.eq(&chosen.colour),
        issuing::logo.eq(chosen.logo),
        issuing::version.eq(chosen.version),
    );
    let written = if chosen.version == 1 {
        diesel::insert_into(issuing::table)
            .values((issuing::organisation.eq(organisation), row))
            .on_conflict_do_nothing()
            .execute(tx.conn())
    } else {
        let unchanged = issuing::table
            .filter(issuing::organisation.eq(organisation))
            .filter(issuing::version.eq(chosen.version - 1));
        diesel::update(unchanged).set(row).execute(tx.conn())
    };
    if written.map_err(Error::from)? == 0 {
        return Err(Kind::Stale.into());
    }
    audit::note(tx, permit, Some(organisation.uuid()), None)?;
    Ok(chosen)
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
