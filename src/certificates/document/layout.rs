//! Where everything stands: facts in, lines at places out, in the order in which they are read. Measures are points (a
//! seventy-second of an inch), from the upper left corner of an A4 page.

use super::{
    known::{known, subject},
    letters::{Weight, fitting, lines, printable},
    pictures::{Pictures, Which},
    table::table,
    words,
};
use crate::{
    certificates::{Facts, Line},
    words::{Lang, Outcome},
};

pub(super) const WIDTH: f32 = 595.0;
pub(super) const HEIGHT: f32 = 842.0;
pub(super) const MARGIN: f32 = 60.0;
pub(super) const TEXT_WIDTH: f32 = WIDTH - 2.0 * MARGIN;
/// Where the first line of a further page stands.
const PAGE_TOP: f32 = 72.0;
/// Nothing but the page's number stands below.
const BOTTOM: f32 = HEIGHT - 64.0;
/// The square of the code, its quiet zone included.
pub(super) const SQUARE: f32 = 96.0;
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

/// How dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ink {
    Black,
    Grey,
    Accent,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Style {
    pub(super) size: f32,
    pub(super) weight: Weight,
    pub(super) ink: Ink,
}

const TITLE: Style = Style { size: 32.0, weight: Weight::Bold, ink: Ink::Accent };
const SUBJECT: Style = Style { size: 16.0, weight: Weight::Bold, ink: Ink::Black };
const ISSUER: Style = Style { size: 12.0, weight: Weight::Bold, ink: Ink::Grey };
const SENTENCE: Style = Style { size: 12.0, weight: Weight::Regular, ink: Ink::Grey };
const FACT: Style = Style { size: 11.0, weight: Weight::Regular, ink: Ink::Black };
const HOW: Style = Style { size: 9.5, weight: Weight::Regular, ink: Ink::Black };
const FOOT: Style = Style { size: 8.0, weight: Weight::Regular, ink: Ink::Grey };

impl Style {
    pub(super) const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    /// From one line to the next.
    fn leading(self) -> f32 {
        (self.size * 1.45).round()
    }

    /// The same within a cell, whose lines belong together more than those of two cells.
    pub(super) fn close_leading(self) -> f32 {
        (self.size * 1.3).round()
    }

    fn lines(self, text: &str, widest: f32) -> Vec<String> {
        lines(&printable(text), self.weight, self.size, widest)
    }

    pub(super) fn styled(self, text: &str, widest: f32) -> Vec<(Self, String)> {
        self.lines(text, widest).into_iter().map(|line| (self, line)).collect()
    }
}

/// How loosely a document is set: as loosely as it goes without taking a page more.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spacing {
    /// What is left of the room between parts.
    air: f32,
    /// What is left of a logo's size.
    logo: f32,
    title: f32,
    name: f32,
    fact: f32,
    cell: f32,
    small: f32,
    /// Between two rows of a table.
    pub(super) between: f32,
}

/// From the loosest to the closest that is still read with ease.
const SPACINGS: [Spacing; 4] = [
    Spacing { air: 1.0, logo: 1.0, title: 32.0, name: 26.0, fact: 11.0, cell: 10.0, small: 8.5, between: 6.0 },
    Spacing { air: 0.8, logo: 0.9, title: 30.0, name: 24.0, fact: 10.5, cell: 9.5, small: 8.0, between: 5.0 },
    Spacing { air: 0.6, logo: 0.8, title: 28.0, name: 22.0, fact: 10.5, cell: 9.0, small: 8.0, between: 4.5 },
    Spacing { air: 0.4, logo: 0.7, title: 24.0, name: 20.0, fact: 10.0, cell: 9.0, small: 8.0, between: 3.5 },
];

impl Spacing {
    pub(super) fn fact(self) -> Style {
        Style { size: self.fact, ..FACT }
    }

    pub(super) fn cell(self) -> Style {
        Style { size: self.cell, ..FACT }
    }

    pub(super) fn small(self) -> Style {
        Style { size: self.small, ..FOOT }
    }
}

/// A line of text at its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Placed {
    pub(super) page: usize,
    pub(super) x: f32,
    /// Of the line the letters stand on.
    pub(super) y: f32,
    pub(super) style: Style,
    pub(super) text: String,
}

