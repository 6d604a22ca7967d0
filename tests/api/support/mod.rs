//! The harness: a server with its own database, a clock that stands still, callers with verbs, replies that print.

mod app;
mod caller;
mod database;
mod reply;

pub use app::App;
pub use caller::Caller;
pub use reply::Reply;
pub use serde_json::json;
