//! What a credential says in words, in bokmål or English.

use crate::{
    certificates::{Facts, Line},
    words::{DocumentKind, Lang, Outcome},
};

/// What the document is, and what it is not.
pub(super) fn description(facts: &Facts, line: &Line) -> String {
    let (lang, by) = (facts.language, &facts.issuer.name);
    match facts.kind {
        DocumentKind::Certificate if line.competence.is_some() => {
            lang.pick(format!("Kompetansebevis utstedt av {by}."), format!("Certificate of competence issued by {by}."))
        }
        DocumentKind::Certificate => {
            lang.pick(format!("Kursbevis utstedt av {by}."), format!("Course certificate issued by {by}."))
        }
        DocumentKind::Confirmation => lang.pick(
            format!("Kursbekreftelse utstedt av {by}. Den er ikke et kompetansebevis."),
            format!("Course confirmation issued by {by}. It is no certificate of competence."),
        ),
    }
}

/// What it is called where only its name is shown.
pub(super) fn name(kind: DocumentKind, of: &str, lang: Lang) -> String {
    match kind {
        DocumentKind::Certificate => of.to_owned(),
        DocumentKind::Confirmation => lang.pick(format!("Kursbekreftelse: {of}"), format!("Course confirmation: {of}")),
    }
}

/// What it takes, for anybody: to have been there or to have passed, and what asks for it.
pub(super) fn criteria(line: &Line, name: &str, lang: Lang) -> String {
    let mut says = match line.outcome {
        Outcome::Attended => lang.pick(format!("Deltatt: {name}."), format!("Attended: {name}.")),
        _ => lang.pick(format!("Gjennomført og bestått: {name}."), format!("Completed and passed: {name}.")),
    };
    if !line.provisions.is_empty() {
        let by = line.provisions.join("; ");
        says += &lang.pick(format!(" Krav i: {by}."), format!(" Required by: {by}."));
    }
    says
}

/// How it was proven this time: where, and when, and for how long.
pub(super) fn narrative(line: &Line, lang: Lang) -> String {
    let how = match line.outcome {
        Outcome::Attended => lang.pick("Deltatt, ikke prøvd", "Attended, not tested"),
        _ => lang.pick("Gjennomført og bestått", "Completed and passed"),
    };
    let mut says = format!("{how}, {}", line.provider);
    if let Some(on) = line.on {
        says += &format!(", {}", on.written(lang));
    }
    says.push('.');
    if let Some(employer) = &line.employer {
        says += &lang.pick(
            format!(" Gjelder så lenge ansettelsen hos {employer} varer."),
            format!(" Valid as long as employed by {employer}."),
        );
    }
    says
}

/// Which kind of achievement, as Open Badges calls them.
pub(super) fn achievement(kind: DocumentKind, line: &Line) -> &'static str {
    match kind {
        DocumentKind::Certificate if line.competence.is_some() => "Certification",
        DocumentKind::Certificate => "Certificate",
        DocumentKind::Confirmation => "CertificateOfCompletion",
    }
}
