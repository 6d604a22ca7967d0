//! What people are told about what is kept.

mod legal_holds;
mod retention_schedule;
