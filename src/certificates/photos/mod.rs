//! The holder's photo, where the law demands one on the document (forskrift om administrative ordninger § 8-2): sent by
//! whoever is about to issue, frozen into what is issued, and gone with it. What is not used within thirty days goes.

pub mod routes;
pub mod store;

use serde::Serialize;
use utoipa::ToSchema;

use crate::words::Instant;

/// How long a photo waits to be used.
const KEPT_DAYS: i64 = 30;

/// A photo that waits to be used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Photo {
    /// When it was sent.
    pub sent_at: Instant,
    /// Until when it can be used; what has been issued by then keeps it.
    pub until: Instant,
}
