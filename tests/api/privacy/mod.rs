//! What people are told about what is kept.

mod asked;
mod cases;
mod clocks;
mod custodies;
mod deregistration;
mod erasures;
mod legal_holds;
mod notices;
mod packs;
mod reference_cases;
mod releases;
mod retention_schedule;
mod sweep;
mod undecided;
mod worlds;
