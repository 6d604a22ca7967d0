//! Where everything stands on a certificate: facts in, lines at places out, in the order in which they are read.

use super::{
    known::{known, subject},
    table::table,
    words,
};
use crate::{
    certificates::{Facts, Line},
    platform::paper::{
        letters::{Weight, fitting, lines, printable},
        pictures::{Pictures, Which},
        sheet::{BOTTOM, Ink, Laid, MARGIN, Part, Placed, SPACINGS, SQUARE, Sheet, Spacing, Style, TEXT_WIDTH, WIDTH},
    },
    words::{Lang, Outcome},
};

/// Where pictures begin.
const TOP: f32 = 44.0;
/// The photo's width and height: three to four.
const PHOTO: (f32, f32) = (87.0, 116.0);
/// The most a logo takes.
const MOST_LOGO: (f32, f32) = (170.0, 60.0);
/// From here on a list becomes a table.
const MOST_BLOCKS: usize = 2;

/// Between the last competence and who issued it.
const ABOVE_CLOSING: f32 = 8.0;

const TITLE: Style = Style { size: 32.0, weight: Weight::Bold, ink: Ink::Accent };
const SUBJECT: Style = Style { size: 16.0, weight: Weight::Bold, ink: Ink::Black };
const ISSUER: Style = Style { size: 12.0, weight: Weight::Bold, ink: Ink::Grey };
const SENTENCE: Style = Style { size: 12.0, weight: Weight::Regular, ink: Ink::Grey };
const HOW: Style = Style { size: 9.5, weight: Weight::Regular, ink: Ink::Black };
/// Lays a document out on as few pages as it goes, as loosely as it goes on those.
pub(super) fn laid_out(facts: &Facts, pictures: &Pictures, code: &str, address: &str) -> Laid {
    let [loosest, closer @ ..] = SPACINGS;
    let mut best = laid_out_in(loosest, facts, pictures, code, address);
    for spacing in closer {
        if best.pages == 1 {
            break;
        }
        let laid = laid_out_in(spacing, facts, pictures, code, address);
        if laid.pages < best.pages {
            best = laid;
        }
    }
    best
}

fn laid_out_in(spacing: Spacing, facts: &Facts, pictures: &Pictures, code: &str, address: &str) -> Laid {
    let lang = facts.language;
    let mut sheet = Sheet::filled_to(92.0, spacing);
    logo(&mut sheet, facts, pictures);
    if pictures.photo.is_some() {
        sheet.widest = TEXT_WIDTH - PHOTO.0 - 18.0;
    }
    let proves_competence = facts.lines.iter().all(|line| line.competence.is_some());
    let title = words::title(facts.kind, proves_competence, lang);
    sheet.paragraph(&facts.issuer.name, ISSUER);
    sheet.gap(34.0);
    sheet.heading(1, title, Style { size: spacing.title, ..TITLE });
    sheet.gap(26.0);
    photo(&mut sheet, pictures, lang);
    holder(&mut sheet, facts);
    sheet.gap(20.0);
    let outcomes: Vec<Outcome> = facts.lines.iter().map(|line| line.outcome).collect();
    sheet.paragraph(words::sentence(&outcomes, lang), SENTENCE);
    sheet.gap(10.0);
    let closing = closing(facts, spacing);
    if facts.lines.len() <= MOST_BLOCKS {
        facts.lines.iter().for_each(|line| block(&mut sheet, facts, line));
    } else {
        table(&mut sheet, facts, closing_height(&closing));
    }
    close(&mut sheet, &closing);
    verification(&mut sheet, facts, code, address);
    let says = |page, pages| format!("{} – {} – {}", facts.number, words::page(page, pages, lang), facts.holder.name);
    sheet.finished(format!("{title} {}", facts.number), says)
}

/// Above everything else, as large as it goes in its corner.
fn logo(sheet: &mut Sheet, facts: &Facts, pictures: &Pictures) {
    let Some(logo) = &pictures.logo else { return };
    let (wide, high) = logo.size();
    let scale = (MOST_LOGO.0 / wide as f32).min(MOST_LOGO.1 / high as f32) * sheet.spacing.logo;
    let (width, height) = (wide as f32 * scale, high as f32 * scale);
    let says = words::logo(&facts.issuer.name, facts.language);
    sheet.parts.push(Part::Picture { which: Which::Logo, x: MARGIN, y: TOP, width, height, says });
    sheet.y = TOP + height + 12.0;
    sheet.gap(22.0);
}

/// In the upper right corner, beside whatever stands to its left.
fn photo(sheet: &mut Sheet, pictures: &Pictures, lang: Lang) {
    if pictures.photo.is_none() {
        return;
    }
    let (width, height) = PHOTO;
    let says = words::photo(lang).to_owned();
    sheet.parts.push(Part::Picture { which: Which::Photo, x: WIDTH - MARGIN - width, y: TOP, width, height, says });
    // From here on the whole width is free again.
    sheet.widest = TEXT_WIDTH;
    sheet.y = sheet.y.max(TOP + height + 12.0 + 22.0 * sheet.spacing.air);
}

