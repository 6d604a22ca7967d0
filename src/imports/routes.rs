//! Imports over HTTP: send a file, confirm what its columns mean, watch, read what became of each row, take it back.

use serde_json::{Map, Value};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::AdditionalProperties, schema::Type};

use super::{
    Import, Proposed, RowError, RowResult,
    actions::ImportRows,
    proposal::{fitting, proposal},
    store::{self, NewImport, Run},
    upload,
};
use crate::{
    platform::{
        db::Db,
        http::{Body, Call, Created, House, Listed, Page, PageQuery, Path, Query, Segment, Shown, Table, Upload, once},
        input::{Field, Name, One, Reading, Whole, body},
        problem::{Findings, Kind, Problem},
        sheet::{Cell, Row},
    },
    query,
    words::*,
};

/// A mapping as it was given: an object. What is in it is the reading's business.
#[derive(Clone, Debug)]
pub struct MappingGiven(Map<String, Value>);

impl Field for MappingGiven {
    fn read(value: &Value, _: &Reading) -> Result<Self, Findings> {
        match value {
            Value::Object(map) => Ok(Self(map.clone())),
            _ => Err(Findings::one("", Fault::WrongType { expected: "object" })),
        }
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Object)
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .into()
    }
}

query! {
    /// Where the rows of a file come from.
    pub struct Sending {
        /// A name of the system or list the rows come from, always the same: with a row's key it identifies the row for ever.
        pub source: Option<Name>,
        /// Begin at once with the mapping that was used for this source before. Without one the import waits for its mapping.
        pub start: Option<bool>,
    }
}

body! {
    /// How an import is to be run.
    pub struct Start {
        /// What the columns mean; left out, as it was proposed.
        pub mapping: Option<MappingGiven>,
        /// Find out what would happen and change nothing.
        pub dry_run: Option<bool>,
        /// End when more rows than this were refused; it is looked at between two transactions, of 50 rows each.
        pub refused_at_most: Option<Whole<0, 1_000_000_000>>,
        /// End when more than this changed; it is looked at between two transactions, of 50 rows each.
        pub changed_at_most: Option<Whole<0, 1_000_000_000>>,
    }
}

query! {
    /// Which results, and how.
    pub struct Which {
        /// Of the import, unless given.
        pub step: Option<One<ImportStep>>,
        /// Only rows this became of.
        pub outcome: Option<One<RowOutcome>>,
        /// `csv` for spreadsheets, which is the default, or `ndjson`.
        pub format: Option<One<TableFormat>>,
    }
}

impl Row for RowResult {
    const COLUMNS: &'static [&'static str] = &["line", "outcome", "record", "column", "code", "detail"];
    fn cells(&self, _: Lang) -> Vec<Cell> {
        let joined = |part: fn(&RowError) -> &str| {
            let parts: Vec<&str> = self.errors.iter().map(part).filter(|part| !part.is_empty()).collect();
            Cell::text((!parts.is_empty()).then(|| parts.join("\n")))
        };
        vec![
            Cell::text(Some(self.line)),
            Cell::text(Some(self.outcome)),
            Cell::text(self.id),
            joined(|error| &error.column),
            joined(|error| &error.code),
            joined(|error| &error.detail),
        ]
    }
}

/// `POST /v1/organisations/{organisation}/imports/{subject}`
pub async fn send(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    subject: Segment<ImportSubject>,
    query: Query<Sending>,
    file: Upload,
) -> Result<Created<Proposed>, Problem> {
    let mut file = file;
    let rows = ImportRows { organisation: path.0, subject: subject.0 };
    if file.length.is_some_and(|length| length > house.config.import_bytes) {
        return Err(Kind::FileTooLarge.into());
    }
    let Sending { source, start } = query.0;
    let source = source.map_or_else(|| "import".to_owned(), Name::into_string);
    let (actor, lang, named) = (call.actor, call.lang, source.clone());
    let (batch, _) = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&actor, rows)?;
            let state = ImportState::Receiving;
            let new = NewImport { source: named, state, lang, file_hash: String::new(), size: 0, dry_run: false };
            Ok::<_, Problem>(store::begin(tx, &permit, &new)?)
        })
        .await?;
    let outcome = match upload::receive(&house.db, batch, &mut file, house.config.import_bytes).await {
        Ok(hash) => settle(&house.db, call, rows, batch, source, hash, start == Some(true)).await,
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(shown) => {
            if shown.import.id != batch {
                upload::discard(&house.db, batch).await?;
            }
            let location = format!("/v1/organisations/{}/imports/{}/{}", path.0, subject.0, shown.import.id);
            Ok(Created { location, version: None, value: shown })
        }
        Err(problem) => {
            upload::discard(&house.db, batch).await?;
            Err(problem)
        }
    }
}

/// The file is here: it waits for its mapping, or begins if it is to and the mapping is known. Sent again under the same
/// key, the import is the one made before.
async fn settle(
    db: &Db,
    call: Call,
    rows: ImportRows,
    batch: BatchId,
    source: String,
    hash: String,
    start: bool,
) -> Result<Proposed, Problem> {
    db.write(move |tx| {
        let permit = tx.permit(&call.actor, rows)?;
        let operation = if rows.subject == ImportSubject::Staff { "import_staff" } else { "import_completions" };
        let made = once(tx, &call, operation, &hash, |tx| {
            store::received(tx, batch, &hash)?;
            Ok(batch)
        })?
        .id();
        let shown = shown(tx, &permit, made, call.lang)?;
        let known = shown.proposal.as_ref().filter(|proposal| start && proposal.used_before);
        let Some(proposal) = known else { return Ok(shown) };
        let run = Run {
            source,
            mapping: Value::Object(proposal.mapping.clone()).to_string(),
            dry_run: false,
            refused_at_most: None,
            changed_at_most: None,
        };
        store::start(tx, &permit, made, &run)?;
        self::shown(tx, &permit, made, call.lang)
    })
    .await
}

