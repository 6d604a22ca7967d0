//! The keys with which organisations sign what they issue, and where anyone finds them: `did:web`, a folder of their own under
//! this installation's address. A key that is replaced stays there for ever, so that what it signed goes on verifying.

pub mod routes;
pub mod store;
pub mod tokens;

use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

use super::credential::Address;
use crate::words::OrganisationId;

/// What says of a key in multibase that it is an Ed25519 one (multicodec `ed25519-pub`).
const ED25519_PUBLIC: [u8; 2] = [0xed, 0x01];
/// How long such a key is.
const BYTES: usize = 32;

/// Where an organisation is known under a public address.
fn address(public_url: &str, organisation: OrganisationId) -> Address {
    let url = format!("{public_url}/o/{organisation}");
    let place = public_url.split_once("://").map_or(public_url, |(_, place)| place);
    // A colon parts folders there, so that of a port is written otherwise.
    let place = place.replace(':', "%3A").replace('/', ":");
    Address { did: format!("did:web:{place}:o:{organisation}"), url }
}

/// Whose a DID is, if it has the form of those that are given here.
pub fn organisation(did: &str) -> Option<OrganisationId> {
    did.strip_prefix("did:web:")?.rsplit_once(":o:")?.1.parse().ok()
}

/// A key that signs.
#[derive(Debug)]
pub struct SigningKey {
    did: String,
    name: String,
    pair: Ed25519KeyPair,
}

impl SigningKey {
    /// The key of a seed, of whoever is known by a DID; nothing if it is no seed.
    pub fn from_seed(did: &str, seed: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let name = multibase(pair.public_key().as_ref());
        Some(Self { did: did.to_owned(), name, pair })
    }

    /// The key itself, in multibase: what others call it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is found.
    pub fn method(&self) -> String {
        format!("{}#{}", self.did, self.name)
    }

    /// Signs; the same bytes give the same signature.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.pair.sign(message).as_ref().to_vec()
    }
}

/// A key that verifies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    did: String,
    name: String,
    bytes: Vec<u8>,
}

impl PublicKey {
    /// The key that is called so, of whoever is known by a DID; nothing if it is no Ed25519 key in multibase.
    pub fn parse(did: &str, name: &str) -> Option<Self> {
        let bytes = bs58::decode(name.strip_prefix('z')?).into_vec().ok()?;
        let bytes = bytes.strip_prefix(&ED25519_PUBLIC)?.to_vec();
        (bytes.len() == BYTES).then(|| Self { did: did.to_owned(), name: name.to_owned(), bytes })
    }

    /// The key itself, in multibase.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where it is found.
    pub fn method(&self) -> String {
        format!("{}#{}", self.did, self.name)
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Did its private half sign this?
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, &self.bytes).verify(message, signature).is_ok()
    }
}

fn multibase(public: &[u8]) -> String {
    format!("z{}", bs58::encode([&ED25519_PUBLIC, public].concat()).into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_organisation_has_a_folder_of_its_own_under_the_public_address() {
        let id = crate::words::OPERATOR;
        for (url, did) in [
            ("https://attest.example.no", "did:web:attest.example.no:o:"),
            ("http://127.0.0.1:8080", "did:web:127.0.0.1%3A8080:o:"),
            ("https://example.no/attest", "did:web:example.no:attest:o:"),
        ] {
            let address = address(url, id);
            assert_eq!((address.did, address.url), (format!("{did}{id}"), format!("{url}/o/{id}")));
        }
    }

    #[test]
    fn a_key_is_called_what_others_call_it() {
        let seed: Vec<u8> = (0..32).collect();
        let key = SigningKey::from_seed("did:web:example.no", &seed).expect("a key");
        let public = PublicKey::parse("did:web:example.no", key.name()).expect("public");
        assert!(key.name().starts_with("z6Mk"));
        assert_eq!(public.method(), key.method());
        let signature = key.sign(b"message");
        assert!(public.verifies(b"message", &signature) && !public.verifies(b"massage", &signature));
        for name in ["", "z", "z6Mk", "zzzz", "z0OIl", "u6Mk"] {
            assert_eq!(PublicKey::parse("did:web:example.no", name), None, "{name}");
        }
    }
}
