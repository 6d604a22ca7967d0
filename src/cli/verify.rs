//! `attest verify`: is a certificate worth what it says, where there is no network? It opens no database and no connection, and
//! reads no configuration: two files are enough.

use std::{
    fmt::Write,
    fs,
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use clap::Args;

use super::Failed;
use crate::{
    certificates::snapshot::{
        Asked, NotVerified,
        judging::{Judged, Stated, Verified},
        verify,
    },
    law::calendar,
    platform::{clock::Clock, http::CertificateSent},
    words::{Instant, Lang},
};

/// Verify a file by a snapshot.
#[derive(Debug, Args)]
pub struct Verify {
    /// A PDF with credentials attached, a credential (JSON) or a token (JWT)
    file: PathBuf,
    /// What was downloaded from /v1/verify/snapshot
    #[arg(long, value_name = "FILE")]
    snapshot: PathBuf,
    /// The key the snapshot must be signed with (z6Mk…), as its publisher names it at /v1/verify/snapshot/key
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
    /// Whom it must be about: the name as it stands on the document
    #[arg(long, value_name = "NAME")]
    holder: Option<String>,
    /// Say it as JSON
    #[arg(long)]
    json: bool,
}

impl Verify {
    /// Runs the command.
    ///
    /// # Errors
    /// Usage if a file cannot be read or the snapshot is refused; failure if not everything holds.
    pub fn run(&self) -> Result<(), Failed> {
        let verified = self.verified(Clock::of_the_machine().now())?;
        if self.json {
            let json = serde_json::to_string_pretty(&verified).map_err(|error| Failed::Work(error.to_string()))?;
            println!("{json}");
        } else {
            print!("{}", report(&verified));
        }
        if !verified.snapshot.key_was_given {
            eprintln!(
                "The snapshot is signed with {}. Nobody vouches for that key here: give the one that its publisher names \
                 as --key.",
                verified.snapshot.key
            );
        }
        let not = verified.credentials.iter().filter(|one| !one.verdict.holds()).count();
        match not {
            0 => Ok(()),
            1 => Err(Failed::Work("1 credential does not hold, or it is not known whether it does".into())),
            _ => Err(Failed::Work(format!("{not} credentials do not hold, or it is not known whether they do"))),
        }
    }

    /// What was found out, now.
    ///
    /// # Errors
    /// As [`Self::run`], but for what does not hold.
    pub fn verified(&self, now: Instant) -> Result<Verified, Failed> {
        let file = whole(&self.file)?;
        let snapshot = fs::File::open(&self.snapshot).map_err(|error| unreadable(&self.snapshot, &error))?;
        let asked = Asked { key: self.key.as_deref(), holder: self.holder.as_deref() };
        verify(&file, &mut BufReader::new(snapshot), asked, now).map_err(|not| match not {
            // Nothing has been tried before the snapshot is sound.
            NotVerified::Snapshot(_) => Failed::Usage(format!("{}: {not}", self.snapshot.display())),
            NotVerified::File(_) => Failed::Work(format!("{}: {not}", self.file.display())),
        })
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failed {
    Failed::Usage(format!("{}: it cannot be read: {error}", path.display()))
}

fn whole(path: &Path) -> Result<Vec<u8>, Failed> {
    let mut bytes = Vec::new();
    let read =
        fs::File::open(path).and_then(|file| file.take(CertificateSent::MOST_BYTES as u64 + 1).read_to_end(&mut bytes));
    read.map_err(|error| unreadable(path, &error))?;
    if bytes.len() > CertificateSent::MOST_BYTES {
        return Err(Failed::Usage(format!("{}: it is larger than 10 MiB, and so is no certificate", path.display())));
    }
    Ok(bytes)
}

/// What is said of it on standard output.
pub fn report(verified: &Verified) -> String {
    let snapshot = &verified.snapshot;
    let holding = verified.credentials.iter().filter(|one| one.verdict.holds()).count();
    let mut said: String = verified.credentials.iter().map(credential).collect();
    if verified.is_document {
        said +=
            "Only what stands here was signed, and not the page: rely on this where the page says something else.\n";
    }
    let made = snapshot.made_at.utc().format("%H:%M UTC");
    // A text takes every character.
    let _ = writeln!(
        said,
        "all: {holding} of {} hold, by a snapshot of {} made on {} at {made}, {}; what was revoked since is not in it",
        verified.credentials.len(),
        plain(&snapshot.of),
        day(snapshot.made_at),
        snapshot.age(),
    );
    said
}

fn credential(one: &Judged) -> String {
    let states = one.states.as_ref().map(stated).unwrap_or_default();
    format!("{}: {}\n{states}", one.verdict.word(), one.says)
}

fn stated(states: &Stated) -> String {
    let Stated { issuer, name, code, number, is, how, .. } = states;
    let until = states.valid_until.map_or_else(|| "without a last day".into(), |at| format!("until {}", day(at)));
    let results: String = states.results.iter().map(|one| format!(", result {}", plain(one))).collect();
    let holder = if states.holder_was_given { "" } else { "  whose it is was not asked: --holder NAME tells\n" };
    format!(
        "  {} ({}), certificate {}, signed by {}\n  {} {}\n  valid from {} {until}{results}\n{holder}",
        plain(name),
        plain(code),
        plain(number),
        plain(issuer),
        plain(is),
        plain(how),
        day(states.valid_from),
    )
}

fn day(at: Instant) -> String {
    calendar::oslo_day(at).written(Lang::En)
}

/// A text that moves no cursor and hides nothing, whoever wrote it.
fn plain(text: &str) -> String {
    let hides = |c: char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if hides(c) { '\u{fffd}' } else { c }).collect()
}
