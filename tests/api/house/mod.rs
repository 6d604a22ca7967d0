//! What holds for the whole house: how it is built, and what every operation does alike.

mod clocks;
mod plans;
mod rights;
mod schema;
mod structure;
mod walks;
