//! What a document says besides its facts, in bokmål and English.

use crate::words::{Day, DocumentKind, Lang, Outcome};

/// What the document is called.
pub(super) fn title(kind: DocumentKind, proves_competence: bool, lang: Lang) -> &'static str {
    match kind {
        DocumentKind::Certificate if proves_competence => lang.pick("Kompetansebevis", "Certificate of competence"),
        DocumentKind::Certificate => lang.pick("Kursbevis", "Course certificate"),
        DocumentKind::Confirmation => lang.pick("Kursbekreftelse", "Course confirmation"),
    }
}

/// What is said of the holder.
pub(super) fn sentence(outcomes: &[Outcome], lang: Lang) -> &'static str {
    if outcomes.contains(&Outcome::Attended) {
        lang.pick("har deltatt på", "has attended")
    } else {
        lang.pick("har gjennomført og bestått", "has completed and passed")
    }
}

/// How one line ended, where the sentence above all of them does not say it.
pub(super) fn result(outcome: Outcome, some_attended: bool, lang: Lang) -> Option<&'static str> {
    match outcome {
        Outcome::Distinction => Some(lang.pick("Bestått med utmerkelse", "Passed with distinction")),
        Outcome::Passed if some_attended => Some(lang.pick("Bestått", "Passed")),
        _ => None,
    }
}

/// What a table's rows are about.
pub(super) fn first_column(proves_any: bool, lang: Lang) -> &'static str {
    if proves_any { lang.pick("Kompetanse", "Competence") } else { lang.pick("Kurs", "Course") }
}

/// How long something lasts that does not end.
pub(super) fn for_life(lang: Lang) -> &'static str {
    lang.pick("uten utløp", "for life")
}

/// How many hours, as they are written in the language.
pub(super) fn hours(hours: f64, lang: Lang) -> String {
    let number = format!("{}", (hours * 100.0).round() / 100.0);
    lang.pick(number.replace('.', ","), number)
}

/// Who issued it, and when.
pub(super) fn issued(on: Day, by: &str, number: &str, lang: Lang) -> String {
    let on = on.written(lang);
    lang.pick(
        format!("Utstedt {on} av {by}, organisasjonsnummer {number}"),
        format!("Issued {on} by {by}, organisation number {number}"),
    )
}

/// `side 2 av 3`.
pub(super) fn page(number: usize, of: usize, lang: Lang) -> String {
    lang.pick(format!("side {number} av {of}"), format!("page {number} of {of}"))
}

/// How the code is to be used.
pub(super) fn how_to_verify(lang: Lang) -> &'static str {
    lang.pick(
        "Skann koden, eller åpne adressen, for å se om dokumentet fortsatt gjelder.",
        "Scan the code, or open the address, to see whether the document is still valid.",
    )
}

/// What is attached.
pub(super) fn attached(lang: Lang) -> &'static str {
    lang.pick(
        "Det samme beviset som signert, maskinlesbart bevis (Open Badges 3.0)",
        "The same certificate as a signed credential for programs (Open Badges 3.0)",
    )
}

/// For those who cannot see the code.
pub(super) fn square(address: &str, lang: Lang) -> String {
    lang.pick(format!("QR-kode som fører til {address}"), format!("QR code that leads to {address}"))
}

/// What is said of the photo to those who listen.
pub(super) fn photo(lang: Lang) -> &'static str {
    lang.pick("Bilde av innehaveren", "Photo of the holder")
}

/// What is said of the logo.
pub(super) fn logo(issuer: &str, lang: Lang) -> String {
    lang.pick(format!("Logoen til {issuer}"), format!("The logo of {issuer}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_are_written_as_in_the_language() {
        assert_eq!((hours(7.5, Lang::Nb), hours(7.5, Lang::En)), ("7,5".into(), "7.5".into()));
        assert_eq!(hours(34.0, Lang::Nb), "34");
    }
}
