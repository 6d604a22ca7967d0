//! Requirements over HTTP.

use super::{Requirement, actions::*, store};
use crate::{
    platform::{
        http::{Body, Call, Condition, Created, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Change, Id, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// A requirement to set.
    pub struct NewRequirement {
        /// What is demanded.
        pub competence: Id<CompetenceId>,
        /// Of which team; left out for everyone who is employed.
        pub team: Option<Id<TeamId>>,
        /// The first day it is in force.
        pub from: Day,
        /// The last, if there is one.
        pub to: Option<Day>,
    }
    check |new, _, findings| {
        if new.to.is_some_and(|to| to < new.from) {
            findings.add("/to", Fault::EndsBeforeItBegins);
        }
    };
    example { "competence": "019cadf2-1111-7000-8000-00000000ffff", "from": "2026-01-01" }
}

body! {
    /// What to change about a requirement.
    pub struct RequirementChange {
        /// The first day it is in force.
        pub from: Option<Day>,
        /// The last; null for none.
        pub to: Change<Day>,
    };
    example { "to": "2026-12-31" }
}

/// `GET /v1/organisations/{organisation}/requirements`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Requirement>, Problem> {
    let page = query.0.of("requirements")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListRequirements { organisation: path.0 })?;
            store::list(tx, &permit, &page)
        })
        .await
}

/// `POST /v1/organisations/{organisation}/requirements`
pub async fn set(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewRequirement>,
) -> Result<Created<Requirement>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, SetRequirements { organisation: path.0 })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::set(tx, &permit, &body.value))?;
            Ok::<_, Problem>(store::read(tx, path.0, made.id())?)
        })
        .await?;
    let location = format!("/v1/organisations/{}/requirements/{}", path.0, made.id);
    Ok(Created { location, version: Some(made.version), value: made })
}

/// `PATCH /v1/organisations/{organisation}/requirements/{requirement}`
pub async fn change(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    requirement: Path<RequirementId>,
    condition: Condition,
    body: Body<RequirementChange>,
) -> Result<Shown<Requirement>, Problem> {
    let changed = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, SetRequirements { organisation: path.0 })?;
            store::change(tx, &permit, requirement.0, |version| condition.expects(version), body.value)
        })
        .await?;
    let version = changed.version;
    Ok(Shown::version(changed, version))
}
