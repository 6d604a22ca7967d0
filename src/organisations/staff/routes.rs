//! Teams and employments over HTTP.

use super::{Employment, Team, store};
use crate::{
    organisations::actions::*,
    platform::{
        http::{Body, Call, Condition, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Change, Id, Name, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// The name of a team.
    pub struct TeamName {
        /// Unique in the organisation.
        pub name: Name,
    }
}

body! {
    /// An employment to begin.
    pub struct NewEmployment {
        /// A person your organisation has a card of.
        pub person: Id<PersonId>,
        /// The team, if there is one.
        pub team: Option<Id<TeamId>>,
        /// The first day.
        pub from: Day,
        /// The last day, if it is known.
        pub to: Option<Day>,
    }
    check |new, _, findings| {
        if new.to.is_some_and(|to| to < new.from) {
            findings.add("/to", Fault::EndsBeforeItBegins);
        }
    };
    example { "person": "019cadf2-1111-7000-8000-00000000ffff", "from": "2026-01-01" }
}

body! {
    /// What to change about an employment; an employment ends by its last day.
    pub struct EmploymentChange {
        /// The team; null for none.
        pub team: Change<Id<TeamId>>,
        /// The first day.
        pub from: Option<Day>,
        /// The last day; null for none yet.
        pub to: Change<Day>,
    };
    example { "to": "2026-12-31" }
}

/// `GET /v1/organisations/{organisation}/teams`
pub async fn teams(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Team>, Problem> {
    let page = query.0.of("teams")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListTeams { organisation: path.0 })?;
            store::teams(tx, &permit, &page)
        })
        .await
}

/// `POST /v1/organisations/{organisation}/teams`
pub async fn create_team(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<TeamName>,
) -> Result<Created<Team>, Problem> {
    let team = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeTeams { organisation: path.0 })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::create_team(tx, &permit, &body.value))?;
            Ok::<_, Problem>(store::team(tx, path.0, made.id())?)
        })
        .await?;
    let location = format!("/v1/organisations/{}/teams/{}", path.0, team.id);
    Ok(Created { location, version: Some(team.version), value: team })
}

/// `PATCH /v1/organisations/{organisation}/teams/{team}`
pub async fn rename_team(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    team: Path<TeamId>,
    condition: Condition,
    body: Body<TeamName>,
) -> Result<Shown<Team>, Problem> {
    let team = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeTeams { organisation: path.0 })?;
            store::rename_team(tx, &permit, team.0, |version| condition.expects(version), &body.value)
        })
        .await?;
    let version = team.version;
    Ok(Shown::version(team, version))
}

/// `DELETE /v1/organisations/{organisation}/teams/{team}`
pub async fn remove_team(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    team: Path<TeamId>,
) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeTeams { organisation: path.0 })?;
            store::remove_team(tx, &permit, team.0)
        })
        .await?;
    Ok(Done)
}

/// `GET /v1/organisations/{organisation}/employments`
pub async fn employments(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Employment>, Problem> {
    let page = query.0.of("employments")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListEmployments { organisation: path.0 })?;
            store::employments(tx, &permit, &page)
        })
        .await
}

/// `POST /v1/organisations/{organisation}/employments`
pub async fn employ(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewEmployment>,
) -> Result<Created<Employment>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeEmployments { organisation: path.0 })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::employ(tx, &permit, &body.value))?;
            Ok::<_, Problem>(store::employment(tx, path.0, made.id())?)
        })
        .await?;
    let location = format!("/v1/organisations/{}/employments/{}", path.0, made.id);
    Ok(Created { location, version: Some(made.version), value: made })
}

/// `PATCH /v1/organisations/{organisation}/employments/{employment}`
pub async fn change_employment(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    employment: Path<EmploymentId>,
    condition: Condition,
    body: Body<EmploymentChange>,
) -> Result<Shown<Employment>, Problem> {
    let changed = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeEmployments { organisation: path.0 })?;
            store::change_employment(tx, &permit, employment.0, |version| condition.expects(version), body.value)
        })
        .await?;
    let version = changed.version;
    Ok(Shown::version(changed, version))
}
