//! How a file is written, told from its bytes: the encoding, the separator, the line of the header.

use super::super::faults::{Code, OpenFault};
use super::super::json::Members;
use super::super::mapping::Encoding;
use super::super::records::Records;
use super::super::separated;
use super::super::text::{self, Text};
use super::{names, outcomes, values};

/// More rows say nothing new about how a file is written.
const ENOUGH_ROWS: usize = 300;
/// The header stands near the top, or there is none.
const HEADER_WITHIN: usize = 30;
/// Norwegian and English files use them in about this order.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// One row, and the line it begins on.
pub type Line = (u64, Vec<String>);

/// Single bytes that windows-1252 alone gives a meaning settle it. Where the rest of the file is unseen it is windows-1252
/// without them: it reads everything that ISO-8859-1 does, and a dash on the last page must not be refused.
pub fn encoding(beginning: &[u8], whole: bool) -> Encoding {
    if let Some((_, named)) = text::mark(beginning) {
        return named;
    }
    if is_utf_8(beginning) {
        return Encoding::Utf8;
    }
    let latin = whole && !beginning.iter().any(|byte| (0x80..=0x9F).contains(byte));
    if latin { Encoding::Iso8859_1 } else { Encoding::Windows1252 }
}

/// UTF-8 some of whose bytes were damaged on the way is still UTF-8: in other encodings its sequences hardly ever occur.
fn is_utf_8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|character| !character.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // A character may be cut through at the end.
    bad <= 1 && std::str::from_utf8(bytes).err().is_none_or(|error| error.error_len().is_none()) || good > bad * 2
}

/// Whether lines are objects; the first may be a broken one.
pub fn is_ndjson(text: &str) -> bool {
    let mut first = text.trim_start().split(['\r', '\n']).take(HEADER_WITHIN);
    text.trim_start().starts_with('{') && first.any(|line| Members::read(line).is_ok())
}

/// Whether the text is one list of objects.
pub fn is_json_list(text: &str) -> bool {
    text.trim_start().strip_prefix('[').is_some_and(|inside| inside.trim_start().starts_with('{'))
}

/// How a table is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// What stands between two cells.
    pub separator: u8,
    /// The line of the header.
    pub header_line: u64,
}

/// Finds the separator and the header.
///
/// # Errors
/// There is no header.
pub fn table(beginning: &[u8], encoding: Encoding, whole: bool) -> Result<Table, OpenFault> {
    let (named, first_line) = named_separator(beginning, encoding)?;
    let mut best = None;
    for separator in named.map_or(SEPARATORS.to_vec(), |sign| vec![sign]) {
        let lines = lines(beginning, encoding, separator, first_line, whole, ENOUGH_ROWS)?;
        let score = consistency(&lines);
        if best.as_ref().is_none_or(|&(_, _, before)| score > before) {
            best = Some((separator, lines, score));
        }
    }
    let (separator, lines, _) = best.ok_or(OpenFault::NoHeader { line: first_line })?;
    let header_line = header_line(&lines).ok_or(OpenFault::NoHeader { line: first_line })?;
    Ok(Table { separator, header_line })
}

/// Excel's `sep=;` on the first line, and the line after which the table begins.
fn named_separator(beginning: &[u8], encoding: Encoding) -> Result<(Option<u8>, u64), OpenFault> {
    let mut text = Text::open(beginning, encoding)?;
    let chunk = String::from_utf8_lossy(text.chunk()?).into_owned();
    let first = chunk.lines().next().unwrap_or_default().trim_matches(['"', '\r', ' ']);
    let named = first.get(..4).filter(|start| start.eq_ignore_ascii_case("sep=")).map(|_| &first.as_bytes()[4..]);
    Ok(match named {
        Some([sign]) if SEPARATORS.contains(sign) => (Some(*sign), 2),
        Some(_) => (None, 2),
        None => (None, 1),
    })
}

/// The rows from a line on, blank and broken ones left out, and the last one where it may go on after the beginning.
///
/// # Errors
/// The beginning is not even one row, or is broken from the first on.
pub fn lines(
    beginning: &[u8],
    encoding: Encoding,
    separator: u8,
    first: u64,
    whole: bool,
    max: usize,
) -> Result<Vec<Line>, OpenFault> {
    let records = Records::from_line(Text::open(beginning, encoding)?, separator, first)?;
    let mut reader = separated::reader(records, separator);
    let mut record = csv::ByteRecord::new();
    let (mut lines, mut broken) = (Vec::new(), None);
    while lines.len() <= max && reader.read_byte_record(&mut record).map_err(std::io::Error::from)? {
        let line = reader.get_ref().line();
        match reader.get_ref().fault() {
            Some(code) => broken = broken.or(Some((line, code.clone()))),
            None => lines.push((line, cells(&record))),
        }
    }
    if lines.len() <= max && !whole && !beginning.ends_with(b"\n") {
        lines.pop();
        if lines.is_empty() {
            broken = broken.or(Some((first, Code::RowTooLong { max: beginning.len() })));
        }
    }
    lines.retain(|(_, cells)| cells.iter().any(|cell| !cell.is_empty()));
    match broken {
        Some((line, code)) if lines.is_empty() => Err(OpenFault::BrokenHeader { line, code }),
        _ => Ok(lines),
    }
}

fn cells(record: &csv::ByteRecord) -> Vec<String> {
    record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect()
}

/// How well a separator explains the rows: as many of them as possible have one and the same number of cells, and the more
/// cells the less it is chance. Nothing where no row has two.
fn consistency(lines: &[Line]) -> f64 {
    let width = usual_width(lines);
    if width < 2 {
        return 0.0;
    }
    let alike = lines.iter().filter(|(_, cells)| cells.len() == width).count();
    alike as f64 / lines.len() as f64 * (1.0 - 1.0 / width as f64)
}

