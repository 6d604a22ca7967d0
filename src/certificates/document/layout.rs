//! Where everything stands: facts in, lines at places out, in the order in which they are read. Measures are points (a
//! seventy-second of an inch), from the upper left corner of an A4 page.

use super::{
    letters::{Weight, fitting, lines, printable},
    pictures::{Pictures, Which},
    words,
};
use crate::{
    certificates::{Facts, Line},
    words::{Lang, Outcome},
};

pub(super) const WIDTH: f32 = 595.0;
pub(super) const HEIGHT: f32 = 842.0;
const MARGIN: f32 = 60.0;
const TEXT_WIDTH: f32 = WIDTH - 2.0 * MARGIN;
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
const CELL: Style = Style { size: 10.0, weight: Weight::Regular, ink: Ink::Black };
const HOW: Style = Style { size: 9.5, weight: Weight::Regular, ink: Ink::Black };
const FOOT: Style = Style { size: 8.0, weight: Weight::Regular, ink: Ink::Grey };

impl Style {
    const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    /// From one line to the next.
    fn leading(self) -> f32 {
        (self.size * 1.45).round()
    }

    fn lines(self, text: &str, widest: f32) -> Vec<String> {
        lines(&printable(text), self.weight, self.size, widest)
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
    Table(Vec<Vec<Vec<Placed>>>),
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

/// The whole.
pub(super) struct Laid {
    pub(super) title: String,
    pub(super) parts: Vec<Part>,
    /// What stands at the foot of each page.
    pub(super) feet: Vec<Placed>,
    pub(super) pages: usize,
}

/// Lays a document out.
pub(super) fn laid_out(facts: &Facts, pictures: &Pictures, code: &str, address: &str) -> Laid {
    let lang = facts.language;
    let mut sheet = Sheet { page: 0, y: 92.0, widest: TEXT_WIDTH, parts: Vec::new() };
    logo(&mut sheet, facts, pictures);
    if pictures.photo.is_some() {
        sheet.widest = TEXT_WIDTH - PHOTO.0 - 18.0;
    }
    let proves_competence = facts.lines.iter().all(|line| line.competence.is_some());
    let title = words::title(facts.kind, proves_competence, lang);
    sheet.paragraph(&facts.issuer.name, ISSUER);
    sheet.space(34.0);
    sheet.heading(1, title, TITLE);
    sheet.space(26.0);
    photo(&mut sheet, pictures, lang);
    holder(&mut sheet, facts);
    sheet.space(20.0);
    let outcomes: Vec<Outcome> = facts.lines.iter().map(|line| line.outcome).collect();
    sheet.paragraph(words::sentence(&outcomes, lang), SENTENCE);
    sheet.space(10.0);
    if facts.lines.len() <= MOST_BLOCKS {
        facts.lines.iter().for_each(|line| block(&mut sheet, facts, line));
    } else {
        table(&mut sheet, facts);
    }
    issue(&mut sheet, facts);
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
    let scale = (MOST_LOGO.0 / wide as f32).min(MOST_LOGO.1 / high as f32);
    let (width, height) = (wide as f32 * scale, high as f32 * scale);
    let says = words::logo(&facts.issuer.name, facts.language);
    sheet.parts.push(Part::Picture { which: Which::Logo, x: MARGIN, y: TOP, width, height, says });
    sheet.y = TOP + height + 34.0;
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
    sheet.y = sheet.y.max(TOP + height + 34.0);
}

/// The name is what the eye looks for: as large as it goes on one line, and on two if it must.
fn holder(sheet: &mut Sheet, facts: &Facts) {
    let lang = facts.language;
    let name = printable(&facts.holder.name);
    let one_line = fitting(&name, Weight::Bold, &[26.0, 24.0, 22.0, 20.0, 18.0], TEXT_WIDTH, 1);
    let size = if lines(&name, Weight::Bold, one_line, TEXT_WIDTH).len() == 1 { one_line } else { 22.0 };
    sheet.heading(2, &name, Style { size, weight: Weight::Bold, ink: Ink::Black });
    if let Some(born) = facts.holder.birth_date {
        let born = born.written(lang);
        sheet.paragraph(&lang.pick(format!("Født {born}"), format!("Born {born}")), FACT);
    }
}

/// What a line is about: the competence, or the course.
fn subject(line: &Line, lang: Lang) -> String {
    let subject = line.competence.as_ref().or(line.course.as_ref());
    subject.map_or(String::new(), |subject| {
        format!("{} ({})", lang.pick(&subject.name.nb, &subject.name.en), subject.code)
    })
}

/// One of few competences, with everything that is known of it.
fn block(sheet: &mut Sheet, facts: &Facts, line: &Line) {
    let lang = facts.language;
    // A heading at the foot of a page, and what it is about on the next, would be lost on both.
    sheet.keep_together(100.0);
    sheet.heading(3, &subject(line, lang), SUBJECT);
    let mut says: Vec<(&str, String)> = Vec::new();
    if let (Some(_), Some(course)) = (&line.competence, &line.course) {
        says.push((lang.pick("Kurs", "Course"), lang.pick(&course.name.nb, &course.name.en).clone()));
    }
    if line.provider != facts.issuer.name {
        says.push((lang.pick("Kursarrangør", "Course provider"), line.provider.clone()));
    }
    if let Some(on) = line.on {
        says.push((lang.pick("Gjennomført", "Completed"), on.written(lang)));
    }
    if let Some(hours) = line.hours {
        says.push((lang.pick("Timer", "Hours"), words::hours(hours, lang)));
    }
    let distinction = (line.outcome == Outcome::Distinction)
        .then(|| lang.pick("Bestått med utmerkelse", "Passed with distinction").to_owned());
    if let Some(result) = line.result.clone().or(distinction) {
        says.push((lang.pick("Resultat", "Result"), result));
    }
    if let Some(until) = line.valid_until {
        says.push((lang.pick("Gyldig til og med", "Valid until and including"), until.written(lang)));
    }
    if !line.provisions.is_empty() {
        says.push((lang.pick("Krav i", "Required by"), line.provisions.join("; ")));
    }
    for (name, what) in says {
        sheet.paragraph(&format!("{name}: {what}"), FACT);
    }
    sheet.space(12.0);
}

/// Left edges and widths of the table's columns.
const COLUMNS: [(f32, f32); 3] = [(MARGIN, 245.0), (MARGIN + 257.0, 100.0), (MARGIN + 369.0, TEXT_WIDTH - 369.0)];

/// Many competences: a row each. Courses that lead to none neither last nor end, so of them it says how long they were.
fn table(sheet: &mut Sheet, facts: &Facts) {
    let lang = facts.language;
    let proves_any = facts.lines.iter().any(|line| line.competence.is_some());
    let (what, last) = if proves_any {
        (lang.pick("Kompetanse", "Competence"), lang.pick("Gyldig til og med", "Valid until"))
    } else {
        (lang.pick("Kurs", "Course"), lang.pick("Timer", "Hours"))
    };
    let head = [what, lang.pick("Gjennomført", "Completed"), last];
    let mut rows = vec![sheet.row(head.map(str::to_owned), CELL.bold())];
    for line in &facts.lines {
        let on = line.on.map_or("–".to_owned(), |on| on.written(lang));
        let last = match (&line.competence, line.valid_until) {
            (_, Some(until)) => until.written(lang),
            (Some(_), None) => lang.pick("uten utløp", "for life").to_owned(),
            (None, None) if proves_any => "–".to_owned(),
            (None, None) => line.hours.map_or("–".to_owned(), |hours| words::hours(hours, lang)),
        };
        rows.push(sheet.row([subject(line, lang), on, last], CELL));
    }
    sheet.parts.push(Part::Table(rows));
    sheet.space(14.0);
}

fn issue(sheet: &mut Sheet, facts: &Facts) {
    let lang = facts.language;
    let (on, issuer) = (facts.issued_on.written(lang), &facts.issuer);
    let number = lang.pick("organisasjonsnummer", "organisation number");
    let issued = lang.pick("Utstedt", "Issued");
    let by = lang.pick("av", "by");
    // Who issued it goes with the square below: a page with nothing but a code says nothing of what it verifies.
    sheet.keep_together(40.0 + SQUARE + 16.0);
    sheet.paragraph(&format!("{issued} {on} {by} {}, {number} {}", issuer.name, issuer.number), FACT);
    if let Some(signatory) = &facts.signatory {
        sheet.paragraph(signatory, FACT.bold());
    }
}

/// At the foot of the last page, whatever stands above it.
fn verification(sheet: &mut Sheet, facts: &Facts, code: &str, address: &str) {
    let lang = facts.language;
    sheet.keep_together(SQUARE + 16.0);
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
struct Sheet {
    page: usize,
    /// How far down it is filled.
    y: f32,
    /// How wide a line may be.
    widest: f32,
    parts: Vec<Part>,
}

impl Sheet {
    fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// Goes to the next page if this one has less room than that.
    fn keep_together(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.page += 1;
            self.y = 72.0;
        }
    }

    fn heading(&mut self, level: u16, text: &str, style: Style) {
        let placed = self.text(text, style);
        self.parts.push(Part::Heading(level, placed));
    }

    fn paragraph(&mut self, text: &str, style: Style) {
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

    /// A row of the table; it does not break.
    fn row(&mut self, cells: [String; 3], style: Style) -> Vec<Vec<Placed>> {
        let broken = cells.iter().zip(COLUMNS).map(|(cell, (_, widest))| style.lines(cell, widest));
        let broken: Vec<Vec<String>> = broken.collect();
        let height = style.leading() * broken.iter().map(Vec::len).max().unwrap_or(1) as f32;
        self.keep_together(height);
        let (page, top) = (self.page, self.y);
        self.space(height + 3.0);
        let line = |x, n: usize, text| Placed { page, x, y: top + style.leading() * n as f32, style, text };
        let cell = |((x, _), lines): ((f32, f32), Vec<String>)| {
            lines.into_iter().enumerate().map(|(n, text)| line(x, n, text)).collect()
        };
        COLUMNS.into_iter().zip(broken).map(cell).collect()
    }
}

/// For tests: every line stands between the margins, none over another, and one page follows the other.
#[cfg(test)]
pub(super) fn assert_stands(laid: &Laid) {
    let mut last = (0, 0.0);
    let lines = laid.parts.iter().flat_map(|part| match part {
        Part::Heading(_, lines) | Part::Paragraph(lines) => lines.clone(),
        Part::Table(rows) => rows.iter().map(|row| row[0][0].clone()).collect(),
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
}
