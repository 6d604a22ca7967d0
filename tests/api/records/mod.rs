//! Who holds a record, and who sees it.

mod facts;
mod visibility;
pub mod world;
