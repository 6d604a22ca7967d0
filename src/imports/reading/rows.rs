//! The rows of a file as a mapping reads them, one by one in constant memory. Not an import:
//! nothing is stored, and whether a person or a competence exists is asked by whoever takes the rows.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use super::dates;
use super::faults::{Code, OpenFault, RowFault};
use super::mapping::{Field, Mapping, Origin, Target};
use super::source::Opened;
use super::template::Column;

/// A longer cell is a fault: no name, code or score is, and a missing quotation mark makes one.
pub const MAX_CELL_CHARS: usize = 10_000;

/// One row, as the mapping reads it.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// What identifies the row within its source for ever.
    pub key: String,
    values: Values,
    origins: Arc<Origins>,
}

impl Row {
    /// The value for this target, trimmed and never empty; days are `yyyy-mm-dd`.
    #[must_use]
    pub fn value(&self, target: Target) -> Option<&str> {
        self.values[target.index()].as_deref()
    }

    /// The column this target is read from, several joined by comma; `None` for a constant.
    #[must_use]
    pub fn column(&self, target: Target) -> Option<&str> {
        self.origins[target.index()].as_deref()
    }
}

/// Leaves the values out: they are about a person, and what can be printed ends up in a log.
impl fmt::Debug for Row {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.debug_struct("Row").field("line", &self.line).finish_non_exhaustive()
    }
}

/// By [`Target::index`].
type Values = [Option<String>; Target::COUNT];
/// By [`Target::index`]; the same for every row of a file.
type Origins = [Option<String>; Target::COUNT];

/// The rows of one file.
pub struct Rows<R: Read> {
    mapping: Mapping,
    origins: Arc<Origins>,
    file: Opened<R>,
    ended: bool,
    failure: Option<io::Error>,
}

/// Leaves the row at hand out, as [`Row`] does.
impl<R: Read> fmt::Debug for Rows<R> {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.debug_struct("Rows").field("line", &self.line()).finish_non_exhaustive()
    }
}

impl<R: Read> Rows<R> {
    /// Reads as far as the header, where the format has one.
    ///
    /// # Errors
    /// Where the file cannot be read, is of another kind than the mapping says, or lacks the columns it uses.
    pub fn open(mapping: &Mapping, input: R) -> Result<Self, OpenFault> {
        Ok(Rows {
            file: Opened::open(mapping, input)?,
            origins: Arc::new(origins(mapping)),
            mapping: mapping.clone(),
            ended: false,
            failure: None,
        })
    }

    /// Bytes of the file read so far, for a progress bar; up to 64 KiB ahead of the row.
    pub fn position(&self) -> u64 {
        self.file.source().position()
    }

    /// Why reading ended before the file did, once: the last row was not read and those after it were not seen.
    pub fn failure(&mut self) -> Option<io::Error> {
        self.failure.take()
    }

    fn row(&self) -> Result<Row, Vec<RowFault>> {
        if let Some(code) = self.file.source().broken() {
            return Err(self.at_this_line(vec![(None, code)]));
        }
        let mut faults = Vec::new();
        let cells = self.cells(&mut faults);
        let key = cells.key(&self.mapping).map_err(|fault| faults.extend(fault));
        let values = self.values(&cells, &mut faults);
        match key {
            Ok(key) if faults.is_empty() => {
                Ok(Row { line: self.line(), key, values, origins: Arc::clone(&self.origins) })
            }
            _ => Err(self.at_this_line(faults)),
        }
    }

    fn values(&self, cells: &Cells, faults: &mut Vec<ColumnFault>) -> Values {
        Target::ALL.map(|target| {
            let value = cells.value(target, self.mapping.field(target)?);
            value.unwrap_or_else(|code| {
                let fault = (self.origins[target.index()].clone(), code);
                // Two targets can read one column, and one cell needs to be corrected once.
                if !faults.contains(&fault) {
                    faults.push(fault);
                }
                None
            })
        })
    }

