//! Tokens over HTTP: the public keys, and how handlers reach the signer.

use std::sync::Arc;

use super::Tokens;
use crate::platform::{
    http::{Answer, Description, Input, Taking},
    problem::Problem,
};

impl Input for Arc<Tokens> {
    async fn take(taking: &mut Taking<'_>) -> Result<Self, Problem> {
        taking.given::<Arc<Tokens>>().ok_or_else(|| Problem::internal("the server was started without tokens"))
    }
    fn describe(_: &mut Description) {}
}

/// `GET /.well-known/jwks.json`
pub async fn key_set(tokens: Arc<Tokens>) -> Result<Answer, Problem> {
    Ok(Answer {
        media_type: "application/jwk-set+json",
        body: tokens.key_set().to_string(),
        // Shorter than a retired key still verifies.
        cache_control: "public, max-age=300",
    })
}
