//! Where anyone finds the keys of an issuer.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{PublicKey, store, tokens::PublicTokenKey};
use crate::{
    certificates::actions::RotateIssuerKey,
    platform::{
        audit,
        http::{Answer, Anyone, Call, Created, DidDocument, House, Json, KeySet, Path},
        problem::{Kind, Problem},
    },
    words::*,
};

/// As long as a new key may be missing where somebody has fetched the keys before.
const KEEP: &str = "public, max-age=300";

/// A key that has just been made.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuerKey {
    /// The key itself, in multibase.
    pub name: String,
}

/// `POST /v1/organisations/{organisation}/issuer-keys`
pub async fn rotate(house: House, call: Call, path: Path<OrganisationId>) -> Result<Created<IssuerKey>, Problem> {
    let made = house.db.write(move |tx| {
        let permit = tx.permit(&call.actor, RotateIssuerKey { organisation: path.0 })?;
        let name = store::rotate(tx, permit.action().organisation)?;
        audit::note(tx, &permit, Some(path.0.uuid()), Some(json!({ "key": name })))?;
        Ok::<_, Problem>(name)
    });
    let name = made.await?;
    let location = format!("/o/{}/keys/{name}", path.0);
    Ok(Created { value: IssuerKey { name }, location, version: None })
}

/// `GET /o/{organisation}/did.json`
pub async fn did_document(
    house: House,
    _anyone: Anyone,
    organisation: Path<OrganisationId>,
) -> Result<Answer<DidDocument>, Problem> {
    let Published { did, keys, token_keys } = published(&house, organisation.0).await?;
    let proofs = keys.iter().map(|key| {
        json!({
            "id": key.method(), "type": "Multikey", "controller": did, "publicKeyMultibase": key.name(),
        })
    });
    let tokens = token_keys.iter().map(|key| {
        json!({
            "id": format!("{did}#{}", key.name), "type": "JsonWebKey", "controller": did, "publicKeyJwk": key.jwk(),
        })
    });
    let methods: Vec<Value> = proofs.chain(tokens).collect();
    // What was signed with a retired key goes on holding, so each is listed as one that speaks for the issuer.
    let names: Vec<&Value> = methods.iter().map(|method| &method["id"]).collect();
    let document = json!({
        "@context": [
            "https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1",
        ],
        "id": did, "verificationMethod": methods, "assertionMethod": names,
    });
    Ok(Answer::new(document.to_string(), KEEP).from_anywhere())
}

/// `GET /o/{organisation}/jwks.json`
pub async fn key_set(
    house: House,
    _anyone: Anyone,
    organisation: Path<OrganisationId>,
) -> Result<Answer<KeySet>, Problem> {
    let keys: Vec<Value> = published(&house, organisation.0).await?.jwks().collect();
    Ok(Answer::new(json!({ "keys": keys }).to_string(), KEEP).from_anywhere())
}

/// `GET /o/{organisation}/keys/{key}`
pub async fn key(
    house: House,
    _anyone: Anyone,
    organisation: Path<OrganisationId>,
    key: Path<String>,
) -> Result<Answer<Json>, Problem> {
    let found = published(&house, organisation.0).await?.jwks().find(|jwk| jwk["kid"] == key.0);
    Ok(Answer::new(found.ok_or(Kind::NotFound)?.to_string(), KEEP).from_anywhere())
}

/// What an issuer publishes.
struct Published {
    did: String,
    keys: Vec<PublicKey>,
    token_keys: Vec<PublicTokenKey>,
}

impl Published {
    fn jwks(&self) -> impl Iterator<Item = Value> {
        self.keys.iter().map(jwk).chain(self.token_keys.iter().map(PublicTokenKey::jwk))
    }
}

/// An issuer's keys, and its DID. Who has never issued anything has none.
async fn published(house: &House, organisation: OrganisationId) -> Result<Published, Problem> {
    let url = house.config.public_url.clone();
    let read = house.db.read(move |tx| {
        let issuer = store::address(tx, &url, organisation)?;
        let (keys, token_keys) = (store::all(tx, &issuer, organisation)?, store::token_keys(tx, organisation)?);
        Ok::<_, Problem>(Published { did: issuer.did, keys, token_keys })
    });
    let published = read.await?;
    if published.keys.is_empty() { Err(Kind::NotFound.into()) } else { Ok(published) }
}

/// A key as RFC 8037 writes it.
fn jwk(key: &PublicKey) -> Value {
    json!({
        "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(key.bytes()),
        "kid": key.name(), "use": "sig", "alg": "EdDSA",
    })
}
