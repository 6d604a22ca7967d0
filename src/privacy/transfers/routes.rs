//! Transfers over HTTP.

use super::{
    ShownTransfer, Transfer, TransferAccepted,
    actions::{AnswerTransfers, ProposeForDissolved, ProposeTransfers, ReadTransfers},
    capacities, preview, store,
};
use crate::{
    access::{Action, Permit},
    organisations,
    platform::{
        audit,
        db::Tx,
        http::{Body, Call, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Code, One, OrgNumber, Several, Text, body},
        jobs,
        problem::{Findings, Kind, Problem},
    },
    records::schedule,
    words::*,
};

body! {
    /// What another organisation is to take over.
    pub struct NewTransfer {
        /// The organisation number of whoever is to take over.
        pub to: OrgNumber,
        /// Why.
        pub reason: One<TransferReason>,
        /// The categories of the retention schedule.
        pub categories: Several<Code, 48, 1>,
        /// Everything that was recorded by the end of this day.
        pub up_to: Day,
    }
    check |new, reading, findings| {
        if new.up_to > reading.today {
            findings.add("/up_to", Fault::InTheFuture);
        }
        for (n, category) in new.categories.0.iter().enumerate() {
            if capacities(category.as_str()).next().is_none() {
                findings.add(&format!("/categories/{n}"), Fault::Unknown);
            }
        }
    };
    example { "to": "974760673", "reason": "closing", "categories": ["RS09"], "up_to": "2026-03-01" }
}

body! {
    /// What is taken over: exactly what was shown.
    pub struct TransferAcceptance {
        /// The plan, as the preview said it.
        pub plan: Text<200>,
    };
    example { "plan": "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" }
}

/// `GET /v1/organisations/{organisation}/transfers`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Transfer>, Problem> {
    let page = query.0.of("transfers")?;
    let listed = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadTransfers { organisation: path.0 })?;
        Ok::<_, Problem>(store::list(tx, &permit, &page)?)
    });
    listed.await
}

/// `POST /v1/organisations/{organisation}/transfers`
pub async fn propose(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewTransfer>,
) -> Result<Created<ShownTransfer>, Problem> {
    let made = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ProposeTransfers { organisation: path.0 })?;
        proposed(tx, &call, &permit, permit.action().organisation, &body)
    });
    created(made.await?)
}

/// `POST /v1/organisations/{organisation}/dissolution/transfers`
pub async fn propose_for_dissolved(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewTransfer>,
) -> Result<Created<ShownTransfer>, Problem> {
    let made = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ProposeForDissolved { organisation: path.0 })?;
        let organisation = permit.action().organisation;
        if organisations::store::read(tx, organisation)?.dissolved_on.is_none() {
            return Err(Kind::NotNow.into());
        }
        proposed(tx, &call, &permit, organisation, &body)
    });
    created(made.await?)
}

fn proposed<A: Action>(
    tx: &mut Tx<'_>,
    call: &Call,
    permit: &Permit<A>,
    giver: OrganisationId,
    body: &Body<NewTransfer>,
) -> Result<ShownTransfer, Problem> {
    let made = once(tx, call, permit.name(), &body.hash, |tx| {
        let id = insert(tx, giver, permit.person().ok(), &body.value)?;
        audit::note(tx, permit, Some(id.uuid()), None)?;
        Ok(id)
    })?;
    shown(tx, giver, made.id())
}

/// `GET /v1/organisations/{organisation}/transfers/{transfer}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    transfer: Path<TransferId>,
) -> Result<Shown<ShownTransfer>, Problem> {
    let shown = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadTransfers { organisation: path.0 })?;
        shown(tx, permit.action().organisation, transfer.0)
    });
    Ok(Shown::plain(shown.await?))
}

/// `DELETE /v1/organisations/{organisation}/transfers/{transfer}`
pub async fn withdraw(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    transfer: Path<TransferId>,
) -> Result<Done, Problem> {
    let withdrawn = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ProposeTransfers { organisation: path.0 })?;
        let one = store::given(tx, permit.action().organisation, transfer.0)?;
        answer(tx, &permit, one.id, TransferState::Withdrawn)
    });
    withdrawn.await?;
    Ok(Done)
}