    /// The cells the mapping uses; those at fault are noted here once, however often they are used.
    fn cells(&self, faults: &mut Vec<ColumnFault>) -> Cells<'_> {
        let columns = self.mapping.columns();
        let cells = columns.iter().map(|column| {
            let cell = self.cell(column);
            cell.map_err(|code| faults.push((columns.joined(&[column]), code))).ok()
        });
        Cells(cells.collect())
    }

    fn cell(&self, column: Column) -> Result<Option<&str>, Code> {
        let text = self.file.source().cell(column)?;
        if text.contains([char::REPLACEMENT_CHARACTER, '\0']) {
            return Err(Code::DamagedText);
        }
        let text = text.trim();
        if text.len() > MAX_CELL_CHARS && text.chars().count() > MAX_CELL_CHARS {
            return Err(Code::TooLong { max: MAX_CELL_CHARS });
        }
        let nothing = text.is_empty() || self.mapping.file().empty.iter().any(|empty| empty == text);
        Ok((!nothing).then_some(text))
    }

    fn at_this_line(&self, faults: Vec<ColumnFault>) -> Vec<RowFault> {
        let line = self.line();
        faults.into_iter().map(|(column, code)| RowFault { line, column, code }).collect()
    }

    fn line(&self) -> u64 {
        self.file.source().line()
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Row, Vec<RowFault>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.file.source_mut().advance() {
            Ok(true) => Some(self.row()),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(failure) => {
                self.ended = true;
                self.failure = Some(failure);
                Some(Err(self.at_this_line(vec![(None, Code::Unreadable)])))
            }
        }
    }
}

/// A fault and the column it is in.
type ColumnFault = (Option<String>, Code);

/// What a row holds in the columns the mapping uses; the outer `None` is a cell at fault.
struct Cells<'r>(Vec<Option<Option<&'r str>>>);

impl Cells<'_> {
    fn is_faulty(&self, column: Column) -> bool {
        self.0[column.index()].is_none()
    }

    fn text(&self, column: Column) -> Option<&str> {
        self.0[column.index()].flatten()
    }

    /// A key with a hole would be shared by every row with that hole, so each of its columns must be
    /// filled in. The error is empty where a cell already noted as faulty is the cause.
    fn key(&self, mapping: &Mapping) -> Result<String, Option<ColumnFault>> {
        let mut columns = mapping.key().columns();
        columns.retain(|&column| self.text(column).is_none());
        let empty = columns.iter().copied().filter(|&column| !self.is_faulty(column)).collect::<Vec<_>>();
        if let Some(names) = mapping.columns().joined(&empty) {
            return Err(Some((Some(names), Code::EmptyKey)));
        }
        if !columns.is_empty() {
            return Err(None);
        }
        mapping.key().render(|column| self.text(column)).ok_or(None)
    }

    /// `None` also where a cell already noted as faulty is the cause.
    fn value(&self, target: Target, field: &Field) -> Result<Option<String>, Code> {
        if field.origin.columns().into_iter().any(|column| self.is_faulty(column)) {
            return Ok(None);
        }
        let found = match &field.origin {
            Origin::Constant(constant) => return Ok(Some(constant.clone())),
            Origin::Column(column) => self.text(*column).map(str::to_owned),
            Origin::Template(template) => template.render(|column| self.text(column)),
        };
        let Some(found) = found else {
            return Ok(field.otherwise.clone());
        };
        if target.is_day() {
            let day = dates::day(&found, &field.formats);
            let not_a_date = || Code::NotADate { formats: field.formats.clone() };
            return day.map(|day| Some(day.to_string())).ok_or_else(not_a_date);
        }
        match field.meaning(&found) {
            Some(meaning) => Ok(Some(meaning.to_owned())),
            None => Err(Code::NotInMap),
        }
    }
}

