//! What people are told about what is kept.

mod retention_schedule;
