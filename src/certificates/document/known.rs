//! What is known of a line besides what it is about. Few competences say it below each other and many in a table, but both
//! say what is listed here.

use super::words;
use crate::{
    certificates::{Facts, Line},
    words::{DocumentKind, Lang, Outcome},
};

/// What a fact of a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    Course,
    Provider,
    Completed,
    Hours,
    Result,
    ValidUntil,
    Employer,
    Provisions,
}

impl What {
    pub(super) fn called(self, lang: Lang) -> &'static str {
        match self {
            Self::Course => lang.pick("Kurs", "Course"),
            Self::Provider => lang.pick("Kursarrangør", "Course provider"),
            Self::Completed => lang.pick("Gjennomført", "Completed"),
            Self::Hours => lang.pick("Timer", "Hours"),
            Self::Result => lang.pick("Resultat", "Result"),
            Self::ValidUntil => lang.pick("Gyldig til og med", "Valid until and including"),
            Self::Employer => lang.pick("Så lenge ansettelsen varer hos", "As long as employed by"),
            Self::Provisions => lang.pick("Krav i", "Required by"),
        }
    }

    /// At the head of a column.
    pub(super) fn called_in_short(self, lang: Lang) -> &'static str {
        match self {
            Self::ValidUntil => lang.pick("Gyldig til og med", "Valid until"),
            _ => self.called(lang),
        }
    }

    /// Would it mean the same, said once for all lines? Hours might be taken for their sum.
    fn may_be_shared(self) -> bool {
        matches!(self, Self::Course | Self::Provider | Self::Employer | Self::Provisions)
    }
}

/// Something that is known of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) what: What,
    pub(super) text: String,
}

impl Known {
    pub(super) fn said(&self, lang: Lang) -> String {
        format!("{}: {}", self.what.called(lang), self.text)
    }
}

/// What a line is about: the competence, or the course.
pub(super) fn subject(line: &Line, lang: Lang) -> String {
    let subject = line.competence.as_ref().or(line.course.as_ref());
    subject.map_or(String::new(), |subject| {
        format!("{} ({})", lang.pick(&subject.name.nb, &subject.name.en), subject.code)
    })
}

/// What else is known of it.
pub(super) fn known(facts: &Facts, line: &Line) -> Vec<Known> {
    let lang = facts.language;
    let course = line.course.as_ref().filter(|_| line.competence.is_some());
    [
        (What::Course, course.map(|course| lang.pick(&course.name.nb, &course.name.en).clone())),
        (What::Provider, Some(&line.provider).filter(|provider| **provider != facts.issuer.name).cloned()),
        (What::Completed, line.on.map(|on| on.written(lang))),
        (What::Hours, line.hours.map(|hours| words::hours(hours, lang))),
        (What::Result, result(facts, line)),
        (What::ValidUntil, line.valid_until.map(|until| until.written(lang))),
        (What::Employer, line.employer.clone()),
        (What::Provisions, Some(line.provisions.join("; ")).filter(|provisions| !provisions.is_empty())),
    ]
    .into_iter()
    .filter_map(|(what, text)| text.map(|text| Known { what, text }))
    .collect()
}

/// What all lines have in common and can say once.
pub(super) fn shared(lines: &[Vec<Known>]) -> Vec<Known> {
    let in_all = |known: &&Known| known.what.may_be_shared() && lines.iter().all(|line| line.contains(known));
    lines.first().into_iter().flatten().filter(in_all).cloned().collect()
}

/// Is it proven for life?
pub(super) fn for_life(facts: &Facts, line: &Line) -> bool {
    facts.kind == DocumentKind::Certificate && line.competence.is_some() && line.valid_until.is_none()
}

fn result(facts: &Facts, line: &Line) -> Option<String> {
    // One sentence stands above all lines: where some were only attended, it does not say that others were passed.
    let some_attended = facts.lines.iter().any(|line| line.outcome == Outcome::Attended);
    line.result.clone().or_else(|| words::result(line.outcome, some_attended, facts.language).map(str::to_owned))
}
