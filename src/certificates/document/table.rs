//! Many competences: a row each, with columns for what is short, and the rest in small letters below what the row is about.

use super::{
    known::{Known, What, for_life, known, shared, subject},
    words,
};
use crate::{
    certificates::Facts,
    platform::paper::{
        letters::{printable, width},
        sheet::{MARGIN, Part, Placed, Rule, Sheet, Style, TEXT_WIDTH},
    },
};

/// So many rows at least stand beside the signature if the table goes on over a page.
pub(super) const LEAST_ROWS: usize = 3;
const COLUMNS: [What; 3] = [What::Hours, What::Completed, What::ValidUntil];
/// Between two columns.
const GUTTER: f32 = 14.0;
/// The most a column takes that is not the first.
const WIDEST: f32 = 110.0;
/// From the line the head's letters stand on to the rule below it, and on.
const RULE: (f32, f32) = (5.0, 3.0);
/// Of a first row that no page could hold.
const LEAST_BELOW_HEAD: f32 = 60.0;

/// The table, and above it what is true of all its rows. What closes the document is so high, and stands below its last rows.
pub(super) fn table(sheet: &mut Sheet, facts: &Facts, closing: f32) {
    let lines: Vec<Vec<Known>> = facts.lines.iter().map(|line| known(facts, line)).collect();
    let shared = shared(&lines);
    for known in &shared {
        sheet.paragraph(&known.said(facts.language), sheet.spacing.fact());
    }
    if !shared.is_empty() {
        sheet.gap(10.0);
    }
    let cell = sheet.spacing.cell();
    let columns = columns(facts, &lines);
    let grid = Grid { edges: edges(&columns, cell), between: sheet.spacing.between };
    let head = grid.head(facts, &columns, cell.bold());
    let own = |known: &&Known| !COLUMNS.contains(&known.what) && !shared.contains(known);
    let rows = facts.lines.iter().zip(&lines).enumerate().map(|(n, (line, known))| {
        let rest: Vec<String> = known.iter().filter(own).map(|known| known.said(facts.language)).collect();
        let first = grid.first_cell(&subject(line, facts.language), &rest.join(" · "), cell, sheet.spacing.small());
        grid.row(first, columns.iter().map(|column| column.cells[n].as_str()), cell)
    });
    let rows: Vec<Row> = rows.collect();
    grid.place(sheet, &head, &rows, closing);
}

/// A column after the first, and what it says of each line.
struct Column {
    called: &'static str,
    cells: Vec<String>,
}

/// The columns in which any line has something to say.
fn columns(facts: &Facts, lines: &[Vec<Known>]) -> Vec<Column> {
    let lang = facts.language;
    let cell = |what: What, n: usize| {
        let said = lines[n].iter().find(|known| known.what == what).map(|known| known.text.clone());
        let for_life = what == What::ValidUntil && for_life(facts, &facts.lines[n]);
        said.or_else(|| for_life.then(|| words::for_life(lang).to_owned()))
    };
    let column = |what: What| {
        let cells: Vec<Option<String>> = (0..lines.len()).map(|n| cell(what, n)).collect();
        let says_any = cells.iter().any(Option::is_some);
        let cells = cells.into_iter().map(|cell| cell.unwrap_or_else(|| "–".to_owned())).collect();
        says_any.then_some(Column { called: what.called_in_short(lang), cells })
    };
    COLUMNS.into_iter().filter_map(column).collect()
}

/// Left edges and widths: the later columns as wide as what they say, the first as wide as they leave it.
fn edges(columns: &[Column], style: Style) -> Vec<(f32, f32)> {
    let wide = |text: &str, style: Style| width(&printable(text), style.weight, style.size).ceil();
    let widest = |column: &Column| {
        let cells = column.cells.iter().map(|cell| wide(cell, style));
        cells.fold(wide(column.called, style.bold()), f32::max).min(WIDEST)
    };
    let widths: Vec<f32> = columns.iter().map(widest).collect();
    let mut x = MARGIN;
    let first = TEXT_WIDTH - widths.iter().map(|width| width + GUTTER).sum::<f32>();
    let edge = |width| {
        let left = x;
        x += width + GUTTER;
        (left, width)
    };
    std::iter::once(first).chain(widths).map(edge).collect()
}

/// Lines of text, cell by cell, that have no place yet.
type Row = Vec<Vec<(Style, String)>>;

fn height(row: &Row) -> f32 {
    let high = |cell: &Vec<(Style, String)>| cell.iter().map(|(style, _)| style.close_leading()).sum();
    row.iter().map(high).fold(0.0, f32::max)
}

/// Where columns stand, and how far rows are apart.
struct Grid {
    edges: Vec<(f32, f32)>,
    between: f32,
}

impl Grid {
    fn head(&self, facts: &Facts, columns: &[Column], style: Style) -> Row {
        let proves_any = facts.lines.iter().any(|line| line.competence.is_some());
        let first = style.styled(words::first_column(proves_any, facts.language), self.edges[0].1);
        self.row(first, columns.iter().map(|column| column.called), style)
    }

    fn first_cell(&self, subject: &str, rest: &str, cell: Style, small: Style) -> Vec<(Style, String)> {
        let mut lines = cell.styled(subject, self.edges[0].1);
        if let Some((_, last)) = lines.last_mut().filter(|_| !rest.is_empty()) {
            // Read aloud or copied, what follows is another word.
            last.push(' ');
        }
        lines.extend(small.styled(rest, self.edges[0].1));
        lines
    }

