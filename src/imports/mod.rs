//! Imports: files in any column layout become completions. A mapping says what each column means, rows are read in constant
//! memory, what is wrong is reported row by row with line, column and remedy, and the rest is recorded.
//!
//! Nothing is ever deleted because a file leaves it out.

pub mod reading;
pub mod row;
pub mod run;
pub mod store;
