//! Tokens over HTTP: the public keys, and how handlers reach the signer.

use std::sync::Arc;

use super::Tokens;
use crate::platform::{
    http::{Answer, Description, Input, KeySet, Taking},
    problem::Problem,
};

impl Input for Arc<Tokens> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        taking.given::<Arc<Tokens>>().ok_or_else(|| Problem::internal("the server was started without tokens"))
    }
    fn describe(_: &mut Description) {}
}

/// `GET /.well-known/jwks.json`
pub async fn key_set(tokens: Arc<Tokens>) -> Result<Answer<KeySet>, Problem> {
    // Shorter than a retired key still verifies.
    Ok(Answer::new(tokens.key_set().to_string(), "public, max-age=300"))
}
