//! Access tokens: short-lived JWTs signed with Ed25519 (RFC 8037), checked without asking the database.
//!
//! A token proves who is calling. Whether the account, sign-in or client behind it is still open is asked inside every
//! transaction, never here.

pub mod routes;
pub mod store;

use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Mutex, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
};

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{
    access::Actor,
    platform::{
        db::{Db, Error},
        http::ReadsTokens,
        vault,
    },
    words::{AccountId, ClientId, Instant, SignInId},
};

/// How long an access token is valid.
pub const LIFETIME_SECONDS: i64 = 15 * 60;
/// A retired key still verifies: its last token lives a quarter of an hour, and another instance may have signed with it
/// until it noticed.
const RETIRED_KEYS_VERIFY: TimeDelta = TimeDelta::minutes(30);
/// An unknown key is looked for in the database at most so often, so that nobody can make us look all the time.
const LOOK_AGAIN_SECONDS: i64 = 5;
/// So many verified tokens are remembered.
const MOST_REMEMBERED: usize = 20_000;

/// Signs and reads access tokens.
pub struct Tokens {
    issuer: String,
    db: Db,
    ring: RwLock<Ring>,
    looked_at: AtomicI64,
    remembered: Mutex<HashMap<String, (Actor, i64)>>,
}

/// The keys, as of the last look.
#[derive(Default)]
struct Ring {
    signing: Option<(String, EncodingKey)>,
    verifying: BTreeMap<String, Verifying>,
}

struct Verifying {
    key: DecodingKey,
    public: String,
    until: Option<Instant>,
}

/// A key as it lies in the database.
pub struct StoredKey {
    /// Its name in token headers: the thumbprint of the public half (RFC 7638).
    pub kid: String,
    /// The public half, in base64.
    pub public: String,
    /// The private half (PKCS #8), sealed.
    pub sealed: String,
    /// Since when it signs nothing any more.
    pub retired_at: Option<Instant>,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    sub: String,
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<SignInId>,
    iat: i64,
    exp: i64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Account,
    Client,
}

/// Why no token could be signed.
#[derive(Debug, thiserror::Error)]
pub enum CannotSign {
    /// There is no key that signs.
    #[error("no key signs")]
    NoKey,
    /// Only accounts and clients have tokens.
    #[error("this actor has no tokens")]
    NoTokens,
    /// The signing itself failed.
    #[error("signing failed")]
    Failed,
}

impl From<CannotSign> for crate::platform::problem::Problem {
    fn from(cannot: CannotSign) -> Self {
        Self::internal(cannot)
    }
}

/// A new key pair: its public half in base64, its private half as PKCS #8.
fn generate() -> Result<(String, Vec<u8>), Error> {
    let failed = |_| Error::Other("a signing key could not be made".into());
    let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map_err(failed)?;
    let pair = Ed25519KeyPair::from_pkcs8(document.as_ref())
        .map_err(|_| Error::Other("a signing key could not be read".into()))?;
    Ok((BASE64.encode(pair.public_key().as_ref()), document.as_ref().to_vec()))
}

/// The thumbprint of a public key (RFC 7638): members in lexical order, no spaces.
fn thumbprint(public: &str) -> String {
    vault::sha256(format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}"#).as_bytes())
}

impl Tokens {
    /// Reads the keys; makes the first one on the first start.
    ///
    /// # Errors
    /// The database's; `Other` if the master key is not the one the keys were sealed with.
    pub fn open(db: &Db, issuer: &str) -> Result<Self, Error> {
        db.write_here(store::make_first)?;
        let tokens = Self {
            issuer: issuer.to_owned(),
            db: db.clone(),
            ring: RwLock::default(),
            looked_at: AtomicI64::new(0),
            remembered: Mutex::default(),
        };
        tokens.reload()?;
        Ok(tokens)
    }

    /// Reads the keys again, because another instance or a command may have rotated them.
    ///
    /// # Errors
    /// As [`Tokens::open`].
    pub fn reload(&self) -> Result<(), Error> {
        let now = self.db.clock().now();
        let ring = Ring::of(self.db.read_here(store::keys)?, &self.db, now)?;
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = ring;
        self.looked_at.store(now.seconds(), Ordering::Relaxed);
        Ok(())
    }

    /// A token for an account or a client, valid from now for [`LIFETIME_SECONDS`].
    ///
    /// # Errors
    /// `CannotSign`.
    pub fn issue(&self, actor: Actor, now: Instant) -> Result<String, CannotSign> {
        let (sub, kind, sid) = match actor {
            Actor::Account { account, sign_in } => (account.to_string(), Kind::Account, Some(sign_in)),
            Actor::Client(client) => (client.to_string(), Kind::Client, None),
            Actor::Anyone | Actor::Delegate(_) | Actor::Console | Actor::Job => return Err(CannotSign::NoTokens),
        };
        let iat = now.seconds();
        let claims = Claims { iss: self.issuer.clone(), sub, kind, sid, iat, exp: iat + LIFETIME_SECONDS };
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let (kid, key) = ring.signing.as_ref().ok_or(CannotSign::NoKey)?;
        let header = Header { kid: Some(kid.clone()), ..Header::new(Algorithm::EdDSA) };
        encode(&header, &claims, key).map_err(|_| CannotSign::Failed)
    }

