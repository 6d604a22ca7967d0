//! The register a provider has chosen, over HTTP.

use super::{RegisterChoice, store};
use crate::{
    organisations::actions::{ChooseRegister, ShowOrganisation},
    platform::{
        http::{Body, Call, House, Listed, Path},
        input::{OrgNumber, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// Which register certifies what you may not certify yourself.
    pub struct NewRegisterChoice {
        /// Completions from this day on.
        pub from: Day,
        /// The register's organisation number; left out, none from that day on.
        pub register: Option<OrgNumber>,
    };
    example { "from": "2026-01-01", "register": "974760673" }
}

/// `GET /v1/organisations/{organisation}/registers`
pub async fn list(house: House, call: Call, path: Path<OrganisationId>) -> Result<Listed<RegisterChoice>, Problem> {
    let items = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ShowOrganisation { organisation: path.0 })?;
        Ok::<_, Problem>(store::registers_of(tx, permit.action().organisation)?)
    });
    Ok(Listed { items: items.await?, next: None })
}

/// `POST /v1/organisations/{organisation}/registers`
pub async fn choose(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewRegisterChoice>,
) -> Result<Listed<RegisterChoice>, Problem> {
    let items = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ChooseRegister { organisation: path.0 })?;
        store::choose(tx, &permit, body.value.from, body.value.register.as_ref().map(|number| number.as_str()))
    });
    Ok(Listed { items: items.await?, next: None })
}
