//! `attest sweep`: lets go what has come to the end of its time, or says what would go. It names nobody.

use clap::Args;

use super::{Failed, Place};
use crate::{
    app::App,
    law::calendar,
    privacy::sweep::{Counts, Swept, look, sweep},
    records::schedule,
    words::{Day, DoneBy},
};

/// Let go what has come to the end of its time.
#[derive(Debug, Args)]
pub struct Sweep {
    /// Say how many would go, by category of the schedule, and change nothing
    #[arg(long)]
    dry_run: bool,
    /// What is due on this day [default: today]; a day that lies ahead only with --dry-run
    #[arg(long, value_name = "YYYY-MM-DD")]
    as_of: Option<Day>,
}

impl Sweep {
    /// Runs the command.
    ///
    /// # Errors
    /// Usage for a day that lies ahead; the database's.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        let db = place.database()?;
        let today = calendar::oslo_day(db.clock().now());
        let on = self.as_of.unwrap_or(today);
        if self.dry_run {
            print!("{}", report(&look(&db, on)?, &WOULD));
            eprintln!("dry run for {on}, nothing was changed");
            return Ok(());
        }
        if on > today {
            return Err(Failed::Usage(format!(
                "--as-of: {on} lies ahead, and what has not come to the end of its time must not go; with --dry-run you \
                 see what would"
            )));
        }
        let app = App::over(db, place.config()?)?;
        let runtime = tokio::runtime::Runtime::new().map_err(|error| Failed::Work(error.to_string()))?;
        let swept = runtime.block_on(sweep(&app.house, on, DoneBy::Console))?;
        print!("{}", report(&swept, &DID));
        Ok(())
    }
}

/// What is said of how many.
struct Verbs {
    gone: &'static str,
    reduced: &'static str,
}

const DID: Verbs = Verbs { gone: "gone", reduced: "reduced" };
const WOULD: Verbs = Verbs { gone: "would go", reduced: "would be reduced" };

/// A line for each category, and one for all of them.
fn report(swept: &Swept, verbs: &Verbs) -> String {
    let line = |(category, counts): (&String, &Counts)| {
        let name = schedule().rule(category).map(|rule| format!(" {} / {}", rule.name.nb, rule.name.en));
        format!("{category}{}: {}\n", name.unwrap_or_default(), said(*counts, verbs))
    };
    let lines: String = swept.by_category.iter().map(line).collect();
    let failed = match swept.failed {
        0 => String::new(),
        failed => format!("failed: {failed}, see the log; they are tried again the next time\n"),
    };
    format!("{lines}all: {}\n{failed}", said(swept.all(), verbs))
}

fn said(Counts { gone, reduced, held, stay }: Counts, Verbs { gone: goes, reduced: less }: &Verbs) -> String {
    format!("{gone} {goes}, {reduced} {less}, {held} stay under a hold, {stay} stay for another reason")
}