    fn row<'a>(&self, first: Vec<(Style, String)>, others: impl Iterator<Item = &'a str>, style: Style) -> Row {
        let others = others.zip(&self.edges[1..]).map(|(text, (_, widest))| style.styled(text, *widest));
        std::iter::once(first).chain(others).collect()
    }

    /// Puts the rows on as many pages as they need, the head above them on each.
    fn place(&self, sheet: &mut Sheet, head: &Row, rows: &[Row], closing: f32) {
        let head_height = height(head) + RULE.0 + RULE.1;
        // A head with nothing below it says nothing.
        sheet.keep_together_if_a_page_holds(head_height + rows.first().map_or(0.0, height));
        sheet.keep_together(head_height + LEAST_BELOW_HEAD);
        let (first_page, page_top) = (sheet.page, sheet.page_top);
        let mut rules = Vec::new();
        let mut placed = vec![self.place_head(sheet, head, &mut rules)];
        sheet.page_top += head_height;
        for (n, row) in rows.iter().enumerate() {
            sheet.keep_together_if_a_page_holds(height(row));
            if n > 0 && n + LEAST_ROWS >= rows.len() {
                let rest: f32 = rows[n..].iter().map(|row| height(row) + self.between).sum();
                sheet.keep_together_if_a_page_holds(rest + closing);
            }
            placed.push(self.place_row(sheet, row));
            sheet.space(self.between);
        }
        sheet.page_top = page_top;
        let repeated = self.repeat_head(sheet, head, first_page, &mut rules);
        sheet.parts.push(Part::Table { rows: placed, repeated, rules });
    }

    /// The head at the top of each page after the first.
    fn repeat_head(&self, sheet: &mut Sheet, head: &Row, first_page: usize, rules: &mut Vec<Rule>) -> Vec<Placed> {
        let end = (sheet.page, sheet.y);
        let mut repeated = Vec::new();
        for page in first_page + 1..=end.0 {
            (sheet.page, sheet.y) = (page, sheet.page_top);
            repeated.extend(self.place_head(sheet, head, rules).into_iter().flatten());
        }
        (sheet.page, sheet.y) = end;
        repeated
    }

    fn place_head(&self, sheet: &mut Sheet, head: &Row, rules: &mut Vec<Rule>) -> Vec<Vec<Placed>> {
        let last_line = sheet.y + height(head) - head[0][0].0.close_leading();
        rules.push(Rule { page: sheet.page, y: last_line + RULE.0 });
        let placed = self.place_row(sheet, head);
        sheet.space(RULE.0 + RULE.1);
        placed
    }

    /// It goes on over the page only if no page could hold it.
    fn place_row(&self, sheet: &mut Sheet, row: &Row) -> Vec<Vec<Placed>> {
        let start = (sheet.page, sheet.y);
        let mut end = start;
        let mut place_cell = |((x, _), cell): (&(f32, f32), &Vec<(Style, String)>)| {
            (sheet.page, sheet.y) = start;
            let mut placed = Vec::new();
            for (n, (style, text)) in cell.iter().enumerate() {
                // What stands below a line is as near to it as its own letters are small.
                sheet.space(if n == 0 { 0.0 } else { style.close_leading() });
                sheet.keep_together(style.close_leading());
                placed.push(Placed { page: sheet.page, x: *x, y: sheet.y, style: *style, text: text.clone() });
            }
            sheet.space(cell.first().map_or(0.0, |(style, _)| style.close_leading()));
            if (sheet.page, sheet.y) > end {
                end = (sheet.page, sheet.y);
            }
            placed
        };
        let placed = self.edges.iter().zip(row).map(&mut place_cell).collect();
        (sheet.page, sheet.y) = end;
        placed
    }
}

/// For tests: columns keep apart, rows follow each other, and the head stands above them on each page.
#[cfg(test)]
pub(super) fn assert_stands(rows: &[Vec<Vec<Placed>>], repeated: &[Placed]) {
    let right = |line: &Placed| line.x + width(line.text.trim_end(), line.style.weight, line.style.size);
    let edges: Vec<f32> = rows[0].iter().map(|cell| cell[0].x).collect();
    for line in rows.iter().flatten().flatten().chain(repeated) {
        let next = edges.iter().find(|edge| **edge > line.x).map_or(MARGIN + TEXT_WIDTH, |next| next - GUTTER);
        assert!(edges.contains(&line.x) && right(line) <= next + 0.5, "{line:?} in {edges:?}");
    }
    let place = |line: &Placed| (line.page, line.y);
    for pair in rows.windows(2) {
        let last =
            pair[0].iter().flatten().map(place).fold((0, 0.0), |last, next| if next > last { next } else { last });
        assert!(pair[1].iter().flatten().all(|line| place(line) > last), "{:?} over {:?}", pair[1], pair[0]);
    }
    let of_page = |page| rows.iter().flatten().flatten().chain(repeated).filter(move |line| line.page == page);
    for page in rows[0][0][0].page..=rows[rows.len() - 1][0][0].page {
        let highest = of_page(page).map(|line| line.y).fold(f32::MAX, f32::min);
        let uppermost: Vec<&str> =
            of_page(page).filter(|line| line.y == highest).map(|line| line.text.as_str()).collect();
        let head: Vec<&str> = rows[0].iter().map(|cell| cell[0].text.as_str()).collect();
        assert_eq!(uppermost, head, "on page {page}");
    }
}
