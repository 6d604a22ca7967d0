//! Attest: the record of what people are qualified to do, who may know it, and for how long.
//!
//! The house and its rooms, from the inside out; a room knows those above it and none below.
//!
//! * [`words`]: ids, closed lists, texts in two languages. Pure.
//! * [`law`]: what follows from facts: custodies, categories, validity. Pure.
//! * [`access`]: who may do what, and who sees what. Pure.
//! * [`platform`]: database, clock, secrets, outbox, mail, HTTP. Knows no room.
//! * [`organisations`]: organisations, capacities, certifications, memberships, teams, employments.
//! * [`catalogue`]: competences, schemes, courses.

pub mod access;
pub mod catalogue;
pub mod completions;
pub mod law;
pub mod organisations;
pub mod people;
pub mod platform;
pub mod records;
pub mod requirements;
pub mod words;
