//! What people are told about what is kept.

mod custodies;
mod erasures;
mod retention_schedule;
