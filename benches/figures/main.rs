//! What Attest costs, held against floors that are made and measured in the same run: ratios say something on any machine,
//! numbers only on one.
//!
//! ```bash
//! cargo bench                      # SQLite, and PostgreSQL where it is installed or BENCH_DATABASE_URL names one
//! cargo bench -- --full --write    # larger worlds too, and what was found goes to BENCH.md
//! cargo bench -- --only own-page   # one subject
//! ```

mod floor;
mod load;
mod machine;
mod options;
mod place;
mod report;
mod serving;
mod subjects;
mod world;

use std::{error::Error, process::ExitCode};

use clap::Parser;

use options::Options;
use place::{Place, Server};
use report::Report;
use world::World;

/// As the server has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Whatever keeps a figure from being found.
pub type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("figures: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// True if all goals were met.
fn run(options: &Options) -> Result<bool, Failure> {
    if let Some(order) = &options.import {
        subjects::importing::as_child(order)?;
        return Ok(true);
    }
    let mut report = Report::default();
    if options.wants_database("sqlite") {
        measure(None, options, &mut report)?;
    }
    if options.wants_database("postgresql") {
        match Server::find() {
            Some(server) => measure(Some(&server), options, &mut report)?,
            None => eprintln!("PostgreSQL is not installed here: only SQLite is measured"),
        }
    }
    let (table, machine) = (report.table(), machine::described());
    println!("{machine}\n\n{table}");
    if options.write {
        std::fs::write("BENCH.md", format!("{}\n{machine}.\n\n{table}", include_str!("preface.md")))?;
    }
    Ok(report.is_good())
}

/// One of so many completions has a certificate.
const CERTIFIED: u64 = 5;

fn filled_with(
    server: Option<&Server>,
    name: &str,
    completions: u64,
    certificates: u64,
    options: &Options,
) -> Result<(Place, World), Failure> {
    let place = Place::new(server, name, options.keep)?;
    let world = World::fill(&place, completions, certificates)?;
    Ok((place, world))
}

/// In one world of each database, and for growth in others beside it.
fn measure(server: Option<&Server>, options: &Options, report: &mut Report) -> Result<(), Failure> {
    let filled =
        |completions| filled_with(server, &format!("of_{completions}"), completions, completions / CERTIFIED, options);
    if options.wants("verification") {
        let all = options.certified();
        let (place, world) = filled_with(server, &format!("certified_{all}"), all, all, options)?;
        report.add(subjects::verification::measure(&place, &world)?);
    }
    let names = subjects::ALL.iter().map(|(name, _)| *name);
    if !names.chain(["growth"]).any(|name| options.wants(name)) {
        return Ok(());
    }
    let main = filled(options.completions)?;
    if options.wants("growth") {
        let sizes: &[u64] = if options.full { &[100_000, 1_000_000, 10_000_000] } else { &[options.completions / 10] };
        let others = sizes.iter().filter(|size| **size != options.completions).map(|size| filled(*size));
        let others = others.collect::<Result<Vec<_>, _>>()?;
        let mut worlds: Vec<_> = others.iter().map(|(place, world)| (place, world)).collect();
        if !options.full || sizes.contains(&options.completions) {
            worlds.push((&main.0, &main.1));
        }
        worlds.sort_by_key(|(_, world)| world.size());
        report.add(subjects::growth::measure(&worlds)?);
    }
    for (_, subject) in subjects::ALL.iter().filter(|(name, _)| options.wants(name)) {
        report.add(subject(&main.0, &main.1, options)?);
    }
    Ok(())
}
