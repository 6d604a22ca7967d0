//! Certificates for completions, over HTTP: issuing, and correcting what was issued.

use super::{
    Correction,
    held::{self as documents, HeldCertificate},
};
use crate::{
    certificates::{
        self, Certificate, MOST_LINES,
        actions::IssueCertificates,
        issue::{Begun, finish, store::version},
        routes::file,
    },
    completions::{actions::ViewCompletion, routes::InCapacity},
    platform::{
        http::{Body, Call, Condition, Created, File, House, Listed, Path, Pdf, Query, once},
        input::{Id, Name, One, Several, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// A certificate to issue.
    pub struct NewCertificate {
        /// The completions it is about, in the order they are to stand on it: yours, and all of one person.
        pub completions: Several<Id<RecordId>, MOST_LINES, 1>,
        /// The language it is written in; bokmål unless given.
        pub language: Option<One<Lang>>,
    };
    example { "completions": ["019cadf2-1111-7000-8000-00000000ffff"] }
}

body! {
    /// Why a certificate is corrected. What it says is gathered anew: from the completions, the card and the catalogue.
    pub struct NewCorrection {
        /// Why. The issuer sees it, nobody else.
        pub reason: Name,
        /// The language it is to be written in; as before unless given.
        pub language: Option<One<Lang>>,
    };
    example { "reason": "Nytt etternavn" }
}

/// `POST /v1/organisations/{organisation}/certificates`
pub async fn issue(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewCertificate>,
) -> Result<Created<Certificate>, Problem> {
    let organisation = path.0;
    let begun = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, IssueCertificates { organisation })?;
            let completions: Vec<RecordId> = body.value.completions.0.iter().map(|id| id.0).collect();
            let language = body.value.language.map_or(Lang::default(), |language| language.0);
            // Asked again under one key: what was begun then may still have to be finished.
            let made = once(tx, &call, permit.name(), &body.hash, |tx| {
                Ok(super::issue(tx, &permit, &completions, language)?.id)
            })?;
            Ok::<_, Problem>(Begun { id: made.id(), version: version(tx, made.id())? })
        })
        .await?;
    answer(&house, organisation, begun).await
}

/// `POST /v1/organisations/{organisation}/certificates/{certificate}/corrections`
pub async fn amend(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
    condition: Condition,
    body: Body<NewCorrection>,
) -> Result<Created<Certificate>, Problem> {
    let (organisation, id, url) = (path.0, certificate.0, house.config.public_url.clone());
    let begun = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, IssueCertificates { organisation })?;
            let expected = |version| condition.expects(version);
            let language = body.value.language.map(|language| language.0);
            let correction = Correction { language, reason: body.value.reason.as_str() };
            super::amend(tx, &permit, id, expected, &correction, &url)
        })
        .await?;
    answer(&house, organisation, begun).await
}

async fn answer(house: &House, organisation: OrganisationId, begun: Begun) -> Result<Created<Certificate>, Problem> {
    finish(house, begun).await?;
    let url = house.config.public_url.clone();
    let value = house.db.read(move |tx| certificates::store::issued_one(tx, organisation, begun.id, &url)).await?;
    let location = format!("/v1/organisations/{organisation}/certificates/{}", value.id);
    Ok(Created { location, version: Some(value.version), value })
}

/// `GET /v1/organisations/{organisation}/completions/{completion}/certificates`
pub async fn held(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    completion: Path<RecordId>,
    query: Query<InCapacity>,
) -> Result<Listed<HeldCertificate>, Problem> {
    let view = view(path, completion, &query);
    let url = house.config.public_url.clone();
    let items = house.db.read_disclosing(move |tx| {
        let permit = tx.permit(&call.actor, view)?;
        documents::certificates(tx, &permit, &url)
    });
    Ok(Listed { items: items.await?, next: None })
}

/// `GET /v1/organisations/{organisation}/completions/{completion}/certificates/{certificate}/pdf`
pub async fn held_pdf(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    completion: Path<RecordId>,
    certificate: Path<CertificateId>,
    query: Query<InCapacity>,
) -> Result<File<Pdf>, Problem> {
    let view = view(path, completion, &query);
    let found = house.db.read_disclosing(move |tx| {
        let permit = tx.permit(&call.actor, view)?;
        documents::document(tx, &permit, certificate.0)
    });
    file(&house, found.await?).await
}

fn view(path: Path<OrganisationId>, completion: Path<RecordId>, query: &Query<InCapacity>) -> ViewCompletion {
    ViewCompletion { organisation: path.0, capacity: query.0.capacity.0.capacity(), completion: completion.0 }
}
