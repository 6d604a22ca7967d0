//! Exports over HTTP. What happens before the first byte: the permit, the audit row, the first page. Each further page asks
//! for the permit again, so that whoever loses a role while a file is sent does not get the rest of it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{StaffMember, actions::*};
use crate::{
    access::{Action, Permit},
    completions::{self, Completion, routes::Narrow},
    organisations::{self, actions::ListEmployments, staff::store as staff_store},
    people,
    platform::{
        audit,
        db::Tx,
        http::{Call, House, Listed, Page, Path, Query, Table},
        input::One,
        problem::Problem,
    },
    query,
    words::*,
};

query! {
    /// How a table is wanted.
    pub struct Wanted {
        /// `csv` for spreadsheets, which is the default, or `ndjson`: the objects of the list, one a line.
        pub format: Option<One<TableFormat>>,
    }
}

impl Wanted {
    fn format(&self) -> TableFormat {
        self.format.map_or(TableFormat::Csv, |format| format.0)
    }
}

/// `GET /v1/organisations/{organisation}/exports/completions`
pub async fn completions(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<(Narrow, Wanted)>,
) -> Result<Table<Completion>, Problem> {
    let (narrow, wanted) = query.0;
    let asked = ExportCompletions { organisation: path.0, capacity: narrow.capacity.0.capacity() };
    let said = json!({
        "format": wanted.format(),
        "capacity": asked.capacity,
        "competence": narrow.competence.map(|id| id.0),
        "person": narrow.person.map(|id| id.0),
    });
    let name = begin(&house, &call, asked, "completions", said).await?;
    let (narrowed, actor) = (narrow.narrowed(), call.actor);
    Table::of(name, wanted.format(), call.lang, move |page: Page<RecordId>| {
        let db = house.db.clone();
        async move {
            db.read_disclosing(move |tx| {
                let permit = tx.permit(&actor, asked)?;
                Ok::<_, Problem>(completions::store::held(tx, permit.viewer()?, narrowed, &page)?)
            })
            .await
        }
    })
    .await
}

/// `GET /v1/organisations/{organisation}/exports/staff`
pub async fn staff(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<Wanted>,
) -> Result<Table<StaffMember>, Problem> {
    let format = query.0.format();
    let asked = ExportStaff { organisation: path.0 };
    let name = begin(&house, &call, asked, "staff", json!({ "format": format })).await?;
    let actor = call.actor;
    Table::of(name, format, call.lang, move |page: Page<EmploymentId>| {
        let db = house.db.clone();
        async move {
            db.read(move |tx| {
                let permit = tx.permit(&actor, asked)?;
                members(tx, &permit, &page)
            })
            .await
        }
    })
    .await
}

/// Writes down that an export begins; the name of its file.
async fn begin<A: Action + Send + 'static>(
    house: &House,
    call: &Call,
    asked: A,
    what: &'static str,
    said: Value,
) -> Result<String, Problem> {
    let actor = call.actor;
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&actor, asked)?;
            audit::note(tx, &permit, None, Some(said))?;
            let number = organisations::store::number(tx, permit.organisation()?)?;
            Ok(format!("{number}-{what}-{}", tx.today()))
        })
        .await
}

/// A page of the staff.
fn members(
    tx: &mut Tx<'_>,
    permit: &Permit<ExportStaff>,
    page: &Page<EmploymentId>,
) -> Result<Listed<StaffMember>, Problem> {
    let organisation = permit.action().organisation;
    let permit = permit.implies(ListEmployments { organisation });
    let listed = staff_store::employments(tx, &permit, page)?;
    let people: BTreeSet<PersonId> = listed.items.iter().map(|employment| employment.person).collect();
    let cards = people::store::contents(tx, organisation, &people.into_iter().collect::<Vec<_>>())?;
    let teams: BTreeSet<TeamId> = listed.items.iter().filter_map(|employment| employment.team).collect();
    let names = staff_store::team_names(tx, &permit, &teams)?;
    Ok(listed.map(|employment| {
        let card = cards.get(&employment.person).cloned();
        let team = employment.team.and_then(|team| names.get(&team).cloned());
        StaffMember::of(employment, card, team)
    }))
}