/// The number of cells most rows have that have more than one.
fn usual_width(lines: &[Line]) -> usize {
    let mut counts = std::collections::BTreeMap::<usize, usize>::new();
    for (_, cells) in lines.iter().filter(|(_, cells)| cells.len() > 1) {
        *counts.entry(cells.len()).or_default() += 1;
    }
    counts.into_iter().max_by_key(|&(width, count)| (count, width)).map_or(1, |(width, _)| width)
}

/// The header is the first row with two names we know; else the first of the usual width that is filled in, and looks like
/// names and not like somebody's row.
fn header_line(lines: &[Line]) -> Option<u64> {
    let top = &lines[..lines.len().min(HEADER_WITHIN)];
    let known =
        |cells: &[String]| cells.iter().filter(|cell| names::is_known(cell) && !outcomes::is_word(cell)).count();
    if let Some((line, _)) = top.iter().find(|(_, cells)| known(cells) >= 2) {
        return Some(*line);
    }
    let width = usual_width(lines);
    let says_something = |cell: &&String| cell.contains(char::is_alphanumeric);
    let filled = |cells: &[String]| cells.iter().filter(says_something).count();
    let fullest = top.iter().map(|(_, cells)| filled(cells)).max().filter(|fullest| *fullest > 0)?;
    let (line, cells) = top.iter().find(|(_, cells)| {
        cells.len() == width && filled(cells) > 1.min(fullest - 1) && filled(cells) * 2 >= fullest
    })?;
    let is_a_name =
        |cell: &String| !values::is_email(cell) && !values::is_personal_number(cell) && !values::is_day(cell);
    cells.iter().all(is_a_name).then_some(*line)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (char, u64) {
        let table = table(text.as_bytes(), Encoding::Utf8, true).unwrap();
        (char::from(table.separator), table.header_line)
    }

    #[test]
    fn an_encoding_is_told_from_its_bytes() {
        for (bytes, whole, encoding) in [
            (&b"navn"[..], true, Encoding::Utf8),
            ("Åse-Marie Ødegård".as_bytes(), true, Encoding::Utf8),
            (&"Åse".as_bytes()[..1], false, Encoding::Utf8),
            (b"\xEF\xBB\xBFnavn", true, Encoding::Utf8),
            (b"\xFF\xFEn\0", true, Encoding::Utf16),
            (b"\xC5se-Marie \xD8deg\xE5rd", true, Encoding::Iso8859_1),
            (b"\xC5se-Marie \xD8deg\xE5rd", false, Encoding::Windows1252),
            (b"\xC5se \x96 \xD8deg\xE5rd", true, Encoding::Windows1252),
            (b"\xC3\x85se \xC3\x98deg\xC3\xA5rd bl\xE5", true, Encoding::Utf8),
        ] {
            assert_eq!(super::encoding(bytes, whole), encoding, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn the_separator_is_the_one_that_makes_rows_alike() {
        for (text, separator, line) in [
            ("id;course\n1;A\n", ';', 1),
            ("id,course\n1,A\n", ',', 1),
            ("id\tcourse\n1\tA\n", '\t', 1),
            ("id|course\n1|A\n", '|', 1),
            ("navn;kurs;timer\n\"Berg, Ada\";T4;7,5\n\"Dahl, Ola\";T4;8,0\n", ';', 1),
            ("navn;kurs\nBerg, Ada;T4\nDahl, Ola;T4\nLie, Per;T1\n", ';', 1),
            ("navn,kurs\n\"a;b;c\",T4\n\"a;b;c\",T1\n", ',', 1),
            ("epost\na@example.no\n", ',', 1),
        ] {
            assert_eq!(found(text), (separator, line), "{text}");
        }
    }

    #[test]
    fn the_header_stands_below_titles_and_blank_lines() {
        for (text, separator, line) in [
            ("\"Personer, år\"\r\n\r\n\"fornavn\";\"2013\";\"2014\"\r\n\"Aagot\";331;309\r\n", ';', 3),
            ("Kursrapport;;;\nSkrevet ut;31.12.2026;;\nNavn;Kurs;Dato;Timer\nA;B;01.02.2026;3\n", ';', 3),
            ("sep=;\nnavn;kurs\nA;B\n", ';', 2),
            ("\"sep=\t\"\r\nnavn\tkurs\r\nA\tB\r\n", '\t', 2),
            ("\n\n\nnavn,kurs\nA,B\n", ',', 4),
            ("kode;tekst\nx;y\n", ';', 1),
        ] {
            assert_eq!(found(text), (separator, line), "{text}");
        }
    }

    #[test]
    fn somebodys_row_is_no_header() {
        for text in ["harrychinn,health_and_safety,hs1,23/03/2012\n", "Ada Berg;ada@example.no;T4\n", "", "\n \n;;;\n"]
        {
            assert_eq!(table(text.as_bytes(), Encoding::Utf8, true).unwrap_err().as_str(), "no_header", "{text}");
        }
    }

    #[test]
    fn only_objects_on_lines_are_ndjson() {
        assert!(is_ndjson("\n{\"a\":1}\n{\"a\":") && is_ndjson("{\"a\":\r{\"a\":1}"));
        assert!(!is_ndjson("{a};b\n1;2\n") && !is_ndjson("{\n\"a\":1}"));
        assert!(is_json_list("[\n {\"a\":1}]") && !is_json_list("[id];b"));
    }
}
