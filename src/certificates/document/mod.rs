//! The page a certificate is printed on: PDF/A-3 for the archive and PDF/UA for those who listen to it, drawn from frozen
//! facts and nothing else, so that the same facts are the same bytes on any machine and in any year.

mod known;
mod layout;
mod table;
mod words;

use super::{Facts, settings::Colour};
use crate::platform::{
    paper::{self, ACCENT, About, Attached},
    problem::Problem,
};

pub use paper::{letters::unprintable, pictures::Pictures};

/// The document of these facts, which carries its signed credentials. The address is where its code is verified.
///
/// # Errors
/// What the standards do not allow; tests keep it from happening.
pub fn pdf(
    facts: &Facts,
    pictures: &Pictures,
    code: &str,
    address: &str,
    credentials: &[&str],
) -> Result<Vec<u8>, Problem> {
    let chosen = facts.look.colour.as_deref().and_then(Colour::parse);
    let about = About {
        author: &facts.issuer.name,
        id: format!("{} {}", facts.issuer.number, facts.number),
        on: facts.issued_on,
        lang: facts.language,
        accent: chosen.map_or(ACCENT, |Colour { red, green, blue }| [red, green, blue]),
    };
    let attached: Vec<Attached<'_>> = credentials
        .iter()
        .enumerate()
        .map(|(n, credential)| Attached {
            name: format!("{}-{}.json", facts.number, n + 1),
            media_type: "application/vc",
            says: words::attached(facts.language).to_owned(),
            bytes: credential.as_bytes(),
        })
        .collect();
    paper::page::drawn(&about, pictures, &layout::laid_out(facts, pictures, code, address), &attached)
}

#[cfg(test)]
mod tests {
    use super::{Pictures, layout::laid_out, table::LEAST_ROWS};
    use crate::{
        certificates::{Facts, Holder, Issuer, Line, Look, Subject},
        platform::paper::sheet::{Laid, Part, Placed},
        words::*,
    };

    /// Facts with so many lines, about somebody with this name.
    fn facts(name: &str, lines: usize, language: Lang) -> Facts {
        let day = |text: &str| text.parse().expect("a day");
        let line = |n: usize| Line {
            competence: Some(Subject {
                code: format!("T{n}"),
                name: Said {
                    nb: format!("Motvektstruck og andre trucker med førerplass og løfteutstyr, klasse {n}"),
                    en: format!("Counterbalance trucks and others with a seat and lifting gear, class {n}"),
                },
                esco: None,
            }),
            course: Some(Subject {
                code: "TRUCK".into(),
                name: Said { nb: "Truckførerkurs".into(), en: "Truck driver's course".into() },
                esco: None,
            }),
            provider: "Fjordkurs AS".into(),
            provisions: vec!["forskrift om utførelse av arbeid § 10-2".into()],
            outcome: Outcome::Passed,
            on: Some(day("2026-03-01")),
            hours: Some(34.5),
            result: None,
            valid_until: Some(day("2031-02-28")),
            employer: None,
        };
        Facts {
            number: "FK-2026-000123".into(),
            kind: DocumentKind::Certificate,
            language,
            issuer: Issuer {
                id: OrganisationId::from_uuid(uuid::Uuid::nil()),
                name: "Nord-Norsk Opplæringsregister AS".into(),
                number: "310000000".into(),
            },
            signatory: Some("Kari Nordmann, daglig leder".into()),
            holder: Holder { name: name.into(), birth_date: Some(day("1991-05-17")) },
            issued_on: day("2026-03-02"),
            valid_until: Some(day("2031-02-28")),
            lines: (1..=lines).map(line).collect(),
            look: Look { photo: None, logo: None, colour: Some("#7a1f1f".into()) },
        }
    }

    /// A grey photo and a wide logo.
    fn pictures() -> Pictures {
        let mut photo = Vec::new();
        let grey = image::RgbImage::from_pixel(480, 640, image::Rgb([128; 3]));
        image::codecs::jpeg::JpegEncoder::new(&mut photo).encode_image(&grey).expect("written");
        let mut logo = std::io::Cursor::new(Vec::new());
        let wide = image::RgbImage::from_pixel(700, 120, image::Rgb([122, 31, 31]));
        wide.write_to(&mut logo, image::ImageFormat::Png).expect("written");
        Pictures::read(Some(photo), Some(logo.into_inner())).expect("pictures")
    }

    #[test]
    fn a_document_with_photo_and_logo_keeps_to_its_standards_too() {
        for (lines, language) in [(1, Lang::Nb), (20, Lang::En)] {
            super::pdf(&facts(LONG, lines, language), &pictures(), CODE, ADDRESS, &[]).expect("drawn");
        }
    }

