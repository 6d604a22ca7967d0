//! What a document says besides its facts, in bokmål and English.

use crate::words::{Day, DocumentKind, Lang, Outcome};
use chrono::Datelike;

const MONTHS: [(&str, &str); 12] = [
    ("januar", "January"),
    ("februar", "February"),
    ("mars", "March"),
    ("april", "April"),
    ("mai", "May"),
    ("juni", "June"),
    ("juli", "July"),
    ("august", "August"),
    ("september", "September"),
    ("oktober", "October"),
    ("november", "November"),
    ("desember", "December"),
];

/// `1. mars 2026`, `1 March 2026`.
pub(super) fn day(day: Day, lang: Lang) -> String {
    let date = day.date();
    let (nb, en) = MONTHS[date.month0() as usize];
    lang.pick(format!("{}. {nb} {}", date.day(), date.year()), format!("{} {en} {}", date.day(), date.year()))
}

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

/// How many hours, as they are written in the language.
pub(super) fn hours(hours: f64, lang: Lang) -> String {
    let number = format!("{}", (hours * 100.0).round() / 100.0);
    lang.pick(number.replace('.', ","), number)
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

/// For those who cannot see the code.
pub(super) fn square(address: &str, lang: Lang) -> String {
    lang.pick(format!("QR-kode som fører til {address}"), format!("QR code that leads to {address}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_hours_are_written_as_in_the_language() {
        let leap: Day = "2028-02-29".parse().expect("a day");
        assert_eq!((day(leap, Lang::Nb), day(leap, Lang::En)), ("29. februar 2028".into(), "29 February 2028".into()));
        assert_eq!((hours(7.5, Lang::Nb), hours(7.5, Lang::En)), ("7,5".into(), "7.5".into()));
        assert_eq!(hours(34.0, Lang::Nb), "34");
    }
}
