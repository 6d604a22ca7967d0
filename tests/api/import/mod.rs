//! Files of completions, read with a mapping.

mod files;
mod oulad;

use attest::{
    access::Actor,
    imports::{
        reading::mapping::{Mapping, Subject},
        run::{Became, Order, Stopped, Summary, run},
    },
    words::Lang,
};
use serde_json::{Value, json};

use crate::support::{App, text};

/// A school that imports.
pub struct Office {
    pub app: App,
    pub school: Value,
    pub mapping: Mapping,
    pub dry_run: bool,
}

/// What became of a file: the counts, and a line for each row.
pub struct Outcome {
    pub summary: Summary,
    pub lines: Vec<String>,
}

impl Office {
    pub async fn with(mapping: &str, courses: &[&str]) -> Self {
        let app = App::start().await;
        let school = app.organisation("Fjordkurs AS", "310000000", &["provider"]).await;
        let teacher = app.member(&school, attest::words::Role::CourseAdministrator).await;
        for code in courses {
            let new = json!({ "code": code, "title": { "nb": code, "en": code } });
            teacher.post("/v1/courses", new).await.expect(201);
        }
        let mapping = Mapping::parse(Subject::Completions, mapping).unwrap_or_else(|fault| panic!("{fault}"));
        Self { app, school, mapping, dry_run: false }
    }

    /// Imports a file.
    pub fn import(&self, file: impl AsRef<[u8]>) -> Outcome {
        self.try_importing(file).expect("the file fits the mapping")
    }

    pub fn try_importing(&self, file: impl AsRef<[u8]>) -> Result<Outcome, Stopped> {
        let order = Order {
            actor: Actor::Console,
            organisation: text(&self.school["id"]).parse().expect("an id"),
            file_hash: "of the file".into(),
            dry_run: self.dry_run,
            lang: Lang::En,
        };
        let mut lines = Vec::new();
        let each = |line: u64, became: &Became| lines.extend(said(line, became));
        let summary = run(self.app.db(), &order, &self.mapping, file.as_ref(), each, |_| {})?;
        Ok(Outcome { summary, lines })
    }

    /// How many rows each table that an import writes has.
    pub fn rows(&self) -> Vec<usize> {
        [
            "persons",
            "cards",
            "completions",
            "completion_versions",
            "custodies",
            "import_rows",
            "import_batches",
            "feed",
            "audit",
        ]
        .iter()
        .map(|table| self.app.count(table))
        .collect()
    }
}

fn said(line: u64, became: &Became) -> Vec<String> {
    match became {
        Became::Recorded(_) => vec![format!("{line} recorded")],
        Became::Changed(_) => vec![format!("{line} changed")],
        Became::Unchanged(_) => vec![format!("{line} unchanged")],
        Became::Refused(wrong) => {
            wrong.iter().map(|one| format!("{line} refused [{}] {}: {}", one.column, one.code, one.remedy)).collect()
        }
    }
}

/// Counts in the order recorded, changed, unchanged, refused.
pub fn counts(outcome: &Outcome) -> (i64, i64, i64, i64) {
    let Summary { recorded, changed, unchanged, refused, .. } = outcome.summary;
    (recorded, changed, unchanged, refused)
}
