//! Attest: the record of what people are qualified to do, who may know it, and for how long.
//!
//! The house and its rooms, from the inside out; a room knows those above it and none below.
//!
//! * [`words`]: ids, closed lists, texts in two languages. Pure.
//! * [`law`]: what follows from facts: custodies, categories, validity. Pure.
//! * [`access`]: who may do what, and who sees what. Pure.
//! * [`platform`]: database, clock, secrets, outbox, mail, HTTP. Knows no room.
//! * [`people`]: persons, cards, claims.
//! * [`organisations`]: organisations, capacities, certifications, memberships, teams, employments.
//! * [`identity`]: accounts, sign-ins, tokens, API clients, invitations.
//! * [`catalogue`]: competences, schemes, courses.
//! * [`requirements`]: what an employer or client demands of whom.
//! * [`records`]: records, custodies, disclosures: what everything the schedule governs shares.
//! * [`completions`]: recording, correcting, and how each viewer reads them.
//! * [`imports`]: files in any layout become completions, row by row.
//! * [`exports`]: a whole list as a file, for spreadsheets or for machines.
//! * [`privacy`]: what people are told about what is kept, and for how long.
//! * [`pages`]: pages for people: what each problem means.
//! * [`operations`], [`routes`], [`app`], [`cli`]: what those who run the server see, the one table of routes, the server
//!   put together, the command line.

pub mod access;
pub mod app;
pub mod catalogue;
pub mod certificates;
pub mod cli;
pub mod completions;
pub mod documents;
pub mod exports;
pub mod identity;
pub mod imports;
pub mod law;
pub mod operations;
pub mod organisations;
pub mod pages;
pub mod people;
pub mod platform;
pub mod privacy;
pub mod records;
pub mod requirements;
pub mod routes;
pub mod words;
