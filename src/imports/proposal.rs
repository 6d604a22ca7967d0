//! What is shown before an import begins: what the columns seem to mean, and the first rows as they would be read.

use serde_json::{Map, Value};

use super::{
    Import, PreviewRow, Proposal,
    actions::ImportRows,
    completions::Completions,
    pieces,
    reading::{
        faults::OpenFault,
        mapping::{Mapping, Target},
        propose::propose,
        rows::{Row, Rows},
    },
    row::{Wrong, unreadable},
    run::Subject,
    staff::Staff,
    store,
};
use crate::{
    access::Permit,
    platform::{
        db::{Error, Tx},
        input::Reading,
        problem::Problem,
    },
    words::*,
};

/// How many rows are shown.
const SHOWN: usize = 5;

/// Proposes a mapping for the file of an import: the one used for this source before, if it still fits, or what the file
/// itself suggests.
///
/// # Errors
/// 422 if nothing can be read from the file.
pub fn proposal(
    tx: &mut Tx<'_>,
    permit: &Permit<ImportRows>,
    import: &Import,
    lang: Lang,
) -> Result<Proposal, Problem> {
    let (subject, source) = (import.subject, &import.source);
    let beginning = pieces::open(tx, import.id, 0)?.unwrap_or_default();
    let whole = usize::try_from(import.size) == Ok(beginning.len());
    let suggested = propose(subject, &beginning, whole);
    let used = store::used_before(tx, permit, source)?.and_then(|text| usable(subject, &text, &beginning));
    let used_before = used.is_some();
    let (mapping, open, unused) = match (used, suggested) {
        (Some(used), suggested) => (used, Vec::new(), suggested.map(|found| found.unused).unwrap_or_default()),
        (None, Ok(found)) => (named(found.mapping, source), found.open, found.unused),
        (None, Err(fault)) => return Err(unopened(&fault)),
    };
    let reading = Reading { today: tx.today() };
    let preview = match Mapping::from_json(subject, &mapping) {
        Ok(fits) => preview(&fits, &beginning, &reading, lang),
        Err(_) => Vec::new(),
    };
    let open = open.into_iter().map(Target::name).collect();
    Ok(Proposal { mapping, used_before, open, unused, preview })
}

/// The mapping of this text, if the file has the columns it reads.
fn usable(subject: ImportSubject, text: &str, beginning: &[u8]) -> Option<Map<String, Value>> {
    let json: Map<String, Value> = serde_json::from_str(text).ok()?;
    let mapping = Mapping::from_json(subject, &json).ok()?;
    Rows::open(&mapping, beginning).ok()?;
    Some(json)
}

fn named(mut mapping: Map<String, Value>, source: &str) -> Map<String, Value> {
    mapping.insert("source".into(), source.into());
    mapping
}

fn preview(mapping: &Mapping, beginning: &[u8], reading: &Reading, lang: Lang) -> Vec<PreviewRow> {
    let Ok(rows) = Rows::open(mapping, beginning) else { return Vec::new() };
    rows.take(SHOWN)
        .map(|row| match row {
            Ok(row) => PreviewRow {
                line: row.line,
                values: values(mapping, &row),
                errors: errors(mapping.subject(), &row, reading, lang),
            },
            Err(faults) => PreviewRow {
                line: faults.first().map_or(0, |fault| fault.line),
                values: Map::new(),
                errors: unreadable(&faults, lang).into_iter().map(Into::into).collect(),
            },
        })
        .collect()
}

fn values(mapping: &Mapping, row: &Row) -> Map<String, Value> {
    let targets = mapping.subject().targets().iter();
    targets.filter_map(|target| Some((target.name().to_owned(), row.value(*target)?.into()))).collect()
}

fn errors(subject: ImportSubject, row: &Row, reading: &Reading, lang: Lang) -> Vec<super::RowError> {
    let wrong: Vec<Wrong> = match subject {
        ImportSubject::Completions => Completions::parse(row, reading, lang).err(),
        ImportSubject::Staff => Staff::parse(row, reading, lang).err(),
    }
    .unwrap_or_default();
    wrong.into_iter().map(Into::into).collect()
}

/// Why a file cannot be read, as a problem of the request that sent it.
pub fn unopened(fault: &OpenFault) -> Problem {
    let (nb, en) = (fault.remedy(Lang::Nb), fault.remedy(Lang::En));
    Problem::at("", Fault::File { nb, en })
}

/// The mapping given as JSON, found usable for the file of an import.
///
/// # Errors
/// 422 with everything that is wrong with it, or if the file does not have its columns.
pub fn fitting(
    tx: &mut Tx<'_>,
    subject: ImportSubject,
    batch: BatchId,
    json: &Map<String, Value>,
) -> Result<Mapping, Problem> {
    let mapping = Mapping::from_json(subject, json).map_err(|fault| {
        let mut findings = crate::platform::problem::Findings::default();
        for problem in fault.problems {
            let (nb, en) = (problem.what.remedy(Lang::Nb), problem.what.remedy(Lang::En));
            let pointer = format!("/mapping/{}", problem.key.replace('.', "/"));
            findings.add(pointer.trim_end_matches('/'), Fault::Mapping { nb, en });
        }
        Problem::from(findings)
    })?;
    let beginning = pieces::open(tx, batch, 0).map_err(Problem::from)?.ok_or(Error::NoRow)?;
    match Rows::open(&mapping, &beginning[..]) {
        Ok(_) => Ok(mapping),
        Err(fault) => Err(unopened(&fault)),
    }
}
