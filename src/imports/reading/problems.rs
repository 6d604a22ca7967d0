//! What is wrong with a mapping file: all of it at once, each with its key and the remedy. Not about
//! the CSV file that the mapping describes; its faults are in [`super::faults`].

use std::fmt;

use super::template::TemplateFault;
use crate::words::Lang;

/// Everything wrong with a mapping file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct MappingFault {
    /// At least one.
    pub problems: Vec<Problem>,
}

impl fmt::Display for MappingFault {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "the mapping file cannot be used:")?;
        self.problems.iter().try_for_each(|problem| write!(out, "\n  {}", problem.text(Lang::En)))
    }
}

/// One thing wrong with a mapping file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The key in the file, `fields.outcome.map`; empty where the file is not TOML at all.
    pub key: String,
    /// What is wrong there.
    pub what: What,
}

impl Problem {
    /// The key and the remedy in one line.
    #[must_use]
    pub fn text(&self, lang: Lang) -> String {
        let remedy = self.what.remedy(lang);
        if self.key.is_empty() { remedy } else { format!("`{}`: {remedy}", self.key) }
    }
}

/// The kinds of value a key can want.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `"…"`
    Text,
    /// `1`, `2`, …
    Line,
    /// `["…", "…"]`
    Texts,
    /// `[…]` or `{ … }`
    Table,
    /// `"…"` or `{ … }`
    TextOrTable,
}

/// What can be wrong with a mapping file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// Not TOML.
    NotToml {
        /// Where the file stops being TOML.
        line: usize,
        /// What the TOML parser says, in English.
        message: String,
    },
    /// A key that must be there is not.
    Missing {
        /// A line that would do.
        example: &'static str,
    },
    /// None of several keys is there.
    NoneOf {
        /// Any of these would do.
        keys: Vec<&'static str>,
    },
    /// A key that means nothing here.
    Unknown {
        /// Those that do.
        allowed: Vec<&'static str>,
    },
    /// A value of the wrong kind.
    WrongKind {
        /// The right one.
        wanted: Kind,
    },
    /// A value that may not be empty.
    Empty,
    /// A text that is too long.
    TooLong {
        /// In characters.
        max: usize,
    },
    /// A value outside a closed list.
    NotOneOf {
        /// The list.
        allowed: Vec<&'static str>,
    },
    /// A template that cannot be read.
    Template(TemplateFault),
    /// A key template whose columns meet with nothing between.
    KeyRunsTogether,
    /// Not exactly one of column, template, constant.
    NotOneSource,
    /// `map`, `formats` or `otherwise` beside a constant.
    BesideConstant,
    /// A separator or a header for NDJSON.
    BesideNdjson,
    /// `formats` for a target that is no day.
    FormatsWithoutDay,
    /// `map` for a target that is a day.
    MapOfDay,
    /// A format that does not name one day.
    NotADateFormat,
    /// A birth date with a year of two digits.
    NoCentury,
    /// A constant or `otherwise` that is no day.
    NotADay,
    /// A value in `map` that `file.empty` has already made nothing.
    MapOfEmpty,
}

impl What {
    /// What to do about it.
    #[must_use]
    pub fn remedy(&self, lang: Lang) -> String {
        match self {
            What::NotToml { line, message } => match lang {
                Lang::Nb => format!("Linje {line} er ikke gyldig TOML ({message}). Rett linjen."),
                Lang::En => format!("Line {line} is not valid TOML ({message}). Correct the line."),
            },
            What::Missing { example } => match lang {
                Lang::Nb => format!("Mangler. Legg til for eksempel {example}"),
                Lang::En => format!("Missing. Add for example {example}"),
            },
            What::NoneOf { keys } => match lang {
                Lang::Nb => format!("Legg til minst én av {}.", keys.join(", ")),
                Lang::En => format!("Add at least one of {}.", keys.join(", ")),
            },
            What::Unknown { allowed } => match lang {
                Lang::Nb => format!("Ukjent nøkkel. Fjern den, eller bruk en av {}.", allowed.join(", ")),
                Lang::En => format!("Unknown key. Remove it, or use one of {}.", allowed.join(", ")),
            },
            What::WrongKind { wanted } => match lang {
                Lang::Nb => format!("Skriv {}.", wanted.name(lang)),
                Lang::En => format!("Write {}.", wanted.name(lang)),
            },
            What::TooLong { max } => match lang {
                Lang::Nb => format!("Kort ned til høyst {max} tegn."),
                Lang::En => format!("Shorten it to at most {max} characters."),
            },
            What::NotOneOf { allowed } => match lang {
                Lang::Nb => format!("Velg en av {}.", allowed.join(", ")),
                Lang::En => format!("Choose one of {}.", allowed.join(", ")),
            },
            plain => plain.fixed_remedy(lang).to_owned(),
        }
    }

