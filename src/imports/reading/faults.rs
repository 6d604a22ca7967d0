//! What is wrong with a file or one of its rows, and what to do. Not a place for the file's content:
//! no fault carries a cell's value, so faults can be shown, stored and logged.

use std::fmt;
use std::io;

use super::dates;
use super::foreign::Foreign;
use crate::words::Lang;

/// Why a file cannot be read at all.
#[derive(thiserror::Error)]
pub enum OpenFault {
    /// The input gave an error.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The first bytes say the file is otherwise encoded than the mapping does.
    #[error("the file is encoded as {found}, and the mapping says otherwise")]
    OtherEncoding {
        /// The encoding the file names.
        found: &'static str,
    },
    /// The file is no rows of text.
    #[error("the file is no rows of text: {}", found.as_str())]
    Foreign {
        /// What it is.
        found: Foreign,
    },
    /// The header's line is blank, or after the end of the file.
    #[error("there is no header on line {line}")]
    NoHeader {
        /// Where the mapping says the header is.
        line: u64,
    },
    /// The header does not end: an open quotation mark, or a row above the limit.
    #[error("the header on line {line} cannot be read: {}", code.as_str())]
    BrokenHeader {
        /// Where the header begins.
        line: u64,
        /// What is wrong with it.
        code: Code,
    },
    /// Columns that the mapping uses are not in the header, or more than once.
    #[error("columns missing from the header: [{}], there more than once: [{}]", missing.join(", "), repeated.join(", "))]
    Columns {
        /// Used by the mapping, not in the header.
        missing: Vec<String>,
        /// Used by the mapping, more than once in the header.
        repeated: Vec<String>,
        /// What the header's line holds. A person's row, where the mapping names the wrong line: show
        /// it to who sent the file, and log it nowhere (neither `Display` nor `Debug` shows it).
        header: Vec<String>,
    },
}

impl fmt::Debug for OpenFault {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "OpenFault({self})")
    }
}

impl OpenFault {
    /// A stable name for the kind of fault.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            OpenFault::Unreadable(_) => "unreadable",
            OpenFault::OtherEncoding { .. } => "other_encoding",
            OpenFault::Foreign { .. } => "foreign",
            OpenFault::NoHeader { .. } => "no_header",
            OpenFault::BrokenHeader { .. } => "broken_header",
            OpenFault::Columns { .. } => "columns",
        }
    }

    /// What to do about it, for the one who sent the file: it may show the header.
    #[must_use]
    pub fn remedy(&self, lang: Lang) -> String {
        match self {
            OpenFault::Unreadable(_) => Code::Unreadable.remedy(lang),
            OpenFault::OtherEncoding { found } => match lang {
                Lang::Nb => format!("Filen er lagret som {found}. Skriv encoding = \"{found}\" under [file]."),
                Lang::En => format!("The file is saved as {found}. Write encoding = \"{found}\" under [file]."),
            },
            OpenFault::Foreign { found } => found.remedy(lang).to_owned(),
            OpenFault::NoHeader { line } => match lang {
                Lang::Nb => format!("Det er ingen overskrift på linje {line}. Rett header_line under [file]."),
                Lang::En => {
                    format!("There is no header on line {line}. Correct header_line under [file].")
                }
            },
            OpenFault::BrokenHeader { code, .. } => code.remedy(lang),
            OpenFault::Columns { missing, repeated, header } => columns_remedy(missing, repeated, header, lang),
        }
    }
}

/// A header with more columns than this is shown in part.
const SHOWN_COLUMNS: usize = 60;

fn columns_remedy(missing: &[String], repeated: &[String], header: &[String], lang: Lang) -> String {
    let mut text = Vec::new();
    if !missing.is_empty() {
        let missing = missing.join(", ");
        text.push(match lang {
            Lang::Nb => format!("Disse kolonnene finnes ikke i filen: {missing}."),
            Lang::En => format!("These columns are not in the file: {missing}."),
        });
    }
    if !repeated.is_empty() {
        let repeated = repeated.join(", ");
        text.push(match lang {
            Lang::Nb => {
                format!("Disse kolonnene finnes flere ganger; gi dem ulike navn: {repeated}.")
            }
            Lang::En => format!("These columns are there more than once; give them different names: {repeated}."),
        });
    }
    text.push(header_text(header, lang));
    if !missing.is_empty() {
        text.push(
            lang.pick(
                "Rett navnene i tilordningsfilen, eller header_line, delimiter og encoding under [file].",
                "Correct the names in the mapping file, or header_line, delimiter and encoding under [file].",
            )
            .to_owned(),
        );
    }
    text.join(" ")
}