/// An import, with its proposal as long as it waits for one to be confirmed.
fn shown(
    tx: &mut crate::platform::db::Tx<'_>,
    permit: &crate::access::Permit<ImportRows>,
    id: BatchId,
    lang: Lang,
) -> Result<Proposed, Problem> {
    let import = store::one(tx, permit, id)?;
    let waits = import.state == ImportState::Proposed;
    let proposal = waits.then(|| proposal(tx, permit, &import, lang)).transpose()?;
    Ok(Proposed { import, proposal })
}

/// `GET /v1/organisations/{organisation}/imports/{subject}`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    subject: Segment<ImportSubject>,
    query: Query<PageQuery>,
) -> Result<Listed<Import>, Problem> {
    let page = query.0.of("imports")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ImportRows { organisation: path.0, subject: subject.0 })?;
            Ok::<_, Problem>(store::list(tx, &permit, &page)?)
        })
        .await
}

/// `GET /v1/organisations/{organisation}/imports/{subject}/{import}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    subject: Segment<ImportSubject>,
    import: Path<BatchId>,
) -> Result<Shown<Proposed>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ImportRows { organisation: path.0, subject: subject.0 })?;
            shown(tx, &permit, import.0, call.lang)
        })
        .await?;
    Ok(Shown::plain(shown))
}

/// `POST /v1/organisations/{organisation}/imports/{subject}/{import}/start`
pub async fn start(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    subject: Segment<ImportSubject>,
    import: Path<BatchId>,
    body: Body<Start>,
) -> Result<Shown<Import>, Problem> {
    let import = import.0;
    let started = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ImportRows { organisation: path.0, subject: subject.0 })?;
            let waiting = store::one(tx, &permit, import)?;
            if waiting.state != ImportState::Proposed {
                return Err(Kind::NotNow.into());
            }
            let mapping = match body.value.mapping {
                Some(given) => given.0,
                None => proposal(tx, &permit, &waiting, call.lang)?.mapping,
            };
            let fits = fitting(tx, subject.0, import, &mapping)?;
            let run = Run {
                source: fits.source().to_owned(),
                mapping: Value::Object(mapping).to_string(),
                dry_run: body.value.dry_run.unwrap_or(false),
                refused_at_most: body.value.refused_at_most.map(|most| most.0),
                changed_at_most: body.value.changed_at_most.map(|most| most.0),
            };
            store::start(tx, &permit, import, &run)?;
            Ok::<_, Problem>(store::one(tx, &permit, import)?)
        })
        .await?;
    Ok(Shown::plain(started))
}

/// `POST /v1/organisations/{organisation}/imports/{subject}/{import}/cancellation`
pub async fn cancel(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    subject: Segment<ImportSubject>,
    import: Path<BatchId>,
) -> Result<Shown<Import>, Problem> {
    let cancelled = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ImportRows { organisation: path.0, subject: subject.0 })?;
            store::cancel(tx, &permit, import.0)?;
            Ok::<_, Problem>(store::one(tx, &permit, import.0)?)
        })
        .await?;
    let batch = import.0;
    while house.db.write(move |tx| store::forget_file(tx, batch)).await? {}
    Ok(Shown::plain(cancelled))
}

/// `POST /v1/organisations/{organisation}/imports/{subject}/{import}/undo`
pub async fn undo(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    subject: Segment<ImportSubject>,
    import: Path<BatchId>,
) -> Result<Shown<Import>, Problem> {
    let undoing = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ImportRows { organisation: path.0, subject: subject.0 })?;
            store::undo(tx, &permit, import.0)?;
            Ok::<_, Problem>(store::one(tx, &permit, import.0)?)
        })
        .await?;
    Ok(Shown::plain(undoing))
}

/// `GET /v1/organisations/{organisation}/imports/{subject}/{import}/results`
pub async fn results(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    subject: Segment<ImportSubject>,
    import: Path<BatchId>,
    query: Query<Which>,
) -> Result<Table<RowResult>, Problem> {
    let asked = ImportRows { organisation: path.0, subject: subject.0 };
    let Which { step, outcome, format } = query.0;
    let (id, actor) = (import.0, call.actor);
    let step = step.map_or(ImportStep::Import, |step| step.0);
    let format = format.map_or(TableFormat::Csv, |format| format.0);
    Table::of(format!("import-{id}"), format, call.lang, move |page: Page<i64>| {
        let db = house.db.clone();
        async move {
            db.read(move |tx| {
                let permit = tx.permit(&actor, asked)?;
                let (last, mut results) = store::results_after(tx, &permit, id, step, page.after)?;
                results.retain(|one| outcome.is_none_or(|wanted| one.outcome == wanted.0));
                Ok::<_, Problem>(page.up_to(results, last))
            })
            .await
        }
    })
    .await
}
