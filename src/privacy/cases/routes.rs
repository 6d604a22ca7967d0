//! Cases over HTTP: the person's, and the controller's.

use super::{PrivacyCase, actions::*, deciding, opening, store};
use crate::{
    documents,
    platform::{
        http::{Body, Call, Condition, Created, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Id, One, Paragraph, Several, body},
        problem::Problem,
    },
    privacy::actions::{AskHumans, ReadOwnCases},
    query,
    words::*,
};

body! {
    /// What a controller holds: a record, on a ground.
    pub struct HeldOnGround {
        /// The record.
        pub record: Id<RecordId>,
        /// On which ground the controller holds it.
        pub ground: One<Ground>,
    }
}

body! {
    /// What to ask a human at a controller.
    pub struct NewCase {
        /// An objection, or another look at a refusal.
        pub kind: One<CaseAsked>,
        /// Who decides: an organisation that holds records about you.
        pub controller: Id<OrganisationId>,
        /// What it is about.
        pub custodies: Several<HeldOnGround, 100, 1>,
        /// Why, in your own words; as you like.
        pub reason: Option<Paragraph>,
    };
    example {
        "kind": "objection", "controller": "019cadf2-1111-7000-8000-00000000ffff",
        "custodies": [{ "record": "019cadf2-1111-7000-8000-00000000ffff", "ground": "ordered_offered" }],
        "reason": "Jeg sluttet for lenge siden.",
    }
}

body! {
    /// What a human at the controller decided.
    pub struct CaseDecision {
        /// Let go of it, or keep it.
        pub outcome: One<CaseOutcome>,
        /// What the person reads. Who keeps something says for which compelling reason (GDPR art. 21(1)).
        pub answer: Option<Paragraph>,
    }
    check |decision, _, findings| {
        if decision.outcome.0 == CaseOutcome::Keep && decision.answer.is_none() {
            findings.add("/answer", Fault::Required);
        }
    };
    example { "outcome": "keep", "answer": "Vi har fått et krav om erstatning og trenger det i saken." }
}

body! {
    /// Why a case needs three months instead of one.
    pub struct CaseExtension {
        /// What the person reads.
        pub reason: Paragraph,
    };
    example { "reason": "Vi må spørre tre tidligere ledere." }
}

query! {
    /// Which cases.
    pub struct CaseFilter {
        /// Those that are that far; all unless given.
        pub state: Option<One<CaseState>>,
    }
}

/// `POST /v1/me/cases`
pub async fn ask(house: House, call: Call, body: Body<NewCase>) -> Result<Created<PrivacyCase>, Problem> {
    let url = house.config.public_url.clone();
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, AskHumans)?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| opening::ask(tx, &permit, &body.value, &url))?;
            store::own_one(tx, permit.person()?, made.id())
        })
        .await?;
    Ok(Created { location: format!("/v1/me/cases/{}", made.id), version: Some(made.version), value: made })
}

/// `GET /v1/me/cases`
pub async fn mine(house: House, call: Call, query: Query<PageQuery>) -> Result<Listed<PrivacyCase>, Problem> {
    let page = query.0.of("own cases")?;
    house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCases)?.person()?;
            store::own(tx, person, &page)
        })
        .await
}

/// `GET /v1/me/cases/{case}`
pub async fn my_one(house: House, call: Call, case: Path<CaseId>) -> Result<Shown<PrivacyCase>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCases)?.person()?;
            store::own_one(tx, person, case.0)
        })
        .await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `POST /v1/me/cases/{case}/withdraw`
pub async fn withdraw(house: House, call: Call, case: Path<CaseId>) -> Result<Shown<PrivacyCase>, Problem> {
    let shown = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, AskHumans)?;
            deciding::withdraw(tx, &permit, case.0)?;
            store::own_one(tx, permit.person()?, case.0)
        })
        .await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `GET /v1/organisations/{organisation}/privacy-cases`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<(CaseFilter, PageQuery)>,
) -> Result<Listed<PrivacyCase>, Problem> {
    let (filter, page) = query.0;
    let page = page.of("privacy cases")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadPrivacyCases { organisation: path.0 })?;
            store::list(tx, &permit, filter.state.map(|state| state.0), &page)
        })
        .await
}

/// `GET /v1/organisations/{organisation}/privacy-cases/{case}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    case: Path<CaseId>,
) -> Result<Shown<PrivacyCase>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadPrivacyCases { organisation: path.0 })?;
            store::read(tx, permit.action().organisation, case.0)
        })
        .await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `POST /v1/organisations/{organisation}/privacy-cases/{case}/decision`
pub async fn decide(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    case: Path<CaseId>,
    condition: Condition,
    body: Body<CaseDecision>,
) -> Result<Shown<PrivacyCase>, Problem> {
    let url = house.config.public_url.clone();
    let (decided, files) = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, AnswerPrivacyCases { organisation: path.0 })?;
            let expected = |version| condition.expects(version);
            let files = deciding::decide(tx, &permit, case.0, expected, &body.value, &url)?;
            Ok::<_, Problem>((store::read(tx, path.0, case.0)?, files))
        })
        .await?;
    documents::discard(&house, files).await;
    let version = decided.version;
    Ok(Shown::version(decided, version))
}

/// `POST /v1/organisations/{organisation}/privacy-cases/{case}/extension`
pub async fn extend(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    case: Path<CaseId>,
    condition: Condition,
    body: Body<CaseExtension>,
) -> Result<Shown<PrivacyCase>, Problem> {
    let url = house.config.public_url.clone();
    let extended = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, AnswerPrivacyCases { organisation: path.0 })?;
            deciding::extend(tx, &permit, case.0, |version| condition.expects(version), &body.value, &url)?;
            store::read(tx, path.0, case.0)
        })
        .await?;
    let version = extended.version;
    Ok(Shown::version(extended, version))
}