fn header_text(header: &[String], lang: Lang) -> String {
    let shown: Vec<String> = header.iter().take(SHOWN_COLUMNS).map(|name| shortened(name)).collect();
    let more = if header.len() > SHOWN_COLUMNS { ", …" } else { "" };
    let found = lang.pick("Overskriften har", "The header has");
    format!("{found}: {}{more}.", shown.join(", "))
}

fn shortened(name: &str) -> String {
    const MAX: usize = 60;
    let mut short: String = name.chars().take(MAX).collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}

/// One thing wrong with one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFault {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// The column's name in the header, several joined by comma; `None` where the row as a whole is
    /// at fault.
    pub column: Option<String>,
    /// What is wrong.
    pub code: Code,
}

/// What can be wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// More or fewer cells than the header has columns; nothing else of such a row is looked at.
    WrongNumberOfColumns {
        /// The header's columns.
        expected: usize,
        /// The row's cells.
        found: usize,
    },
    /// A value the mapping's `map` does not know.
    NotInMap,
    /// Not a day in any of the formats, or a day that does not exist.
    NotADate {
        /// As the mapping writes them.
        formats: Vec<String>,
    },
    /// Characters destroyed or misread before they came here: U+FFFD, NUL, bytes that are no UTF-8.
    DamagedText,
    /// A cell that is too long.
    TooLong {
        /// In characters.
        max: usize,
    },
    /// A column of the mapping's `key` is empty, so the row cannot be told from others for ever.
    EmptyKey,
    /// A quotation mark opened and not closed before the file's end.
    UnclosedQuote,
    /// A row that is too long; reading goes on after the line break that follows.
    RowTooLong {
        /// In bytes.
        max: usize,
    },
    /// A line that is no JSON.
    NotJson,
    /// A line of JSON that is no object.
    NotAnObject,
    /// An object with one key twice.
    KeyTwice,
    /// A list or an object where a text was wanted.
    NotAText,
    /// The input gave an error in or after this row; nothing more was read.
    Unreadable,
}

