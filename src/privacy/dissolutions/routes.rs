//! Dissolved organisations over HTTP.

use super::{
    Dissolution,
    actions::{Dissolve, ReadDissolutions},
    store,
};
use crate::{
    law::calendar::months_before,
    organisations::{self, staff},
    platform::{
        audit,
        http::{Body, Call, Done, House, Listed, PageQuery, Path, Query, Shown},
        input::body,
        problem::{Kind, Problem},
    },
    records::Party,
    words::*,
};

/// A day that lies further back is most likely mistyped, and what is kept would go at once.
const REPORTED_WITHIN_MONTHS: u16 = 12;

body! {
    /// That an organisation is no more.
    pub struct NewDissolution {
        /// Its last day, within the last twelve months.
        pub on: Day,
    }
    check |new, reading, findings| {
        if new.on > reading.today {
            findings.add("/on", Fault::InTheFuture);
        } else if new.on < months_before(reading.today, REPORTED_WITHIN_MONTHS) {
            findings.add("/on", Fault::InThePast);
        }
    };
    example { "on": "2026-03-01" }
}

/// `PUT /v1/organisations/{organisation}/dissolution`
pub async fn dissolve(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewDissolution>,
) -> Result<Shown<Dissolution>, Problem> {
    let dissolved = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, Dissolve { organisation: path.0 })?;
        let (id, on) = (permit.action().organisation, body.value.on);
        if id == OPERATOR {
            return Err(Problem::from(Kind::NotFound));
        }
        let name = organisations::store::read(tx, id)?.name;
        organisations::store::dissolve(tx, id, on)?;
        staff::store::go_on_with_employer(tx, id)?;
        staff::store::end_with_employer(tx, id, on)?;
        audit::note(tx, &permit, Some(id.uuid()), Some(serde_json::json!({ "on": on })))?;
        Ok(store::dissolution(tx, Party { id, name }, on)?)
    });
    Ok(Shown::plain(dissolved.await?))
}

/// `DELETE /v1/organisations/{organisation}/dissolution`
pub async fn reinstate(house: House, call: Call, path: Path<OrganisationId>) -> Result<Done, Problem> {
    let reinstated = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, Dissolve { organisation: path.0 })?;
        let id = permit.action().organisation;
        organisations::store::reinstate(tx, id)?;
        staff::store::go_on_with_employer(tx, id)?;
        Ok::<_, Problem>(audit::note(tx, &permit, Some(id.uuid()), None)?)
    });
    reinstated.await?;
    Ok(Done)
}

/// `GET /v1/dissolutions`
pub async fn list(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<Dissolution>, Problem> {
    let page = query.0.of("dissolutions")?;
    let listed = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadDissolutions)?;
        Ok::<_, Problem>(store::list(tx, &permit, &page)?)
    });
    listed.await
}
