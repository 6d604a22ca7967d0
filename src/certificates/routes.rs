//! Certificates over HTTP: for their issuer, for their holder, and for anyone who holds a code. How one is issued stands
//! with the completions it is about.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Certificate,
    actions::*,
    acts::{self, Ending},
    issue::{anew, finish},
    store,
    verify::{
        Verification,
        cache::{Answers, OLDEST_SECONDS},
        look, look_today,
        lookups::Lookups,
    },
};
use crate::{
    documents,
    platform::{
        http::{
            Anyone, Body, Call, Description, File, House, Input, Listed, PageQuery, Path, Pdf, Query, Shown, Taking,
            Written,
        },
        input::{Id, One, PastDay, Several, Text, body},
        problem::{Kind, Problem},
    },
    query,
    words::*,
};

impl Input for Arc<Lookups> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        taking.given::<Arc<Lookups>>().ok_or_else(|| Problem::internal("the server was started without lookups"))
    }
    fn describe(_: &mut Description) {}
}

impl Input for Arc<Answers> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        taking.given::<Arc<Answers>>().ok_or_else(|| Problem::internal("the server was started without answers"))
    }
    fn describe(_: &mut Description) {}
}

body! {
    /// Why a certificate is revoked.
    pub struct NewRevocation {
        /// Why. The holder sees it, the public never.
        pub reason: One<EndReason>,
        /// The day the holder was heard. If danger asks for haste, suspend first.
        pub heard_on: PastDay,
    };
    example { "reason": "issued_in_error", "heard_on": "2026-02-27" }
}

body! {
    /// Why a certificate is suspended.
    pub struct NewSuspension {
        /// Why. The holder sees it, the public never.
        pub reason: One<EndReason>,
    };
    example { "reason": "under_review" }
}

body! {
    /// Codes to verify.
    pub struct Codes {
        /// As they stand on the certificates.
        pub codes: Several<Text<60>, 1000, 1>,
    };
    example { "codes": ["7K3MQ4T-0WZ9A1B-X5C2D8F"] }
}

query! {
    /// Whose certificates.
    pub struct OfPerson {
        /// Those of this person.
        pub person: Option<Id<PersonId>>,
    }
}

query! {
    /// Which day.
    pub struct OnDay {
        /// The day; today unless given.
        pub on: Option<PastDay>,
    }
}

/// What one of several codes is worth, or what is wrong with it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Checked {
    /// The code, as it was given.
    pub code: String,
    /// What it is worth; null if it is no code.
    pub verification: Option<Verification>,
    /// What is wrong with it; null if nothing is.
    pub wrong: Option<WrongCode>,
}

/// Why something is no code.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrongCode {
    /// For programs.
    pub code: &'static str,
    /// For people: what to do.
    pub detail: String,
}

/// `GET /v1/organisations/{organisation}/certificates`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<(OfPerson, PageQuery)>,
) -> Result<Listed<Certificate>, Problem> {
    let (of, page) = query.0;
    let (page, url) = (page.of("certificates")?, house.config.public_url.clone());
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
            store::issued(tx, &permit, of.person.map(|id| id.0), &page, &url)
        })
        .await
}

/// `GET /v1/organisations/{organisation}/certificates/{certificate}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
) -> Result<Shown<Certificate>, Problem> {
    let url = house.config.public_url.clone();
    let one = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
            store::issued_one(tx, permit.action().organisation, certificate.0, &url)
        })
        .await?;
    let version = one.version;
    Ok(Shown::version(one, version))
}

/// `GET /v1/organisations/{organisation}/certificates/{certificate}/pdf`
pub async fn pdf(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
) -> Result<File<Pdf>, Problem> {
    let found = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
            Ok::<_, Problem>(store::issued_document(tx, permit.action().organisation, certificate.0)?)
        })
        .await?;
    file(&house, found).await
}

/// Reads the document of a certificate.
///
/// # Errors
/// 404 while it is on its way; 410 if it went with something it showed; the storage's.
pub async fn file(house: &House, (number, document, issued_at): store::Numbered) -> Result<File<Pdf>, Problem> {
    let missing = || if issued_at.is_some() { Kind::DocumentErased } else { Kind::NotFound };
    let document = document.ok_or_else(missing)?;
    let kept = house.db.read(move |tx| documents::store::kept(tx, document)).await?;
    Ok(File::new(documents::get(house, kept).await?, format!("{number}.pdf")))
}

/// `POST /v1/organisations/{organisation}/certificates/{certificate}/revocation`
pub async fn revoke(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
    body: Body<NewRevocation>,
) -> Result<Shown<Certificate>, Problem> {
    let (reason, heard_on) = (Some(body.value.reason.0), Some(body.value.heard_on.day()));
    end(house, call, path, certificate, Ending { act: CertificateAct::Revoked, reason, heard_on }).await
}