    const CODE: &str = "7K3MQ4T-0WZ9A1B-X5C2D8F";
    const ADDRESS: &str = "https://attest.example.no/v/7K3MQ4T-0WZ9A1B-X5C2D8F";
    const LONG: &str = "Ánne-Márjá Čáhceravdna-Guovdageaidnu Ødegård av Fjordane Øst";

    #[test]
    fn a_document_keeps_to_its_standards_however_long_a_name_or_a_list_is() {
        let pictures = Pictures::default();
        for name in ["Li", LONG, &"Ø".repeat(60), "Şükrü Ağaoğlu Nguyễn Thị Ngọc Ánh Łukasz Ընտիր"] {
            for (lines, language) in [(1, Lang::Nb), (2, Lang::En), (20, Lang::Nb), (40, Lang::En)] {
                let pdf = super::pdf(&facts(name, lines, language), &pictures, CODE, ADDRESS, &[]);
                let pdf = pdf.unwrap_or_else(|problem| panic!("{name}, {lines}: {problem:?}"));
                assert!(lines > 20 || pdf.len() < 60_000, "{name}, {lines}: {} bytes", pdf.len());
            }
        }
    }

    #[test]
    fn a_list_with_little_in_common_takes_little_room_too() {
        let pdf = super::pdf(&varied(LONG, 20), &Pictures::default(), CODE, ADDRESS, &[]).expect("drawn");
        assert!(pdf.len() < 60_000, "{} bytes", pdf.len());
    }

    #[test]
    fn the_same_facts_are_the_same_bytes() {
        let drawn = || super::pdf(&facts(LONG, 2, Lang::Nb), &pictures(), CODE, ADDRESS, &[]).expect("drawn");
        assert_eq!(drawn(), drawn());
    }

    /// Nothing runs out of the page or over the code at its foot.
    #[test]
    fn everything_stands_on_its_page() {
        for (name, pictures) in [("Li", Pictures::default()), ("Li", pictures()), (LONG, pictures())] {
            for lines in 1..=40 {
                let laid = laid_out(&facts(name, lines, Lang::Nb), &pictures, CODE, ADDRESS);
                super::layout::assert_stands(&laid);
            }
        }
        for lines in 1..=40 {
            super::layout::assert_stands(&laid_out(&varied(LONG, lines), &pictures(), CODE, ADDRESS));
        }
    }

    /// Facts whose lines have little in common.
    fn varied(name: &str, lines: usize) -> Facts {
        let mut facts = facts(name, lines, Lang::En);
        for (n, line) in facts.lines.iter_mut().enumerate() {
            line.outcome = [Outcome::Passed, Outcome::Distinction, Outcome::Attended][n % 3];
            line.result = (n % 4 == 0).then(|| format!("{n} points"));
            line.hours = (n % 5 > 0).then_some(n as f64 + 0.25);
            line.provider =
                ["Fjordkurs AS", "Nord-Norsk Opplæringsregister AS", "Høyfjellets Kurs og Kompetanse"][n % 3].into();
            line.provisions = (0..n % 4).map(|nth| format!("forskrift nr. {n} § {nth}-2 tredje ledd")).collect();
            line.competence = line.competence.take().filter(|_| n % 6 > 0);
            line.valid_until = line.valid_until.filter(|_| n % 2 > 0);
        }
        facts
    }

    fn rows(laid: &Laid) -> Vec<Vec<Vec<Placed>>> {
        let rows = |part: &Part| match part {
            Part::Table { rows, .. } => Some(rows[1..].to_vec()),
            _ => None,
        };
        laid.parts.iter().find_map(rows).unwrap_or_default()
    }

