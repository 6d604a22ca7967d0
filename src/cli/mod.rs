//! The command line: one file per command. A command reads the configuration, does one thing, and says what it did.

pub mod demo;
pub mod import;
pub mod keys;
pub mod openapi;
pub mod operator;
pub mod schedule;
pub mod serve;
pub mod sweep;
pub mod verify;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::{
    app::{NotServing, open_database},
    platform::{
        clock::Clock,
        config::{BadConfig, Config, Settings},
        db::{self, Db},
        ids::Mint,
        problem::{Kind, Problem},
    },
    records,
    words::Lang,
};

/// The record of what people are qualified to do, who may know it, and for how long.
#[derive(Debug, Parser)]
#[command(name = "attest", version, about, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration.")]
pub struct Attest {
    /// Where configuration and data are.
    #[command(flatten)]
    pub place: Place,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// Where configuration and data are. The environment (`ATTEST_…`, `DATABASE_URL`) wins over the file, an option over both.
#[derive(Debug, Default, Args)]
pub struct Place {
    /// The configuration file, TOML [default: none, every setting has a default]
    #[arg(long, global = true, value_name = "FILE", env = "ATTEST_CONFIG")]
    pub config: Option<PathBuf>,
    /// The folder for database, keys and mail [default: ./data; of the demo ./demo]
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<String>,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the API until told to stop (SIGTERM or Ctrl-C); requests that have begun are finished
    Serve(serve::Serve),
    /// Build a fictional world with real results in a fresh folder, and serve it
    Demo(demo::Demo),
    /// Import from files
    Import(import::Import),
    /// Load the Norwegian starter catalogue: competences and schemes with source and provision
    Catalogue,
    /// Make operators: the people who create organisations
    Operator(operator::Operator),
    /// Let go what has come to the end of its time, or say what would go; a server does it each day by itself
    ///
    /// Everything whose day has come is decided again, and what the retention schedule says is done: it is erased, or reduced
    /// to the fact that it was. What lies under a legal hold stays. Killed, it is run again; twice, or beside a server, it does
    /// nothing twice.
    Sweep(sweep::Sweep),
    /// The retention schedule as a file: print it, check another one, or say what that would change
    Schedule(schedule::ScheduleFile),
    /// Exchange keys for new ones: those that sign access tokens, the master key
    Keys(keys::Keys),
    /// Say what a certificate's file is worth where there is no network, by a snapshot of its issuer's keys and lists
    ///
    /// It reads the two files and nothing else: no database, no configuration, no network. What is in the snapshot is as old as
    /// the snapshot. Exit code 0: every credential in the file holds; 1: one does not, or the file has none; 2: a file cannot be
    /// read, or the snapshot is refused.
    Verify(verify::Verify),
    /// Print the configuration as it is in force, without secrets
    Config,
    /// Print the API document (OpenAPI 3.1, YAML)
    Openapi,
}

/// Why a command did not do its work.
#[derive(Debug, thiserror::Error)]
pub enum Failed {
    /// The configuration is wrong.
    #[error(transparent)]
    Config(#[from] BadConfig),
    /// The file cannot be read.
    #[error("the configuration file cannot be read: {0}")]
    ConfigFile(std::io::Error),
    /// An option has a wrong value.
    #[error("{0}")]
    Usage(String),
    /// It was tried and did not work.
    #[error("{0}")]
    Work(String),
}

impl Failed {
    /// 2 for what the caller must correct before anything is tried, 1 for what failed.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Failed::Config(_) | Failed::ConfigFile(_) | Failed::Usage(_) => ExitCode::from(2),
            Failed::Work(_) => ExitCode::from(1),
        }
    }
}

impl From<NotServing> for Failed {
    fn from(not: NotServing) -> Self {
        Failed::Work(not.to_string())
    }
}

impl From<db::Error> for Failed {
    fn from(error: db::Error) -> Self {
        Failed::Work(error.to_string())
    }
}

impl From<Problem> for Failed {
    fn from(problem: Problem) -> Self {
        let Problem { kind, findings, cause, .. } = problem;
        if kind == Kind::Invalid {
            let lines = findings.iter().map(|f| format!("{}: {}", f.pointer, f.fault.remedy(Lang::En)));
            return Failed::Usage(lines.collect::<Vec<_>>().join("\n"));
        }
        Failed::Work(cause.unwrap_or_else(|| kind.title(Lang::En).to_owned()))
    }
}

impl Place {
    fn settings(&self) -> Result<Settings, Failed> {
        let file = match &self.config {
            Some(path) => Settings::parse(&std::fs::read_to_string(path).map_err(Failed::ConfigFile)?)?,
            None => Settings::default(),
        };
        let mut settings = file.overridden_by(|name| std::env::var(name).ok());
        if self.data.is_some() {
            settings.data.clone_from(&self.data);
        }
        Ok(settings)
    }

    /// The configuration in force.
    ///
    /// # Errors
    /// All that is wrong with it.
    pub fn config(&self) -> Result<Config, Failed> {
        in_force(self.settings()?)
    }

    /// The database of the configuration, brought up to date.
    ///
    /// # Errors
    /// The configuration's and the database's.
    pub fn database(&self) -> Result<Db, Failed> {
        Ok(open_database(&self.config()?, Clock::of_the_machine(), Mint::random())?)
    }
}

/// The configuration that these settings make, with the retention schedule it names in force.
fn in_force(settings: Settings) -> Result<Config, Failed> {
    let config = settings.validate()?;
    if let Some(path) = &config.schedule {
        records::adopt(schedule::read(path)?);
    }
    Ok(config)
}

/// `attest catalogue`
///
/// # Errors
/// The configuration's and the database's.
pub fn load_catalogue(place: &Place) -> Result<(), Failed> {
    let loaded = place.database()?.write_here(crate::catalogue::load)?;
    println!("{} added, {} there already", loaded.added, loaded.unchanged);
    Ok(())
}

/// `attest config`
///
/// # Errors
/// All that is wrong with the configuration.
pub fn print_config(place: &Place) -> Result<(), Failed> {
    print!("{}", place.config()?);
    Ok(())
}
