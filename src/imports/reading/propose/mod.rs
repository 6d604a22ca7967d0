//! Proposes a mapping from a file's beginning: how it is written, and which column is likely to mean what. Not a decision:
//! who sends the file reads the proposal, and what could only be guessed is left open.

mod choice;
mod names;
mod outcomes;
mod sample;
mod shape;
mod values;

#[cfg(test)]
mod nasty;

use serde_json::{Map, Value};

use self::choice::Choice;
use self::sample::Sample;
use super::faults::OpenFault;
use super::targets::{Subject, Target};

/// A mapping as far as the file itself tells.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// Built like a mapping file; a usable mapping where nothing is open.
    pub mapping: Map<String, Value>,
    /// The columns it does not read.
    pub unused: Vec<String>,
    /// Targets that are needed and were not found; of those that can stand for each other, all.
    pub open: Vec<Target>,
}

/// Proposes a mapping; `whole` where the bytes are the whole file and not its beginning only.
///
/// # Errors
/// Where the bytes are no rows of text, or hold no header.
pub fn propose(subject: Subject, beginning: &[u8], whole: bool) -> Result<Proposal, OpenFault> {
    let sample = Sample::take(beginning, whole)?;
    let choice = Choice::make(subject, &sample);
    Ok(Proposal { mapping: choice.mapping(), unused: choice.unused(), open: choice.open() })
}
