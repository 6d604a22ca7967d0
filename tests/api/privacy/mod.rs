//! What people are told about what is kept.

mod annulments;
mod asked;
mod cases;
mod clocks;
mod custodies;
mod deregistration;
mod erasures;
pub mod hand_overs;
mod legal_holds;
mod notices;
mod packs;
mod reference_cases;
mod releases;
mod retention_schedule;
mod successors;
mod sweep;
mod undecided;
mod worlds;
