//! The law of the house, pure: values in, values out. No clock, no socket, no table, no parsing.
//!
//! * [`custody`]: who holds a record, on which ground, in which category;
//! * [`schedule`]: the matrix from documentation class and ground to a category of the retention schedule;
//! * [`issuing`]: who may issue what, and what the law demands it to say;
//! * [`validity`]: how long a competence lasts;
//! * [`standing`]: what a certificate is worth on a day;
//! * [`erasing`]: what is left when custodies end;
//! * [`calendar`]: legal days in Europe/Oslo.

pub mod calendar;
pub mod custody;
pub mod erasing;
pub mod issuing;
pub mod schedule;
pub mod standing;
pub mod validity;
