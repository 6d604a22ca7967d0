//! Reads a file as a mapping says: bytes become text, text becomes rows, rows become named values. Proposes a mapping where
//! there is none. Knows no person, no course and no database; what a value means is asked by whoever takes the rows.

pub mod dates;
pub mod faults;
pub mod foreign;
mod json;
pub mod mapping;
mod objects;
pub mod problems;
pub mod propose;
pub mod records;
pub mod rows;
mod separated;
mod source;
pub mod targets;
pub mod template;
pub mod text;
