//! What is not decided, over HTTP.

use super::{Undecided, actions::ReadUndecided, store};
use crate::{
    platform::{
        http::{Call, House, Listed, PageQuery, Path, Query},
        problem::Problem,
    },
    words::OrganisationId,
};

/// `GET /v1/organisations/{organisation}/undecided`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Undecided>, Problem> {
    let page = query.0.of("undecided")?;
    house
        .db
        .read_disclosing(move |tx| {
            let permit = tx.permit(&call.actor, ReadUndecided { organisation: path.0 })?;
            Ok::<_, Problem>(store::list(tx, &permit, &page)?)
        })
        .await
}
