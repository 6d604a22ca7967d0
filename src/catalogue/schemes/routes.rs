//! Schemes over HTTP.

use super::{Scheme, actions::*, store};
use crate::{
    catalogue::Named,
    platform::{
        http::{Anyone, Body, Call, Condition, Created, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{Change, Code, Id, One, Several, Text, body},
        problem::Problem,
    },
    words::*,
};

/// What the body may receive.
pub type SchemeFields = Several<One<SchemeField>, 8, 1>;

body! {
    /// A scheme to add.
    pub struct NewScheme {
        /// Its code.
        pub code: Code,
        /// Its name.
        pub name: Named,
        /// The certifying body that owns it.
        pub body: Option<Id<OrganisationId>>,
        /// The most the body may receive of a completion.
        pub fields: SchemeFields,
        /// The page it was taken from.
        pub source: Option<Text<500>>,
    };
    example { "code": "VARME-ARBEIDER", "name": { "nb": "Varme arbeider", "en": "Hot work" }, "fields": ["name", "competence", "on"] }
}

body! {
    /// What to change about a scheme.
    pub struct SchemeChange {
        /// Its name.
        pub name: Option<Named>,
        /// The certifying body that owns it.
        pub body: Change<Id<OrganisationId>>,
        /// The most the body may receive of a completion, as a whole list.
        pub fields: Option<SchemeFields>,
        /// The page it was taken from.
        pub source: Change<Text<500>>,
    }
}

/// `GET /v1/schemes`
pub async fn list(house: House, _anyone: Anyone, query: Query<PageQuery>) -> Result<Listed<Scheme>, Problem> {
    let page = query.0.of("schemes")?;
    house.db.read(move |tx| store::list(tx, &page)).await
}

/// `GET /v1/schemes/{scheme}`
pub async fn show(house: House, _anyone: Anyone, path: Path<SchemeId>) -> Result<Shown<Scheme>, Problem> {
    let shown = house.db.read(move |tx| store::read(tx, path.0)).await?;
    let version = shown.version;
    Ok(Shown::version(shown, version))
}

/// `POST /v1/schemes`
pub async fn add(house: House, call: Call, body: Body<NewScheme>) -> Result<Created<Scheme>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, AddScheme)?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::add(tx, &permit, &body.value))?;
            store::read(tx, made.id())
        })
        .await?;
    Ok(Created { location: format!("/v1/schemes/{}", made.id), version: Some(made.version), value: made })
}

/// `PATCH /v1/schemes/{scheme}`
pub async fn change(
    house: House,
    call: Call,
    path: Path<SchemeId>,
    condition: Condition,
    body: Body<SchemeChange>,
) -> Result<Shown<Scheme>, Problem> {
    let changed = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeScheme { scheme: path.0 })?;
            condition.expects(store::version(tx, &permit)?)?;
            store::change(tx, &permit, body.value)
        })
        .await?;
    let version = changed.version;
    Ok(Shown::version(changed, version))
}
