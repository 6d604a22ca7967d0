//! Custodies that move to a successor, with everything that is about them: what they were narrowed to, what was let go of, the
//! holds that lie on them. Their clocks run on.

pub mod store;

use crate::words::*;

/// A custody that has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    /// Of which record.
    pub record: RecordId,
    /// Whom that is about.
    pub person: PersonId,
    /// On which ground.
    pub ground: Ground,
}
