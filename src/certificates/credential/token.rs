//! A credential as a token (JWT), for readers that know no linked data: what it says, and beside it the claims that any reader of
//! tokens understands, which say the same.

use chrono::DateTime;
use serde_json::{Value, json};

use super::issuer;

/// What a token of a credential claims; nothing if it is no credential. The proof is not in it: a token has its own.
pub fn claims(credential: &Value) -> Option<Value> {
    let mut claims = credential.as_object()?.clone();
    claims.remove("proof");
    claims.insert("iss".into(), issuer(credential)?.into());
    claims.insert("jti".into(), credential.get("id")?.clone());
    claims.insert("sub".into(), credential.pointer("/credentialSubject/id")?.clone());
    claims.insert("nbf".into(), seconds(credential.get("validFrom")?)?);
    if let Some(until) = credential.get("validUntil") {
        claims.insert("exp".into(), seconds(until)?);
    }
    Some(Value::Object(claims))
}

/// An instant as tokens write it: seconds since 1970.
fn seconds(instant: &Value) -> Option<Value> {
    Some(json!(DateTime::parse_from_rfc3339(instant.as_str()?).ok()?.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_claims_say_what_the_credential_says() {
        let credential = json!({
            "id": "urn:uuid:1", "issuer": { "id": "did:web:example.no" }, "validFrom": "2026-03-02T09:00:00Z",
            "validUntil": "2029-03-01T22:59:59Z", "credentialSubject": { "id": "urn:uuid:2" }, "proof": [{}],
        });
        let claims = claims(&credential).expect("claims");
        let both = [("iss", "/issuer/id"), ("jti", "/id"), ("sub", "/credentialSubject/id")];
        both.iter().for_each(|(claim, member)| assert_eq!(claims.get(*claim), credential.pointer(member), "{claim}"));
        assert_eq!((&claims["nbf"], &claims["exp"]), (&json!(1_772_442_000), &json!(1_867_100_399)));
        assert_eq!((claims.get("proof"), claims.get("validFrom")), (None, credential.get("validFrom")));
    }

    #[test]
    fn what_does_not_end_has_no_end_and_what_is_no_credential_no_claims() {
        let list = json!({
            "id": "https://example.no/1", "issuer": "did:web:example.no", "validFrom": "2026-03-02T09:00:00Z",
            "credentialSubject": { "id": "https://example.no/1#list" },
        });
        assert_eq!(claims(&list).expect("claims").get("exp"), None);
        for member in ["id", "issuer", "validFrom", "credentialSubject"] {
            let mut without = list.clone();
            without.as_object_mut().expect("an object").remove(member);
            assert_eq!(claims(&without), None, "{member}");
        }
    }
}
