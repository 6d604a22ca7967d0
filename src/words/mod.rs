//! The product's words as types: ids, closed lists, days and texts in two languages. One word for one thing, in code,
//! API, database and documents.
//!
//! Nothing here decides anything and nothing here reads a clock, a socket or a table.

mod closed;
mod code;
mod fault;
mod id;
mod instant;
mod lang;
mod numbers;
mod retention;
mod sets;

pub use closed::*;
pub use code::{NoCode, VerificationCode};
pub use fault::Fault;
pub use id::*;
pub use instant::{Day, Instant};
pub use lang::Said;
pub use numbers::{holds_national_identity_number, is_organisation_number};
pub use retention::*;
pub use sets::{Content, Scopes};
