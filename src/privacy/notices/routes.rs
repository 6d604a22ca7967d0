//! Notices over HTTP.

use super::{Notices, actions::HearOfErasures, store};
use crate::{
    completions::routes::Since,
    platform::{
        http::{Call, House, Page, Path, Query, Shown},
        problem::Problem,
    },
    words::OrganisationId,
};

/// `GET /v1/organisations/{organisation}/erasure-notices`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<Since>,
) -> Result<Shown<Notices>, Problem> {
    let since = query.0.since.map_or(0, |since| since.0);
    let page = Page::after(since, query.0.limit.map(|limit| limit.0));
    let listed = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, HearOfErasures { organisation: path.0 })?;
            Ok::<_, Problem>(store::list(tx, &permit, &page)?)
        })
        .await?;
    let since = listed.items.last().map_or(since, |step| step.number);
    Ok(Shown::plain(Notices { more: listed.next.is_some(), items: listed.items, since }))
}
