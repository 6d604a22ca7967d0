//! Files of completions, read with a mapping.

mod broken_off;
mod files;
mod http;
mod oulad;
mod staff;
mod undo;

use attest::{
    access::Actor,
    imports::{
        RowResult, Summary,
        actions::ImportRows,
        reading::mapping::Mapping,
        run::Stopped,
        work::{Command, run_here},
    },
    words::{ImportSubject, Lang},
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
        let mapping = Mapping::parse(ImportSubject::Completions, mapping).unwrap_or_else(|fault| panic!("{fault}"));
        Self { app, school, mapping, dry_run: false }
    }

    /// Imports a file.
    pub fn import(&self, file: impl AsRef<[u8]>) -> Outcome {
        self.try_importing(file).expect("the file fits the mapping")
    }

    pub fn try_importing(&self, file: impl AsRef<[u8]>) -> Result<Outcome, Stopped> {
        let organisation = text(&self.school["id"]).parse().expect("an id");
        let command = Command {
            actor: Actor::Console,
            rows: ImportRows { organisation, subject: ImportSubject::Completions },
            file_hash: "of the file".into(),
            size: 0,
            dry_run: self.dry_run,
            lang: Lang::En,
        };
        let mut lines = Vec::new();
        let each = |rows: &[RowResult], _| lines.extend(rows.iter().flat_map(said));
        let summary = run_here(self.app.db(), &command, &self.mapping, file.as_ref(), each)?;
        Ok(Outcome { summary, lines })
    }

    /// How many rows each table has that an import writes what it is about to.
    pub fn rows(&self) -> Vec<usize> {
        ["persons", "cards", "completions", "completion_versions", "custodies", "import_rows", "feed"]
            .iter()
            .map(|table| self.app.count(table))
            .collect()
    }
}

fn said(row: &RowResult) -> Vec<String> {
    let (line, outcome) = (row.line, row.outcome);
    if row.errors.is_empty() {
        return vec![format!("{line} {outcome}")];
    }
    row.errors.iter().map(|one| format!("{line} {outcome} [{}] {}: {}", one.column, one.code, one.detail)).collect()
}

/// Counts in the order recorded, changed, unchanged, refused.
pub fn counts(outcome: &Outcome) -> (i64, i64, i64, i64) {
    let Summary { recorded, changed, unchanged, refused, .. } = outcome.summary;
    (recorded, changed, unchanged, refused)
}
