//! Where everything stands on paper: lines at places, in the order in which they are read. Measures are points (a seventy-second
//! of an inch), from the upper left corner of an A4 page.

use super::{
    letters::{Weight, lines, printable},
    pictures::Which,
};

pub(crate) const WIDTH: f32 = 595.0;
pub(crate) const HEIGHT: f32 = 842.0;
pub(crate) const MARGIN: f32 = 60.0;
pub(crate) const TEXT_WIDTH: f32 = WIDTH - 2.0 * MARGIN;
/// Where the first line of a further page stands.
pub(crate) const PAGE_TOP: f32 = 72.0;
/// Nothing but the page's number stands below.
pub(crate) const BOTTOM: f32 = HEIGHT - 64.0;
/// The square of the code, its quiet zone included.
pub(crate) const SQUARE: f32 = 96.0;
/// How dark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ink {
    Black,
    Grey,
    Accent,
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Style {
    pub(crate) size: f32,
    pub(crate) weight: Weight,
    pub(crate) ink: Ink,
}

impl Style {
    pub(crate) const fn bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    /// From one line to the next.
    pub(crate) fn leading(self) -> f32 {
        (self.size * 1.45).round()
    }

    /// The same within a cell, whose lines belong together more than those of two cells.
    pub(crate) fn close_leading(self) -> f32 {
        (self.size * 1.3).round()
    }

    pub(crate) fn lines(self, text: &str, widest: f32) -> Vec<String> {
        lines(&printable(text), self.weight, self.size, widest)
    }

    pub(crate) fn styled(self, text: &str, widest: f32) -> Vec<(Self, String)> {
        self.lines(text, widest).into_iter().map(|line| (self, line)).collect()
    }
}

pub(crate) const FACT: Style = Style { size: 11.0, weight: Weight::Regular, ink: Ink::Black };
pub(crate) const FOOT: Style = Style { size: 8.0, weight: Weight::Regular, ink: Ink::Grey };

/// How loosely a document is set: as loosely as it goes without taking a page more.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spacing {
    /// What is left of the room between parts.
    pub(crate) air: f32,
    /// What is left of a logo's size.
    pub(crate) logo: f32,
    pub(crate) title: f32,
    pub(crate) name: f32,
    pub(crate) fact: f32,
    pub(crate) cell: f32,
    pub(crate) small: f32,
    /// Between two rows of a table.
    pub(crate) between: f32,
}

/// From the loosest to the closest that is still read with ease.
pub(crate) const SPACINGS: [Spacing; 4] = [
    Spacing { air: 1.0, logo: 1.0, title: 32.0, name: 26.0, fact: 11.0, cell: 10.0, small: 8.5, between: 6.0 },
    Spacing { air: 0.8, logo: 0.9, title: 30.0, name: 24.0, fact: 10.5, cell: 9.5, small: 8.0, between: 5.0 },
    Spacing { air: 0.6, logo: 0.8, title: 28.0, name: 22.0, fact: 10.5, cell: 9.0, small: 8.0, between: 4.5 },
    Spacing { air: 0.4, logo: 0.7, title: 24.0, name: 20.0, fact: 10.0, cell: 9.0, small: 8.0, between: 3.5 },
];

impl Spacing {
    pub(crate) fn fact(self) -> Style {
        Style { size: self.fact, ..FACT }
    }

    pub(crate) fn cell(self) -> Style {
        Style { size: self.cell, ..FACT }
    }

    pub(crate) fn small(self) -> Style {
        Style { size: self.small, ..FOOT }
    }
}

/// A line of text at its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Placed {
    pub(crate) page: usize,
    pub(crate) x: f32,
    /// Of the line the letters stand on.
    pub(crate) y: f32,
    pub(crate) style: Style,
    pub(crate) text: String,
}

/// A part of the document, as somebody who listens to it is told of it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
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
pub(crate) struct Rule {
    pub(crate) page: usize,
    pub(crate) y: f32,
}

/// The whole.
#[derive(Debug)]
pub(crate) struct Laid {
    pub(crate) title: String,
    pub(crate) parts: Vec<Part>,
    /// What stands at the foot of each page.
    pub(crate) feet: Vec<Placed>,
    pub(crate) pages: usize,
}

/// The page that is being filled.
pub(crate) struct Sheet {
    pub(crate) spacing: Spacing,
    pub(crate) page: usize,
    /// How far down it is filled.
    pub(crate) y: f32,
    /// Where the next page begins.
    pub(crate) page_top: f32,
    /// How wide a line may be.
    pub(crate) widest: f32,
    pub(crate) parts: Vec<Part>,
}

impl Sheet {
    /// An empty page of which so much is taken.
    pub(crate) fn filled_to(y: f32, spacing: Spacing) -> Self {
        Self { spacing, page: 0, y, page_top: PAGE_TOP, widest: TEXT_WIDTH, parts: Vec::new() }
    }

    /// The whole document. If it is of several pages each says at its foot what is said of it: a sheet may lie alone. What is
    /// too long for that ends where the line does.
    pub(crate) fn finished(self, title: String, says: impl Fn(usize, usize) -> String) -> Laid {
        let pages = self.page + 1;
        let foot = |page| {
            let text = FOOT.lines(&says(page + 1, pages), TEXT_WIDTH).into_iter().next().unwrap_or_default();
            Placed { page, x: MARGIN, y: HEIGHT - 36.0, style: FOOT, text }
        };
        let feet = if pages > 1 { (0..pages).map(foot).collect() } else { Vec::new() };
        Laid { title, parts: self.parts, feet, pages }
    }

    pub(crate) fn space(&mut self, points: f32) {
        self.y += points;
    }

    /// Room between two parts: less of it where there is much to say.
    pub(crate) fn gap(&mut self, points: f32) {
        self.space(points * self.spacing.air);
    }

    /// Goes to the next page if this one has less room than that.
    pub(crate) fn keep_together(&mut self, height: f32) {
        if self.y + height > BOTTOM {
            self.page += 1;
            self.y = self.page_top;
        }
    }

    /// Does the same, unless it would be in vain.
    pub(crate) fn keep_together_if_a_page_holds(&mut self, height: f32) {
        if self.page_top + height <= BOTTOM {
            self.keep_together(height);
        }
    }

    pub(crate) fn heading(&mut self, level: u16, text: &str, style: Style) {
        let placed = self.text(text, style);
        self.parts.push(Part::Heading(level, placed));
    }

    pub(crate) fn paragraph(&mut self, text: &str, style: Style) {
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
    pub(crate) fn texts(&self) -> Vec<&Placed> {
        self.parts.iter().flat_map(Part::texts).collect()
    }
}

#[cfg(test)]
impl Part {
    pub(crate) fn texts(&self) -> Vec<&Placed> {
        match self {
            Self::Heading(_, lines) | Self::Paragraph(lines) => lines.iter().collect(),
            Self::Table { rows, .. } => rows.iter().flatten().flatten().collect(),
            Self::Square { .. } | Self::Picture { .. } => Vec::new(),
        }
    }
}
