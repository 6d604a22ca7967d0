//! Organisations over HTTP.

use super::{Certification, Member, Organisation, actions::*, store};
use crate::{
    platform::{
        http::{Body, Call, Condition, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Change, Code, Email, Id, Name, One, OrgNumber, Several, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// An organisation to create.
    pub struct NewOrganisation {
        /// Its organisation number: nine digits with a check digit.
        pub number: OrgNumber,
        /// Its name.
        pub name: Name,
        /// The legal entity it is a part of, if the number is a sub-unit's.
        pub legal_entity: Option<Id<OrganisationId>>,
        /// What it acts as.
        pub capacities: Several<One<Capacity>, 6>,
        /// Where its people answer questions about personal data.
        pub privacy_contact: Option<Email>,
    }
    check |new, _, findings| {
        if new.capacities.0.contains(&One(Capacity::Operator)) {
            findings.add("/capacities", Fault::Taken);
        }
    };
    example { "number": "974760673", "name": "Kursskolen AS", "capacities": ["provider"] }
}

body! {
    /// What to change about an organisation.
    pub struct OrganisationChange {
        /// Its name.
        pub name: Option<Name>,
        /// As a provider: what it shows an employer of what that employer ordered.
        pub employer_view: Option<One<EmployerView>>,
        /// Where its people answer questions about personal data.
        pub privacy_contact: Change<Email>,
    }
}

body! {
    /// A capacity to grant.
    pub struct NewCapacity {
        /// Which.
        pub capacity: One<Capacity>,
    }
    check |new, _, findings| {
        if new.capacity.0 == Capacity::Operator {
            findings.add("/capacity", Fault::Taken);
        }
    };
    example { "capacity": "employer" }
}

body! {
    /// A provider's certification.
    pub struct NewCertification {
        /// The number the certifier gave it.
        pub number: Code,
        /// The competences it covers.
        pub competences: Several<Id<CompetenceId>, 200>,
        /// The first day.
        pub from: Day,
        /// The last day, if there is one.
        pub to: Option<Day>,
    }
    check |new, _, findings| {
        if new.to.is_some_and(|to| to < new.from) {
            findings.add("/to", Fault::EndsBeforeItBegins);
        }
    };
    example { "number": "S-0001", "competences": ["019cadf2-1111-7000-8000-00000000ffff"], "from": "2026-01-01" }
}

/// `POST /v1/organisations`
pub async fn create(house: House, call: Call, body: Body<NewOrganisation>) -> Result<Created<Organisation>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, CreateOrganisation)?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::create(tx, &permit, &body.value))?;
            store::read(tx, made.id())
        })
        .await?;
    Ok(Created { location: format!("/v1/organisations/{}", made.id), version: Some(made.version), value: made })
}

/// `GET /v1/organisations`
pub async fn list(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<Organisation>, Problem> {
    let page = query.0.of("organisations")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListOrganisations)?;
            store::list(tx, &permit, &page)
        })
        .await
}

/// `GET /v1/organisations/{organisation}`
pub async fn show(house: House, call: Call, path: Path<OrganisationId>) -> Result<Shown<Organisation>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ShowOrganisation { organisation: path.0 })?;
            store::show(tx, &permit)
        })
        .await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `PATCH /v1/organisations/{organisation}`
pub async fn change(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    condition: Condition,
    body: Body<OrganisationChange>,
) -> Result<Shown<Organisation>, Problem> {
    let changed = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeOrganisation { organisation: path.0 })?;
            condition.expects(store::version(tx, &permit)?)?;
            store::change(tx, &permit, body.value)
        })
        .await?;
    let version = changed.version;
    Ok(Shown::version(changed, version))
}

/// `POST /v1/organisations/{organisation}/capacities`
pub async fn grant(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewCapacity>,
) -> Result<Shown<Organisation>, Problem> {
    let granted = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, GrantCapacity { organisation: path.0 })?;
            store::grant(tx, &permit, body.value.capacity.0)?;
            store::read(tx, path.0)
        })
        .await?;
    Ok(Shown::plain(granted))
}

/// `POST /v1/organisations/{organisation}/certifications`
pub async fn certify(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewCertification>,
) -> Result<Created<Certification>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, GrantCapacity { organisation: path.0 })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::certify(tx, &permit, &body.value))?;
            let all = store::certifications_of(tx, path.0)?;
            all.into_iter().find(|one| one.id == made.id()).ok_or_else(|| Problem::internal("just made"))
        })
        .await?;
    let location = format!("/v1/organisations/{}/certifications", path.0);
    Ok(Created { location, version: None, value: made })
}

/// `GET /v1/organisations/{organisation}/memberships`
pub async fn members(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Member>, Problem> {
    let page = query.0.of("memberships")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ListMembers { organisation: path.0 })?;
            store::members(tx, &permit, &page)
        })
        .await
}

/// `DELETE /v1/organisations/{organisation}/memberships/{membership}`
pub async fn end_membership(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    membership: Path<MembershipId>,
) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, EndMembership { organisation: path.0 })?;
            store::end_membership(tx, &permit, membership.0)
        })
        .await?;
    Ok(Done)
}
