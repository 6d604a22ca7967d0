//! The harness: a server with its own database, a clock that stands still, callers with verbs, replies that print.

mod app;
#[cfg(feature = "s3")]
mod bucket;
mod caller;
mod contract;
mod database;
mod post;
mod reply;
mod world;

pub use app::{App, NO_PASSWORD};
#[cfg(feature = "s3")]
pub use bucket::Bucket;
pub use caller::Caller;
pub use post::{Letter, Post};
pub use reply::Reply;
pub use serde_json::json;
pub use world::{BUILDER, CRANE, World, give_scheme, national_identity_number, of, text};
