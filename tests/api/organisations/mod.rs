//! What organisations do in Attest: record, see, export, keep cards, employ, demand.

mod completions;
mod exports;
mod persons;
mod safety;
mod staff;
mod views;
