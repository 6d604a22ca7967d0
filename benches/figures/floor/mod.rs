//! The floors: the same SQL and the same answers with nothing of the product around them.
//!
//! They are written a second time here, by hand, and each subject first makes sure that both find the same.

pub mod own_page;
pub mod staff_page;
pub mod verification;
