//! Credentials for their holder, who takes them along, and for their issuer.

use std::io::{Cursor, Write};

use serde::Serialize;
use serde_json::{Value, value::RawValue};
use utoipa::ToSchema;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    issuer,
    store::{self, Signed},
    token::claims,
};
use crate::{
    certificates::{
        actions::{ReadCertificates, ReadOwnCertificates},
        keys::{organisation, tokens},
        store::{issued_document, own_document},
    },
    platform::{
        blocking::off_the_loop,
        http::{Call, Credential, CredentialToken, File, House, Listed, Path, Zip},
        problem::{Kind, Problem},
    },
    words::*,
};

/// A credential, as it was signed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Portable {
    /// Its id, the same in every version.
    pub id: CredentialId,
    /// The competence or the course.
    pub name: String,
    /// What was signed (W3C Verifiable Credentials 2.0, Open Badges 3.0).
    #[schema(value_type = Object)]
    pub credential: Box<RawValue>,
}

impl TryFrom<Signed> for Portable {
    type Error = Problem;

    fn try_from(Signed { id, name, text, .. }: Signed) -> Result<Self, Problem> {
        Ok(Self { id, name, credential: RawValue::from_string(text).map_err(Problem::internal)? })
    }
}

/// `GET /v1/me/certificates/{certificate}/credentials`
pub async fn mine(house: House, call: Call, certificate: Path<CertificateId>) -> Result<Listed<Portable>, Problem> {
    listed(own(&house, call, certificate.0).await?)
}

/// `GET /v1/me/certificates/{certificate}/credentials/{credential}`
pub async fn my_one(
    house: House,
    call: Call,
    certificate: Path<CertificateId>,
    credential: Path<CredentialId>,
) -> Result<File<Credential>, Problem> {
    let one = own_one(&house, call, certificate.0, credential.0).await?;
    Ok(File::new(one.text.clone().into_bytes(), one.file()))
}

/// `GET /v1/me/certificates/{certificate}/credentials/{credential}/token`
pub async fn my_token(
    house: House,
    call: Call,
    certificate: Path<CertificateId>,
    credential: Path<CredentialId>,
) -> Result<File<CredentialToken>, Problem> {
    let one = own_one(&house, call, certificate.0, credential.0).await?;
    let said: Value = serde_json::from_str(&one.text).map_err(Problem::internal)?;
    let issuer = issuer(&said).and_then(organisation);
    let issuer = issuer.ok_or_else(|| Problem::internal("a credential of nobody"))?;
    let key = tokens::in_use(&house, issuer).await?;
    let claims = claims(&said).ok_or_else(|| Problem::internal("a credential without claims"))?;
    let token = off_the_loop(move || key.sign("JWT", &claims)).await.map_err(Problem::internal)??;
    Ok(File::new(token.into_bytes(), one.file().replace(".json", ".jwt")))
}

/// The credentials of one of the caller's own certificates.
async fn own(house: &House, call: Call, certificate: CertificateId) -> Result<Vec<Signed>, Problem> {
    let signed = house.db.read(move |tx| {
        let person = tx.permit(&call.actor, ReadOwnCertificates)?.person()?;
        own_document(tx, person, certificate)?;
        store::signed(tx, certificate)
    });
    signed.await
}

async fn own_one(
    house: &House,
    call: Call,
    certificate: CertificateId,
    credential: CredentialId,
) -> Result<Signed, Problem> {
    let found = own(house, call, certificate).await?.into_iter().find(|one| one.id == credential);
    found.ok_or_else(|| Kind::NotFound.into())
}

/// `GET /v1/me/credentials`
pub async fn all_mine(house: House, call: Call) -> Result<File<Zip>, Problem> {
    let read = house.db.read(move |tx| {
        let person = tx.permit(&call.actor, ReadOwnCertificates)?.person()?;
        Ok::<_, Problem>((store::own(tx, person)?, tx.now()))
    });
    let (all, at) = read.await?;
    let packed =
        off_the_loop(move || packed(&all, at).map_err(Problem::internal)).await.map_err(Problem::internal)??;
    Ok(File::new(packed, "credentials.zip".into()))
}

/// `GET /v1/organisations/{organisation}/certificates/{certificate}/credentials`
pub async fn issued(
    house: House,
    call: Call,
    path: Path<OrganisationId>,
    certificate: Path<CertificateId>,
) -> Result<Listed<Portable>, Problem> {
    let signed = house.db.read(move |tx| {
        let permit = tx.permit(&call.actor, ReadCertificates { organisation: path.0 })?;
        issued_document(tx, permit.action().organisation, certificate.0)?;
        store::signed(tx, certificate.0)
    });
    listed(signed.await?)
}

fn listed(signed: Vec<Signed>) -> Result<Listed<Portable>, Problem> {
    let items = signed.into_iter().map(Portable::try_from).collect::<Result<_, _>>()?;
    Ok(Listed { items, next: None })
}

/// What is in a package of credentials.
#[derive(Debug, Serialize)]
struct Manifest<'a> {
    /// When it was made.
    made_at: Instant,
    /// One for each file.
    credentials: Vec<Item<'a>>,
}

#[derive(Debug, Serialize)]
struct Item<'a> {
    file: String,
    id: CredentialId,
    name: &'a str,
    certificate: &'a str,
    issuer: &'a str,
}

impl<'a> Item<'a> {
    fn of(one: &'a Signed) -> Self {
        Self { file: one.file(), id: one.id, name: &one.name, certificate: &one.number, issuer: &one.issuer }
    }
}

/// Credentials in one file, with a list of what is in it.
fn packed(all: &[Signed], made_at: Instant) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let manifest = Manifest { made_at, credentials: all.iter().map(Item::of).collect() };
    zip.start_file("manifest.json", SimpleFileOptions::default())?;
    zip.write_all(&serde_json::to_vec_pretty(&manifest)?)?;
    for one in all {
        zip.start_file(one.file(), SimpleFileOptions::default())?;
        zip.write_all(one.text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}
