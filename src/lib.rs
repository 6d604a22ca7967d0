//! Attest: the record of what people are qualified to do, who may know it, and for how long.
//!
//! The house and its rooms, from the inside out; a room knows those above it and none below.
//!
//! * [`words`]: ids, closed lists, texts in two languages. Pure.
//! * [`law`]: what follows from facts: custodies, categories, validity. Pure.
//! * [`access`]: who may do what, and who sees what. Pure.
//! * [`platform`]: database, clock, secrets, outbox, mail, HTTP. Knows no room.
//! * [`organisations`]: organisations, capacities, certifications, memberships, teams, employments.
//! * [`identity`]: accounts, sign-ins, tokens, API clients, invitations.
//! * [`operations`], [`routes`], [`app`], [`cli`]: what those who run the server see, the one table of routes, the server
//!   put together, the command line.

pub mod access;
pub mod app;
pub mod cli;
pub mod identity;
pub mod law;
pub mod operations;
pub mod organisations;
pub mod platform;
pub mod routes;
pub mod words;
