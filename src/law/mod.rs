//! The law of the house, pure: values in, values out. No clock, no socket, no table, no parsing.
//!
//! * [`custody`]: who holds a record, on which ground, in which category;
//! * [`schedule`]: the matrix from documentation class and ground to a category of the retention schedule;
//! * [`validity`]: how long a competence lasts;
//! * [`calendar`]: legal days in Europe/Oslo.

pub mod calendar;
pub mod custody;
pub mod schedule;
pub mod validity;
