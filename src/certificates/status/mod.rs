//! What has become of credentials, for verifiers that ask nobody about any one of them: a list of bits that an issuer signs and
//! publishes, a credential itself (W3C Bitstring Status List 1.0). Whoever fetches a list learns nothing of whose bits are in
//! it, and whoever publishes it does not learn which of them was looked at.
//!
//! A credential names one place in one list, because Open Badges lets it name no more; what is suspended is therefore said to
//! be revoked for as long as it is. A list of its own beside it, with the same places, says which of them are only suspended.

pub mod lists;
pub mod routes;
pub mod store;

use std::io::Write;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use flate2::{Compression, GzBuilder};
use serde::{Deserialize, Serialize};

use super::credential::{Address, proof::Proof, whole_seconds};
use crate::{platform::linked_data::CREDENTIALS, words::*};

/// How many places a list has: so many that a place says hardly anything of whom it is (the least the standard allows).
pub const PLACES: i32 = 131_072;

/// What has become of a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It holds no longer, and never will again.
    Revoked,
    /// It does not hold for the time being.
    Suspended,
    /// It holds again.
    Reinstated,
}

/// What the bits of a list say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// That a credential does not hold.
    Revocation,
    /// That it does not hold only for the time being.
    Suspension,
}

impl Purpose {
    /// Each list has one beside it.
    pub const BOTH: [Self; 2] = [Self::Revocation, Self::Suspension];

    /// What it is called in a list.
    pub fn code(self) -> &'static str {
        match self {
            Purpose::Revocation => "revocation",
            Purpose::Suspension => "suspension",
        }
    }

    /// Where the list of this purpose is published, by what credentials name.
    pub fn address(self, list: &str) -> String {
        match self {
            Purpose::Revocation => list.to_owned(),
            Purpose::Suspension => format!("{list}/suspension"),
        }
    }

    /// Is the bit set of what is revoked, or suspended?
    pub fn says(self, revoked: bool, suspended: bool) -> bool {
        match self {
            Purpose::Revocation => revoked || suspended,
            Purpose::Suspension => suspended && !revoked,
        }
    }
}

/// Where a list is published, for ever.
pub fn url(issuer: &Address, list: StatusListId) -> String {
    format!("{}/status/{list}", issuer.url)
}

/// A list as it is published.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatusList {
    /// What its words mean.
    #[serde(rename = "@context")]
    pub context: Vec<String>,
    /// Where it is published.
    pub id: String,
    /// That it is a list.
    #[serde(rename = "type")]
    pub types: Vec<String>,
    /// Whose it is: a DID.
    pub issuer: String,
    /// When it was signed.
    pub valid_from: String,
    /// The bits.
    pub credential_subject: Bits,
    /// What makes a changed byte show: one, once it is signed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proof: Vec<Proof>,
}

/// The bits of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bits {
    /// The list itself.
    pub id: String,
    /// That it is one.
    #[serde(rename = "type")]
    pub kind: String,
    /// What a bit says: `revocation` or `suspension`.
    pub status_purpose: String,
    /// `u`, and in base64url the compressed (gzip) bits; place 0 is the highest bit of the first byte.
    pub encoded_list: String,
}

/// A list, not signed yet.
pub fn list(issuer: &Address, id: StatusListId, purpose: Purpose, set: &[i32], at: Instant) -> StatusList {
    let address = purpose.address(&url(issuer, id));
    StatusList {
        context: vec![CREDENTIALS.into()],
        id: address.clone(),
        types: vec!["VerifiableCredential".into(), "BitstringStatusListCredential".into()],
        issuer: issuer.did.clone(),
        valid_from: whole_seconds(at),
        credential_subject: Bits {
            id: format!("{address}#list"),
            kind: "BitstringStatusList".into(),
            status_purpose: purpose.code().into(),
            encoded_list: encoded(set),
        },
        proof: Vec::new(),
    }
}

/// Bits, set at these places.
fn encoded(set: &[i32]) -> String {
    const BYTES: usize = PLACES as usize / 8;
    let mut bits = vec![0_u8; BYTES];
    for place in set {
        let place = *place as usize;
        bits[place / 8] |= 0x80 >> (place % 8);
    }
    let mut packed = GzBuilder::new().mtime(0).write(Vec::new(), Compression::default());
    let packed = packed.write_all(&bits).and_then(|()| packed.finish()).expect("memory takes every byte");
    format!("u{}", URL_SAFE_NO_PAD.encode(packed))
}

/// Is the bit at a place set? Nothing if these are no bits, or have no such place.
pub fn is_set(encoded: &str, place: usize) -> Option<bool> {
    use std::io::Read;
    /// More than any list has that is read here: what unpacks to more is a bomb.
    const MOST: u64 = 16 * 1024 * 1024;
    let packed = URL_SAFE_NO_PAD.decode(encoded.strip_prefix('u')?).ok()?;
    let mut bits = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).take(MOST + 1).read_to_end(&mut bits).ok()?;
    let byte = bits.get(place / 8).filter(|_| bits.len() as u64 <= MOST)?;
    Some(byte & (0x80 >> (place % 8)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn place_0_is_the_highest_bit_of_the_first_byte_and_each_place_is_its_own() {
        let list = encoded(&[0, 9, PLACES - 1]);
        let at = |place| is_set(&list, place);
        assert_eq!([0, 1, 8, 9, 10].map(at), [true, false, false, true, false].map(Some));
        assert_eq!((at(PLACES as usize - 1), at(PLACES as usize)), (Some(true), None));
        let packed = URL_SAFE_NO_PAD.decode(&list[1..]).expect("base64url");
        let mut bits = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.as_slice()), &mut bits).expect("gzip");
        assert_eq!((bits.len(), bits[0], bits[1], bits[16_383]), (16_384, 0b1000_0000, 0b0100_0000, 1));
    }

    #[test]
    fn the_same_bits_are_the_same_text_and_small() {
        assert_eq!(encoded(&[7, 3]), encoded(&[3, 7]));
        assert!(encoded(&[]).len() < 100);
    }

    #[test]
    fn what_is_no_list_has_no_bits() {
        for text in ["", "u", "x", "uAAAA", "u%", &encoded(&[])[1..]] {
            assert_eq!(is_set(text, 0), None, "{text}");
        }
    }

    #[test]
    fn what_is_suspended_does_not_hold_and_only_what_is_suspended_may_hold_again() {
        for (revoked, suspended, expected) in [
            (false, false, [false, false]),
            (false, true, [true, true]),
            (true, false, [true, false]),
            (true, true, [true, false]),
        ] {
            let says = [Purpose::Revocation, Purpose::Suspension].map(|purpose| purpose.says(revoked, suspended));
            assert_eq!(says, expected, "{revoked} {suspended}");
        }
    }
}
