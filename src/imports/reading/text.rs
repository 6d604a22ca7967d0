//! A file's bytes as UTF-8, chunk by chunk in constant memory. Not a guesser of encodings: it decodes
//! what the mapping says, and only refuses where the file's first bytes contradict it.

use std::io::{self, ErrorKind, Read};

use super::faults::OpenFault;
use super::foreign::{self, Foreign};
use super::mapping::Encoding;

const CHUNK: usize = 64 * 1024;
/// What a file can begin with to name its encoding.
const MARKS: [(&[u8], Encoding); 3] =
    [(&[0xEF, 0xBB, 0xBF], Encoding::Utf8), (BIG_ENDIAN, Encoding::Utf16), (&[0xFF, 0xFE], Encoding::Utf16)];
const BIG_ENDIAN: &[u8] = &[0xFE, 0xFF];

/// What windows-1252 has where ISO-8859-1 has control characters; U+FFFD where it has nothing.
const WINDOWS_1252_80_TO_9F: [char; 32] = [
    '€', '\u{FFFD}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{FFFD}', 'Ž', '\u{FFFD}', '\u{FFFD}',
    '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{FFFD}', 'ž', 'Ÿ',
];

/// The text of a file. In UTF-8 bad bytes come through as they are, for whoever reads a cell to find;
/// in the other encodings a byte that means nothing becomes U+FFFD.
pub struct Text<R> {
    input: R,
    encoding: Encoding,
    big_endian: bool,
    raw: Vec<u8>,
    /// The bytes of a UTF-16 character that goes on in the next chunk.
    begun: Vec<u8>,
    decoded: Vec<u8>,
    consumed: usize,
    position: u64,
    /// An error met among the first bytes: what came before it is read all the same.
    failed: Option<io::Error>,
}

impl<R: Read> Text<R> {
    /// Reads the first chunk and drops a byte order mark.
    ///
    /// # Errors
    /// Where the file cannot be read, is no text, or begins with the mark of another encoding than the mapping's.
    pub fn open(input: R, encoding: Encoding) -> Result<Self, OpenFault> {
        let mut text = Text {
            input,
            encoding,
            big_endian: false,
            raw: vec![0; CHUNK],
            begun: Vec::new(),
            decoded: Vec::with_capacity(CHUNK),
            consumed: 0,
            position: 0,
            failed: None,
        };
        let length = text.read_first_bytes()?;
        let mark = text.mark(&text.raw[..length])?;
        text.big_endian = mark == BIG_ENDIAN;
        text.decode(mark.len(), length);
        Ok(text)
    }

