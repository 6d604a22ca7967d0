//! The matrix from documentation class and ground to a category of the retention schedule, as validated data.
//!
//! The periods of each category are not here yet; a custody already names its category and the version it came from.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::words::{Class, Ground, Word};

/// A category of the schedule: its rule's id, as `RS09`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(transparent)]
pub struct Category(String);

impl Category {
    /// The id of the rule.
    pub fn code(&self) -> &str {
        &self.0
    }
}

/// The retention schedule, as far as custodies need it.
#[derive(Clone, Debug)]
pub struct Schedule {
    version: String,
    cells: BTreeMap<(Class, Ground, bool), Category>,
    purposes: BTreeMap<Category, Purpose>,
}

/// What a category is for, in both languages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// Bokmål.
    pub nb: String,
    /// English.
    pub en: String,
}

/// The schedule as its file has it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    version: String,
    category: BTreeMap<Category, Purpose>,
    matrix: Vec<Row>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    ground: Ground,
    #[serde(default)]
    class: Option<Class>,
    #[serde(default)]
    certified: Option<bool>,
    category: Category,
}

impl Schedule {
    /// Checks a draft: every cell of class x ground x certified is filled exactly once, and every category has its
    /// purpose. All that is wrong is listed.
    pub fn validate(draft: Draft) -> Result<Self, Vec<String>> {
        let mut wrong = Vec::new();
        let mut cells: BTreeMap<_, Category> = BTreeMap::new();
        for row in &draft.matrix {
            if !draft.category.contains_key(&row.category) {
                wrong.push(format!("matrix: category {} has no purpose", row.category.code()));
            }
            for cell in row.cells() {
                if cells.insert(cell, row.category.clone()).is_some() {
                    wrong.push(format!("matrix: {} x {} x {} is filled twice", cell.0, cell.1, cell.2));
                }
            }
        }
        for cell in all_cells().filter(|cell| !cells.contains_key(cell)) {
            wrong.push(format!("matrix: {} x {} x {} is empty", cell.0, cell.1, cell.2));
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        Ok(Self { version: draft.version, cells, purposes: draft.category })
    }

    /// The version every custody names.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The category of one cell.
    pub fn category(&self, class: Class, ground: Ground, certified: bool) -> &Category {
        self.cells.get(&(class, ground, certified)).expect("validate() filled every cell")
    }

    /// The category a stored code names. One of another version stays as it is, so that the difference shows.
    pub fn known_category(&self, code: &str) -> Category {
        Category(code.to_owned())
    }

    /// What a category is for; `None` for a category of another version.
    pub fn purpose(&self, category: &str) -> Option<&Purpose> {
        self.purposes.get(&Category(category.to_owned()))
    }
}

impl Row {
    fn cells(&self) -> impl Iterator<Item = (Class, Ground, bool)> + '_ {
        all_cells().filter(|(class, ground, certified)| {
            *ground == self.ground
                && self.class.is_none_or(|c| c == *class)
                && self.certified.is_none_or(|c| c == *certified)
        })
    }
}

fn all_cells() -> impl Iterator<Item = (Class, Ground, bool)> {
    Class::ALL.iter().flat_map(|class| {
        Ground::ALL.iter().flat_map(move |ground| [true, false].map(|certified| (*class, *ground, certified)))
    })
}