    /// The public keys, as a JWK set (RFC 7517).
    pub fn key_set(&self) -> Value {
        let now = self.db.clock().now();
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let keys: Vec<Value> = ring
            .verifying
            .iter()
            .filter(|(_, key)| key.verifies_at(now))
            .map(|(kid, key)| {
                json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": kid, "x": key.public })
            })
            .collect();
        json!({ "keys": keys })
    }

    fn verify(&self, token: &str, now: Instant) -> Option<(Actor, i64)> {
        let kid = decode_header(token).ok()?.kid?;
        self.look_for(&kid, now);
        let ring = self.ring.read().unwrap_or_else(PoisonError::into_inner);
        let key = ring.verifying.get(&kid).filter(|key| key.verifies_at(now))?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["iss", "sub", "exp"]);
        validation.validate_aud = false;
        // The library would read the machine's clock; we compare with the time of the request.
        validation.validate_exp = false;
        let claims = decode::<Claims>(token, &key.key, &validation).ok()?.claims;
        Some((claims.actor()?, claims.exp))
    }

    /// Looks into the database for a key nobody here knows. This waits, on the thread that answers: it happens once after
    /// a rotation, and a stranger cannot make it happen more often than every few seconds.
    fn look_for(&self, kid: &str, now: Instant) {
        let is_known = self.ring.read().unwrap_or_else(PoisonError::into_inner).verifying.contains_key(kid);
        let last = self.looked_at.load(Ordering::Relaxed);
        if is_known || now.seconds() < last + LOOK_AGAIN_SECONDS {
            return;
        }
        let mine = self.looked_at.compare_exchange(last, now.seconds(), Ordering::Relaxed, Ordering::Relaxed).is_ok();
        if mine && let Err(error) = self.reload() {
            tracing::warn!(%error, "the signing keys cannot be read");
        }
    }

    fn remember(&self, name: String, actor: Actor, exp: i64, now: Instant) {
        let mut remembered = self.remembered.lock().unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= MOST_REMEMBERED {
            remembered.retain(|_, (_, exp)| *exp > now.seconds());
        }
        // Still full of valid ones: beginning anew costs each of them one more check of its signature.
        if remembered.len() >= MOST_REMEMBERED {
            remembered.clear();
        }
        remembered.insert(name, (actor, exp));
    }
}

impl ReadsTokens for Tokens {
    fn read(&self, token: &str, now: Instant) -> Option<Actor> {
        let name = vault::sha256(token.as_bytes());
        let known = self.remembered.lock().unwrap_or_else(PoisonError::into_inner).get(&name).copied();
        if let Some((actor, exp)) = known {
            if exp > now.seconds() {
                return Some(actor);
            }
            self.remembered.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
            return None;
        }
        let (actor, exp) = self.verify(token, now)?;
        if exp <= now.seconds() {
            return None;
        }
        self.remember(name, actor, exp, now);
        Some(actor)
    }
}

impl Claims {
    fn actor(&self) -> Option<Actor> {
        match self.kind {
            Kind::Account => Some(Actor::Account { account: self.sub.parse::<AccountId>().ok()?, sign_in: self.sid? }),
            Kind::Client => Some(Actor::Client(self.sub.parse::<ClientId>().ok()?)),
        }
    }
}

impl Ring {
    fn of(stored: Vec<StoredKey>, db: &Db, now: Instant) -> Result<Self, Error> {
        let mut ring = Ring::default();
        for key in stored {
            if key.retired_at.is_none() {
                let private = db
                    .vault()
                    .open(vault::Purpose::SigningKeys, &key.kid, &key.sealed)
                    .map_err(|cannot| Error::Other(format!("a signing key: {cannot}")))?;
                ring.signing = Some((key.kid.clone(), EncodingKey::from_ed_der(&private)));
            }
            let until = key.retired_at.map(|at| at.plus(RETIRED_KEYS_VERIFY));
            let decoding = DecodingKey::from_ed_components(&key.public)
                .map_err(|_| Error::Other("a signing key could not be read".into()))?;
            let verifying = Verifying { key: decoding, public: key.public, until };
            if verifying.verifies_at(now) {
                ring.verifying.insert(key.kid, verifying);
            }
        }
        Ok(ring)
    }
}

impl Verifying {
    fn verifies_at(&self, now: Instant) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}
