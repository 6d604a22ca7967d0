//! Accounts, sign-ins, clients, invitations.

mod accounts;
mod clients;
mod invitations;
mod sign_ins;
mod tokens;
