//! Where one row ends and the next begins: hands a CSV reader one row per read, knows the line each
//! began on and cuts off what never ends. Not a CSV parser: it tracks quotation marks exactly as the
//! csv crate does, and leaves cells to that.
//!
//! The csv crate counts `\n` only, reports the line before the blank ones it skips, and grows its
//! buffer with the row; hence this layer beneath it.

use std::io::{self, Read};

use super::faults::{Code, OpenFault};
use super::text::Text;

/// A row longer than this is a fault: more than any real one, and a bound on memory.
pub const MAX_ROW_BYTES: usize = 1024 * 1024;

/// The rows of a text: blank lines left out, each ended by one `\n`.
///
/// A row above [`MAX_ROW_BYTES`] is cut there, marked by [`Self::fault`], and reading goes on after
/// the next line break, whether or not a quotation mark was open: a missing one costs at most the
/// lines within that limit.
pub struct Records<R> {
    text: Text<R>,
    delimiter: u8,
    place: Place,
    lines: Lines,
    line: u64,
    length: usize,
    ending: bool,
    fault: Option<Code>,
    started: bool,
}

/// Where in a row the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Between,
    CellStart,
    Bare,
    Quoted,
    QuoteInQuoted,
}

impl Place {
    fn after(self, byte: u8, delimiter: u8) -> Self {
        match (self, byte) {
            (Place::Quoted, b'"') => Place::QuoteInQuoted,
            (Place::Quoted, _) | (Place::CellStart | Place::QuoteInQuoted, b'"') => Place::Quoted,
            (_, b'\r' | b'\n') => Place::Between,
            (_, other) if other == delimiter => Place::CellStart,
            _ => Place::Bare,
        }
    }
}

/// Counts lines as an editor does: CR LF, LF and a lone CR end one each.
#[derive(Debug)]
pub(super) struct Lines {
    current: u64,
    after_cr: bool,
}

impl Default for Lines {
    fn default() -> Self {
        Lines { current: 1, after_cr: false }
    }
}

impl Lines {
    /// The line the next byte stands on, counted from 1.
    pub(super) fn current(&self) -> u64 {
        self.current
    }

    /// Whether this byte ended a line; the LF of a CR LF did not, its CR had.
    pub(super) fn pass(&mut self, byte: u8) -> bool {
        let ended = byte == b'\r' || (byte == b'\n' && !self.after_cr);
        self.after_cr = byte == b'\r';
        self.current += u64::from(ended);
        ended
    }
}

impl<R: Read> Records<R> {
    /// The rows from this line on; the lines before may hold anything.
    ///
    /// # Errors
    /// Where the file cannot be read.
    pub fn from_line(text: Text<R>, delimiter: u8, first: u64) -> Result<Self, OpenFault> {
        let mut records = Records {
            text,
            delimiter,
            place: Place::Between,
            lines: Lines::default(),
            line: 1,
            length: 0,
            ending: false,
            fault: None,
            started: false,
        };
        while records.lines.current < first && records.skip_line()? {}
        Ok(records)
    }

    /// The line on which the row handed out last begins, counted from 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// What is wrong with the row handed out last as a whole.
    pub fn fault(&self) -> Option<&Code> {
        self.fault.as_ref()
    }

    /// Bytes taken from the file so far.
    pub fn position(&self) -> u64 {
        self.text.position()
    }

    /// Drops the rest of the current line; false at the end of the file.
    fn skip_line(&mut self) -> io::Result<bool> {
        loop {
            let chunk = self.text.chunk()?;
            if chunk.is_empty() {
                return Ok(false);
            }
            let length = chunk.len();
            let end = chunk.iter().position(|&byte| self.lines.pass(byte));
            self.text.consume(end.map_or(length, |end| end + 1));
            if end.is_some() {
                return Ok(true);
            }
        }
    }

    /// Skips blank lines; false at the end of the file.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            let chunk = self.text.chunk()?;
            if chunk.is_empty() {
                return Ok(false);
            }
            let breaks = chunk.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let blank = breaks.map(|&byte| self.lines.pass(byte)).count();
            let found = blank < chunk.len();
            self.text.consume(blank);
            if found {
                self.line = self.lines.current;
                self.length = 0;
                self.fault = None;
                self.place = Place::CellStart;
                return Ok(true);
            }
        }
    }

    /// Copies up to the end of the row, the chunk or the room, whichever comes first.
    fn copy(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let chunk = self.text.chunk()?;
        // One more than the limit, for the line break.
        let room = out.len().min(MAX_ROW_BYTES + 1 - self.length);
        let mut copied = 0;
        for (&byte, slot) in chunk.iter().zip(&mut out[..room]) {
            copied += 1;
            self.lines.pass(byte);
            self.place = self.place.after(byte, self.delimiter);
            if self.place == Place::Between {
                *slot = b'\n';
                break;
            }
            *slot = byte;
        }
        let at_end = chunk.is_empty();
        self.text.consume(copied);
        self.length += copied;
        if at_end {
            self.fault = (self.place == Place::Quoted).then_some(Code::UnclosedQuote);
            self.ending = true;
        } else if self.length > MAX_ROW_BYTES && self.place != Place::Between {
            self.fault = Some(Code::RowTooLong { max: MAX_ROW_BYTES });
            self.ending = true;
            self.skip_line()?;
        }
        Ok(copied)
    }

    /// The next byte of what the file left out: a closing quotation mark, the line break.
    fn end(&mut self) -> u8 {
        if self.place == Place::Quoted {
            self.place = Place::QuoteInQuoted;
            b'"'
        } else {
            self.place = Place::Between;
            self.ending = false;
            b'\n'
        }
    }
}

