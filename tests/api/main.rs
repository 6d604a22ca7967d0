//! The product from outside: every test calls the whole server, without a socket, on a database of its own.

mod catalogue;
mod certificates;
mod erasing;
mod house;
mod identity;
mod import;
mod me;
mod operations;
mod organisations;
mod privacy;
mod records;
mod schemes;
mod support;