/// The name is what the eye looks for: as large as it goes on one line, and on two if it must.
fn holder(sheet: &mut Sheet, facts: &Facts) {
    let lang = facts.language;
    let name = printable(&facts.holder.name);
    let most = sheet.spacing.name;
    let one_line =
        fitting(&name, Weight::Bold, &[most, 24.0, 22.0, 20.0, 18.0].map(|size| most.min(size)), TEXT_WIDTH, 1);
    let size = if lines(&name, Weight::Bold, one_line, TEXT_WIDTH).len() == 1 { one_line } else { most.min(22.0) };
    sheet.heading(2, &name, Style { size, weight: Weight::Bold, ink: Ink::Black });
    if let Some(born) = facts.holder.birth_date {
        let born = born.written(lang);
        sheet.paragraph(&lang.pick(format!("Født {born}"), format!("Born {born}")), sheet.spacing.fact());
    }
}

/// One of few competences, with everything that is known of it.
fn block(sheet: &mut Sheet, facts: &Facts, line: &Line) {
    let lang = facts.language;
    // A heading at the foot of a page, and what it is about on the next, would be lost on both.
    sheet.keep_together(100.0);
    sheet.heading(3, &subject(line, lang), SUBJECT);
    for known in known(facts, line) {
        sheet.paragraph(&known.said(lang), sheet.spacing.fact());
    }
    sheet.space(12.0);
}

/// Who issued it and when, and who signs.
fn closing(facts: &Facts, spacing: Spacing) -> Vec<(String, Style)> {
    let issued = words::issued(facts.issued_on, &facts.issuer.name, &facts.issuer.number, facts.language);
    let signatory = facts.signatory.iter().map(|signatory| (signatory.clone(), spacing.fact().bold()));
    std::iter::once((issued, spacing.fact())).chain(signatory).collect()
}

/// How high that is, with what goes with it: a page with nothing but a code says nothing of what it verifies.
fn closing_height(closing: &[(String, Style)]) -> f32 {
    let high = |(text, style): &(String, Style)| style.lines(text, TEXT_WIDTH).len() as f32 * style.leading();
    ABOVE_CLOSING + closing.iter().map(high).sum::<f32>() + SQUARE
}

fn close(sheet: &mut Sheet, closing: &[(String, Style)]) {
    sheet.keep_together(closing_height(closing));
    sheet.space(ABOVE_CLOSING);
    closing.iter().for_each(|(text, style)| sheet.paragraph(text, *style));
}

/// At the foot of the last page, whatever stands above it; what closes the document has kept its room.
fn verification(sheet: &mut Sheet, facts: &Facts, code: &str, address: &str) {
    let lang = facts.language;
    let top = BOTTOM - SQUARE;
    let says = words::square(address, lang);
    sheet.parts.push(Part::Square { page: sheet.page, x: MARGIN, y: top, address: address.to_owned(), says });
    let (x, widest) = (MARGIN + SQUARE + 18.0, TEXT_WIDTH - SQUARE - 18.0);
    let mut y = top + 18.0;
    let number = lang.pick("Nummer", "Number");
    let name = lang.pick("Kode", "Code");
    for (text, style) in [
        (words::how_to_verify(lang).to_owned(), HOW),
        (address.to_owned(), HOW),
        (format!("{name}: {code}"), HOW.bold()),
        (format!("{number}: {}", facts.number), HOW),
    ] {
        let mut placed = Vec::new();
        for text in style.lines(&text, widest) {
            placed.push(Placed { page: sheet.page, x, y, style, text });
            y += style.leading();
        }
        sheet.parts.push(Part::Paragraph(placed));
    }
}

/// For tests: every line stands between the margins, none over another, and one page follows the other.
#[cfg(test)]
pub(super) fn assert_stands(laid: &Laid) {
    let mut last = (0, 0.0);
    let lines = laid.parts.iter().flat_map(|part| match part {
        Part::Heading(_, lines) | Part::Paragraph(lines) => lines.clone(),
        Part::Table { rows, repeated, .. } => {
            super::table::assert_stands(rows, repeated);
            rows.iter().flat_map(|row| row[0].clone()).collect()
        }
        Part::Square { .. } | Part::Picture { .. } => Vec::new(),
    });
    for line in lines {
        let wide = crate::platform::paper::letters::width(line.text.trim_end(), line.style.weight, line.style.size);
        let photo = laid.parts.iter().any(|part| matches!(part, Part::Picture { which: Which::Photo, .. }));
        if photo && line.page == 0 && line.y - line.style.size < TOP + PHOTO.1 {
            assert!(line.x + wide < WIDTH - MARGIN - PHOTO.0, "over the photo: {line:?}");
        }
        assert!(line.x >= MARGIN && line.x + wide <= WIDTH - MARGIN + 0.5, "{line:?}");
        assert!(line.y <= BOTTOM + 20.0 && line.page < laid.pages, "{line:?}");
        assert!((line.page, line.y) > last, "{line:?} after {last:?}");
        last = (line.page, line.y);
    }
    let square = laid.parts.iter().find_map(|part| match part {
        Part::Square { page, y, .. } => Some((*page, *y)),
        _ => None,
    });
    assert!(square.is_some_and(|(page, y)| page + 1 == laid.pages && y + SQUARE <= BOTTOM));
    let beside = |line: &&Placed| line.x > MARGIN + SQUARE;
    let above = laid.texts().into_iter().filter(|line| line.page + 1 == laid.pages && !beside(line));
    above.for_each(|line| assert!(line.y < BOTTOM - SQUARE, "over the code: {line:?}"));
}
