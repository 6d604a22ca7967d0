//! The database: SQLite or PostgreSQL behind one connection type, one way to read and one way to write.
//!
//! A connection never leaves the closure it was lent to. Apart from the rooms' `store.rs`, only this folder names diesel;
//! only [`run`], [`dialect`] and [`among`] match which database it is.

pub mod among;
pub mod connection;
pub mod dialect;
mod error;
mod migrate;
mod permit;
pub(crate) mod restricted;
pub mod run;
pub mod schema;
mod tx;
pub mod types;
mod writer;

pub use connection::{Connection, Location};
pub use error::Error;
pub use migrate::migrate;
pub use permit::NoPermit;
pub use tx::{Db, Disclosing, Tx};
