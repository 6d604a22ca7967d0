//! Notices: what an organisation was shown and others have erased or reduced since (GDPR art. 19). They are the steps of its feed
//! that belong to no scheme, and hold nothing but the record's id: there is nothing left to say.

pub mod actions;
pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::*;

/// One step: a record the organisation was shown, and what became of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ErasureNotice)]
pub struct Notice {
    /// The number of the step; ask again with the greatest one as `since`.
    pub number: i64,
    /// What became of it.
    pub kind: NoticeKind,
    /// The record.
    pub record: RecordId,
    /// Does the organisation hold it itself, on a ground of its own? Then that is not affected, only what it copied from others.
    pub held: bool,
    /// When.
    pub at: Instant,
}

/// What became since a number of what the organisation was shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ErasureNotices)]
pub struct Notices {
    /// The steps, in order.
    pub items: Vec<Notice>,
    /// Ask again with this as `since`.
    pub since: i64,
    /// Whether there is more already.
    pub more: bool,
}
