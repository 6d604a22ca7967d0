//! Hand-overs over HTTP.

use super::{HandOverPlan, HandedOver, hand_over, handed_over, planned};
use crate::{
    platform::{
        http::{Body, Call, Created, House, Path, Shown, once},
        input::{Text, body},
        problem::Problem,
    },
    privacy::actions::HandOver,
    words::*,
};

body! {
    /// What was looked at and is to be done.
    pub struct HandOverConfirmation {
        /// The plan, as it was shown.
        pub plan: Text<200>,
    };
    example { "plan": "1.Wm1GcldYTTM" }
}

/// `GET /v1/me/completions/{completion}/hand-overs/{organisation}/plan`
pub async fn look(
    house: House,
    call: Call,
    completion: Path<RecordId>,
    to: Path<OrganisationId>,
) -> Result<Shown<HandOverPlan>, Problem> {
    let plan = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, HandOver)?.person()?;
            planned(tx, person, completion.0, to.0)
        })
        .await?;
    Ok(Shown::plain(plan))
}

/// `POST /v1/me/completions/{completion}/hand-overs/{organisation}`
pub async fn give(
    house: House,
    call: Call,
    completion: Path<RecordId>,
    to: Path<OrganisationId>,
    body: Body<HandOverConfirmation>,
) -> Result<Created<HandedOver>, Problem> {
    let made = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, HandOver)?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| {
                hand_over(tx, &permit, completion.0, to.0, body.value.plan.as_str())?;
                Ok(completion.0)
            })?;
            handed_over(tx, made.id(), to.0)
        })
        .await?;
    Ok(Created { location: format!("/v1/me/completions/{}", made.completion), version: None, value: made })
}
