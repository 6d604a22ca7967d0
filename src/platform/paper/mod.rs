//! Paper: documents drawn as PDF/A-3 for the archive and PDF/UA for those who listen to them. What is to stand where is laid out
//! elsewhere; nothing here depends on the clock or on chance.

pub(crate) mod letters;
pub(crate) mod page;
pub(crate) mod pictures;
pub(crate) mod sheet;

use crate::words::{Day, Lang};

/// What a document says of itself to programs, and the colour of what stands out.
pub(crate) struct About<'a> {
    /// Who answers for it.
    pub(crate) author: &'a str,
    /// What it is known by.
    pub(crate) id: String,
    /// The day it is of.
    pub(crate) on: Day,
    /// The language it is in.
    pub(crate) lang: Lang,
    /// Red, green, blue.
    pub(crate) accent: [u8; 3],
}

/// A file that a document carries: the same in another form, for programs.
pub(crate) struct Attached<'a> {
    /// What it is called.
    pub(crate) name: String,
    /// Its media type.
    pub(crate) media_type: &'static str,
    /// What it is, in words.
    pub(crate) says: String,
    /// What is in it.
    pub(crate) bytes: &'a [u8],
}

/// The colour of what stands out, unless somebody chose another.
pub(crate) const ACCENT: [u8; 3] = [13, 71, 92];
