//! The one table of routes: method, path, handler, and what it does in one sentence. The server and the API document both
//! come from it. A route is public if its handler takes no `Call`.

use std::sync::OnceLock;

use crate::{
    identity::{accounts::routes as accounts, clients::routes as clients, invitations::routes as invitations},
    identity::{sign_ins::routes as sign_ins, tokens::routes as tokens},
    operations,
    organisations::routes as organisations,
    platform::{
        http::{Answer, Route, Routes, delete, document, get, patch, post},
        problem::Problem,
    },
};

/// The table.
pub fn routes() -> Routes {
    Routes::of([identity(), organisations(), members(), integrators(), operations()])
}

#[rustfmt::skip] // a line is a line
fn identity() -> Vec<Route> {
    vec![
        post("/v1/accounts", accounts::sign_up, "Signs up; a letter to the address says how to go on."),
        post("/v1/accounts/verification", accounts::verify, "Opens the account whose address the token proves."),
        post("/v1/accounts/password-resets", accounts::ask_for_reset, "Asks for a letter to choose a new password with."),
        post("/v1/accounts/password-resets/confirmation", accounts::reset, "Sets a new password and ends every sign-in."),
        post("/v1/accounts/{account}/closure", accounts::close, "The operator closes an account."),
        post("/v1/sessions", sign_ins::begin, "Signs a person in."),
        post("/v1/sessions/refresh", sign_ins::refresh, "Exchanges a refresh token, once, for the next pair of tokens."),
        delete("/v1/sessions/current", sign_ins::end, "Signs out."),
        get("/v1/me/memberships", accounts::memberships, "Lists the organisations the person works for in Attest."),
        post("/v1/me/closure", accounts::close_own, "Closes the own account."),
        post("/v1/invitations/acceptance", invitations::accept, "Accepts an invitation."),
    ]
}

#[rustfmt::skip] // a line is a line
fn organisations() -> Vec<Route> {
    vec![
        get("/v1/organisations", organisations::list, "Lists all organisations, for the operator."),
        post("/v1/organisations", organisations::create, "Creates an organisation."),
        get("/v1/organisations/{organisation}", organisations::show, "Shows an organisation."),
        patch("/v1/organisations/{organisation}", organisations::change, "Changes what an organisation says about itself."),
        post("/v1/organisations/{organisation}/capacities", organisations::grant, "Grants a capacity."),
        post("/v1/organisations/{organisation}/certifications", organisations::certify, "Records a certification."),
    ]
}

#[rustfmt::skip] // a line is a line
fn members() -> Vec<Route> {
    vec![
        get("/v1/organisations/{organisation}/memberships", organisations::members, "Lists the members."),
        delete("/v1/organisations/{organisation}/memberships/{membership}", organisations::end_membership, "Ends a membership at once."),
        get("/v1/organisations/{organisation}/invitations", invitations::list, "Lists the open invitations."),
        post("/v1/organisations/{organisation}/invitations", invitations::invite, "Invites somebody to a role, by mail."),
        delete("/v1/organisations/{organisation}/invitations/{invitation}", invitations::withdraw, "Takes an invitation back."),
    ]
}

#[rustfmt::skip] // a line is a line
fn integrators() -> Vec<Route> {
    vec![
        post("/oauth/token", clients::token, "Signs an API client in (RFC 6749, client credentials)."),
        get("/.well-known/jwks.json", tokens::key_set, "The public keys that access tokens verify with."),
        get("/v1/organisations/{organisation}/api-clients", clients::list, "Lists the API clients."),
        post("/v1/organisations/{organisation}/api-clients", clients::create, "Makes an API client; its secret is shown once."),
        post("/v1/organisations/{organisation}/api-clients/{client}/secret", clients::rotate, "Gives an API client a new secret, shown once."),
        delete("/v1/organisations/{organisation}/api-clients/{client}", clients::revoke, "Revokes an API client at once."),
    ]
}

#[rustfmt::skip] // a line is a line
fn operations() -> Vec<Route> {
    vec![
        get("/healthz", operations::healthz, "The process is alive."),
        get("/readyz", operations::readyz, "The database answers."),
        get("/metrics", operations::metrics, "What was counted, for Prometheus."),
        get("/openapi.json", openapi, "This document."),
    ]
}

/// `GET /openapi.json`: the table itself, as a document.
async fn openapi() -> Result<Answer, Problem> {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let body = match DOCUMENT.get() {
        Some(body) => body.clone(),
        None => {
            let body = document(&routes()).to_json().map_err(Problem::internal)?;
            DOCUMENT.get_or_init(|| body).clone()
        }
    };
    Ok(Answer { media_type: "application/json", body, cache_control: "public, max-age=300" })
}