/// A part of the document, as somebody who listens to it is told of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Part {
    Heading(u16, Vec<Placed>),
    Paragraph(Vec<Placed>),
    /// Rows of cells; the first row says what the columns are.
    Table {
        rows: Vec<Vec<Vec<Placed>>>,
        /// The first row once more, above what stands on further pages: for the eye only.
        repeated: Vec<Placed>,
        rules: Vec<Rule>,
    },
    /// A picture: its upper left corner on the first page, its size, what is said of it.
    Picture {
        which: Which,
        x: f32,
        y: f32,
        width: f32,
        height: f32,
        says: String,
    },
    /// The square of the code: the page, its upper left corner, what it leads to, what is said of it.
    Square {
        page: usize,
        x: f32,
        y: f32,
        address: String,
        says: String,
    },
}

/// A thin line from margin to margin.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rule {
    pub(super) page: usize,
    pub(super) y: f32,
}

/// The whole.
#[derive(Debug)]
pub(super) struct Laid {
    pub(super) title: String,
    pub(super) parts: Vec<Part>,
    /// What stands at the foot of each page.
    pub(super) feet: Vec<Placed>,
    pub(super) pages: usize,
}

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
    let mut sheet = Sheet { spacing, page: 0, y: 92.0, page_top: PAGE_TOP, widest: TEXT_WIDTH, parts: Vec::new() };
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
    let pages = sheet.page + 1;
    let foot = |page| {
        // A sheet that lies alone says whose it is; a name that is too long for that ends where the line does.
        let says = format!("{} – {} – {}", facts.number, words::page(page + 1, pages, lang), facts.holder.name);
        let text = FOOT.lines(&says, TEXT_WIDTH).into_iter().next().unwrap_or_default();
        Placed { page, x: MARGIN, y: HEIGHT - 36.0, style: FOOT, text }
    };
    let feet = if pages > 1 { (0..pages).map(foot).collect() } else { Vec::new() };
    let title = format!("{title} {}", facts.number);
    Laid { title, parts: sheet.parts, feet, pages }
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

/// The page that is being filled.
pub(super) struct Sheet {
    pub(super) spacing: Spacing,
    pub(super) page: usize,
    /// How far down it is filled.
    pub(super) y: f32,
    /// Where the next page begins.
    pub(super) page_top: f32,
    /// How wide a line may be.
    widest: f32,
    pub(super) parts: Vec<Part>,
}

impl Sheet {
    pub(super) fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// Room between two parts: less of it where there is much to say.
    pub(super) fn gap(&mut self, points: f32) {
        self.space(points * self.spacing.air);
    }

    /// Goes to the next page if this one has less room than that.
    pub(super) fn keep_together(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.page += 1;
            self.y = self.page_top;
        }
    }

    /// Does the same, unless it would be in vain.
    pub(super) fn keep_together_if_a_page_holds(&mut self, height: f32) {
        if self.page_top + height <= BOTTOM {
            self.keep_together(height);
        }
    }

    fn heading(&mut self, level: u16, text: &str, style: Style) {
        let placed = self.text(text, style);
        self.parts.push(Part::Heading(level, placed));
    }

    pub(super) fn paragraph(&mut self, text: &str, style: Style) {
        let placed = self.text(text, style);
        self.parts.push(Part::Paragraph(placed));
    }

    /// Lines below each other, from the left margin.
    fn text(&mut self, text: &str, style: Style) -> Vec<Placed> {
        let mut placed = Vec::new();
        for text in style.lines(text, self.widest) {
            self.keep_together(style.leading());
            placed.push(Placed { page: self.page, x: MARGIN, y: self.y, style, text });
            self.space(style.leading());
        }
        placed
    }
}

#[cfg(test)]
impl Laid {
    /// Every line of text that is read, in its order.
    pub(super) fn texts(&self) -> Vec<&Placed> {
        self.parts.iter().flat_map(Part::texts).collect()
    }
}

#[cfg(test)]
impl Part {
    fn texts(&self) -> Vec<&Placed> {
        match self {
            Self::Heading(_, lines) | Self::Paragraph(lines) => lines.iter().collect(),
            Self::Table { rows, .. } => rows.iter().flatten().flatten().collect(),
            Self::Square { .. } | Self::Picture { .. } => Vec::new(),
        }
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
        let wide = super::letters::width(line.text.trim_end(), line.style.weight, line.style.size);
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
