//! What people are told about what is kept.

mod asked;
mod cases;
mod custodies;
mod erasures;
mod legal_holds;
mod releases;
mod retention_schedule;
