//! What holds for the whole house: how it is built, and what every operation does alike.

mod schema;
mod structure;
mod walks;
