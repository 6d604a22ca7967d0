//! Schemes.

use std::collections::BTreeMap;

use super::{Scheme, actions::*, routes::*};
use crate::{
    access::Permit,
    catalogue::{SchemeChanged, read_list, written},
    platform::{
        audit,
        db::{
            Error, Tx,
            run::prelude::*,
            schema::{capacities, organisations, schemes},
        },
        http::{Listed, Page},
        jobs,
        problem::{Kind, Problem},
    },
    words::*,
};

#[derive(Insertable)]
#[diesel(table_name = schemes, treat_none_as_default_value = false)]
struct NewRow<'a> {
    id: SchemeId,
    code: &'a str,
    body: Option<OrganisationId>,
    name_nb: &'a str,
    name_en: &'a str,
    fields: String,
    source: Option<&'a str>,
    created_at: Instant,
    version: i64,
}

#[derive(Queryable)]
struct Row {
    id: SchemeId,
    code: String,
    body: Option<OrganisationId>,
    name_nb: String,
    name_en: String,
    fields: String,
    source: Option<String>,
    version: i64,
}

#[diesel::dsl::auto_type]
fn columns() -> _ {
    (
        schemes::id,
        schemes::code,
        schemes::body,
        schemes::name_nb,
        schemes::name_en,
        schemes::fields,
        schemes::source,
        schemes::version,
    )
}

/// Adds a scheme. No competence belongs to it yet, so that no work is left.
///
/// # Errors
/// `Taken` at `/code`; `Unknown` or `LacksCapacity` at `/body`.
pub fn add(tx: &mut Tx<'_>, permit: &Permit<AddScheme>, new: &NewScheme) -> Result<SchemeId, Problem> {
    let body = new.body.map(|id| id.0);
    require_body(tx, body)?;
    let id = tx.new_id();
    let row = NewRow {
        id,
        code: new.code.as_str(),
        body,
        name_nb: new.name.nb.as_str(),
        name_en: new.name.en.as_str(),
        fields: fields_text(&new.fields),
        source: new.source.as_ref().map(|source| source.as_str()),
        created_at: tx.now(),
        version: 1,
    };
    diesel::insert_into(schemes::table)
        .values(row)
        .execute(tx.conn())
        .map_err(|error| Problem::from(Error::from(error)).if_taken(Problem::at("/code", Fault::Taken)))?;
    audit::note(tx, permit, Some(id.uuid()), None)?;
    Ok(id)
}

/// The body must be able to act as one today.
fn require_body(tx: &mut Tx<'_>, body: Option<OrganisationId>) -> Result<(), Problem> {
    let Some(id) = body else { return Ok(()) };
    let today = tx.today();
    let able = capacities::organisation
        .eq(organisations::id)
        .and(capacities::capacity.eq(Capacity::CertifyingBody))
        .and(capacities::from_day.le(today))
        .and(capacities::to_day.is_null().or(capacities::to_day.ge(today)));
    let found = organisations::table
        .left_join(capacities::table.on(able))
        .filter(organisations::id.eq(id))
        .select(capacities::capacity.nullable())
        .first::<Option<Capacity>>(tx.conn())
        .optional()
        .map_err(Error::from)?;
    match found {
        Some(Some(_)) => Ok(()),
        Some(None) => Err(Problem::at("/body", Fault::LacksCapacity)),
        None => Err(Problem::at("/body", Fault::Unknown)),
    }
}

/// Each field once, in the order of the closed list.
fn fields_text(fields: &SchemeFields) -> String {
    let mut list: Vec<SchemeField> = fields.0.iter().map(|field| field.0).collect();
    list.sort();
    list.dedup();
    written(&list)
}

/// A scheme as it is.
///
/// # Errors
/// 404.
pub fn read(tx: &mut Tx<'_>, id: SchemeId) -> Result<Scheme, Problem> {
    Ok(render(row(tx, id)?))
}

fn row(tx: &mut Tx<'_>, id: SchemeId) -> Result<Row, Error> {
    Ok(schemes::table.filter(schemes::id.eq(id)).select(columns()).first(tx.conn())?)
}

fn render(row: Row) -> Scheme {
    Scheme {
        id: row.id,
        code: row.code,
        name: Said { nb: row.name_nb, en: row.name_en },
        body: row.body,
        fields: read_list(&row.fields),
        source: row.source,
        version: row.version,
    }
}

/// A page of all schemes.
///
/// # Errors
/// The database's.
pub fn list(tx: &mut Tx<'_>, page: &Page<SchemeId>) -> Result<Listed<Scheme>, Problem> {
    let after = page.after.unwrap_or(SchemeId::nil());
    let rows: Vec<Row> = schemes::table
        .filter(schemes::id.gt(after))
        .order(schemes::id)
        .limit(page.fetch())
        .select(columns())
        .load(tx.conn())
        .map_err(Error::from)?;
    Ok(page.listed(rows, |row| row.id).map(render))
}

/// The version of a scheme, for conditions.
///
/// # Errors
/// 404.
pub fn version(tx: &mut Tx<'_>, permit: &Permit<ChangeScheme>) -> Result<i64, Error> {
    Ok(row(tx, permit.action().scheme)?.version)
}

/// Changes a scheme. Another body leaves work: it holds the records of the scheme's competences.
///
/// # Errors
/// `Unknown` or `LacksCapacity` at `/body`; 412 when somebody else was first.
pub fn change(tx: &mut Tx<'_>, permit: &Permit<ChangeScheme>, change: SchemeChange) -> Result<Scheme, Problem> {
    let id = permit.action().scheme;
    let before = row(tx, id)?;
    let body = change.body.map(|id| id.0).after(before.body);
    let moved = body != before.body;
    if moved {
        require_body(tx, body)?;
    }
    let (name_nb, name_en) = match change.name {
        Some(name) => (name.nb.into_string(), name.en.into_string()),
        None => (before.name_nb, before.name_en),
    };
    let unchanged = schemes::table.filter(schemes::id.eq(id)).filter(schemes::version.eq(before.version));
    let written = diesel::update(unchanged)
        .set((
            schemes::name_nb.eq(name_nb),
            schemes::name_en.eq(name_en),
            schemes::body.eq(body),
            schemes::fields.eq(change.fields.as_ref().map_or(before.fields, fields_text)),
            schemes::source.eq(change.source.map(|source| source.into_string()).after(before.source)),
            schemes::version.eq(before.version + 1),
        ))
        .execute(tx.conn())
        .map_err(Error::from)?;
    if written == 0 {
        return Err(Kind::Stale.into());
    }
    if moved {
        jobs::enqueue(tx, &SchemeChanged { scheme: id })?;
    }
    audit::note(tx, permit, Some(id.uuid()), None)?;
    read(tx, id)
}

/// All schemes by code, for the starter catalogue.
///
/// # Errors
/// The database's.
pub fn by_code(tx: &mut Tx<'_>) -> Result<BTreeMap<String, SchemeId>, Error> {
    let rows = schemes::table.select((schemes::code, schemes::id)).load::<(String, SchemeId)>(tx.conn())?;
    Ok(rows.into_iter().collect())
}
