//! What can be done with imports, and who may: whoever may write the single thing may write many.

use crate::{
    access::{Action, Demand, Implies},
    completions::actions::RecordCompletions,
    organisations::actions::{ChangeEmployments, ChangeTeams},
    people::actions::WriteCards,
    words::{ImportSubject, OrganisationId},
};

/// Imports rows about a subject, looks at what became of them, and takes them back.
#[derive(Clone, Copy, Debug)]
pub struct ImportRows {
    /// For which organisation.
    pub organisation: OrganisationId,
    /// About what.
    pub subject: ImportSubject,
}

impl Action for ImportRows {
    const NAME: &'static str = "import_rows";
    fn demand(&self) -> Demand {
        match self.subject {
            ImportSubject::Completions => RecordCompletions { organisation: self.organisation }.demand(),
            ImportSubject::Staff => ChangeEmployments { organisation: self.organisation }.demand(),
        }
    }
}

impl Implies<RecordCompletions> for ImportRows {}
impl Implies<ChangeEmployments> for ImportRows {}
impl Implies<ChangeTeams> for ImportRows {}
impl Implies<WriteCards> for ImportRows {}
