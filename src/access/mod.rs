//! Who may do what, pure: the caller, what ties the caller to organisations and people, what an action demands, and the
//! permit that comes out. Default deny.
//!
//! Nothing here loads a tie: the transaction does, once, in one place.

mod action;
mod actor;
mod permit;
mod ties;
mod visibility;

pub use action::{Action, Demand, Whom};
pub(crate) use action::{about_oneself, within};
pub use actor::Actor;
pub use permit::{Denied, Implies, Permit, stamp};
pub use ties::{Caller, Membership, Ties};
pub use visibility::{Area, Holding, Reach, Viewer, Work, opens, parts_for_safety, sees};
