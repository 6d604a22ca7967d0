//! `attest import`: a file in any column layout, with a mapping that says what each column means.

use std::{
    fs::File,
    io::{self, BufReader, Read, Write},
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use super::{Failed, Place};
use crate::{
    access::Actor,
    imports::{
        RowResult, Summary,
        actions::ImportRows,
        reading::{faults::OpenFault, mapping::Mapping, problems::MappingFault},
        run::Stopped,
        work::{Command, run_here},
    },
    organisations,
    platform::{db::Db, problem::Problem, vault},
    words::{ImportSubject, Lang, OrganisationId},
};

/// Import from files.
#[derive(Debug, Args)]
pub struct Import {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Record completions from a file; reading it again changes nothing
    Completions(Wanted),
    /// Enter staff from a file: cards, employments and teams; reading it again changes nothing
    Staff(Wanted),
}

/// Read rows from a file.
///
/// Good rows are written, some at a time; each bad row is reported with its line, column and remedy. A row that says what
/// it said last time is left alone; one that says something else changes what it is about. Nothing is deleted because a file
/// leaves it out. After a kill, run it again.
#[derive(Debug, Args)]
struct Wanted {
    /// The file; `-` reads standard input, `.gz` is unpacked
    file: PathBuf,
    /// The number of the provider, or of the employer
    #[arg(long, value_name = "NUMBER")]
    organisation: String,
    /// What each column means (TOML)
    #[arg(long, value_name = "FILE")]
    mapping: PathBuf,
    /// Find out what would happen and change nothing
    #[arg(long)]
    dry_run: bool,
    /// Where to write what became of each row (CSV) [default: refused rows only, on standard output]
    #[arg(long, value_name = "FILE")]
    results: Option<PathBuf>,
    /// The language of remedies
    #[arg(long, value_name = "nb|en", default_value = "nb", value_parser = ["nb", "en"])]
    lang: String,
}

impl Import {
    /// Runs the command.
    ///
    /// # Errors
    /// Usage if file, mapping or organisation are wrong; failure if rows were refused.
    pub fn run(self, place: &Place) -> Result<(), Failed> {
        let (subject, wanted) = match self.what {
            What::Completions(wanted) => (ImportSubject::Completions, wanted),
            What::Staff(wanted) => (ImportSubject::Staff, wanted),
        };
        let lang = Lang::from_code(&wanted.lang).unwrap_or_default();
        let mapping = read_mapping(subject, &wanted.mapping, lang)?;
        let db = place.database()?;
        let organisation = provider(&db, &wanted.organisation)?;
        let (input, size) = open(&wanted.file)?;
        let command = Command {
            actor: Actor::Console,
            rows: ImportRows { organisation, subject },
            file_hash: hash_of(&wanted.file)?,
            size,
            dry_run: wanted.dry_run,
            lang,
        };
        let mut results = Results::open(wanted.results.as_deref())?;
        let bar = progress_bar(size);
        let mut unwritten = None;
        let summary = run_here(&db, &command, &mapping, input, |rows, bytes| {
            unwritten = unwritten.take().or(rows.iter().try_for_each(|row| results.write(row)).err());
            bar.set_position(bytes);
        })
        .map_err(|stopped| failed(stopped, lang))?;
        bar.finish_and_clear();
        if let Some(error) = unwritten.or(results.flush().err()) {
            return Err(Failed::Work(format!("the results cannot be written: {error}")));
        }
        report(summary, wanted.dry_run);
        if summary.refused > 0 { Err(Failed::Work(format!("{} rows were refused", summary.refused))) } else { Ok(()) }
    }
}

/// Says on standard error what became of a file.
pub fn report(summary: Summary, dry_run: bool) {
    let Summary { read, recorded, changed, unchanged, refused } = summary;
    let mode = if dry_run { "dry run, nothing was changed: " } else { "" };
    eprintln!("{mode}{read} rows: {recorded} recorded, {changed} changed, {unchanged} unchanged, {refused} refused");
}

fn read_mapping(subject: ImportSubject, path: &Path, lang: Lang) -> Result<Mapping, Failed> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failed::Usage(format!("the mapping {} cannot be read: {error}", path.display())))?;
    Mapping::parse(subject, &text).map_err(|MappingFault { problems }| {
        let lines: Vec<_> = problems.iter().map(|problem| format!("  - {}", problem.text(lang))).collect();
        Failed::Usage(format!("the mapping must be corrected:\n{}", lines.join("\n")))
    })
}

