//! The page a certificate is printed on: PDF/A-3 for the archive and PDF/UA for those who listen to it, drawn from frozen
//! facts and nothing else, so that the same facts are the same bytes on any machine and in any year.

mod layout;
mod letters;
mod page;
mod pictures;
mod words;

use super::Facts;
use crate::platform::problem::Problem;

pub use letters::unprintable;
pub use pictures::Pictures;

/// The document of these facts. The address is where its code is verified.
///
/// # Errors
/// What the standards do not allow; tests keep it from happening.
pub fn pdf(facts: &Facts, pictures: &Pictures, code: &str, address: &str) -> Result<Vec<u8>, Problem> {
    page::drawn(facts, pictures, &layout::laid_out(facts, pictures, code, address))
}

#[cfg(test)]
mod tests {
    use super::Pictures;
    use crate::{
        certificates::{Facts, Holder, Issuer, Line, Look, Subject},
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
            }),
            course: Some(Subject {
                code: "TRUCK".into(),
                name: Said { nb: "Truckførerkurs".into(), en: "Truck driver's course".into() },
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
            super::pdf(&facts(LONG, lines, language), &pictures(), CODE, ADDRESS).expect("drawn");
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
                let pdf = super::pdf(&facts(name, lines, language), &pictures, CODE, ADDRESS);
                let pdf = pdf.unwrap_or_else(|problem| panic!("{name}, {lines}: {problem:?}"));
                assert!(lines > 20 || pdf.len() < 60_000, "{name}, {lines}: {} bytes", pdf.len());
            }
        }
    }

    #[test]
    fn the_same_facts_are_the_same_bytes() {
        let drawn = || super::pdf(&facts(LONG, 2, Lang::Nb), &pictures(), CODE, ADDRESS).expect("drawn");
        assert_eq!(drawn(), drawn());
    }

    /// Nothing runs out of the page or over the code at its foot.
    #[test]
    fn everything_stands_on_its_page() {
        for (name, pictures) in [("Li", Pictures::default()), ("Li", pictures()), (LONG, pictures())] {
            for lines in 1..=40 {
                let laid = super::layout::laid_out(&facts(name, lines, Lang::Nb), &pictures, CODE, ADDRESS);
                super::layout::assert_stands(&laid);
            }
        }
    }
}
