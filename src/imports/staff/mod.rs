//! Rows become staff: a card, an employment from one day to another, and the team it is in.

mod store;

use std::collections::HashMap;

use serde_json::Value;
use utoipa::openapi::{RefOr, Schema};

use super::{
    Became,
    reading::{
        mapping::{Subject as About, Target},
        rows::Row,
    },
    row::{Cells, Parsed, Wrong},
    run::{Batch, Plan, Subject},
};
use crate::{
    completions::person::{Finder, Who},
    organisations::{
        actions::ChangeTeams,
        staff::store::{self as employments, Terms},
    },
    people::{
        actions::WriteCards,
        store::{CardUpdate, bring_up_to_date},
    },
    platform::{
        db::{Error, Tx},
        input::{BirthDate, Code, Email, Field, Mobile, Name, Reading},
        problem::{Findings, Problem},
    },
    words::*,
};
pub use store::{Written, forget_changes, forget_rows, says_again, written_by};

/// What a row says about somebody's employment; the team is not resolved yet.
#[derive(Clone, Debug)]
pub struct Said {
    who: Who,
    emails: Vec<Email>,
    mobile: Option<String>,
    position: Option<String>,
    team: Option<Name>,
    from: Day,
    to: Option<Day>,
}

/// One address, or several with commas or semicolons between them.
struct Addresses(Vec<Email>);

impl Field for Addresses {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let text = value.as_str().unwrap_or_default();
        let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
        parts.map(|part| Email::read_text(part, reading)).collect::<Result<_, _>>().map(Self)
    }
    fn describe() -> RefOr<Schema> {
        Email::describe()
    }
}

/// Teams already looked up.
#[derive(Clone, Default)]
pub struct Staff {
    teams: HashMap<String, TeamId>,
}

impl Subject for Staff {
    type Value = Said;

    fn parse(row: &Row, reading: &Reading, lang: Lang) -> Result<Parsed<Said>, Vec<Wrong>> {
        let mut cells = Cells::of(row, reading, lang);
        let emails = cells.take::<Addresses>(Target::Email).map(|some| some.0).unwrap_or_default();
        let who = Who {
            reference: cells.take::<Code>(Target::PersonReference).map(Code::into_string),
            name: cells.take::<Name>(Target::Name).map(Name::into_string),
            email: emails.first().cloned(),
            birth_date: cells.take::<BirthDate>(Target::BirthDate).map(BirthDate::day),
            ..Who::default()
        };
        let mobile = cells.take::<Mobile>(Target::Mobile).map(|mobile| mobile.as_str().to_owned());
        let position = cells.take::<Name>(Target::Position).map(Name::into_string);
        let team = cells.take::<Name>(Target::Team);
        let (from, to) = (cells.take::<Day>(Target::From), cells.take::<Day>(Target::To));
        if !cells.has(Target::PersonReference) && !cells.has(Target::Name) {
            cells.add(Target::PersonReference, &Fault::Required);
        }
        if !cells.has(Target::From) {
            cells.add(Target::From, &Fault::Required);
        }
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            cells.add(Target::To, &Fault::EndsBeforeItBegins);
        }
        // Without a first day there is a fault, and the value is not looked at.
        let from = from.unwrap_or(reading.today);
        cells.parsed(About::Staff, Said { who, emails, mobile, position, team, from, to })
    }

    fn last_said(tx: &mut Tx<'_>, batch: &Batch<'_>, keys: &[&str]) -> Result<HashMap<String, (AnyId, String)>, Error> {
        store::last_said(tx, batch, keys)
    }

    fn carry_out(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        plans: Vec<Plan<Said>>,
    ) -> Result<Vec<Became>, Problem> {
        let whos: Vec<&Who> = plans
            .iter()
            .filter_map(|plan| match plan {
                Plan::Record(row) => Some(&row.value.who),
                _ => None,
            })
            .collect();
        let mut finder = Finder::new(tx, batch.organisation(), &whos)?;
        let mut found = HashMap::new();
        for plan in &plans {
            if let Plan::Record(row) = plan {
                found.insert(row.line, finder.find(tx, &row.value.who)?);
            }
        }
        let people: Vec<PersonId> = found.values().flatten().map(|found| found.person).collect();
        tx.lock_persons(&people)?;
        finder.insert(tx)?;
        plans
            .into_iter()
            .map(|plan| match plan {
                Plan::Refuse(wrong) => Ok(Became::Refused(wrong)),
                Plan::Unchanged(employment) => Ok(Became::Unchanged(employment)),
                Plan::Again => Ok(Became::Refused(Vec::new())),
                Plan::Change(employment, row) => {
                    self.change(tx, batch, EmploymentId::from_uuid(employment.uuid()), &row, true)
                }
                Plan::Record(row) => match found.remove(&row.line) {
                    Some(Ok(found)) => self.record(tx, batch, found.person, &row),
                    _ => Ok(Became::Refused(vec![row.wrong(Target::Email, &Fault::Ambiguous, batch.lang)])),
                },
            })
            .collect()
    }
}

