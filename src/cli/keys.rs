//! `attest keys rotate`: a new key signs from now on; the old one verifies until its tokens have expired.

use clap::{Args, Subcommand};

use super::{Failed, Place};
use crate::identity::tokens::store::rotate;

/// Rotate the keys that sign access tokens.
#[derive(Debug, Args)]
pub struct Keys {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Retire the key that signs and make a new one; running servers notice within a minute, nobody is signed out
    Rotate,
}

impl Keys {
    /// Runs the command.
    ///
    /// # Errors
    /// The database's.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        let Command::Rotate = self.command;
        let kid = place.database()?.write_here(rotate)?;
        println!("{kid}");
        Ok(())
    }
}
