//! What people are told about what is kept.

mod custodies;
mod retention_schedule;
