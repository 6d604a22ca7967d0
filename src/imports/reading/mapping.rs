//! A mapping: how another system's file becomes completions or staff. Not the reading of that file, which
//! is in [`super::rows`], and not the judging of values: whether a competence exists is asked later.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::dates;
use super::problems::{Kind, MappingFault, Problem, What};
pub use super::targets::{Subject, Target};
use super::template::{Column, Columns, Template};

const MAX_SOURCE: usize = 100;
const OUTCOMES: [&str; 5] = ["passed", "distinction", "failed", "withdrawn", "attended"];
const DELIMITERS: [&str; 4] = [",", ";", "|", "\t"];
const FIELD_KEYS: [&str; 6] = ["column", "template", "constant", "map", "formats", "otherwise"];
/// The key in `map` that stands for every value it does not name.
const ANY_OTHER: &str = "*";

/// How a file's bytes become text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// Windows' western European code page.
    Windows1252,
    /// Latin-1.
    Iso8859_1,
    /// UTF-16 by its byte order mark, little-endian without: Excel's "Unicode text".
    Utf16,
}

impl Encoding {
    const ALL: [Encoding; 4] = [Encoding::Utf8, Encoding::Windows1252, Encoding::Iso8859_1, Encoding::Utf16];

    /// Its name in a mapping file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Utf8 => "utf-8",
            Encoding::Windows1252 => "windows-1252",
            Encoding::Iso8859_1 => "iso-8859-1",
            Encoding::Utf16 => "utf-16",
        }
    }
}

/// How a file's text becomes rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Cells between separators, under a header.
    Csv {
        /// What stands between two cells.
        delimiter: u8,
        /// The line of the header, counted from 1.
        header_line: u64,
    },
    /// A JSON object on each line.
    Ndjson,
}

impl Format {
    /// Its name in a mapping file.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Format::Csv { .. } => "csv",
            Format::Ndjson => "ndjson",
        }
    }
}

impl Default for Format {
    fn default() -> Self {
        Format::Csv { delimiter: b',', header_line: 1 }
    }
}

/// How the file is written: `[file]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileShape {
    /// How its bytes become text.
    pub encoding: Encoding,
    /// How its text becomes rows.
    pub format: Format,
    /// The values that mean nothing, beside the blank cell.
    pub empty: Vec<String>,
}

impl Default for FileShape {
    fn default() -> Self {
        FileShape { encoding: Encoding::Utf8, format: Format::default(), empty: Vec::new() }
    }
}

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// One column.
    Column(Column),
    /// Several columns and fixed text.
    Template(Template),
    /// The mapping itself: the same for every row.
    Constant(String),
}

impl Origin {
    /// The columns it reads.
    #[must_use]
    pub fn columns(&self) -> Vec<Column> {
        match self {
            Origin::Column(column) => vec![*column],
            Origin::Template(template) => template.columns(),
            Origin::Constant(_) => Vec::new(),
        }
    }
}

/// How one target gets its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where the value comes from.
    pub origin: Origin,
    /// What the file's values mean; `None` where they stand for themselves.
    pub map: Option<BTreeMap<String, String>>,
    /// How days are written; empty for targets that are no days.
    pub formats: Vec<String>,
    /// The value where the origin is empty.
    pub otherwise: Option<String>,
}

impl Field {
    /// What a value of the file means by `map`; `None` where it does not say.
    #[must_use]
    pub fn meaning<'f>(&'f self, value: &'f str) -> Option<&'f str> {
        let Some(map) = &self.map else {
            return Some(value);
        };
        map.get(value).or_else(|| map.get(ANY_OTHER)).map(String::as_str)
    }
}

/// A mapping that has been found usable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    subject: Subject,
    source: String,
    key: Template,
    file: FileShape,
    fields: Fields,
    columns: Columns,
}

