//! Who was shown what, for those who are to tell them (GDPR art. 19); and the end of that log: as long as what was shown exists,
//! and for a time after (RS26).

pub mod store;
