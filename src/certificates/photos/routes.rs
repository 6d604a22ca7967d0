//! The holder's photo over HTTP.

use super::{Photo, store};
use crate::{
    certificates::actions::IssueCertificates,
    documents, people,
    platform::{
        http::{Call, Done, File, House, Jpeg, Path, PictureSent, Query, Shown},
        input::Whole,
        picture::{Cut, Shape, reshaped},
        problem::{Kind, Problem},
    },
    query,
    words::*,
};

query! {
    /// Which part of the picture shows the face, in pixels of the picture as it is shown. All four or none: then the
    /// largest part of three to four in the middle.
    pub struct Part {
        /// From the left edge.
        pub left: Option<Whole<0, 12_000>>,
        /// From the upper edge.
        pub top: Option<Whole<0, 12_000>>,
        /// How wide.
        pub width: Option<Whole<1, 12_000>>,
        /// How high.
        pub height: Option<Whole<1, 12_000>>,
    }
}

impl Part {
    fn cut(&self) -> Result<Option<Cut>, Problem> {
        let pixels = |n: i64| u32::try_from(n).unwrap_or(u32::MAX);
        let (left, top) = (self.left.as_ref().map(|n| pixels(n.0)), self.top.as_ref().map(|n| pixels(n.0)));
        let (width, height) = (self.width.as_ref().map(|n| pixels(n.0)), self.height.as_ref().map(|n| pixels(n.0)));
        let named = [("?left", left), ("?top", top), ("?width", width), ("?height", height)];
        if named.iter().all(|(_, given)| given.is_none()) {
            return Ok(None);
        }
        let [left, top, width, height] =
            named.map(|(name, given)| given.ok_or_else(|| Problem::at(name, Fault::Required)));
        Ok(Some(Cut { left: left?, top: top?, width: width?, height: height? }))
    }
}

/// `GET /v1/organisations/{organisation}/persons/{person}/photo`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    person: Path<PersonId>,
) -> Result<File<Jpeg>, Problem> {
    let kept = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, IssueCertificates { organisation: path.0 })?;
        store::photo(tx, permit.action().organisation, person.0)?.ok_or(Problem::from(Kind::NotFound))
    });
    let kept = kept.await?;
    Ok(File::new(documents::get(&house, kept).await?, "photo.jpg".into()))
}

/// `PUT /v1/organisations/{organisation}/persons/{person}/photo`
pub async fn put(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    person: Path<PersonId>,
    query: Query<Part>,
    picture: PictureSent,
) -> Result<Shown<Photo>, Problem> {
    let (organisation, person, actor) = (path.0, person.0, call.actor);
    let cut = query.0.cut()?;
    house
        .db
        .read(move |tx| {
            tx.permit(&actor, IssueCertificates { organisation })?;
            people::store::read(tx, organisation, person)?;
            Ok::<_, Problem>(())
        })
        .await?;
    let picture = reshaped(picture.bytes().await?, Shape::Portrait(cut)).await?;
    let stored = documents::put(&house, picture.media_type, picture.bytes).await?;
    let kept = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, IssueCertificates { organisation })?;
        people::store::read(tx, organisation, person)?;
        store::put(tx, &permit, person, &stored)
    });
    let (photo, left) = kept.await?;
    documents::discard(&house, left).await;
    Ok(Shown::plain(photo))
}

/// `DELETE /v1/organisations/{organisation}/persons/{person}/photo`
pub async fn remove(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    person: Path<PersonId>,
) -> Result<Done, Problem> {
    let left = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, IssueCertificates { organisation: path.0 })?;
        people::store::read(tx, path.0, person.0)?;
        store::remove(tx, &permit, person.0)
    });
    documents::discard(&house, left.await?).await;
    Ok(Done)
}
