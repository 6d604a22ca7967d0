//! The end of the log of who was shown what: as long as what was shown exists, and for a time after (RS26).

pub mod store;
