//! `attest schedule`: the retention schedule as a file. A file that is wrong changes nothing: what is wrong is said by line and
//! rule, and the schedule in force stays so.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::{Failed, Place};
use crate::{
    law::schedule::{SHIPPED, Schedule},
    privacy::rescheduling::{Moves, Rescheduled, look},
    records::{adoptable, schedule},
};

/// Print the retention schedule, check a file, or say what it would change.
#[derive(Debug, Args)]
pub struct ScheduleFile {
    #[command(subcommand)]
    wish: Wish,
}

#[derive(Debug, Subcommand)]
enum Wish {
    /// Print the schedule the program ships with: what another one begins from
    Print,
    /// Say what is wrong with a file, by line and rule
    Check {
        /// The file, TOML
        file: PathBuf,
    },
    /// Say what a file would change, by category: how much would be kept longer or shorter, and how much would be due at once
    ///
    /// Nothing is changed. The file is put in force by naming it in the configuration (schedule, ATTEST_SCHEDULE) and starting
    /// the server; then everything is worked out again in the background.
    Preview {
        /// The file, TOML
        file: PathBuf,
    },
}

impl ScheduleFile {
    /// Runs the command.
    ///
    /// # Errors
    /// Usage for a file that is wrong, with all that is; the database's.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        match self.wish {
            Wish::Print => print!("{SHIPPED}"),
            Wish::Check { file } => {
                let read = read(&file)?;
                println!(
                    "{}: version {}, {} rules, nothing is wrong",
                    file.display(),
                    read.version(),
                    read.rules().count()
                );
            }
            Wish::Preview { file } => {
                let read = read(&file)?;
                print!("{}", report(&look(&place.database()?, &read)?, &read));
                eprintln!("{} would take the place of {}, nothing was changed", read.version(), schedule().version());
            }
        }
        Ok(())
    }
}

/// A schedule from a file.
///
/// # Errors
/// Usage, with all that is wrong, by line and rule.
pub(super) fn read(path: &Path) -> Result<Schedule, Failed> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failed::Usage(format!("{}: it cannot be read: {error}", path.display())))?;
    adoptable(&text).map_err(|wrong| {
        let lines = wrong.iter().map(|one| format!("{}: {one}", path.display()));
        Failed::Usage(format!(
            "the schedule is refused, and the one in force stays so:\n{}",
            lines.collect::<Vec<_>>().join("\n")
        ))
    })
}

/// A line for each category anything would change in.
fn report(seen: &Rescheduled, to: &Schedule) -> String {
    let line = |(category, moves): (&String, &Moves)| {
        let name = to.rule(category).map(|rule| format!(" {} / {}", rule.name.nb, rule.name.en));
        let Moves { later, sooner, due, undecided } = moves;
        format!(
            "{category}{}: {later} would be kept longer, {sooner} shorter, {due} of these would be due at once, {undecided} \
             could not be decided any more\n",
            name.unwrap_or_default()
        )
    };
    let lines: String = seen.by_category.iter().map(line).collect();
    format!("{lines}all: {} looked at, {} as before\n", seen.looked_at, seen.unchanged)
}
