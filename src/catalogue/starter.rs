//! The starter catalogue: the national competences and schemes a new installation begins with.
//!
//! It adds what is missing and never overwrites: what an operator has changed since is the operator's.

use std::collections::BTreeSet;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    competences::{
        self,
        actions::AddNationalCompetence,
        routes::NewCompetence,
        store::{Refers, competence_by_code},
    },
    schemes::{self, actions::AddScheme, routes::NewScheme},
};
use crate::{
    access::Actor,
    law::validity::ExpiryRule,
    platform::{
        db::Tx,
        input::{Field, Reading},
        problem::{Findings, Problem},
    },
    words::Day,
};

const TEXT: &str = include_str!("starter.toml");

/// How much of the starter catalogue was missing. Schemes and competences count alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loaded {
    /// Added now.
    pub added: usize,
    /// Here before, and left as they are.
    pub unchanged: usize,
}

/// Why the starter catalogue cannot be read; a test keeps it from happening to the one in this program.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// It has another shape.
    #[error("the starter catalogue cannot be read: {0}")]
    Shape(#[from] toml::de::Error),
    /// An entry would not be taken over the API either.
    #[error("the starter catalogue's entry {code} is wrong: {wrong}")]
    Entry {
        /// Which entry.
        code: String,
        /// Where and what.
        wrong: String,
    },
}

#[derive(Debug)]
struct Starter {
    schemes: Vec<NewScheme>,
    competences: Vec<Starting>,
}

