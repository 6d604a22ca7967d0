//! One row as domain values: every cell is read by the same rules as a field of the API, and everything that is wrong is
//! collected with the column it stands in.

use super::reading::{
    faults::RowFault,
    mapping::{Subject, Target},
    rows::Row,
};
use crate::{
    platform::{
        input::{Field, Reading},
        sheet::plain,
    },
    words::{Fault, Lang},
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

/// A row that can be written, as far as the row alone can tell.
#[derive(Clone, Debug)]
pub struct Parsed<V> {
    /// Its line in the file.
    pub line: u64,
    /// What identifies it in its source.
    pub key: String,
    /// Everything it says as one text, to know whether it says something else than last time.
    pub said: String,
    /// What it says.
    pub value: V,
    columns: Vec<(Target, String)>,
}

impl<V> Parsed<V> {
    /// The columns a target comes from.
    fn column(&self, target: Target) -> String {
        let found = self.columns.iter().find(|(of, _)| *of == target);
        found.map_or_else(|| target.name().to_owned(), |(_, name)| name.clone())
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

/// The cells of a row while they are read one by one.
pub struct Cells<'a> {
    row: &'a Row,
    reading: &'a Reading,
    lang: Lang,
    wrong: Vec<Wrong>,
}

impl<'a> Cells<'a> {
    /// Those of a row.
    pub fn of(row: &'a Row, reading: &'a Reading, lang: Lang) -> Self {
        Self { row, reading, lang, wrong: Vec::new() }
    }

    /// Reads one; `None` if it is empty, or if something is wrong with it, which is noted.
    pub fn take<T: Field>(&mut self, target: Target) -> Option<T> {
        // What an export of ours made safe for spreadsheets is read as it was.
        let text = plain(self.row.value(target)?);
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

    /// Is there something in the cell, right or wrong?
    pub fn has(&self, target: Target) -> bool {
        self.row.value(target).is_some()
    }

    /// Notes that something is wrong with a cell.
    pub fn add(&mut self, target: Target, fault: &Fault) {
        let column = self.row.column(target).unwrap_or_else(|| target.name()).to_owned();
        self.wrong.push(Wrong { column, code: fault.code().to_owned(), remedy: fault.remedy(self.lang) });
    }

    /// The row with its value, unless something is wrong.
    ///
    /// # Errors
    /// Everything that is.
    pub fn parsed<V>(self, subject: Subject, value: V) -> Result<Parsed<V>, Vec<Wrong>> {
        if !self.wrong.is_empty() {
            return Err(self.wrong);
        }
        let targets = subject.targets().iter();
        let said: Vec<&str> = targets.clone().map(|target| self.row.value(*target).unwrap_or_default()).collect();
        let columns = targets.filter_map(|target| Some((*target, self.row.column(*target)?.to_owned()))).collect();
        Ok(Parsed { line: self.row.line, key: self.row.key.clone(), said: said.join("\u{1f}"), value, columns })
    }
}