type Fields = [Option<Field>; Target::COUNT];

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// Lists everything wrong with it, not only the first problem.
    pub fn parse(subject: Subject, text: &str) -> Result<Mapping, MappingFault> {
        let table: toml::Table = text.parse().map_err(|error| not_toml(text, &error))?;
        Mapping::from_json(subject, &table.into_iter().map(|(key, value)| (key, as_json(value))).collect())
    }

    /// Reads a mapping given as JSON, built like the file.
    ///
    /// # Errors
    /// Lists everything wrong with it, not only the first problem.
    pub fn from_json(subject: Subject, table: &Map<String, Value>) -> Result<Mapping, MappingFault> {
        let mut reading = Reading { subject, problems: Vec::new(), columns: Columns::default() };
        reading.refuse_unknown(table, "", &["source", "key", "file", "fields"]);
        let source = reading.source(table);
        let key = reading.key(table);
        let file = reading.file(table);
        let fields = reading.fields(table, &file);
        match (source, key, fields) {
            (Some(source), Some(key), Some(fields)) if reading.problems.is_empty() => {
                Ok(Mapping { subject, source, key, file, fields, columns: reading.columns })
            }
            _ => Err(MappingFault { problems: reading.problems }),
        }
    }

    /// What the file is about.
    #[must_use]
    pub fn subject(&self) -> Subject {
        self.subject
    }

    /// The name of the source; with a row's key it identifies the row for ever.
    #[must_use]
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What a row's key is made of.
    #[must_use]
    pub fn key(&self) -> &Template {
        &self.key
    }

    /// How the file is written.
    #[must_use]
    pub fn file(&self) -> &FileShape {
        &self.file
    }

    /// How this target gets its value, where the mapping says so.
    #[must_use]
    pub fn field(&self, target: Target) -> Option<&Field> {
        self.fields[target.index()].as_ref()
    }

    /// Every column that the key or a field reads.
    #[must_use]
    pub fn columns(&self) -> &Columns {
        &self.columns
    }
}

fn not_toml(text: &str, error: &toml::de::Error) -> MappingFault {
    let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
    let what = What::NotToml { line: before.matches('\n').count() + 1, message: error.message().to_owned() };
    MappingFault { problems: vec![Problem { key: String::new(), what }] }
}

/// A day that TOML has a kind of its own for is the text it is written as.
fn as_json(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(truth) => truth.into(),
        toml::Value::Datetime(moment) => moment.to_string().into(),
        toml::Value::Array(values) => values.into_iter().map(as_json).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, as_json(value))).collect(),
    }
}

type Table = Map<String, Value>;

/// A mapping in the course of being read: what is found wrong, and the columns named so far.
struct Reading {
    subject: Subject,
    problems: Vec<Problem>,
    columns: Columns,
}

impl Reading {
    fn note(&mut self, key: &str, what: What) {
        self.problems.push(Problem { key: key.to_owned(), what });
    }

    /// Notes a problem where a value was wanted.
    fn refuse<T>(&mut self, key: &str, what: What) -> Option<T> {
        self.note(key, what);
        None
    }