fn provider(db: &Db, number: &str) -> Result<OrganisationId, Failed> {
    let asked: String = number.chars().filter(|c| !c.is_whitespace()).collect();
    let found = db.read_here(move |tx| organisations::store::legal_entity_by_number(tx, &asked))?;
    found.ok_or_else(|| Failed::Usage("--organisation: no organisation here has this number".into()))
}

type Input = Box<dyn Read + Send>;

fn open(path: &Path) -> Result<(Input, u64), Failed> {
    if path == Path::new("-") {
        return Ok((Box::new(io::stdin()), 0));
    }
    let unreadable = |error| Failed::Usage(format!("the file {} cannot be read: {error}", path.display()));
    let file = File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let reader = BufReader::new(file);
    if path.extension().is_some_and(|extension| extension == "gz") {
        return Ok((Box::new(flate2::bufread::MultiGzDecoder::new(reader)), 0));
    }
    Ok((Box::new(reader), size))
}

/// The hash of the file, in constant memory; standard input has none before it has been read.
fn hash_of(path: &Path) -> Result<String, Failed> {
    if path == Path::new("-") {
        return Ok(String::new());
    }
    vault::sha256_of(&mut File::open(path).map_err(|error| Failed::Usage(error.to_string()))?)
        .map_err(|error| Failed::Usage(error.to_string()))
}

/// A bar that fills with the bytes read, or turns if nobody knows how many there are.
pub fn progress_bar(size: u64) -> ProgressBar {
    if size == 0 {
        return ProgressBar::new_spinner();
    }
    let style = ProgressStyle::with_template("{bar:40} {percent}% {bytes}/{total_bytes} {eta}");
    ProgressBar::new(size).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn failed(stopped: Stopped, lang: Lang) -> Failed {
    match stopped {
        Stopped::Unopened(fault) => Failed::Usage(unopened(&fault, lang)),
        Stopped::Because(because) => Failed::Work(format!("the import ended: {because}")),
        Stopped::Interrupted => Failed::Work("the import was called off".into()),
        Stopped::Problem(problem) => Problem::into(problem),
    }
}

fn unopened(fault: &OpenFault, lang: Lang) -> String {
    format!("{}: {}", fault.as_str(), fault.remedy(lang))
}

/// Where results go: to a file all of them, to standard output the refused ones.
struct Results {
    out: csv::Writer<Box<dyn Write>>,
    all: bool,
}

impl Results {
    fn open(path: Option<&Path>) -> Result<Self, Failed> {
        let sink: Box<dyn Write> = match path {
            Some(path) => Box::new(File::create(path).map_err(|error| {
                Failed::Usage(format!("the results {} cannot be written: {error}", path.display()))
            })?),
            None => Box::new(io::stdout()),
        };
        let mut out = csv::Writer::from_writer(sink);
        let header = out.write_record(["line", "outcome", "record", "column", "code", "detail"]);
        header.map_err(|error| Failed::Work(error.to_string()))?;
        Ok(Self { out, all: path.is_some() })
    }

    fn write(&mut self, row: &RowResult) -> csv::Result<()> {
        let (line, outcome) = (row.line.to_string(), row.outcome.code());
        for error in &row.errors {
            self.out.write_record([&line, outcome, "", &error.column, &error.code, &error.detail])?;
        }
        if let Some(id) = row.id.filter(|_| self.all) {
            self.out.write_record([&line, outcome, &id.to_string(), "", "", ""])?;
        }
        Ok(())
    }

    fn flush(&mut self) -> csv::Result<()> {
        Ok(self.out.flush()?)
    }
}
