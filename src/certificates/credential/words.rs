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

/// How it was proven: where, when, and what asked for it.
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
    if !line.provisions.is_empty() {
        let by = line.provisions.join("; ");
        says += &lang.pick(format!(" Krav i: {by}."), format!(" Required by: {by}."));
    }
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