/// A competence, with the codes of what it refers to: ids are made when it is loaded.
#[derive(Debug)]
struct Starting {
    new: NewCompetence,
    scheme: Option<String>,
    /// Of one that stands before it.
    repeats: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(rename = "version")]
    _version: String,
    scheme: Vec<SchemeEntry>,
    competence: Vec<CompetenceEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SchemeEntry {
    code: String,
    name_nb: String,
    name_en: String,
    fields: Vec<String>,
    source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CompetenceEntry {
    code: String,
    name_nb: String,
    name_en: String,
    group: String,
    class: String,
    obliged_party: Option<String>,
    issued_by: String,
    profile: Option<String>,
    sensitive: bool,
    scheme: Option<String>,
    repeats: Option<String>,
    expiry: ExpiryRule,
    min_hours: Option<f64>,
    note_nb: Option<String>,
    note_en: Option<String>,
    sources: Vec<String>,
    #[serde(default)]
    provision: Vec<ProvisionEntry>,
    #[serde(default)]
    extension: Vec<ExtensionEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProvisionEntry {
    citation: String,
    valid_from: toml::value::Datetime,
    valid_to: Option<toml::value::Datetime>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExtensionEntry {
    from: toml::value::Datetime,
    to: toml::value::Datetime,
    until: toml::value::Datetime,
    citation: String,
}

/// Entries are read as the API reads bodies, so that nothing comes in here that could not come in there.
fn parse(text: &str, today: Day) -> Result<Starter, Unreadable> {
    let file: File = toml::from_str(text)?;
    let reading = Reading { today };
    let schemes = file
        .scheme
        .iter()
        .map(|entry| entry_of(&entry.code, scheme_body(entry), &reading))
        .collect::<Result<_, _>>()?;
    let competences = file
        .competence
        .into_iter()
        .map(|entry| {
            let new = entry_of(&entry.code, competence_body(&entry), &reading)?;
            Ok(Starting { new, scheme: entry.scheme, repeats: entry.repeats })
        })
        .collect::<Result<_, Unreadable>>()?;
    Ok(Starter { schemes, competences })
}

fn entry_of<T: Field>(code: &str, body: Value, reading: &Reading) -> Result<T, Unreadable> {
    T::read(&body, reading).map_err(|findings| Unreadable::Entry { code: code.to_owned(), wrong: list(findings) })
}

fn list(findings: Findings) -> String {
    let each = findings.into_vec().into_iter().map(|f| format!("{} {}", f.pointer, f.fault.code()));
    each.collect::<Vec<_>>().join(", ")
}

fn scheme_body(entry: &SchemeEntry) -> Value {
    json!({
        "code": entry.code,
        "name": { "nb": entry.name_nb, "en": entry.name_en },
        "fields": entry.fields,
        "source": entry.source,
    })
}

fn competence_body(entry: &CompetenceEntry) -> Value {
    let noted = entry.note_nb.is_some() || entry.note_en.is_some();
    let provisions: Vec<Value> = entry.provision.iter().map(provision_body).collect();
    let extensions: Vec<Value> = entry.extension.iter().map(extension_body).collect();
    json!({
        "code": entry.code,
        "name": { "nb": entry.name_nb, "en": entry.name_en },
        "subject": entry.group,
        "class": entry.class,
        "obliged_party": entry.obliged_party,
        "issued_by": entry.issued_by,
        "profile": entry.profile,
        "sensitive": entry.sensitive,
        "expiry": entry.expiry,
        "extensions": extensions,
        "min_hours": entry.min_hours,
        "note": noted.then(|| json!({ "nb": entry.note_nb, "en": entry.note_en })),
        "sources": entry.sources,
        "provisions": provisions,
    })
}

fn provision_body(entry: &ProvisionEntry) -> Value {
    json!({
        "citation": entry.citation,
        "from": entry.valid_from.to_string(),
        "to": entry.valid_to.map(|day| day.to_string()),
    })
}

fn extension_body(entry: &ExtensionEntry) -> Value {
    let ExtensionEntry { from, to, until, citation } = entry;
    json!({ "from": from.to_string(), "to": to.to_string(), "until": until.to_string(), "citation": citation })
}

/// Adds what is missing of the starter catalogue, by code, in this transaction. Running it again adds nothing.
///
/// # Errors
/// The database's; an internal problem if the catalogue in this program cannot be read.
pub fn load(tx: &mut Tx<'_>) -> Result<Loaded, Problem> {
    let starter = parse(TEXT, tx.today()).map_err(Problem::internal)?;
    let mut loaded = Loaded::default();
    load_schemes(tx, &starter.schemes, &mut loaded)?;
    load_competences(tx, &starter.competences, &mut loaded)?;
    Ok(loaded)
}

fn load_schemes(tx: &mut Tx<'_>, schemes: &[NewScheme], loaded: &mut Loaded) -> Result<(), Problem> {
    let permit = tx.permit(&Actor::Console, AddScheme)?;
    let here = schemes::store::by_code(tx)?;
    for new in schemes {
        if here.contains_key(new.code.as_str()) {
            loaded.unchanged += 1;
        } else {
            schemes::store::add(tx, &permit, new)?;
            loaded.added += 1;
        }
    }
    Ok(())
}

fn load_competences(tx: &mut Tx<'_>, competences: &[Starting], loaded: &mut Loaded) -> Result<(), Problem> {
    let permit = tx.permit(&Actor::Console, AddNationalCompetence)?;
    let schemes = schemes::store::by_code(tx)?;
    let here: BTreeSet<String> = competences::store::national_codes(tx)?;
    for Starting { new, scheme, repeats } in competences {
        if here.contains(new.code.as_str()) {
            loaded.unchanged += 1;
            continue;
        }
        let scheme = match scheme {
            Some(code) => Some(*schemes.get(code).ok_or_else(|| Problem::internal("a scheme the catalogue lacks"))?),
            None => None,
        };
        let repeats = match repeats {
            Some(code) => competence_by_code(tx, None, code)?,
            None => None,
        };
        competences::store::add_national(tx, &permit, new, Refers { scheme, repeats, adds_to: None })?;
        loaded.added += 1;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::Class;

    fn starter() -> Starter {
        parse(TEXT, "2026-11-22".parse().expect("a day")).expect("the catalogue in this program can be read")
    }

    #[test]
    fn the_starter_catalogue_is_whole_and_names_nothing_twice() {
        let starter = starter();
        let codes: BTreeSet<&str> = starter.competences.iter().map(|one| one.new.code.as_str()).collect();
        assert_eq!((starter.competences.len(), codes.len()), (49, 49));
        let schemes: BTreeSet<&str> = starter.schemes.iter().map(|new| new.code.as_str()).collect();
        assert_eq!((starter.schemes.len(), schemes.len()), (4, 4));
        for scheme in starter.competences.iter().filter_map(|one| one.scheme.as_deref()) {
            assert!(schemes.contains(scheme), "{scheme}");
        }
        let mut before = BTreeSet::new();
        for Starting { new, repeats, .. } in &starter.competences {
            assert!(repeats.as_deref().is_none_or(|code| before.contains(code)), "{}", new.code.as_str());
            before.insert(new.code.as_str());
        }
    }

    #[test]
    fn what_the_law_asks_for_names_the_law_and_what_a_scheme_asks_for_names_the_scheme() {
        for Starting { new, scheme, .. } in starter().competences {
            let provisions = new.provisions.map_or(0, |list| list.0.len());
            let class = new.class.0;
            assert_eq!(class.is_statutory(), provisions > 0, "{}", new.code.as_str());
            assert!(!class.is_statutory() || new.obliged_party.is_some(), "{}", new.code.as_str());
            assert_eq!(class == Class::Scheme, scheme.is_some(), "{}", new.code.as_str());
        }
    }

    #[test]
    fn an_entry_that_would_not_be_taken_over_the_api_is_not_taken_here() {
        let day = "2026-11-22".parse().expect("a day");
        let lawless = TEXT.replacen("[[competence.provision]]", "[[competence.provison]]", 3);
        assert!(matches!(parse(&lawless, day), Err(Unreadable::Shape(_))));
        let endless = TEXT.replacen("months = 48, ", "months = 0, ", 1);
        let wrong = parse(&endless, day).expect_err("no month").to_string();
        assert!(wrong.ends_with("is wrong: /expiry/months out_of_range"), "{wrong}");
    }
}