impl Code {
    /// A stable name for the kind of fault.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Code::WrongNumberOfColumns { .. } => "wrong_number_of_columns",
            Code::NotInMap => "not_in_map",
            Code::NotADate { .. } => "not_a_date",
            Code::DamagedText => "damaged_text",
            Code::TooLong { .. } => "too_long",
            Code::EmptyKey => "empty_key",
            Code::UnclosedQuote => "unclosed_quote",
            Code::RowTooLong { .. } => "row_too_long",
            Code::NotJson => "not_json",
            Code::NotAnObject => "not_an_object",
            Code::KeyTwice => "key_twice",
            Code::NotAText => "not_a_text",
            Code::Unreadable => "unreadable",
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self, lang: Lang) -> String {
        match self {
            Code::WrongNumberOfColumns { expected, found } => match lang {
                Lang::Nb => format!(
                    "Overskriften har {expected} kolonner, raden har {found}. Se etter et skilletegn som mangler eller er for mye; en celle som selv inneholder skilletegnet, må stå i anførselstegn."
                ),
                Lang::En => format!(
                    "The header has {expected} columns, the row has {found}. Look for a separator too few or too many; a cell that itself contains the separator must stand in quotation marks."
                ),
            },
            Code::NotADate { formats } => not_a_date_remedy(formats, lang),
            Code::TooLong { max } => match lang {
                Lang::Nb => format!(
                    "Kort ned cellen til høyst {max} tegn. Mangler et anførselstegn, er flere rader blitt til én."
                ),
                Lang::En => format!(
                    "Shorten the cell to at most {max} characters. If a quotation mark is missing, several rows have become one."
                ),
            },
            Code::RowTooLong { max } => match lang {
                Lang::Nb => format!(
                    "Raden er lengre enn {max} byte. Se etter et anførselstegn som ikke er lukket, eller et linjeskift som mangler."
                ),
                Lang::En => format!(
                    "The row is longer than {max} bytes. Look for a quotation mark that is not closed, or a missing line break."
                ),
            },
            plain => plain.fixed_remedy(lang).to_owned(),
        }
    }

    /// The remedies that need no details.
    fn fixed_remedy(&self, lang: Lang) -> &'static str {
        let (nb, en) = match self {
            Code::NotInMap => (
                "Tilordningsfilen sier ikke hva denne verdien betyr. Legg den til i map for kolonnen, eller rett raden.",
                "The mapping file does not say what this value means. Add it to the column's map, or correct the row.",
            ),
            Code::DamagedText => (
                "Tegn i cellen er ødelagt, ofte æ, ø og å. Sjekk encoding under [file]; stemmer den, må filen eksporteres på nytt fra systemet den kommer fra.",
                "Characters in the cell are destroyed, often æ, ø and å. Check encoding under [file]; if it is right, export the file again from the system it comes from.",
            ),
            Code::EmptyKey => (
                "Raden kan ikke kjennes igjen uten denne cellen. Fyll den ut, eller bygg key i tilordningsfilen av kolonner som alltid er fylt ut.",
                "The row cannot be recognised again without this cell. Fill it in, or build key in the mapping file from columns that are always filled in.",
            ),
            Code::UnclosedQuote => (
                "Et anførselstegn åpnes i denne raden og lukkes ikke før filen slutter, så resten av filen er ikke lest. Lukk eller fjern det og send filen på nytt.",
                "A quotation mark opens in this row and does not close before the file ends, so the rest of the file has not been read. Close or remove it and send the file again.",
            ),
            Code::NotJson => (
                "Linjen er ikke gyldig JSON. Skriv ett helt objekt på linjen, {\"kolonne\": \"verdi\"}.",
                "The line is not valid JSON. Write one whole object on the line, {\"column\": \"value\"}.",
            ),
            Code::NotAnObject => (
                "Linjen er JSON, men ikke et objekt. Skriv den som {\"kolonne\": \"verdi\"}.",
                "The line is JSON, but no object. Write it as {\"column\": \"value\"}.",
            ),
            Code::KeyTwice => (
                "En nøkkel står to ganger i objektet, så ingen vet hvilken verdi som gjelder. Fjern den ene.",
                "A key stands twice in the object, so nobody knows which value counts. Remove one of them.",
            ),
            Code::NotAText => (
                "Her ventes en tekst, et tall, true eller false. En verdi inne i et objekt nås med punktum, person.email; en liste kan ikke leses.",
                "A text, a number, true or false is expected here. A value inside an object is reached by a dot, person.email; a list cannot be read.",
            ),
            _ => (
                "Filen kunne ikke leses videre herfra. Send den på nytt.",
                "The file could not be read further from here. Send it again.",
            ),
        };
        lang.pick(nb, en)
    }
}

fn not_a_date_remedy(formats: &[String], lang: Lang) -> String {
    let examples: Vec<String> = formats.iter().filter_map(|format| dates::example(format)).collect();
    match lang {
        Lang::Nb => format!(
            "Datoen finnes ikke i kalenderen eller er skrevet på en annen måte enn ventet. Skriv den som {}.",
            examples.join(" eller ")
        ),
        Lang::En => format!(
            "The date is not in the calendar, or is not written as expected. Write it as {}.",
            examples.join(" or ")
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_has_a_name_and_a_remedy_in_both_languages() {
        let codes = [
            Code::WrongNumberOfColumns { expected: 4, found: 3 },
            Code::NotInMap,
            Code::NotADate { formats: vec![dates::ISO.into()] },
            Code::DamagedText,
            Code::TooLong { max: 10 },
            Code::EmptyKey,
            Code::UnclosedQuote,
            Code::RowTooLong { max: 10 },
            Code::NotJson,
            Code::NotAnObject,
            Code::KeyTwice,
            Code::NotAText,
            Code::Unreadable,
        ];
        for code in &codes {
            let (nb, en) = (code.remedy(Lang::Nb), code.remedy(Lang::En));
            assert!(nb.ends_with('.') && en.ends_with('.') && nb != en, "{code:?}");
            let alike = codes.iter().filter(|other| other.as_str() == code.as_str() || other.remedy(Lang::En) == en);
            assert_eq!(alike.count(), 1, "{code:?}");
        }
    }

    #[test]
    fn a_wide_header_is_shown_in_part() {
        let fault = OpenFault::Columns {
            missing: vec!["a".into()],
            repeated: Vec::new(),
            header: vec!["ø".repeat(1_000); 1_000],
        };
        assert!(fault.remedy(Lang::Nb).chars().count() < 5_000);
        assert!(!format!("{fault:?} {fault}").contains('ø'));
    }
}