    /// The mark the file begins with, or nothing.
    fn mark(&self, first: &[u8]) -> Result<&'static [u8], OpenFault> {
        let (mark, named) = mark(first).unwrap_or((&[], self.encoding));
        if named != self.encoding {
            return Err(OpenFault::OtherEncoding { found: named.name() });
        }
        match Foreign::recognise(first) {
            Some(found) if self.encoding != Encoding::Utf16 => Err(OpenFault::Foreign { found }),
            _ => Ok(mark),
        }
    }

    /// Bytes taken from the file so far, up to a chunk ahead of what has been consumed.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The text not yet consumed, read on where there is none; empty only at the end of the file.
    pub fn chunk(&mut self) -> io::Result<&[u8]> {
        while self.consumed == self.decoded.len() {
            let length = self.read_some(0)?;
            self.decode(0, length);
            if length == 0 {
                break;
            }
        }
        Ok(&self.decoded[self.consumed..])
    }

    /// Marks bytes of the last chunk as done with.
    pub fn consume(&mut self, length: usize) {
        self.consumed += length;
        debug_assert!(self.consumed <= self.decoded.len());
    }

    /// A pipe may deliver its first bytes one by one, and what a file is shows only in several.
    fn read_first_bytes(&mut self) -> io::Result<usize> {
        let mut length = 0;
        while length < foreign::ENOUGH {
            match self.read_some(length) {
                Ok(0) => break,
                Ok(more) => length += more,
                Err(error) if length == 0 => return Err(error),
                Err(error) => {
                    self.failed = Some(error);
                    break;
                }
            }
        }
        Ok(length)
    }

    fn read_some(&mut self, from: usize) -> io::Result<usize> {
        if let Some(error) = self.failed.take() {
            return Err(error);
        }
        loop {
            match self.input.read(&mut self.raw[from..]) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Ok(length) => {
                    self.position += length as u64;
                    return Ok(length);
                }
                Err(error) => return Err(error),
            }
        }
    }

    fn decode(&mut self, from: usize, to: usize) {
        self.consumed = 0;
        self.decoded.clear();
        let raw = &self.raw[from..to];
        match self.encoding {
            Encoding::Utf8 => self.decoded.extend_from_slice(raw),
            Encoding::Windows1252 => push_single_bytes(raw, &mut self.decoded, windows_1252),
            Encoding::Iso8859_1 => push_single_bytes(raw, &mut self.decoded, iso_8859_1),
            Encoding::Utf16 => {
                self.begun.extend_from_slice(raw);
                let done = push_utf_16(&self.begun, self.big_endian, raw.is_empty(), &mut self.decoded);
                self.begun.drain(..done);
            }
        }
    }
}

/// The byte order mark a file begins with, and the encoding it names.
pub(super) fn mark(first: &[u8]) -> Option<(&'static [u8], Encoding)> {
    MARKS.into_iter().find(|(mark, _)| first.starts_with(mark))
}

/// Says how many bytes are done with: a character that goes on after them waits for the rest, unless this is the end.
fn push_utf_16(raw: &[u8], big_endian: bool, at_end: bool, text: &mut Vec<u8>) -> usize {
    let unit = |pair: &[u8]| {
        let pair = [pair[0], pair[1]];
        if big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    };
    let mut units: Vec<u16> = raw.chunks_exact(2).map(unit).collect();
    if !at_end && units.last().is_some_and(|unit| (0xD800..0xDC00).contains(unit)) {
        units.pop();
    }
    for character in char::decode_utf16(units.iter().copied()) {
        let character = character.unwrap_or(char::REPLACEMENT_CHARACTER);
        text.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    }
    if at_end && raw.len() % 2 == 1 {
        text.extend_from_slice("\u{FFFD}".as_bytes());
        return raw.len();
    }
    units.len() * 2
}

fn push_single_bytes(raw: &[u8], text: &mut Vec<u8>, upper: impl Fn(u8) -> char) {
    for &byte in raw {
        if byte.is_ascii() {
            text.push(byte);
        } else {
            text.extend_from_slice(upper(byte).encode_utf8(&mut [0; 4]).as_bytes());
        }
    }
}

fn windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252_80_TO_9F[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}