    fn text<'a>(lines: impl IntoIterator<Item = &'a Placed>) -> String {
        lines.into_iter().map(|line| line.text.as_str()).collect()
    }

    fn paragraph(part: &Part) -> Option<String> {
        match part {
            Part::Heading(_, lines) | Part::Paragraph(lines) => Some(text(lines)),
            _ => None,
        }
    }

    #[test]
    fn a_table_says_of_each_competence_what_it_says_alone() {
        for many in [facts("Li", 7, Lang::Nb), varied("Li", 12)] {
            let table = laid_out(&many, &Pictures::default(), CODE, ADDRESS);
            let beside: Vec<String> = table.parts.iter().filter_map(paragraph).collect();
            for (line, row) in many.lines.iter().zip(rows(&table)) {
                let alone = Facts { lines: vec![line.clone()], ..many.clone() };
                let block = laid_out(&alone, &Pictures::default(), CODE, ADDRESS);
                let of_block = block.parts.iter().skip_while(|part| !matches!(part, Part::Heading(3, _)));
                let own = of_block.filter_map(paragraph).filter(|said| !beside.contains(said));
                let own: Vec<String> = own.collect();
                let row = row.iter().map(text).collect::<Vec<_>>().join(" | ");
                for said in &own {
                    let fact = said.split_once(": ").map_or(said.as_str(), |(_, fact)| fact);
                    assert!(row.contains(fact), "{said} is not in {row}");
                }
                assert!(own.len() >= 2, "{own:?}");
            }
        }
    }

    #[test]
    fn what_is_true_of_all_rows_is_said_once() {
        let laid = laid_out(&facts("Li", 7, Lang::Nb), &Pictures::default(), CODE, ADDRESS);
        let all = text(laid.texts());
        for said in ["Kurs: Truckførerkurs", "Kursarrangør: Fjordkurs AS", "Krav i: forskrift om utførelse av arbeid"]
        {
            assert_eq!(all.matches(said).count(), 1, "{said}");
        }
    }

    #[test]
    fn a_list_says_which_of_its_courses_were_passed_if_some_were_only_attended() {
        let mut facts = facts("Li", 3, Lang::Nb);
        assert!(!text(laid_out(&facts, &Pictures::default(), CODE, ADDRESS).texts()).contains("Resultat"));
        facts.lines[0].outcome = Outcome::Attended;
        let all = text(laid_out(&facts, &Pictures::default(), CODE, ADDRESS).texts());
        assert_eq!(all.matches("Resultat: Bestått").count(), 2);
    }

    /// Who only confirms a course proves nothing for life.
    #[test]
    fn only_a_certificate_says_that_something_does_not_end() {
        for (kind, says) in [(DocumentKind::Certificate, 3), (DocumentKind::Confirmation, 0)] {
            let mut facts = Facts { kind, ..facts("Li", 3, Lang::Nb) };
            facts.lines.iter_mut().for_each(|line| line.valid_until = None);
            let all = text(laid_out(&facts, &Pictures::default(), CODE, ADDRESS).texts());
            assert_eq!(all.matches("uten utløp").count(), says, "{kind:?}");
        }
    }

    #[test]
    fn the_signature_never_stands_beside_a_stray_row_or_none() {
        let pictures = Pictures { photo: None, ..pictures() };
        for lines in 3..=40 {
            for facts in [facts(LONG, lines, Lang::Nb), short(lines), varied("Li", lines)] {
                let laid = laid_out(&facts, &pictures, CODE, ADDRESS);
                let on = |page| rows(&laid).iter().filter(|row| row[0][0].page == page).count();
                assert!(on(0) > 0 && on(laid.pages - 1) >= LEAST_ROWS, "{lines} on {}", laid.pages);
            }
        }
    }

    /// Facts with lines that are said in a few words.
    fn short(lines: usize) -> Facts {
        let mut facts = facts("Kari Nordmann", lines, Lang::Nb);
        for (n, subject) in facts.lines.iter_mut().filter_map(|line| line.competence.as_mut()).enumerate() {
            subject.name.nb = ["Motvektstruck", "Personløfter og lift", "Arbeid i høyden"][n % 3].into();
        }
        facts
    }

    #[test]
    fn a_word_wider_than_its_column_is_broken_there() {
        let mut facts = facts(&"Ø".repeat(60), 5, Lang::Nb);
        facts.lines[2].result = Some("9".repeat(90));
        facts.lines[3].provisions = vec!["§".repeat(200)];
        let competence = facts.lines[1].competence.as_mut().expect("one");
        competence.name.nb = "Ազատ".repeat(15);
        super::layout::assert_stands(&laid_out(&facts, &pictures(), CODE, ADDRESS));
        super::pdf(&facts, &pictures(), CODE, ADDRESS, &[]).expect("drawn");
    }

    #[test]
    fn twenty_short_lines_with_a_logo_take_one_page() {
        let pictures = Pictures { photo: None, ..pictures() };
        assert_eq!(laid_out(&short(20), &pictures, CODE, ADDRESS).pages, 1);
    }

    /// More provisions than a page holds: the row goes on over the page, below the head.
    #[test]
    fn a_row_that_no_page_could_hold_is_broken() {
        let mut facts = facts("Li", 4, Lang::Nb);
        for row in 0..4 {
            facts.lines[row].provisions = (0..50).map(|n| format!("{} § {n}", "forskrift ".repeat(25))).collect();
            let laid = laid_out(&facts, &pictures(), CODE, ADDRESS);
            super::layout::assert_stands(&laid);
            assert!(laid.pages > 2);
        }
        super::pdf(&facts, &pictures(), CODE, ADDRESS, &[]).expect("drawn");
    }
}
