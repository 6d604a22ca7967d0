//! A file's bytes as UTF-8, chunk by chunk in constant memory. Not a guesser of encodings: it decodes
//! what the mapping says, and only refuses where the file's first bytes contradict it.

use std::io::{self, ErrorKind, Read};

use super::faults::OpenFault;
use super::mapping::Encoding;

const CHUNK: usize = 64 * 1024;
const UTF8_MARK: [u8; 3] = [0xEF, 0xBB, 0xBF];

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
    raw: Vec<u8>,
    decoded: Vec<u8>,
    consumed: usize,
    position: u64,
}

impl<R: Read> Text<R> {
    /// Reads the first chunk and drops a UTF-8 byte order mark.
    ///
    /// # Errors
    /// Where the file cannot be read, or begins with the mark of another encoding than the mapping's.
    pub fn open(input: R, encoding: Encoding) -> Result<Self, OpenFault> {
        let mut text =
            Text { input, encoding, raw: vec![0; CHUNK], decoded: Vec::with_capacity(CHUNK), consumed: 0, position: 0 };
        let length = text.read_first_bytes()?;
        let first = &text.raw[..length];
        let marked = first.starts_with(&UTF8_MARK);
        if first.starts_with(&[0xFF, 0xFE]) || first.starts_with(&[0xFE, 0xFF]) {
            return Err(OpenFault::OtherEncoding { found: "utf-16" });
        }
        if marked && encoding != Encoding::Utf8 {
            return Err(OpenFault::OtherEncoding { found: Encoding::Utf8.name() });
        }
        text.decode(if marked { UTF8_MARK.len() } else { 0 }, length);
        Ok(text)
    }

    /// Bytes taken from the file so far, up to a chunk ahead of what has been consumed.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The text not yet consumed, read on where there is none; empty only at the end of the file.
    pub fn chunk(&mut self) -> io::Result<&[u8]> {
        if self.consumed == self.decoded.len() {
            let length = self.read_some(0)?;
            self.decode(0, length);
        }
        Ok(&self.decoded[self.consumed..])
    }

    /// Marks bytes of the last chunk as done with.
    pub fn consume(&mut self, length: usize) {
        self.consumed += length;
        debug_assert!(self.consumed <= self.decoded.len());
    }

    /// A pipe may deliver its first bytes one by one, and a mark is recognised only as a whole.
    fn read_first_bytes(&mut self) -> io::Result<usize> {
        let mut length = 0;
        while length < UTF8_MARK.len() {
            match self.read_some(length)? {
                0 => break,
                more => length += more,
            }
        }
        Ok(length)
    }

    fn read_some(&mut self, from: usize) -> io::Result<usize> {
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
        }
    }
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
    fn a_file_that_says_it_is_otherwise_encoded_is_refused() {
        for (bytes, encoding, expected) in [
            (&b"\xEF\xBB\xBFa"[..], Encoding::Windows1252, "utf-8"),
            (b"\xFF\xFEa\0", Encoding::Utf8, "utf-16"),
            (b"\xFE\xFF\0a", Encoding::Iso8859_1, "utf-16"),
        ] {
            let fault = read(bytes, encoding).unwrap_err();
            assert!(matches!(fault, OpenFault::OtherEncoding { found } if found == expected));
        }
    }
}
