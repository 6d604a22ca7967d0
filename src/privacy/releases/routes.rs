//! Releases over HTTP.

use super::{Release, actions::ReleaseRecords, release, store};
use crate::{
    documents,
    platform::{
        http::{Body, Call, Created, House, Path, Shown, once},
        input::{Id, One, Several, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// What to let go of: a record your organisation holds.
    pub struct ToRelease {
        /// The record.
        pub record: Id<RecordId>,
        /// The ground on which it is let go of; every ground your organisation holds it on unless given.
        pub ground: Option<One<Ground>>,
    }
}

body! {
    /// What your organisation lets go of before its time is over: all of it, or nothing.
    pub struct NewRelease {
        /// The records.
        pub records: Several<ToRelease, 100, 1>,
    };
    example { "records": [{ "record": "019cadf2-1111-7000-8000-00000000ffff", "ground": "ordered_required" }] }
}

/// `POST /v1/organisations/{organisation}/releases`
pub async fn create(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewRelease>,
) -> Result<Created<Release>, Problem> {
    let url = house.config.public_url.clone();
    let (made, files) = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ReleaseRecords { organisation: path.0 })?;
            let mut files = Vec::new();
            let made = once(tx, &call, permit.name(), &body.hash, |tx| {
                let (id, mut left) = release(tx, &permit, &body.value, &url)?;
                files.append(&mut left);
                Ok(id)
            })?;
            Ok::<_, Problem>((store::read(tx, path.0, made.id())?, files))
        })
        .await?;
    documents::discard(&house, files).await;
    let location = format!("/v1/organisations/{}/releases/{}", path.0, made.id);
    Ok(Created { location, version: None, value: made })
}

/// `GET /v1/organisations/{organisation}/releases/{release}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    release: Path<ReleaseId>,
) -> Result<Shown<Release>, Problem> {
    let shown = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReleaseRecords { organisation: path.0 })?;
            store::read(tx, permit.action().organisation, release.0)
        })
        .await?;
    Ok(Shown::plain(shown))
}
