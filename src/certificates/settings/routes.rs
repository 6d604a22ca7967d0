//! How an organisation issues, over HTTP.

use serde_json::Value;
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, schema::Type};

use super::{
    Colour, Issuing,
    store::{self, Choice},
};
use crate::{
    certificates::actions::{ChooseIssuing, ReadCertificates},
    documents,
    platform::{
        http::{Body, Call, Condition, Done, File, House, Path, PictureSent, Png, Shown},
        input::{Field, Name, Reading, Text, body, fault},
        picture::{Shape, reshaped},
        problem::{Findings, Kind, Problem},
    },
    words::*,
};

/// What numbers begin with: they are read aloud and typed, so two to six capital letters from A to Z.
#[derive(Clone, Debug)]
pub struct Prefix(String);

impl Field for Prefix {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let text = Text::<80>::read(value, reading)?.into_string();
        let fits = (2..=6).contains(&text.len()) && text.bytes().all(|letter| letter.is_ascii_uppercase());
        if fits { Ok(Self(text)) } else { fault(Fault::NotAPrefix) }
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^[A-Z]{2,6}$")).into()
    }
}

body! {
    /// How an organisation is to issue.
    pub struct NewIssuing {
        /// What its certificate numbers begin with: two to six letters A to Z.
        pub prefix: Prefix,
        /// Who signs for it: name and title as they are to stand on the document.
        pub signatory: Option<Name>,
        /// The colour of what stands out, as `#0d475c`: dark enough to be read on white paper.
        pub colour: Option<Colour>,
    };
    example { "prefix": "FK", "signatory": "Kari Nordmann, daglig leder", "colour": "#0d475c" }
}

impl Field for Colour {
    fn read(value: &Value, reading: &Reading) -> Result<Self, Findings> {
        let text = Text::<80>::read(value, reading)?.into_string();
        match Self::parse(&text) {
            Some(colour) if colour.is_legible() => Ok(colour),
            Some(_) => fault(Fault::TooPale),
            None => fault(Fault::NotAColour),
        }
    }
    fn describe() -> RefOr<Schema> {
        ObjectBuilder::new().schema_type(Type::String).pattern(Some("^#[0-9a-fA-F]{6}$")).into()
    }
}

/// `GET /v1/organisations/{organisation}/issuing`
pub async fn show(house: House, call: Call, path: Path<OrganisationId>) -> Result<Shown<Issuing>, Problem> {
    let chosen = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
        Ok::<_, Problem>(Issuing::from(store::chosen(tx, permit.action().organisation)?))
    });
    let chosen = chosen.await?;
    let version = chosen.version;
    Ok(Shown::version(chosen, version))
}

/// `PUT /v1/organisations/{organisation}/issuing`
pub async fn choose(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    condition: Condition,
    body: Body<NewIssuing>,
) -> Result<Shown<Issuing>, Problem> {
    let chosen = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ChooseIssuing { organisation: path.0 })?;
        let NewIssuing { prefix, signatory, colour } = &body.value;
        let choice =
            Choice { prefix: &prefix.0, signatory: signatory.as_ref().map(|name| name.as_str()), colour: *colour };
        store::choose(tx, &permit, &choice, |version| condition.expects(version))
    });
    let chosen = chosen.await?;
    let version = chosen.version;
    Ok(Shown::version(chosen, version))
}

/// `GET /v1/organisations/{organisation}/issuing/logo`
pub async fn logo(house: House, call: Call, path: Path<OrganisationId>) -> Result<File<Png>, Problem> {
    let kept = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
        let logo = store::chosen(tx, permit.action().organisation)?.logo.ok_or(Kind::NotFound)?;
        Ok::<_, Problem>(documents::store::kept(tx, logo)?)
    });
    let kept = kept.await?;
    Ok(File::new(documents::get(&house, kept).await?, "logo.png".into()))
}

/// `PUT /v1/organisations/{organisation}/issuing/logo`
pub async fn put_logo(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    picture: PictureSent,
) -> Result<Done, Problem> {
    let (organisation, actor) = (path.0, call.actor);
    house.db.read(move |tx| tx.permit(&actor, ChooseIssuing { organisation }).map(drop).map_err(Problem::from)).await?;
    let picture = reshaped(picture.bytes().await?, Shape::Logo).await?;
    let stored = documents::put(&house, picture.media_type, picture.bytes).await?;
    let left = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ChooseIssuing { organisation })?;
        documents::store::keep(tx, &stored)?;
        store::choose_logo(tx, &permit, Some(stored.id()))
    });
    documents::discard(&house, left.await?).await;
    Ok(Done)
}

/// `DELETE /v1/organisations/{organisation}/issuing/logo`
pub async fn remove_logo(house: House, call: Call, path: Path<OrganisationId>) -> Result<Done, Problem> {
    let left = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, ChooseIssuing { organisation: path.0 })?;
        store::choose_logo(tx, &permit, None)
    });
    documents::discard(&house, left.await?).await;
    Ok(Done)
}
