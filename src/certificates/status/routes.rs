//! Where anyone fetches a status list.

use super::{Purpose, lists::Lists};
use crate::{
    platform::{
        http::{Answer, Credential, Description, House, Input, Path, Taking},
        problem::Problem,
    },
    words::*,
};
use std::sync::Arc;

impl Input for Arc<Lists> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        taking.given::<Arc<Lists>>().ok_or_else(|| Problem::internal("the server was started without lists"))
    }
    fn describe(_: &mut Description) {}
}

/// How long a list may be kept: what is revoked is seen by everybody after a minute.
const KEEP: &str = "public, max-age=60";

/// `GET /o/{organisation}/status/{list}`
pub async fn revocations(
    house: House,
    lists: Arc<Lists>,
    organisation: Path<OrganisationId>,
    list: Path<StatusListId>,
) -> Result<Answer<Credential>, Problem> {
    published(&house, &lists, (organisation.0, list.0), Purpose::Revocation).await
}

/// `GET /o/{organisation}/status/{list}/suspension`
pub async fn suspensions(
    house: House,
    lists: Arc<Lists>,
    organisation: Path<OrganisationId>,
    list: Path<StatusListId>,
) -> Result<Answer<Credential>, Problem> {
    published(&house, &lists, (organisation.0, list.0), Purpose::Suspension).await
}

async fn published(
    house: &House,
    lists: &Lists,
    of: (OrganisationId, StatusListId),
    purpose: Purpose,
) -> Result<Answer<Credential>, Problem> {
    let json = lists.published(&house.db, &house.config.public_url, of, purpose).await?;
    Ok(Answer::new(json.to_string(), KEEP).from_anywhere())
}
