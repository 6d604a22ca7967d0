//! Many certificates over HTTP: ask for them, watch, call it off, read what could not be certified.

use super::{
    CertificateBatch, Fitting, NotCertified,
    store::{self, NewBatch},
};
use crate::{
    certificates::actions::{IssueCertificates, ReadCertificates},
    platform::{
        http::{Body, Call, Created, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Id, One, PastDay, body},
        problem::Problem,
    },
    query,
    words::*,
};

body! {
    /// Certificates to issue: one each for the completions that were passed and fit: those you recorded, or those you hold as
    /// a register or as the body of their scheme. At least one of course,
    /// competence, from and to says which.
    pub struct NewCertificateBatch {
        /// Those of this course of yours.
        pub course: Option<Id<CourseId>>,
        /// Those of this competence.
        pub competence: Option<Id<CompetenceId>>,
        /// Those from this day on.
        pub from: Option<PastDay>,
        /// Those to this day, the day included.
        pub to: Option<PastDay>,
        /// In which capacity you certify them; as the provider unless given.
        pub capacity: Option<One<CertifiesAs>>,
        /// The language they are written in; bokmål unless given.
        pub language: Option<One<Lang>>,
        /// Are the holders to be written to? Yes unless given.
        pub letters: Option<bool>,
    }
    check |new, _reading, findings| {
        let is_narrowed =
            new.course.is_some() || new.competence.is_some() || new.from.is_some() || new.to.is_some();
        if !is_narrowed {
            findings.add("/course", Fault::Required);
        }
        if let (Some(from), Some(to)) = (new.from, new.to) && to.day() < from.day() {
            findings.add("/to", Fault::EndsBeforeItBegins);
        }
    };
    example { "from": "2026-03-01", "to": "2026-03-01" }
}

query! {
    /// Which of them.
    pub struct OfBatch {
        /// Those of this batch.
        pub batch: Option<Id<CertificateBatchId>>,
    }
}

impl NewCertificateBatch {
    fn says(&self) -> NewBatch {
        NewBatch {
            fitting: Fitting {
                course: self.course.map(|id| id.0),
                competence: self.competence.map(|id| id.0),
                from: self.from.map(PastDay::day),
                to: self.to.map(PastDay::day),
            },
            language: self.language.map_or(Lang::default(), |language| language.0),
            letters: self.letters.unwrap_or(true),
            capacity: self.capacity.map_or(CertifiesAs::Provider, |capacity| capacity.0),
        }
    }
}

/// `POST /v1/organisations/{organisation}/certificate-batches`
pub async fn ask(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewCertificateBatch>,
) -> Result<Created<CertificateBatch>, Problem> {
    let organisation = path.0;
    let value = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, IssueCertificates { organisation })?;
            let new = body.value.says();
            let made = once(tx, &call, "ask_for_certificates", &body.hash, |tx| store::ask(tx, &permit, &new))?;
            Ok::<_, Problem>(store::one(tx, organisation, made.id())?)
        })
        .await?;
    let location = format!("/v1/organisations/{organisation}/certificate-batches/{}", value.id);
    Ok(Created { location, version: None, value })
}

/// `GET /v1/organisations/{organisation}/certificate-batches`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<CertificateBatch>, Problem> {
    let page = query.0.of("certificate-batches")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
            Ok(store::list(tx, &permit, &page)?)
        })
        .await
}

/// `GET /v1/organisations/{organisation}/certificate-batches/{batch}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    batch: Path<CertificateBatchId>,
) -> Result<Shown<CertificateBatch>, Problem> {
    let one = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
        Ok::<_, Problem>(store::one(tx, permit.action().organisation, batch.0)?)
    });
    Ok(Shown::plain(one.await?))
}

/// `POST /v1/organisations/{organisation}/certificate-batches/{batch}/cancellation`
pub async fn cancel(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    batch: Path<CertificateBatchId>,
) -> Result<Shown<CertificateBatch>, Problem> {
    let one = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, IssueCertificates { organisation: path.0 })?;
        store::cancel(tx, &permit, batch.0)?;
        Ok::<_, Problem>(store::one(tx, path.0, batch.0)?)
    });
    Ok(Shown::plain(one.await?))
}

/// `GET /v1/organisations/{organisation}/not-certified`
pub async fn not_certified(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<(OfBatch, PageQuery)>,
) -> Result<Listed<NotCertified>, Problem> {
    let (of, page) = query.0;
    let page = page.of("not-certified")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
            store::not_certified(tx, &permit, of.batch.map(|id| id.0), &page)
        })
        .await
}