impl Staff {
    fn terms(&mut self, tx: &mut Tx<'_>, batch: &Batch<'_>, said: &Said) -> Result<Terms, Problem> {
        let team = match &said.team {
            None => None,
            Some(name) => Some(match self.teams.get(name.as_str()) {
                Some(team) => *team,
                None => {
                    let permit = batch.permit.implies(ChangeTeams { organisation: batch.organisation() });
                    let team = employments::team_named(tx, &permit, name)?;
                    self.teams.insert(name.as_str().to_owned(), team);
                    team
                }
            }),
        };
        Ok(Terms { team, from: said.from, to: said.to })
    }

    /// Begins an employment, unless the employer has entered the same one by hand: then the row is about that.
    fn record(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        person: PersonId,
        row: &Parsed<Said>,
    ) -> Result<Became, Problem> {
        if let Some(known) = employments::begun_on(tx, batch.organisation(), person, row.value.from)? {
            return self.change(tx, batch, known, row, false);
        }
        update_card(tx, batch, person, &row.value)?;
        let terms = self.terms(tx, batch, &row.value)?;
        let employment = employments::begin(tx, batch.organisation(), person, terms)?;
        store::remember(tx, batch, row, employment)?;
        wrote(tx, batch, row, employment, 0, None)?;
        Ok(Became::Recorded(employment.any()))
    }

    fn change(
        &mut self,
        tx: &mut Tx<'_>,
        batch: &Batch<'_>,
        employment: EmploymentId,
        row: &Parsed<Said>,
        is_known: bool,
    ) -> Result<Became, Problem> {
        let before = employments::employment(tx, batch.organisation(), employment)?;
        tx.lock_persons(&[before.person])?;
        let had = Terms { team: before.team, from: before.from, to: before.to };
        let terms = self.terms(tx, batch, &row.value)?;
        let card_changed = update_card(tx, batch, before.person, &row.value)?;
        let terms_changed = terms != had;
        if terms_changed {
            employments::set_terms(tx, batch.organisation(), &before, terms)?;
        }
        if is_known {
            store::said_now(tx, batch, row)?;
        } else {
            store::remember(tx, batch, row, employment)?;
        }
        if terms_changed {
            wrote(tx, batch, row, employment, before.version, Some(had))?;
        }
        let id = employment.any();
        Ok(if card_changed || terms_changed { Became::Changed(id) } else { Became::Unchanged(id) })
    }
}

/// Remembers what is to be taken back if the batch is undone: from which version and terms the employment came.
fn wrote(
    tx: &mut Tx<'_>,
    batch: &Batch<'_>,
    row: &Parsed<Said>,
    employment: EmploymentId,
    from_version: i64,
    before: Option<Terms>,
) -> Result<(), Error> {
    let line = i64::try_from(row.line).unwrap_or(i64::MAX);
    let written = Written { employment, line, from_version, version: from_version + 1, before };
    store::wrote(tx, batch.id, &written)
}

fn update_card(tx: &mut Tx<'_>, batch: &Batch<'_>, person: PersonId, said: &Said) -> Result<bool, Error> {
    let permit = batch.permit.implies(WriteCards { organisation: batch.organisation() });
    let says = CardUpdate {
        name: said.who.name.clone(),
        emails: said.emails.clone(),
        birth_date: said.who.birth_date,
        mobile: said.mobile.clone(),
        position: said.position.clone(),
    };
    bring_up_to_date(tx, &permit, person, &says)
}