impl<R: Read> Read for Records<R> {
    /// Never gives bytes of two rows at once, so that [`Self::line`] and [`Self::fault`] speak of the
    /// row the csv crate returns.
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        if !self.started {
            // A blank line first: csv drops a byte order mark only from the first bytes it sees, and
            // one there, after skipped lines, would make it see quotation marks otherwise than we do.
            self.started = true;
            out[0] = b'\n';
            return Ok(1);
        }
        if self.place == Place::Between && !self.begin()? {
            return Ok(0);
        }
        let mut written = 0;
        while written < out.len() && self.place != Place::Between {
            if self.ending {
                out[written] = self.end();
                written += 1;
            } else {
                written += self.copy(&mut out[written..])?;
            }
        }
        Ok(written)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::mapping::Encoding;
    use super::*;

    type Found = (u64, Vec<Vec<u8>>);

    fn cells(record: &csv::ByteRecord) -> Vec<Vec<u8>> {
        record.iter().map(<[u8]>::to_vec).collect()
    }

    fn plain_reader<R: Read>(input: R) -> csv::Reader<R> {
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(input)
    }

    fn through_records(bytes: &[u8], first: u64) -> Vec<Found> {
        let text = Text::open(bytes, Encoding::Utf8).unwrap();
        let mut reader = plain_reader(Records::from_line(text, b',', first).unwrap());
        let mut record = csv::ByteRecord::new();
        let mut found = Vec::new();
        while reader.read_byte_record(&mut record).unwrap() {
            found.push((reader.get_ref().line(), cells(&record)));
        }
        found
    }

    /// The csv crate alone; the line is that of its byte position, after the blank lines it skips.
    fn through_csv_alone(bytes: &[u8]) -> Vec<Found> {
        let mut reader = plain_reader(bytes);
        let mut record = csv::ByteRecord::new();
        let mut found = Vec::new();
        while reader.read_byte_record(&mut record).unwrap() {
            let mut start = usize::try_from(record.position().unwrap().byte()).unwrap();
            while matches!(bytes[start], b'\r' | b'\n') {
                start += 1;
            }
            let before = String::from_utf8_lossy(&bytes[..start]).replace("\r\n", "\n");
            let line = before.chars().filter(|sign| matches!(sign, '\r' | '\n')).count() as u64 + 1;
            found.push((line, cells(&record)));
        }
        found
    }

    fn lines_of(bytes: &[u8], first: u64) -> Vec<u64> {
        through_records(bytes, first).into_iter().map(|(line, _)| line).collect()
    }

    #[test]
    fn rows_know_the_line_they_begin_on_whatever_ends_a_line() {
        for (bytes, first, lines) in [
            (&b"h\na\nb"[..], 1, &[1, 2, 3][..]),
            (b"h\r\na\r\nb\r\n", 1, &[1, 2, 3]),
            (b"h\ra\rb\r", 1, &[1, 2, 3]),
            (b"h\n\n\r\n\ra\n", 1, &[1, 5]),
            (b"h\n\"a\n\r\nb\"\nc\n", 1, &[1, 2, 5]),
            (b"h\n\"a\"\"\r\",x\nc\n", 1, &[1, 2, 4]),
            (b"title \"\r\n\r\nh\r\na", 3, &[3, 4]),
            (b"title\r\n\r\n\r\nh\r\na", 3, &[4, 5]),
            (b"one line only", 900_000_000_000, &[]),
            (b"", 1, &[]),
        ] {
            assert_eq!(lines_of(bytes, first), lines, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_mark_after_skipped_lines_does_not_shift_quotation() {
        let found = through_records("t\n\u{feff}\"a\nb\n".as_bytes(), 2);
        assert_eq!(found[0], (2, vec!["\u{feff}\"a".as_bytes().to_vec()]));
        assert_eq!(found[1], (3, vec![b"b".to_vec()]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn rows_are_those_the_csv_crate_finds(
            bytes in prop::collection::vec(prop::sample::select(&b"a,\"\n\r \xFF"[..]), 0..60)
        ) {
            prop_assert_eq!(through_records(&bytes, 1), through_csv_alone(&bytes));
        }
    }
}