    fn refuse_unknown(&mut self, table: &Table, path: &str, allowed: &[&'static str]) {
        for key in table.keys().filter(|key| !allowed.contains(&key.as_str())) {
            self.note(&joined(path, key), What::Unknown { allowed: allowed.to_vec() });
        }
    }

    fn source(&mut self, table: &Table) -> Option<String> {
        let Some(value) = table.get("source") else {
            return self.refuse("source", What::Missing { example: "source = \"oulad\"" });
        };
        let source = self.filled_text("source", value)?;
        if source.chars().count() > MAX_SOURCE {
            return self.refuse("source", What::TooLong { max: MAX_SOURCE });
        }
        Some(source)
    }

    fn key(&mut self, table: &Table) -> Option<Template> {
        let Some(value) = table.get("key") else {
            return self.refuse("key", What::Missing { example: "key = \"{course}/{person}\"" });
        };
        let key = self.template("key", value)?;
        if key.runs_columns_together() {
            return self.refuse("key", What::KeyRunsTogether);
        }
        Some(key)
    }

    /// Falls back to what is usual where something is wrong: the problem stands in the list, and the
    /// rest of the file can still be read for more.
    fn file(&mut self, table: &Table) -> FileShape {
        let mut shape = FileShape::default();
        let Some(file) = table.get("file") else {
            return shape;
        };
        let Some(file) = self.table("file", file) else {
            return shape;
        };
        self.refuse_unknown(file, "file", &["format", "encoding", "delimiter", "header_line", "empty"]);
        if let Some(encoding) = file.get("encoding").and_then(|value| self.encoding(value)) {
            shape.encoding = encoding;
        }
        if let Some(format) = self.format(file, shape.encoding) {
            shape.format = format;
        }
        if let Some(empty) = file.get("empty").and_then(|value| self.texts("file.empty", value)) {
            shape.empty = empty;
        }
        shape
    }

    fn format(&mut self, file: &Table, encoding: Encoding) -> Option<Format> {
        let name = file.get("format").map_or(Some("csv"), |value| self.text("file.format", value))?;
        match name {
            "csv" => Some(self.csv(file)),
            "ndjson" => {
                self.refuse_beside_ndjson(file, encoding);
                Some(Format::Ndjson)
            }
            _ => self.refuse("file.format", What::NotOneOf { allowed: vec!["csv", "ndjson"] }),
        }
    }

    fn csv(&mut self, file: &Table) -> Format {
        let given_sign = file.get("delimiter").and_then(|value| self.delimiter(value));
        let given_line = file.get("header_line").and_then(|value| self.line("file.header_line", value));
        Format::Csv { delimiter: given_sign.unwrap_or(b','), header_line: given_line.unwrap_or(1) }
    }

    fn refuse_beside_ndjson(&mut self, file: &Table, encoding: Encoding) {
        for key in ["delimiter", "header_line"] {
            if file.contains_key(key) {
                self.note(&joined("file", key), What::BesideNdjson);
            }
        }
        if encoding != Encoding::Utf8 {
            self.note("file.encoding", What::NotOneOf { allowed: vec![Encoding::Utf8.name()] });
        }
    }

    fn encoding(&mut self, value: &Value) -> Option<Encoding> {
        let name = self.text("file.encoding", value)?;
        let found = Encoding::ALL.into_iter().find(|encoding| encoding.name() == name);
        let allowed = Encoding::ALL.map(Encoding::name).to_vec();
        found.or_else(|| self.refuse("file.encoding", What::NotOneOf { allowed }))
    }

    fn delimiter(&mut self, value: &Value) -> Option<u8> {
        let sign = self.text("file.delimiter", value)?;
        match sign.as_bytes() {
            [byte] if DELIMITERS.contains(&sign) => Some(*byte),
            _ => self.refuse("file.delimiter", What::NotOneOf { allowed: vec!["\",\"", "\";\"", "\"|\"", "\"\\t\""] }),
        }
    }

    fn fields(&mut self, table: &Table, file: &FileShape) -> Option<Fields> {
        let Some(value) = table.get("fields") else {
            return self.refuse("fields", What::Missing { example: "[fields]" });
        };
        let table = self.table("fields", value)?;
        let mut fields = [const { None }; Target::COUNT];
        for (name, value) in table {
            let path = joined("fields", name);
            match Target::of(name).filter(|target| self.subject.targets().contains(target)) {
                Some(target) => fields[target.index()] = self.field(&path, target, value, file),
                None => self.note(&path, What::Unknown { allowed: names(self.subject.targets()) }),
            }
        }
        self.refuse_lacking(table);
        Some(fields)
    }

    /// Asks for the keys, not for what they hold: a field refused above is not lacking too.
    fn refuse_lacking(&mut self, fields: &Table) {
        for group in self.subject.needs() {
            if group.iter().any(|target| fields.contains_key(target.name())) {
                continue;
            }
            match group {
                [alone] => self.note(&joined("fields", alone.name()), What::Missing { example: example(*alone) }),
                several => self.note("fields", What::NoneOf { keys: names(several) }),
            }
        }
    }

    fn field(&mut self, path: &str, target: Target, value: &Value, file: &FileShape) -> Option<Field> {
        let table = match value {
            Value::String(_) => &Table::from_iter([("column".to_owned(), value.clone())]),
            Value::Object(table) => table,
            _ => {
                return self.refuse(path, What::WrongKind { wanted: Kind::TextOrTable });
            }
        };
        self.refuse_unknown(table, path, &FIELD_KEYS);
        let origin = self.origin(path, target, table);
        let map = table.get("map").and_then(|map| self.map(&joined(path, "map"), target, map, file));
        let formats = self.formats(&joined(path, "formats"), target, table.get("formats"));
        let otherwise = table.get("otherwise").and_then(|value| self.given(&joined(path, "otherwise"), target, value));
        self.refuse_beside_constant(path, table);
        Some(Field { origin: origin?, map, formats: formats?, otherwise })
    }

    fn origin(&mut self, path: &str, target: Target, table: &Table) -> Option<Origin> {
        let at = |key| joined(path, key);
        match (table.get("column"), table.get("template"), table.get("constant")) {
            (Some(column), None, None) => {
                // The shorthand has no key of its own to point at.
                let key = if table.len() == 1 { path.to_owned() } else { at("column") };
                let name = self.filled_text(&key, column)?;
                Some(Origin::Column(self.columns.named(&name)))
            }
            (None, Some(template), None) => self.template(&at("template"), template).map(Origin::Template),
            (None, None, Some(constant)) => self.given(&at("constant"), target, constant).map(Origin::Constant),
            _ => self.refuse(path, What::NotOneSource),
        }
    }

    fn refuse_beside_constant(&mut self, path: &str, table: &Table) {
        for key in ["map", "formats", "otherwise"] {
            if table.contains_key("constant") && table.contains_key(key) {
                self.note(&joined(path, key), What::BesideConstant);
            }
        }
    }

    fn map(&mut self, path: &str, target: Target, value: &Value, file: &FileShape) -> Option<BTreeMap<String, String>> {
        if target.is_day() {
            return self.refuse(path, What::MapOfDay);
        }
        let table = self.table(path, value)?;
        if table.is_empty() {
            return self.refuse(path, What::Empty);
        }
        let mut map = BTreeMap::new();
        for (from, to) in table {
            let at = joined(path, from);
            let from = from.trim();
            if from.is_empty() || file.empty.iter().any(|empty| empty == from) {
                self.note(&at, What::MapOfEmpty);
            }
            if let Some(to) = self.given(&at, target, to) {
                map.insert(from.to_owned(), to);
            }
        }
        Some(map)
    }

    /// The formats of a day; an empty list for what is no day.
    fn formats(&mut self, path: &str, target: Target, value: Option<&Value>) -> Option<Vec<String>> {
        match (value, target.is_day()) {
            (None, true) => return Some(vec![dates::ISO.to_owned()]),
            (None, false) => return Some(Vec::new()),
            (Some(_), false) => return self.refuse(path, What::FormatsWithoutDay),
            (Some(_), true) => {}
        }
        let formats = self.texts(path, value?)?;
        if formats.is_empty() {
            return self.refuse(path, What::Empty);
        }
        for (index, format) in formats.iter().enumerate() {
            let at = format!("{path}[{index}]");
            if dates::example(format).is_none() {
                self.note(&at, What::NotADateFormat);
            } else if target == Target::BirthDate && dates::hides_the_century(format) {
                self.note(&at, What::NoCentury);
            }
        }
        Some(formats)
    }

    /// A value the mapping itself gives to a target: neither looked up nor reformatted.
    fn given(&mut self, path: &str, target: Target, value: &Value) -> Option<String> {
        let text = self.filled_text(path, value)?;
        if target == Target::Outcome && !OUTCOMES.contains(&text.as_str()) {
            return self.refuse(path, What::NotOneOf { allowed: OUTCOMES.to_vec() });
        }
        if target.is_day() {
            return match dates::day(&text, &[dates::ISO.to_owned()]) {
                Some(day) => Some(day.to_string()),
                None => self.refuse(path, What::NotADay),
            };
        }
        Some(text)
    }

    fn template(&mut self, path: &str, value: &Value) -> Option<Template> {
        let text = self.filled_text(path, value)?;
        match Template::parse(&text, &mut self.columns) {
            Ok(template) => Some(template),
            Err(fault) => self.refuse(path, What::Template(fault)),
        }
    }

    fn table<'v>(&mut self, path: &str, value: &'v Value) -> Option<&'v Table> {
        value.as_object().or_else(|| self.refuse(path, What::WrongKind { wanted: Kind::Table }))
    }

    fn text<'v>(&mut self, path: &str, value: &'v Value) -> Option<&'v str> {
        value.as_str().or_else(|| self.refuse(path, What::WrongKind { wanted: Kind::Text }))
    }

    fn filled_text(&mut self, path: &str, value: &Value) -> Option<String> {
        match self.text(path, value)?.trim() {
            "" => self.refuse(path, What::Empty),
            text => Some(text.to_owned()),
        }
    }

    fn texts(&mut self, path: &str, value: &Value) -> Option<Vec<String>> {
        let texts = value
            .as_array()
            .and_then(|values| values.iter().map(|value| value.as_str().map(|text| text.trim().to_owned())).collect());
        texts.or_else(|| self.refuse(path, What::WrongKind { wanted: Kind::Texts }))
    }

    fn line(&mut self, path: &str, value: &Value) -> Option<u64> {
        let line = value.as_u64().filter(|&line| line > 0);
        line.or_else(|| self.refuse(path, What::WrongKind { wanted: Kind::Line }))
    }
}

