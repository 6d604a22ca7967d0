//! Import of completions from files in any column layout: a mapping says what each column means, rows are read in constant
//! memory, what is wrong is reported row by row with line, column and remedy, and the rest is recorded.
//!
//! Nothing is ever deleted because a file leaves it out.

pub mod dates;
pub mod faults;
pub mod mapping;
pub mod problems;
pub mod records;
pub mod row;
pub mod rows;
pub mod run;
pub mod store;
pub mod template;
pub mod text;
