//! What was found: one table for people, the same in Markdown.

use std::fmt::Write;

/// One figure against its floor.
#[derive(Clone, Debug)]
pub struct Figure {
    /// What was measured, in a few words.
    pub what: String,
    pub database: &'static str,
    /// Ours, with its unit.
    pub ours: String,
    /// What it is held against, with its unit.
    pub floor: String,
    /// The one against the other.
    pub ratio: Option<f64>,
    pub goal: Goal,
}

/// What a ratio is to be.
#[derive(Clone, Copy, Debug)]
pub enum Goal {
    AtLeast(f64),
    AtMost(f64),
    /// Only to know.
    None,
}

impl Goal {
    fn is_met(self, ratio: Option<f64>) -> Option<bool> {
        match self {
            Goal::AtLeast(goal) => ratio.map(|ratio| ratio >= goal),
            Goal::AtMost(goal) => ratio.map(|ratio| ratio <= goal),
            Goal::None => None,
        }
    }

    fn text(self) -> String {
        match self {
            Goal::AtLeast(goal) => format!("≥ {goal}"),
            Goal::AtMost(goal) => format!("≤ {goal}"),
            Goal::None => String::new(),
        }
    }
}

const HEADINGS: [&str; 7] = ["what", "database", "ours", "floor", "ratio", "goal", "met"];

/// All figures of a run.
#[derive(Default)]
pub struct Report(Vec<Figure>);

impl Report {
    pub fn add(&mut self, figures: impl IntoIterator<Item = Figure>) {
        for figure in figures {
            eprintln!("  {}", cells(&figure).join("  "));
            self.0.push(figure);
        }
    }

    /// Have all goals been met?
    pub fn is_good(&self) -> bool {
        self.0.iter().all(|figure| figure.goal.is_met(figure.ratio) != Some(false))
    }

    /// As a table in Markdown, whose columns line up where it is read as plain text.
    pub fn table(&self) -> String {
        let rows: Vec<[String; 7]> = self.0.iter().map(cells).collect();
        let heading = HEADINGS.map(str::to_owned);
        let widths: Vec<usize> = (0..HEADINGS.len())
            .map(|at| rows.iter().chain([&heading]).map(|row| row[at].chars().count()).max().unwrap_or(0))
            .collect();
        let rule: [String; 7] = std::array::from_fn(|at| "-".repeat(widths[at]));
        let mut text = String::new();
        for row in [heading, rule].iter().chain(&rows) {
            let padded: Vec<_> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
            // Writing into a String cannot fail.
            let _ = writeln!(text, "| {} |", padded.join(" | "));
        }
        text
    }
}

fn cells(figure: &Figure) -> [String; 7] {
    let met = figure.goal.is_met(figure.ratio).map_or("", |met| if met { "yes" } else { "NO" });
    [
        figure.what.clone(),
        figure.database.to_owned(),
        figure.ours.clone(),
        figure.floor.clone(),
        figure.ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}")),
        figure.goal.text(),
        met.to_owned(),
    ]
}