/// The control characters 80 to 9F stand in no register's export: where they turn up, the file is
/// windows-1252, and taking them would store invisible rubbish inside a name.
fn iso_8859_1(byte: u8) -> char {
    match byte {
        0x80..=0x9F => char::REPLACEMENT_CHARACTER,
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time and is interrupted before each, as a slow pipe can be.
    struct Dripping<'b> {
        bytes: &'b [u8],
        interrupted: bool,
    }

    impl Read for Dripping<'_> {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.interrupted = !self.interrupted;
            if self.interrupted {
                return Err(ErrorKind::Interrupted.into());
            }
            let length = self.bytes.len().min(out.len()).min(1);
            out[..length].copy_from_slice(&self.bytes[..length]);
            self.bytes = &self.bytes[length..];
            Ok(length)
        }
    }

    fn read(bytes: &[u8], encoding: Encoding) -> Result<Vec<u8>, OpenFault> {
        let mut text = Text::open(Dripping { bytes, interrupted: false }, encoding)?;
        let mut all = Vec::new();
        loop {
            let chunk = text.chunk()?;
            if chunk.is_empty() {
                assert_eq!(text.position(), bytes.len() as u64);
                return Ok(all);
            }
            all.extend_from_slice(chunk);
            let length = chunk.len();
            text.consume(length);
        }
    }

    #[test]
    fn single_byte_encodings_become_utf_8() {
        for (encoding, bytes, expected) in [
            (Encoding::Iso8859_1, &b"bl\xE5b\xE6r\xF8l \xC6\xD8\xC5"[..], "blåbærøl ÆØÅ"),
            (Encoding::Windows1252, b"\x80 \x93\xE5\x94 \x9A\x9F", "€ “å” šŸ"),
            (Encoding::Windows1252, b"\x81\x8D\x8F\x90\x9D", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
            (Encoding::Iso8859_1, b"\x80\x9F\xA0\xFF", "\u{FFFD}\u{FFFD}\u{A0}ÿ"),
            (Encoding::Iso8859_1, b"", ""),
        ] {
            assert_eq!(read(bytes, encoding).unwrap(), expected.as_bytes());
        }
    }

    #[test]
    fn utf_8_loses_its_mark_and_keeps_its_bad_bytes() {
        assert_eq!(read(b"\xEF\xBB\xBFa\xFF", Encoding::Utf8).unwrap(), b"a\xFF");
        assert_eq!(read(b"\xEF\xBB", Encoding::Utf8).unwrap(), b"\xEF\xBB");
        assert_eq!(read(b"", Encoding::Utf8).unwrap(), b"");
    }

    #[test]
    fn utf_16_is_read_in_either_order_whatever_a_chunk_cuts_through() {
        let units = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        let text = "navn\tØdegård 🚜\r\n";
        let little: Vec<u8> = [0xFEFF].into_iter().chain(units(text)).flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = [0xFEFF].into_iter().chain(units(text)).flat_map(u16::to_be_bytes).collect();
        assert_eq!(read(&little, Encoding::Utf16).unwrap(), text.as_bytes());
        assert_eq!(read(&big, Encoding::Utf16).unwrap(), text.as_bytes());
        assert_eq!(read(&little[2..], Encoding::Utf16).unwrap(), text.as_bytes());
        let long = "🚜".repeat(CHUNK);
        let bytes: Vec<u8> = [0xFEFF].into_iter().chain(units(&long)).flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&bytes, Encoding::Utf16).unwrap(), long.as_bytes());
        assert_eq!(read(b"a\0\x3D\xD8", Encoding::Utf16).unwrap(), "a\u{FFFD}".as_bytes());
        assert_eq!(read(b"a\0b", Encoding::Utf16).unwrap(), "a\u{FFFD}".as_bytes());
        assert_eq!(read(b"\xFF\xFE", Encoding::Utf16).unwrap(), b"");
    }

    #[test]
    fn a_workbook_is_refused_before_a_cell_is_read() {
        let fault = read(b"PK\x03\x04\x14\0\x06\0[Content_Types].xml", Encoding::Utf8).unwrap_err();
        assert!(matches!(fault, OpenFault::Foreign { found: Foreign::Spreadsheet }));
    }

    #[test]
    fn a_file_that_says_it_is_otherwise_encoded_is_refused() {
        for (bytes, encoding, expected) in [
            (&b"\xEF\xBB\xBFa"[..], Encoding::Windows1252, "utf-8"),
            (b"\xFF\xFEa\0", Encoding::Utf8, "utf-16"),
            (b"\xFE\xFF\0a", Encoding::Iso8859_1, "utf-16"),
            (b"\xEF\xBB\xBFa", Encoding::Utf16, "utf-8"),
        ] {
            let fault = read(bytes, encoding).unwrap_err();
            assert!(matches!(fault, OpenFault::OtherEncoding { found } if found == expected));
        }
    }
}
