//! NDJSON: each line is an object, and there is no header. Reading goes on at the next line whatever is wrong with one.

use std::io::{self, Read};

use super::faults::{Code, OpenFault};
use super::foreign::Foreign;
use super::json::Members;
use super::records::{Lines, MAX_ROW_BYTES};
use super::source::Source;
use super::template::{Column, Columns};
use super::text::Text;

/// The objects of a file; blank lines are passed over.
pub struct Objects<R> {
    lines: TextLines<R>,
    columns: Vec<String>,
    cells: Vec<Result<String, Code>>,
    broken: Option<Code>,
}

impl<R: Read> Objects<R> {
    /// Reads the first bytes.
    ///
    /// # Errors
    /// Where the file cannot be read, or is one list of objects.
    pub fn open(text: Text<R>, columns: &Columns) -> Result<Self, OpenFault> {
        let mut lines = TextLines::new(text);
        if lines.text.chunk()?.trim_ascii_start().starts_with(b"[") {
            return Err(OpenFault::Foreign { found: Foreign::JsonList });
        }
        Ok(Objects { lines, columns: columns.names().to_vec(), cells: Vec::new(), broken: None })
    }

    fn read_object(&mut self) {
        self.cells.clear();
        // Bytes that are no UTF-8 become U+FFFD, which is a fault of the cell they stand in and of no other.
        let text = String::from_utf8_lossy(&self.lines.line);
        let too_long = self.lines.too_long.then_some(Code::RowTooLong { max: MAX_ROW_BYTES });
        let members = too_long.map_or_else(|| Members::read(&text), Err);
        self.broken = match members {
            Ok(members) => {
                self.cells.extend(self.columns.iter().map(|column| members.text(column)));
                None
            }
            Err(code) => Some(code),
        };
    }
}

impl<R: Read> Source for Objects<R> {
    fn advance(&mut self) -> io::Result<bool> {
        while self.lines.read()? {
            if !self.lines.line.trim_ascii().is_empty() {
                self.read_object();
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn line(&self) -> u64 {
        self.lines.number
    }

    fn broken(&self) -> Option<Code> {
        self.broken.clone()
    }

    fn cell(&self, column: Column) -> Result<&str, Code> {
        self.cells[column.index()].as_deref().map_err(Clone::clone)
    }

    fn position(&self) -> u64 {
        self.lines.text.position()
    }
}

/// A text line by line, each cut at [`MAX_ROW_BYTES`].
struct TextLines<R> {
    text: Text<R>,
    lines: Lines,
    number: u64,
    line: Vec<u8>,
    too_long: bool,
}

impl<R: Read> TextLines<R> {
    fn new(text: Text<R>) -> Self {
        TextLines { text, lines: Lines::default(), number: 1, line: Vec::new(), too_long: false }
    }

    /// Takes the next line; false at the end of the file. The LF of a CR LF begins the line after, as white space.
    fn read(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.too_long = false;
        self.number = self.lines.current();
        loop {
            let chunk = self.text.chunk()?;
            if chunk.is_empty() {
                return Ok(!self.line.is_empty());
            }
            let end = chunk.iter().position(|&byte| self.lines.pass(byte));
            let part = &chunk[..end.unwrap_or(chunk.len())];
            let room = MAX_ROW_BYTES - self.line.len();
            self.too_long |= part.len() > room;
            self.line.extend_from_slice(&part[..part.len().min(room)]);
            let taken = part.len() + usize::from(end.is_some());
            self.text.consume(taken);
            if end.is_some() {
                return Ok(true);
            }
        }
    }
}
