//! How long a competence lasts, as far as that is more than its rule of today: rules that come into force on a day, and last
//! days that an authority moved.

pub mod store;

use crate::law::validity::{Change, Extension};

/// What bears on how long a competence lasts besides its first rule.
#[derive(Clone, Debug, Default)]
pub struct Lasting {
    /// From these days on it lasts otherwise, the earliest first.
    pub changes: Vec<Change>,
    /// What ended in these periods lasts longer.
    pub extensions: Vec<Extension>,
}
