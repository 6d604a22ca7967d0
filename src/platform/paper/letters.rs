//! Letters: the fonts a document is set in, how wide a text is, where its lines break. Every letter Latin script has, and
//! many others; what no font here has cannot be printed, and is asked about before anything is issued.

use std::sync::LazyLock;

use krilla::text::Font;
use rustybuzz::{Direction, Face, UnicodeBuffer, ttf_parser::GlyphId};
use unicode_normalization::UnicodeNormalization;

/// How heavy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Weight {
    Regular,
    Bold,
}

/// A font, for drawing and for measuring.
pub(crate) struct Typeface {
    pub(crate) font: Font,
    face: Face<'static>,
}

static REGULAR: LazyLock<Typeface> = LazyLock::new(|| typeface(include_bytes!("fonts/NotoSans-Regular.ttf")));
static BOLD: LazyLock<Typeface> = LazyLock::new(|| typeface(include_bytes!("fonts/NotoSans-Bold.ttf")));
/// For letters the others lack. It has no bold, and a letter in the wrong weight is better than none.
static FALLBACK: LazyLock<Typeface> = LazyLock::new(|| typeface(include_bytes!("fonts/DejaVuSans.ttf")));

fn typeface(bytes: &'static [u8]) -> Typeface {
    Typeface {
        font: Font::new(bytes.into(), 0).expect("the font in this program is one"),
        face: Face::from_slice(bytes, 0).expect("the font in this program is one"),
    }
}

impl Typeface {
    fn has(&self, letter: char) -> bool {
        self.face.glyph_index(letter).is_some_and(|glyph| glyph != GlyphId(0))
    }

    /// How wide a text is, in thousandths of its size.
    fn width(&self, text: &str) -> f32 {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(text);
        buffer.guess_segment_properties();
        buffer.set_direction(Direction::LeftToRight);
        let shaped = rustybuzz::shape(&self.face, &[], buffer);
        let units: i32 = shaped.glyph_positions().iter().map(|glyph| glyph.x_advance).sum();
        // Lossless: no line is wider than 2²⁴ units.
        units as f32 / self.face.units_per_em() as f32
    }
}

fn main_of(weight: Weight) -> &'static Typeface {
    match weight {
        Weight::Regular => &REGULAR,
        Weight::Bold => &BOLD,
    }
}

/// A text as it is printed: composed, so that a letter and its accent are one, and without signs that are not seen.
pub(crate) fn printable(text: &str) -> String {
    let seen = text.nfc().map(|letter| if letter.is_whitespace() { ' ' } else { letter });
    let seen = seen.filter(|letter| !letter.is_control() && !is_unseen(*letter) && !is_private(*letter));
    seen.collect::<String>().split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// What steers other letters and is none itself: soft hyphens, joiners, marks of direction, the mark of byte order.
fn is_unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// Scripts that are written from right to left: a line of them would be printed backwards.
fn runs_backwards(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}')
}

/// What only has a meaning between those who agreed on it; the archive's standard forbids it.
fn is_private(letter: char) -> bool {
    matches!(letter, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..)
}

/// The letters of a text that no font here has, or that cannot stand in a line with the others.
pub fn unprintable(text: &str) -> Vec<char> {
    let lacking = |letter: &char| runs_backwards(*letter) || (!REGULAR.has(*letter) && !FALLBACK.has(*letter));
    printable(text).chars().filter(lacking).collect()
}

