//! What organisations do in Attest: record, see, keep cards, employ, demand.

mod completions;
mod persons;
mod staff;
mod views;
