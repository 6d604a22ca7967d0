//! `attest operator create`: the people who create organisations. The first cannot be invited by anybody, so whoever can run
//! commands on the machine makes one.

use clap::{Args, Subcommand};
use serde_json::Value;

use super::{Failed, Place};
use crate::{
    identity::{
        accounts::create_operator,
        password::{Password, hash_here},
    },
    law::calendar,
    platform::{
        input::{Email, Field, Name, Reading},
        problem::{Findings, Kind, Problem},
        vault,
    },
};

/// Make operators.
#[derive(Debug, Args)]
pub struct Operator {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make an account for an operator and print its password, once, on standard output
    Create {
        /// The address to sign in with
        #[arg(long)]
        email: String,
        /// The operator's name
        #[arg(long)]
        name: String,
        /// Make one even if there is an operator already
        #[arg(long)]
        another: bool,
    },
}

impl Operator {
    /// Runs the command.
    ///
    /// # Errors
    /// Usage if a value is wrong; failure if there is an operator already, or the address has an account.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        let Command::Create { email, name, another } = self.command;
        let db = place.database()?;
        let reading = Reading { today: calendar::oslo_day(db.clock().now()) };
        let mut findings = Findings::default();
        let email = option(Email::read(&Value::from(email), &reading), "--email", &mut findings);
        let name = option(Name::read(&Value::from(name), &reading), "--name", &mut findings);
        let (Some(email), Some(name)) = (email, name) else { return Err(Problem::from(findings).into()) };
        let password = vault::token();
        let hash = hash_here(&Password::of(&password))?;
        let made = db.write_here(move |tx| create_operator(tx, &name, &email, &hash, another));
        made.map_err(|problem| match problem.kind {
            Kind::Conflict => Failed::Work(
                "there is an operator already, or the address has an account; --another makes one more operator".into(),
            ),
            _ => problem.into(),
        })?;
        println!("{password}");
        eprintln!("The operator can sign in with this password. It is not kept anywhere; choose another soon.");
        Ok(())
    }
}

fn option<T>(read: Result<T, Findings>, name: &str, findings: &mut Findings) -> Option<T> {
    read.map_err(|inner| findings.add_under(name, inner)).ok()
}