fn names(targets: &[Target]) -> Vec<&'static str> {
    targets.iter().map(|target| target.name()).collect()
}

/// A line that would do, for a target that must be there.
fn example(target: Target) -> &'static str {
    match target {
        Target::Outcome => "outcome = { column = \"result\", map = { Pass = \"passed\" } }",
        _ => "from = { column = \"start\", formats = [\"%d.%m.%Y\"] }",
    }
}

/// The path of a key as TOML writes it: quoted where it is not a bare word.
fn joined(path: &str, key: &str) -> String {
    let bare = !key.is_empty() && key.chars().all(|sign| sign.is_ascii_alphanumeric() || "_-".contains(sign));
    let key = if bare { key.to_owned() } else { format!("\"{key}\"") };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::super::template::TemplateFault;
    use super::*;
    use crate::words::Lang;

    const OULAD: &str = r#"
        source = "oulad"
        key = "{code_module}/{presentation}/{id_student}"
        [file]
        encoding = "utf-8"
        delimiter = ";"
        header_line = 3
        empty = ["", " . "]
        [fields]
        person_reference = "id_student"
        course = "code_module"
        outcome = { column = "result", map = { Pass = "passed", "*" = "failed" }, otherwise = "attended" }
        on = { column = "completed_on", formats = ["%Y-%m-%d", "%d.%m.%Y"] }
        birth_date = "born"
        run = { template = "{code_module} {presentation}" }
        ordered_by = { constant = "974760673" }
    "#;

    /// The smallest usable mapping, with more lines under `[fields]`.
    fn with_fields(lines: &str) -> String {
        format!(
            "source = \"s\"\nkey = \"{{id}}\"\n[fields]\nemail = \"mail\"\ncourse = \"c\"\noutcome = \"o\"\n{lines}"
        )
    }

    fn problems(text: &str) -> Vec<(String, What)> {
        let fault = Mapping::parse(Subject::Completions, text).unwrap_err();
        fault.problems.into_iter().map(|problem| (problem.key, problem.what)).collect()
    }

    fn only_problem(text: &str) -> (String, What) {
        let mut problems = problems(text);
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems.remove(0)
    }

    #[test]
    fn a_whole_mapping_is_read() {
        let mapping = Mapping::parse(Subject::Completions, OULAD).unwrap();
        assert_eq!(mapping.source(), "oulad");
        assert_eq!(mapping.file().format, Format::Csv { delimiter: b';', header_line: 3 });
        assert_eq!(mapping.file().empty, ["", "."]);
        assert_eq!(
            mapping.columns().names(),
            ["code_module", "presentation", "id_student", "born", "completed_on", "result"]
        );
        let outcome = mapping.field(Target::Outcome).unwrap();
        assert_eq!(outcome.meaning("Pass"), Some("passed"));
        assert_eq!(outcome.meaning("anything"), Some("failed"));
        assert_eq!(outcome.otherwise.as_deref(), Some("attended"));
        assert_eq!(mapping.field(Target::BirthDate).unwrap().formats, [dates::ISO]);
        assert_eq!(mapping.field(Target::Hours), None);
        let ordered_by = mapping.field(Target::OrderedBy).unwrap();
        assert_eq!(ordered_by.origin, Origin::Constant("974760673".into()));
    }

    #[test]
    fn the_file_is_plain_utf_8_where_nothing_is_said() {
        assert_eq!(Mapping::parse(Subject::Completions, &with_fields("")).unwrap().file(), &FileShape::default());
    }

    #[test]
    fn every_problem_is_listed_at_once() {
        let found = problems(
            r#"
            key = "{a}{b}"
            colour = 1
            [file]
            encoding = "utf-7"
            delimiter = ":"
            header_line = 0
            empty = "x"
            size = 2
            [fields]
            outcome = { column = "r", map = { A = "great", B = "" } }
            on = { column = "d", formats = ["%d.%m", "%d.%m.%Y", "%Q"] }
            birth_date = { column = "b", formats = ["%d.%m.%y"] }
            hours = { column = "h", template = "{h}" }
            run = { template = "{r" }
            shoe_size = "s"
            result = 7
            "#,
        );
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "colour",
                "source",
                "key",
                "file.size",
                "file.encoding",
                "file.delimiter",
                "file.header_line",
                "file.empty",
                "fields.birth_date.formats[0]",
                "fields.hours",
                "fields.on.formats[0]",
                "fields.on.formats[2]",
                "fields.outcome.map.A",
                "fields.outcome.map.B",
                "fields.result",
                "fields.run.template",
                "fields.shoe_size",
                "fields",
                "fields",
            ]
        );
    }

    #[test]
    fn a_problem_names_its_key_and_its_remedy() {
        for (line, key, what) in [
            ("name = ''", "fields.name", What::Empty),
            ("name = { column = ' ', otherwise = 'x' }", "fields.name.column", What::Empty),
            ("name = {}", "fields.name", What::NotOneSource),
            ("name = { constant = 'x', otherwise = 'y' }", "fields.name.otherwise", What::BesideConstant),
            ("name = { column = 'n', formats = ['%Y-%m-%d'] }", "fields.name.formats", What::FormatsWithoutDay),
            ("on = { column = 'd', map = { a = 'b' } }", "fields.on.map", What::MapOfDay),
            ("on = { column = 'd', formats = [] }", "fields.on.formats", What::Empty),
            ("on = { constant = '31.12.2026' }", "fields.on.constant", What::NotADay),
            ("on = { column = 'd', otherwise = '2026-02-30' }", "fields.on.otherwise", What::NotADay),
            ("hours = { column = 'h', map = { '' = '1' } }", "fields.hours.map.\"\"", What::MapOfEmpty),
            ("hours = { column = 'h', map = {} }", "fields.hours.map", What::Empty),
            (
                "hours = { column = 'h', map = { 'a b' = 1 } }",
                "fields.hours.map.\"a b\"",
                What::WrongKind { wanted: Kind::Text },
            ),
            ("run = { template = 'x' }", "fields.run.template", What::Template(TemplateFault::NoColumn)),
            (
                "run = { column = 'x', format = 'y' }",
                "fields.run.format",
                What::Unknown { allowed: FIELD_KEYS.to_vec() },
            ),
        ] {
            assert_eq!(only_problem(&with_fields(line)), (key.to_owned(), what), "{line}");
        }
    }

    #[test]
    fn ndjson_has_neither_separator_nor_header_and_is_utf_8() {
        let with =
            |lines: &str| with_fields("").replace("[fields]", &format!("[file]\nformat = 'ndjson'\n{lines}[fields]"));
        let mapping = Mapping::parse(Subject::Completions, &with("encoding = 'utf-8'\nempty = ['-']\n")).unwrap();
        assert_eq!(mapping.file().format, Format::Ndjson);
        let found = problems(&with("encoding = 'utf-16'\ndelimiter = ','\nheader_line = 2\n"));
        let keys: Vec<&str> = found.iter().map(|(key, _)| key.as_str()).collect();
        assert_eq!(keys, ["file.delimiter", "file.header_line", "file.encoding"]);
        assert_eq!(only_problem(&with("").replace("ndjson", "xml")).0, "file.format");
    }

    #[test]
    fn staff_needs_a_person_and_a_first_day_and_has_no_outcome() {
        let staff = |fields: &str| {
            let text = format!("source = 's'\nkey = '{{nr}}'\n[fields]\n{fields}");
            Mapping::parse(Subject::Staff, &text)
        };
        let mapping =
            staff("person_reference = 'nr'\nfrom = { column = 'a', formats = ['%d.%m.%Y'] }\nto = 'b'").unwrap();
        assert_eq!(mapping.subject(), Subject::Staff);
        assert_eq!(mapping.field(Target::To).unwrap().formats, [dates::ISO]);
        let found = staff("outcome = 'o'").unwrap_err().problems;
        let keys: Vec<&str> = found.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["fields.outcome", "fields", "fields.from"]);
        assert!(found[0].text(Lang::En).contains("position") && !found[0].text(Lang::En).contains("course"));
    }

    #[test]
    fn json_is_read_like_the_file_and_a_day_of_toml_is_a_day() {
        let text = with_fields("on = { constant = 2026-01-31 }\nbirth_date = 'b'");
        let json = serde_json::json!({
            "source": "s", "key": "{id}",
            "fields": { "email": "mail", "course": "c", "outcome": "o", "on": { "constant": "2026-01-31" }, "birth_date": "b" },
        });
        let from_json = Mapping::from_json(Subject::Completions, json.as_object().unwrap()).unwrap();
        assert_eq!(Mapping::parse(Subject::Completions, &text).unwrap(), from_json);
        let wrong = serde_json::json!({ "source": null, "key": 7, "file": { "header_line": -1 }, "fields": [] });
        let found = Mapping::from_json(Subject::Completions, wrong.as_object().unwrap()).unwrap_err().problems;
        let keys: Vec<&str> = found.iter().map(|problem| problem.key.as_str()).collect();
        assert_eq!(keys, ["source", "key", "file.header_line", "fields"]);
    }

    #[test]
    fn an_unknown_target_lists_those_there_are() {
        let fault = Mapping::parse(Subject::Completions, &with_fields("withdrawn_on = 'x'")).unwrap_err();
        let text = fault.to_string();
        assert!(text.contains("`fields.withdrawn_on`"), "{text}");
        for target in Subject::Completions.targets() {
            assert!(text.contains(target.name()), "{text}");
        }
        assert!(!text.contains("position"), "only staff has one: {text}");
    }

    #[test]
    fn a_person_a_course_and_an_outcome_are_required() {
        let found = problems("source = 's'\nkey = '{id}'\n[fields]\nname = 'n'");
        assert_eq!(
            found,
            [
                ("fields".into(), What::NoneOf { keys: vec!["person_reference", "email"] }),
                ("fields".into(), What::NoneOf { keys: vec!["competence", "course"] }),
                (
                    "fields.outcome".into(),
                    What::Missing { example: "outcome = { column = \"result\", map = { Pass = \"passed\" } }" }
                ),
            ]
        );
    }

    #[test]
    fn what_is_not_toml_says_on_which_line() {
        let (key, what) = only_problem("source = 's'\nkey = {\n\n");
        assert_eq!(key, "");
        assert!(matches!(what, What::NotToml { line: 2, .. }), "{what:?}");
        let (_, what) = only_problem("a = 1\nb = 2\na = 3\n");
        assert!(matches!(what, What::NotToml { line: 3, .. }), "{what:?}");
    }

    #[test]
    fn an_empty_file_lacks_everything_at_once() {
        let keys: Vec<String> = problems("").into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["source", "key", "fields"]);
    }

    #[test]
    fn problems_are_told_in_both_languages() {
        let fault = Mapping::parse(Subject::Completions, &with_fields("name = ''")).unwrap_err();
        assert_eq!(fault.problems[0].text(Lang::Nb), "`fields.name`: Er tom. Skriv en verdi.");
        assert_eq!(fault.problems[0].text(Lang::En), "`fields.name`: Is empty. Write a value.");
    }
}
