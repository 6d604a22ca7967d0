//! The product from outside: every test calls the whole server, without a socket, on a database of its own.

mod catalogue;
mod house;
mod identity;
mod operations;
mod records;
mod support;
