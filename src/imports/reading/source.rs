//! What the reader of rows wants of a file, whatever its format. Not the judging of cells: what is empty, damaged or too
//! long is the same for all and is asked in [`super::rows`].

use std::io::{self, Read};

use super::faults::{Code, OpenFault};
use super::mapping::{Format, Mapping};
use super::objects::Objects;
use super::separated::Separated;
use super::template::Column;
use super::text::Text;

/// The rows of a file, one at hand at a time.
pub trait Source {
    /// Takes the next row in hand; false at the end of the file.
    fn advance(&mut self) -> io::Result<bool>;

    /// The line on which the row at hand begins, counted from 1.
    fn line(&self) -> u64;

    /// What is wrong with the row at hand as a whole: none of its cells is to be looked at.
    fn broken(&self) -> Option<Code>;

    /// What the row at hand has in a column of the mapping, as the file writes it; blank where it has nothing.
    fn cell(&self, column: Column) -> Result<&str, Code>;

    /// Bytes taken from the file so far.
    fn position(&self) -> u64;
}

/// A file opened in the format its mapping names.
pub enum Opened<R: Read> {
    /// Cells between separators.
    Csv(Separated<R>),
    /// An object on each line.
    Ndjson(Objects<R>),
}

impl<R: Read> Opened<R> {
    /// Reads as far as the first row.
    pub fn open(mapping: &Mapping, input: R) -> Result<Self, OpenFault> {
        let file = mapping.file();
        let text = Text::open(input, file.encoding)?;
        let columns = mapping.columns();
        Ok(match file.format {
            Format::Csv { delimiter, header_line } => {
                Opened::Csv(Separated::open(text, delimiter, header_line, columns)?)
            }
            Format::Ndjson => Opened::Ndjson(Objects::open(text, columns)?),
        })
    }

    /// To read from.
    pub fn source(&self) -> &dyn Source {
        match self {
            Opened::Csv(rows) => rows,
            Opened::Ndjson(rows) => rows,
        }
    }

    /// To go on.
    pub fn source_mut(&mut self) -> &mut dyn Source {
        match self {
            Opened::Csv(rows) => rows,
            Opened::Ndjson(rows) => rows,
        }
    }
}
