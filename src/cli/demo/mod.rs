//! `attest demo`: a fresh folder, a small fictional Norwegian world, 32,593 real results, and a server over it.
//!
//! It is for looking around: everybody in it has the same password, which stands in the README.

mod world;

use std::{fs, path::PathBuf};

use clap::Args;

use super::{
    Failed, Place,
    import::{progress_bar, report},
    in_force,
};
use crate::{
    access::Actor,
    app::{self, App},
    identity::password::{Password, hash_here},
    imports::{
        Summary,
        actions::ImportRows,
        reading::mapping::Mapping,
        work::{Command, run_here},
    },
    platform::{clock::Clock, config::Settings, db::Db, ids::Mint, telemetry, vault},
    words::{ImportSubject, Lang, OrganisationId},
};

const RESULTS: &[u8] = include_bytes!("../../../examples/oulad/completions.csv.gz");
const MAPPING: &str = include_str!("../../../examples/oulad/mapping.toml");
/// Unpacked, in bytes: for the progress bar.
const RESULTS_SIZE: u64 = 1_608_715;

/// Look around in a fictional world.
#[derive(Debug, Args)]
pub struct Demo {
    /// The address and port to listen on [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<String>,
    /// Build the world and do not serve it
    #[arg(long)]
    no_serve: bool,
}

impl Demo {
    /// Builds the world and serves it.
    ///
    /// # Errors
    /// Usage if the folder is in use; the database's and the network's.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        let folder = PathBuf::from(place.data.as_deref().unwrap_or("./demo"));
        refuse_one_in_use(&folder)?;
        // Nothing of the surroundings: a demo must never land in a database that matters.
        let settings = Settings {
            data: Some(folder.display().to_string()),
            listen: self.listen,
            log: Some("warn".into()),
            ..Settings::default()
        };
        let config = in_force(settings)?;
        if !self.no_serve {
            refuse_a_taken_port(config.listen)?;
        }
        telemetry::begin(config.log_format, &config.log);
        let db = app::open_database(&config, Clock::of_the_machine(), Mint::random())?;
        let hash = hash_here(&Password::of(world::PASSWORD))?;
        let built = db.write_here(move |tx| world::build(tx, &hash))?;
        eprintln!("Importing the Open University Learning Analytics Dataset (CC BY 4.0) …");
        report(import(&db, built.university)?, false);
        let app = App::over(db.clone(), config.clone())?;
        let runtime = tokio::runtime::Runtime::new().map_err(|error| Failed::Work(error.to_string()))?;
        let codes = runtime.block_on(world::certify_people(&app.house, &built))?;
        db.write_here(move |tx| world::ask_for_certificates(tx, &built))?;
        drop((app, db));
        println!("{}", world::guide(&config.public_url, &folder, &codes));
        if self.no_serve { Ok(()) } else { Ok(app::serve(config)?) }
    }
}

fn refuse_one_in_use(folder: &std::path::Path) -> Result<(), Failed> {
    let in_use = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if !in_use {
        return Ok(());
    }
    let name = folder.display();
    Err(Failed::Usage(format!(
        "the folder {name} is in use. Serve what is in it with: attest serve --data {name}\n\
         or choose another with --data, or remove it first"
    )))
}

/// Before anything is built: nobody should wait for a world that cannot be served.
fn refuse_a_taken_port(listen: std::net::SocketAddr) -> Result<(), Failed> {
    match std::net::TcpListener::bind(listen) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failed::Usage(format!("cannot listen on {listen}: {error}. Choose another with --listen"))),
    }
}

fn import(db: &Db, university: OrganisationId) -> Result<Summary, Failed> {
    let mapping =
        Mapping::parse(ImportSubject::Completions, MAPPING).map_err(|fault| Failed::Work(fault.to_string()))?;
    let command = Command {
        actor: Actor::Console,
        rows: ImportRows { organisation: university, subject: ImportSubject::Completions },
        file_hash: vault::sha256(RESULTS),
        size: RESULTS_SIZE,
        dry_run: false,
        lang: Lang::En,
    };
    let bar = progress_bar(RESULTS_SIZE);
    let unpacked = flate2::read::GzDecoder::new(RESULTS);
    let summary = run_here(db, &command, &mapping, unpacked, |_, bytes| bar.set_position(bytes))
        .map_err(|stopped| Failed::Work(format!("the import stopped: {stopped:?}")))?;
    bar.finish_and_clear();
    Ok(summary)
}
