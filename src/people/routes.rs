//! Cards and claims over HTTP.

use serde::Serialize;
use utoipa::ToSchema;

use super::{Card, Claim, actions::*, claims, store};
use crate::{
    platform::{
        http::{Body, Call, Condition, Created, Done, House, Listed, PageQuery, Path, Query, Shown, once},
        input::{BirthDate, Change, Code, Email, Mobile, Name, Several, body},
        problem::Problem,
    },
    words::*,
};

body! {
    /// A person to make known to your organisation.
    pub struct NewCard {
        /// Your own reference, unique among your cards.
        pub external_reference: Option<Code>,
        /// The name.
        pub name: Option<Name>,
        /// E-mail addresses.
        pub emails: Option<Several<Email, 10>>,
        /// The day of birth.
        pub birth_date: Option<BirthDate>,
        /// Mobile number, with country code. Never required.
        pub mobile: Option<Mobile>,
        /// Position.
        pub position: Option<Name>,
    }
    check |card, _, findings| {
        if card.name.is_none() && card.external_reference.is_none() {
            findings.add("/name", Fault::OneOf { fields: "name, external_reference" });
        }
    };
    example { "external_reference": "A-17", "name": "Åse Ødegård" }
}

impl NewCard {
    pub(super) fn into_content(self) -> store::CardContent {
        store::CardContent {
            external_reference: self.external_reference.map(|text| text.into_string()),
            name: self.name.map(|text| text.into_string()),
            emails: self.emails.map_or_else(Vec::new, |emails| emails.0),
            birth_date: self.birth_date.map(BirthDate::day),
            mobile: self.mobile.map(|mobile| mobile.as_str().to_owned()),
            position: self.position.map(|text| text.into_string()),
        }
    }
}

body! {
    /// What to change on a card; what is left out stays, null clears.
    pub struct CardChange {
        /// Your own reference.
        pub external_reference: Change<Code>,
        /// The name.
        pub name: Change<Name>,
        /// E-mail addresses, all of them.
        pub emails: Option<Several<Email, 10>>,
        /// The day of birth.
        pub birth_date: Change<BirthDate>,
        /// Mobile number, with country code.
        pub mobile: Change<Mobile>,
        /// Position.
        pub position: Change<Name>,
    };
    example { "mobile": "+4790000000", "position": "Kranfører" }
}

body! {
    /// What to look for among your cards: one of the two.
    pub struct CardSearch {
        /// Your own reference.
        pub external_reference: Option<Code>,
        /// An e-mail address.
        pub email: Option<Email>,
    }
    check |search, _, findings| {
        if search.external_reference.is_some() == search.email.is_some() {
            findings.add("", Fault::OneOf { fields: "external_reference, email" });
        }
    };
    example { "external_reference": "A-17" }
}

body! {
    /// What to change on your own card. The mobile number is removed with `DELETE /v1/me/mobile`.
    pub struct OwnCardChange {
        /// Your name.
        pub name: Option<Name>,
        /// Your mobile number, with country code.
        pub mobile: Option<Mobile>,
    };
    example { "mobile": "+4790000000" }
}

/// Cards that were found.
#[derive(Debug, Serialize, ToSchema)]
pub struct FoundCards {
    /// At most fifty.
    pub items: Vec<Card>,
}

/// The person's claims.
#[derive(Debug, Serialize, ToSchema)]
pub struct Claims {
    /// Newest first.
    pub items: Vec<Claim>,
}

fn shown(card: Card) -> Shown<Card> {
    let version = card.version;
    Shown::version(card, version)
}

/// `GET /v1/organisations/{organisation}/persons`
pub async fn list(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    query: Query<PageQuery>,
) -> Result<Listed<Card>, Problem> {
    let page = query.0.of("persons")?;
    house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadCards { organisation: path.0 })?;
            store::list(tx, &permit, &page)
        })
        .await
}