fn origins(mapping: &Mapping) -> Origins {
    Target::ALL.map(|target| {
        let columns = mapping.field(target)?.origin.columns();
        mapping.columns().joined(&columns)
    })
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::super::mapping::Subject;
    use super::super::records::MAX_ROW_BYTES;
    use super::*;
    use crate::words::Lang;

    const FIELDS: &str = r#"
        [fields]
        person_reference = "id"
        course = "course"
        outcome = { column = "result", map = { Pass = "passed", Fail = "failed" } }
        on = { column = "day", formats = ["%Y-%m-%d", "%d/%m/%Y"] }
    "#;

    const HEADER: &str = "id,course,result,day\n";

    fn mapping(file: &str, fields: &str) -> Mapping {
        let text = format!("source = \"s\"\nkey = \"{{id}}/{{course}}\"\n[file]\n{file}\n{fields}");
        Mapping::parse(Subject::Completions, &text).unwrap_or_else(|fault| panic!("{fault}"))
    }

    fn plain() -> Mapping {
        mapping("", FIELDS)
    }

    fn read(mapping: &Mapping, bytes: impl AsRef<[u8]>) -> Vec<Result<Row, Vec<RowFault>>> {
        Rows::open(mapping, bytes.as_ref()).unwrap().collect()
    }

    /// The rows under the plain header.
    fn read_body(body: &str) -> Vec<Result<Row, Vec<RowFault>>> {
        read(&plain(), format!("{HEADER}{body}"))
    }

    fn only_row(mapping: &Mapping, bytes: impl AsRef<[u8]>) -> Row {
        let mut rows = read(mapping, bytes);
        assert_eq!(rows.len(), 1);
        rows.remove(0).unwrap()
    }

    fn faults(row: &Result<Row, Vec<RowFault>>) -> Vec<(u64, &str, &str)> {
        let faults = row.as_ref().unwrap_err().iter();
        faults.map(|fault| (fault.line, fault.column.as_deref().unwrap_or("-"), fault.code.as_str())).collect()
    }

    #[test]
    fn a_row_gives_its_line_its_key_its_values_and_their_columns() {
        let row = only_row(&plain(), format!("{HEADER} 7 ,AAA,Pass,31/05/2012\n"));
        assert_eq!((row.line, row.key.as_str()), (2, "7/AAA"));
        assert_eq!(row.value(Target::PersonReference), Some("7"));
        assert_eq!(row.value(Target::Outcome), Some("passed"));
        assert_eq!(row.value(Target::On), Some("2012-05-31"));
        assert_eq!(row.value(Target::Name), None);
        assert_eq!(row.column(Target::On), Some("day"));
        assert_eq!(row.column(Target::Name), None);
    }

    #[test]
    fn templates_constants_and_otherwise_give_values() {
        let fields = r#"
            [fields]
            email = "mail"
            competence = { constant = "T4" }
            outcome = { column = "result", map = { "*" = "passed" }, otherwise = "attended" }
            on = { column = "day", otherwise = "2026-01-31" }
            name = { template = "{first} {last}" }
            run = { template = "run {id} {course}", otherwise = "none" }
            hours = "hours"
        "#;
        let mapping = mapping("empty = [\"\", \".\", \"n/a\"]", fields);
        let header = "id,course,mail,result,day,first,last,hours\n";
        let row = only_row(&mapping, format!("{header}1,A,.,.,n/a,, Berg ,7.5\n"));
        let value = |target| row.value(target);
        assert_eq!(value(Target::Email), None);
        assert_eq!(value(Target::Competence), Some("T4"));
        assert_eq!(value(Target::Outcome), Some("attended"));
        assert_eq!(value(Target::On), Some("2026-01-31"));
        assert_eq!(value(Target::Name), Some("Berg"));
        assert_eq!(value(Target::Run), Some("run 1 A"));
        assert_eq!(value(Target::Hours), Some("7.5"));
        assert_eq!(row.column(Target::Name), Some("first, last"));
        assert_eq!(row.column(Target::Competence), None);
    }

    #[test]
    fn every_fault_of_a_row_is_reported_at_once_and_names_no_value() {
        let rows = read_body("\"7\u{FFFD}\",,Secret,31/06/2012\n8,A,Pass,2012-06-30\n");
        assert_eq!(
            faults(&rows[0]),
            [
                (2, "id", "damaged_text"),
                (2, "course", "empty_key"),
                (2, "result", "not_in_map"),
                (2, "day", "not_a_date"),
            ]
        );
        let told = format!("{:?}", rows[0]);
        assert!(!told.contains("Secret") && !told.contains("2012"), "{told}");
        assert!(rows[1].is_ok());
    }

    #[test]
    fn a_cell_read_twice_is_one_fault() {
        let fields = FIELDS.to_owned() + "event = 'id'\nresult = { column = 'result', map = { Pass = 'A' } }";
        let rows = read(&mapping("", &fields), format!("{HEADER}\0,A,Secret,\n"));
        assert_eq!(faults(&rows[0]), [(2, "id", "damaged_text"), (2, "result", "not_in_map")]);
    }

    #[test]
    fn a_row_does_not_print_its_values() {
        let rows = read_body("7,Secret,Pass,\n");
        assert_eq!(format!("{:?}", rows[0]), "Ok(Row { line: 2, .. })");
    }

    #[test]
    fn days_that_do_not_exist_are_faults_of_their_row() {
        for day in ["31/06/2012", "2026-02-30", "2025-02-29", "29/02/1900", "12-01-05", "yesterday", "2026-1"] {
            let rows = read_body(&format!("7,A,Pass,{day}\n"));
            assert_eq!(faults(&rows[0]), [(2, "day", "not_a_date")], "{day}");
        }
        let rows = read_body("7,A,Pass,31/06/2012\n");
        let remedy = rows[0].as_ref().unwrap_err()[0].code.remedy(Lang::En);
        assert!(remedy.ends_with("Write it as 2026-12-31 or 31/12/2026."), "{remedy}");
    }

    #[test]
    fn too_many_or_too_few_cells_are_one_fault_whatever_else_is_wrong() {
        let rows = read_body("7,A,Pass\n7,A,Nonsense,x,y\n8,A,Pass,\n");
        let code = |found| Code::WrongNumberOfColumns { expected: 4, found };
        assert_eq!(rows[0], Err(vec![RowFault { line: 2, column: None, code: code(3) }]));
        assert_eq!(rows[1], Err(vec![RowFault { line: 3, column: None, code: code(5) }]));
        assert!(rows[2].is_ok());
    }

    #[test]
    fn damaged_text_is_one_rows_fault_and_only_in_columns_that_are_used() {
        let mut bytes = b"id,course,result,day,note\n".to_vec();
        bytes.extend_from_slice(b"\xE6,A,Pass,,\n1\0,A,Pass,,\n2,A,Pass,,\xFF\n3,A,\xEF\xBF\xBD,,\n");
        let rows = read(&plain(), bytes);
        assert_eq!(faults(&rows[0]), [(2, "id", "damaged_text")]);
        assert_eq!(faults(&rows[1]), [(3, "id", "damaged_text")]);
        assert_eq!(rows[2].as_ref().unwrap().key, "2/A");
        assert_eq!(faults(&rows[3]), [(5, "result", "damaged_text")]);
    }

    #[test]
    fn a_key_with_a_hole_is_a_fault_naming_the_empty_columns() {
        let rows = read_body("7,,Pass,\n,,Pass,\n");
        assert_eq!(faults(&rows[0]), [(2, "course", "empty_key")]);
        assert_eq!(faults(&rows[1]), [(3, "id, course", "empty_key")]);
    }

    #[test]
    fn a_cell_may_have_ten_thousand_characters_and_not_one_more() {
        let longest = "æ".repeat(MAX_CELL_CHARS);
        let rows = read_body(&format!("{longest},A,Pass,\n{longest}a,A,Pass,\n"));
        assert!(rows[0].is_ok());
        assert_eq!(faults(&rows[1]), [(3, "id", "too_long")]);
    }

    #[test]
    fn the_header_may_stand_below_a_title_in_latin_1() {
        let file = "encoding = \"iso-8859-1\"\ndelimiter = \";\"\nheader_line = 3\nempty = [\".\"]";
        let fields = FIELDS.replace("\"id\"", "\"fødselsår\"").replace("day", "dag");
        let mut bytes = b"\"Personer, \xE5r \"\r\n\r\n".to_vec();
        bytes.extend_from_slice(b"\"id\";\"f\xF8dsels\xE5r\";course;result;dag\r\n");
        bytes.extend_from_slice(b"\"1\";\"\xC6\xD8\xC5\";\"s\xF8ndre; a\";.;.\r\n");
        let row = only_row(&mapping(file, &fields), bytes);
        assert_eq!((row.line, row.key.as_str()), (4, "1/søndre; a"));
        assert_eq!(row.value(Target::PersonReference), Some("ÆØÅ"));
        assert_eq!(row.value(Target::Outcome), None);
    }

    #[test]
    fn separators_quotation_and_line_ends_of_all_kinds_are_read() {
        for (file, bytes, lines) in [
            ("", "id,course,result,day\r\n1,A,Pass,\r\n\r\n2,A,Pass,\r\n", [2, 4]),
            ("", "id,course,result,day\r1,A,Pass,\r2,A,Pass,", [2, 3]),
            ("", "\u{feff}\"id\",course,result,day\n1,\"A\n\nB\",Pass,\n2,A,Pass,\n", [2, 5]),
            ("", "\"id\",\"cour\nse\",course,result,day\n1,,\"\"\"A\"\"\",Pass,\n2,,A,Pass,\n", [3, 4]),
            ("delimiter = ';'", "id;course;result;day;;\n1;A;Pass;;;\n;;;;;\n ; ;\n2;A;Pass;;;\n", [2, 5]),
            ("delimiter = \"\\t\"", "id\tcourse\tresult\tday\n1\tA\tPass\t\n2\tA\tPass\t\n", [2, 3]),
            ("delimiter = '|'", "id|course|result|day\n1|A|Pass|\n2|A|Pass|\n", [2, 3]),
            ("encoding = 'windows-1252'", "id,course,result,day\n1,A,Pass,\n2,A,Pass,\n", [2, 3]),
        ] {
            let rows = read(&mapping(file, FIELDS), bytes);
            let found: Vec<u64> = rows.into_iter().map(|row| row.unwrap().line).collect();
            assert_eq!(found, lines, "{bytes:?}");
        }
    }

    #[test]
    fn white_space_around_names_in_the_header_does_not_matter() {
        let row = only_row(&plain(), " id , course,result ,day\n1,A,Pass,\n");
        assert_eq!(row.key, "1/A");
    }

    #[test]
    fn missing_and_repeated_columns_are_listed_together_with_the_header() {
        let fault = Rows::open(&plain(), &b"id,COURSE,result,result,spare,spare\n"[..]).unwrap_err();
        let OpenFault::Columns { missing, repeated, header } = &fault else { panic!("{fault}") };
        assert_eq!(missing, &["course", "day"]);
        assert_eq!(repeated, &["result"]);
        assert_eq!(header, &["id", "COURSE", "result", "result", "spare", "spare"]);
        assert!(fault.remedy(Lang::En).contains("COURSE"));
        assert!(!fault.to_string().contains("COURSE"), "the header's line may be a person's row");
    }

    #[test]
    fn a_column_that_is_not_used_may_be_repeated() {
        assert_eq!(only_row(&plain(), "id,course,result,day,x,x\n1,A,Pass,,,\n").key, "1/A");
    }

    #[test]
    fn a_header_that_is_not_where_the_mapping_says_is_a_fault() {
        for (file, bytes) in [
            ("", ""),
            ("", "\nid,course,result,day\n"),
            ("header_line = 2", HEADER),
            ("header_line = 9000000000", HEADER),
        ] {
            let fault = Rows::open(&mapping(file, FIELDS), bytes.as_bytes()).unwrap_err();
            assert_eq!(fault.as_str(), "no_header", "{file} {bytes:?}");
        }
        let fault = Rows::open(&plain(), &b"\"id,course,result,day\n1,A,Pass,\n"[..]).unwrap_err();
        assert!(matches!(fault, OpenFault::BrokenHeader { line: 1, code: Code::UnclosedQuote }));
    }

    #[test]
    fn a_file_with_a_header_only_has_no_rows() {
        assert!(read_body("").is_empty());
        assert!(read(&plain(), HEADER.trim_end()).is_empty());
    }

    #[test]
    fn a_quotation_mark_left_open_is_a_fault_of_the_row_it_stands_in() {
        let rows = read_body("1,A,Pass,\n2,\"A,Pass,\n3,A,Pass,\n");
        assert_eq!(rows.len(), 2);
        assert_eq!(faults(&rows[1]), [(3, "-", "unclosed_quote")]);
    }

    #[test]
    fn the_file_that_breaks_off_ends_the_rows_with_a_fault() {
        struct Breaking;
        impl Read for Breaking {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::ErrorKind::ConnectionReset.into())
            }
        }
        let input = format!("{HEADER}1,A,Pass,\n2,A,");
        let rows: Vec<_> = Rows::open(&plain(), input.as_bytes().chain(Breaking)).unwrap().collect();
        assert_eq!(rows.len(), 2);
        assert_eq!(faults(&rows[1]), [(3, "-", "unreadable")]);
    }

    #[test]
    fn a_line_without_end_is_one_fault_in_bounded_memory_and_reading_goes_on() {
        const HUGE: u64 = 64 * MAX_ROW_BYTES as u64;
        for (start, filling) in [("1,A,", b'x'), ("1,\"A", b'x'), ("", b',')] {
            let head = format!("{HEADER}{start}");
            let input = head.as_bytes().chain(io::repeat(filling).take(HUGE)).chain(&b"\n2,A,Pass,\n"[..]);
            let mut rows = Rows::open(&plain(), input).unwrap();
            assert_eq!(faults(&rows.next().unwrap()), [(2, "-", "row_too_long")]);
            assert_eq!(rows.next().unwrap().unwrap().line, 3);
            assert!(rows.next().is_none());
            assert_eq!(rows.position(), HUGE + head.len() as u64 + 11);
        }
    }

    #[test]
    fn a_title_or_header_without_end_is_read_in_bounded_memory() {
        let endless = || io::repeat(b'x').take(8 * MAX_ROW_BYTES as u64);
        let below = mapping("header_line = 2", FIELDS);
        assert_eq!(Rows::open(&below, endless()).unwrap_err().as_str(), "no_header");
        let below = Rows::open(&below, endless().chain(&b"\r\nid,course,result,day\r\n1,A,Pass,"[..])).unwrap();
        assert_eq!(below.map(|row| row.unwrap().line).collect::<Vec<_>>(), [3]);
        let fault = Rows::open(&plain(), endless()).unwrap_err();
        assert!(matches!(fault, OpenFault::BrokenHeader { code: Code::RowTooLong { .. }, .. }));
    }

    #[test]
    fn a_row_of_the_greatest_length_is_read_and_one_byte_more_is_not() {
        let header = "id,course,result,day,note\n";
        let longest = "x".repeat(MAX_ROW_BYTES - "1,A,Pass,,".len());
        let rows = read(&plain(), format!("{header}1,A,Pass,,{longest}\r\n1,A,Pass,,{longest}x\r\n2,A,Pass,,\n"));
        assert!(rows[0].is_ok());
        assert_eq!(faults(&rows[1]), [(3, "-", "row_too_long")]);
        assert_eq!(rows[2].as_ref().unwrap().line, 4);
    }

    mod of_ndjson {
        use super::*;

        fn ndjson() -> Mapping {
            let fields = r#"
                [fields]
                person_reference = "person.id"
                email = "person.email"
                course = "course"
                outcome = { column = "passed", map = { true = "passed", false = "failed" } }
                on = "day"
                hours = "hours"
            "#;
            let text = format!(
                "source = 's'\nkey = '{{person.id}}/{{course}}'\n[file]\nformat = 'ndjson'\nempty = ['-']\n{fields}"
            );
            Mapping::parse(Subject::Completions, &text).unwrap_or_else(|fault| panic!("{fault}"))
        }

        #[test]
        fn objects_give_the_same_rows_as_cells_do() {
            let file = "\u{feff}{\"person\":{\"id\":123456789012345678901,\"email\":null},\"course\":\" Blåbær \",\"passed\":true,\"day\":\"2026-01-31\",\"hours\":7.50,\"tags\":[1]}\r\n\r\n \n{\"course\":\"B\",\"passed\":false,\"person\":{\"id\":\"8\",\"email\":\"-\"}}";
            let rows = read(&ndjson(), file);
            let first = rows[0].as_ref().unwrap();
            assert_eq!((first.line, first.key.as_str()), (1, "123456789012345678901/Blåbær"));
            assert_eq!(first.value(Target::Email), None);
            assert_eq!(first.value(Target::Outcome), Some("passed"));
            assert_eq!(first.value(Target::On), Some("2026-01-31"));
            assert_eq!(first.value(Target::Hours), Some("7.50"));
            assert_eq!(first.column(Target::Email), Some("person.email"));
            let second = rows[1].as_ref().unwrap();
            assert_eq!((second.line, second.key.as_str()), (4, "8/B"));
            assert_eq!((second.value(Target::Outcome), second.value(Target::Email)), (Some("failed"), None));
        }

        #[test]
        fn what_is_wrong_with_one_line_costs_that_line_only() {
            let good = r#"{"person":{"id":"7"},"course":"A","passed":true}"#;
            let mut file = Vec::new();
            for line in [
                &b"{\"person\":{\"id\":\"7\"},\"course\":\"A\",\"passed\":"[..],
                b"[1]",
                b"{\"course\":\"A\",\"course\":\"B\"}",
                b"{\"person\":[\"7\"],\"course\":\"A\",\"passed\":true}",
                b"{\"person\":{\"id\":\"7\"},\"course\":{\"code\":\"A\"},\"passed\":true}",
                b"{\"person\":{\"id\":\"7\",\"id\":\"8\"},\"course\":\"A\",\"passed\":true}",
                b"{\"person\":{\"id\":\"\\u0000\"},\"course\":\"\\ufffd\",\"passed\":true}",
                b"{\"person\":{\"id\":\"7\"},\"course\":\"bl\xE5\",\"passed\":true}",
                b"{\"person\":{\"id\":\"7\"},\"course\":\"A\",\"passed\":true,\"note\":\"bl\xE5\"}",
                b"{}",
                good.as_bytes(),
            ] {
                file.extend_from_slice(line);
                file.push(b'\n');
            }
            let rows = read(&ndjson(), file);
            let found: Vec<_> = rows.iter().map(|row| row.as_ref().err().map(|_| faults(row))).collect();
            assert_eq!(
                found,
                [
                    Some(vec![(1, "-", "not_json")]),
                    Some(vec![(2, "-", "not_an_object")]),
                    Some(vec![(3, "-", "key_twice")]),
                    Some(vec![(4, "person.id", "not_a_text"), (4, "person.email", "not_a_text")]),
                    Some(vec![(5, "course", "not_a_text")]),
                    Some(vec![(6, "person.id", "key_twice"), (6, "person.email", "key_twice")]),
                    Some(vec![(7, "person.id", "damaged_text"), (7, "course", "damaged_text")]),
                    Some(vec![(8, "course", "damaged_text")]),
                    None,
                    Some(vec![(10, "person.id, course", "empty_key")]),
                    None,
                ]
            );
        }

        #[test]
        fn a_line_without_end_is_one_fault_in_bounded_memory_and_reading_goes_on() {
            let good = &br#"{"person":{"id":"7"},"course":"A","passed":true}"#[..];
            let endless = io::repeat(b'x').take(64 * MAX_ROW_BYTES as u64);
            let input = (&b"{\"course\":\""[..]).chain(endless).chain(&b"\"}\n"[..]).chain(good);
            let rows: Vec<_> = Rows::open(&ndjson(), input).unwrap().collect();
            assert_eq!(faults(&rows[0]), [(1, "-", "row_too_long")]);
            assert_eq!(rows[1].as_ref().unwrap().line, 2);
            assert_eq!(rows.len(), 2);
        }

        #[test]
        fn a_list_of_objects_says_how_to_write_it() {
            let fault = Rows::open(&ndjson(), &b" \n[ {\"course\":\"A\"} ]"[..]).unwrap_err();
            assert!(fault.remedy(Lang::En).contains("one object on each line"));
        }
    }
}