/// `POST /v1/organisations/{organisation}/transfers/{transfer}/acceptance`
pub async fn accept(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    transfer: Path<TransferId>,
    body: Body<TransferAcceptance>,
) -> Result<Shown<ShownTransfer>, Problem> {
    let accepted = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnswerTransfers { organisation: path.0 })?;
        let one = store::received(tx, permit.action().organisation, transfer.0)?;
        must_be_able(tx, one.to.id, one.categories.iter().map(String::as_str))?;
        answer(tx, &permit, one.id, TransferState::Accepted)?;
        if preview(tx, &one)?.plan != body.value.plan.as_str() {
            return Err(Kind::PlanChanged.into());
        }
        jobs::enqueue(tx, &TransferAccepted { transfer: one.id })?;
        shown(tx, path.0, one.id)
    });
    Ok(Shown::plain(accepted.await?))
}

/// `POST /v1/organisations/{organisation}/transfers/{transfer}/refusal`
pub async fn refuse(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    transfer: Path<TransferId>,
) -> Result<Done, Problem> {
    let refused = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnswerTransfers { organisation: path.0 })?;
        let one = store::received(tx, permit.action().organisation, transfer.0)?;
        answer(tx, &permit, one.id, TransferState::Refused)
    });
    refused.await?;
    Ok(Done)
}

fn answer<A: Action>(tx: &mut Tx<'_>, permit: &Permit<A>, id: TransferId, state: TransferState) -> Result<(), Problem> {
    store::answer(tx, id, state, permit.person().ok())?;
    Ok(audit::note(tx, permit, Some(id.uuid()), None)?)
}

fn created(value: ShownTransfer) -> Result<Created<ShownTransfer>, Problem> {
    let location = format!("/v1/organisations/{}/transfers/{}", value.transfer.from.id, value.transfer.id);
    Ok(Created { location, version: None, value })
}

fn shown(tx: &mut Tx<'_>, organisation: OrganisationId, id: TransferId) -> Result<ShownTransfer, Problem> {
    let transfer = store::read(tx, organisation, id)?;
    let moves = matches!(transfer.state, TransferState::Proposed | TransferState::Accepted);
    let preview = if moves { Some(preview(tx, &transfer)?) } else { None };
    Ok(ShownTransfer { transfer, preview })
}

fn insert(
    tx: &mut Tx<'_>,
    giver: OrganisationId,
    by: Option<PersonId>,
    new: &NewTransfer,
) -> Result<TransferId, Problem> {
    let receiver = organisations::store::legal_entity_by_number(tx, new.to.as_str())?;
    let receiver = receiver.filter(|one| *one != OPERATOR).ok_or(Problem::at("/to", Fault::Unknown))?;
    if receiver == giver {
        return Err(Problem::at("/to", Fault::NotIndependent));
    }
    must_be_able(tx, receiver, new.categories.0.iter().map(|category| category.as_str()))?;
    Ok(store::propose(tx, (giver, receiver), by, new)?)
}

/// The receiver acts as what the giver did, or is a register where the law names one for what a provider leaves behind (forskrift
/// om administrative ordninger § 8-2).
fn must_be_able<'a>(
    tx: &mut Tx<'_>,
    receiver: OrganisationId,
    categories: impl Iterator<Item = &'a str>,
) -> Result<(), Problem> {
    let acts_as = organisations::store::read(tx, receiver)?.capacities;
    let mut findings = Findings::default();
    for (n, category) in categories.enumerate() {
        let obliged = schedule().rule(category).map(|rule| rule.obliged.as_slice()).unwrap_or_default();
        let takes_over = obliged.contains(&RetentionParty::Register) && acts_as.contains(&Capacity::Register);
        if !takes_over && !capacities(category).any(|capacity| acts_as.contains(&capacity)) {
            findings.add(&format!("/categories/{n}"), Fault::LacksCapacity);
        }
    }
    findings.check()
}
