//! Identity: accounts of people, sign-ins, access tokens, API clients, invitations.
//!
//! A token says who is calling and nothing more. What the caller may do is asked inside every transaction, so that closing
//! an account, ending a sign-in or revoking a client takes effect at once.

pub mod accounts;
pub mod actions;
pub mod attempts;
pub mod clients;
pub mod invitations;
pub mod letters;
pub mod password;
pub mod sign_ins;
pub mod store;
pub mod tokens;

pub use store::housekeeping;
