//! Keys for credentials as tokens (JWT). Every reader of Open Badges knows RSA with SHA-256 and hardly any other, so an issuer
//! gets such a key, too, when somebody first asks for a token: making one takes a while.

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, Pkcs8V1Der},
    rand::SystemRandom,
    rsa::KeySize,
    signature::{KeyPair, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256, RsaKeyPair, RsaPublicKeyComponents},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};

use super::store;
use crate::{
    platform::{blocking::off_the_loop, http::House, problem::Problem},
    words::OrganisationId,
};

/// The public half: modulus and exponent, in base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicTokenKey {
    /// What it is called: its thumbprint (RFC 7638).
    pub name: String,
    modulus: String,
    exponent: String,
}

impl PublicTokenKey {
    /// The key of that name, as [`Self::written`] writes it.
    pub fn parse(name: String, written: &str) -> Option<Self> {
        let (modulus, exponent) = written.split_once('.')?;
        Some(Self { name, modulus: modulus.to_owned(), exponent: exponent.to_owned() })
    }

    fn of(pair: &RsaKeyPair) -> Self {
        let public = pair.public_key();
        let modulus = BASE64.encode(public.modulus().big_endian_without_leading_zero());
        let exponent = BASE64.encode(public.exponent().big_endian_without_leading_zero());
        let required = format!("{{\"e\":\"{exponent}\",\"kty\":\"RSA\",\"n\":\"{modulus}\"}}");
        Self { name: BASE64.encode(digest(&SHA256, required.as_bytes())), modulus, exponent }
    }

    /// As a text.
    pub fn written(&self) -> String {
        format!("{}.{}", self.modulus, self.exponent)
    }

    /// As RFC 7518 writes it.
    pub fn jwk(&self) -> Value {
        json!({
            "kty": "RSA", "n": self.modulus, "e": self.exponent, "kid": self.name, "use": "sig", "alg": "RS256",
        })
    }

    /// Did its private half sign this?
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        let (Ok(n), Ok(e)) = (BASE64.decode(&self.modulus), BASE64.decode(&self.exponent)) else { return false };
        RsaPublicKeyComponents { n, e }.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
    }
}

/// A key that has just been made.
pub struct NewTokenKey {
    /// Its public half.
    pub public: PublicTokenKey,
    /// Its private half (PKCS #8).
    pub private: Vec<u8>,
}

impl NewTokenKey {
    /// Makes one; takes some tenths of a second.
    fn generate() -> Result<Self, Problem> {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).map_err(Problem::internal)?;
        let private: Pkcs8V1Der<'_> = pair.as_der().map_err(Problem::internal)?;
        Ok(Self { public: PublicTokenKey::of(&pair), private: private.as_ref().to_vec() })
    }
}

/// A key that signs tokens.
#[derive(Debug)]
pub struct TokenKey {
    url: String,
    pair: RsaKeyPair,
}

impl TokenKey {
    /// The key of a private half, whose public half is found at an address; nothing if it is none.
    pub fn parse(url: String, private: &[u8]) -> Option<Self> {
        Some(Self { url, pair: RsaKeyPair::from_pkcs8(private).ok()? })
    }

    /// Signs claims as a token of a type. The same claims give the same token.
    ///
    /// # Errors
    /// Memory's.
    pub fn sign(&self, kind: &str, claims: &Value) -> Result<String, Problem> {
        let header = json!({ "alg": "RS256", "kid": self.url, "typ": kind });
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let (how, chance) = (&RSA_PKCS1_SHA256, SystemRandom::new());
        self.pair.sign(how, &chance, signed.as_bytes(), &mut signature).map_err(Problem::internal)?;
        Ok(format!("{signed}.{}", BASE64.encode(signature)))
    }
}

/// One is made at a time, however many ask: it takes a processor for a while.
static MAKING: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The key an issuer signs tokens with, which is made if there is none.
///
/// # Errors
/// 404 if it has never issued anything; the database's.
pub async fn in_use(house: &House, organisation: OrganisationId) -> Result<TokenKey, Problem> {
    if let Some(key) = kept(house, organisation).await? {
        return Ok(key);
    }
    let _turn = MAKING.lock().await;
    if let Some(key) = kept(house, organisation).await? {
        return Ok(key);
    }
    let new = off_the_loop(NewTokenKey::generate).await.map_err(Problem::internal)??;
    house.db.write(move |tx| Ok::<_, Problem>(store::make_token_key(tx, organisation, &new)?)).await?;
    kept(house, organisation).await?.ok_or_else(|| Problem::internal("a key that was just made is gone"))
}

async fn kept(house: &House, organisation: OrganisationId) -> Result<Option<TokenKey>, Problem> {
    let url = house.config.public_url.clone();
    house.db.read(move |tx| Ok::<_, Problem>(store::token_key(tx, &url, organisation)?)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_verifies_by_the_key_that_is_published_and_by_no_other() {
        let (one, other) = (NewTokenKey::generate().expect("made"), NewTokenKey::generate().expect("made"));
        let key = TokenKey::parse("https://example.no/keys/1".into(), &one.private).expect("a key");
        let token = key.sign("JWT", &json!({ "iss": "did:web:example.no" })).expect("signed");
        assert_eq!(token, key.sign("JWT", &json!({ "iss": "did:web:example.no" })).expect("signed"));
        let (signed, signature) = token.rsplit_once('.').expect("three parts");
        let signature = BASE64.decode(signature).expect("base64url");
        let published = PublicTokenKey::parse(one.public.name.clone(), &one.public.written()).expect("a key");
        assert_eq!(published, one.public);
        assert!(published.verifies(signed.as_bytes(), &signature));
        assert!(!other.public.verifies(signed.as_bytes(), &signature));
        assert!(!published.verifies(&signed.as_bytes()[1..], &signature));
        assert_eq!(PublicTokenKey::parse("x".into(), "no point"), None);
    }
}
