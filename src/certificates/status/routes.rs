//! Where anyone fetches a status list.

use super::{Purpose, lists::Lists};
use crate::{
    platform::{
        http::{Answer, Anyone, AsToken, Credential, CredentialToken, Description, House, Input, Path, Taking},
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

/// How long a list may be kept elsewhere: with the seconds it is kept here (`lists::UNASKED_SECONDS`) a minute, after which
/// everybody sees what is revoked.
const KEEP: &str = "public, max-age=50";

/// `GET /o/{organisation}/status/{list}`
pub async fn revocations(
    house: House,
    _anyone: Anyone,
    lists: Arc<Lists>,
    organisation: Path<OrganisationId>,
    list: Path<StatusListId>,
    form: AsToken,
) -> Result<Answer<Credential>, Problem> {
    published(&house, &lists, (organisation.0, list.0), Purpose::Revocation, form).await
}

/// `GET /o/{organisation}/status/{list}/suspension`
pub async fn suspensions(
    house: House,
    _anyone: Anyone,
    lists: Arc<Lists>,
    organisation: Path<OrganisationId>,
    list: Path<StatusListId>,
    form: AsToken,
) -> Result<Answer<Credential>, Problem> {
    published(&house, &lists, (organisation.0, list.0), Purpose::Suspension, form).await
}

async fn published(
    house: &House,
    lists: &Lists,
    of: (OrganisationId, StatusListId),
    purpose: Purpose,
    AsToken(as_token): AsToken,
) -> Result<Answer<Credential>, Problem> {
    let answer = |text: Arc<str>| Answer::kept(text, KEEP).from_anywhere().by("Accept");
    if as_token {
        return Ok(answer(lists.token(house, of, purpose).await?).instead::<CredentialToken>());
    }
    Ok(answer(lists.proven(house, of, purpose).await?))
}
