//! Pages for people: what a certificate is worth, and what each kind of problem means. They need no script, load nothing, and
//! are read on a telephone.

mod html;
mod problems;
mod verification;

pub use problems::{problem, problems};
pub use verification::{verification, verify_form, verify_sent};
