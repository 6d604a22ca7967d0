//! HTTP: one table of routes from which both the server and the API document come, the caller, bodies, answers, paging,
//! idempotency, conditions.
//!
//! A handler is an async function whose arguments say what it takes and whose result says what it answers; nothing else
//! describes it.

mod call;
mod document;
mod idempotency;
mod input;
mod limits;
mod lines;
mod metrics;
mod middleware;
mod operation;
mod paging;
mod render;
mod reply;
mod route;
mod table;

pub use call::{Acting, Anyone, Basic, Call, Condition, ReadsTokens};
pub use document::document;
pub use idempotency::{Made, forget_old, once};
pub use input::{
    AsToken, BODY_LIMIT, Body, CertificateForm, CertificateSent, Form, Input, Path, PictureSent, Query, QueryFields,
    Reads, Segment, Taking, Upload,
};
pub use limits::Limits;
pub use lines::Lines;
pub use metrics::Metrics;
pub use middleware::around;
pub use operation::Description;
pub use paging::{Key, Listed, Page, PageQuery};
pub use render::{TYPE_BASE, problem_schema};
pub use reply::{
    Accepted, Answer, Created, Credential, CredentialToken, DidDocument, Done, File, Html, Jpeg, Json, KeySet, Media,
    OpenMetrics, Output, Pdf, Plain, Png, Shown, Written, Zip, for_anyone,
};
pub use route::{Handler, Room, Route, Routes, delete, get, patch, post, put};
pub use table::Table;

use std::sync::Arc;

use super::{config::Config, db::Db, files::Files};

/// What every handler can reach: made once at start, handed down.
#[derive(Clone)]
pub struct House {
    /// The database.
    pub db: Db,
    /// The files beside it.
    pub files: Files,
    /// The configuration.
    pub config: Arc<Config>,
    /// Who reads access tokens.
    pub tokens: Arc<dyn ReadsTokens>,
    /// How often somebody may ask.
    pub limits: Arc<Limits>,
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl Input for House {
    async fn take(taking: &mut input::Taking<'_>) -> Result<Self, super::problem::Problem> {
        Ok(taking.house.clone())
    }
    fn describe(_: &mut Description) {}
}
