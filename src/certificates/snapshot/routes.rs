//! Where anyone downloads a snapshot.

use std::sync::Arc;

use serde::Serialize;
use utoipa::ToSchema;

use super::{key, writing};
use crate::{
    certificates::status::lists::Lists,
    platform::{
        http::{Anyone, House, Lines, Query, Written},
        input::Id,
        problem::Problem,
    },
    query,
    words::OrganisationId,
};

/// As long as a snapshot may be kept on its way: it says when it was made.
const KEEP_SECONDS: i64 = 300;

query! {
    /// Whose keys and lists.
    pub struct OfIssuer {
        /// Those of this organisation; of every issuer unless given.
        pub issuer: Option<Id<OrganisationId>>,
    }
}

/// What snapshots are signed with.
#[derive(Debug, Serialize, ToSchema)]
pub struct SnapshotKey {
    /// The public key (Ed25519) in multibase. It stays the same for ever: write it down, and give it to whoever verifies offline.
    pub key: String,
}

/// `GET /v1/verify/snapshot`
pub async fn download(
    house: House,
    _anyone: Anyone,
    lists: Arc<Lists>,
    query: Query<OfIssuer>,
) -> Result<Lines, Problem> {
    let only = query.0.issuer.map(|id| id.0);
    let pieces = writing::snapshot(house, lists, only).await?;
    Ok(Lines::to_anyone("attest-snapshot.ndjson", KEEP_SECONDS, pieces))
}

/// `GET /v1/verify/snapshot/key`
pub async fn signing_key(house: House, _anyone: Anyone) -> Result<Written<SnapshotKey>, Problem> {
    let key = SnapshotKey { key: key(house.db.vault()).name().to_owned() };
    let json = serde_json::to_string(&key).map_err(Problem::internal)?;
    Ok(Written::to_anyone(json, KEEP_SECONDS).from_anywhere())
}
