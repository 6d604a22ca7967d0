//! Annulments over HTTP.

use super::{Annulment, ShownAnnulment, actions::*, answering, preview, proposing, store};
use crate::{
    documents,
    platform::{
        db::Tx,
        http::{Body, Call, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Id, One, Paragraph, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// A record your organisation made that never should have been.
    pub struct NewAnnulment {
        /// The record.
        pub record: Id<RecordId>,
        /// Why it never should have been.
        pub reason: One<AnnulmentReason>,
        /// What shows it, in your own words, for whoever is to confirm it. It goes when that is answered.
        pub explanation: Paragraph,
        /// For `wrong_person`: the person whose it is, of whom your organisation has a card. The record then moves there.
        pub belongs_to: Option<Id<PersonId>>,
    }
    check |new, _, findings| {
        if new.belongs_to.is_some() && new.reason.0 != AnnulmentReason::WrongPerson {
            findings.add("/belongs_to", Fault::OnlyForWrongPerson);
        }
    };
    example {
        "record": "019cadf2-1111-7000-8000-00000000ffff", "reason": "duplicate",
        "explanation": "Kurset ble ført to ganger, også på listen fra kursholderen.",
    }
}

/// `GET /v1/organisations/{organisation}/annulments`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Annulment>, Problem> {
    let page = query.0.of("annulments")?;
    let listed = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadAnnulments { organisation: path.0 })?;
        store::list(tx, &permit, &page)
    });
    listed.await
}

/// `POST /v1/organisations/{organisation}/annulments`
pub async fn propose(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewAnnulment>,
) -> Result<Created<ShownAnnulment>, Problem> {
    let made = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnnulRecords { organisation: path.0 })?;
        let made = once(tx, &call, permit.name(), &body.hash, |tx| proposing::propose(tx, &permit, &body.value))?;
        shown(tx, path.0, made.id())
    });
    let value = made.await?;
    let location = format!("/v1/organisations/{}/annulments/{}", path.0, value.annulment.id);
    Ok(Created { location, version: None, value })
}

/// `GET /v1/organisations/{organisation}/annulments/{annulment}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    annulment: Path<AnnulmentId>,
) -> Result<Shown<ShownAnnulment>, Problem> {
    let shown = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadAnnulments { organisation: path.0 })?;
        shown(tx, permit.action().organisation, annulment.0)
    });
    Ok(Shown::plain(shown.await?))
}

/// `DELETE /v1/organisations/{organisation}/annulments/{annulment}`
pub async fn withdraw(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    annulment: Path<AnnulmentId>,
) -> Result<Done, Problem> {
    let withdrawn = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnnulRecords { organisation: path.0 })?;
        proposing::withdraw(tx, &permit, annulment.0)
    });
    withdrawn.await?;
    Ok(Done)
}

/// `POST /v1/organisations/{organisation}/annulments/{annulment}/confirmation`
pub async fn confirm(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    annulment: Path<AnnulmentId>,
) -> Result<Shown<ShownAnnulment>, Problem> {
    let url = house.config.public_url.clone();
    let confirmed = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnnulRecords { organisation: path.0 })?;
        let files = answering::confirm(tx, &permit, annulment.0, &url)?;
        Ok::<_, Problem>((shown(tx, path.0, annulment.0)?, files))
    });
    let (shown, files) = confirmed.await?;
    documents::discard(&house, files).await;
    Ok(Shown::plain(shown))
}

/// `POST /v1/organisations/{organisation}/annulments/{annulment}/refusal`
pub async fn refuse(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    annulment: Path<AnnulmentId>,
) -> Result<Done, Problem> {
    let refused = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, AnnulRecords { organisation: path.0 })?;
        answering::refuse(tx, &permit, annulment.0)
    });
    refused.await?;
    Ok(Done)
}

fn shown(tx: &mut Tx<'_>, organisation: OrganisationId, id: AnnulmentId) -> Result<ShownAnnulment, Problem> {
    let annulment = store::read(tx, organisation, id)?;
    let is_open = annulment.state == AnnulmentState::Proposed;
    let preview = if is_open { Some(preview(tx, organisation, &annulment)?) } else { None };
    Ok(ShownAnnulment { annulment, preview })
}
