//! Packs over HTTP.

use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

use super::{
    MOST_COOLING_OFF_DAYS, OrganisationPack, PackPreview,
    actions::{ChoosePack, ReadPack},
    choose, look,
};
use crate::{
    law::{pack::rules, schedule::Rule},
    platform::{
        http::{Body, Call, House, Path, Shown},
        input::{Field, One, Reading, Several, Text, Whole, body, fault},
        problem::{Findings, Kind, Problem},
    },
    records::{packs::store, schedule},
    words::*,
};

/// A rule under which organisations hold something, by its id.
#[derive(Clone, Copy, Debug)]
pub struct OwnRule(pub &'static Rule);

fn codes() -> Vec<&'static str> {
    rules(schedule()).map(|rule| rule.id.code()).collect()
}

impl Field for OwnRule {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let code = Text::<80>::read(value, reading)?;
        let found = rules(schedule()).find(|rule| rule.id.code() == code.as_str());
        found.map_or_else(|| fault(Fault::NotInList { allowed: codes() }), |rule| Ok(Self(rule)))
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).enum_values(Some(codes())).into()
    }
}

body! {
    /// What an organisation chooses under a rule.
    pub struct NewChoice {
        /// The rule.
        pub rule: OwnRule,
        /// Who answers a request for erasure. What the schedule refers is referred anyway.
        pub answers: One<Answering>,
        /// How many months the organisation's own wish lasts, counted as the rule counts; null for as long as the schedule says.
        pub may_keep: Option<Whole<0, 2400>>,
    }
}

body! {
    /// What an organisation chooses inside the schedule's limits. Under rules that are not named nothing is chosen.
    pub struct NewPack {
        /// How many days what a person confirmed waits, and can be taken back.
        pub cooling_off_days: Whole<0, MOST_COOLING_OFF_DAYS>,
        /// The rules under which something is chosen.
        pub rules: Several<NewChoice, 50>,
    }
}

body! {
    /// What is to be looked at.
    pub struct ProposedPack {
        /// The pack.
        pub pack: NewPack,
    };
    example { "pack": { "cooling_off_days": 7, "rules": [{ "rule": "RS12", "answers": "refer", "may_keep": 6 }] } }
}

body! {
    /// What was looked at and is to be applied.
    pub struct PackConfirmation {
        /// The pack.
        pub pack: NewPack,
        /// What was shown for it.
        pub preview: Text<200>,
    };
    example { "pack": { "cooling_off_days": 0, "rules": [] }, "preview": "c3RhbmRzIGZvciB3aGF0IHdhcyBzZWVu" }
}

/// `GET /v1/organisations/{organisation}/pack`
pub async fn show(house: House, call: Call, path: Path<OrganisationId>) -> Result<Shown<OrganisationPack>, Problem> {
    let chosen = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadPack { organisation: path.0 })?;
        Ok::<_, Problem>(store::in_force(tx, permit.action().organisation)?)
    });
    let chosen = OrganisationPack::from(chosen.await?);
    let version = chosen.version;
    Ok(Shown::version(chosen, version))
}

/// `POST /v1/organisations/{organisation}/pack-preview`
pub async fn preview(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<ProposedPack>,
) -> Result<Shown<PackPreview>, Problem> {
    let pack = body.value.pack.checked()?;
    let seen = look(&house, call.actor, |organisation| ReadPack { organisation }, path.0, &pack).await?;
    Ok(Shown::plain(PackPreview { preview: seen.token(path.0, &pack), on: seen.on, effects: seen.effects }))
}

/// `PUT /v1/organisations/{organisation}/pack`
pub async fn put(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<PackConfirmation>,
) -> Result<Shown<OrganisationPack>, Problem> {
    let (organisation, actor) = (path.0, call.actor);
    let pack = body.value.pack.checked()?;
    let seen = look(&house, actor, |organisation| ChoosePack { organisation }, organisation, &pack).await?;
    if seen.token(organisation, &pack) != body.value.preview.as_str() {
        return Err(Kind::PreviewChanged.into());
    }
    let chosen = house.db.write(move |tx| {
        let permit = tx.permit(&actor, ChoosePack { organisation })?;
        choose(tx, &permit, &seen, &pack)
    });
    let chosen = OrganisationPack::from(chosen.await?);
    let version = chosen.version;
    Ok(Shown::version(chosen, version))
}