/// `POST /v1/organisations/{organisation}/persons`
pub async fn create(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<NewCard>,
) -> Result<Created<Card>, Problem> {
    let card = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, WriteCards { organisation: path.0 })?;
            let made = once(tx, &call, permit.name(), &body.hash, |tx| store::create(tx, &permit, body.value))?;
            Ok::<_, Problem>(store::read(tx, path.0, made.id())?)
        })
        .await?;
    let location = format!("/v1/organisations/{}/persons/{}", path.0, card.person);
    Ok(Created { location, version: Some(card.version), value: card })
}

/// `POST /v1/organisations/{organisation}/persons/search`
pub async fn search(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    body: Body<CardSearch>,
) -> Result<Shown<FoundCards>, Problem> {
    let items = house
        .db
        .read(move |tx| {
            let permit = tx.permit(&call.actor, ReadCards { organisation: path.0 })?;
            store::search(tx, &permit, &body.value)
        })
        .await?;
    Ok(Shown::plain(FoundCards { items }))
}

/// `GET /v1/organisations/{organisation}/persons/{person}`
pub async fn show(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    person: Path<PersonId>,
) -> Result<Shown<Card>, Problem> {
    let card = house
        .db
        .read(move |tx| {
            tx.permit(&call.actor, ReadCards { organisation: path.0 })?;
            Ok::<_, Problem>(store::read(tx, path.0, person.0)?)
        })
        .await?;
    Ok(shown(card))
}

/// `PATCH /v1/organisations/{organisation}/persons/{person}`
pub async fn change(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    person: Path<PersonId>,
    condition: Condition,
    body: Body<CardChange>,
) -> Result<Shown<Card>, Problem> {
    let card = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, WriteCards { organisation: path.0 })?;
            store::change(tx, &permit, person.0, |version| condition.expects(version), body.value)
        })
        .await?;
    Ok(shown(card))
}

/// `GET /v1/me`
pub async fn me(house: House, call: Call) -> Result<Shown<Card>, Problem> {
    let card = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadOwnCard)?.person()?;
            Ok::<_, Problem>(store::read_own(tx, person)?)
        })
        .await?;
    Ok(shown(card))
}

/// `PATCH /v1/me`
pub async fn change_me(
    house: House,
    call: Call,
    condition: Condition,
    body: Body<OwnCardChange>,
) -> Result<Shown<Card>, Problem> {
    let card = house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, ChangeOwnCard)?;
            store::change_own(tx, &permit, |version| condition.expects(version), body.value)
        })
        .await?;
    Ok(shown(card))
}

/// `DELETE /v1/me/mobile`
pub async fn remove_mobile(house: House, call: Call) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, RemoveMobile)?;
            store::remove_mobile(tx, &permit)
        })
        .await?;
    Ok(Done)
}

/// `GET /v1/me/claims`
pub async fn my_claims(house: House, call: Call) -> Result<Shown<Claims>, Problem> {
    let items = house
        .db
        .read(move |tx| {
            let person = tx.permit(&call.actor, ReadClaims)?.person()?;
            Ok::<_, Problem>(claims::store::list(tx, person)?)
        })
        .await?;
    Ok(Shown::plain(Claims { items }))
}

/// `POST /v1/me/claims`
pub async fn claim(house: House, call: Call) -> Result<Shown<Claims>, Problem> {
    let items = house
        .db
        .write(move |tx| {
            let person = tx.permit(&call.actor, MakeClaims)?.person()?;
            claims::claim_by_email_and_birth_date(tx, person)?;
            Ok::<_, Problem>(claims::store::list(tx, person)?)
        })
        .await?;
    Ok(Shown::plain(Claims { items }))
}

/// `DELETE /v1/me/claims/{claim}`
pub async fn undo_claim(house: House, call: Call, path: Path<ClaimId>) -> Result<Done, Problem> {
    house
        .db
        .write(move |tx| {
            let permit = tx.permit(&call.actor, UndoClaim)?;
            claims::undo(tx, &permit, path.0)
        })
        .await?;
    Ok(Done)
}
