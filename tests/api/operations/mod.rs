//! What those who run the server see, and what every request gets right.

mod connections;
mod documentation;
mod mail;
mod problems;
mod requests;
mod storage;
mod sweeping;
