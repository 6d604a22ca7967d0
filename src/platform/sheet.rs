//! Tables as Norwegian spreadsheets open them by a double click: UTF-8 with a byte order mark, semicolons, CRLF, decimal
//! commas, ISO days. Columns have stable names in one language, because files are read again by programs and mappings.
//!
//! A spreadsheet takes a cell that begins with a sign for a formula, and runs it. So a text that could be one gets an
//! apostrophe in front, which [`plain`] takes away again: what was written is what is read.

use csv::{Terminator, WriterBuilder};
use serde::Serialize;
use unicode_normalization::UnicodeNormalization;

use crate::words::Lang;

/// What Excel knows UTF-8 by.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// A row of a table: as an object for machines, and as cells for people.
pub trait Row: Serialize {
    /// The names of the columns. The first must not be `ID`: Excel would take the file for another format.
    const COLUMNS: &'static [&'static str];

    /// A cell for each column. Names that exist in two languages are in the reader's.
    fn cells(&self, lang: Lang) -> Vec<Cell>;
}

/// A cell that no spreadsheet takes for a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell(String);

impl Cell {
    /// A text, or nothing.
    pub fn text(text: Option<impl ToString>) -> Self {
        let text = text.map(|text| text.to_string()).unwrap_or_default();
        Self(if is_like_a_formula(&text) { format!("'{text}") } else { text })
    }

    /// A number, or nothing.
    pub fn number(number: Option<f64>) -> Self {
        Self(number.map(|number| number.to_string().replace('.', ",")).unwrap_or_default())
    }

    /// A grade or points. One that is a decimal number gets a comma: Norwegian Excel reads 7.5 as the seventh of May.
    pub fn figure(text: Option<&str>) -> Self {
        match text {
            Some(text) if is_decimal(text) => Self(text.replace('.', ",")),
            text => Self::text(text),
        }
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    unsigned.split_once('.').is_some_and(|(whole, part)| digits(whole) && digits(part))
}

/// Could a spreadsheet take it for a formula? It may overlook blanks, quotes and what has no width, takes wide and small
/// forms of a sign for the sign, and splits cells at control characters.
fn is_like_a_formula(text: &str) -> bool {
    let overlooked = |c: &char| {
        c.is_whitespace()
            || "'\"`´‘’‚‛“”„«»".contains(*c)
            || matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}')
    };
    let first = text.chars().find(|c| c.is_control() || !overlooked(c));
    first.is_some_and(|c| c.is_control() || c.nfkc().next().is_some_and(|sign| "=+-@".contains(sign)))
}

/// What a cell said before it was made safe.
pub fn plain(cell: &str) -> &str {
    cell.strip_prefix('\'').filter(|rest| is_like_a_formula(rest)).unwrap_or(cell)
}

/// The beginning of a table: the byte order mark and the names of the columns.
///
/// # Errors
/// None that a row could cause.
pub fn head<R: Row>() -> Result<Vec<u8>, csv::Error> {
    Ok([BYTE_ORDER_MARK, &written([R::COLUMNS])?].concat())
}

/// Rows of a table.
///
/// # Errors
/// When a row has another number of cells than another.
pub fn lines<R: Row>(rows: &[R], lang: Lang) -> Result<Vec<u8>, csv::Error> {
    written(rows.iter().map(|row| row.cells(lang).into_iter().map(|cell| cell.0)))
}

fn written<T: AsRef<[u8]>, L: IntoIterator<Item = T>>(
    lines: impl IntoIterator<Item = L>,
) -> Result<Vec<u8>, csv::Error> {
    let mut writer = WriterBuilder::new().delimiter(b';').terminator(Terminator::CRLF).from_writer(Vec::new());
    lines.into_iter().try_for_each(|line| writer.write_record(line))?;
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Serialize)]
    struct Line(String, Option<f64>);

    impl Row for Line {
        const COLUMNS: &'static [&'static str] = &["name", "hours"];
        fn cells(&self, _: Lang) -> Vec<Cell> {
            vec![Cell::text(Some(&self.0)), Cell::number(self.1)]
        }
    }

    fn table(rows: &[Line]) -> String {
        let bytes = [head::<Line>().expect("written"), lines(rows, Lang::Nb).expect("written")].concat();
        String::from_utf8(bytes).expect("UTF-8")
    }

    /// The texts of a table, read as a spreadsheet reads it.
    fn read(table: &str) -> Vec<String> {
        let body = table.strip_prefix('\u{feff}').expect("a byte order mark");
        let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(body.as_bytes());
        reader.records().map(|record| record.expect("a record")[0].to_owned()).collect()
    }

    #[test]
    fn a_table_is_what_norwegian_excel_opens() {
        let rows = [
            Line("Åse Ødegård Sæbø".into(), Some(7.5)),
            Line("semikolon; og \"anførsel\"".into(), Some(34.0)),
            Line("to\nlinjer".into(), None),
            Line("007".into(), Some(-0.25)),
        ];
        let expected = "\u{feff}name;hours\r\nÅse Ødegård Sæbø;7,5\r\n\"semikolon; og \"\"anførsel\"\"\";34\r\n\
                        \"to\nlinjer\";\r\n007;-0,25\r\n";
        assert_eq!(table(&rows), expected);
        assert_eq!(table(&[]), "\u{feff}name;hours\r\n");
    }

    #[test]
    fn what_a_spreadsheet_could_run_gets_an_apostrophe_and_nothing_else_does() {
        for text in [
            "=1+1",
            "+4790000000",
            "-1",
            "@SUM(A1)",
            "\t=1",
            "\rx",
            "\nx",
            "\0x",
            " =1",
            "\u{a0}=1",
            "\"=1",
            "'=1",
            "''+1",
            "＝1",
            "＋1",
            "－1",
            "＠x",
            "﹢1",
            "\u{200b}=1",
            "\u{feff}@x",
            "“=1",
            "=",
            "=HYPERLINK(\"http://x\";\"y\")",
        ] {
            assert_eq!(Cell::text(Some(text)).0, format!("'{text}"), "{text:?}");
            assert_eq!(plain(&Cell::text(Some(text)).0), text);
        }
        for text in
            ["", "Anna-Lise", "O'Hara", "'t Hooft", "1=1", "a@example.no", "2026-03-01", "007", "Ø=", "\"sitat\""]
        {
            assert_eq!(Cell::text(Some(text)).0, text);
            assert_eq!(plain(text), text);
        }
    }

    #[test]
    fn a_grade_with_a_decimal_point_gets_a_comma_and_what_is_no_number_stays_text() {
        for (text, expected) in [
            ("7.5", "7,5"),
            ("-1.5", "-1,5"),
            ("A", "A"),
            ("82", "82"),
            ("1.2.3", "1.2.3"),
            ("=7.5", "'=7.5"),
            ("7.", "7."),
        ] {
            assert_eq!(Cell::figure(Some(text)).0, expected);
        }
    }

    proptest! {
        #[test]
        fn whatever_the_name_no_cell_begins_with_a_sign_and_it_is_read_back_as_it_was(
            name in prop_oneof![any::<String>(), "[ '\"\t\r\n=+@＝－-]{0,4}[a-zæøå;]{0,3}"]
        ) {
            let cells = read(&table(&[Line(name.clone(), None)]));
            prop_assert_eq!(cells.len(), 1);
            prop_assert!(!cells[0].trim_start().starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']));
            prop_assert!(!cells[0].starts_with(char::is_control));
            prop_assert_eq!(plain(&cells[0]), name);
        }
    }
}
