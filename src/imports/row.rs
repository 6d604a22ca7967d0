//! One row as domain values: every cell is read by the same rules as a field of the API, and everything that is wrong is
//! collected with the column it stands in.

use super::reading::{
    faults::RowFault,
    mapping::{Subject, Target},
    rows::Row,
};
use crate::{
    completions::{Content, OrderedBy, person::Who, record, routes::Orderer},
    platform::input::{BirthDate, Code, Email, Field, Hours, Name, One, PastDay, Reading},
    words::{Fault, Lang, Outcome},
};

/// Something wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    /// The column as the header has it; several for a template.
    pub column: String,
    /// What, for machines.
    pub code: String,
    /// What and what to do, for people.
    pub remedy: String,
}

/// A row that can be recorded, as far as the row alone can tell.
#[derive(Clone, Debug)]
pub struct Parsed {
    /// Its line in the file.
    pub line: u64,
    /// What identifies it in its source.
    pub key: String,
    /// Whom it is about; the orderer is not resolved yet.
    pub who: Who,
    /// The code of the competence.
    pub competence: Option<String>,
    /// The code of the course.
    pub course: Option<String>,
    /// What joins completions of one event.
    pub event: Option<String>,
    /// Who ordered it.
    pub orderer: Option<Orderer>,
    /// What it says; the orderer is not resolved yet.
    pub content: Content,
    /// Everything it says as one text, to know whether it says something else than last time.
    pub said: String,
    columns: Vec<(Target, String)>,
}

impl Parsed {
    /// The columns a target comes from.
    pub fn column(&self, target: Target) -> String {
        self.columns.iter().find(|(of, _)| *of == target).map_or_else(String::new, |(_, name)| name.clone())
    }

    /// Something wrong that shows only against what is known.
    pub fn wrong(&self, target: Target, fault: &Fault, lang: Lang) -> Wrong {
        Wrong { column: self.column(target), code: fault.code().to_owned(), remedy: fault.remedy(lang) }
    }
}

/// What the reader found wrong, in the same form.
pub fn unreadable(faults: &[RowFault], lang: Lang) -> Vec<Wrong> {
    faults
        .iter()
        .map(|fault| Wrong {
            column: fault.column.clone().unwrap_or_default(),
            code: fault.code.as_str().to_owned(),
            remedy: fault.code.remedy(lang),
        })
        .collect()
}

struct Cells<'a> {
    row: &'a Row,
    reading: &'a Reading,
    lang: Lang,
    wrong: Vec<Wrong>,
}

impl Cells<'_> {
    fn take<T: Field>(&mut self, target: Target) -> Option<T> {
        let text = self.row.value(target)?;
        match T::read_text(text, self.reading) {
            Ok(value) => Some(value),
            Err(findings) => {
                for finding in findings.into_vec() {
                    self.add(target, &finding.fault);
                }
                None
            }
        }
    }

    fn add(&mut self, target: Target, fault: &Fault) {
        let column = self.row.column(target).unwrap_or_else(|| target.name()).to_owned();
        self.wrong.push(Wrong { column, code: fault.code().to_owned(), remedy: fault.remedy(self.lang) });
    }
}

/// Reads a row.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(row: &Row, reading: &Reading, lang: Lang) -> Result<Parsed, Vec<Wrong>> {
    let mut cells = Cells { row, reading, lang, wrong: Vec::new() };
    let who = Who {
        reference: cells.take::<Code>(Target::PersonReference).map(Code::into_string),
        orderer: None,
        orderer_reference: cells.take::<Code>(Target::OrdererReference).map(Code::into_string),
        name: cells.take::<Name>(Target::Name).map(Name::into_string),
        email: cells.take::<Email>(Target::Email),
        birth_date: cells.take::<BirthDate>(Target::BirthDate).map(BirthDate::day),
    };
    let competence = cells.take::<Code>(Target::Competence).map(Code::into_string);
    let course = cells.take::<Code>(Target::Course).map(Code::into_string);
    let event = cells.take::<Code>(Target::Event).map(Code::into_string);
    let orderer = cells.take::<Orderer>(Target::OrderedBy);
    let outcome = cells.take::<One<Outcome>>(Target::Outcome).map(|one| one.0);
    let content = Content {
        outcome: outcome.unwrap_or(Outcome::Attended),
        on: cells.take::<PastDay>(Target::On).map(PastDay::day),
        hours: cells.take::<Hours>(Target::Hours).map(|hours| hours.0),
        result: cells.take::<Code>(Target::Result).map(Code::into_string),
        run: cells.take::<Code>(Target::Run).map(Code::into_string),
        ordered_by: OrderedBy::Unstated,
    };
    if row.value(Target::Outcome).is_none() {
        cells.add(Target::Outcome, &Fault::Required);
    }
    let unnamed = [Target::PersonReference, Target::Name, Target::OrdererReference];
    if unnamed.iter().all(|target| row.value(*target).is_none()) {
        cells.add(Target::PersonReference, &Fault::Required);
    }
    if row.value(Target::Competence).is_none() && row.value(Target::Course).is_none() {
        cells.add(Target::Competence, &Fault::OneOf { fields: "competence, course" });
    }
    if who.orderer_reference.is_some() && !matches!(orderer, Some(Orderer::Organisation(_))) {
        cells.add(Target::OrderedBy, &Fault::Required);
    }
    // A day that could not be read has been reported already.
    let day_is_right = content.on.is_some() == row.value(Target::On).is_some();
    if outcome.is_some() && day_is_right {
        for finding in record::check(&content, who.birth_date, reading.today).into_vec() {
            cells.add(Target::On, &finding.fault);
        }
    }
    if !cells.wrong.is_empty() {
        return Err(cells.wrong);
    }
    let said = Subject::Completions
        .targets()
        .iter()
        .map(|target| row.value(*target).unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\u{1f}");
    let columns = Subject::Completions
        .targets()
        .iter()
        .filter_map(|target| Some((*target, row.column(*target)?.to_owned())))
        .collect();
    Ok(Parsed { line: row.line, key: row.key.clone(), who, competence, course, event, orderer, content, said, columns })
}