/// A text in pieces that one font has each. What none has is left out: it was asked about before.
pub(crate) fn pieces(text: &str, weight: Weight) -> Vec<(&'static Typeface, String)> {
    let mut pieces: Vec<(&'static Typeface, String)> = Vec::new();
    for letter in text.chars() {
        let face = if main_of(weight).has(letter) {
            main_of(weight)
        } else if FALLBACK.has(letter) {
            &*FALLBACK
        } else {
            continue;
        };
        match pieces.last_mut() {
            Some((last, piece)) if std::ptr::eq(*last, face) => piece.push(letter),
            _ => pieces.push((face, letter.to_string())),
        }
    }
    pieces
}

/// How wide a piece is at a size, in points.
pub(crate) fn width_of_piece(face: &Typeface, piece: &str, size: f32) -> f32 {
    face.width(piece) * size
}

/// How wide a text is at a size, in points.
pub(crate) fn width(text: &str, weight: Weight, size: f32) -> f32 {
    pieces(text, weight).iter().map(|(face, piece)| width_of_piece(face, piece, size)).sum()
}

/// A text in lines no wider than given, broken between words; a word that is wider alone is broken where it must be. Each
/// line but the last ends in its space, so that what is read aloud or copied has its words apart.
pub(crate) fn lines(text: &str, weight: Weight, size: f32, widest: f32) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_inclusive(' ') {
        let longer = format!("{line}{word}");
        if width(longer.trim_end(), weight, size) <= widest {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.chars() {
            if !line.is_empty() && width(format!("{line}{letter}").trim_end(), weight, size) > widest {
                lines.push(std::mem::take(&mut line));
            }
            line.push(letter);
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// The greatest of these sizes at which a text fits in so many lines; the smallest if it fits in none.
pub(crate) fn fitting(text: &str, weight: Weight, sizes: &[f32], widest: f32, most_lines: usize) -> f32 {
    let fits = |size: &&f32| lines(text, weight, **size, widest).len() <= most_lines;
    sizes.iter().find(fits).or(sizes.last()).copied().unwrap_or(10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_the_languages_here_and_of_their_neighbours_can_be_printed() {
        for (language, letters) in [
            ("Norwegian", "ÆØÅæøåÉéÒòÔôÜüÄäÖö"),
            ("North Sámi", "ÁáČčĐđŊŋŠšŦŧŽž"),
            ("Lule and South Sámi", "ÁáŃńÏïÖöÄä"),
            ("Skolt Sámi", "ÂâČčƷʒǮǯĐđǦǧǤǥǨǩŊŋÕõŠšŽžʹ"),
            ("Polish", "ĄąĆćĘęŁłŃńÓóŚśŹźŻż"),
            ("Lithuanian and Latvian", "ĄąĖėĮįŲųŪūĀāĒēĢģĪīĶķĻļŅņ"),
            ("Romanian", "ĂăÂâÎîȘșȚț"),
            ("Turkish", "ĞğİıŞşÇç"),
            ("Vietnamese", "ẠạẢảẤấẦầẨẩẪẫẬậĂăẮắƠơỚớƯưỨứỹ"),
            ("Icelandic", "ÐðÞþÝý"),
            ("Welsh and Maltese", "ŴŵŶŷĊċĠġĦħ"),
        ] {
            assert_eq!(unprintable(letters), Vec::<char>::new(), "{language}");
        }
    }

    #[test]
    fn a_letter_the_font_lacks_comes_from_the_other_and_one_that_none_has_is_named() {
        let armenian = pieces("Anna Ա", Weight::Bold);
        assert_eq!(armenian.iter().map(|(_, piece)| piece.as_str()).collect::<Vec<_>>(), ["Anna ", "Ա"]);
        assert_eq!(unprintable("Anna Ա"), Vec::<char>::new());
        assert_eq!(unprintable("李 Anna אב"), ['李', 'א', 'ב']);
    }

    #[test]
    fn a_letter_written_as_two_signs_is_printed_as_one() {
        assert_eq!(printable("\u{feff}A\u{30a}se-Ma\u{ad}rie\u{a0} Ødega\u{30a}rd\u{7}\n"), "Åse-Marie Ødegård");
    }

    #[test]
    fn lines_break_between_words_and_within_a_word_only_if_they_must() {
        let name = "Åse-Marie Ødegård Solheim av Fjordane";
        let broken = lines(name, Weight::Regular, 20.0, 200.0);
        assert!(broken.len() > 1 && broken.iter().all(|line| width(line.trim_end(), Weight::Regular, 20.0) <= 200.0));
        assert_eq!(broken.concat(), name);
        assert!(broken[..broken.len() - 1].iter().all(|line| line.ends_with(' ')), "{broken:?}");
        let unbroken = "Ø".repeat(60);
        let broken = lines(&unbroken, Weight::Regular, 20.0, 200.0);
        assert!(broken.iter().all(|line| width(line, Weight::Regular, 20.0) <= 200.0));
        assert_eq!(broken.concat(), unbroken);
    }

    #[test]
    fn the_greatest_size_that_fits_is_chosen() {
        assert_eq!(fitting("Åse", Weight::Bold, &[26.0, 20.0], 480.0, 1), 26.0);
        assert_eq!(fitting(&"Åse ".repeat(30), Weight::Bold, &[26.0, 20.0], 480.0, 1), 20.0);
    }
}