/// `DELETE /v1/organisations/{organisation}/certificates/{certificate}/revocation`
pub async fn annul(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
) -> Result<Shown<Certificate>, Problem> {
    let (organisation, id, url) = (path.0, certificate.0, house.config.public_url.clone());
    let begun = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, EndCertificates { organisation })?;
            let ending = Ending { act: CertificateAct::Annulled, reason: None, heard_on: None };
            acts::end(tx, &permit, id, ending, &url)?;
            anew(tx, &permit, id)
        })
        .await?;
    finish(&house, begun).await?;
    let url = house.config.public_url.clone();
    let one = house.db.read(move |tx| store::issued_one(tx, organisation, id, &url)).await?;
    let version = one.version;
    Ok(Shown::version(one, version))
}

/// `POST /v1/organisations/{organisation}/certificates/{certificate}/suspension`
pub async fn suspend(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
    body: Body<NewSuspension>,
) -> Result<Shown<Certificate>, Problem> {
    let reason = Some(body.value.reason.0);
    end(house, call, path, certificate, Ending { act: CertificateAct::Suspended, reason, heard_on: None }).await
}

/// `DELETE /v1/organisations/{organisation}/certificates/{certificate}/suspension`
pub async fn reinstate(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
) -> Result<Shown<Certificate>, Problem> {
    end(house, call, path, certificate, Ending { act: CertificateAct::Reinstated, reason: None, heard_on: None }).await
}

async fn end(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
    ending: Ending,
) -> Result<Shown<Certificate>, Problem> {
    let (organisation, id, url) = (path.0, certificate.0, house.config.public_url.clone());
    let one = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, EndCertificates { organisation })?;
            acts::end(tx, &permit, id, ending, &url)?;
            store::issued_one(tx, organisation, id, &url)
        })
        .await?;
    let version = one.version;
    Ok(Shown::version(one, version))
}

/// `GET /v1/me/certificates`
pub async fn mine(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<Certificate>, Problem> {
    let (page, url) = (query.0.of("own-certificates")?, house.config.public_url.clone());
    house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCertificates)?.person()?;
            store::own(tx, person, &page, &url)
        })
        .await
}

/// `GET /v1/me/certificates/{certificate}`
pub async fn my_one(house: House, call: Call, certificate: Path<CertificateId>) -> Result<Shown<Certificate>, Problem> {
    let url = house.config.public_url.clone();
    let one = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCertificates)?.person()?;
            store::own_one(tx, person, certificate.0, &url)
        })
        .await?;
    let version = one.version;
    Ok(Shown::version(one, version))
}

/// `GET /v1/me/certificates/{certificate}/pdf`
pub async fn my_pdf(house: House, call: Call, certificate: Path<CertificateId>) -> Result<File<Pdf>, Problem> {
    let found = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCertificates)?.person()?;
            Ok::<_, Problem>(store::own_document(tx, person, certificate.0)?)
        })
        .await?;
    file(&house, found).await
}

/// `POST /v1/me/certificates/{certificate}/surrender`
pub async fn surrender(
    house: House,
    call: Call,
    certificate: Path<CertificateId>,
) -> Result<Shown<Certificate>, Problem> {
    let (id, url) = (certificate.0, house.config.public_url.clone());
    let one = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, SurrenderCertificate)?;
            acts::surrender(tx, &permit, id, &url)?;
            store::own_one(tx, permit.person()?, id, &url)
        })
        .await?;
    let version = one.version;
    Ok(Shown::version(one, version))
}

/// `GET /v1/verify/{code}`
pub async fn verify_one(
    house: House,
    _anyone: Anyone,
    lookups: Arc<Lookups>,
    answers: Arc<Answers>,
    code: Path<VerificationCode>,
    query: Query<OnDay>,
) -> Result<Written<Verification>, Problem> {
    let Some(on) = query.0.on else {
        let found = look_today(&house.db, &lookups, &answers, code.0).await?;
        let seconds = found.seconds_left(house.db.clock().now());
        return Ok(Written::to_anyone(found.json.clone(), seconds));
    };
    let found = look(&house.db, &lookups, vec![code.0], Some(on.day())).await?;
    let found = found.first().ok_or_else(|| Problem::internal("one asked, none answered"))?;
    Ok(Written::to_anyone(serde_json::to_string(found).map_err(Problem::internal)?, OLDEST_SECONDS))
}

/// `POST /v1/verify`
pub async fn verify_several(
    house: House,
    anyone: Anyone,
    lookups: Arc<Lookups>,
    query: Query<OnDay>,
    body: Body<Codes>,
) -> Result<Listed<Checked>, Problem> {
    let given: Vec<String> = body.value.codes.0.into_iter().map(Text::into_string).collect();
    let read: Vec<Result<VerificationCode, NoCode>> = given.iter().map(|text| text.parse()).collect();
    let codes: Vec<VerificationCode> = read.iter().filter_map(|code| code.ok()).collect();
    let found = look(&house.db, &lookups, codes, query.0.on.map(PastDay::day)).await?;
    let mut found = found.into_iter();
    let items = given
        .into_iter()
        .zip(read)
        .map(|(code, read)| match read {
            Ok(_) => Checked { code, verification: found.next(), wrong: None },
            Err(wrong) => {
                let fault = Fault::from(wrong);
                let wrong = WrongCode { code: fault.code(), detail: fault.remedy(anyone.lang) };
                Checked { code, verification: None, wrong: Some(wrong) }
            }
        })
        .collect();
    Ok(Listed { items, next: None })
}
