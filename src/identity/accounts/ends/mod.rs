//! The end of accounts: a person rests one and comes back, or it goes with everything that was the account's. Until when a
//! resting or unused one is kept is not said here.

pub mod store;

pub use store::Idle;
