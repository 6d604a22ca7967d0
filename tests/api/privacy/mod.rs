//! What people are told about what is kept.

mod clocks;
mod custodies;
mod deregistration;
mod erasures;
mod legal_holds;
mod retention_schedule;
mod sweep;
mod undecided;
