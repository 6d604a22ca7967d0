//! Restriction: what somebody objects to stays where it is and is neither listed nor used until a human has decided (GDPR
//! art. 18(1)(d)). Who objects, and who decides, is not known here.

pub mod store;
