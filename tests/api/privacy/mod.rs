//! What people are told about what is kept.

mod custodies;
mod deregistration;
mod erasures;
mod legal_holds;
mod retention_schedule;
