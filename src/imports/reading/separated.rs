//! CSV: a header names the columns, and each row has as many cells. Where rows begin and end is in [`super::records`].

use std::io::{self, Read};

use csv::{ByteRecord, Reader, ReaderBuilder};

use super::faults::{Code, OpenFault};
use super::records::Records;
use super::source::Source;
use super::template::{Column, Columns};
use super::text::Text;

/// The rows under a header.
///
/// A row whose cells are all blank (`;;;;`, as spreadsheets leave behind) is passed over like a blank
/// line. A column that the mapping does not use is never looked into.
pub struct Separated<R: Read> {
    reader: Reader<Records<R>>,
    record: ByteRecord,
    header: Header,
}

/// Where the mapping's columns stand in the file.
struct Header {
    width: usize,
    places: Vec<usize>,
}

impl<R: Read> Separated<R> {
    /// Reads as far as the header.
    ///
    /// # Errors
    /// Where the file cannot be read, or its header does not have these columns.
    pub fn open(text: Text<R>, delimiter: u8, header_line: u64, columns: &Columns) -> Result<Self, OpenFault> {
        let mut reader = reader(Records::from_line(text, delimiter, header_line)?, delimiter);
        let record = read_header(&mut reader, header_line)?;
        Ok(Separated { header: Header::find(columns, &record)?, reader, record })
    }

    fn is_blank(&self) -> bool {
        self.reader.get_ref().fault().is_none() && self.record.iter().all(|cell| cell.trim_ascii().is_empty())
    }
}

/// Rows may be wider or narrower than the header: that is a fault of theirs, not of the file.
pub(super) fn reader<R: Read>(records: Records<R>, delimiter: u8) -> Reader<Records<R>> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(records)
}

impl<R: Read> Source for Separated<R> {
    fn advance(&mut self) -> io::Result<bool> {
        while self.reader.read_byte_record(&mut self.record).map_err(as_it_was)? {
            if !self.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn line(&self) -> u64 {
        self.reader.get_ref().line()
    }

    /// A row of another width is broken: its cells may be another column's.
    fn broken(&self) -> Option<Code> {
        let (expected, found) = (self.header.width, self.record.len());
        let wrong_width = || (found != expected).then_some(Code::WrongNumberOfColumns { expected, found });
        self.reader.get_ref().fault().cloned().or_else(wrong_width)
    }

    fn cell(&self, column: Column) -> Result<&str, Code> {
        std::str::from_utf8(&self.record[self.header.places[column.index()]]).map_err(|_| Code::DamagedText)
    }

    fn position(&self) -> u64 {
        self.reader.get_ref().position()
    }
}

/// The input's own error: whoever reads the rows may know what to do about it.
fn as_it_was(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        _ => io::Error::other("a row cannot be taken apart"),
    }
}

fn read_header<R: Read>(reader: &mut Reader<Records<R>>, line: u64) -> Result<ByteRecord, OpenFault> {
    let mut record = ByteRecord::new();
    let found = reader.read_byte_record(&mut record).map_err(as_it_was)?;
    // Blank lines are skipped: what was found may stand further down.
    if !found || reader.get_ref().line() != line {
        return Err(OpenFault::NoHeader { line });
    }
    match reader.get_ref().fault().cloned() {
        Some(code) => Err(OpenFault::BrokenHeader { line, code }),
        None => Ok(record),
    }
}

impl Header {
    fn find(columns: &Columns, record: &ByteRecord) -> Result<Header, OpenFault> {
        let header: Vec<String> = record.iter().map(|name| String::from_utf8_lossy(name).trim().to_owned()).collect();
        let (mut places, mut missing, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
        for wanted in columns.names() {
            let mut found = header.iter().enumerate().filter(|(_, name)| *name == wanted);
            match (found.next(), found.next()) {
                (Some((place, _)), None) => places.push(place),
                (Some(_), Some(_)) => repeated.push(wanted.clone()),
                (None, _) => missing.push(wanted.clone()),
            }
        }
        if missing.is_empty() && repeated.is_empty() {
            Ok(Header { width: header.len(), places })
        } else {
            Err(OpenFault::Columns { missing, repeated, header })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::mapping::Encoding;
    use super::super::records::MAX_ROW_BYTES;
    use super::*;

    #[test]
    fn a_row_without_end_takes_no_more_memory_than_the_longest_row() {
        let input = b"a,b\n1,".chain(io::repeat(b'x').take(8 * MAX_ROW_BYTES as u64));
        let text = Text::open(input, Encoding::Utf8).unwrap();
        let mut rows = Separated::open(text, b',', 1, &Columns::default()).unwrap();
        assert!(rows.advance().unwrap());
        assert!(matches!(rows.broken(), Some(Code::RowTooLong { .. })));
        assert!(rows.record.as_slice().len() <= MAX_ROW_BYTES);
    }
}
