//! What every room uses and which knows no room: the database, files, the clock, secrets, the outbox, mail, input,
//! problems, HTTP.

pub mod audit;
pub mod blocking;
pub mod clock;
pub mod config;
pub mod db;
pub mod feed;
pub mod files;
pub mod fixed;
pub mod gate;
pub mod http;
pub mod ids;
pub mod input;
pub mod jobs;
pub mod lasting;
pub mod linked_data;
pub mod mail;
pub(crate) mod paper;
pub mod picture;
pub mod problem;
pub mod resealing;
pub mod sheet;
pub mod smtp;
pub mod telemetry;
pub mod vault;
