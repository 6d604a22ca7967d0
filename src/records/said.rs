//! Grounds and disclosures as sentences people read, in bokmål and English. The organisation, never the employee.

use crate::words::{Day, Ground, Lang, Said};

/// A ground in a few words, as it stands after "Oppgitt grunn:" and "Stated reason:".
pub fn ground(ground: Ground) -> Said {
    let (nb, en) = match ground {
        Ground::Delivered => ("kursarrangøren registrerte den selv", "the course provider recorded it"),
        Ground::OrderedRequired => (
            "bestilt av arbeidsgiver, som krever kompetansen",
            "ordered by the employer, which requires the competence",
        ),
        Ground::OrderedOffered => ("bestilt av arbeidsgiver", "ordered by the employer"),
        Ground::Scheme => ("hører til sertifiseringsordningen", "it belongs to the certification scheme"),
        Ground::Client => ("bestilt av oppdragsgiver for adgang", "ordered by the client for access"),
        Ground::HiredIn => ("innleid arbeidskraft", "hired-in labour"),
        Ground::HandedOver => ("du ga den videre", "you handed it over"),
        Ground::Register => ("hører til registeret", "it belongs to the register"),
        Ground::Portfolio => ("du har lagt den i mappen din", "you keep it in your portfolio"),
        Ground::Uploaded => ("du lastet den opp for et krav", "you uploaded it for a requirement"),
    };
    Said { nb: nb.into(), en: en.into() }
}

/// Why a successor holds it: why whoever had it before did.
pub fn taken_over(from: &str, before: Ground) -> Said {
    let before = ground(before);
    Said {
        nb: format!("overtatt fra {from}, som hadde den fordi: {}", before.nb),
        en: format!("taken over from {from}, which held it because: {}", before.en),
    }
}

/// A disclosure as one sentence and its reason. `titles` are the names of what was shown.
pub fn disclosure(organisation: &str, titles: &[Said], day: Day, reason: Ground) -> Said {
    let reason = ground(reason);
    Said {
        nb: format!(
            "{organisation} fikk vist {} {}. Oppgitt grunn: {}.",
            what_nb(titles),
            day.written(Lang::Nb),
            reason.nb
        ),
        en: format!(
            "{organisation} was shown {} on {}. Stated reason: {}.",
            what_en(titles),
            day.written(Lang::En),
            reason.en
        ),
    }
}

fn what_nb(titles: &[Said]) -> String {
    match titles {
        [] => "en registrering om deg".into(),
        [one] => format!("registreringen din «{}»", one.nb),
        many => format!("{} registreringer om deg", many.len()),
    }
}

fn what_en(titles: &[Said]) -> String {
    match titles {
        [] => "a record about you".into(),
        [one] => format!("your record “{}”", one.en),
        many => format!("{} records about you", many.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disclosure_reads_as_a_sentence_in_both_languages() {
        let title = Said { nb: "Truck T4".into(), en: "Truck T4".into() };
        let day = "2026-05-03".parse().expect("a day");
        let said = disclosure("Bergen Kran AS", std::slice::from_ref(&title), day, Ground::OrderedOffered);
        assert_eq!(
            said.nb,
            "Bergen Kran AS fikk vist registreringen din «Truck T4» 3. mai 2026. Oppgitt grunn: bestilt av arbeidsgiver."
        );
        assert_eq!(
            said.en,
            "Bergen Kran AS was shown your record “Truck T4” on 3 May 2026. Stated reason: ordered by the employer."
        );
        let two = disclosure("Bergen Kran AS", &[title.clone(), title], day, Ground::OrderedOffered);
        assert!(two.nb.contains("2 registreringer om deg"));
    }
}
