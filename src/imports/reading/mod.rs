//! Reads a file as a mapping says: bytes become text, text becomes rows, rows become named values. Knows no person, no
//! course and no database; what a value means is asked by whoever takes the rows.

pub mod dates;
pub mod faults;
pub mod mapping;
pub mod problems;
pub mod propose;
pub mod records;
pub mod rows;
pub mod targets;
pub mod template;
pub mod text;
