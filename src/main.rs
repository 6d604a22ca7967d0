//! Attest's command line. Everything it can do is in the library.

use std::process::ExitCode;

use attest::cli::{self, Command};
use clap::Parser;

/// The server makes and drops many small things on many threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match run(cli::Attest::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failed) => {
            eprintln!("attest: {failed}");
            failed.exit_code()
        }
    }
}

fn run(attest: cli::Attest) -> Result<(), cli::Failed> {
    let place = attest.place;
    match attest.command {
        Command::Serve(serve) => serve.run(&place),
        Command::Demo(demo) => demo.run(&place),
        Command::Import(import) => import.run(&place),
        Command::Catalogue => cli::load_catalogue(&place),
        Command::Operator(operator) => operator.run(&place),
        Command::Sweep(sweep) => sweep.run(&place),
        Command::Schedule(schedule) => schedule.run(&place),
        Command::Keys(keys) => keys.run(&place),
        Command::Verify(verify) => verify.run(),
        Command::Config => cli::print_config(&place),
        Command::Openapi => cli::openapi::print(),
    }
}
