//! What to measure, as the command line says it: `cargo bench -- --full --write`.

use clap::Parser;

/// Measures Attest against floors made in the same run.
#[derive(Debug, Parser)]
#[command(name = "figures")]
pub struct Options {
    /// Grow to ten million completions, and import a million rows: half an hour and 20 GB of disk
    #[arg(long)]
    pub full: bool,
    /// Write what was found to BENCH.md
    #[arg(long)]
    pub write: bool,
    /// Only subjects whose name begins so: own-page, staff-page, verification, credentials, issuing, recording,
    /// importing, idle, growth, plans
    #[arg(long, value_name = "NAME")]
    pub only: Option<String>,
    /// Only this database: sqlite or postgresql
    #[arg(long, value_name = "NAME")]
    pub database: Option<String>,
    /// Keep the worlds, and begin with those that were kept: filling the largest takes longer than measuring it
    #[arg(long)]
    pub keep: bool,
    /// Completions in the world of the main figures
    #[arg(long, value_name = "N", default_value_t = 500_000)]
    pub completions: u64,
    /// Certificates in the world of verification, which has as many completions; 100,000 unless given, with --full 1,000,000
    #[arg(long, value_name = "N")]
    pub certificates: Option<u64>,
    /// Said by cargo
    #[arg(long, hide = true)]
    bench: bool,
    /// Run an import of so many rows into a database and print what it took: what a child process is told
    #[arg(long, hide = true, value_names = ["URL", "ROUND", "ROWS"], num_args = 3)]
    pub import: Option<Vec<String>>,
}

impl Options {
    /// How many certificates there are where verification is measured.
    pub fn certified(&self) -> u64 {
        self.certificates.unwrap_or(if self.full { 1_000_000 } else { 100_000 })
    }

    pub fn wants(&self, subject: &str) -> bool {
        self.only.as_deref().is_none_or(|name| subject.starts_with(name))
    }

    pub fn wants_database(&self, name: &str) -> bool {
        self.database.as_deref().is_none_or(|wanted| name.eq_ignore_ascii_case(wanted))
    }
}
