//! The beginning of a file as columns with the values they have there.

use super::super::faults::{Code, OpenFault};
use super::super::foreign::Foreign;
use super::super::json::{Member, Members};
use super::super::mapping::{Encoding, FileShape, Format};
use super::{shape, values};

/// More rows take time and hardly ever change a proposal.
const ENOUGH_ROWS: usize = 2_000;
/// What other systems write where they have nothing.
const EMPTY: [&str; 12] = [".", "-", "–", "—", "NULL", "Null", "null", "(null)", "N/A", "n/a", "#N/A", "NaN"];

/// Columns with values, and how the file they come from is written.
pub struct Sample {
    /// How the file is written.
    pub file: FileShape,
    /// In the order of the file.
    pub columns: Vec<Sampled>,
    /// Whether the file holds nothing more.
    pub whole: bool,
}

/// One column.
pub struct Sampled {
    /// As the file writes it.
    pub name: String,
    /// Whether a mapping can and may read it: its name stands once and fits a template, and it holds no national identity
    /// numbers.
    pub usable: bool,
    /// One for each row, blank where there is nothing.
    pub values: Vec<String>,
}

impl Sampled {
    /// The values that are something.
    pub fn filled(&self) -> impl Iterator<Item = &str> {
        self.values.iter().map(String::as_str).filter(|value| !value.is_empty())
    }

    /// Whether no row has a value.
    pub fn says_nothing(&self) -> bool {
        self.filled().next().is_none()
    }

    /// Whether every row has a value.
    pub fn is_full(&self) -> bool {
        self.values.iter().all(|value| !value.is_empty())
    }
}

impl Sample {
    /// Takes a beginning apart.
    ///
    /// # Errors
    /// It is no rows of text, or has no header.
    pub fn take(beginning: &[u8], whole: bool) -> Result<Self, OpenFault> {
        let text = String::from_utf8_lossy(beginning);
        let text = text.trim_start_matches('\u{feff}');
        if shape::is_json_list(text) {
            return Err(OpenFault::Foreign { found: Foreign::JsonList });
        }
        if shape::is_ndjson(text) {
            return Ok(Sample::finished(Format::Ndjson, Encoding::Utf8, objects(text, whole), whole));
        }
        let encoding = shape::encoding(beginning, whole);
        let table = shape::table(beginning, encoding, whole)?;
        let lines = shape::lines(beginning, encoding, table.separator, table.header_line, whole, ENOUGH_ROWS)?;
        let format = Format::Csv { delimiter: table.separator, header_line: table.header_line };
        Ok(Sample::finished(format, encoding, columns(&lines), whole))
    }

    fn finished(format: Format, encoding: Encoding, mut columns: Vec<Sampled>, whole: bool) -> Self {
        let found = |marker: &&str| columns.iter().any(|column| column.values.iter().any(|value| value == marker));
        let empty: Vec<String> =
            EMPTY.iter().filter(|&marker| found(marker)).map(|&marker| marker.to_owned()).collect();
        for value in columns.iter_mut().flat_map(|column| &mut column.values) {
            if empty.contains(value) {
                value.clear();
            }
        }
        let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
        let mut counts = std::collections::HashMap::<&str, usize>::new();
        for name in &names {
            *counts.entry(name).or_default() += 1;
        }
        for column in &mut columns {
            let alone = counts.get(column.name.as_str()) == Some(&1);
            column.usable &= alone && is_nameable(&column.name) && !values::are_personal_numbers(column);
        }
        Sample { file: FileShape { encoding, format, empty }, columns, whole }
    }
}

/// Whether a template can name it.
fn is_nameable(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains(['{', '}'])
}

/// Rows of another width than the header are refused when the file is read, and say nothing here; nor does a header that
/// stands in the file again.
fn columns(lines: &[shape::Line]) -> Vec<Sampled> {
    let Some(((_, header), rows)) = lines.split_first() else {
        return Vec::new();
    };
    let mut columns: Vec<Sampled> =
        header.iter().map(|name| Sampled { name: name.clone(), usable: true, values: Vec::new() }).collect();
    for (_, cells) in rows.iter().filter(|(_, cells)| cells.len() == header.len() && cells != header) {
        for (column, cell) in columns.iter_mut().zip(cells) {
            column.values.push(cell.clone());
        }
    }
    columns
}

/// The columns of objects, in the order they are first met; lists are columns that nothing can read.
fn objects(text: &str, whole: bool) -> Vec<Sampled> {
    let mut lines: Vec<&str> = text.split(['\r', '\n']).collect();
    if !whole {
        lines.pop();
    }
    let mut columns = Vec::new();
    let (mut places, mut row) = (std::collections::HashMap::new(), 0);
    for line in lines.into_iter().filter(|line| !line.trim().is_empty()).take(ENOUGH_ROWS) {
        let mut cells = Vec::new();
        if Members::read(line).and_then(|members| flatten("", &members, &mut cells)).is_err() {
            continue;
        }
        for (name, value) in cells {
            let place = *places.entry(name.clone()).or_insert_with(|| {
                columns.push(Sampled { name, usable: true, values: Vec::new() });
                columns.len() - 1
            });
            let column = &mut columns[place];
            column.usable &= value.is_some();
            column.values.resize(row, String::new());
            column.values.push(value.unwrap_or_default().trim().to_owned());
        }
        row += 1;
    }
    for column in &mut columns {
        column.values.resize(row, String::new());
    }
    columns
}

/// A path and its text for everything in an object; no text for a list.
fn flatten(under: &str, members: &Members, cells: &mut Vec<(String, Option<String>)>) -> Result<(), Code> {
    /// Deeper than any export: what lies below is nobody's column.
    const DEEPEST: usize = 4;
    for (key, member) in members.each()? {
        let path = if under.is_empty() { key.to_owned() } else { format!("{under}.{key}") };
        match member {
            Member::Nothing => cells.push((path, Some(String::new()))),
            Member::Text(text) => cells.push((path, Some(text))),
            Member::Object(inner) if path.matches('.').count() < DEEPEST => {
                flatten(&path, &Members::read(inner)?, cells)?;
            }
            Member::Object(_) | Member::List => cells.push((path, None)),
        }
    }
    Ok(())
}