    /// The remedies that need no details.
    fn fixed_remedy(&self, lang: Lang) -> &'static str {
        let (nb, en) = match self {
            What::Empty => ("Er tom. Skriv en verdi.", "Is empty. Write a value."),
            What::Template(fault) => fault.remedy(),
            What::KeyRunsTogether => (
                "Sett et tegn mellom kolonnene, for eksempel {a}/{b}; ellers kan to rader få samme nøkkel.",
                "Put a sign between the columns, for example {a}/{b}; otherwise two rows can get the same key.",
            ),
            What::NotOneSource => (
                "Skriv nøyaktig én av column, template og constant.",
                "Write exactly one of column, template and constant.",
            ),
            What::BesideConstant => (
                "Virker ikke sammen med constant. Fjern den, eller les verdien fra en kolonne.",
                "Has no effect beside constant. Remove it, or read the value from a column.",
            ),
            What::BesideNdjson => (
                "Gjelder bare CSV. Fjern den, eller skriv format = \"csv\".",
                "Only CSV has it. Remove it, or write format = \"csv\".",
            ),
            What::FormatsWithoutDay => (
                "Bare datoer (on, birth_date, from, to) har formats. Fjern den.",
                "Only days (on, birth_date, from, to) have formats. Remove it.",
            ),
            What::MapOfDay => {
                ("En dato slås ikke opp i map. Bruk formats.", "A day is not looked up in map. Use formats.")
            }
            What::NotADateFormat => (
                "Angir ikke en hel dato. Bruk for eksempel %Y-%m-%d (2026-12-31) eller %d.%m.%Y (31.12.2026).",
                "Does not name a whole day. Use for example %Y-%m-%d (2026-12-31) or %d.%m.%Y (31.12.2026).",
            ),
            What::NoCentury => (
                "To sifre sier ikke hvilket århundre noen er født i. Eksporter fødselsdatoen med fire sifre og bruk %Y.",
                "Two digits do not tell the century of a birth. Export the birth date with four and use %Y.",
            ),
            What::NotADay => ("Er ikke en dato. Skriv den som 2026-12-31.", "Is not a day. Write it as 2026-12-31."),
            What::MapOfEmpty => (
                "Verdien står i file.empty og når aldri map. Bruk otherwise for tomme celler.",
                "The value is in file.empty and never reaches map. Use otherwise for empty cells.",
            ),
            _ => ("Rett verdien.", "Correct the value."),
        };
        lang.pick(nb, en)
    }
}

impl TemplateFault {
    fn remedy(self) -> (&'static str, &'static str) {
        match self {
            TemplateFault::Unclosed => (
                "En { mangler sin }. Skriv {kolonne}, eller {{ for tegnet selv.",
                "A { lacks its }. Write {column}, or {{ for the sign itself.",
            ),
            TemplateFault::Stray => (
                "En } mangler sin {. Skriv {kolonne}, eller }} for tegnet selv.",
                "A } lacks its {. Write {column}, or }} for the sign itself.",
            ),
            TemplateFault::NoName => {
                ("Skriv kolonnens navn mellom { og }.", "Write the column's name between { and }.")
            }
            TemplateFault::NoColumn => {
                ("Nevner ingen kolonne. Skriv minst én {kolonne}.", "Names no column. Write at least one {column}.")
            }
        }
    }
}

impl Kind {
    fn name(self, lang: Lang) -> &'static str {
        let (nb, en) = match self {
            Kind::Text => ("en tekst i anførselstegn", "a text in quotation marks"),
            Kind::Line => ("et linjenummer, 1 eller mer", "a line number, 1 or more"),
            Kind::Texts => ("en liste av tekster, [\"…\"]", "a list of texts, [\"…\"]"),
            Kind::Table => ("en tabell, { … }", "a table, { … }"),
            Kind::TextOrTable => (
                "kolonnens navn i anførselstegn, eller en tabell, { column = \"…\" }",
                "the column's name in quotation marks, or a table, { column = \"…\" }",
            ),
        };
        lang.pick(nb, en)
    }
}
