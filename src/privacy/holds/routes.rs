//! Legal holds over HTTP.

use super::{LegalHold, actions::*, store};
use crate::{
    platform::{
        http::{Body, Call, Condition, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Change, Code, Id, One, body},
        problem::Problem,
    },
    query,
    words::*,
};

body! {
    /// A legal hold to set: on one record, or on every record you hold about a person, now and later.
    pub struct NewLegalHold {
        /// A person your organisation has a card of; either this or `record`.
        pub person: Option<Id<PersonId>>,
        /// A record your organisation holds, such as a completion; either this or `person`.
        pub record: Option<Id<RecordId>>,
        /// Why.
        pub reason: One<HoldReason>,
        /// What the case is called elsewhere, such as its number. No names.
        pub reference: Option<Code>,
        /// The person who answers for the hold: a member of your organisation.
        pub owner: Id<PersonId>,
        /// The day on which somebody asks whether it is needed still: today at the earliest, within twelve months.
        pub review_on: Day,
    }
    check |new, _, findings| {
        if new.person.is_some() == new.record.is_some() {
            findings.add("/person", Fault::OneOf { fields: "person, record" });
        }
    };
    example {
        "person": "019cadf2-1111-7000-8000-00000000ffff", "reason": "accident", "reference": "2026/114",
        "owner": "019cadf2-1111-7000-8000-00000000ffff", "review_on": "2027-03-01",
    }
}

body! {
    /// What to change about a legal hold; a review gives it another day.
    pub struct LegalHoldChange {
        /// The person who answers for the hold: a member of your organisation.
        pub owner: Option<Id<PersonId>>,
        /// The next day of review: today at the earliest, within twelve months.
        pub review_on: Option<Day>,
        /// What the case is called elsewhere; null for nothing.
        pub reference: Change<Code>,
    };
    example { "review_on": "2027-03-01" }
}

query! {
    /// Which holds.
    pub struct HoldFilter {
        /// Those on records of this person.
        pub person: Option<Id<PersonId>>,
        /// `true` for those that hold, `false` for those that were lifted.
        pub open: Option<bool>,
        /// `true` for those that hold and whose day of review has come, `false` for all others.
        pub due: Option<bool>,
    }
}

/// `GET /v1/organisations/{organisation}/legal-holds`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<(HoldFilter, PageQuery)>,
) -> Result<Listed<LegalHold>, Problem> {
    let (filter, page) = query.0;
    let page = page.of("legal-holds")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadHolds { organisation: path.0 })?;
            store::list(tx, &permit, &filter, &page)
        })
        .await
}

/// `POST /v1/organisations/{organisation}/legal-holds`
pub async fn set(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewLegalHold>,
) -> Result<Created<LegalHold>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, SetHolds { organisation: path.0 })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::set(tx, &permit, &body.value))?;
            Ok::<_, Problem>(store::read(tx, path.0, made.id())?)
        })
        .await?;
    let location = format!("/v1/organisations/{}/legal-holds/{}", path.0, made.id);
    Ok(Created { location, version: Some(made.version), value: made })
}

/// `GET /v1/organisations/{organisation}/legal-holds/{hold}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    hold: Path<HoldId>,
) -> Result<Shown<LegalHold>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadHolds { organisation: path.0 })?;
            Ok::<_, Problem>(store::read(tx, permit.action().organisation, hold.0)?)
        })
        .await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `PATCH /v1/organisations/{organisation}/legal-holds/{hold}`
pub async fn change(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    hold: Path<HoldId>,
    condition: Condition,
    body: Body<LegalHoldChange>,
) -> Result<Shown<LegalHold>, Problem> {
    let changed = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, SetHolds { organisation: path.0 })?;
            store::change(tx, &permit, hold.0, |version| condition.expects(version), body.value)
        })
        .await?;
    let version = changed.version;
    Ok(Shown::version(changed, version))
}

/// `DELETE /v1/organisations/{organisation}/legal-holds/{hold}`
pub async fn lift(house: House, call: Call, path: Path<OrganisationId>, hold: Path<HoldId>) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, SetHolds { organisation: path.0 })?;
            store::lift(tx, &permit, hold.0)
        })
        .await?;
    Ok(Done)
}
